"""One hull or two side by side, told from pixels of 10 m: on ships and pairs of other seeds than those it was fitted on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from lengths_data import ships
from pairs_model import SIMULATED, simulated

from darkwake.detection import detect, measure_chip
from darkwake.detection.measuring import TWO_HULLS
from darkwake.detection.pairs import SURE, two_ridges
from darkwake.simulation.echoes import View, add, alongside, echo
from darkwake.simulation.scatterers import Vessel
from tests.imagery.rasters import clutter, write_tiff

BOTH = ("VH", "VV")


def chances(seeds: range) -> list[float]:
    told = (measure_chip(simulated(seed), 10.0, BOTH).two_hulls for seed in seeds)
    return [chance for chance in told if chance is not None]


def test_simulated_pairs_are_called_so_in_two_of_five_and_single_ships_never() -> None:
    one, two = (chances(range(start, start + 60, 2)) for start in (2 * SIMULATED, 2 * SIMULATED + 1))
    assert (len(one) >= 15, len(two) >= 15) == (True, True)
    assert max(one) < SURE
    assert np.mean([chance >= SURE for chance in two]) >= 0.35


def test_real_single_ships_are_no_pairs(shared: Path) -> None:
    told = [measure_chip(ship.chip, ship.spacing_m, ship.polarisations) for ship in ships(shared / "sar") if not ship.several]
    known = [one.two_hulls for one in told if one.two_hulls is not None]
    assert len(known) > 100
    assert sum(chance >= SURE for chance in known) <= 2


@pytest.mark.parametrize("spacing", [3.0, 25.0])
def test_pixels_for_which_it_was_not_learned_have_no_chance(spacing: float) -> None:
    assert measure_chip(simulated(1), spacing, BOTH).two_hulls is None


def test_ridges_are_counted_where_a_valley_lies_between() -> None:
    across = np.arange(-100.0, 101.0, 5.0)
    two = 20.0 * np.exp(-(((np.abs(across) - 25.0) / 12.0) ** 2))
    one = 20.0 * np.exp(-((across / 25.0) ** 2))
    assert (two_ridges(np.tile(two, (30, 1))), two_ridges(np.tile(one, (30, 1)))) == (1.0, 0.0)


def test_a_pair_in_a_scene_is_one_row_without_a_length_and_says_that_it_is_two(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    values = clutter(400, 400, level=0.02)
    first = Vessel(200.0, 200.0, 280.0, 44.0, 30.0, "tanker")
    for vessel in (first, alongside(first, first, View(), gap_m=15.0)):
        shown = echo(vessel, View(), random)
        add(values, shown.intensity, shown.x0, shown.y0)
    rows = [row for row in detect([write_tiff(tmp_path / "a.tif", values)]).detections.to_pylist() if row["score"] > 0.5]
    assert [(row["kind"], row["length_m"], row["unmeasured"]) for row in rows] == [("pair", None, TWO_HULLS)]
    assert rows[0]["doubts"][-1].startswith("two_hulls: two hulls side by side, chance ")
