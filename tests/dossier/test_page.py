"""The page as a whole: complete in itself, the same every time, escaped, honest about what is simulated or missing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pyarrow as pa
import pytest

from darkwake import schema
from darkwake.dossier import TABLES_READ, Header, dossier
from darkwake.dossier.sections import ORDER

VOID = {"meta", "br", "link", "img", "hr", "input"}
BARE = Header("A case", "Was the cap passed?", (date(2024, 1, 1), date(2024, 12, 31)))
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Reader(HTMLParser):
    """Reads a page strictly: every element that opens is closed in its order, and every id stands once."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the attributes of an element."""
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        """Close the element that opened last, or note a fault."""
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        """Note what is written."""
        self.words.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def text(page: str) -> str:
    return " ".join(" ".join(read(page).words).split())


def test_every_element_is_closed_in_order_and_every_id_stands_once(page: str) -> None:
    reader = read(page)
    assert (reader.faults, reader.open) == ([], [])
    assert len(reader.ids) == len(set(reader.ids))


def test_two_runs_give_the_same_bytes_whatever_the_order_of_the_rows(
    tables: dict[str, pa.Table], page: str, header: Header
) -> None:
    turned = {name: table.take(list(reversed(range(table.num_rows)))) for name, table in tables.items()}
    assert dossier(tables, header).encode() == page.encode()
    assert dossier(turned, header) == page


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    reader = read(page)
    assert not {tag for tag, _, _ in reader.attributes} & {"script", "link", "img", "iframe", "object", "image", "use"}
    assert not [
        one for one in reader.attributes if one[1] in {"src", "srcset", "data", "xlink:href"} or one[1].startswith("on")
    ]
    loaded = re.findall(r"url\(([^)]*)\)|@import", page)
    assert all(address.startswith("#") for address in loaded)


def test_links_lead_into_the_page_or_to_sources_over_http(page: str) -> None:
    reader = read(page)
    targets = [value for _, name, value in reader.attributes if name == "href"]
    inside = {value[1:] for value in targets if value.startswith("#")}
    assert inside <= set(reader.ids)
    assert all(value.startswith(("#", "https://", "http://")) for value in targets)


def test_the_page_stays_small(page: str) -> None:
    assert len(page.encode()) < 3_000_000


@pytest.mark.parametrize("number", range(1, len(ORDER) + 1))
def test_each_section_is_there(page: str, number: int) -> None:
    assert len(re.findall(rf"<h2>{number}\. ", page)) == 1


def test_paragraphs_are_numbered_without_a_gap(page: str) -> None:
    found = [int(one) for one in re.findall(r'class="para" id="p(\d+)"', page)]
    assert found == list(range(1, len(found) + 1))


def test_without_tables_each_section_says_so_in_words() -> None:
    said = text(dossier({}, BARE))
    for words in (
        "No ledger was reckoned: nothing can be said about a cap.",
        "Nothing can be drawn: no place, no position and no event was taken in.",
        "No visit was put together from what was taken in.",
        "No sanctions list was taken in.",
        "No image was taken in.",
        "No AIS event was found",
        "No contradiction between published statements was recorded.",
        "No plan was made",
        "No published claim was taken in.",
        "No source was recorded.",
    ):
        assert words in said


def test_empty_tables_read_like_missing_ones() -> None:
    empty = {name: schema.TABLES[name].empty() for name in TABLES_READ}
    assert dossier(empty, BARE) == dossier({}, BARE)


@pytest.mark.parametrize("left_out", TABLES_READ)
def test_any_one_table_may_be_missing(tables: dict[str, pa.Table], left_out: str) -> None:
    reader = read(dossier({name: table for name, table in tables.items() if name != left_out}, BARE))
    assert (reader.faults, reader.open) == ([], [])


def test_every_simulated_row_carries_the_word(page: str) -> None:
    rows = re.findall(r'<tr[^>]*class="simulated".*?</tr>', page, flags=re.DOTALL)
    assert rows
    assert all("simulated" in re.sub(r"<[^>]*>", "", row) for row in rows)


def test_every_simulated_thing_of_the_tables_is_marked(page: str) -> None:
    for name in ("SIM TANKER ONE", "SIM-SAR"):
        rows = [row for row in re.findall(r"<tr.*?</tr>", page, flags=re.DOTALL) if name in row]
        assert rows
        assert all('class="simulated"' in row and ">simulated</b>" in row for row in rows)


def hostile_tables() -> dict[str, pa.Table]:
    when, source = datetime(2024, 3, 7, tzinfo=UTC), {"origin": "published", "evidence": ["e1"]}
    place = {"place_id": HOSTILE, "name": HOSTILE, "kind": "port", "lat": 42.7, "lon": 133.0, "extent_m": 1.0, "verified": True}
    visit = {"visit_id": HOSTILE, "place_id": HOSTILE, "vessel": HOSTILE, "arrival_lo": when, "arrival_hi": when}
    rest = {"activity": "load", "sightings": [], "probability": 0.5, "rule": HOSTILE, "verified": False}
    evidence = {"evidence_id": "e1", "kind": "file", "title": HOSTILE, "href": "javascript:alert(3)", "origin": "published"}
    ship = {"vessel_id": HOSTILE, "name": "=cmd()", "names": [HOSTILE, "=cmd()"], "verified": True, "note": HOSTILE}
    return {
        "places": schema.Places.rows([place | source]),
        "visits": schema.Visits.rows([visit | rest | source]),
        "evidence": schema.Evidence.rows([evidence]),
        "vessels": schema.Vessels.rows([ship | source]),
    }


def test_text_from_data_never_runs_as_markup() -> None:
    header = Header(HOSTILE, HOSTILE, (date(2024, 1, 1), date(2024, 12, 31)), finding=HOSTILE, rebuild=HOSTILE)
    page = dossier(hostile_tables(), header)
    reader = read(page)
    assert not {tag for tag, _, _ in reader.attributes} & {"script", "img"}
    assert "<script" not in page
    assert "javascript:" not in " ".join(value for _, name, value in reader.attributes if name == "href")
    assert (reader.faults, reader.open) == ([], [])


def test_a_ship_whose_name_looks_like_a_formula_or_markup_is_shown_as_it_is() -> None:
    said = text(dossier(hostile_tables(), BARE))
    assert HOSTILE in said
    assert "=cmd()" in said


def test_the_finding_of_the_caller_stands_first_and_else_that_of_the_ledger(tables: dict[str, pa.Table]) -> None:
    given = dossier(tables, Header("t", "q", BARE.period, finding="Nobody knows."))
    assert '<p class="finding" id="the-finding">Nobody knows.</p>' in given
    made = text(dossier(tables, BARE))
    assert "By 5 November 2024, 43 visits, seen or published, add up to about 1,040,000 bbl (90 % interval 751,000" in made


def test_numbers_of_the_page_are_those_of_the_tables(tables: dict[str, pa.Table], page: str) -> None:
    last = [row for row in tables["ledger"].to_pylist() if row["mode"] == "both"][-1]
    assert round(last["bbl_p50"]) == 1_126_677
    said = text(page)
    assert "reckoning “both”: 1,130,000 bbl by 31 December 2024" in said
    assert "44 visits in the case, all places together: 6 told apart, 38 known only from a published total" in said
    assert "38 visits counted, ships not named" in said
    assert "9,430 – 23,300 – 48,100 bbl" in said
    assert "of 32 published claims were not read in a stored copy" in said


def test_what_widens_a_visit_folds_out_under_its_barrels(page: str) -> None:
    said = (
        "<summary>what widens it</summary><ul>"
        "<li>laden fraction: if known, half the interval is 9,100\N{NO-BREAK SPACE}bbl less; "
        "told by her freeboard on arrival &amp; on departure</li><li>deadweight of an unknown tanker"
    )
    assert page.count(said) == 7


def test_claims_that_were_not_read_are_marked(tables: dict[str, pa.Table], page: str) -> None:
    unread = [row["claim_id"] for row in tables["claims"].to_pylist() if not row["verified"]]
    assert len(unread) == 2
    for claim_id in unread:
        row = re.search(rf'<tr id="claim-{claim_id}">.*?</tr>', page, flags=re.DOTALL)
        assert row is not None
        assert "? not read in a stored copy" in row.group()


def test_files_are_shown_with_their_hashes(page: str) -> None:
    assert page.count("ab" * 32) == 2
    assert "5e" * 32 in page


def test_rows_set_aside_are_counted_by_reason(page: str) -> None:
    row = next(row for row in re.findall(r"<tr.*?</tr>", page, flags=re.DOTALL) if "latitude out of range" in row)
    assert ">7<" in row
