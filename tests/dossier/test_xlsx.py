"""The writer of workbooks: text stays text, the same rows give the same bytes, what Excel cannot hold is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from darkwake.dossier.xlsx import MOST_LETTERS, Head, Sheet, cleaned, write_xlsx
from darkwake.errors import UsageError

HEADS = (Head("Name"), Head("Barrels (bbl)", 12, "whole"), Head("Day", 12, "day"), Head("Seen (UTC)", 17, "time"))
MIDNIGHT = datetime(2024, 3, 7, tzinfo=UTC).replace(tzinfo=None)
"""A day as openpyxl reads it back: without a zone."""
FORMULAS = ('=HYPERLINK("http://example.org")', "+1+2", "-3", "@SUM(A1)", "\t=1", "#N/A", "2024-03-07", "1e5")


def written(tmp_path: Path, rows: list[tuple[object, ...]], name: str = "a.xlsx") -> Path:
    return write_xlsx([Sheet("Rows", HEADS, len(rows), rows)], tmp_path / name, title="A case")  # type: ignore[arg-type]


def test_values_come_back_as_they_went_in(tmp_path: Path) -> None:
    rows = [("Yu Son", 23_256.5, date(2024, 3, 7), datetime(2024, 3, 7, 9, 30, tzinfo=UTC)), ("유선", None, None, None)]
    sheet = load_workbook(written(tmp_path, rows))["Rows"]
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
        ["Name", "Barrels (bbl)", "Day", "Seen (UTC)"],
        ["Yu Son", 23_256.5, MIDNIGHT, MIDNIGHT.replace(hour=9, minute=30)],
        ["유선", None, None, None],
    ]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:D3")


@pytest.mark.parametrize("words", FORMULAS)
def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, words: str) -> None:
    path = written(tmp_path, [(words, 1, None, None)])
    cell = load_workbook(path)["Rows"]["A2"]
    assert (cell.value, cell.data_type) == (words, "s")
    assert cell.quotePrefix == words.startswith(("=", "+", "-", "@", "\t"))
    with ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_two_writings_give_the_same_bytes_and_no_time_of_writing(tmp_path: Path) -> None:
    rows = [("Yu Son", 1.0, date(2024, 3, 7), None)]
    one, two = written(tmp_path, rows), written(tmp_path, rows, "b.xlsx")
    assert one.read_bytes() == two.read_bytes()
    with ZipFile(one) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_nothing_in_the_file_leads_to_another(tmp_path: Path) -> None:
    with ZipFile(written(tmp_path, [("https://example.org", 1, None, None)])) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name or "vba" in name]
        relations = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".rels"))
    assert b'TargetMode="External"' not in relations


@given(st.text())
def test_any_text_can_be_held(words: str) -> None:
    kept = cleaned(words)
    assert len(kept) == len(words)
    assert "\x00" not in kept


def test_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    kept = cleaned("x" * (MOST_LETTERS + 1))
    assert len(kept) == MOST_LETTERS
    assert kept.endswith("(cut here; whole in darkwake export --format csv)")


def test_more_rows_than_a_sheet_holds_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    many = Sheet("Ledger", HEADS, 1_048_576, iter(()))
    with pytest.raises(UsageError, match="Excel holds 1,048,576") as refused:
        write_xlsx([many], tmp_path / "a.xlsx", title="A case")
    assert "--format csv or --format parquet" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_fault_while_rows_come_leaves_nothing_behind(tmp_path: Path) -> None:
    def rows() -> object:
        yield ("Yu Son", 1, None, None)
        raise UsageError("the table cannot be read")

    with pytest.raises(UsageError, match="cannot be read"):
        write_xlsx([Sheet("Rows", HEADS, 2, rows())], tmp_path / "a.xlsx", title="A case")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
