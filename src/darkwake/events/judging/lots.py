"""Lots of meetings: the reports of the ships around them, and among these the meetings themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from darkwake.engine.clock import clock_us
from darkwake.events.alongside import BESIDE_US
from darkwake.events.judging.task import Task, as_json
from darkwake.events.track import US_PER_HOUR, e10
from darkwake.schema import NUMBER, TEXT, WHOLE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

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
    """Reports of the ships around their meetings and the meetings, in lots."""
    windows: dict[tuple[int, int], tuple[int, int]] = {}
    for task in tasks:
        for ship in task.ships:
            first, last = windows.get((task.bucket, ship), (task.start_us, task.end_us))
            windows[task.bucket, ship] = min(first, task.start_us), max(last, task.end_us)
    rows = [
        (bucket, ship, tracks[ship], first - BESIDE_US - US_PER_HOUR, last + BESIDE_US + US_PER_HOUR)
        for (bucket, ship), (first, last) in sorted(windows.items())
    ]
    names = {"bucket": WHOLE, "ship": WHOLE, "of_track": TEXT, "from_us": WHOLE, "until_us": WHOLE}
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    asked = engine.table(
        pa.table({word: pa.array(column, kind) for (word, kind), column in zip(names.items(), columns, strict=True)})
    )
    us = clock_us(positions.time)
    heard = positions.select(
        "track_id",
        "sog_kn",
        "cog_deg",
        "heading_deg",
        "nav_status",
        us=us,
        lat_e10=e10(positions.lat),
        lon_e10=e10(positions.lon),
    )
    near = heard.join(asked, [heard.track_id == asked.of_track, heard.us >= asked.from_us, heard.us <= asked.until_us])
    reports = near.mutate(task=ibis.null("string")).select(*LOTS.names)
    blank = {word: [None] * len(tasks) for word in LOTS.names}
    given = blank | {"bucket": [task.bucket for task in tasks], "task": [as_json(task) for task in tasks]}
    written = engine.table(pa.table({field.name: pa.array(given[field.name], field.type) for field in LOTS}))
    types = {field.name: reports.schema()[field.name].copy(nullable=True) for field in LOTS}
    return ibis.union(
        *[table.select(**{word: table[word].cast(kind) for word, kind in types.items()}) for table in (reports, written)]
    )
