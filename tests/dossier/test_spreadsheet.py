"""A case as a workbook: what the first sheet says, and that values, intervals and sources are those of the tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from openpyxl import load_workbook

from darkwake import schema
from darkwake.dossier import Header, write_spreadsheet
from darkwake.dossier.sheets import LEAVES


@pytest.fixture(scope="module")
def book(tables: dict[str, pa.Table], header: Header, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("book") / "case.xlsx"
    write_spreadsheet(tables, header, path)
    return load_workbook(path)


def rows(book: Any, title: str) -> list[dict[str, Any]]:
    head, *found = book[title].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in found]


def test_each_table_of_the_workbook_has_a_sheet_after_the_one_to_read_first(book: Any) -> None:
    assert book.sheetnames == ["Read me", *(leaf.title for leaf in LEAVES)]
    assert all(book[leaf.title].freeze_panes == "A2" for leaf in LEAVES)


def test_the_first_sheet_says_the_finding_the_scale_the_seed_and_the_hash(
    tables: dict[str, pa.Table], header: Header, tmp_path: Path
) -> None:
    said = Header(**vars(header) | {"finding": "Nobody knows.", "points": ("The ships were not measured.",)})
    write_spreadsheet(tables, said, tmp_path / "a.xlsx")
    cells = list(load_workbook(tmp_path / "a.xlsx")["Read me"].iter_rows(values_only=True))
    for pair in (
        ("Finding", "Nobody knows."),
        (None, "The ships were not measured."),
        ("Seed", "7"),
        ("Root hash of the evidence", "5e" * 32),
        ("almost certain", "95 to 100 %"),
    ):
        assert pair in cells


def test_the_ledger_stands_by_day_with_its_interval_and_chance(book: Any, tables: dict[str, pa.Table]) -> None:
    found = rows(book, "Ledger")
    assert len(found) == tables["ledger"].num_rows
    wanted = [row for row in tables["ledger"].to_pylist() if row["mode"] == "both"][-1]
    last = [row for row in found if row["What is added"] == "both"][-1]
    assert last["Day"].date() == date(2024, 12, 31)
    assert last["Barrels since the period began, median (bbl)"] == pytest.approx(wanted["bbl_p50"], rel=1e-12)
    assert last["Chance that the cap was exceeded (0 to 1)"] == wanted["chance_exceeded"]


def test_a_visit_stands_with_its_payload_its_basis_and_the_numbers_of_its_sources(book: Any) -> None:
    found = next(row for row in rows(book, "Visits") if row["Id"] == "visit-01")
    assert [found[f"Barrels {word} (bbl)"] for word in ("5 %", "median", "95 %")] == [9431, 23256, 48120]
    assert (found["Kind of basis"], found["Basis"]) == ("deadweight", "dwt 1,000 to 9,000 t, mostly small")
    assert found["Counted in"] == "OSC/BBC: visits; 1,000,000 bbl; 7 March to 5 November 2024"


def test_what_is_not_known_is_an_empty_cell_and_never_zero(book: Any) -> None:
    left = {row["Median moves by (bbl)"]: row for row in rows(book, "Without one source")}
    assert left[-1043219]["Barrels without it, median (bbl)"] is None
    boxes = next(row for row in rows(book, "Exchange") if row["Id"] == "boxes")
    assert (boxes["5 % or lower end"], boxes["95 % or upper end"]) == (6700, None)


def test_every_number_of_a_source_is_a_row_of_the_sheet_of_sources(book: Any) -> None:
    known = {row["No."] for row in rows(book, "Sources")}
    said = [
        row["Sources (numbers)"] for leaf in ("Causes", "Nobody saw", "Exchange", "Counted once") for row in rows(book, leaf)
    ]
    assert {int(one) for cell in said for one in cell.split(", ")} <= known


def test_no_sheet_holds_a_formula_whatever_the_tables_say(tmp_path: Path, header: Header) -> None:
    row = {"contradiction_id": "=1", "subject": "=cmd|' /C calc'!A0", "statement_a": "+1", "statement_b": "-1", "kind": "@x"}
    more = {"handling": '=HYPERLINK("x")', "verified": True, "origin": "published", "evidence": []}
    write_spreadsheet({"contradictions": schema.Contradictions.rows([row | more])}, header, tmp_path / "a.xlsx")
    cells = [cell for line in load_workbook(tmp_path / "a.xlsx")["Contradictions"]["A2:E2"] for cell in line]
    assert [cell.data_type for cell in cells] == ["s"] * 5
    assert cells[0].value == "=cmd|' /C calc'!A0"


def test_the_same_tables_give_the_same_bytes_whatever_the_order_of_the_rows(
    tables: dict[str, pa.Table], header: Header, tmp_path: Path
) -> None:
    turned = {name: table.take(list(reversed(range(table.num_rows)))) for name, table in tables.items()}
    write_spreadsheet(tables, header, tmp_path / "a.xlsx")
    write_spreadsheet(turned, header, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_without_tables_every_sheet_has_its_heads_and_no_row(tmp_path: Path, header: Header) -> None:
    counts = write_spreadsheet({}, header, tmp_path / "a.xlsx")
    assert set(counts.values()) == {0}
    book = load_workbook(tmp_path / "a.xlsx")
    assert all(book[leaf.title].max_row == 1 for leaf in LEAVES)
