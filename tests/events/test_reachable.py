from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.events.meeting import could_meet, meeting_possible
from darkwake.events.prism import US_PER_HOUR, Silence, SpeedLaw
from darkwake.events.reachable import ReachRule, reachable, sent_types, with_parts
from darkwake.geo import distance_m
from darkwake.schema import Places
from darkwake.seaways import Seas, sea_way
from darkwake.seaways.seas import Mesh
from tests.seaways.maps import Drawn

# A bay behind a long cape: the way round is four times the great circle.
COAST = Seas(Drawn(land=((130.0, 40.0, 130.2, 42.0), (128.0, 42.0, 133.0, 42.5))), meshes=(Mesh(1_000e3, 1_450e3, 4.0, 4),))
RULE = ReachRule(median_kn=11.0, greatest_kn=14.0)
HOUR = US_PER_HOUR
PORT = {"name": "port", "kind": "port", "extent_m": 0.0, "verified": True, "origin": "published", "evidence": ["e1"]}


def places(*spots: tuple[float, float]) -> pa.Table:
    return Places.rows([PORT | {"place_id": f"p{n}", "lat": lat, "lon": lon} for n, (lat, lon) in enumerate(spots)])


def silence(
    start: tuple[float, float], end: tuple[float, float] | None, hours: float, *, key: str = "gap", rule: ReachRule = RULE
) -> Silence:
    return Silence(key, 0, *start, round(hours * HOUR), end, rule.law(80))


def one(gap: Silence, *spots: tuple[float, float], rule: ReachRule = RULE) -> dict[str, object]:
    rows: list[dict[str, object]] = reachable([gap], places(*spots), rule, everything=True, seas=COAST).to_pylist()
    return rows[0]


WEST, EAST = (41.5, 129.8), (41.5, 130.4)


def test_a_port_behind_a_cape_is_out_of_reach_though_the_great_circle_is_short() -> None:
    row = one(silence(WEST, WEST, 6.0), EAST)
    assert (row["possible"], row["probability"], row["alongside_longest_h"]) == (False, 0.0, None)


def test_the_same_port_is_within_reach_once_there_is_time_to_round_the_cape() -> None:
    row = one(silence(WEST, WEST, 38.0), EAST)
    assert row["possible"]
    # 90 along one side of the cape, 9 round its end, 90 back up: geodesics between its corners.
    assert row["way_in_nm"] == pytest.approx(190.8, rel=0.02)
    # At most so long: what the mesh may add near the ends is taken off the way, never added.
    assert 0.0 <= row["alongside_longest_h"] - (38 - 2 * 190.8 / 14) < 2.0


def test_the_mean_speed_asked_for_leaves_time_for_the_usual_stay() -> None:
    row = one(silence(WEST, WEST, 37.0), EAST)
    assert row["speed_needed_kn"] == pytest.approx(2 * row["way_in_nm"] / (37.0 - RULE.usual_stay_h))  # type: ignore[operator]


def test_an_open_silence_has_no_latest_departure() -> None:
    row = one(silence(WEST, None, 37.0), EAST)
    assert (row["possible"], row["way_out_nm"], row["depart_latest"]) == (True, None, None)
    assert 0 < row["probability"] < 1  # type: ignore[operator]


def test_a_place_in_a_lake_or_far_inland_is_reached_by_no_ship() -> None:
    assert one(silence(WEST, WEST, 37.0), (42.25, 131.0))["probability"] == 0.0


def test_depots_and_towns_are_no_places_for_ships() -> None:
    town = Places.rows([PORT | {"place_id": "t", "kind": "town", "lat": 41.5, "lon": 129.7}])
    assert reachable([silence(WEST, WEST, 20.0)], town, RULE, seas=COAST).num_rows == 0


def test_chances_of_all_places_and_of_none_add_up_to_one() -> None:
    rows = reachable([silence(WEST, WEST, 38.0)], places((41.0, 129.0), (40.5, 129.5), EAST), RULE, seas=COAST).to_pylist()
    assert sum(row["probability"] for row in rows) + rows[0]["none_probability"] == pytest.approx(1.0)


def test_the_chance_of_a_port_holds_that_of_its_berths() -> None:
    parts = Places.rows(
        [
            PORT | {"place_id": word, "parent_id": parent, "lat": 41.0, "lon": 129.0}
            for word, parent in (("a", None), ("b", "a"))
        ]
    )
    assert with_parts(np.array([0.1, 0.3]), parts).tolist() == pytest.approx([0.4, 0.3])


@given(st.floats(5, 25), st.floats(0.1, 12), st.floats(1.0, 1.4))
@settings(max_examples=10)
def test_more_time_or_speed_never_takes_a_place_out_of_reach(hours: float, more: float, faster: float) -> None:
    before = one(silence(WEST, WEST, hours), EAST)
    longer = one(silence(WEST, WEST, hours + more), EAST)
    quicker = ReachRule(median_kn=11.0, greatest_kn=14.0 * faster)
    swifter = one(silence(WEST, WEST, hours, rule=quicker), EAST, rule=quicker)
    stays = [row["alongside_longest_h"] or 0.0 for row in (before, longer, swifter)]
    assert stays[0] <= stays[1] and stays[0] <= stays[2] + 1e-6  # noqa: PT018


def test_the_true_berth_of_every_simulated_shuttle_is_in_its_set() -> None:
    random = np.random.default_rng(12)
    berths = [(41.9, 129.95), (41.95, 130.5), (40.1, 129.95), (39.0, 131.0), (41.0, 132.5), (41.9, 130.25)]
    heard = [(random.uniform(38.5, 41.9), random.uniform(130.4, 132.9)) for _ in range(8)]
    ways = [[way_nm(at, berth) for berth in berths] for at in heard]
    gaps, true = [], []
    for number in range(400):
        first, last, berth = (int(random.integers(count)) for count in (8, 8, len(berths)))
        start, end = heard[first], heard[last]
        # She sails the way that is found and pulled straight, at up to her greatest speed, and stays for some time.
        sailed = ways[first][berth] + ways[last][berth]
        hours = sailed / random.uniform(9.0, 14.0) + random.lognormal(0.0, 1.0)
        if hours > 38.0:
            continue  # Longer silences take the globe's mesh, which a test has no time for.
        gaps.append(silence(start, end, hours, key=f"g{number:03}"))
        true.append((f"g{number:03}", f"p{berth}"))
    rows = reachable(gaps, places(*berths), RULE, seas=COAST).to_pylist()
    found = {(row["event_id"], row["place_id"]): row["probability"] for row in rows}
    assert len(true) > 200
    assert [pair for pair in true if not found.get(pair, 0.0) > 0.0] == []


def way_nm(a: tuple[float, float], b: tuple[float, float]) -> float:
    way = sea_way(a, b, seas=COAST)
    return float(distance_m(way[:-1, 0], way[:-1, 1], way[1:, 0], way[1:, 1]).sum()) / 1852


def test_the_order_of_silences_and_places_changes_no_row() -> None:
    gaps = [silence(WEST, WEST, hours, key=f"g{hours}") for hours in (30.0, 35.0, 38.0)]
    ports = places((41.0, 129.0), EAST)
    turned = reachable(gaps[::-1], ports.take([1, 0]), RULE, seas=COAST)
    assert turned.equals(reachable(gaps, ports, RULE, seas=COAST))


def test_two_silences_meet_on_one_side_of_a_cape_and_not_across_it() -> None:
    a, b = silence(WEST, WEST, 8.0, key="a"), silence((41.4, 129.5), (41.4, 129.5), 8.0, key="b")
    across = silence(EAST, EAST, 8.0, key="c")
    met = meeting_possible(a, b, seas=COAST)
    assert met is not None
    assert met.longest.hours == pytest.approx(8.0 - 2 * 7.4 / 14, abs=0.8)
    assert could_meet(a, across)
    assert meeting_possible(a, across, seas=COAST) is None


def test_a_meeting_is_the_same_from_both_sides() -> None:
    a, b = silence(WEST, (40.9, 129.0), 20.0, key="a"), silence((40.5, 129.3), None, 24.0, key="b")
    one_side, other_side = meeting_possible(a, b, seas=COAST), meeting_possible(b, a, seas=COAST)
    assert one_side is not None and other_side is not None  # noqa: PT018
    assert one_side.spots == other_side.spots


def test_the_type_that_a_ship_sent_most_often_counts() -> None:
    rows = [{"mmsi": 1, "ship_type": kind, "sent": sent} for kind, sent in ((80, 2), (70, 9), (30, 1))]
    assert sent_types(pa.Table.from_pylist(rows)) == {1: 70}


def test_a_law_of_speeds_has_to_make_sense() -> None:
    with pytest.raises(ValueError, match="greatest speed"):
        SpeedLaw(15.0, 0.2, 10.0)
