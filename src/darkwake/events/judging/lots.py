"""Lots of meetings: the reports of the ships around them, and among these the meetings themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from darkwake.engine.clock import clock_us
from darkwake.events.alongside import REPORTS_US
from darkwake.events.judging.task import Task, as_json
from darkwake.events.track import E10_PER_DEGREE, US_PER_HOUR, e10
from darkwake.geo import cells
from darkwake.schema import NUMBER, TEXT, WHOLE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

LOTS_AT_LEAST, A_LOT = 16, 1000
"""Meetings are spread in so many lots at least, and in lots of about so many meetings."""
WEEK_US = 7 * 24 * US_PER_HOUR
LOTS = pa.schema(
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
        pa.field("task", TEXT),
    ]
)
"""Reports of the ships of a lot of meetings, and among them the meetings themselves (``task``, a JSON object)."""


def lots(tasks: Sequence[Task], tracks: Sequence[str], positions: ir.Table, engine: Engine) -> ir.Table:
    """Reports of the ships around their meetings and the meetings, in lots; how many there are changes no verdict.

    Args:
        tasks: the meetings.
        tracks: the track of each number of a ship.
        positions: rows of ``Positions``.
        engine: where they are.
    """
    several = max(LOTS_AT_LEAST, len(tasks) // A_LOT)
    placed = list(zip(_lots(tasks, several), tasks, strict=True))
    asked = engine.table(_asked(_spans(placed), tracks))
    heard = positions.select(
        "track_id",
        "sog_kn",
        "cog_deg",
        "heading_deg",
        "nav_status",
        us=clock_us(positions.time),
        lat_e10=e10(positions.lat),
        lon_e10=e10(positions.lon),
    )
    near = heard.join(asked, [heard.track_id == asked.of_track, heard.us >= asked.from_us, heard.us <= asked.until_us])
    reports = near.mutate(task=ibis.null("string")).select(*LOTS.names)
    blank = {word: [None] * len(tasks) for word in LOTS.names}
    given = blank | {"bucket": [lot for lot, _ in placed], "task": [as_json(task) for task in tasks]}
    written = engine.table(pa.table({field.name: pa.array(given[field.name], field.type) for field in LOTS}))
    types = {field.name: reports.schema()[field.name].copy(nullable=True) for field in LOTS}
    return ibis.union(
        *[table.select(**{word: table[word].cast(kind) for word, kind in types.items()}) for table in (reports, written)]
    )


def _lots(tasks: Sequence[Task], several: int) -> list[int]:
    """The lot of each meeting: those of one place and week lie together, for they share ships."""
    lat, lon = (np.array([getattr(task, word) for task in tasks]) / E10_PER_DEGREE for word in ("lat_e10", "lon_e10"))
    weeks = np.array([task.start_us // WEEK_US for task in tasks], np.int64)
    lot: list[int] = ((cells(lat, lon, degrees=0.05) + weeks) % several).tolist()
    return lot


def _spans(placed: Sequence[tuple[int, Task]]) -> list[tuple[int, int, int, int]]:
    """Lot, ship, first and last time of the reports that are asked for, none of them twice in a lot."""
    reach = REPORTS_US
    asked = sorted((lot, ship, task.start_us - reach, task.end_us + reach) for lot, task in placed for ship in task.ships)
    spans: list[tuple[int, int, int, int]] = []
    for lot, ship, first, last in asked:
        if spans and spans[-1][:2] == (lot, ship) and first <= spans[-1][3]:
            spans[-1] = (lot, ship, spans[-1][2], max(last, spans[-1][3]))
        else:
            spans.append((lot, ship, first, last))
    return spans


def _asked(spans: Sequence[tuple[int, int, int, int]], tracks: Sequence[str]) -> pa.Table:
    columns = {"bucket": 0, "ship": 1, "from_us": 2, "until_us": 3}
    wholes = {word: pa.array([span[at] for span in spans], WHOLE) for word, at in columns.items()}
    return pa.table(wholes | {"of_track": pa.array([tracks[span[1]] for span in spans], TEXT)})
