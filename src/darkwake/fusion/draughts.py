"""The draughts that a crew had typed into AIS before and after each stay.

Only what was sent: a draught may be rounded, of another voyage or not typed anew; :mod:`darkwake.cargo.draughts` reckons with
that. One expression for both engines; no clock and no rounding is asked of them, so both give the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

NONE_M = 25.5
"""The largest draught that AIS can send: "25.5 metres or greater" (ITU-R M.1371), in use for "not known"; 0 is "not given"."""
STAY = pa.schema(
    [
        ("visit_id", pa.string()),
        ("mmsi", pa.int64()),
        ("arrival", pa.timestamp("us", tz="UTC")),
        ("departure", pa.timestamp("us", tz="UTC")),
    ]
)
"""A stay as this module asks for it: latest arrival and latest departure, null while she stays."""
DRAUGHTS = pa.schema([("visit_id", pa.string()), ("draught_in_m", pa.float64()), ("draught_out_m", pa.float64())])


@dataclass(frozen=True)
class DraughtRule:
    """Which messages speak of a stay."""

    before_h: float = 72.0
    """Oldest draught that counts as the one on arrival, hours; assumed, because such voyages take a day or two."""
    after_h: float = 24.0
    """Latest draught that counts as the one on departure, hours; assumed, because the next port is half a day away or more."""


def typed_draughts(stays: pa.Table, statics: ir.Table, rule: DraughtRule) -> ir.Table:
    """The last draught that a ship sent before she arrived, and the last one from then until shortly after she left.

    Args:
        stays: Rows of :data:`STAY`; a stay without a departure gets no draught on departure.
        statics: Table ``statics``.
        rule: Parameters.

    Returns:
        Columns of :data:`DRAUGHTS`, one row for each stay with any draught. Of two draughts sent at one instant the deeper
        one counts.
    """
    sent = statics.filter(statics.draught_m > 0, statics.draught_m < NONE_M, statics.time.notnull())
    heard = ibis.memtable(_windows(stays, rule)).join(sent.select("mmsi", "time", "draught_m"), "mmsi")
    before = _last(heard.filter(heard.time >= heard.opens, heard.time <= heard.arrival), "draught_in_m")
    after = _last(heard.filter(heard.time > heard.arrival, heard.time <= heard.closes), "draught_out_m")
    both = before.outer_join(after, "visit_id")
    return both.select(
        visit_id=ibis.coalesce(both.visit_id, both.visit_id_right),
        draught_in_m=both.draught_in_m,
        draught_out_m=both.draught_out_m,
    )


def _windows(stays: pa.Table, rule: DraughtRule) -> pa.Table:
    """The stays with the times between which a message speaks of them."""
    before, after = (pa.scalar(int(hours * 3_600_000_000), pa.duration("us")) for hours in (rule.before_h, rule.after_h))
    opens = pa.compute.subtract(stays["arrival"], before)
    return stays.append_column("opens", opens).append_column("closes", pa.compute.add(stays["departure"], after))


def _last(heard: ir.Table, word: str) -> ir.Table:
    latest = heard.group_by("visit_id").agg(latest=heard.time.max())
    at = heard.join(latest, "visit_id")
    return at.filter(at.time == at.latest).group_by("visit_id").agg(**{word: at.draught_m.max()})
