"""Meetings spread over lots, and brought back with their verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from darkwake.engine import split_groups
from darkwake.events.judging.lots import lots
from darkwake.events.judging.task import task_of
from darkwake.events.judging.verdicts import JUDGED, judge
from darkwake.events.ships import ships_of
from darkwake.events.track import E10_PER_DEGREE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine
    from darkwake.events.berths import Berths
    from darkwake.events.meetings import EncounterRule

IN_PROCESS = 300
"""So many meetings are judged in this process; more are spread by the engine."""


def judged(
    met: pa.Table, positions: ir.Table, statics: ir.Table, berths: Berths, engine: Engine, rule: EncounterRule
) -> pa.Table:
    """The meetings with start, end, probability and factors as judged; passings are left out."""
    asked = lots_of(met, positions, statics, berths, engine, rule)
    if met.num_rows <= IN_PROCESS:
        parts = [judge(lot) for lot in split_groups(engine.arrow(asked), "bucket")]
        verdicts = pa.concat_tables([JUDGED.empty_table(), *parts])
    else:
        verdicts = engine.arrow(engine.map_groups(asked, "bucket", judge, JUDGED))
    verdicts = verdicts.sort_by([("meeting", "ascending"), ("start_us", "ascending")])
    words = verdicts.column_names[1:]
    kept = met.drop_columns([word for word in words if word in met.column_names]).take(verdicts["meeting"])
    for word in words:
        kept = kept.append_column(word, verdicts[word])
    return kept


def lots_of(
    met: pa.Table, positions: ir.Table, statics: ir.Table, berths: Berths, engine: Engine, rule: EncounterRule
) -> ir.Table:
    """The meetings with their circumstances and the reports around them, in lots (rows of ``LOTS``)."""
    rows = met.to_pylist()
    tracks = sorted({row[word] for row in rows for word in ("track_id", "other_track_id")})
    number = {track: at for at, track in enumerate(tracks)}
    ships = ships_of(statics, {row[word] for row in rows for word in ("mmsi", "other_mmsi")}, engine)
    pairs = list(zip(met["track_id"].to_pylist(), met["other_track_id"].to_pylist(), strict=True))
    lat, lon = (met[word].to_numpy() / E10_PER_DEGREE for word in ("lat_e10", "lon_e10"))
    where = berths.at_each(lat, lon, pairs)
    tasks = [task_of(at, row, number, ships, where[at], rule) for at, row in enumerate(rows)]
    return lots(tasks, tracks, positions, engine)
