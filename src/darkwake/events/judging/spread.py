"""Meetings spread over lots, and brought back with their verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darkwake.engine import split_groups
from darkwake.events.alongside import Meetings
from darkwake.events.judging.known import Known, known_of, said
from darkwake.events.judging.lots import Asked, lots
from darkwake.events.judging.texts import joined
from darkwake.events.judging.verdicts import JUDGED, judge

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine
    from darkwake.events.berths import Berths
    from darkwake.events.meetings import EncounterRule

IN_PROCESS = 5000
"""So many meetings are judged in this process, in about the second that it takes to start others; more the engine spreads."""


def judged(
    met: pa.Table, positions: ir.Table, statics: ir.Table, berths: Berths, engine: Engine, rule: EncounterRule
) -> pa.Table:
    """The meetings with start, end, probability and factors as judged; passings are left out."""
    known = known_of(met, statics, berths, engine)
    asked = _asked(met, known, positions, engine, rule)
    if met.num_rows <= IN_PROCESS:
        parts = [judge(lot) for lot in split_groups(engine.arrow(asked), "bucket")]
        verdicts = pa.concat_tables([JUDGED.empty_table(), *parts])
    else:
        verdicts = engine.arrow(engine.map_groups(asked, "bucket", judge, JUDGED))
    verdicts = verdicts.sort_by([("meeting", "ascending"), ("start_us", "ascending")])
    meeting, named, told = (verdicts[word] for word in ("meeting", "class", "told"))
    kept = met.drop_columns([word for word in JUDGED.names[1:] if word in met.column_names]).take(meeting)
    for word in JUDGED.names[1:-2]:
        kept = kept.append_column(word, verdicts[word])
    factors = joined('{"class": ', named, ", ", said(met, known).take(meeting), ", ", told, "}")
    return kept.append_column("factors", factors)


def lots_of(
    met: pa.Table, positions: ir.Table, statics: ir.Table, berths: Berths, engine: Engine, rule: EncounterRule
) -> ir.Table:
    """The meetings with their circumstances and the reports around them, in lots (rows of ``lots.ROWS``)."""
    return _asked(met, known_of(met, statics, berths, engine), positions, engine, rule)


def _asked(met: pa.Table, known: Known, positions: ir.Table, engine: Engine, rule: EncounterRule) -> ir.Table:
    sides = [met[word].combine_chunks() for word in ("track_id", "other_track_id")]
    tracks = pc.unique(pa.concat_arrays(sides)).sort()
    one, other = (pc.index_in(side, value_set=tracks).to_numpy().astype(np.int64) for side in sides)
    hulls, other_hulls = known.hulls
    meetings = Meetings(
        number=np.arange(met.num_rows),
        one=one,
        other=other,
        **{word: met[word].to_numpy() for word in ("start_us", "end_us", "lat_e10", "lon_e10")},
        radius_m=np.full(met.num_rows, rule.radius_m),
        closest_m=met["closest_um"].to_numpy() / 1e6,
        hulls=hulls,
        other_hulls=other_hulls,
        whole=np.ones(met.num_rows, dtype=bool),
    )
    return lots(Asked(meetings, known.circumstances), tracks, positions, engine)
