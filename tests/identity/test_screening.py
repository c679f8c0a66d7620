"""Screening: by number, by identity, by exact name; on a day; against the real lists."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.identity.lists.reading import Reading
from darkwake.identity.query import Query
from darkwake.identity.screening import SCALE, Searched, last_day, screen, together
from darkwake.schema import Listings


@pytest.fixture(scope="module")
def everything(readings: dict[str, Reading]) -> pa.Table:
    """All real lists in one table."""
    return together(readings.values())


def listing(**said: Any) -> dict[str, Any]:
    """A row of listings about one ship, with what the test says of it."""
    row: dict[str, Any] = {"list": "a", "version": "2020-01-01", "entry_id": "1", "kind": "vessel", "name": "SAM JONG 1"}
    row |= {"measures": ["port ban (test)"], "programmes": ["test"], "text": "a line", "source_id": "file-1", "line": 2}
    row |= {"origin": "published"} | said
    row |= {"names": row.get("names") or [row["name"]], "imo_ok": None if row.get("imo") is None else row.get("imo_ok", True)}
    return row


def rows(*said: dict[str, Any]) -> pa.Table:
    return Listings.rows([listing(**one) for one in said])


def found(answer: Any) -> list[tuple[str, float]]:
    return [(hit.entry_id, hit.score) for hit in answer.hits]


def test_each_un_listed_number_names_list_date_measures_and_line(readings: dict[str, Reading]):
    un = readings["un-1718"].listings
    numbered = [row for row in un.to_pylist() if row["imo"]]
    answer = screen([str(row["imo"]) for row in numbered], un)
    assert [(h.list, h.listed_on, list(h.measures), h.line, h.text, h.score) for h in answer.hits if h.score == 1] == [
        ("un-1718", row["listed_on"], row["measures"], row["line"], row["text"], 1.0) for row in numbered
    ]
    assert len(numbered) == 58
    assert all(row["listed_on"] and row["measures"] for row in numbered)


def test_the_ship_without_a_number_is_found_by_its_name(readings: dict[str, Reading]):
    (hit,) = screen(["Min Ning De You 078"], readings["un-1718"].listings).hits
    assert (hit.vessel, hit.imo, hit.score, hit.listed_on) == ("MIN NING DE YOU 078", None, 0.5, "2018-03-30")


def test_one_ship_on_all_lists(everything: pa.Table):
    """CHON MYONG 1: on the UN's list, twice at OFAC, and twice in the UK, which gives no number there."""
    answer = screen(["8712362"], everything)
    assert [(hit.list, hit.score) for hit in answer.hits] == [
        ("ofac-sdn", 1.0),
        ("ofac-sdn-extract", 1.0),
        ("un-1718", 1.0),
        ("uk-sanctions-dprk", 0.4),
        ("uk-sanctions-ships", 0.4),
    ]


def test_lists_that_disagree_on_dates_each_keep_their_own(everything: pa.Table):
    for name in ("KUM UN SAN 3", "NEW REGENT", "SHANG YUAN BAO"):
        dates = {hit.list: hit.listed_on for hit in screen([name], everything).hits}
        assert dates["un-1718"] == "2018-10-16"
        assert dates["uk-sanctions-ships"] == "2018-03-30"


def test_teriberka_is_two_ships_and_a_number_tells_them_apart(everything: pa.Table):
    by_name = screen(["TERIBERKA"], everything)
    assert [(hit.imo, hit.score) for hit in by_name.hits] == [(8931748, 0.5), (9081291, 0.5)]
    assert all("2 ships have this name (IMO 8931748 and 9081291)" in "; ".join(hit.reasons) for hit in by_name.hits)
    both = screen([Query("x", imo=9081291, names=("TERIBERKA",))], everything)
    assert [(hit.imo, hit.score) for hit in both.hits] == [(9081291, 1.0)]
    assert [hit.imo for hit in both.not_hits] == [8931748]
    assert both.not_hits[0].reasons[0].endswith("but the listing's IMO number is 8931748, not 9081291")


def test_a_bad_check_digit_is_said_and_matches_nothing(everything: pa.Table):
    answer = screen(["8405317"], everything)
    assert answer.hits == ()
    assert answer.notes[0].startswith("IMO number 8405317 fails its check digit")


def test_no_hit_still_names_what_was_searched(readings: dict[str, Reading]):
    answer = screen(["9074729"], readings["un-1718"].listings)
    assert answer.hits == ()
    assert answer.searched == (Searched("un-1718", "2018-10-16", 59, 59, 1),)


def test_an_equal_mmsi_is_less_than_an_equal_number_and_falls_with_a_different_one():
    table = rows({"imo": 9187629, "mmsi": 445000001})
    assert found(screen(["445000001"], table)) == [("1", SCALE["mmsi"])]
    answer = screen([Query("x", imo=9074729, mmsi=445000001)], table)
    assert (answer.hits, answer.not_hits[0].basis) == ((), "another ship")


def test_a_ship_under_another_name_is_still_its_number():
    (hit,) = screen([Query("x", imo=9187629, names=("NEW NAME",))], rows({"imo": 9187629})).hits
    assert hit.reasons == (
        "IMO number 9187629 is equal",
        "not among its names: NEW NAME",
        "this list gives no date of listing",
    )


def test_a_listing_whose_own_number_fails_is_not_matched_by_it():
    table = rows({"imo": 9187620, "imo_ok": False})
    assert found(screen([Query("x", imo=9187629, names=("SAM JONG 1",))], table)) == [("1", 0.5)]


def test_a_numbered_ship_is_never_matched_to_a_person_of_her_name():
    table = rows({"kind": "person", "name": "HERMANN"})
    assert found(screen([Query("x", imo=9187629, names=("HERMANN",))], table)) == []
    assert found(screen(["HERMANN"], table)) == [("1", 0.5)]


def test_sisters_told_by_their_number_are_not_found():
    assert found(screen(["SAM JONG 2"], rows({}))) == []


def test_of_several_versions_the_newest_is_searched():
    table = rows({"version": "2019-01", "name": "OLD NAME"}, {"version": "2020-01-01"})
    assert found(screen(["OLD NAME"], table)) == []
    assert [s.version for s in screen(["SAM JONG 1"], table).searched] == ["2020-01-01"]


def test_on_a_day_only_what_was_listed_by_then_counts(readings: dict[str, Reading]):
    """RUNG RA 2 was designated on 2017-12-28; HAO FAN 6 on 2017-10-03."""
    un = readings["un-1718"].listings
    asked = ["9020534", "HAO FAN 6"]
    assert [h.vessel for h in screen(asked, un, on=date(2017, 12, 27)).hits] == ["HAO FAN 6"]
    assert [h.vessel for h in screen(asked, un, on=date(2017, 12, 28)).hits] == ["RUNG RA 2", "HAO FAN 6"]
    assert [h.vessel for h in screen(asked, un, on=date(2026, 1, 1)).hits] == ["RUNG RA 2", "HAO FAN 6"]


def test_a_version_after_the_day_is_named_as_such(readings: dict[str, Reading]):
    notes = screen(["9020534"], readings["un-1718"].listings, on=date(2018, 1, 1)).notes
    assert any("un-1718 2018-10-16 is later than 2018-01-01" in note for note in notes)


def test_without_a_date_of_listing_a_later_version_is_doubted_and_an_earlier_one_is_not():
    table = rows({"version": "2019-01"}, {"version": "2023-01", "entry_id": "2", "name": "NEW SHIP"})
    answer = screen(["SAM JONG 1", "NEW SHIP"], table, on=date(2020, 6, 1))
    assert [hit.reasons[1:] for hit in answer.hits] == [
        ("this list gives no date of listing",),
        (
            "this list gives no date of listing",
            "it is on a version after 2020-06-01, and may have been listed after that day",
        ),
    ]


def test_who_was_taken_off_before_the_day_is_not_found():
    table = rows({"version": "2018-01-01"}, {"version": "2019-01-01", "entry_id": "2", "name": "OTHER"})
    assert found(screen(["SAM JONG 1"], table, on=date(2018, 6, 1))) == [("1", 0.5)]
    assert found(screen(["SAM JONG 1"], table, on=date(2019, 6, 1))) == []


def test_a_month_counts_from_its_last_day():
    table = rows({"version": "2019-02"})
    assert [s.entries for s in screen(["X"], table, on=date(2019, 2, 27)).searched] == [1]
    assert "later than" in " ".join(screen(["X"], table, on=date(2019, 2, 27)).notes)
    assert "later than" not in " ".join(screen(["X"], table, on=date(2019, 2, 28)).notes)


@given(st.dates())
def test_the_last_day_of_a_day_is_the_day_and_of_a_month_lies_in_it(day: date):
    assert last_day(day.isoformat()) == day.isoformat()
    assert day.isoformat() <= last_day(day.isoformat()[:7]) <= last_day(day.isoformat()[:4])


def test_the_answer_does_not_depend_on_the_order_of_the_rows(everything: pa.Table):
    asked = ["9020534", "TERIBERKA", "CHON MYONG 1"]
    turned = everything.take(list(reversed(range(everything.num_rows))))
    one, other = screen(asked, everything), screen(asked, turned)
    key = [(h.query, h.list, h.entry_id, h.score) for h in one.hits]
    assert sorted(key) == sorted((h.query, h.list, h.entry_id, h.score) for h in other.hits)
    assert one.searched == other.searched
