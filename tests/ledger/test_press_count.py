"""With a count and a range in print alone the answer is honest: neither proven nor refuted, and what would settle it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from darkwake.cargo import CargoRule, payloads
from darkwake.fusion import LinkRule, MergeRule, visits
from darkwake.ledger import VISITS, LedgerRule, account, finding, ledger_state, total
from darkwake.schema import Caps, Claims, Events, Sightings, Vessels
from tests.cargo.rows import places
from tests.ledger.rows import cap, report

YEAR = (date(2024, 1, 1), date(2024, 12, 31))
COUNT = report("A004", "OSC/BBC", "2024-03-07", "2024-11-05", None, kind="aggregate", place_id="vostochny", activity="load")
COUNT |= {"count": 43, "each_lo": 10_000.0, "each_hi": 30_000.0, "unit": None, "bound": "none", "evidence": ["pub-bbc"]}


def tables_of(claim):
    """All tables of a case of one claim."""
    given = {"places": places(), "vessels": Vessels.empty(), "claims": Claims.rows([claim])}
    given |= {"sightings": Sightings.empty(), "events": Events.empty()}
    made, cargo = visits(*given.values(), period=YEAR, merging=MergeRule()), CargoRule(draws=4000)
    given |= {"visits": made, **payloads(made, Vessels.empty(), seed=1, cargo=cargo), "caps": Caps.rows([cap()])}
    rules = {"ledger": LedgerRule(), "linking": LinkRule(), "merging": MergeRule(), "cargo": cargo}
    return given | account(**given, seed=1, period=YEAR, **rules)


@pytest.fixture(scope="module")
def tables():
    return tables_of(COUNT)


@pytest.fixture(scope="module")
def state(tables):
    return ledger_state(tables)[0]


def test_the_chance_is_that_of_the_level_and_neither_nothing_nor_certain(state):
    """One level for all, flat between 10,000 and 30,000 bbl: it has to lie over 500,000 / 43 = 11,628, chance 0.9186."""
    assert state.headline.chance_exceeded == pytest.approx(0.9186, abs=0.01)
    assert state.headline.bbl["p05"] == pytest.approx(43 * 11_000, rel=0.02)
    assert state.headline.bbl["p95"] == pytest.approx(43 * 29_000, rel=0.02)


def test_the_one_cause_is_the_place_within_the_range_and_all_share_it(state):
    causes = [one for one in state.causes if one.mode == VISITS]
    assert [(one.cause, one.sharing) for one in causes] == [("barrels a visit, place within the range in print", "shared")]
    assert causes[0].share == pytest.approx(1)


def test_what_would_settle_it_is_said_in_numbers(state):
    said = state.to_dict()["settle"]
    assert said["break_even_bbl"] == pytest.approx(500_000 / 43)
    assert 2 < said["measured"][0]["visits"] < 43
    words = state.settle.words()
    assert words.startswith("the cap is passed if the 43 visits carried over 11,600 bbl each on average, and it is reckoned at")
    assert "would bring the chance over 95 % or under 5 %, whichever is the truth" in words


def test_so_many_measured_visits_do_settle_it_when_they_are_played(state):
    """Loads anywhere in the range, as many measured as asked for, with their errors: settled in most of the worlds."""
    random, way = np.random.default_rng(2), state.settle.measured[0]
    settled = []
    for level in random.uniform(10_000, 30_000, 400):
        loads = np.clip(random.normal(level, 5_774, 43), 0, None)
        seen = random.choice(loads, way.visits, replace=False)
        read = seen * (1 + random.normal(0, way.way.own, way.visits)) * (1 + random.normal(0, way.way.shared))
        errors = np.array([way.way.own * read.mean(), 5_774 * np.sqrt(1 - way.visits / 43)]) / np.sqrt(way.visits)
        sd = 43 * np.hypot(np.hypot(*errors), way.way.shared * read.mean())
        settled.append(abs(43 * read.mean() - 500_000) > 1.645 * sd)
    assert np.mean(settled) > 0.82


def test_other_assumptions_in_print_stand_in_place_of_the_range(state):
    chances = {one.assumption.words: one.chance_exceeded for one in state.otherwise}
    assert chances["every visit carried 10,000 bbl"] == 0
    assert chances["every ship was laden to one third of her deadweight"] < 0.2
    assert chances["every ship was laden to 90 % of her deadweight"] > 0.9


def test_a_million_worlds_say_the_same(tables, state):
    found = total(tables["visits"], Vessels.empty(), worlds=100_000)
    assert found.chance_exceeded == pytest.approx(state.headline.chance_exceeded, abs=0.01)


def test_the_finding_says_that_it_hangs_on_the_range(state):
    words = finding([state])
    assert (
        "if one place in the range that was printed for a visit holds for all of them; on these assumptions the chance" in words
    )
    assert "92 % (very likely, but under 1 % to over 99 % on other assumptions in print)" in words
