"""Payloads from two draughts of ships of which little is on record: simulated ones, and real ones by their waterplane.

The second series takes length, beam, design draught and tonnes per centimetre of real tankers. Her waterlines have that area at
the summer draught and fall off so that her block coefficient lies between those that two published relations (Schneekluth's and
Kristensen's, which are 0.1 apart) read from it; the empty ship is Watson's. No fit of the package enters a truth.
"""

from __future__ import annotations

import numpy as np
import pytest
from training import hulls as training

from darkwake.cargo import payload
from darkwake.simulation.loadings import Loading, TrueShip, loading, ship, waterline_of

READ_SD_M = 0.03
"""Draughts are told in decimetres: a twelfth of a decimetre's square."""


def simulated(ships: int) -> list[Loading]:
    rng = np.random.default_rng(5)
    return [loading(ship(rng), rng) for _ in range(ships)]


@pytest.fixture(scope="module")
def real(shared) -> list[Loading]:
    drawn, draught = training.draughts(training.read_particulars(shared / "ais" / "particulars_ais.csv.gz", "tanker"))
    right = np.abs(np.log(drawn.draught_m) - draught.of(drawn)) < training.WRONG
    usual = drawn.length_m.between(60, 129) & (drawn.length_m / drawn.beam_m).between(4.8, 7.5)
    rng = np.random.default_rng(3)
    built = [by_waterplane(row, rng) for row in training.with_tpc(drawn[right & usual]).itertuples()]
    return [loading(one, rng) for one in built if one is not None]


def by_waterplane(row, rng: np.random.Generator) -> TrueShip | None:
    plane = 100 * row.tpc_t_per_cm / (1.025 * 0.97 * row.length_m * row.beam_m)
    if not 0.7 < plane < 0.95:
        return None
    schneekluth, kristensen = (3 * plane - 1) / 2, (plane - 0.55) / 0.45
    fullness = float(np.clip(rng.uniform(*sorted((schneekluth, kristensen))), 0.6, plane - 0.04))
    sizes = (row.length_m, row.beam_m, 1.28 * row.draught_m, row.draught_m)
    whole_t = TrueShip(*sizes, 0.0, 0.0, waterline_of(fullness, plane)).displacement_t(row.draught_m, 1.025)
    watson_t = training.watson_lightship_t(*sizes, 22.0 * row.length_m) * float(np.exp(rng.normal(0, 0.1)))
    light_t = min(watson_t, 0.42 * whole_t)
    return TrueShip(*sizes, whole_t - light_t, light_t, waterline_of(fullness, plane))


def scored(series: list[Loading], *known: str) -> tuple[float, float, float]:
    """Median and 90th percentile of the error, and the share of truths inside the 90 % interval."""
    rows = []
    for truth in series:
        arrival_m, departure_m = (round(draught_m, 1) for draught_m in truth.draughts_m)
        given = {word: getattr(truth.ship, word) for word in ("length_m", "beam_m", *known)}
        read = {"draught_in_m": arrival_m, "draught_out_m": departure_m, "draught_sd_m": READ_SD_M}
        found = payload(**given, **read, draws=400).t
        error = abs(found.p50 / truth.cargo_t - 1)
        rows.append((error, found.p05 <= truth.cargo_t <= found.p95))
    error, inside = np.array(rows).T
    return float(np.median(error)), float(np.quantile(error, 0.9)), float(inside.mean())


def test_a_simulated_ship_of_known_length_and_beam():
    median, p90, inside = scored(simulated(80))
    assert median <= 0.12
    assert p90 <= 0.27
    assert 0.86 <= inside <= 1.0


def test_a_simulated_ship_of_known_length_beam_and_deadweight():
    median, p90, inside = scored(simulated(80), "dwt_t")
    assert median <= 0.09
    assert p90 <= 0.22
    assert inside >= 0.8


def test_a_real_waterplane_of_known_length_and_beam(real):
    assert len(real) > 50
    median, p90, inside = scored(real)
    assert median <= 0.13
    assert p90 <= 0.25
    assert 0.86 <= inside <= 0.99


def test_a_real_waterplane_of_known_length_beam_and_deadweight(real):
    median, p90, inside = scored(real, "dwt_t")
    assert median <= 0.06
    assert p90 <= 0.15
    assert inside >= 0.86


def test_a_laden_draught_that_was_measured_tells_the_least_of_the_summer_draught():
    """A ship of 85 m that lay at 6 m has no summer draught of 5.5 m; what she carried is then not bounded by a small one."""
    read = {"length_m": 85.0, "beam_m": 14.0, "draught_in_m": 3.5, "draws": 800}
    found = payload(**read, draught_out_m=6.1, draught_sd_m=0.03)
    assert "measured at a draught of 6.0 m or more" in found.basis
    typed = payload(**read, draught_out_m=6.1)
    assert "or more" not in typed.basis
    assert found.t.p05 > typed.t.p05
