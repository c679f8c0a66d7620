"""The page of events: complete in itself, nothing in it runs but its own script, and what is left out is counted."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pyarrow as pa
import pytest
import shapely
from tests.events.rows import EVENING, fixes, sea, still

from darkwake.dossier.events_page import Told, event_page, events_page
from darkwake.dossier.events_shown import Row, Shown, in_order, names_of, shown, span_of
from darkwake.events.find import Found, looked
from darkwake.events.kinds import Known
from darkwake.schema import Statics

HOSTILE = "</script><script>alert(1)//"
STEERING = 'A"\N{RIGHT-TO-LEFT OVERRIDE}\n<b onclick=x>'
TOLD = Told("my-store", 64, ("gap", "encounter", "loiter"))
SEA = sea(
    fixes("a", [*still(range(0, 301, 10), 42.0, 179.9995), (1200, 43.0, -179.0, 9.0)]),
    fixes("b", still(range(0, 301, 10), 42.0003, -179.9995, 0.0)),
)
"""A meeting of five hours across the antimeridian, two slow spells, one gap that closes and one that does not."""


def says(mmsi: int, name: str, line: int, draught_m: float, hours: float) -> dict[str, Any]:
    """A static message of a ship 120 m long."""
    sides = {"to_bow_m": 100.0, "to_stern_m": 20.0, "to_port_m": 8.0, "to_starboard_m": 10.0, "length_m": 120.0, "beam_m": 18.0}
    said = {"source_id": "file-static", "line": line, "mmsi": mmsi, "time": EVENING + timedelta(hours=hours), "name": name}
    return said | sides | {"ship_type": 80, "draught_m": draught_m, "origin": "observed"}


STATICS = Statics.rows(
    [
        says(200_000_010, HOSTILE, 1, 5.0, 0.5),
        says(200_000_010, HOSTILE, 2, 7.5, 6.0),
        says(200_000_011, STEERING, 3, 6.0, 0.5),
    ]
)


@pytest.fixture(scope="module")
def seen() -> Iterator[tuple[Found, Known]]:
    """What is found in the sea."""
    with looked(SEA, statics=STATICS, kinds=TOLD.kinds) as found:
        yield found


def read(found: Found) -> list[Row]:
    return [row | {"factors": json.loads(row["factors"])} for row in found.table.to_pylist()]


@pytest.fixture(scope="module")
def page(seen: tuple[Found, Known]) -> str:
    """The page of all events."""
    found, known = seen
    rows = read(found)
    names = names_of({row["mmsi"] for row in rows}, known)
    return events_page(rows, TOLD, lambda some: shown(some, known), names)


def meeting(seen: tuple[Found, Known]) -> Shown:
    found, known = seen
    return shown([row for row in read(found) if row["kind"] == "encounter"], known, titles={"file-a": "monday.csv"})[0]


def data_of(page: str) -> dict[str, Any]:
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


class Elements(HTMLParser):
    """The elements of a page, with their attributes and the text of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))
        if tag in self.raw:
            self.raw[tag].append("")

    def handle_data(self, data: str) -> None:
        """Note the text of a script or a style."""
        tag = self.found[-1][0] if self.found else ""
        if tag in self.raw and not self.raw[tag][-1]:
            self.raw[tag][-1] = data


def test_the_policy_allows_one_style_and_one_script_by_their_hashes_and_nothing_else(page: str, seen) -> None:
    for text, scripts in ((page, 2), (event_page(meeting(seen), TOLD), 1)):
        elements = Elements(text)
        policy = next(attrs["content"] for tag, attrs in elements.found if attrs.get("http-equiv") == "Content-Security-Policy")
        hashes = [
            "'sha256-" + base64.b64encode(hashlib.sha256(elements.raw[tag][-1].encode()).digest()).decode() + "'"
            for tag in ("style", "script")
        ]
        assert policy == (
            f"default-src 'none'; style-src {hashes[0]}; script-src {hashes[1]}; base-uri 'none'; form-action 'none'"
        )
        assert (len(elements.raw["style"]), len(elements.raw["script"])) == (1, scripts)


def test_what_ships_call_themselves_neither_runs_nor_turns_the_writing(page: str, seen) -> None:
    for text in (page, event_page(meeting(seen), TOLD)):
        elements = Elements(text)
        assert [attrs for _, attrs in elements.found if any(word.startswith("on") for word in attrs)] == []
        assert [tag for tag, attrs in elements.found if {"src", "href", "style", "srcdoc"} & set(attrs)] == []
        assert "alert(1)" not in re.sub(r"(&lt;|\\u003c)script(&gt;|\\u003e)alert\(1\)", "", text)
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text
        assert "A&#34;\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}&lt;b onclick=x&gt;" in text


def test_the_map_has_every_event_with_the_words_of_its_list(page: str, seen) -> None:
    found, _ = seen
    listed = data_of(page)["events"]
    assert [one[-1] for one in listed] == found.table["event_id"].to_pylist()
    counts = {kind: found.counts[kind] for kind in TOLD.kinds}
    assert counts == {"gap": 2, "encounter": 1, "loiter": 2}
    for kind, many in (("gap", "silences"), ("encounter", "meetings"), ("loiter", "slow spells")):
        assert f'</canvas>{many} <span class="count">{counts[kind]}</span>' in page
    assert any("</script><script>alert" in one[10] for one in listed)


def test_the_map_lies_across_the_antimeridian_where_the_events_do(page: str) -> None:
    west, south, east, north = data_of(page)["box"]
    assert 178 < west < 180 < east < 182
    assert 41 < south < 42 < 43 < north < 44


def test_the_page_says_how_far_its_coast_reaches_beyond_the_events(page: str) -> None:
    told = data_of(page)
    ground, events = (shapely.box(*told[name]) for name in ("ground", "box"))
    assert ground.contains_properly(events)


def test_the_same_events_give_the_same_bytes(page: str, seen) -> None:
    found, known = seen
    rows = read(found)[::-1]
    names = names_of({row["mmsi"] for row in rows}, known)
    assert events_page(rows, TOLD, lambda some: shown(some, known), names) == page


def test_what_is_left_out_is_counted_and_how_it_was_chosen_is_said(seen) -> None:
    rows = read(seen[0])
    page = events_page(rows, TOLD, lambda some: shown(some, seen[1]), {}, most_listed=4, most_drawn=2)
    said = " ".join(html.unescape(re.sub(r"<[^>]+>", "", page.split("<main")[0])).split())
    assert "5 events found in 64 AIS positions" in said
    assert "4 of them are on this page: the likeliest of each kind in turn; 1 were left out." in said
    assert "2 of them have tracks and plots, the likeliest of each kind in turn; for any other: darkwake events" in said
    assert len(data_of(page)["events"]) == 4
    assert page.count("<template ") == 2


def test_events_are_chosen_the_likeliest_of_each_kind_in_turn() -> None:
    def row(event: str, kind: str, chance: float, hours: int) -> Row:
        end = EVENING + timedelta(hours=hours)
        return {"event_id": event, "kind": kind, "probability": chance, "start": EVENING, "end": end}

    rows = [row("a", "loiter", 1.0, 5), row("b", "loiter", 1.0, 9), row("c", "gap", 0.2, 1), row("d", "gap", 0.9, 1)]
    assert [one["event_id"] for one in in_order([*rows, row("e", "encounter", 0.1, 1)])] == ["e", "d", "b", "c", "a"]


def test_no_event_makes_a_page_that_says_so() -> None:
    page = events_page([], TOLD, lambda rows: [], {})
    assert "No event was found (looked for: meetings, silences, slow spells)." in page
    assert 'id="data"' not in page


def test_the_sheet_of_a_meeting_has_what_a_report_needs(seen) -> None:
    event = meeting(seen)
    page = event_page(event, TOLD)
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.split("</style>")[1])).split())
    for part in (
        "Distance between the antennas",
        "Speed over ground",
        "Draught, as typed in by the crew",
        "What spoke for and against",
        "How it may be read",
        "What it is not",
        f"Rule. {event.row['rule']}.",
        "42°00.0",
        "180°00.00′",
        "120 × 18 m, tanker, draught 5.0 → 7.5 m",
        "monday.csv line 1 to",
        event.row["event_id"],
        "To scale, north up",
    ):
        assert part in words, part
    assert [
        title for title in ("Chart of the ways", "Over time", "The ships to scale") if f">{title}</title>" not in page
    ] == []


def test_an_event_without_positions_is_told_without_a_chart(seen) -> None:
    row = read(seen[0])[0] | {"lat": None, "lon": None, "end_lat": None, "end_lon": None}
    page = event_page(Shown(row, span_of(row)), TOLD)
    assert "No position is known, so there is no chart." in page
    listed = events_page([row], TOLD, lambda rows: [], {})
    assert (data_of(listed)["box"], data_of(listed)["land"]) == (None, [])


def test_of_long_tracks_a_bounded_part_is_read_and_no_silence_is_lost(duck) -> None:
    minutes = [*range(5000), *range(5200, 12000)]
    rows = sea(fixes("a", [(minute, 42.0 + minute * 1e-5, 133.0, 1.0) for minute in minutes]))
    known = Known(duck.table(rows), duck.table(Statics.empty()), pa.table({}), duck)
    start = EVENING + timedelta(minutes=100)
    row = {"track_id": "a", "other_track_id": None, "mmsi": 200_000_010, "other_mmsi": None, "start": start, "factors": {}}
    row |= {"end": start + timedelta(minutes=11_000), "evidence": []}
    (way,) = shown([row], known)[0].ways
    assert len(way.us) <= 402
    assert way.reports == len([minute for minute in minutes if minute <= 100 + 11_000 + 720])
    assert [int(step) for step in (way.us[1:] - way.us[:-1]) // 60_000_000 if step > 150] == [201]


def test_an_open_silence_is_drawn_to_the_end_of_the_data() -> None:
    start = datetime(2024, 5, 1, tzinfo=UTC)
    first, last = span_of({"start": start, "end": None, "factors": {"minutes": 600}})
    assert (first, last) == ((1714521600 - 9000) * 1_000_000, (1714521600 + 36_000 + 9000) * 1_000_000)
