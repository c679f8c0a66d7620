"""Where table expressions run: DuckDB in this process (default) or Spark.

Ibis is the only language for tables. The same expression gives the same rows on both engines, ids included, as long as it
keeps to the portable operations: floats are rounded before a cast to whole numbers, ids hash canonical text
(:func:`darkwake.ids.id_column`), ``lead`` and an inequality join stand in for an as-of join, times are compared as epoch
microseconds. What Ibis cannot say goes through :meth:`Engine.map_groups` with a pure function from Arrow to Arrow.

An engine knows nothing of the field.
"""

from __future__ import annotations

from darkwake.engine.duck import DuckDB
from darkwake.engine.protocol import Engine, GroupFunction, split_groups, utc, workers
from darkwake.errors import UsageError, nearest

ENGINES = ("duckdb", "spark")

__all__ = ["ENGINES", "DuckDB", "Engine", "GroupFunction", "open_engine", "split_groups", "utc", "workers"]


def open_engine(name: str = "duckdb", *, master: str | None = None) -> Engine:
    """Start an engine by name.

    Args:
        name: ``duckdb`` or ``spark``.
        master: Spark's master (``local[2]``, ``spark://host:7077``); for Spark only.

    Raises:
        UsageError: for an unknown name, or a master with DuckDB.
        MissingTool: when Spark or Java is not installed.

    >>> import pyarrow as pa
    >>> engine = open_engine()
    >>> engine.arrow(engine.table(pa.table({"a": [1, 2]})).a.sum().as_table()).to_pylist()
    [{'Sum(a)': 3}]
    """
    if name == "duckdb":
        if master:
            raise UsageError("--master is for --engine spark", do="add --engine spark or leave --master out")
        return DuckDB()
    if name == "spark":
        from darkwake.engine.spark import Spark

        return Spark(master=master)
    raise UsageError(f"no engine {name!r}", do=nearest(name, ENGINES))
