"""Hydrostatics against the published relations, row by row, and against each other."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.cargo import hydrostatics as water
from darkwake.errors import InputError
from tests.cargo.hulls import tanker

EXPECTED: dict[str, tuple[str, Callable[[], list[float]]]] = {
    "G01": (
        "0.8149052; 0.6559604",
        lambda: [float(water.block_coefficient(*row)) for row in ((0.82, 13.57, 12.48), (0.66, 11.49, 11.09))],
    ),
    "G02": (
        "0.7248394; 0.3700395",
        lambda: [float(water.block_coefficient(*row)) for row in ((0.75, 1.0, 0.75), (0.5, 1.0, 0.5))],
    ),
    "G03": ("73157.8 m3", lambda: [float(water.displaced_at(80097.0, 0.82, 13.6, 12.5))]),
    "G05": (
        "0.834833; 0.676026",
        lambda: [
            water.summer_block_coefficient(*row) for row in ((80097.0, 218.75, 32.25, 13.6), (52382.04, 209.25, 32.2, 11.5))
        ],
    ),
    "G06": ("102", lambda: [water.waterline_length_m(100.0)]),
    "G07": ("0.9145; 0.8425", lambda: [float(water.waterplane_coefficient(cb)) for cb in (0.81, 0.65)]),
    "G08": ("0.8733", lambda: [float(water.waterplane_coefficient_schneekluth(0.81))]),
    "G09": ("0.990", lambda: [water.midship_coefficient(0.5)]),
    "G10": ("0.99361", lambda: [water.midship_coefficient_schneekluth(0.8)]),
    "G11": ("0.9940", lambda: [water.midship_coefficient_benford(0.8)]),
    "G13": ("68292.68 m3", lambda: [float(water.volume_m3(70000.0))]),
    "G15": ("0.6924", lambda: [water.block_from_speed(12.0, 85.0)]),
    "G16": ("0.7094", lambda: [water.block_katsoulis(90.0, 14.0, 6.0, 12.0)]),
    "G17": ("172.8 m2 (book: 173)", lambda: [float(water.waterplane_area_m2(36.0, 6.0, 0.8))]),
    "G18": ("22.3 t/cm (22.304)", lambda: [float(water.tpc(water.waterplane_area_m2(128.0, 20.0, 0.85)))]),
    "G19": ("107.1 mm", lambda: [water.fresh_water_allowance_mm(4500.0, 10.5)]),
    "G20": ("64.3 mm", lambda: [water.dock_water_allowance_mm(107.1, 1.010)]),
    "G21": ("2.6667 m", lambda: [water.buoyancy_depth_m(6.0, 6000.0, 1200.0)]),
}
"""Every row with a test vector but the two that are wrong in print: its ``test_output``, and what is worked out here."""
WRONG = {"G04", "G12"}


@pytest.fixture(scope="module")
def relations(shared: Path) -> dict[str, dict[str, str]]:
    with (shared / "facts" / "regressions.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_every_published_row_with_a_test_vector_is_reproduced_or_refused(relations):
    with_vector = {name for name, row in relations.items() if row["test_output"][:1].isdigit()}
    assert with_vector == EXPECTED.keys() | WRONG


@pytest.mark.parametrize("name", EXPECTED)
def test_a_published_relation_gives_its_printed_result(relations, name):
    printed, worked_out = EXPECTED[name]
    assert relations[name]["test_output"] == printed
    for text, value in zip(printed.split(";"), worked_out(), strict=True):
        number = text.split()[0]
        assert value == pytest.approx(float(number), abs=0.51 * 10 ** -len(number.partition(".")[2]))


def test_the_inverted_ratio_of_the_published_code_is_not_used():
    """G04 turns the ratio of block coefficients upside down; the right form is never above the plain proportion of draughts."""
    inverted = 80097.0 * (0.82 / 0.81) * 12.5 / 13.6
    assert inverted == pytest.approx(74527.4, abs=0.05)
    right = float(water.displaced_at(80097.0, 0.82, 13.6, 12.5))
    assert right < 80097.0 * 12.5 / 13.6 < inverted
    cb = float(water.block_coefficient(0.80, 1.0, 0.5))
    assert (0.80 / cb) ** 2 - 1 == pytest.approx(0.144, abs=0.002)


def test_the_swapped_bounds_of_the_published_code_are_put_right():
    """G12 gives 0.85 for everything; here only what lies outside is moved to a bound."""
    assert max(0.85, min(0.73, 0.78)) == 0.85
    assert [water.prismatic_coefficient(cb, 1.0) for cb in (0.70, 0.78, 0.90)] == [0.73, 0.78, 0.85]


def test_the_exponent_of_the_published_help_text_is_not_used():
    assert round(1.006 - 0.0056 * 0.8**-3.65, 5) == 0.99336
    assert round(water.midship_coefficient_schneekluth(0.8), 5) == 0.99361


def test_a_small_tanker_takes_eleven_tonnes_a_centimetre_and_lies_six_centimetres_deeper_in_brackish_water():
    """90 by 14 m, waterplane 0.85: 11.0 t/cm; 0.3 m of freeboard are 329 t; water of 1.010 is 6 cm or about 70 t."""
    per_cm = float(water.tpc(water.waterplane_area_m2(90.0, 14.0, 0.85)))
    brackish_mm = water.dock_water_allowance_mm(water.fresh_water_allowance_mm(4600.0, per_cm), 1.010)
    assert per_cm == pytest.approx(10.98, abs=0.005)
    assert 30 * per_cm == pytest.approx(329.0, abs=0.5)
    assert brackish_mm == pytest.approx(63.0, abs=1.0)
    assert brackish_mm / 10 * per_cm == pytest.approx(70.0, abs=2.0)


@given(st.floats(0.5, 0.9), st.floats(2.0, 20.0))
def test_riddlesworth_and_munro_smith_agree_on_the_waterplane_of_schneekluth(cb, draught_m):
    step_m = 1e-5
    slope = (cb - float(water.block_coefficient(cb, draught_m, draught_m - step_m))) / step_m
    implied = float(water.block_slope_per_m(water.waterplane_coefficient_schneekluth(cb), cb, draught_m))
    assert slope == pytest.approx(implied, rel=1e-3)


@given(st.floats(0.25, 1.1), st.floats(0.62, 0.85), st.floats(0.02, 0.2), st.floats(1.0, 1.03), st.floats(0.0, 1.0))
def test_a_draught_comes_back_from_its_displacement(share, cb, wider, density, form):
    ship = tanker(3, cb=cb, cwp=min(cb + wider, 0.98))
    weight_t = water.displacement_t(ship, share * ship.draught_m, density, form)
    assert water.draught_at(ship, weight_t, density, form) == pytest.approx(share * ship.draught_m, rel=1e-7)


def test_at_the_summer_draught_a_ship_displaces_deadweight_and_lightship_and_has_her_waterplane():
    ship = tanker(3)
    assert water.displacement_t(ship, ship.draught_m).tolist() == pytest.approx([5200.0] * 3)
    per_cm = 5200.0 / 5.6 * (0.85 / 0.75) / 100
    for form in (0.0, 1.0):
        assert water.immersion_t_per_cm(ship, 5.6, form=form).tolist() == pytest.approx([per_cm] * 3, rel=1e-3)


def test_a_displacement_below_nothing_is_refused():
    with pytest.raises(InputError, match="has to be positive"):
        water.draught_at(tanker(3), -1.0)
    assert math.isfinite(float(np.max(water.draught_at(tanker(3), 1.0))))
