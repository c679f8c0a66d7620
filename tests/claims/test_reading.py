"""The bundled facts are read with their marks; each fault of a fact is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from darkwake.claims import claims
from darkwake.errors import InputError
from darkwake.ids import file_sha256

Tables = dict[str, pa.Table]
Change = Callable[..., Path]


def claim(facts: Tables, claim_id: str) -> dict[str, object]:
    (row,) = facts["claims"].filter(pc.equal(facts["claims"]["claim_id"], claim_id)).to_pylist()
    return dict(row)


def test_more_than_a_million_is_a_lower_end_and_nothing_in_the_middle(facts: Tables) -> None:
    row = claim(facts, "A004")
    assert [row[word] for word in ("count", "lo", "central", "hi", "unit", "bound")] == [43, 1e6, None, None, "bbl", "at least"]
    assert (row["period_start"], row["period_end"]) == (date(2024, 3, 7), date(2024, 11, 5))


def test_russia_after_january_2024_is_missing_and_october_2023_is_zero(facts: Tables) -> None:
    missing, zero = claim(facts, "C089"), claim(facts, "C070")
    assert [missing[word] for word in ("lo", "central", "hi", "unit", "bound")] == [None, None, None, None, "none"]
    assert (zero["central"], zero["bound"]) == (0.0, "exact")


def test_tonnes_beside_barrels_are_part_of_the_same_statement(facts: Tables) -> None:
    barrels, tonnes = claim(facts, "C068"), claim(facts, "C068.t")
    assert (barrels["central"], barrels["unit"]) == (5713.0, "bbl")
    assert (tonnes["central"], tonnes["unit"], tonnes["part_of"]) == (715.0, "t", "C068")


def test_what_was_not_read_in_a_stored_copy_keeps_its_mark(facts: Tables) -> None:
    unread = facts["claims"].filter(pc.invert(facts["claims"]["verified"]))
    assert sorted(unread["claim_id"].to_pylist()) == ["A032", "M24"]
    assert set(unread["title"].to_pylist()) == {"unverified: S/2021/777", "unverified: Reuters/OSC, 15 April 2025"}
    ships = {row["name"]: row["imo_verified"] for row in facts["vessels"].to_pylist()}
    assert [ships[name] for name in ("Paek Yang San 1", "Rung Ra 2", "Un Hung")] == [False, True, None]


def test_every_row_stands_on_a_publication_and_on_the_hash_of_its_file(facts: Tables, folder: Path) -> None:
    evidence = {row["evidence_id"]: row for row in facts["evidence"].to_pylist()}
    for table in ("places", "vessels", "claims", "contradictions", "caps"):
        for ids in facts[table]["evidence"].to_pylist():
            assert {evidence[i]["kind"] for i in ids} == {"publication", "table"}
    hashes = {row["title"]: row["sha256"] for row in evidence.values() if row["kind"] == "table"}
    assert hashes == {path.name: file_sha256(path) for path in folder.glob("*.csv")}


def test_a_claim_is_marked_as_its_publication_is(facts: Tables) -> None:
    evidence = {row["evidence_id"]: row for row in facts["evidence"].to_pylist()}
    for row in facts["claims"].to_pylist():
        (publication,) = [evidence[i] for i in row["evidence"] if evidence[i]["kind"] == "publication"]
        assert publication["verified"] == row["verified"]


@pytest.mark.parametrize(
    ("sheet", "row", "cells", "message"),
    [
        ("sightings", "S004", {"date_from": ""}, "sightings.csv:line 5, column date_from: empty, and it must not be"),
        ("sightings", "S004", {"place_id": "vostochni"}, "'vostochni' does not stand in places.csv; did you mean vostochny"),
        ("sightings", "S004", {"vessel_id": "yuson"}, "'yuson' does not stand in vessels.csv; did you mean yu-son"),
        ("sightings", "S004", {"date_to": "2024-03-31"}, "column date_to: 2024-03-31 lies before 2024-04-01; swap"),
        ("sightings", "S008", {"date_to": "2024-04-29"}, "are no whole months; write range"),
        ("sightings", "S004", {"date_from": ""}, "what has no day cannot be counted: give the first and last day on which"),
        (
            "sightings",
            "S004",
            {"product": "dieseI"},
            "column product: 'dieseI' is no goods that are known; did you mean diesel",
        ),
        ("aggregates", "A004", {"product": "kerosine"}, "aggregates.csv:line 5, column product: 'kerosine' is no goods that"),
        ("sightings", "S004", {"central": "700", "unit": "tons"}, "column unit: 'tons' is not known; write t"),
        ("sightings", "S004", {"draught_in_m": "-4"}, "column draught_in_m: -4 is negative; an amount cannot be"),
        ("sightings", "S004", {"draught_in_m": "42"}, "no ship has a draught of 42.0 m; give metres"),
        ("sightings", "S004", {"draught_sd_m": "0.3"}, "an error without a draught"),
        (
            "sightings",
            "S004",
            {"draught_in_m": "6", "draught_out_m": "4"},
            "6.0 m on arrival and 4.0 m on departure do not fit",
        ),
        ("sightings", "S004", {"freeboard_in_m": "2", "freeboard_out_m": "4"}, "do not fit a load; mend the numbers or the"),
        ("sightings", "S002", {"bbl_each_low": "30000", "bbl_each_high": "10000"}, "is more than bbl_each_high; swap the two"),
        ("sightings", "S004", {"carriage": "train"}, "column carriage: 'train' is not known; did you mean"),
        ("vessels", "yu-son", {"depth_m": "6", "draught_m": "6.5"}, "a draught of 6.5 m is no less than the depth of 6.0 m"),
        ("vessels", "yu-son", {"lightship_t": "0"}, "column lightship_t: is 0, which no ship has"),
        ("aggregates", "A002", {"unit": "barrels"}, "aggregates.csv:line 3, column unit: 'barrels' is not known; write bbl"),
        ("aggregates", "A002", {"unit": ""}, "column unit: empty beside a quantity; name the unit"),
        ("aggregates", "A002", {"lo": "-165000"}, "column lo: -165000 is negative; an amount cannot be"),
        (
            "aggregates",
            "A002",
            {"lo": "", "central": "165000"},
            "'at least' with more than a lower end; put the number into lo",
        ),
        ("aggregates", "A023", {"lo": "2000000"}, "do not rise from lo to hi"),
        ("reported_imports", "C089", {"barrels": "0"}, "'missing' beside an amount; a report that was not made has no amount"),
        ("reported_imports", "C088", {"barrels": ""}, "'reported' without an amount; write missing"),
        ("caps", "unscr-2397-crude-2024", {"period_start": "2024-01-01"}, "2024-01-01 is not the first day of the cap's year"),
        (
            "caps",
            "unscr-2397-refined-2024",
            {"period_end": "2025-01-01"},
            "is not twelve months after 2024-01-01; write 2024-12-31",
        ),
        ("vessels", "yu-son", {"imo": "869170"}, "869170 has not seven digits"),
        ("vessels", "rye-song-gang-1", {"dwt_t": "3003000"}, "no ship has a deadweight of 3003000.0 t"),
        ("places", "chongjin", {"lat": "141.77"}, "141.77 lies beyond 90"),
        ("places", "vostochny-oil-berth", {"parent_id": "x"}, "'x' does not stand in places.csv"),
        ("contradictions", "W01", {"source_url": "javascript:1"}, "is not an address; begin it with https://"),
    ],
)
def test_a_fact_that_cannot_be_used_is_refused(
    change: Change, sheet: str, row: str, cells: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        claims(facts=change(sheet, row, **cells))
    assert message in caught.value.line()


def test_what_was_read_from_the_ship_and_how_the_goods_went_reach_the_claim(change: Change) -> None:
    cells = {"draught_in_m": "3.1", "draught_out_m": "5.9", "draught_sd_m": "0.3", "laden_out": "laden", "carriage": "ship"}
    row = claim(claims(facts=change("sightings", "S004", **cells, central="3100", unit="t")), "S004")
    words = ("draught_in_m", "draught_out_m", "draught_sd_m", "laden_in", "laden_out", "carriage", "central", "unit", "bound")
    assert [row[word] for word in words] == [3.1, 5.9, 0.3, None, "laden", "ship", 3100.0, "t", "exact"]


def test_a_range_for_each_visit_of_a_count_reaches_the_claim(change: Change) -> None:
    row = claim(claims(facts=change("aggregates", "A004", bbl_each_low="10000", bbl_each_high="30000")), "A004")
    assert (row["each_lo"], row["each_hi"]) == (10_000.0, 30_000.0)


def test_particulars_reach_the_ship(change: Change) -> None:
    cells = {"depth_m": "7.2", "draught_m": "6.1", "lightship_t": "1150", "tpc_t_per_cm": "11.2"}
    ships = {row["vessel_id"]: row for row in claims(facts=change("vessels", "yu-son", **cells))["vessels"].to_pylist()}
    assert {word: ships["yu-son"][word] for word in cells} == {word: float(value) for word, value in cells.items()}


def test_a_state_that_a_source_only_infers_is_no_state_that_it_saw(facts: Tables) -> None:
    states = {n: (claim(facts, n)["laden_in"], claim(facts, n)["laden_out"]) for n in ("S001", "S002", "S015")}
    assert states == {"S001": (None, None), "S002": (None, None), "S015": (None, "laden")}


def test_an_id_stands_once_in_all_tables_of_claims(change: Change) -> None:
    with pytest.raises(InputError, match=r"'S001' stands in sightings\.csv line 2 already"):
        claims(facts=change("aggregates", "A001", id="S001"))


def test_a_file_of_an_unknown_name_is_not_passed_over(folder: Path) -> None:
    (folder / "sighting.csv").write_text("id\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"sighting.csv: no table of this name is known; did you mean sightings\?"):
        claims(facts=folder)


def test_formulas_and_markup_stay_the_text_they_are(change: Change) -> None:
    nasty = "=HYPERLINK(\"x\") <script>alert('ü')</script> {{ 7*7 }}"
    tables = claims(facts=change("sightings", "S004", note=nasty))
    assert str(claim(tables, "S004")["note"]).startswith(nasty)


def test_a_fact_without_a_source_is_taken_in_as_one_whose_source_nobody_named(change: Change) -> None:
    """A case of one's own often begins so; the mark "not read" stays with it."""
    cells = dict.fromkeys(("source_publisher", "source_title", "source_date", "source_where", "source_url"), "")
    facts = claims(facts=change("sightings", "S001", **cells, verified="no"))
    titles = {row["title"] for row in facts["evidence"].to_pylist() if row["evidence_id"] in claim(facts, "S001")["evidence"]}
    assert titles == {"not named", "sightings.csv"}


def test_a_case_needs_only_the_tables_that_it_has_facts_for(folder: Path) -> None:
    for name in ("sightings", "aggregates", "munitions", "reported_imports", "contradictions", "vessels"):
        (folder / f"{name}.csv").unlink()
    tables = claims(facts=folder)
    assert {name: table.num_rows for name, table in tables.items() if name != "evidence"} == {
        "places": 18,
        "vessels": 0,
        "claims": 1,  # the limit for 2018 that was replaced before it began
        "contradictions": 0,
        "caps": 16,
    }


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder; name the folder of the case's published facts"):
        claims(facts=tmp_path / "none")
