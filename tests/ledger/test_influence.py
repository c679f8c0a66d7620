"""Leave one source out: what is left of a sum, and how far it moved."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from darkwake.cargo import chosen, payloads
from darkwake.fusion import MergeRule, visits
from darkwake.ledger import BOTH, REPORTS, VISITS, LedgerRule, LinkRule, account, caps_of
from darkwake.ledger.influence import Sources, influence
from darkwake.schema import Caps, Claims, Events, Sightings, Vessels
from tests.cargo.rows import FAST, places, ship
from tests.ledger.rows import cap, report

YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def count(claim_id: str, number: int, source: str, start: str = "2024-03-07", end: str = "2024-11-05", **changes: object):
    """A published count of visits at Vostochny."""
    row = report(claim_id, "Centre", start, end, None, kind="aggregate", what="visits", count=number, bound="none", unit=None)
    return row | {"place_id": "vostochny", "activity": "load", "evidence": [source, "file-facts"]} | changes


def dated(claim_id: str, day: str, source: str, **changes: object):
    """A published visit."""
    return count(claim_id, 1, source, day, day, kind="visit", count=None, **changes)


def found(claims, vessels=(), *, worlds=300):
    """The influence of each source, by source and mode."""
    ships, stated, none = Vessels.rows(list(vessels)), Claims.rows(claims), (Sightings.empty(), Events.empty())
    made = visits(places(), ships, stated, *none, period=YEAR, merging=MergeRule())
    tables = (places(), ships, stated, *none, made, *payloads(made, ships, seed=1, cargo=FAST).values(), Caps.rows([cap()]))
    rule = LedgerRule(assumptions=False, worlds_again=worlds)
    given = {"seed": 1, "period": YEAR, "linking": LinkRule(), "merging": MergeRule(), "cargo": FAST}
    rows = account(*tables, ledger=rule, **given)["influence"].to_pylist()
    return {(row["evidence_id"], row["mode"]): row for row in rows}


def test_without_the_only_source_nothing_is_left_and_that_is_not_zero_barrels():
    row = found([count("A", 12, "pub-a")])["pub-a", VISITS]
    assert (row["bbl_p50"], row["chance_exceeded"], row["visits"]) == (None, None, 0.0)
    assert row["moved_bbl"] < -100_000


def test_without_the_larger_count_the_smaller_one_inside_it_stands():
    rows = found([count("A", 43, "pub-a"), count("B", 5, "pub-b", "2024-03-07", "2024-03-22", part_of="A")])
    assert (rows["pub-a", VISITS]["visits"], rows["pub-b", VISITS]["visits"]) == (5, 43)
    assert rows["pub-a", VISITS]["chance_exceeded"] == 0


def test_a_report_that_takes_the_place_of_the_one_left_out_moves_the_sum_by_the_difference():
    month = report("m", "China", "2024-01-01", "2024-01-31", 10_000, evidence=["pub-m"])
    year = report("y", "China", "2024-01-01", "2024-01-31", 9_000, evidence=["pub-y"], published="2024-03-01")
    assert found([month, year])["pub-m", REPORTS] | {"origin": ""} == {
        "cap_id": "refined-2024",
        "mode": REPORTS,
        "evidence_id": "pub-m",
        "bbl_p05": 9_000.0,
        "bbl_p50": 9_000.0,
        "bbl_p95": 9_000.0,
        "chance_exceeded": 0.0,
        "moved_bbl": -1_000.0,
        "visits": 0.0,
        "origin": "",
    }


def test_what_stands_in_both_sums_moves_both():
    rows = found([count("A", 12, "pub-a"), report("m", "China", "2024-01-01", "2024-01-31", 10_000, evidence=["pub-m"])])
    assert rows["pub-m", BOTH]["moved_bbl"] == pytest.approx(-10_000)
    assert rows["pub-a", BOTH]["bbl_p50"] == 10_000


def test_files_are_no_sources_to_leave_out():
    assert {source for source, _ in found([count("A", 2, "pub-a")])} == {"pub-a"}


def test_a_deadweight_that_only_the_source_gave_is_not_known_without_it():
    tanker = ship("tanker", 9000.0) | {"evidence": ["pub-a"]}
    claims = [dated("A", "2024-04-01", "pub-b", vessel_id="tanker"), dated("B", "2024-05-01", "pub-a")]
    left = found(claims, [tanker])["pub-a", VISITS]
    alone = found(claims[:1], [ship("tanker")])["pub-b", VISITS]
    assert left["visits"] == 1
    assert left["bbl_p50"] == pytest.approx(-alone["moved_bbl"])


def test_a_source_that_says_what_others_say_moves_nothing():
    claims = [dated("A", "2024-04-01", "pub-a", vessel="Un Hung"), dated("B", "2024-04-01", "pub-b", vessel="Un Hung")]
    assert found(claims)["pub-a", VISITS]["moved_bbl"] == 0


def test_fewer_worlds_are_the_first_of_the_same():
    """With all worlds the rest after leaving out is exactly the ledger of the rest."""
    claims = [dated(name, f"2024-04-0{n}", f"pub-{name}", vessel=name) for n, name in enumerate("abc", 1)]
    whole = found(claims, worlds=FAST.draws)["pub-a", VISITS]
    assert np.isclose(whole["bbl_p50"], found(claims, worlds=5000)["pub-a", VISITS]["bbl_p50"])


def test_the_order_of_rows_changes_nothing():
    claims = [count("A", 3, "pub-a"), dated("B", "2024-04-01", "pub-b"), dated("C", "2024-05-01", "pub-c", vessel="x")]
    assert found(claims) == found(claims[::-1])


def test_leaving_out_a_source_leaves_the_tables_given_as_they_are():
    stated = Claims.rows([count("A", 3, "pub-a")])
    empty = (Vessels.empty(), stated, Sightings.empty(), Events.empty())
    rules = (YEAR, MergeRule(), LinkRule(), FAST, chosen({}))
    sources = Sources(places(), *empty, tuple(caps_of(Caps.rows([cap()]))), 1, 10, *rules)
    assert sources.without("pub-a").claims.num_rows == 0
    assert (sources.claims.num_rows, influence(sources, sources.made(), []).num_rows) == (1, 0)


def test_a_register_that_gave_a_deadweight_is_a_source_too():
    tanker = ship("tanker", 9000.0) | {"evidence": ["pub-register"]}
    row = found([dated("A", "2024-04-01", "pub-a", vessel_id="tanker")], [tanker])["pub-register", VISITS]
    assert row["visits"] == 1
    assert row["moved_bbl"] < -10_000
