"""Payloads of simulated ships with known truth, from what a crew types and an image shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from darkwake.cargo import payload
from darkwake.cargo.draughts import Measured, tonnes_by_draughts
from darkwake.cargo.freeboard import tonnes_by_freeboards
from darkwake.cargo.hull import Hull, Known, hull
from darkwake.cargo.hydrostatics import displacement_t
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError
from darkwake.simulation import loadings
from darkwake.simulation.loadings import (
    Loading,
    TrueShip,
    loading,
    read_draughts,
    read_freeboards,
    ship,
    typed_draughts,
    waterline_of,
)

SHIPS, DRAWS = 300, 400
NO_WORDS = {"basis": "as given", "marks": (), "factors": ()}
LOOKS = 3
"""Pairs of images of each ship, so that one in ten of them are ninety."""


@dataclass(frozen=True)
class Case:
    """A simulated loading, and her hull as a register lets one draw it."""

    truth: Loading
    hull: Hull
    unknown: Unknowns
    rng: np.random.Generator


def on_record(one: TrueShip) -> Known:
    """What a register has of a ship; never her lightship or her fullness."""
    dimensions = {word: getattr(one, word) for word in ("length_m", "beam_m", "depth_m", "draught_m")}
    return Known(dwt_t=one.dwt_t, **dimensions)


def cases(ships: list[TrueShip], seed: int) -> list[Case]:
    found = []
    for number, one in enumerate(ships):
        rng = np.random.default_rng([seed, number])
        unknown = Unknowns(seed, DRAWS, f"ship {number}")
        found.append(Case(loading(one, rng), hull(on_record(one), unknown, "ship"), unknown, rng))
    return found


@pytest.fixture(scope="module")
def series() -> list[Case]:
    rng = np.random.default_rng(20)
    return cases([ship(rng) for _ in range(SHIPS)], 20)


def scored(answers: list[np.ndarray], truths: list[float]) -> tuple[float, float, float]:
    """Median and 90th percentile of the relative error of the middle, and the share of truths inside the 90 % interval."""
    low, middle, high = np.quantile(np.array(answers), [0.05, 0.5, 0.95], axis=1)
    error = np.abs(middle / np.array(truths) - 1)
    return float(np.median(error)), float(np.quantile(error, 0.9)), float(np.mean((low <= truths) & (truths <= high)))


def by_draughts(case: Case, measured: Measured) -> np.ndarray:
    return tonnes_by_draughts(case.hull, measured, case.unknown, "visit", activity="load").tonnes


def by_freeboards(case: Case) -> np.ndarray:
    """From a pair of half-metre images; taken again where they contradict a loading, which is refused."""
    while True:
        measured = Measured(*read_freeboards(case.truth, 0.5, case.rng))
        try:
            return tonnes_by_freeboards(case.hull, measured, case.unknown, "visit", activity="load").tonnes
        except InputError:
            continue


def typed(case: Case) -> Measured:
    """What the crew typed; drawn again where it contradicts a loading, which is refused."""
    while True:
        vices = {"not_retyped": 0.33, "other_voyage": 0.02, "whole": 0.08, "half": 0.1}
        before_m, after_m = typed_draughts(case.truth, case.rng, **vices)
        if after_m >= before_m:
            return Measured(before_m, after_m)


def truths(series: list[Case]) -> list[float]:
    return [case.truth.cargo_t for case in series]


def test_two_measured_draughts_give_the_payload_within_ten_percent(series):
    answers = [by_draughts(case, Measured(*read_draughts(case.truth, 0.1, case.rng), 0.1)) for case in series]
    median, p90, inside = scored(answers, truths(series))
    assert (median <= 0.10, p90 <= 0.20) == (True, True), (median, p90)
    assert 0.84 <= inside <= 0.98


def test_two_typed_draughts_with_all_their_vices_give_the_payload_within_ten_percent(series):
    answers = [by_draughts(case, typed(case)) for case in series]
    median, p90, inside = scored(answers, truths(series))
    assert (median <= 0.10, p90 <= 0.20) == (True, True), (median, p90)
    assert 0.84 <= inside <= 0.98


def test_two_freeboards_from_any_half_metre_images_give_the_payload_within_ten_percent(series):
    """Also under a high sun or one near her axis: an image then tells little, and the laden fraction most of it."""
    looks = [case for case in series for _ in range(LOOKS)]
    median, p90, inside = scored([by_freeboards(case) for case in looks], truths(looks))
    assert (median <= 0.10, p90 <= 0.20) == (True, True), (median, p90)
    assert 0.84 <= inside <= 0.98


def test_a_deadweight_alone_gives_the_payload_within_a_quarter(series):
    middles = [payload(dwt_t=case.truth.ship.dwt_t, draws=DRAWS).t.p50 for case in series[:100]]
    error = np.abs(np.array(middles) / truths(series)[:100] - 1)
    assert np.median(error) <= 0.25
    assert np.quantile(error, 0.9) <= 0.50


def test_ships_with_the_dimensions_of_real_tankers_are_as_well_reckoned(shared: Path):
    rows = pd.read_csv(shared / "ais" / "particulars_ais.csv.gz")
    rows = rows[rows.ship_type.fillna("").str.contains("Tanker")]
    length_m, beam_m = rows.to_bow_m + rows.to_stern_m, rows.to_port_m + rows.to_starboard_m
    real = pd.DataFrame({"length_m": length_m, "beam_m": beam_m, "draught_m": rows.draught_design_m})
    usual = (length_m / beam_m).between(5.3, 7.2) & (beam_m / real.draught_m).between(2.0, 3.2)
    chosen = real[length_m.between(64, 125) & usual].sort_values("length_m").iloc[::2]
    rng = np.random.default_rng(4)
    found = cases([ship(rng, tuple(row)) for row in chosen.itertuples(index=False)], 4)
    median, p90, _ = scored([by_freeboards(case) for case in found], truths(found))
    assert len(found) > 80
    assert (median <= 0.10, p90 <= 0.20) == (True, True), (median, p90)


def test_a_simulated_ship_floats_at_her_summer_draught_with_her_deadweight():
    one = ship(np.random.default_rng(2))
    assert one.draught_at(one.dwt_t + one.lightship_t, 1.025) == pytest.approx(one.draught_m, rel=1e-6)
    assert one.draught_at(one.lightship_t, 1.025) < 0.5 * one.draught_m
    assert 1.15 <= one.depth_m / one.draught_m <= 1.45


def test_simulated_waterlines_add_up_to_the_fullness_that_was_asked_for():
    at_summer, power = waterline_of(0.72, 0.86)
    heights = (np.arange(4000) + 0.5) / 4000
    exponent = at_summer * heights**power
    assert float((exponent / (exponent + 1)).mean()) == pytest.approx(0.72, abs=0.002)
    assert at_summer / (at_summer + 1) == pytest.approx(0.86)


def test_the_displacement_of_independent_hulls_lies_between_the_two_laws():
    """Riddlesworth's law is too light at a light draught, the power law too heavy: the factor between them is well placed."""
    rng = np.random.default_rng(6)
    errors = np.array([[_law_error(one, form) for form in (0.0, 0.5, 1.0)] for one in (ship(rng) for _ in range(100))])
    light, middle, heavy = np.median(errors, axis=0)
    assert light < 0 < heavy
    assert abs(middle) < 0.01


def _law_error(one: TrueShip, form: float) -> float:
    """Error of the displacement at half the summer draught, of deadweight."""
    block_t = 1.025 * loadings.WATERLINE * one.length_m * one.beam_m * one.draught_m
    plane = one.waterline[0] / (one.waterline[0] + 1)
    cb = (one.dwt_t + one.lightship_t) / block_t
    known = {word: np.array([getattr(one, word)]) for word in ("length_m", "beam_m", "depth_m", "draught_m", "dwt_t")}
    built = Hull(**known, lightship_t=np.array([one.lightship_t]), cb=np.array([cb]), cwp=np.array([plane]), **NO_WORDS)
    at_half_t = float(displacement_t(built, 0.5 * one.draught_m, form=form)[0])
    return (at_half_t - one.displacement_t(0.5 * one.draught_m, 1.025)) / one.dwt_t


def test_a_simulated_loading_brings_the_ship_deeper_and_never_under_her_mark_in_sea_water(series):
    for case in series:
        before_m, after_m = case.truth.draughts_m
        assert before_m < after_m < 1.02 * case.truth.ship.draught_m
        assert 0.4 * case.truth.ship.dwt_t < case.truth.cargo_t < case.truth.ship.dwt_t


def test_the_same_seed_gives_the_same_ship_and_reading():
    first, again = (read_freeboards(loading(ship(rng), rng), 0.5, rng) for rng in map(np.random.default_rng, (9, 9)))
    assert first == again


def test_the_sun_of_the_simulation_is_that_of_the_published_table(shared: Path):
    rows = pd.read_csv(shared / "optical" / "facts" / "sun_shadow_limits.csv")
    rows = rows[(rows.site == "Vostochny") & (rows.local_solar_h == 10.5)]
    worked_out = [math.degrees(loadings.sun_elevation_rad(30.44 * (month - 1) + 15)) for month in rows.month]
    assert worked_out == pytest.approx(rows.sun_elev_deg.tolist(), abs=3.0)
