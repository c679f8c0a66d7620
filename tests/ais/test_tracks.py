"""First cleaning into tracks: duplicates, single jumps, and who is no ship."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from darkwake.ais.tracks import positions, set_aside, tracks
from darkwake.engine import Engine
from darkwake.ids import content_id
from darkwake.schema import Positions, Reports, Tracks
from tests.ais.reading import taken

START = datetime(2024, 5, 1, tzinfo=UTC)
SHIP = 273215713


def reports(
    *places: tuple[float, float, float], mmsi: int = SHIP, source: str = "file-a", origin: str = "observed"
) -> pa.Table:
    """Reports at (minutes, lat, lon)."""
    return Reports.rows([
        {"source_id": source, "line": line, "mmsi": mmsi, "time": START + timedelta(minutes=minutes), "lat": lat, "lon": lon,
         "cell": 0, "origin": origin}
        for line, (minutes, lat, lon) in enumerate(places, 2)
    ])  # fmt: skip


def kept(duck: Engine, table: pa.Table) -> list[tuple[str, int]]:
    """Source and line of what stays, in order; the result keeps the schema."""
    rows = Positions.check(duck.arrow(positions(duck.table(table))))
    return sorted((row["source_id"], row["line"]) for row in rows.to_pylist())


def test_an_exact_duplicate_is_kept_once_by_the_smallest_source_and_line(duck: Engine) -> None:
    one, other = reports((0, 42.0, 133.0), (0, 42.0, 133.0), source="file-b"), reports((0, 42.0, 133.0))
    assert kept(duck, pa.concat_tables([one, other])) == [("file-a", 2)]


def test_a_single_jump_is_removed(duck: Engine) -> None:
    assert kept(duck, reports((0, 42.0, 133.0), (1, 43.0, 133.0), (2, 42.0, 133.01))) == [("file-a", 2), ("file-a", 4)]


def test_two_positions_in_one_second_a_ship_length_apart_stay(duck: Engine) -> None:
    assert len(kept(duck, reports((0, 42.0, 133.0), (0, 42.0002, 133.0), (1, 42.0, 133.0)))) == 3


def test_two_ships_heard_in_turn_under_one_mmsi_do_not_erase_each_other(duck: Engine) -> None:
    turns = [(minute, 42.0 + 5 * (minute % 2), 133.0) for minute in range(10)]
    assert len(kept(duck, reports(*turns))) >= 8


def test_a_ship_that_moves_for_good_and_the_ends_of_a_track_stay(duck: Engine) -> None:
    """Only a report out of reach of both neighbours goes; a lasting displacement is no single jump."""
    assert len(kept(duck, reports((0, 42.0, 133.0), (1, 45.0, 133.0), (2, 45.0, 133.0), (3, 45.0, 133.0)))) == 4


def test_no_jump_is_seen_across_the_antimeridian(duck: Engine) -> None:
    assert len(kept(duck, reports((0, 42.0, 179.999), (1, 42.0, -179.999), (2, 42.0, 179.999)))) == 3


@pytest.mark.parametrize("mmsi", [2190064, 111219501, 992191234])
def test_coast_stations_aircraft_and_aids_to_navigation_are_no_ships(duck: Engine, mmsi: int) -> None:
    assert kept(duck, reports((0, 42.0, 133.0), mmsi=mmsi)) == []


def test_simulated_and_observed_reports_never_share_a_track(duck: Engine) -> None:
    both = pa.concat_tables([reports((0, 42.0, 133.0)), reports((1, 42.0, 133.0), source="file-b", origin="simulated")])
    made = Tracks.check(duck.arrow(tracks(duck.table(both))["tracks"])).sort_by("origin").to_pylist()
    assert [(row["track_id"], row["positions"]) for row in made] == [
        (content_id("track", SHIP, origin), 1) for origin in ("observed", "simulated")
    ]


def test_on_the_synthetic_scene_duplicates_and_jumps_are_counted(shared: Path, tmp_path: Path, duck: Engine) -> None:
    """The scene was made with 1,176 exact duplicates, and with one MMSI that two of its 54 ships share."""
    table = duck.table(taken(shared / "ais/synthetic/scene_a.zip", tmp_path / "out").tables["reports"])
    assert duck.arrow(set_aside(table)).to_pylist() == [
        {"reports": 115113, "no_ships": 0, "duplicates": 1176, "jumps": 114, "positions": 113823}
    ]
    assert duck.arrow(tracks(table)["tracks"]).num_rows == 53
