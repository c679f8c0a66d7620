"""Short ways for the tests of this room: a file taken in, its tables as rows."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from darkwake.ais.columns import mapping_layout
from darkwake.ais.intake import Account, Job, take_in
from darkwake.ais.reading import Settings
from darkwake.schema import TABLES

SOURCE = "file-0123456789abcdef"


@dataclass(frozen=True)
class Taken:
    """The account of a file, and the tables that it gave."""

    account: Account
    tables: dict[str, pa.Table]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows by line."""
        rows: list[dict[str, Any]] = self.tables[table].sort_by("line").to_pylist()
        return rows

    def reasons(self) -> dict[int, str]:
        """Why each line was set aside."""
        return {row["line"]: row["reason"] for row in self.rows("quarantine")}


def taken(
    path: Path, folder: Path, *, columns: dict[str, Any] | None = None, moment: datetime | None = None, threads: int = 2
) -> Taken:
    """Take one file in, in this process; every table is checked against its schema."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(mapping_layout(columns) if columns else None, moment)
    account = take_in(Job(path, "0" * 64, SOURCE, "observed", folder, settings, threads))
    tables = {}
    for name in ("reports", "statics", "quarantine"):
        parts = [pq.ParquetFile(part.path).read() for part in account.parts if part.table == name]
        tables[name] = TABLES[name].check(pa.concat_tables(parts) if parts else TABLES[name].empty())
    return Taken(account, tables)


def unpacked(path: Path) -> bytes:
    """The bytes of a gzip file."""
    return gzip.decompress(path.read_bytes())


HEADER = (
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,"
    "TransceiverClass"
)
SHIP = "273215713,2024-05-01T00:00:00,42.7,133.1,9.5,120.0,121.0,TEST SHIP,IMO9307839,5LCB4,80,0.0,208.0,30.0,8.1,80.0,A"


def marine(folder: Path, *lines: str, name: str = "a.csv") -> Path:
    """A MarineCadastre file with these lines below the header."""
    path = folder / name
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def changed(**values: str) -> str:
    """The line of the test ship with other values."""
    cells = dict(zip(HEADER.split(","), SHIP.split(","), strict=True)) | values
    return ",".join(cells.values())
