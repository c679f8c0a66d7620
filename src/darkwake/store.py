"""A folder of tables that survives crashes: Parquet files, and one DuckDB file that says which of them count.

    STORE/
      store.duckdb         the catalogue: files of each table, finished stages
      tables/<table>/...   Parquet files, named by the hash of their bytes, in folders such as ``day=2024-05-01``
      .staging/            what is being written; nothing in it counts
      .lock                held by the one process that writes

A change appears whole or not at all: files are written under ``.staging``, moved in under names that nobody refers to yet,
and then one transaction of the catalogue makes them count. Whatever a killed process leaves behind is swept by the next
one that opens the store for writing. Readers need no lock: they read the catalogue once.

The store knows nothing of the field; it takes the tables' names as they come.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import socket
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from darkwake.errors import InputError, StoreBusy, StoreDamaged
from darkwake.ids import file_sha256
from darkwake.schema import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

CATALOGUE = "store.duckdb"
_LAYOUT = """
CREATE TABLE files (
    table_name VARCHAR, part VARCHAR, path VARCHAR, row_count BIGINT, replaced BOOLEAN DEFAULT false);
CREATE TABLE stages (stage VARCHAR PRIMARY KEY, fingerprint VARCHAR, seconds DOUBLE, stood_on VARCHAR);
"""
_ATTEMPTS, _PAUSE_S = 60, 0.05
"""How often and how long to wait for the catalogue, which others hold only while they read or commit a list of files."""
WHOLE_TABLE = ""
"""The part of a table that is always replaced as a whole."""


@dataclass(frozen=True)
class PartFile:
    """A finished Parquet file under ``.staging``, and the folder of its table that it goes to."""

    path: Path
    folder: str = ""


@dataclass(frozen=True)
class Append:
    """New files of one part of a table (one source file, one list version); they replace that part's earlier files."""

    table: str
    part: str
    files: Sequence[PartFile]
    lasting: bool = False
    """Whether the part stays when the stage that made it runs again."""


@dataclass(frozen=True)
class Replace:
    """New files of a whole table."""

    table: str
    files: Sequence[PartFile]


@dataclass(frozen=True)
class StageRecord:
    """A stage that finished: the fingerprint of what it stood on, how long it took, what it read and appended."""

    stage: str
    fingerprint: str
    seconds: float
    read: Mapping[str, str] = field(default_factory=dict)
    """Version of each table that it read."""
    parts: tuple[tuple[str, str], ...] = ()
    """Table and part of what it appended."""


def _record(stage: str, fingerprint: str, seconds: float, stood_on: str) -> StageRecord:
    read, parts = json.loads(stood_on)
    return StageRecord(stage, fingerprint, seconds, read, tuple((table, part) for table, part in parts))


@dataclass
class _Listed:
    """One line of the catalogue."""

    table: str
    part: str
    path: str
    rows: int


@dataclass
class _Catalogue:
    files: list[_Listed] = field(default_factory=list)
    stages: dict[str, StageRecord] = field(default_factory=dict)


class Store:
    """See the module. Use it as a context manager: ``with Store.open(folder) as store: ...``."""

    def __init__(self, folder: Path, lock: FileLock | None) -> None:
        self.folder = folder
        self._lock = lock
        self._catalogue = self._read()

    @classmethod
    def open(cls, folder: Path, *, write: bool = False, create: bool = False) -> Store:
        """Open a store to read, or to write as the only writer.

        Raises:
            InputError: there is no store and ``create`` is not set.
            StoreBusy: another process writes; the message says which.
            StoreDamaged: the catalogue cannot be read.
        """
        if not (folder / CATALOGUE).is_file():
            if not create:
                raise InputError("no store here", do="take data in first (darkwake ais ingest, darkwake run)", source=folder)
            if folder.exists() and not folder.is_dir():
                raise InputError("not a folder", do="name a folder for the store", source=folder)
        lock = None
        if write or create:
            folder.mkdir(parents=True, exist_ok=True)
            lock = _hold(folder)
        try:
            if lock and not (folder / CATALOGUE).exists():
                _create(folder)
            store = cls(folder, lock)
            if lock:
                store._sweep()
        except BaseException:
            if lock:
                _let_go(folder, lock)
            raise
        return store

    @property
    def writable(self) -> bool:
        """Whether it was opened for writing."""
        return self._lock is not None

    def close(self) -> None:
        """Let the lock go and drop what was not committed."""
        if self._lock:
            shutil.rmtree(self.folder / ".staging", ignore_errors=True)
            _let_go(self.folder, self._lock)
            self._lock = None

    def _remove(self) -> None:
        """Take away a store in which nothing was ever committed."""
        shutil.rmtree(self.folder / ".staging", ignore_errors=True)
        for name in (CATALOGUE, f"{CATALOGUE}.wal", ".holder", ".lock"):
            (self.folder / name).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # something else lies there: the folder stays
            self.folder.rmdir()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        unused = self._lock and not self._catalogue.files and not self._catalogue.stages
        if kind and unused:
            self._remove()
        self.close()

    # --- reading ---

    def names(self) -> list[str]:
        """The tables that the store holds, in the order of the schema."""
        held = {listed.table for listed in self._catalogue.files}
        return [name for name in TABLES if name in held] + sorted(held - TABLES.keys())

    def has(self, table: str) -> bool:
        """Whether the store holds a table (it may be empty)."""
        return table in self.names()

    def files(self, table: str) -> list[Path]:
        """The Parquet files of a table, in a fixed order."""
        return [self.folder / listed.path for listed in self._catalogue.files if listed.table == table]

    def parts(self, table: str) -> set[str]:
        """The parts of a table, for one that is appended to."""
        return {listed.part for listed in self._catalogue.files if listed.table == table}

    def count(self, table: str) -> int:
        """Rows of a table, from the catalogue."""
        return sum(listed.rows for listed in self._catalogue.files if listed.table == table)

    def version(self, table: str) -> str:
        """A hash that changes when the table's content does; empty when the store does not hold it."""
        paths = sorted(listed.path for listed in self._catalogue.files if listed.table == table)
        return hashlib.sha256("\n".join(paths).encode()).hexdigest()[:16] if paths else ""

    def table(self, engine: Engine, name: str) -> ir.Table:
        """A table as an expression on an engine; without rows where the store does not hold it."""
        paths = self.files(name)
        for path in paths:
            _check_whole(path)
        return engine.parquet(paths, TABLES[name].arrow())

    def arrow(self, name: str) -> pa.Table:
        """A small table in memory, sorted by its key; without rows where the store does not hold it."""
        schema, order = TABLES[name].arrow(), TABLES[name].keys()
        parts = [_rows(path, schema) for path in self.files(name)]
        whole = pa.concat_tables(parts) if parts else schema.empty_table()
        return whole.sort_by([(word, "ascending") for word in order]) if order else whole

    def stage(self, name: str) -> StageRecord | None:
        """What is known of a stage that finished."""
        return self._catalogue.stages.get(name)

    def behind(self, stage: str) -> list[str]:
        """The tables that have changed since a stage read them; none for a stage that has not run."""
        record = self.stage(stage)
        return [table for table, version in record.read.items() if self.version(table) != version] if record else []

    # --- writing ---

    def staging(self) -> Path:
        """A fresh folder to write files in; it is removed when the store is closed."""
        if not self._lock:
            raise InputError("the store was opened for reading only", do="open it with write=True", source=self.folder)
        folder = self.folder / ".staging" / uuid.uuid4().hex
        folder.mkdir(parents=True)
        return folder

    def staged(self, table: str, rows: pa.Table) -> Replace:
        """A small table, checked and written to the staging folder, ready to replace the one before."""
        path = self.staging() / "rows.parquet"
        pq.write_table(TABLES[table].check(rows), path, compression="zstd")
        return Replace(table, [PartFile(path)])

    def commit(self, changes: Sequence[Append | Replace], record: StageRecord | None = None) -> None:
        """Make all these changes count, and the stage that made them, in one step."""
        if not self._lock:
            raise InputError("the store was opened for reading only", do="open it with write=True", source=self.folder)
        moved = [(change, [self._move_in(change, file) for file in change.files]) for change in changes]
        with self._connect() as catalogue:
            catalogue.begin()
            for change, listed in moved:
                _supersede(catalogue, change)
                for line in listed:
                    values = [line.table, line.part, line.path, line.rows]
                    catalogue.execute("INSERT INTO files VALUES (?, ?, ?, ?, false)", values)
            if record:
                catalogue.execute(
                    "INSERT OR REPLACE INTO stages VALUES (?, ?, ?, ?)",
                    [record.stage, record.fingerprint, record.seconds, json.dumps([dict(record.read), record.parts])],
                )
            catalogue.commit()
        self._catalogue = self._read()

    def _move_in(self, change: Append | Replace, file: PartFile) -> _Listed:
        part = change.part if isinstance(change, Append) else WHOLE_TABLE
        if Path(file.folder).is_absolute() or ".." in Path(file.folder).parts:
            raise StoreDamaged(f"the folder {file.folder!r} leaves the store", source=self.folder)
        mark = hashlib.sha256(part.encode()).hexdigest()[:6] + "-" if part else ""
        name = f"{mark}{file_sha256(file.path)[:16]}.parquet"
        target = self.folder / "tables" / change.table / file.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        rows = pq.read_metadata(file.path).num_rows
        with file.path.open("rb") as stream:
            os.fsync(stream.fileno())
        file.path.replace(target)
        return _Listed(change.table, part, target.relative_to(self.folder).as_posix(), rows)

    def _connect(self, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
        path = self.folder / CATALOGUE
        for attempt in range(_ATTEMPTS):
            try:
                return duckdb.connect(str(path), read_only=read_only)
            except duckdb.Error as fault:
                if "set lock on file" not in str(fault):
                    remedy = "restore the folder from a copy"
                    raise StoreDamaged(f"the catalogue cannot be read: {fault}", do=remedy, source=path) from fault
                if attempt + 1 == _ATTEMPTS:
                    raise StoreBusy(f"the catalogue is held{_holder(self.folder)}", do="try again", source=path) from fault
                time.sleep(_PAUSE_S)
        raise StoreBusy("the catalogue is held", do="try again", source=path)

    def _read(self) -> _Catalogue:
        with self._connect(read_only=self._lock is None) as catalogue:
            try:
                files = catalogue.execute(
                    "SELECT table_name, part, path, row_count FROM files WHERE NOT replaced ORDER BY table_name, part, path"
                ).fetchall()
                stages = catalogue.execute("SELECT stage, fingerprint, seconds, stood_on FROM stages").fetchall()
            except duckdb.Error as fault:
                what, path = "is not the catalogue of a store", self.folder / CATALOGUE
                raise StoreDamaged(what, do="restore the folder from a copy", source=path) from fault
        found = _Catalogue([_Listed(*row) for row in files], {row[0]: _record(*row) for row in stages})
        for listed in found.files:
            if Path(listed.path).is_absolute() or ".." in Path(listed.path).parts:
                raise StoreDamaged(f"{listed.path} leaves the store", do="restore the folder from a copy", source=self.folder)
            if not (self.folder / listed.path).is_file():
                raise StoreDamaged(f"{listed.path} is missing", do="restore the folder from a copy", source=self.folder)
        return found

    def _sweep(self) -> None:
        """Remove what no reader can refer to any more: staged files, files replaced before, files never recorded."""
        shutil.rmtree(self.folder / ".staging", ignore_errors=True)
        with self._connect() as catalogue:
            catalogue.execute("DELETE FROM files WHERE replaced")
        current = {self.folder / listed.path for listed in self._catalogue.files}
        for path in (self.folder / "tables").rglob("*.parquet"):
            if path not in current:
                path.unlink()


def _create(folder: Path) -> None:
    """Lay out an empty catalogue under another name, then move it in: a kill leaves none or a whole one."""
    made = folder / ".staging" / CATALOGUE
    shutil.rmtree(made.parent, ignore_errors=True)
    made.parent.mkdir()
    with duckdb.connect(str(made)) as catalogue:
        catalogue.execute(_LAYOUT)
    made.replace(folder / CATALOGUE)


def _rows(path: Path, schema: pa.Schema) -> pa.Table:
    try:
        return pq.ParquetFile(path).read().select(schema.names).cast(schema)
    except (pa.ArrowException, KeyError, OSError) as fault:
        raise StoreDamaged(f"cannot be read: {fault}", do="restore the folder from a copy", source=path) from fault


def _check_whole(path: Path) -> None:
    """A Parquet file ends with the list of its parts; a torn one does not."""
    try:
        pq.read_metadata(path)
    except (pa.ArrowException, OSError) as fault:
        raise StoreDamaged(f"cannot be read: {fault}", do="restore the folder from a copy", source=path) from fault


def _let_go(folder: Path, lock: FileLock) -> None:
    (folder / ".holder").unlink(missing_ok=True)
    lock.release()


def _supersede(catalogue: duckdb.DuckDBPyConnection, change: Append | Replace) -> None:
    where, values = "table_name = ?", [change.table]
    if isinstance(change, Append):
        where, values = where + " AND part = ?", [change.table, change.part]
    catalogue.execute(f"UPDATE files SET replaced = true WHERE {where}", values)


def _holder(folder: Path) -> str:
    with contextlib.suppress(OSError, ValueError, KeyError):
        holder = json.loads((folder / ".holder").read_text(encoding="utf-8"))
        return f" by process {holder['pid']} on {holder['host']}"
    return ""


def _hold(folder: Path) -> FileLock:
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as fault:
        raise StoreBusy(
            f"the store is held{_holder(folder)}", do="wait until it ends, then run again", source=folder
        ) from fault
    (folder / ".holder").write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}), encoding="utf-8")
    return lock


def staged_tables(store: Store, tables: Mapping[str, pa.Table]) -> Iterator[Replace]:
    """Several small tables, each checked and staged."""
    for name, rows in tables.items():
        yield store.staged(name, rows)
