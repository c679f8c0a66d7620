"""Cleaning into tracks: duplicates, jumps, several ships of one MMSI, and who is no ship."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pyarrow as pa
import pytest

from darkwake.ais import ingest
from darkwake.ais.columns import named_mapping
from darkwake.ais.sharing import BESIDE, OUT_OF_REACH
from darkwake.ais.tracks import AGAIN, NO_SHIP, clean, positions, set_aside, tracks, tracks_of
from darkwake.engine import Engine
from darkwake.geo import distance_m
from darkwake.ids import content_id
from darkwake.schema import Positions, Rejected, Reports, Statics, Tracks
from darkwake.store import Store
from darkwake.units import METRES_PER_SECOND_PER_KNOT
from tests.ais.reading import taken
from tests.ais.test_real_files import FILES

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
    rows = Positions.check(duck.arrow(positions(duck.table(table), duck)))
    return sorted((row["source_id"], row["line"]) for row in rows.to_pylist())


def test_an_exact_duplicate_is_kept_once_by_the_smallest_source_and_line(duck: Engine) -> None:
    one, other = reports((0, 42.0, 133.0), (0, 42.0, 133.0), source="file-b"), reports((0, 42.0, 133.0))
    assert kept(duck, pa.concat_tables([one, other])) == [("file-a", 2)]


def test_a_single_jump_is_removed(duck: Engine) -> None:
    assert kept(duck, reports((0, 42.0, 133.0), (1, 43.0, 133.0), (2, 42.0, 133.01))) == [("file-a", 2), ("file-a", 4)]


def test_a_ship_is_at_one_place_at_a_time(duck: Engine) -> None:
    """Two reports of one second a ship length apart: the one that fits what follows stays, and nothing else is lost."""
    assert kept(duck, reports((0, 42.0, 133.0), (0, 42.0002, 133.0), (1, 42.0, 133.0))) == [("file-a", 2), ("file-a", 4)]


def test_two_ships_heard_in_turn_under_one_mmsi_are_two_tracks(duck: Engine) -> None:
    turns = [(minute, 42.0 + 5 * (minute % 2), 133.0 + 3 * (minute % 2)) for minute in range(20)]
    found = tracked(duck, reports(*turns))
    assert sorted(found.values()) == [[2 + minute for minute in range(start, 20, 2)] for start in (0, 1)]
    assert content_id("track", SHIP, "observed") in found


def test_a_ship_that_was_silent_for_weeks_is_still_the_same(duck: Engine) -> None:
    first = [(minute, 42.0, 133.0 + minute / 1000) for minute in range(10)]
    later = [(30_000 + minute, 35.0, 129.0 + minute / 1000) for minute in range(10)]
    assert list(tracked(duck, reports(*first, (5, 10.0, 10.0), *later))) == [content_id("track", SHIP, "observed")]


def test_one_wrong_position_after_a_long_silence_is_no_ship(duck: Engine) -> None:
    """After two weeks any place is within reach, so only what follows tells which report was wrong."""
    first = [(minute, 42.0, 133.0) for minute in range(10)]
    later = [(20_000 + minute, 42.0, 133.0) for minute in range(1, 10)]
    wrong = (20_000.0, 43.0, 140.0)
    assert tracked(duck, reports(*first, wrong, *later)) == {
        content_id("track", SHIP, "observed"): [*range(2, 12), *range(13, 22)]
    }


def test_later_reports_change_no_id(duck: Engine) -> None:
    rows = reports(*shared_by_three())
    ids = [set(tracked(duck, rows.slice(0, size))) for size in (40, 80, 160, rows.num_rows)]
    assert all(before <= after for before, after in pairwise(ids))
    assert len(ids[-1]) == 3


def test_the_order_of_the_rows_changes_nothing(duck: Engine) -> None:
    rows = reports(*shared_by_three())
    shuffled = rows.take(np.random.default_rng(3).permutation(rows.num_rows))
    assert tracked(duck, shuffled) == tracked(duck, rows)


def test_faulty_bits_make_no_ship(duck: Engine) -> None:
    """Reports of which the latitude alone is wrong follow the ship in longitude; each is set aside with its reason."""
    rows = [(minute, 42.0 + (0.3 * (minute % 7 == 3)), 133.0 + minute / 500) for minute in range(100)]
    table = duck.table(reports(*rows))
    assert set_aside(clean(table, duck).rejected, duck) == {NO_SHIP: 0, AGAIN: 0, OUT_OF_REACH: 14, BESIDE: 0}


def test_every_report_is_a_position_or_is_rejected_for_one_reason(duck: Engine) -> None:
    """A duplicate, a leap, an aid to navigation; the other source's report is in both tables under its own name."""
    ship = reports((0, 42.0, 133.0), (0, 42.0, 133.0), (1, 43.0, 133.0), (2, 42.0, 133.01))
    rows = pa.concat_tables([ship, reports((0, 42.0, 133.0), mmsi=992191234, source="file-b")])
    made = tracks(duck.table(rows), duck.table(Statics.empty()), engine=duck)
    told = {(row["source_id"], row["line"]): row["reason"] for row in Rejected.check(duck.arrow(made["rejected"])).to_pylist()}
    assert told == {("file-a", 3): AGAIN, ("file-a", 4): OUT_OF_REACH, ("file-b", 2): NO_SHIP}
    left = duck.arrow(made["positions"]).select(["source_id", "line"]).to_pylist()
    assert sorted(row["line"] for row in left) == [2, 5]


def shared_by_three(reports_each: int = 80) -> list[tuple[float, float, float]]:
    """Three ships of one MMSI on their ways, heard at random."""
    generator = np.random.default_rng(5)
    heard = [(float(minute), ship) for ship in range(3) for minute in generator.uniform(0, 600, reports_each)]
    starts, east = [(42.0, 133.0), (1.2, 103.9), (57.0, 9.9)], 0.004
    return [(minute, starts[ship][0], starts[ship][1] + east * minute) for minute, ship in sorted(heard)]


def tracked(duck: Engine, table: pa.Table) -> dict[str, list[int]]:
    """The lines of each track, in order."""
    rows = Positions.check(duck.arrow(positions(duck.table(table), duck))).sort_by("line").to_pylist()
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row["track_id"], []).append(row["line"])
    return found


def test_no_jump_is_seen_across_the_antimeridian(duck: Engine) -> None:
    assert len(kept(duck, reports((0, 42.0, 179.999), (1, 42.0, -179.999), (2, 42.0, 179.999)))) == 3


@pytest.mark.parametrize("mmsi", [2190064, 111219501, 992191234])
def test_coast_stations_aircraft_and_aids_to_navigation_are_no_ships(duck: Engine, mmsi: int) -> None:
    assert kept(duck, reports((0, 42.0, 133.0), mmsi=mmsi)) == []


def test_simulated_and_observed_reports_never_share_a_track(duck: Engine) -> None:
    both = pa.concat_tables([reports((0, 42.0, 133.0)), reports((1, 42.0, 133.0), source="file-b", origin="simulated")])
    stage = tracks(duck.table(both), duck.table(Statics.empty()), engine=duck)
    made = Tracks.check(duck.arrow(stage["tracks"])).sort_by("origin").to_pylist()
    assert [(row["track_id"], row["positions"]) for row in made] == [
        (content_id("track", SHIP, origin), 1) for origin in ("observed", "simulated")
    ]


def test_on_the_synthetic_scene_the_shared_mmsi_is_two_ships_and_nothing_leaps(
    shared: Path, tmp_path: Path, duck: Engine
) -> None:
    """The scene was made with 1,176 exact duplicates, single jumps, and one MMSI that two of its 54 ships share."""
    table = duck.table(taken(shared / "ais/synthetic/scene_a.zip", tmp_path / "out").tables["reports"])
    assert set_aside(clean(table, duck).rejected, duck) == {NO_SHIP: 0, AGAIN: 1176, OUT_OF_REACH: 53, BESIDE: 0}
    made = duck.arrow(positions(table, duck))
    assert made.num_rows == 115113 - 1176 - 53
    ships = duck.arrow(tracks_of(duck.table(made)))
    assert (ships.num_rows, len(ships["mmsi"].unique())) == (54, 53)
    assert fastest_kn(made) < 60
    names = marine_names(shared / "ais/synthetic/scene_a.zip")
    assert all(len({names[line] for line in lines}) == 1 for lines in by_track(made).values())


def test_eight_real_ships_are_eight_tracks_without_a_leap(shared: Path, tmp_path: Path, duck: Engine) -> None:
    """Hundreds of faulty bits in 18 months, and silences of weeks: none of them is a second ship."""
    folder = shared / "ais/real_singapore_2013_2014"
    ingest([folder / "tankers_raw.zip"], tmp_path / "store", columns=named_mapping("singapore-raw"))
    with Store.open(tmp_path / "store") as store:
        made = duck.arrow(positions(store.table(duck, "reports"), duck))
    ships = duck.arrow(tracks_of(duck.table(made)))
    assert (ships.num_rows, len(ships["mmsi"].unique())) == (8, 8)
    assert fastest_kn(made) < 60


SCENE = "synthetic/scene_a.zip"  # has a test of its own


@pytest.mark.parametrize(("name", "mapping"), [row[:2] for row in FILES if row[3] and row[0] != SCENE])
def test_no_real_file_leaves_a_leap_inside_a_track(
    shared: Path, tmp_path: Path, duck: Engine, name: str, mapping: str | None
) -> None:
    """Every file that has positions; each report is on a track or accounted for; two have base stations alone."""
    done = taken(shared / "ais" / name, tmp_path / "out", columns=named_mapping(mapping) if mapping else None)
    reports, statics = (duck.table(done.tables[word]) for word in ("reports", "statics"))
    cleaned = clean(reports, duck, statics=statics)
    made = duck.arrow(cleaned.kept)
    assert done.account.positions == made.num_rows + sum(set_aside(cleaned.rejected, duck).values())
    assert fastest_kn(made) < 60


def by_track(made: pa.Table) -> dict[str, list[int]]:
    """The lines of each track."""
    grouped = made.group_by("track_id").aggregate([("line", "list")]).to_pylist()
    return {row["track_id"]: row["line_list"] for row in grouped}


def fastest_kn(made: pa.Table) -> float:
    """The greatest implied speed inside a track, on the ellipsoid; infinite where one is at two places at once."""
    rows = made.sort_by([("track_id", "ascending"), ("time", "ascending")])
    track = rows["track_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    lat, lon = rows["lat"].to_numpy(), rows["lon"].to_numpy()
    seconds = np.diff(rows["time"].cast(pa.int64()).to_numpy()) / 1e6
    one = track[1:] == track[:-1]
    metres = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    with np.errstate(divide="ignore"):
        return float(np.max((metres / seconds)[one], initial=0.0)) / METRES_PER_SECOND_PER_KNOT


def marine_names(path: Path) -> dict[int, str]:
    """The name on each line of a zipped MarineCadastre file."""
    with ZipFile(path) as packed, packed.open(packed.namelist()[0]) as stream:
        rows = csv.DictReader(TextIOWrapper(stream, encoding="utf-8"))
        return {line: row["VesselName"] for line, row in enumerate(rows, 2)}
