"""A million worlds streamed: the model of the ledger, whatever a visit stands on, in little memory."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, datetime

import numpy as np
import pytest
from scipy.special import ndtr

from darkwake.cargo import CargoRule, chosen, payloads
from darkwake.cargo.factors import DEADWEIGHT, LADEN, LADEN_OWN, cut_lognormal
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import UsageError
from darkwake.ledger import LedgerRule, LinkRule, ledger, total
from darkwake.ledger.stream import BLOCK, STRATA, _Block, _strata
from darkwake.schema import Caps, Claims, Vessels, Visits
from tests.cargo.rows import places, ship, visit, visits
from tests.ledger.rows import cap

NONE = Vessels.empty()
YEAR = (date(2024, 1, 1), date(2024, 12, 31))
LATE = {"arrival_lo": datetime(2024, 12, 1, tzinfo=UTC), "arrival_hi": datetime(2025, 1, 30, tzinfo=UTC)}
ALONE = {"counted_in": None, "vessel": "not named"}
KINDS = {
    "a fleet": ([visit(f"v{n}") for n in range(20)], []),
    "a ship on record": ([visit(f"v{n}", vessel_id="a", vessel="a") for n in range(4)], [ship("a", 4000.0)]),
    "ships of which only a range is known": ([visit(f"v{n}", **ALONE) for n in range(12)], []),
    "stated barrels": ([visit(f"v{n}", bbl_stated=20_000.0) for n in range(5)], []),
    "a range in print": ([visit(f"v{n}", bbl_lo=10_000.0, bbl_hi=30_000.0) for n in range(43)], []),
    "half of them doubtful, about the turn of the year": ([visit(f"v{n}", probability=0.5, **LATE) for n in range(30)], []),
}


def stored(rows, ships, draws=12_000):
    """The last row of the ledger with stored draws."""
    stays, vessels, cargo = Visits.rows(rows), Vessels.rows(ships), CargoRule(draws=draws)
    made = payloads(stays, vessels, seed=5, cargo=cargo).values()
    given = {"seed": 5, "ledger": LedgerRule(assumptions=False), "linking": LinkRule(), "cargo": cargo}
    limit = Caps.rows([cap(amount=200_000.0)])
    return ledger(stays, *made, Claims.empty(), limit, places(), vessels, **given).to_pylist()[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_quantiles_and_chance_are_those_of_the_stored_draws(kind):
    """Within Monte Carlo error: of 12,000 draws a 5 % quantile stands at 4.3 to 5.7 %, well within 3 % of the barrels."""
    rows, ships = KINDS[kind]
    one = stored(rows, ships)
    other = total(Visits.rows(rows), Vessels.rows(ships), worlds=80_000, seed=9, cap_bbl=200_000.0, period=YEAR)
    assert list(other.bbl.values()) == pytest.approx([one[f"bbl_{word}"] for word in ("p05", "p50", "p95")], rel=0.03)
    assert other.chance_exceeded == pytest.approx(one["chance_exceeded"], abs=0.02)


def test_all_kinds_together_share_what_they_share():
    """The width of the whole is wrong where a level is drawn twice for visits that share it."""
    rows = [
        *visits(10).to_pylist(),
        visit("r", vessel_id="a", vessel="a"),
        visit("s", **ALONE),
        visit("t", bbl_stated=20_000.0),
    ]
    one = stored(rows, [ship("a", 4000.0)])
    other = total(Visits.rows(rows), Vessels.rows([ship("a", 4000.0)]), worlds=80_000, cap_bbl=200_000.0)
    assert other.bbl["p95"] - other.bbl["p05"] == pytest.approx(one["bbl_p95"] - one["bbl_p05"], rel=0.04)
    assert other.visits == 13


def test_the_number_of_threads_changes_nothing():
    one, two = (total(visits(8), NONE, worlds=3 * BLOCK, threads=n) for n in (1, 2))
    assert one == two


def test_the_order_of_visits_changes_nothing_but_noise():
    rows = [visit(f"v{n}") for n in range(6)]
    assert total(Visits.rows(rows), NONE, worlds=BLOCK) == total(Visits.rows(rows[::-1]), NONE, worlds=BLOCK)


def test_a_visit_outside_the_period_counts_nothing():
    outside = total(visits(3), NONE, worlds=100, period=(date(2025, 1, 1), date(2025, 12, 31)), cap_bbl=0.0)
    assert (outside.bbl["p95"], outside.chance_exceeded) == (0.0, 0.0)


def test_looked_up_deadweights_are_those_of_the_exact_distribution():
    """Each within the stratum of its probability: the exact distribution function at the value, less the one drawn."""
    known, unknown = chosen({}), Unknowns(1, BLOCK, "test")
    words = np.random.default_rng(3).integers(0, STRATA, (1, BLOCK), dtype=np.uint16)
    block = _Block(known, unknown, lambda _: words, np.ones(4096, np.float32))
    ship_of = type("Bounds", (), {"bounds": (1000.0, 9000.0)})
    found = block._sizes(ship_of, 1)[:, 0]
    prior = known[DEADWEIGHT]
    level = known["deadweight level of unknown tankers"].at(unknown("deadweight level of unknown tankers"))
    exact = cut_lognormal((words[0] + 0.5) / STRATA, prior.central * level, prior.spread, 1000.0, 9000.0)
    z = np.log(np.stack([found, exact]) / (prior.central * level)) / prior.spread
    assert np.abs(np.diff(ndtr(z), axis=0)).max() < 1 / STRATA
    assert np.quantile(np.abs(found / exact - 1), 0.999) < 1e-3


def test_looked_up_laden_fractions_are_those_of_the_exact_formula():
    """The whole chain for a ship of a given deadweight: the mean of the strata is that of the logistic formula, to 1e-4."""
    set_ = {LADEN: 0.8, "deadweight on record, relative": 1.0, "barrels per tonne, refined product": 8.0}
    found = total(visits(1, vessel_id="a"), Vessels.rows([ship("a", 5000.0)]), worlds=200_000, factors=set_)
    odds = 4 * np.exp(_strata(chosen({})[LADEN_OWN].at))
    exact = np.quantile(5000 * 8 * odds / (1 + odds), (0.05, 0.5, 0.95))
    assert list(found.bbl.values()) == pytest.approx(exact.tolist(), rel=1e-3)


def test_memory_does_not_grow_with_visits_times_worlds():
    """500 visits in 100,000 worlds would be 400 MB as stored draws."""
    tracemalloc.start()
    total(visits(500), NONE, worlds=100_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50e6


def test_no_worlds_are_refused():
    with pytest.raises(UsageError, match="0 worlds are none; ask for one or more"):
        total(visits(1), NONE, worlds=0)


def test_a_total_is_said_in_words_and_shown_in_a_notebook():
    words = total(visits(43), NONE, worlds=1000).words()
    assert words.startswith("43 visits in 1,000 worlds: ")
    assert words.endswith("chance of more than 500,000 bbl over 99 %")


def test_no_visits_are_no_barrels():
    assert total(Visits.empty(), NONE, worlds=10).bbl == {"p05": 0.0, "p50": 0.0, "p95": 0.0}
