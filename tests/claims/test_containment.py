"""What lies in what, by the stated rule."""

from __future__ import annotations

import random
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.claims import contain
from darkwake.schema import Claims, Places

PLACES = Places.rows(
    [
        {
            "place_id": place,
            "name": place,
            "kind": kind,
            "parent_id": parent,
            "country": country,
            "lat": 42.0,
            "lon": 133.0,
            "extent_m": 1000.0,
            "verified": True,
            "origin": "published",
            "evidence": [],
        }
        for place, kind, parent, country in (
            ("port", "port", None, "RU"),
            ("berth", "berth", "port", "RU"),
            ("other", "port", None, "RU"),
            ("north", "port", None, "KP"),
        )
    ]
)


def row(claim_id: str, start: str, end: str, **more: object) -> dict[str, object]:
    fixed: dict[str, object] = {
        "claim_id": claim_id,
        "kind": "aggregate",
        "publisher": "P",
        "title": "T",
        "what": "visits",
        "place_id": "port",
        "place": "port",
        "activity": "load",
        "product": "refined",
        "count": 5,
        "bound": "none",
        "period_start": date.fromisoformat(start),
        "period_end": date.fromisoformat(end),
        "verified": True,
        "origin": "published",
        "evidence": [],
    }
    return fixed | more


def part_of(*rows: dict[str, object]) -> dict[str, str | None]:
    linked = contain(Claims.rows(list(rows)), PLACES)
    return dict(zip(linked["claim_id"].to_pylist(), linked["part_of"].to_pylist(), strict=True))


YEAR = row("year", "2024-03-07", "2024-11-05", count=43)


@pytest.mark.parametrize(
    ("inner", "inside"),
    [
        (row("in", "2024-03-07", "2024-03-22"), True),
        (row("in", "2024-04-01", "2024-04-01", kind="visit", count=None), True),
        (row("in", "2024-04-01", "2024-04-01", kind="visit", count=None, place_id="berth"), True),
        (row("in", "2024-03-01", "2024-03-31"), True),
        (row("in", "2024-03-01", "2024-03-30"), False),
        (row("in", "2024-02-01", "2024-03-31"), False),
        (row("in", "2024-11-01", "2024-11-06"), False),
        (row("in", "2024-04-01", "2024-04-01", kind="visit", count=None, place_id="other"), False),
        (row("in", "2024-04-01", "2024-04-30", activity="discharge", place_id="north"), False),
        (row("in", "2024-04-01", "2024-04-30", activity="discharge"), False),
        (row("in", "2024-04-01", "2024-04-30", product="munitions"), False),
        (row("in", "2024-04-01", "2024-04-30", kind="position"), False),
        (row("in", "2024-04-01", "2024-04-30", kind="reported import"), False),
    ],
)
def test_a_claim_lies_in_a_total_of_its_place_its_days_and_its_kind(inner: dict[str, object], inside: bool) -> None:
    assert part_of(inner, YEAR) == {"in": "year" if inside else None, "year": None}


def test_a_total_of_a_flow_lies_in_that_of_the_only_port_that_loaded() -> None:
    flow = row(
        "flow", "2024-03-01", "2024-10-31", place_id=None, place="RU to KP", activity="unknown", count=None, lo=1e6, unit="bbl"
    )
    second = row("second", "2024-06-01", "2024-06-01", kind="visit", count=None, place_id="other")
    assert part_of(flow, YEAR)["flow"] == "year"
    assert part_of(flow, YEAR, second)["flow"] is None


def test_a_total_of_a_port_lies_in_the_wider_flow_and_a_discharge_only_in_the_importers() -> None:
    wide = row(
        "wide", "2024-01-01", "2024-12-31", place_id=None, place="to KP", activity="unknown", count=None, lo=5e5, unit="bbl"
    )
    landed = row("landed", "2024-03-07", "2024-03-26", kind="visit", activity="discharge", place_id="north", count=2)
    assert part_of(YEAR, wide, landed) == {"year": "wide", "wide": None, "landed": "wide"}


def test_of_several_totals_the_most_definite_and_shortest_is_named() -> None:
    march = row("march", "2024-03-01", "2024-03-31")
    wide = row("wide", "2024-03-01", "2024-04-30", place_id=None, place="to KP", activity="unknown")
    visit = row("visit", "2024-03-08", "2024-03-08", kind="visit", count=None)
    assert part_of(visit, YEAR, march, wide) == {"visit": "march", "march": "year", "year": None, "wide": None}


def test_totals_that_only_overlap_are_not_linked() -> None:
    assert part_of(YEAR, row("late", "2024-10-01", "2024-12-31")) == {"year": None, "late": None}


def test_a_report_lies_only_in_one_of_its_suppliers_known_no_earlier() -> None:
    report = {"kind": "reported import", "count": None, "activity": None, "unit": "bbl", "central": 1.0, "place_id": None}
    month = row("month", "2024-01-01", "2024-01-31", publisher="China", published="2024-02-20", **report)
    both = row("both", "2024-01-01", "2024-12-31", publisher="China+Russia", published="2024-12-06", **report)
    revised = row("revised", "2024-01-01", "2024-11-30", publisher="China", published="2025-03-14", **report)
    russia = row("russia", "2024-01-01", "2024-12-31", publisher="Russia", published="2025-12-06", **report)
    assert part_of(month, both, revised, russia) == {"month": "revised", "both": None, "revised": None, "russia": None}


spans = st.tuples(st.integers(0, 300), st.integers(0, 120)).map(lambda s: (date.fromordinal(738886 + s[0]), s[1]))


@given(
    drawn=st.lists(st.tuples(spans, st.sampled_from(["port", "berth", None]), st.integers(1, 50)), max_size=8),
    seed=st.integers(),
)
def test_no_claim_lies_in_itself_and_the_order_of_rows_changes_nothing(drawn: list[object], seed: int) -> None:
    rows = []
    for n, ((start, days), place, count) in enumerate(drawn):  # type: ignore[misc]
        end = date.fromordinal(start.toordinal() + days)
        rows.append(row(f"c{n}", str(start), str(end), place_id=place, place=place or "RU to KP", count=count))
    links = part_of(*rows)
    for claim_id in links:
        chain = [claim_id]
        while (claim_id := links[claim_id] or "") != "":
            chain.append(claim_id)
            assert len(chain) == len(set(chain))
    random.Random(seed).shuffle(rows)
    assert part_of(*rows) == links


def test_a_link_that_is_given_stays() -> None:
    linked = contain(Claims.rows([row("in", "2024-04-01", "2024-04-02", part_of="elsewhere"), YEAR]), PLACES)
    assert isinstance(linked, pa.Table)
    assert linked["part_of"].to_pylist() == ["elsewhere", None]
