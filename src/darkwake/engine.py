"""Where table expressions run: DuckDB in this process (default) or Spark.

Ibis is the only language for tables. The same expression gives the same rows on both engines, ids included, as long as it
keeps to the portable operations: floats are rounded before a cast to whole numbers, ids hash canonical text
(:func:`darkwake.ids.id_column`), ``lead`` and an inequality join stand in for an as-of join, times are compared as epoch
microseconds. What Ibis cannot say goes through :meth:`Engine.map_groups` with a pure function from Arrow to Arrow.

An engine knows nothing of the field.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import ibis
import pyarrow as pa

from darkwake.errors import UsageError, nearest

if TYPE_CHECKING:
    import ibis.expr.types as ir

GroupFunction = Callable[[pa.Table], pa.Table]
"""A pure function over all rows of one group; it must be importable by name, for it travels to other processes."""

ENGINES = ("duckdb", "spark")


class Engine(Protocol):
    """What the rest of the house may ask of an engine."""

    name: str

    def parquet(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        """A table over Parquet files, in the columns of ``schema``; an empty table where there are none."""
        ...

    def table(self, rows: pa.Table) -> ir.Table:
        """A table over rows in memory."""
        ...

    def arrow(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression, brought into this process; times are ``timestamp[us, UTC]``."""
        ...

    def write(self, expression: ir.Table, folder: Path) -> list[Path]:
        """Write an expression's rows as Parquet files into an empty folder, without holding them all in memory."""
        ...

    def map_groups(self, table: ir.Table, by: str, function: GroupFunction, schema: pa.Schema) -> ir.Table:
        """Apply ``function`` to the rows of each value of ``by``; the result has ``schema``, in no promised order."""
        ...

    def close(self) -> None:
        """Give back what the engine holds."""
        ...


def open_engine(name: str = "duckdb", *, master: str | None = None) -> Engine:
    """Start an engine by name.

    Args:
        name: ``duckdb`` or ``spark``.
        master: Spark's master (``local[2]``, ``spark://host:7077``); for Spark only.

    Raises:
        UsageError: for an unknown name, or a master with DuckDB.
        MissingTool: when Spark or Java is not installed.

    >>> engine = open_engine()
    >>> engine.arrow(engine.table(pa.table({"a": [1, 2]})).a.sum().as_table()).to_pylist()
    [{'Sum(a)': 3}]
    """
    if name == "duckdb":
        if master:
            raise UsageError("--master is for --engine spark", do="add --engine spark or leave --master out")
        return DuckDB()
    if name == "spark":
        from darkwake.engine_spark import Spark

        return Spark(master=master)
    raise UsageError(f"no engine {name!r}", do=nearest(name, ENGINES))


def utc(rows: pa.Table) -> pa.Table:
    """The same rows with every time as ``timestamp[us, UTC]``: engines give other zones and units back."""
    fields = [
        pa.field(f.name, pa.timestamp("us", tz="UTC"), f.nullable) if pa.types.is_timestamp(f.type) else f for f in rows.schema
    ]
    return rows.cast(pa.schema(fields))


def split_groups(rows: pa.Table, by: str) -> Iterable[pa.Table]:
    """The rows of each value of ``by``, one table after the other, rows in their given order."""
    ordered = rows.append_column("__row", pa.array(range(rows.num_rows), pa.int64())).sort_by(
        [(by, "ascending"), ("__row", "ascending")]
    )
    keys = ordered.column(by).combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    ordered = ordered.drop_columns(["__row"])
    if not len(keys):
        return
    starts = [0, *(i for i in range(1, len(keys)) if keys[i] != keys[i - 1]), len(keys)]
    for first, last in pairwise(starts):
        yield ordered.slice(first, last - first)


def workers() -> int:
    """How many processes to use: the cores that this process may run on."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


class DuckDB:
    """DuckDB inside this process, spilling to a temporary folder that :meth:`close` removes."""

    name = "duckdb"

    def __init__(self) -> None:
        self._spill = Path(tempfile.mkdtemp(prefix="darkwake-spill-"))
        self._connection = ibis.duckdb.connect(temp_directory=str(self._spill))
        self._connection.raw_sql("SET TimeZone = 'UTC'")
        self._connection.raw_sql("SET preserve_insertion_order = false")
        self._connection.raw_sql("SET enable_progress_bar = false")

    def parquet(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        """See :class:`Engine`."""
        if not paths:
            return self.table(schema.empty_table())
        name = f"parquet_{uuid.uuid4().hex}"
        table = self._connection.read_parquet([str(path) for path in paths], table_name=name, hive_partitioning=False)
        return table.select(*schema.names)

    def table(self, rows: pa.Table) -> ir.Table:
        """See :class:`Engine`."""
        return self._connection.create_table(f"rows_{uuid.uuid4().hex}", rows, temp=True)

    def arrow(self, expression: ir.Table) -> pa.Table:
        """See :class:`Engine`."""
        return utc(self._connection.to_pyarrow(expression))

    def write(self, expression: ir.Table, folder: Path) -> list[Path]:
        """See :class:`Engine`."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "part-0.parquet"
        self._connection.to_parquet(expression, path, compression="zstd")
        return [path]

    def map_groups(self, table: ir.Table, by: str, function: GroupFunction, schema: pa.Schema) -> ir.Table:
        """See :class:`Engine`. Groups run in processes, one group in memory of each process at a time."""
        groups = split_groups(self.arrow(table), by)
        if workers() == 1:
            parts = [function(group) for group in groups]
        else:
            with ProcessPoolExecutor(workers(), mp_context=get_context("spawn")) as pool:
                parts = list(pool.map(function, groups, chunksize=1))
        return self.table(pa.concat_tables([part.cast(schema) for part in parts]) if parts else schema.empty_table())

    def close(self) -> None:
        """See :class:`Engine`."""
        self._connection.disconnect()
        shutil.rmtree(self._spill, ignore_errors=True)
