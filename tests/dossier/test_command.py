"""``darkwake dossier`` and ``darkwake export``: they read a store and write whole files, or one clear line."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darkwake.cli import dossier, export
from darkwake.errors import InputError, UsageError
from darkwake.store import Store

TOML = """
[case]
title = "Vostochny to Chongjin, 2024"
question = "Was the cap passed?"
period = [2024-01-01, 2024-12-31]
seed = 7
"""


@pytest.fixture
def case(tmp_path: Path, tables: dict[str, pa.Table]) -> Path:
    """A case folder whose store holds the tables."""
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "case.toml").write_text(TOML, encoding="utf-8")
    with Store.open(folder / "store", write=True, create=True) as store:
        store.commit([store.staged(name, table) for name, table in tables.items()])
    return folder


def test_the_page_of_a_stored_case_is_written_and_named(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dossier.command(case, tmp_path / "page.html", as_json=True)
    assert json.loads(capsys.readouterr().out) == {"path": str(tmp_path / "page.html")}
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Vostochny to Chongjin, 2024" in page
    assert str(case) not in page


def test_the_page_is_the_same_bytes_again(case: Path, tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        dossier.command(case, tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_case_that_was_not_run_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(TOML, encoding="utf-8")
    with pytest.raises(InputError, match="has not been run yet; run: darkwake run"):
        dossier.command(tmp_path, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_a_page_is_not_written_under_another_ending(case: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the dossier is a page, not \.pdf"):
        dossier.command(case, tmp_path / "page.pdf")


def test_every_table_of_the_store_is_exported(case: Path, tmp_path: Path, tables: dict[str, pa.Table]) -> None:
    export.command(case, tmp_path / "out", format_="parquet")
    found = {path.stem: pq.ParquetFile(path).metadata.num_rows for path in (tmp_path / "out").iterdir()}
    assert found == {name: table.num_rows for name, table in tables.items()}


def test_an_export_never_goes_into_a_folder_in_use(case: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already"):
        export.command(case, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_an_unknown_format_names_the_known_ones(case: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean parquet"):
        export.command(case, tmp_path / "out", format_="parket")


def test_a_path_that_ends_in_xlsx_is_one_workbook(
    case: Path, tmp_path: Path, tables: dict[str, pa.Table], capsys: pytest.CaptureFixture[str]
) -> None:
    export.command(case, tmp_path / "case.xlsx", as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert said["path"] == str(tmp_path / "case.xlsx")
    assert said["rows"] == {name: tables[name].num_rows for name in said["rows"]}
    assert set(said["rows"]) >= {"ledger", "visits", "causes", "influence", "unseen", "exchange", "overlaps", "evidence"}


def test_a_second_workbook_of_a_case_is_the_same_file(case: Path, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.XLSX"):
        export.command(case, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.XLSX").read_bytes()


def test_a_workbook_takes_no_format(case: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a workbook takes no --format; name a folder"):
        export.command(case, tmp_path / "case.xlsx", format_="csv")
    assert not (tmp_path / "case.xlsx").exists()


def test_a_workbook_of_a_case_that_was_not_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "case.toml").write_text(TOML, encoding="utf-8")
    with pytest.raises(InputError, match="has not been run yet"):
        export.command(tmp_path / "case", tmp_path / "case.xlsx")
