"""Echoes of ships: their power, place, side lobes and shift, against the formulas they come from and real chips."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.imagery.protocol import Window
from darkwake.simulation.composing import any_vessel, compose
from darkwake.simulation.echoes import (
    View,
    add,
    alongside,
    azimuth_shift_m,
    echo,
    ghost_offset_m,
    ghosts,
    point_spread,
    rendered,
)
from darkwake.simulation.scatterers import KINDS, Kind, Vessel, half_beam_m, radar_cross_section_m2
from darkwake.simulation.sea import Sea
from darkwake.simulation.wakes import wake

SHIP = Vessel(200.3, 150.8, 180.0, 30.0, 40.0, "tanker")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spacing_m", [0.5, 3.0, 10.0, 40.0])
def test_pixels_times_their_area_sum_to_the_cross_section(kind: Kind, spacing_m: float) -> None:
    view = View(spacing_m=spacing_m, resolution_m=(1.2 * spacing_m, 1.2 * spacing_m), reach_m=60 * spacing_m)
    vessel = Vessel(50, 50, 80.0, 14.0, 75.0, kind)
    one = echo(vessel, view, np.random.default_rng(1))
    assert float(one.intensity.sum()) * spacing_m**2 == pytest.approx(radar_cross_section_m2(80.0, "VV"), rel=1e-4)


@settings(max_examples=15)
@given(heading=st.floats(0, 360), look=st.sampled_from([0.0, 90.0, 137.0, 180.0, 270.0]), length=st.floats(60, 350))
def test_a_ship_at_rest_shines_where_her_hull_is(heading: float, look: float, length: float) -> None:
    vessel = Vessel(20.4, 31.7, length, length / 6.5, heading, "cargo")
    one = echo(vessel, View(look_deg=look, flight_deg=look + 90), np.random.default_rng(3))
    rows, columns = np.nonzero(one.intensity > one.intensity.max() / 4)
    off_px = np.hypot(columns + one.x0 + 0.5 - vessel.x, rows + one.y0 + 0.5 - vessel.y)
    # Half the hull, the layover of a bridge 35 m high, and two resolutions.
    assert float(off_px.max()) <= length / 20 + 4.5 + 4.4


def test_the_hull_has_the_area_and_box_of_its_outline() -> None:
    one = echo(SHIP, View(spacing_m=1.0, resolution_m=(1.2, 1.2), reach_m=50.0), np.random.default_rng(1))
    along = np.linspace(-90, 90, 20_001)
    area = float(np.trapezoid(2 * half_beam_m(along, SHIP), along))
    x0, y0, x1, y1 = one.box
    assert float(one.hull.sum()) == pytest.approx(area, rel=0.01)
    assert (x0 + x1) / 2 == pytest.approx(SHIP.x, abs=4)
    assert (y0 + y1) / 2 == pytest.approx(SHIP.y, abs=4)


def test_the_point_spread_is_half_at_half_its_width_and_falls_as_one_over_distance() -> None:
    distance = np.linspace(0, 200, 400_001)
    power = point_spread(distance) ** 2
    near, far = power[(distance > 10) & (distance < 12)].max(), power[(distance > 100) & (distance < 120)].max()
    assert float(power[np.argmin(np.abs(distance - 0.5))]) == pytest.approx(0.5, abs=1e-3)
    assert float(near / far) == pytest.approx(100.0, rel=0.1)


def test_a_strong_point_has_a_cross_along_range_and_azimuth() -> None:
    point = np.array([[0.0, 0.0, 1.0]])
    patch = rendered(point, 100.5, 100.5, 201, View(), 0.0, np.random.default_rng(1))
    assert int(patch.argmax()) == 100 * 201 + 100
    assert min(float(patch[100, 130:150].max()), float(patch[130:150, 100].max())) > 100 * float(patch[130:150, 130:150].max())


def test_a_moving_ship_stands_off_her_place_along_the_flight() -> None:
    view = View(look_deg=90.0, flight_deg=180.0, incidence_deg=30.0, range_m=800e3, velocity_m_s=8000.0)
    sailing = Vessel(100, 100, 150.0, 25.0, 90.0, "cargo", speed_kn=10 / 0.514444)
    one = echo(sailing, view, np.random.default_rng(1))
    # v = 10 m/s away, R v sin(30) / V = 500 m against the flight, which is up by 50 pixels.
    assert (one.x, one.y) == pytest.approx((100.0, 50.0), abs=1e-3)
    assert azimuth_shift_m(Vessel(0, 0, 150.0, 25.0, 0.0, speed_kn=20.0), view) == pytest.approx(0.0, abs=1e-9)


def test_ghosts_are_fainter_and_lie_along_the_flight_on_both_sides() -> None:
    view = View()
    one = echo(SHIP, view, np.random.default_rng(1))
    pair = ghosts(one, view, below_db=25.0)
    offset = ghost_offset_m(view) / view.spacing_m
    assert [ghost.y - one.y for ghost in pair] == pytest.approx([-offset, offset])
    assert [ghost.x - one.x for ghost in pair] == pytest.approx([0.0, 0.0], abs=1e-6)
    assert all(float(ghost.intensity.sum() / one.intensity.sum()) < 10**-2.45 for ghost in pair)
    assert not any(ghost.hull.any() for ghost in pair)


def test_ships_alongside_do_not_overlap() -> None:
    other = alongside(SHIP, Vessel(0, 0, 120.0, 20.0, 0.0), View(), gap_m=3.0)
    apart_m = np.hypot(other.x - SHIP.x, other.y - SHIP.y) * 10
    assert float(apart_m) == pytest.approx(15.0 + 10.0 + 3.0)
    assert other.heading_deg == SHIP.heading_deg


def test_an_echo_beyond_the_edge_is_cut() -> None:
    image = np.zeros((20, 30), dtype=np.float32)
    add(image, np.ones((10, 10), dtype=np.float32), -4, 15)
    add(image, np.ones((10, 10), dtype=np.float32), 100, 100)
    assert image.sum() == 6 * 5
    assert image[15:, :6].all()


def test_a_wake_is_dark_behind_the_ship_and_absent_ahead() -> None:
    vessel = Vessel(200, 200, 150.0, 25.0, 0.0, speed_kn=15.0)
    factor = wake(vessel, View(), 1)(Window(0, 0, 400, 400))
    assert float(factor[215:260, 199:201].mean()) < 0.7
    assert np.array_equal(factor[:190], np.ones((190, 400), dtype=np.float32))


def test_a_composed_tile_numbers_the_hulls_of_its_ships() -> None:
    random = np.random.default_rng(5)
    vessels = [any_vessel(x, 150.0, random, moving=0.0, smallest_m=80.0) for x in (80.0, 220.0)]
    tile = compose(Window(0, 0, 300, 300), Sea(1), View(), random, vessels=vessels)
    numbers = tile.hulls()
    assert [int(numbers[150, x]) for x in (80, 220, 150)] == [1, 2, 0]
    assert float(tile.image[numbers > 0].mean()) > 10 * float(np.median(tile.image))


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("polarisation", ["VV", "VH"])
def test_simulated_ships_are_as_bright_as_real_ones(shared: Path, polarisation: str) -> None:
    labels = pd.read_parquet(shared / "sar/opensarship_train_labels.parquet")
    with zipfile.ZipFile(shared / "sar/opensarship_train_chips.zip") as archive:
        real = [_excess(archive, row, polarisation) for row in labels[labels["product"] == "GRDH"].itertuples()]
    excess = np.array([value for value in real if value is not None])
    # The spread of single ships is 4 dB; the median of a hundred moves by half of one.
    assert float(np.median(excess)) == pytest.approx(0.0, abs=0.6)


def _excess(archive: zipfile.ZipFile, row: object, polarisation: str) -> float | None:
    """Decibels of a real chip's echo above the formula, its sea taken off; none without this band or a length."""
    known = row.mt_length_overall_m if row.mt_length_overall_m > 0 else row.ais_length_m  # type: ignore[attr-defined]
    with rasterio.open(io.BytesIO(archive.read(f"cal/{row.chip}"))) as chip:  # type: ignore[attr-defined]
        bands = chip.read().astype(np.float64)
    bands = bands if bands.shape[0] <= 2 else np.moveaxis(bands, -1, 0)
    band = {"VV": len(bands) - 1, "VH": 0 if len(bands) > 1 else None}[polarisation]
    if band is None or known <= 0:
        return None
    values, half = bands[band], bands.shape[-1] // 2
    reach = min(half, int(known / 20 + 6))
    middle, sea = values[half - reach : half + reach + 1, half - reach : half + reach + 1], np.median(values)
    power = ((middle - sea) * (middle > 4 * sea)).sum() * 100
    return float(10 * np.log10(power / radar_cross_section_m2(known, polarisation))) if power > 0 else None
