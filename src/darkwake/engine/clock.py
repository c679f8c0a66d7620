"""Times as whole microseconds, in which engines agree: differences of times with a zone they take in their own ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir


def clock_us(time: ir.TimestampValue) -> ir.IntegerValue:
    """Microseconds since 1970-01-01 UTC. The engine's session has to be in UTC, as every engine of ours is."""
    # Differences of times with a zone go through a calendar in DuckDB and take longer still than this cast.
    return time.cast("timestamp(6)").delta(ibis.timestamp("1970-01-01 00:00:00"), unit="microsecond")
