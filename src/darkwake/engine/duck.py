"""DuckDB as an engine: embedded, the default; it spills to disk when memory runs short."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from darkwake.engine.protocol import GroupFunction, split_groups, utc, workers
from darkwake.engine.scratch import Scratch

if TYPE_CHECKING:
    import ibis.expr.types as ir


class DuckDB:
    """DuckDB inside this process, spilling to a temporary folder that :meth:`close` removes."""

    name = "duckdb"

    def __init__(self) -> None:
        self._spill = Scratch("spill")
        self._connection = ibis.duckdb.connect(temp_directory=str(self._spill.folder))
        self._connection.raw_sql("SET TimeZone = 'UTC'")
        self._connection.raw_sql("SET preserve_insertion_order = false")
        self._connection.raw_sql("SET enable_progress_bar = false")

    def parquet(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        if not paths:
            return self.table(schema.empty_table())
        name = f"parquet_{uuid.uuid4().hex}"
        table = self._connection.read_parquet([str(path) for path in paths], table_name=name, hive_partitioning=False)
        return table.select(*schema.names)

    def table(self, rows: pa.Table) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        return self._connection.create_table(f"rows_{uuid.uuid4().hex}", rows, temp=True)

    def arrow(self, expression: ir.Table) -> pa.Table:
        """See :class:`darkwake.engine.Engine`."""
        return utc(self._connection.to_pyarrow(expression))

    def keep(self, expression: ir.Table) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        return self._connection.create_table(f"kept_{uuid.uuid4().hex}", expression, temp=True)

    def write(self, expression: ir.Table, folder: Path) -> list[Path]:
        """See :class:`darkwake.engine.Engine`."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "part-0.parquet"
        self._connection.to_parquet(expression, path, compression="zstd")
        return [path]

    def map_groups(self, table: ir.Table, by: str, function: GroupFunction, schema: pa.Schema) -> ir.Table:
        """See :class:`darkwake.engine.Engine`. Groups run in processes, one group in memory of each process at a time."""
        groups = split_groups(self.arrow(table), by)
        if workers() == 1:
            parts = [function(group) for group in groups]
        else:
            with ProcessPoolExecutor(workers(), mp_context=get_context("spawn")) as pool:
                parts = list(pool.map(function, groups, chunksize=1))
        return self.table(pa.concat_tables([part.cast(schema) for part in parts]) if parts else schema.empty_table())

    def close(self) -> None:
        """See :class:`darkwake.engine.Engine`."""
        self._connection.disconnect()
        self._spill.close()
