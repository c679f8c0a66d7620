"""Why a sum is as wide as it is, what one source moves, what nobody saw, and what is counted once, as the page says it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pyarrow as pa

from darkwake import schema
from darkwake.dossier import Header, dossier, standings
from darkwake.dossier.book import Book
from darkwake.dossier.overlaps import overlaps
from darkwake.dossier.unseen import APART, unseen
from darkwake.dossier.width import influence, width

BARE = Header("A case", "Was the cap passed?", (date(2024, 1, 1), date(2024, 12, 31)))
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def cells(line: Any) -> list[str]:
    """The cells of a row without their markup."""
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", str(cell))).split()) for cell in line.cells]


def test_the_parts_of_the_width_stand_in_two_lists_with_what_would_tell_each(tables: dict[str, pa.Table]) -> None:
    book = Book(tables)
    found = width(book, standings(book)[0])
    assert found.says.startswith("Half the 90 % interval is 339,000 bbl.")
    assert [part.caption for part in found.parts] == [
        "Shared by all visits (full bars), which more visits do not even out: 60 % of the variance",
        "Each visit’s own (hollow bars), which evens out over many visits: 40 % of the variance",
    ]
    assert [cells(line)[::4] for line in found.parts[1].lines] == [
        ["ship size", "the ships' names, or their length and beam in an image"],
        ["product", "no single observation"],
    ]


def test_what_would_settle_it_starts_with_what_is_worth_most(tables: dict[str, pa.Table]) -> None:
    book = Book(tables)
    first, second, third = width(book, standings(book)[0]).settle
    assert first.startswith("Most would be told by draughts on arrival and departure")
    assert "(46 % of the variance of the sum: laden fraction)" in first
    assert second.startswith("Then by the ships' names")
    assert third.startswith("Then by the product")


def test_unknowns_that_hardly_count_are_told_together() -> None:
    base = {"cap_id": "c", "mode": "both", "origin": "inferred", "evidence": [], "sharing": "shared"}
    rows = [
        base | {"cause": name, "share": share, "half_width_bbl": share * 500.0} for name, share in (("a", 0.998), ("b", 0.002))
    ]
    day = {"cap_id": "c", "mode": "both", "day": date(2024, 1, 1), "bbl_p05": 0.0, "bbl_p50": 500.0, "bbl_p95": 1000.0}
    ledger = schema.Ledger.rows([day | {"chance_exceeded": 0.0, "visits": 1.0, "origin": "inferred", "evidence": []}])
    book = Book({"causes": schema.Causes.rows(rows), "ledger": ledger})
    part = width(book, standings(book)[0]).parts[0]
    assert ([cells(line)[0] for line in part.lines], part.remark) == (["a"], "Under 0.5 % each: b.")


def test_a_source_without_which_nothing_is_left_gives_no_zero(tables: dict[str, pa.Table]) -> None:
    book = Book(tables)
    found = influence(book, standings(book)[0])
    nothing, most = (cells(line)[1:] for line in found.lines)
    assert nothing == ["−1,040,000", "nothing known", "cannot be said"]
    assert most == ["−925,000", "60,000 – 118,000 – 201,000", "under 1 %"]
    assert "1 further source moves it less." in found.remark


def test_what_nobody_saw_stands_beside_what_was_seen_and_is_added_to_nothing(tables: dict[str, pa.Table], page: str) -> None:
    by_place = {cells(line)[0].split(" (")[0]: cells(line) for line in unseen(Book(tables)).lines}
    seen = by_place["Vostochny port"]
    assert seen[1:4] == ["43", "55 % 31 % to 78 %", "9 – 35 – 97 visits"]
    assert seen[5] == "190,000 – 810,000 – 2,400,000 bbl"
    assert by_place["Chongjin"][5] == "not known: no visit there has a payload"
    assert APART in page


def test_a_sum_of_printed_amounts_says_that_it_has_no_interval() -> None:
    day = {"cap_id": "c", "mode": "reported imports", "day": date(2024, 1, 1), "bbl_p05": 5.0, "bbl_p50": 5.0, "bbl_p95": 5.0}
    row = day | {"chance_exceeded": 0.0, "visits": 0.0, "origin": "published", "evidence": []}
    said = dossier({"ledger": schema.Ledger.rows([row])}, BARE)
    assert "This sum has no interval: it adds up amounts as they were printed." in said


def test_claims_that_lie_in_one_another_are_named_with_what_was_not_added(tables: dict[str, pa.Table]) -> None:
    (found,) = overlaps(Book(tables), None)
    first, second = (cells(line) for line in found.lines)
    assert first[:3] == [
        "OSC/BBC: visits; 1,000,000 bbl; 7 March to 5 November 2024",
        "holds, so they are not added",
        "RUSI/FT: tankers seen loading; 125,000 bbl; 7 to 26 March 2024 (165,000 bbl not added again)",
    ]
    assert second[1] == "overlap in part, never added"
    assert second[2] == "US NSC: Russian refined deliveries in March; 165,000 bbl; 1 to 31 March 2024"


def test_claims_of_the_main_sum_stand_open_and_all_others_are_folded(tables: dict[str, pa.Table]) -> None:
    changed = [row | {"product": "refined"} for row in tables["claims"].to_pylist()]
    book = Book(tables | {"claims": schema.Claims.rows(changed)})
    near = overlaps(book, standings(book)[0])
    assert [(len(part.lines), part.folded) for part in near] == [(2, False)]
    far = overlaps(book, None)
    assert [(len(part.lines), part.folded) for part in far] == [(2, True)]


def test_without_rows_each_new_part_says_so_in_words(tables: dict[str, pa.Table]) -> None:
    names = ("causes", "influence", "unseen", "exchange", "overlaps")
    said = dossier(tables | {name: schema.TABLES[name].empty() for name in names}, BARE)
    for words in (
        "What the width of this sum is made of was not reckoned.",
        "What the sum would be without one source was not reckoned.",
        "No observation is known that would narrow the interval.",
        "How many visits nobody saw was not estimated",
        "No two published claims were found to be of the same barrels or visits.",
        "Nothing is known of an exchange",
    ):
        assert words in said


def test_text_in_the_new_tables_never_runs_as_markup(tables: dict[str, pa.Table]) -> None:
    def hostile(name: str, *words: str) -> pa.Table:
        return schema.TABLES[name].rows([row | dict.fromkeys(words, HOSTILE) for row in tables[name].to_pylist()[:1]])

    changed = {
        "causes": hostile("causes", "cause", "settled_by"),
        "influence": hostile("influence", "evidence_id"),
        "unseen": hostile("unseen", "place_id", "basis"),
        "exchange": hostile("exchange", "from_party", "to_party", "goods", "unit", "basis"),
        "overlaps": hostile("overlaps", "inner_id", "outer_id", "rule", "unit"),
    }
    factors = '[{"name": "<script>", "value": 1.0, "lo": 0.0, "hi": 2.0, "source": "<img src=x>"}]'
    changed["unseen"] = schema.Unseen.rows([row | {"factors": factors} for row in changed["unseen"].to_pylist()])
    page = dossier(tables | changed, BARE)
    assert page.count("&lt;script&gt;") >= 10
    assert not re.search(r"<(script|img)", page)
