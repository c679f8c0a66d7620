"""Ibis's connection to Spark, where it costs many small questions time: one analysis each, and no files opened for their kinds.

Ibis makes a view of each expression and asks the view for its columns; Spark reads through the whole of it each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis.expr.types as ir
from ibis.backends.pyspark import Backend

from darkwake.engine.remembered import Statements

STATEMENTS = Statements()
"""In Spark's words; one for the process."""


class Frames(Backend):  # type: ignore[misc]
    """Ibis's own, and what it lacks."""

    def frame(self, expression: ir.Table) -> Any:
        """The expression as a Spark frame; Ibis' own way to Arrow leads through pandas, where whole numbers turn to floats."""
        self._run_pre_execute_hooks(expression)
        return self._session.sql(STATEMENTS.of(expression, self.compile))

    def read(self, name: str, addresses: Sequence[str], columns: Any = None) -> ir.Table:
        """Parquet files as a table.

        Args:
            name: of the view that the table is.
            addresses: the files, as Hadoop reads paths.
            columns: theirs, of Spark's kinds, where they are known: otherwise a job looks into a file for them.
        """
        reader = self._session.read if columns is None else self._session.read.schema(columns)
        reader.parquet(*addresses).createOrReplaceTempView(name)
        return self.table(name)


def connected(session: Any) -> Frames:
    """A connection over a session of Spark's."""
    Frames.register_options()
    frames: Frames = Frames().connect(session)
    return frames
