"""A meeting is judged by its own reports, whatever else is judged with it."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from darkwake.engine import DuckDB
from darkwake.events.berths import Berths, stays
from darkwake.events.encounter import EncounterRule
from darkwake.events.judging.lots import Asked
from darkwake.events.judging.spread import judged, lots_of
from darkwake.events.judging.verdicts import JUDGED, judge
from darkwake.events.meetings import meetings
from darkwake.simulation.traffic import world

ORDER = [("start_us", "ascending"), ("track_id", "ascending"), ("other_track_id", "ascending")]


@pytest.fixture(scope="module")
def made() -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Meetings of a simulated sea, all of them in one lot, as judged in other processes, and what came of it."""
    sea, rule, engine = (
        world(np.random.default_rng(4), ships=30, days=2.0, transfers=8, every_s=240.0),
        EncounterRule(),
        DuckDB(),
    )
    positions, statics = engine.table(sea.positions), engine.table(sea.statics)
    met = engine.arrow(meetings(positions, rule, engine)).sort_by(ORDER)
    given = met, positions, statics, Berths(engine.arrow(stays(positions)), sea.places), engine, rule
    asked = lots_of(*given)
    told = met, engine.arrow(asked), engine.arrow(engine.map_groups(asked, "bucket", judge, JUDGED)), judged(*given)
    engine.close()
    return told


def test_a_meeting_alone_is_judged_as_among_others(made):
    _, lot, elsewhere, _ = made
    [written] = lot["asked"].drop_null().to_pylist()
    asked, reports = Asked.read(written), lot.filter(lot["asked"].is_null())
    alone = []
    for at in range(len(asked.meetings.number)):
        row = {"bucket": 0, "asked": asked.take(np.array([at])).written()}
        alone.append(judge(pa.concat_tables([reports, pa.Table.from_pylist([row], lot.schema)])))
    order = [("meeting", "ascending"), ("start_us", "ascending")]
    assert len(alone) > 20
    assert pa.concat_tables(alone).sort_by(order).equals(judge(lot).sort_by(order))
    assert elsewhere.sort_by(order).equals(judge(lot).sort_by(order))


def test_the_factors_say_what_was_found_of_the_same_meeting(made):
    met, _, _, told = made
    found = {(row["track_id"], row["other_track_id"], row["minutes"]): row for row in met.to_pylist()}
    for row in told.to_pylist():
        factors, as_found = json.loads(row["factors"]), found[row["track_id"], row["other_track_id"], row["minutes"]]
        same = ("minutes", "ticks_near", "ticks_spanned")
        assert [factors[word] for word in same] == [as_found[word] for word in same]
        assert factors["closest_m"] == as_found["closest_um"] / 1e6
        assert next(iter(factors)) == "class"
        assert 0.99 < sum(factors["chances"].values()) < 1.01
