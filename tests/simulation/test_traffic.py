"""Simulated traffic: the same from the same seed, afloat, no faster than ships, and true to what its truth says."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from darkwake.geo import distance_m, offset_m, wrap_lon
from darkwake.schema import Places, Positions, Statics
from darkwake.seaways import World as WaterWorld
from darkwake.seaways import wet
from darkwake.simulation.traffic import World, world
from darkwake.simulation.traffic_heard import reports
from darkwake.simulation.traffic_legs import Legs
from darkwake.simulation.traffic_lives import Quays, lives
from darkwake.simulation.traffic_scene import BEGIN, TRUTH, Scene

FALSE = ("frozen", "circle", "land", "contradicted", "copied")


@cache
def made(seed: int = 5, **asked: float) -> World:
    return world(np.random.default_rng(seed), **({"ships": 120, "transfers": 12, "every_s": 120.0} | asked))  # type: ignore[arg-type]


def told(what: str, the: World) -> list[dict]:
    return the.truth.filter(pc.starts_with(the.truth["what"], what)).to_pylist()


def seconds(row: dict) -> tuple[float, float]:
    return (row["start"] - BEGIN).total_seconds(), (row["end"] - BEGIN).total_seconds()


def columns(the: World) -> tuple[np.ndarray, ...]:
    track = np.array(the.positions["track_id"].to_pylist())
    time_s = the.positions["time"].cast(pa.int64()).to_numpy() / 1e6
    return track, time_s, the.positions["lat"].to_numpy(), the.positions["lon"].to_numpy()


def honest(the: World) -> np.ndarray:
    """Positions of ships that falsify none."""
    liars = {row["track_id"] for word in FALSE for row in told(word, the)}
    return np.array([track not in liars for track in the.positions["track_id"].to_pylist()])


def test_the_same_seed_gives_the_same_world_and_another_another():
    one, two, other = (world(np.random.default_rng(seed), ships=15, days=1.0, ports=1, transfers=1) for seed in (3, 3, 4))
    for word in ("positions", "statics", "places", "truth"):
        assert getattr(one, word).equals(getattr(two, word))
    assert not one.positions.equals(other.positions)


def test_its_rows_keep_the_words_of_the_tables_and_say_that_they_are_simulated():
    the = made()
    for table, schema in ((the.positions, Positions), (the.statics, Statics), (the.places, Places)):
        schema.check(table)
        assert table["origin"].unique().to_pylist() == ["simulated"]
    assert the.truth.schema == TRUTH


def test_mmsis_and_imo_numbers_belong_to_no_real_ship():
    mids = pc.unique(pc.divide(made().positions["mmsi"], 1_000_000)).to_pylist()
    assert set(mids) <= set(range(280, 300))
    assert {str(imo)[0] for imo in made().statics["imo"].drop_null().to_pylist()} == {"2"}


def test_every_behaviour_occurs_and_is_named():
    names = {row["what"] for seed in (5, 6) for row in made(seed).truth.to_pylist()}
    meetings = {"transfer at anchor", "transfer drifting", "transfer under way", "bunkering", "tug or pilot alongside"}
    identities = {"shared MMSI", "new name", "new MMSI", "copied IMO"}
    assert names >= meetings | identities | set(FALSE) | {"call", "chosen silence", "receivers out", "parallel courses"}


@pytest.mark.parametrize("seed", [5, 6])
def test_no_track_leaps(seed):
    """Not even a false one: what leaps is set aside before rows become positions."""
    track, time_s, lat, lon = columns(made(seed))
    metres, after_s = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]), np.diff(time_s)
    on = (track[1:] == track[:-1]) & (metres > 100.0)
    assert (after_s[track[1:] == track[:-1]] > 0).all()
    assert (metres / np.maximum(after_s, 1e-9))[on].max() / (1852 / 3600) < 45.0


@pytest.mark.parametrize("seed", [5, 6])
def test_ships_that_do_not_lie_are_on_water_but_for_one_report_in_a_thousand(seed):
    """The rest lies within a cell of the shore: ways are looked up every 400 m, cells are 463 m."""
    the = made(seed)
    _, _, lat, lon = columns(the)
    assert wet(WaterWorld(), lat, lon)[honest(the)].mean() > 0.999


def test_reported_speed_is_the_speed_made_good():
    the = made()
    track, time_s, lat, lon = columns(the)
    said = the.positions["sog_kn"].to_numpy(zero_copy_only=False)
    near = (track[1:] == track[:-1]) & (np.diff(time_s) < 200.0) & honest(the)[1:]
    made_kn = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) / np.maximum(np.diff(time_s), 1.0) / (1852 / 3600)
    way = near & (said[1:] > 5) & (said[:-1] > 5)
    assert np.quantile(np.abs(made_kn - said[1:])[way], 0.9) < 0.6


def test_hulls_in_contact_touch_and_stay_where_they_touched():
    the = made()
    rows = [row for row in the.truth.to_pylist() if row["contact"]]
    beams = {row["mmsi"]: row["beam_m"] for row in the.statics.to_pylist() if row["beam_m"] is not None}
    known = [row for row in rows if row["mmsi"] in beams and row["other_mmsi"] in beams]
    assert len(known) > 15
    for row in known:
        gaps = water_between_m(the, row, beams)
        assert (gaps.min(), gaps.max()) == (pytest.approx(2.75, abs=2.3), pytest.approx(2.75, abs=2.3)), row["what"]


def water_between_m(the: World, row: dict, beams: dict[int, float]) -> np.ndarray:
    """Between the sides of two hulls, from their middles and the first one's heading."""
    time_s = np.linspace(*seconds(row), 22)[1:-1]
    one, two = (the.legs.motion(np.full(20, the.ships[row[word]]), time_s) for word in ("track_id", "other_track_id"))
    east, north = offset_m(one.lat, wrap_lon(one.lon), two.lat, wrap_lon(two.lon))
    across = np.abs(east * np.cos(np.radians(one.heading_deg)) - north * np.sin(np.radians(one.heading_deg)))
    return across - (beams[row["mmsi"]] + beams[row["other_mmsi"]]) / 2


def test_a_transfer_moves_at_its_own_pace():
    """At anchor the pair swings about one place, adrift it is set, under way it makes 2 to 6 knots."""
    pace = {"transfer at anchor": (0.0, 0.8), "transfer drifting": (0.2, 1.6), "transfer under way": (2.0, 6.2)}
    for what, (least, most) in pace.items():
        for row in told(what, made()):
            time_s = np.linspace(*seconds(row), 30)
            motion = made().legs.motion(np.full(30, made().ships[row["track_id"]]), time_s)
            metres = distance_m(motion.lat[:-1], wrap_lon(motion.lon[:-1]), motion.lat[1:], wrap_lon(motion.lon[1:]))
            speed_kn = metres.sum() / np.ptp(time_s) / (1852 / 3600)
            assert least <= speed_kn <= most, row


@pytest.mark.parametrize("seed", [5, 6])
def test_who_is_silent_sends_nothing(seed):
    the = made(seed)
    track, time_s, _, _ = columns(the)
    rows = told("chosen silence", the)
    assert rows
    for row in rows:
        begin, end = seconds(row)
        within = (track == row["track_id"]) & (time_s > BEGIN.timestamp() + begin) & (time_s < BEGIN.timestamp() + end - 1)
        assert not within.any()


def test_a_silent_side_of_a_transfer_is_silent_from_before_it_till_after():
    the = made()
    silent = {(row["track_id"]): seconds(row) for row in told("chosen silence", the)}
    sides = {"first": ("track_id",), "second": ("other_track_id",), "both": ("track_id", "other_track_id"), "none": ()}
    transfers = told("transfer", the)
    assert {row["silent"] for row in transfers} > {"none"}
    for row in transfers:
        begin, end = seconds(row)
        for word in sides[row["silent"]]:
            since, until = silent[row[word]]
            assert since < begin < end < until


def test_when_the_receivers_are_out_the_shore_hears_nothing():
    the = made()
    _, time_s, lat, lon = columns(the)
    shore = np.array(the.positions["receiver"].to_pylist()) == "terrestrial"
    for row in told("receivers out", the):
        begin, end = (BEGIN.timestamp() + second for second in seconds(row))
        near = distance_m(lat, lon, row["lat"], row["lon"]) < 60 * 1852
        assert not (near & shore & (time_s > begin + 1) & (time_s < end - 1)).any()
        assert (near & shore & (time_s > end)).any()


def test_ships_at_one_anchorage_swing_together_and_not_alike():
    the = made()
    legs = the.legs.of
    here = np.flatnonzero((legs["mode"] == 1) & (legs["begin"] < 0) & (legs["end"] > 86_400.0))
    place = np.bincount(legs["place"][here]).argmax()
    ships = legs["ship"][here[legs["place"][here] == place]][:2]
    time_s = np.linspace(0, 86_400.0, 200)
    one, two = (np.unwrap(np.radians(the.legs.motion(np.full(200, ship), time_s).heading_deg)) for ship in ships)
    assert np.degrees(np.ptp(one)) > 90.0
    assert 1.0 < np.degrees(np.ptp(one - two)) < 35.0


def test_a_class_a_at_anchor_reports_every_three_minutes_at_most():
    the = made(every_s=60.0, ships=30, transfers=1)
    rows = the.positions.filter(pc.and_(pc.equal(the.positions["nav_status"], 1), pc.equal(the.positions["ais_class"], "A")))
    track = np.array(rows["track_id"].to_pylist())
    after_s = np.diff(rows["time"].cast(pa.int64()).to_numpy() / 1e6)[track[1:] == track[:-1]]
    assert np.median(after_s) >= 120.0


def test_values_that_ships_do_not_send_are_missing_as_often_as_measured():
    """A tenth of merchant ships send no heading, two in five of the small craft; speed is missing in 0.4 % of reports."""
    the = made()
    names = {row["mmsi"]: row["name"] for row in the.statics.to_pylist()}
    small = np.array([names[mmsi].split()[1] in ("FISHING", "SMALL") for mmsi in the.positions["mmsi"].to_pylist()])
    none = np.isnan(the.positions["heading_deg"].to_numpy(zero_copy_only=False))
    assert none[small].mean() == pytest.approx(0.43, abs=0.25)
    assert none[~small].mean() == pytest.approx(0.10, abs=0.08)
    assert the.positions["sog_kn"].null_count / the.positions.num_rows == pytest.approx(0.004, abs=0.001)


def test_every_pair_has_a_name_from_what_both_did():
    the, row = made(), told("transfer at anchor", made())[0]
    one, two = row["track_id"], row["other_track_id"]
    assert the.pair(one, two, row["start"], row["end"]) == the.pair(two, one, row["start"], row["end"]) == "transfer at anchor"
    legs = the.legs.of
    moored = np.flatnonzero((legs["mode"] == 2) & (legs["begin"] < 0) & (legs["end"] > 86_400.0))[:2]
    tracks = {number: track for track, number in the.ships.items()}
    names = [tracks[int(legs["ship"][at])] for at in moored]
    assert the.pair(*names, BEGIN, BEGIN + timedelta(hours=20)) == "berth neighbours"


def test_a_world_may_lie_across_the_antimeridian():
    scene = Scene(np.random.default_rng(2), 1.0)
    port = scene.atlas.found("Taveuni", -16.70, 179.93, 20)
    assert port is not None
    lives(scene, port, Quays(port), 20)
    rows = reports(scene, Legs(scene.legs()), 300.0)
    lon = rows["lon"].to_numpy()
    assert lon.min() < -179.0
    assert lon.max() > 179.0
    assert ((lon >= -180.0) & (lon < 180.0)).all()
