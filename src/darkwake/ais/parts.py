"""Clean rows on their way to disk: Parquet files by day, each sorted by cell, MMSI and time; memory stays bounded.

Rows wait in memory by day. When too many wait, the fullest days are written. Days that were written in many small files
are merged at the end, so that a file sorted by ship does not leave thousands of crumbs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from darkwake.schema import Quarantine, Reports, Statics, Table

ROWS_PER_FILE = 1_000_000
ROWS_PER_GROUP = 131_072
ROWS_WAITING = 2_000_000
"""Rows of all days that may wait in memory: about 200 bytes each."""
_DAY_US = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNPACKED = ("lat", "lon", "line", "time", "mmsi")
"""Columns whose values hardly repeat; a dictionary would only cost time."""


@dataclass(frozen=True)
class Part:
    """A finished Parquet file: its table and the folder of the table that it belongs in."""

    table: str
    path: Path
    folder: str


@dataclass
class _Day:
    waiting: list[pa.Table] = field(default_factory=list)
    rows: int = 0
    files: list[Path] = field(default_factory=list)


@dataclass
class Writer:
    """Writes the rows of one source file into ``folder``."""

    folder: Path
    source_id: str
    origin: str
    _days: dict[int, _Day] = field(default_factory=lambda: defaultdict(_Day))
    _waiting: int = 0
    _statics: _Day = field(default_factory=_Day)
    _quarantine: _Day = field(default_factory=_Day)
    _files: int = 0

    def reports(self, rows: pa.Table) -> None:
        """Take position rows (the columns of ``Reports`` but for source and origin)."""
        for day, part in _by_day(rows):
            self._days[day].waiting.append(part)
            self._days[day].rows += part.num_rows
            self._waiting += part.num_rows
            if self._days[day].rows >= ROWS_PER_FILE:
                self._write_day(day)
        if self._waiting >= ROWS_WAITING:
            for day in sorted(self._days, key=lambda day: -self._days[day].rows):
                if self._waiting > ROWS_WAITING // 2:
                    self._write_day(day)

    def statics(self, rows: pa.Table) -> None:
        """Take static rows."""
        self._collect(self._statics, Statics, rows)

    def quarantine(self, rows: Sequence[tuple[int, str, str]]) -> None:
        """Take lines that were set aside: line, reason, text."""
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        names = ["line", "reason", "raw"]
        types = [pa.int64(), pa.string(), pa.string()]
        table = pa.table([pa.array(column, type_) for column, type_ in zip(columns, types, strict=True)], names=names)
        self._collect(self._quarantine, Quarantine, table)

    def finish(self) -> list[Part]:
        """Write what still waits and name every file."""
        for day in sorted(self._days):
            self._write_day(day)
        self._flush(self._statics, Statics)
        self._flush(self._quarantine, Quarantine)
        parts = [Part("reports", path, _folder(day)) for day in sorted(self._days) for path in self._merged(self._days[day])]
        for name, held in (("statics", self._statics), ("quarantine", self._quarantine)):
            parts.extend(Part(name, path, "") for path in held.files)
        return parts

    def _collect(self, held: _Day, table: type[Table], rows: pa.Table) -> None:
        if rows.num_rows:
            held.waiting.append(rows)
            held.rows += rows.num_rows
            if held.rows >= ROWS_PER_FILE // 4:
                self._flush(held, table)

    def _flush(self, held: _Day, table: type[Table]) -> None:
        if held.rows:
            rows = pa.concat_tables(held.waiting)
            held.waiting, held.rows = [], 0
            held.files.append(self._write(table, rows))

    def _write_day(self, day: int) -> None:
        held = self._days[day]
        if not held.rows:
            return
        rows = pa.concat_tables(held.waiting)
        self._waiting -= held.rows
        held.waiting, held.rows = [], 0
        held.files.append(self._write(Reports, _sorted(rows)))

    def _merged(self, held: _Day) -> list[Path]:
        """The day's files with neighbours merged as long as together they hold no more than a file may."""
        merged: list[Path] = []
        for group in _groups(held.files):
            if len(group) == 1:
                merged.extend(group)
                continue
            rows = pa.concat_tables([pq.ParquetFile(path).read() for path in group]).drop_columns(["source_id", "origin"])
            for path in group:
                path.unlink()
            merged.append(self._write(Reports, _sorted(rows)))
        return merged

    def _write(self, table: type[Table], rows: pa.Table) -> Path:
        path = self.folder / f"{self._files:06d}.parquet"
        self._files += 1
        constants = {"source_id": self.source_id, "origin": self.origin}
        columns = [
            pa.repeat(constants[word], rows.num_rows) if word in constants else rows.column(word) for word in table.columns
        ]
        full = pa.Table.from_arrays(columns, schema=table.arrow())
        packed = [word for word in table.columns if word not in _UNPACKED]
        pq.write_table(
            full, path, compression="zstd", compression_level=1, use_dictionary=packed, row_group_size=ROWS_PER_GROUP
        )
        return path


def _groups(files: Iterable[Path]) -> list[list[Path]]:
    groups: list[list[Path]] = []
    held = 0
    for path in files:
        rows = pq.read_metadata(path).num_rows
        if groups and held + rows <= ROWS_PER_FILE:
            groups[-1].append(path)
            held += rows
        else:
            groups.append([path])
            held = rows
    return groups


def _by_day(rows: pa.Table) -> Iterable[tuple[int, pa.Table]]:
    if not rows.num_rows:
        return
    days = rows.column("time").cast(pa.int64()).to_numpy() // _DAY_US
    first, last = int(days.min()), int(days.max())
    if first == last:
        yield first, rows
        return
    order = np.argsort(days, kind="stable")
    rows, days = rows.take(pa.array(order)), days[order]
    cuts = np.flatnonzero(np.append(True, days[1:] != days[:-1]))
    for start, end in zip(cuts, np.append(cuts[1:], len(days)), strict=True):
        yield int(days[start]), rows.slice(int(start), int(end - start))


def _folder(day: int) -> str:
    return f"day={(_EPOCH + timedelta(days=day)).date().isoformat()}"


def _sorted(rows: pa.Table) -> pa.Table:
    """By cell, MMSI and time; equal ones by line, so that the file does not depend on how the rows came."""
    keys = [rows.column(word).cast(pa.int64()).to_numpy() for word in ("line", "time", "mmsi", "cell")]
    line, time, mmsi, cell = keys
    place = (cell << 30) | mmsi  # An MMSI has 30 bits.
    if (np.diff(time) < 0).any():
        # Sorting keeps the order of equal rows, and lines nearly always come in theirs.
        order = np.lexsort((time, place)) if (np.diff(line) > 0).all() else np.lexsort((line, time, place))
    else:
        order = np.argsort(place, kind="stable")
    return pc.take(rows, pa.array(order))
