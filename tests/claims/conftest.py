"""The bundled facts, a copy of them to damage, and a way to write one fact down."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from darkwake import schema
from darkwake.claims import claims
from darkwake.claims.layouts import SHEETS

BUNDLED = Path(schema.__file__).parent / "bundled" / "cases" / "vostochny-2024" / "facts"

Writer = Callable[..., Path]


@pytest.fixture(scope="session")
def facts() -> dict[str, pa.Table]:
    """The tables of the bundled case."""
    return claims(facts=BUNDLED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled facts."""
    return Path(shutil.copytree(BUNDLED, tmp_path / "facts"))


@pytest.fixture
def change(folder: Path) -> Writer:
    """Changes cells of one row of a sheet of the copy and returns the folder."""

    def change(sheet: str, row_id: str, **cells: str) -> Path:
        path = folder / f"{sheet}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        next(row for row in rows if row["id"] == row_id).update(cells)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(SHEETS[sheet]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return folder

    return change
