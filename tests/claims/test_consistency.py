"""Statements that cannot both hold are found by rule, and others are left in peace."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from darkwake.claims.consistency import find_contradictions, slowest_kn
from darkwake.schema import Claims, Places

Tables = dict[str, pa.Table]


def row(claim_id: str, **more: object) -> dict[str, object]:
    fixed: dict[str, object] = {
        "claim_id": claim_id,
        "kind": "reported import",
        "publisher": "China",
        "title": "T",
        "what": "refined",
        "place": "China to KP",
        "product": "refined",
        "unit": "bbl",
        "bound": "exact",
        "period_start": date(2023, 1, 1),
        "period_end": date(2023, 1, 31),
        "verified": True,
        "origin": "published",
        "evidence": [f"pub-{claim_id}"],
    }
    return fixed | more


def kinds(*rows: dict[str, object]) -> list[str]:
    return [str(found["kind"]) for found in find_contradictions(Claims.rows(list(rows)), Places.empty())]


@pytest.mark.parametrize(
    ("barrels", "wrong"), [(8330.0, False), (6350.0, False), (11600.0, False), (5900.0, True), (17900.0, True), (1000.0, True)]
)
def test_barrels_per_tonne_that_no_product_has_are_found(barrels: float, wrong: bool) -> None:
    found = kinds(row("A", central=barrels), row("A.t", central=1000.0, unit="t", part_of="A"))
    assert found == (["unit error"] if wrong else [])


def test_tonnes_taken_as_barrels_in_some_months_are_found_to_the_last_digit() -> None:
    ends = [monthrange(2023, n)[1] for n in range(1, 13)]
    days = [{"period_start": date(2023, n, 1), "period_end": date(2023, n, end)} for n, end in enumerate(ends, 1)]
    months = [row(f"m{n}", central=8330.0, **span) for n, span in enumerate(days, 1)]
    tonnes = [row(f"m{n}.t", central=1000.0, unit="t", part_of=f"m{n}") for n in (3, 7)]
    year = {"period_end": date(2023, 12, 31)}
    assert kinds(*months, *tonnes, row("right", central=12 * 8330.0, **year)) == []
    assert kinds(*months, *tonnes, row("wrong", central=10 * 8330.0 + 2000.0, kind="other", **year)) == ["unit error"]
    assert kinds(*months, *tonnes, row("small", central=90_000.0, **year)) == ["parts and total"]
    assert kinds(*months[1:], *tonnes, row("small", central=10 * 8330.0 + 2000.0, **year)) == []


@pytest.mark.parametrize(
    ("inner", "outer", "wrong"),
    [
        ({"lo": 165_000.0, "bound": "at least"}, {"central": 125_000.0, "bound": "exact"}, True),
        ({"lo": 165_000.0, "bound": "at least"}, {"central": 155_000.0, "bound": "about"}, False),
        ({"lo": 165_000.0, "bound": "at least"}, {"lo": 125_000.0, "bound": "at least"}, False),
        ({"hi": 165_000.0, "bound": "at most"}, {"central": 125_000.0, "bound": "exact"}, False),
        ({"central": 100.05, "bound": "exact"}, {"central": 100.0, "bound": "exact"}, False),
    ],
)
def test_a_part_larger_than_the_whole_is_found(inner: dict[str, object], outer: dict[str, object], wrong: bool) -> None:
    found = kinds(row("in", kind="aggregate", part_of="out", **inner), row("out", kind="aggregate", **outer))
    assert found == (["nested totals"] if wrong else [])


def test_the_bundled_case_holds_the_slips_that_are_known_in_print(facts: Tables) -> None:
    rows = [found for found in facts["contradictions"].to_pylist() if found["origin"] == "inferred"]
    pairs = {(r["kind"], r["statement_a"].split(", 20")[0], r["statement_b"].split(", 20")[0]) for r in rows}
    months = "105,841 bbl, the sum of 12 months"
    assert pairs == {
        ("unit error", "at least 1,000,000 bbl", "at least 56,000 t"),  # Korrespondent
        ("unit error", "83,152 bbl", months),  # RFA
        ("parts and total", "99,300 bbl", months),
        ("nested totals", "149,000 bbl", "134,000 bbl"),  # 17,877 t by two factors
        ("nested totals", "280,928 bbl", "168,679 bbl"),  # China alone, later, above China and Russia
        ("nested totals", "at least 20,000 containers", "about 16,000 containers"),
    }
    assert [found["statement_b"].split(", 20")[0] for found in rows if not found["verified"]] == ["about 16,000 containers"]


def test_a_contradiction_names_publishers_and_dates_and_says_how_two_reports_differ(facts: Tables) -> None:
    rows = {r["statement_a"]: r["subject"] for r in facts["contradictions"].to_pylist() if r["kind"] == "nested totals"}
    china = "280,928 bbl, 2024-01-01 to 2024-11-30 (China, published 2025-03-14)"
    assert rows[china] == "bbl, a later report larger than an earlier total around it"
    both = "149,000 bbl, 2020-01-01 to 2020-09-30 (China+Russia, published 2021-02-18)"
    assert rows[both] == "bbl, two figures for the same days"


def test_what_is_printed_as_contradictory_is_carried_with_its_handling(facts: Tables) -> None:
    printed = [found for found in facts["contradictions"].to_pylist() if found["origin"] == "published"]
    assert [found["contradiction_id"] for found in printed] == [f"W{n:02d}" for n in range(1, 13)]


def test_one_ship_at_two_places_that_no_tanker_could_join_is_found(facts: Tables) -> None:
    calls = [
        row(
            place,
            kind="visit",
            vessel="Yu Son",
            vessel_id="yu-son",
            place_id=place,
            place=place,
            unit=None,
            bound="none",
            **days,
        )
        for place, days in (
            ("vostochny", {"period_start": date(2024, 4, 1), "period_end": date(2024, 4, 1)}),
            ("zhoushan-xinya", {"period_start": date(2024, 4, 1), "period_end": date(2024, 4, 1)}),
        )
    ]
    (found,) = find_contradictions(Claims.rows(calls), facts["places"])
    assert found["kind"] == "speed"
    later = {"period_start": date(2024, 4, 2), "period_end": date(2024, 4, 2)}
    assert find_contradictions(Claims.rows([calls[0], calls[1] | later]), facts["places"]) == []


def test_the_speed_is_the_least_that_the_dates_and_extents_allow() -> None:
    spots = {"a": (0.0, 0.0, 0.0), "b": (10.0, 0.0, 926.0 * 2)}
    stay = {"place_id": "a", "period_start": date(2024, 4, 1), "period_end": date(2024, 4, 3)}
    call = {"place_id": "b", "period_start": date(2024, 4, 4), "period_end": date(2024, 4, 5)}
    # 10 degrees of the meridian from the equator are 1,105,854.8 m (WGS 84); from 1 April 0 h to 5 April 24 h are 120 h.
    assert slowest_kn(stay, call, spots) == pytest.approx((1_105_854.83 - 1852.0) / 1852.0 / 120.0, rel=1e-6)
    assert slowest_kn(call, stay, spots) == slowest_kn(stay, call, spots)


def test_the_order_of_the_claims_changes_nothing(facts: Tables) -> None:
    backwards = facts["claims"].take(list(range(facts["claims"].num_rows))[::-1])
    assert find_contradictions(backwards, facts["places"]) == find_contradictions(facts["claims"], facts["places"])


def test_a_ship_in_a_yard_is_not_at_a_port_in_those_days(facts: Tables) -> None:
    """The negative control: Angara lay in repair at Zhoushan from 27 February to 25 April 2024."""
    call = row(
        "X",
        kind="visit",
        vessel="Angara",
        vessel_id="angara",
        place_id="rajin",
        place="Rajin",
        unit=None,
        bound="none",
        period_start=date(2024, 3, 20),
        period_end=date(2024, 3, 20),
    )
    claims = facts["claims"].to_pylist()
    assert "elsewhere" not in {found["kind"] for found in find_contradictions(facts["claims"], facts["places"])}
    (found,) = [f for f in find_contradictions(Claims.rows([*claims, call]), facts["places"]) if f["kind"] == "elsewhere"]
    assert found["subject"] == "Angara: cargo ship in repair at a shipyard at Zhoushan shipyard, and at Rajin in those days"
    later = call | {"period_start": date(2024, 5, 2), "period_end": date(2024, 5, 2)}
    assert "elsewhere" not in {f["kind"] for f in find_contradictions(Claims.rows([*claims, later]), facts["places"])}


@pytest.mark.parametrize(
    ("inner", "outer", "wrong"),
    [
        ({"count": 7}, {"count": 5}, True),
        ({"count": 5}, {"count": 43}, False),
        ({"count": 7}, {"count": 5, "bound": "at least", "lo": 1.0}, False),
        ({"count": 7, "bound": "at least", "lo": 1.0}, {"count": 5}, True),
        ({"count": 4, "period_end": date(2023, 12, 31)}, {"count": 5}, True),
        ({"count": 4, "period_end": date(2023, 12, 31), "bound": "at least", "lo": 1.0}, {"count": 5}, False),
    ],
)
def test_more_visits_in_a_part_than_in_the_whole_are_found(
    inner: dict[str, object], outer: dict[str, object], wrong: bool
) -> None:
    fixed: dict[str, object] = {"kind": "aggregate", "place": "Port", "bound": "none"}
    whole = fixed | {"period_end": date(2023, 12, 31)} | outer
    found = kinds(row("in", part_of="out", **(fixed | inner)), row("out", **whole))
    assert found == (["counts"] if wrong else [])


def test_at_least_five_does_not_contradict_a_higher_figure_for_the_month(facts: Tables) -> None:
    """RUSI's five tankers and 125,000 bbl, and more than 165,000 bbl by the US, for March 2024."""
    march = facts["claims"].filter(pc.is_in(facts["claims"]["claim_id"], pa.array(["A001", "A002", "S002"])))
    assert find_contradictions(march, facts["places"]) == []
