"""DuckDB as an engine: embedded, the default; it spills to disk when memory runs short."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from darkwake.engine.lanes import LANES, run
from darkwake.engine.pool import Pool
from darkwake.engine.protocol import Engine, GroupFunction, Job, Result, sorted_groups, utc, workers
from darkwake.engine.remembered import Connection
from darkwake.engine.scratch import Scratch

if TYPE_CHECKING:
    import ibis.expr.types as ir


Rows = TypeVar("Rows")
BATCH = 100_000
"""Rows of a stream that are held together."""


class DuckDB:
    """DuckDB inside this process, spilling to a temporary folder that :meth:`close` removes."""

    name = "duckdb"
    at_once = 500_000

    def __init__(self, *, memory_mib: int | None = None) -> None:
        """Open it; beyond ``memory_mib`` it spills to disk (default: a GiB a core and two at least, most of what there is)."""
        self._spill = Scratch("spill")
        self._pool = Pool()
        self._to_let_go: list[Callable[[], None]] = []
        self._connection = Connection().connect(temp_directory=str(self._spill.folder))
        self._connection.raw_sql("SET TimeZone = 'UTC'")
        self._connection.raw_sql("SET preserve_insertion_order = false")
        self._connection.raw_sql("SET enable_progress_bar = false")
        self._connection.raw_sql(f"SET memory_limit = '{memory_mib or _usual_mib()}MiB'")

    def parquet(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        if not paths:
            return self.table(schema.empty_table())
        name = f"parquet_{uuid.uuid4().hex}"
        table = self._connection.read_parquet([str(path) for path in paths], table_name=name, hive_partitioning=False)
        return table.select(*schema.names)

    def table(self, rows: pa.Table) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        return self._made(f"rows_{uuid.uuid4().hex}", rows, self._connection.taken_in)

    def arrow(self, expression: ir.Table) -> pa.Table:
        """See :class:`darkwake.engine.Engine`."""
        return utc(self._connection.to_pyarrow(expression))

    def keep(self, expression: ir.Table) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        return self._made(f"kept_{uuid.uuid4().hex}", expression, self._connection.keep)

    def keep_alone(self, make: Callable[[], ir.Table]) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        name = f"kept_{uuid.uuid4().hex}"
        with self.scoped():
            kept = self._connection.keep(name, make())
        self._to_let_go.append(lambda: self._connection.drop_table(name, force=True))
        return kept

    def _made(self, name: str, of: Rows, make: Callable[[str, Rows], ir.Table]) -> ir.Table:
        self._to_let_go.append(lambda: self._connection.drop_table(name, force=True))
        return make(name, of)

    def _file(self, name: str) -> Path:
        path = self._spill.folder / f"{name}.parquet"
        self._to_let_go.append(lambda: path.unlink(missing_ok=True))
        return path

    def gather(self, parts: Sequence[ir.Table]) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        if len(parts) == 1:
            return self.keep(parts[0])
        paths = [self._file(f"part_{uuid.uuid4().hex}") for _ in parts]
        for part, path in zip(parts, paths, strict=True):
            # Pages of the second version are written and read faster, and to look for what repeats takes as long as the rest of
            # the writing; nobody else reads these.
            self._connection.to_parquet(part, path, parquet_version="v2", dictionary_size_limit=1)
        return self.parquet(paths, parts[0].schema().to_pyarrow())

    def write(self, expression: ir.Table, folder: Path) -> list[Path]:
        """See :class:`darkwake.engine.Engine`."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "part-0.parquet"
        self._connection.to_parquet(expression, path, compression="zstd")
        return [path]

    def map_groups(self, table: ir.Table, by: str, function: GroupFunction, schema: pa.Schema) -> ir.Table:
        """See :class:`darkwake.engine.Engine`. Groups run in processes, a few in memory at a time; results go to disk."""
        name = f"grouped_{uuid.uuid4().hex}"
        path = self._file(name)
        kept = self._connection.keep(name, table)
        if self._connection.raw_sql(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone():
            self._pool.ready(function)
        rows = self._connection.raw_sql(self._connection.compile(kept.order_by(by))).to_arrow_reader(BATCH)
        with pq.ParquetWriter(path, schema) as written:
            for part in self._pool.applied(function, map(utc, sorted_groups(rows, by))):
                self._connection.go_on()
                written.write_table(part.cast(schema))
        self._connection.drop_table(name)
        return self.parquet([path], schema)

    @contextmanager
    def scoped(self) -> Iterator[None]:
        """See :class:`darkwake.engine.Engine`."""
        already, self._to_let_go = self._to_let_go, []
        try:
            yield
        finally:
            for let_go in self._to_let_go:
                let_go()
            self._to_let_go = already

    def side_by_side(self, jobs: Sequence[Job[Result]]) -> list[Result]:
        """See :class:`darkwake.engine.Engine`. Jobs run on threads, over one database with one bound on its memory."""
        several = min(LANES, workers(), len(jobs))
        if several < 2:
            return [_scoped(job, self) for job in jobs]
        lanes = [_Lane(self._connection, self._spill, self._pool) for _ in range(several)]
        try:
            # Each lane works itself: with as many threads besides as there are cores they would stand in each other's way.
            with self._connection.threads(max(workers() - several + 1, 1)):
                return run([partial(_scoped, job) for job in jobs], lanes)
        finally:
            for lane in lanes:
                lane.close()

    def close(self) -> None:
        """See :class:`darkwake.engine.Engine`."""
        self._pool.close()
        self._connection.disconnect()
        self._spill.close()


class _Lane(DuckDB):
    """Another connection to the same database, for one thread; it sees what is there, and keeps what it makes to itself."""

    def __init__(self, of: Connection, spill: Scratch, pool: Pool) -> None:
        self._spill, self._pool, self._connection = spill, pool, of.beside()
        self._to_let_go = []

    def stop(self) -> None:
        """Let what is under way, and all that is asked later, fail."""
        self._connection.stop()

    def close(self) -> None:
        """Give back what the lane holds; the database stays."""
        self._connection.disconnect()


def _scoped(job: Job[Result], engine: Engine) -> Result:
    with engine.scoped():
        return job(engine)


def _usual_mib() -> int:
    """Memory of DuckDB alone: results do not depend on it, and what Python and Arrow hold comes on top."""
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    return min(1024 * max(workers(), 2), there * 3 // 4)
