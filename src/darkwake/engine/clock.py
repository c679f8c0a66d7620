"""Times as whole microseconds, in which engines agree: differences of times with a zone they take in their own ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

if TYPE_CHECKING:
    import ibis.expr.types as ir


def clock_us(time: ir.TimestampValue) -> ir.IntegerValue:
    """Microseconds since 1970-01-01 UTC."""
    # Casts and differences of times with a zone go through a calendar in DuckDB: 0.9 s for five million, this 0.06 s.
    return epoch_us(time)


@ibis.udf.scalar.builtin(signature=((dt.Timestamp(nullable=True),), dt.int64))
def epoch_us(time):  # type: ignore[no-untyped-def]
    """DuckDB's own function, which an engine without it has to be taught (``SPARK_CLOCK``)."""


SPARK_CLOCK = "CREATE OR REPLACE TEMPORARY FUNCTION epoch_us(time TIMESTAMP) RETURNS BIGINT RETURN unix_micros(time)"
