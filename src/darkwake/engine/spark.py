"""Spark as an engine (extra ``darkwake[spark]``, Java 17): the same expressions on a cluster.

The driver and the executors have to see the same folder (a shared disk) and the same Python environment. Rows come and
go as Parquet files; :meth:`Spark.map_groups` runs its function on the executors with ``applyInArrow``.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from darkwake.engine.clock import SPARK_CLOCK
from darkwake.engine.protocol import GroupFunction, Job, Result, utc
from darkwake.engine.scratch import Scratch
from darkwake.errors import MissingTool

if TYPE_CHECKING:
    import ibis.expr.types as ir

LOCAL = "local[*]"


def require_java() -> None:
    """Raise one clear line when no Java can be started.

    Raises:
        MissingTool: neither ``JAVA_HOME/bin/java`` nor ``java`` on the path can be run.
    """
    home = os.environ.get("JAVA_HOME")
    if home and not shutil.which("java", path=str(Path(home) / "bin")):
        raise MissingTool(f"JAVA_HOME is {home}, which holds no bin/java", do="set JAVA_HOME to a Java 17 or unset it")
    if not home and not shutil.which("java"):
        remedy = "install a Java 17 runtime or set JAVA_HOME"
        raise MissingTool("--engine spark needs Java 17, and no java was found", do=remedy)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _address(path: Path) -> str:
    """A path as Hadoop reads it: not percent-encoded, with the characters of its patterns escaped."""
    return "file://" + re.sub(r"([\[\]{}*?\\])", r"\\\1", path.resolve().as_posix())


def _session(master: str | None) -> Any:
    require_java()
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as fault:
        raise MissingTool("--engine spark needs PySpark", do="pip install 'darkwake[spark]'") from fault
    # Workers would start the system's python3, which lacks our libraries.
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    logging.getLogger("py4j").setLevel(logging.ERROR)
    builder = (
        SparkSession.builder.appName("darkwake")
        .master(master or LOCAL)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.sql.warehouse.dir", tempfile.gettempdir())
    )
    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as fault:
        line = str(fault).strip().splitlines()[0] if str(fault).strip() else type(fault).__name__
        raise MissingTool(f"Spark did not start at {master or LOCAL}: {line}", do="check --master and JAVA_HOME") from fault


class Spark:
    """A Spark session; rows that come from this process travel through Parquet files in a shared scratch folder."""

    name = "spark"
    at_once = 100_000_000

    def __init__(self, *, master: str | None = None) -> None:
        self._scratch = Scratch("spark")
        self._session = _session(master)
        self._session.sql(SPARK_CLOCK)
        from darkwake.engine.spark_frames import connected

        self._connection = connected(self._session)
        self._columns: dict[pa.Schema, Any] = {}

    def parquet(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        if not paths:
            return self.table(schema.empty_table())
        return self._read(paths).select(*schema.names)

    def _read(self, paths: Sequence[Path], columns: Any = None) -> ir.Table:
        return self._connection.read(f"parquet_{uuid.uuid4().hex}", [_address(path) for path in paths], columns)

    def table(self, rows: pa.Table) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        path = self._scratch.folder / f"{uuid.uuid4().hex}.parquet"
        pq.write_table(rows, path)
        made = self._read([path], self._columns.get(rows.schema))
        if rows.schema not in self._columns:
            self._columns[rows.schema] = self._session.table(made.get_name()).schema
        return made

    def arrow(self, expression: ir.Table) -> pa.Table:
        """See :class:`darkwake.engine.Engine`."""
        return utc(self._connection.frame(expression).toArrow())

    def keep(self, expression: ir.Table) -> ir.Table:
        """See :class:`darkwake.engine.Engine`. Rows are kept as Parquet files in the scratch folder."""
        return self.gather([expression])

    def keep_alone(self, make: Callable[[], ir.Table]) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        before = set(self._scratch.folder.iterdir())
        made = make()
        others = set(self._scratch.folder.iterdir()) - before
        kept = self.keep(made)
        _remove(others)
        return kept

    def gather(self, parts: Sequence[ir.Table]) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        frames = [self._connection.frame(part) for part in parts]
        paths = [self._scratch.folder / f"kept_{uuid.uuid4().hex}" for _ in parts]
        for frame, path in zip(frames, paths, strict=True):
            frame.write.parquet(_address(path))
        return self._read(paths, frames[0].schema)

    def write(self, expression: ir.Table, folder: Path) -> list[Path]:
        """See :class:`darkwake.engine.Engine`. The executors write; the files are renamed to plain Parquet names."""
        frame = self._connection.frame(expression)
        written = self._scratch.folder / uuid.uuid4().hex
        frame.write.option("compression", "zstd").parquet(_address(written))
        folder.mkdir(parents=True, exist_ok=True)
        moved = []
        for number, path in enumerate(sorted(written.glob("part-*.parquet"))):
            target = folder / f"part-{number}.parquet"
            shutil.move(path, target)
            moved.append(target)
        return moved

    def map_groups(self, table: ir.Table, by: str, function: GroupFunction, schema: pa.Schema) -> ir.Table:
        """See :class:`darkwake.engine.Engine`."""
        from pyspark.sql.pandas.types import from_arrow_schema

        frame = self._connection.frame(table)
        name = f"groups_{uuid.uuid4().hex}"
        done = frame.groupBy(by).applyInArrow(lambda rows: function(utc(rows)).cast(schema), from_arrow_schema(schema))
        done.createOrReplaceTempView(name)
        return self._connection.table(name)

    @contextmanager
    def scoped(self) -> Iterator[None]:
        """See :class:`darkwake.engine.Engine`. All that it holds are files of the scratch folder."""
        before = set(self._scratch.folder.iterdir())
        try:
            yield
        finally:
            _remove(set(self._scratch.folder.iterdir()) - before)

    def side_by_side(self, jobs: Sequence[Job[Result]]) -> list[Result]:
        """See :class:`darkwake.engine.Engine`. One after the other: each question is spread over the cluster as it is."""
        found = []
        for job in jobs:
            with self.scoped():
                found.append(job(self))
        return found

    def close(self) -> None:
        """Stop the session."""
        self._session.stop()
        self._scratch.close()
