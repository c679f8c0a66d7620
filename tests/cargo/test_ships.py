"""The ship of a visit and what is on record of her."""

from __future__ import annotations

import pytest

from darkwake.cargo.factors import DEADWEIGHT, catalogue
from darkwake.cargo.hull import Known
from darkwake.cargo.ships import known_of, sharing_of, ships_of
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError
from darkwake.schema import Vessels, Visits
from tests.cargo.rows import ship, visit

PRIOR = catalogue()[DEADWEIGHT]


def keys(*rows: dict[str, object]) -> list[str]:
    found = ships_of(Visits.rows(list(rows)).to_pylist(), Vessels.rows([ship("V05", 3003.0)]).to_pylist(), PRIOR)
    return [found[str(row["visit_id"])].key for row in rows]


def test_a_ship_is_one_wherever_she_calls_and_unnamed_ships_of_counts_at_one_place_are_one_fleet():
    named = visit("a", vessel_id="V05"), visit("b", vessel_id="V05", place_id="chongjin")
    counted = visit("c"), visit("d", counted_in="S002"), visit("e", place_id="chongjin")
    assert keys(*named, *counted) == [
        *["ship V05"] * 2,
        *["unnamed fleet calling at vostochny"] * 2,
        "unnamed fleet calling at chongjin",
    ]


def test_unnamed_ships_that_no_count_holds_are_each_a_ship_of_their_own():
    assert keys(visit("a", counted_in=None), visit("b", counted_in=None)) == ["ship of visit a", "ship of visit b"]


def test_bounds_of_one_visit_bind_all_visits_of_the_ship():
    rows = [visit("a", vessel="Un Hung", dwt_hi=4000.0), visit("b", vessel="Un Hung", dwt_lo=2000.0)]
    found = ships_of(Visits.rows(rows).to_pylist(), [], PRIOR)
    assert {found[name].bounds for name in "ab"} == {(2000.0, 4000.0)}


def test_bounds_that_leave_nothing_are_refused():
    rows = [visit("a", vessel="Un Hung", dwt_hi=1500.0), visit("b", vessel="Un Hung", dwt_lo=2000.0)]
    with pytest.raises(InputError, match="ship called Un Hung: no deadweight lies between 2,000 and 1,500 t"):
        ships_of(Visits.rows(rows).to_pylist(), [], PRIOR)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("product tanker", "tanker"), ("container ship", "container ship"), ("cargo", "general cargo ship"), (None, "tanker")],
)
def test_a_ship_is_of_the_kind_that_her_record_says(text, kind):
    assert known_of(ship("V05", 3003.0) | {"type": text, "depth_m": 6.5}) == Known(kind, dwt_t=3003.0, depth_m=6.5)


def test_who_has_an_unknown_follows_from_whom_it_was_asked_for():
    asked = Unknowns(1, 3, "test")
    for name, owner in (("all", "world"), ("hers", "ship V05"), ("this", "visit-1"), ("both", "world"), ("both", "ship V05")):
        asked(name, owner)
    assert sharing_of(asked, "ship V05") == {"all": "shared", "hers": "ship", "this": "visit", "both": "ship"}
