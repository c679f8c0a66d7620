from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lengths_cuts import cut, numbers_of
from lengths_data import ships

from darkwake.detection import ChipMeasurement, measure_chip
from darkwake.detection.measuring import TWO_HULLS
from darkwake.errors import InputError
from darkwake.simulation.echoes import View, add, alongside, echo
from darkwake.simulation.scatterers import Vessel

BOTH = ("VH", "VV")
SEA = (0.004, 0.02)
TOGETHER = {"joined to land, a quay or other hulls: larger than any ship", TWO_HULLS}


def same(one: ChipMeasurement, other: ChipMeasurement) -> bool:
    return numbers_of(one) == numbers_of(other)


def chip(*vessels: Vessel, side: int = 80, seed: int = 3, smear_m: float = 0.0) -> np.ndarray:
    """Two polarisations of simulated vessels on gamma-distributed sea of 4.4 looks."""
    random = np.random.default_rng(seed)
    bands = [random.gamma(4.4, level / 4.4, (side, side)).astype(np.float32) for level in SEA]
    for vessel in vessels:
        for band, share in zip(bands, (0.15, 1.0), strict=True):
            shown = echo(vessel, View(reach_m=400.0), np.random.default_rng(seed + 7), smear_m=smear_m)
            add(band, shown.intensity * np.float32(share), shown.x0, shown.y0)
    return np.stack(bands, axis=2)


SHIP = Vessel(40.0, 40.0, 180.0, 30.0, 35.0, "tanker")


@settings(max_examples=25)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_a_chip_cut_elsewhere_gives_the_same(top: int, left: int, bottom: int, right: int) -> None:
    whole = chip(SHIP)
    part = whole[top : 80 - bottom, left : 80 - right]
    assert same(measure_chip(part, 10.0, BOTH), measure_chip(whole, 10.0, BOTH))


@pytest.mark.parametrize("hole", [0.0, np.nan])
@pytest.mark.parametrize("more", [(24, 24), (3, 40)])
def test_padding_changes_nothing(hole: float, more: tuple[int, int]) -> None:
    whole = chip(SHIP)
    padded = np.pad(whole, ((more[0], more[1]), (more[1], more[0]), (0, 0)), constant_values=hole)
    middle = (more[0] + 40.0, more[1] + 40.0)
    told = measure_chip(whole, 10.0, BOTH)
    assert same(measure_chip(padded, 10.0, BOTH, middle=middle), told)
    assert same(measure_chip(padded, 10.0, BOTH), told)


def test_real_chips_give_the_same_to_the_last_bit_however_they_are_cut(shared: Path) -> None:
    random = np.random.default_rng(5)
    fleet = ships(shared / "sar")
    assert len(fleet) == 240
    for ship in fleet:
        row, column = ((size - 1) / 2 for size in ship.chip.shape[:2])
        told = measure_chip(ship.chip, ship.spacing_m, ship.polarisations, middle=(row, column))
        for hole in (0.0, np.nan):
            part, down, right = cut(ship.chip, told, hole, random)
            assert same(measure_chip(part, ship.spacing_m, ship.polarisations, middle=(row + down, column + right)), told)


def test_a_chip_that_holds_all_that_is_looked_at_has_no_note_and_a_narrower_interval() -> None:
    whole = chip(SHIP)
    told = measure_chip(whole, 10.0, BOTH)
    first, last, left, right = told.looked_at
    short = measure_chip(whole[first + 4 :], 10.0, BOTH, middle=(40.0 - first - 4, 40.0))
    assert told.notes == ()
    assert same(measure_chip(whole[first : last + 1, left : right + 1], 10.0, BOTH), told)
    assert "lies beyond the image" in short.notes[0]
    assert (short.length_hi - short.length_lo) / short.length_m > (told.length_hi - told.length_lo) / told.length_m


def test_turned_and_mirrored_chips_turn_the_axis_and_keep_the_length() -> None:
    image = chip(SHIP, side=81)
    told = measure_chip(image, 10.0, BOTH)
    quarter, mirrored = (measure_chip(other, 10.0, BOTH) for other in (np.rot90(image, -1), image[:, ::-1]))
    assert quarter.length_m == pytest.approx(told.length_m, abs=40.0)
    assert mirrored.length_m == pytest.approx(told.length_m, abs=0.2)
    assert (told.heading_deg + 90.0) % 180 == pytest.approx(quarter.heading_deg, abs=0.2)
    assert 180.0 - told.heading_deg == pytest.approx(mirrored.heading_deg, abs=0.2)


def test_intervals_of_simulated_ships_hold_85_to_95_percent() -> None:
    random, held = np.random.default_rng(0), []
    for seed in range(60):
        length_m = float(random.uniform(60.0, 300.0))
        ship = Vessel(45.0, 45.0, length_m, length_m / 6.5, float(random.uniform(0.0, 180.0)), "tanker")
        told = measure_chip(chip(ship, side=90, seed=seed), 10.0, BOTH)
        if told.length_m is not None:
            held.append(told.length_lo <= length_m <= told.length_hi)
    assert len(held) >= 55
    assert 0.85 <= np.mean(held) <= 0.95


def test_the_axis_of_a_long_ship_is_found() -> None:
    for heading in (20.0, 65.0, 110.0, 155.0):
        told = measure_chip(chip(Vessel(40.0, 40.0, 220.0, 32.0, heading, "cargo")), 10.0, BOTH)
        assert abs((told.heading_deg - heading + 90.0) % 180.0 - 90.0) < told.heading_within_deg


def test_decibels_and_amplitudes_measure_as_power_does() -> None:
    power = chip(SHIP)
    told = measure_chip(power, 10.0, BOTH)
    assert measure_chip(10 * np.log10(power), 10.0, BOTH, scale="db").length_m == pytest.approx(told.length_m, abs=0.3)
    assert measure_chip(np.sqrt(power), 10.0, BOTH, scale="amplitude").length_m == pytest.approx(told.length_m, abs=0.3)


def test_the_scale_of_the_values_does_not_matter() -> None:
    power = chip(SHIP)
    assert measure_chip(power * 1000.0, 10.0, BOTH).length_m == measure_chip(power, 10.0, BOTH).length_m


def test_a_hull_cut_by_the_edge_is_not_measured() -> None:
    told = measure_chip(chip(SHIP)[:, 38:], 10.0, BOTH)
    assert (told.length_m, told.unmeasured) == (None, "cut by the edge of the image")


def test_a_large_bright_area_is_no_ship() -> None:
    image = chip(side=120)
    image[50:110, 40:110] += np.random.default_rng(1).gamma(1.0, 1.0, (60, 70, 1))
    told = measure_chip(image, 10.0, BOTH, middle=(75.0, 75.0))
    assert told.length_m is None
    assert told.unmeasured in {"nothing stands out from the sea", *TOGETHER}


@pytest.mark.parametrize("gap_m", [5.0, 15.0, 30.0])
def test_two_hulls_abreast_are_named_as_two_seventeen_times_in_twenty(gap_m: float) -> None:
    random = np.random.default_rng(7)
    named = 0
    for seed in range(20):
        first = Vessel(50.0, 50.0, 200.0, 32.0, float(random.uniform(0.0, 180.0)), "tanker")
        second = alongside(first, first, View(), gap_m=gap_m)
        named += measure_chip(chip(first, second, side=100, seed=seed), 10.0, BOTH).unmeasured == TWO_HULLS
    assert named >= 17


def test_three_hulls_side_by_side_are_not_measured_as_one() -> None:
    first = Vessel(40.0, 40.0, 200.0, 40.0, 35.0, "tanker")
    second = alongside(first, first, View(), gap_m=30.0)
    third = alongside(second, first, View(), gap_m=30.0)
    told = measure_chip(chip(first, second, third), 10.0, BOTH)
    assert told.length_m is None
    assert told.unmeasured in TOGETHER


@pytest.mark.parametrize("image", [np.zeros((40, 40)), np.full((40, 40), np.nan), np.full((40, 40), 0.01)])
def test_an_empty_chip_holds_nothing(image: np.ndarray) -> None:
    told = measure_chip(image, 10.0)
    assert (told.length_m, told.unmeasured) == (None, "nothing stands out from the sea")


def test_one_bright_pixel_is_too_few_to_measure_and_says_how_long_she_is_at_most() -> None:
    image = np.random.default_rng(2).gamma(4.4, 0.02 / 4.4, (60, 60))
    image[30, 30] = 3.0
    told = measure_chip(image, 10.0)
    assert told.length_m is None
    assert told.unmeasured.startswith("too few pixels: shorter than ")


@pytest.mark.parametrize(("spacing", "by"), [(20.0, 2), (30.0, 3)])
def test_coarser_pixels_say_the_same_within_their_interval(spacing: float, by: int) -> None:
    image = chip(Vessel(90.0, 90.0, 250.0, 40.0, 35.0, "tanker"), side=180)
    coarse = image.reshape(180 // by, by, 180 // by, by, 2).mean(axis=(1, 3))
    fine, told = measure_chip(image, 10.0, BOTH), measure_chip(coarse, spacing, BOTH)
    assert told.length_lo <= fine.length_m <= told.length_hi


def test_a_fine_image_of_a_small_ship_is_measured_at_its_own_size() -> None:
    view = View(spacing_m=1.0, resolution_m=(2.0, 2.0), reach_m=60.0)
    image = np.random.default_rng(4).gamma(2.0, 0.02 / 2, (200, 200)).astype(np.float32)
    shown = echo(Vessel(100.0, 100.0, 50.0, 10.0, 50.0, "cargo"), view, np.random.default_rng(5))
    add(image, shown.intensity, shown.x0, shown.y0)
    told = measure_chip(image, 1.0)
    assert told.length_lo <= 50.0 <= told.length_hi < 120.0


@pytest.mark.parametrize(
    ("image", "spacing", "names", "says"),
    [
        (np.full((20, 20), -18.0), 10.0, "VV", "100% of the values are negative, which power never is; say scale='db'"),
        (np.ones((20, 20, 3)), 10.0, BOTH, "3 bands, but 2 polarisations"),
        (np.ones(20), 10.0, "VV", "not float64 (20,)"),
        (np.ones((20, 20), complex), 10.0, "VV", "take |z|² of complex ones"),
        (np.ones((0, 20)), 10.0, "VV", "not float64 (0, 20)"),
        (np.ones((20, 20)), -1.0, "VV", "pixels of -1.0 m; give metres on the ground"),
        (np.ones((20, 20)), (10.0, 10.0, 10.0), "VV", "pixels of (10.0, 10.0, 10.0) m"),
    ],
)
def test_what_is_no_chip_is_refused_in_one_line(image: np.ndarray, spacing: float, names: str, says: str) -> None:
    with pytest.raises(InputError) as told:
        measure_chip(image, spacing, names)
    assert says in told.value.line()


def test_whole_numbers_are_as_good_as_real_ones() -> None:
    counts = np.round(chip(SHIP) * 1e6).astype(np.int64)
    assert measure_chip(counts, 10.0, BOTH).length_m == pytest.approx(measure_chip(chip(SHIP), 10.0, BOTH).length_m, abs=2.0)


def test_a_measurement_reads_as_a_line() -> None:
    assert repr(measure_chip(chip(SHIP), 10.0, BOTH)).startswith("ChipMeasurement: length ")
    assert repr(measure_chip(np.zeros((9, 9)), 10.0)) == "ChipMeasurement: not measurable, nothing stands out from the sea"
