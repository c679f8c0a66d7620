"""The same tracks on Spark: every position, id and count."""

from __future__ import annotations

from pathlib import Path

import pytest

from darkwake.ais.sharing import OUT_OF_REACH
from darkwake.ais.tracks import AGAIN, tracks
from darkwake.engine import Engine
from darkwake.schema import Positions, Rejected, Statics, Tracks
from tests.ais.reading import taken


@pytest.mark.spark
def test_spark_makes_the_same_tracks(shared: Path, tmp_path: Path, duck: Engine, spark_engine: Engine) -> None:
    """On the first hours of the synthetic scene , its duplicates and jumps included."""
    rows = taken(shared / "ais/synthetic/scene_a.zip", tmp_path / "out").tables["reports"].sort_by("line").slice(0, 6000)
    made = []
    for engine in (duck, spark_engine):
        reports = engine.table(rows)
        statics = engine.table(Statics.empty())
        tables = {name: engine.arrow(table) for name, table in tracks(reports, statics, engine=engine).items()}
        found = Positions.check(tables["positions"]).sort_by([("source_id", "ascending"), ("line", "ascending")])
        rejected = Rejected.check(tables["rejected"]).sort_by("line").to_pylist()
        made.append((found.to_pylist(), Tracks.check(tables["tracks"]).sort_by("track_id").to_pylist(), rejected))
    assert made[0] == made[1]
    assert {row["reason"] for row in made[0][2]} == {AGAIN, OUT_OF_REACH}
    assert len({row["track_id"] for row in made[0][1]}) > len({row["mmsi"] for row in made[0][1]})
