"""The same sum under other assumptions in print: on what the chance depends."""

from __future__ import annotations

import numpy as np
import pytest

from darkwake.ledger import BOTH, VISITS, finding, ledger_state
from darkwake.ledger.assumptions import assumed, in_print, mode_if
from tests.cargo.rows import visits
from tests.ledger.rows import report, tables

CHINA = report("C092", "China", "2024-01-01", "2024-11-30", 280_928)


@pytest.fixture(scope="module")
def state():
    return ledger_state(tables(visits(43), [CHINA], otherwise=True))[0]


def chances(state, mode, kind):
    return {
        one.assumption.words: one.chance_exceeded for one in state.otherwise if (one.mode, one.assumption.kind) == (mode, kind)
    }


def test_at_one_third_of_deadweight_43_visits_hardly_exceed_the_cap_and_at_90_percent_almost_certainly(state):
    found = chances(state, VISITS, "fill")
    assert found["every ship was laden to one third of her deadweight"] < 0.2
    assert 0.4 < found["every ship was laden to 50 % of her deadweight"] < 0.9
    assert found["every ship was laden to 90 % of her deadweight"] > 0.99


def test_with_10_000_barrels_a_visit_the_count_does_not_reach_the_cap_and_the_sum_is_exact(state):
    found = {one.assumption.words: (one.bbl, one.chance_exceeded) for one in state.otherwise if one.mode == VISITS}
    assert found["every visit carried 10,000 bbl"] == ({"p05": 430_000.0, "p50": 430_000.0, "p95": 430_000.0}, 0.0)
    assert found["every visit carried 30,000 bbl"] == ({"p05": 1_290_000.0, "p50": 1_290_000.0, "p95": 1_290_000.0}, 1.0)


def test_at_a_fixed_fraction_the_sum_is_in_proportion_to_it(state):
    """The rest of the world (ships, factor, seed) stays as it is, so one third is to 90 % as 1/3 to 0.9."""
    found = {one.assumption.words: one.bbl["p50"] for one in state.otherwise if one.mode == VISITS}
    ratio = (
        found["every ship was laden to one third of her deadweight"] / found["every ship was laden to 90 % of her deadweight"]
    )
    assert ratio == pytest.approx((1 / 3) / 0.9)


def test_the_finding_says_that_it_hangs_on_assumptions_and_how_far(state):
    words = finding([state])
    assert "if the ships were as large and as full as assumed; on these assumptions the chance" in words
    assert "(almost certain, but under 1 % to over 99 % on other assumptions in print)" in words
    assert words.count(". ") == 0


def test_other_assumptions_enter_no_sum(state):
    alone = ledger_state(tables(visits(43), [CHINA]))[0]
    assert [mode.to_dict() for mode in alone.modes] == [mode.to_dict() for mode in state.modes]
    assert alone.otherwise == ()


def test_with_reported_imports_every_assumption_adds_the_same_barrels(state):
    by_mode = {mode: {o.assumption.words: o.bbl["p50"] for o in state.otherwise if o.mode == mode} for mode in (VISITS, BOTH)}
    added = [by_mode[BOTH][words] - middle for words, middle in by_mode[VISITS].items()]
    assert np.allclose(added, 280_928)


def test_each_assumption_has_a_source_and_is_found_again_by_its_mode():
    assert all(one.source for one in in_print())
    assert [assumed(mode_if(VISITS, one)) for one in in_print()] == [(VISITS, one) for one in in_print()]


def test_simulated_visits_are_not_reckoned_again():
    assert ledger_state(tables(visits(3, origin="simulated"), otherwise=True))[0].otherwise == ()
