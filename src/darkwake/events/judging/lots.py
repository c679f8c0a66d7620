"""Lots of meetings: the reports of the ships around them, and among these the meetings themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.engine.clock import clock_us
from darkwake.engine.packed import packed, unpacked
from darkwake.events.alongside import REPORTS_US, Meetings
from darkwake.events.columns import Columns
from darkwake.events.neighbours import Circumstances
from darkwake.events.track import E10_PER_DEGREE, e10
from darkwake.geo import cells
from darkwake.schema import NUMBER, TEXT, WHOLE
from darkwake.units import EPOCH

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

LOTS, LEAST, MOST = 16, 1000, 4000
"""Meetings are spread over so many lots, but a lot holds so many at least, for each has its own costs, and so many at most."""
CELL_DEG = 0.05
"""Meetings of one cell lie together, for they share ships."""
Wholes = NDArray[np.int64]
ROWS = pa.schema(
    [
        pa.field("bucket", WHOLE),
        pa.field("ship", WHOLE),
        pa.field("us", WHOLE),
        pa.field("lat_e10", WHOLE),
        pa.field("lon_e10", WHOLE),
        pa.field("sog_kn", NUMBER),
        pa.field("cog_deg", NUMBER),
        pa.field("heading_deg", NUMBER),
        pa.field("nav_status", WHOLE),
        pa.field("asked", pa.binary()),
    ]
)
"""Reports of the ships of a lot of meetings, and among them a row with the meetings themselves (``asked``, see below)."""


@dataclass(frozen=True)
class Asked(Columns):
    """Meetings to be judged, with all that is known besides the two tracks; they travel as the bytes of an Arrow table."""

    meetings: Meetings
    known: Circumstances

    def written(self) -> bytes:
        """As bytes."""
        return packed(self.table())

    @classmethod
    def read(cls, written: bytes) -> Asked:
        """From bytes."""
        return cls.of_table(unpacked(written))


def lots(asked: Asked, tracks: pa.Array, positions: ir.Table, engine: Engine) -> ir.Table:
    """Reports of the ships around their meetings and the meetings, in lots; how many there are changes no verdict.

    Args:
        asked: the meetings.
        tracks: the track of each number of a ship.
        positions: rows of ``Positions``.
        engine: where they are.
    """
    lot = _lots(asked.meetings)
    spans = engine.table(_spans(asked.meetings, lot, tracks))
    # Of data that span far more than these meetings little is read.
    around = positions.filter(positions.time.between(*_ends(asked.meetings)))
    heard = around.select(
        "track_id",
        "sog_kn",
        "cog_deg",
        "heading_deg",
        "nav_status",
        us=clock_us(around.time),
        lat_e10=e10(around.lat),
        lon_e10=e10(around.lon),
    )
    near = heard.join(spans, [heard.track_id == spans.of_track, heard.us >= spans.from_us, heard.us <= spans.until_us])
    reports = near.mutate(asked=ibis.null("binary")).select(*ROWS.names)
    given = [{"bucket": at, "asked": asked.where(lot == at).written()} for at in range(int(lot.max(initial=-1)) + 1)]
    written = engine.table(pa.Table.from_pylist(given, ROWS))
    types = {field.name: reports.schema()[field.name].copy(nullable=True) for field in ROWS}
    return ibis.union(
        *[table.select(**{word: table[word].cast(kind) for word, kind in types.items()}) for table in (reports, written)]
    )


def _ends(meetings: Meetings) -> tuple[datetime, datetime]:
    """The first and the last time at which reports are looked at."""
    if not len(meetings.number):
        return EPOCH, EPOCH
    ends_us = meetings.start_us.min() - REPORTS_US, meetings.end_us.max() + REPORTS_US
    return EPOCH + timedelta(microseconds=int(ends_us[0])), EPOCH + timedelta(microseconds=int(ends_us[1]))


def _lots(meetings: Meetings) -> Wholes:
    """The lot of each meeting: about as many in each, those of one place together."""
    count = len(meetings.number)
    several = max(min(LOTS, count // LEAST), -(-count // MOST), 1)
    lat, lon = meetings.lat_e10 / E10_PER_DEGREE, meetings.lon_e10 / E10_PER_DEGREE
    lot = np.empty(count, np.int64)
    lot[np.lexsort((meetings.start_us, cells(lat, lon, degrees=CELL_DEG)))] = np.arange(count) * several // max(count, 1)
    return lot


def _spans(meetings: Meetings, lot: Wholes, tracks: pa.Array) -> pa.Table:
    """Lot, ship, first and last time of the reports that are asked for, none of them twice in a lot."""
    lot, ship = np.tile(lot, 2), np.concatenate([meetings.one, meetings.other])
    first, last = np.tile(meetings.start_us - REPORTS_US, 2), np.tile(meetings.end_us + REPORTS_US, 2)
    order = np.lexsort((first, ship, lot))
    lot, ship, first, last = (column[order] for column in (lot, ship, first, last))
    group = np.cumsum((np.diff(lot, prepend=-1) != 0) | (np.diff(ship, prepend=-1) != 0))
    # The latest end so far of a ship's spans in a lot: their ranks, kept apart by group, only grow.
    ends = np.sort(last)
    so_far = np.maximum.accumulate(group * len(ends) + np.searchsorted(ends, last))
    until = ends[so_far - group * len(ends)]
    begins = np.flatnonzero((np.diff(group, prepend=0) != 0) | (first > np.append(first[:1], until[:-1])))
    past = np.append(begins[1:], len(group))[: len(begins)]
    return pa.table(
        {
            "bucket": pa.array(lot[begins], WHOLE),
            "ship": pa.array(ship[begins], WHOLE),
            "from_us": pa.array(first[begins], WHOLE),
            "until_us": pa.array(until[past - 1], WHOLE),
            "of_track": tracks.take(pa.array(ship[begins])).cast(TEXT),
        }
    )
