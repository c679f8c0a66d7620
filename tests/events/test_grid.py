"""The mesh proposes every near pair: held against comparing all with all."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.events.grid import near_pairs, on_grid, resampled
from darkwake.events.track import US_PER_MINUTE
from darkwake.geo import EARTH_RADIUS_M
from darkwake.schema import Positions
from tests.events.rows import EVENING, fixes, still


def _points(lat: np.ndarray, lon: np.ndarray) -> pa.Table:
    count = len(lat)
    columns = {"ship": list(range(count))}
    places = {"lat_e10": np.round(lat * 1e10).astype(np.int64), "lon_e10": np.round(lon * 1e10).astype(np.int64)}
    return pa.table(columns | {"tick": [1] * count} | places | {"rank": [0] * count, "number": [0] * count})


def _all_with_all(points: pa.Table, radius_m: float) -> set[tuple[int, int]]:
    lat, lon = (np.radians(points[word].to_numpy() / 1e10) for word in ("lat_e10", "lon_e10"))
    chord = np.sin((lat[:, None] - lat) / 2) ** 2 + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    metres = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1)))
    near = np.argwhere(np.round(metres * 1000) <= radius_m * 1000).tolist()
    return {(one, other) for one, other in near if one < other}


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    lat=st.sampled_from([-89.999, -89.9, -60.0, 0.0, 0.001, 42.0, 71.3, 88.0, 89.9, 89.99, 90.0]),
    lon=st.sampled_from([-180.0, -179.999, 0.0, 133.0, 179.9995]),
    radius_m=st.sampled_from([50.0, 500.0, 3000.0]),
    seed=st.integers(0, 10_000),
)
def test_the_mesh_finds_every_pair_once(lat, lon, radius_m, seed):
    generator = np.random.default_rng(seed)
    reach_deg = 3 * np.degrees(radius_m / EARTH_RADIUS_M)
    lats = np.clip(lat + generator.uniform(-1, 1, 40) * reach_deg, -90, 90)
    spread = min(reach_deg / max(np.cos(np.radians(lat)), 1e-6), 180)
    lons = (lon + generator.uniform(-1, 1, 40) * spread + 180) % 360 - 180
    points = _points(lats, lons)
    rows = near_pairs(ibis.memtable(points), radius_m).select("ship", "other_ship").to_pyarrow().to_pylist()
    pairs = [tuple(row.values()) for row in rows]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == _all_with_all(points, radius_m)


def test_ticks_are_multiples_of_the_step_since_1970(duck):
    rows = duck.table(fixes("a", [(-7, 10.0, 20.0, 1.0), (3, 11.0, 20.0, 1.0), (23, 11.0, 22.0, 1.0)]))
    points = on_grid(rows, step_us=10 * US_PER_MINUTE, silence_us=60 * US_PER_MINUTE)
    made = sorted((row["tick"], row["lat_e10"], row["lon_e10"]) for row in duck.arrow(points).to_pylist())
    first = int(EVENING.timestamp()) // 600
    assert made == [
        (first, 107_000_000_000, 200_000_000_000),
        (first + 1, 110_000_000_000, 207_000_000_000),
        (first + 2, 110_000_000_000, 217_000_000_000),
    ]


def test_a_lone_report_is_a_point_only_when_it_lies_on_a_tick(duck):
    def count(minute: float) -> int:
        rows = duck.table(fixes("a", still([minute], 42, 133)))
        return duck.arrow(on_grid(rows, step_us=10 * US_PER_MINUTE, silence_us=60 * US_PER_MINUTE)).num_rows

    assert (count(0), count(0.5), count(10)) == (1, 0, 1)


def test_the_resampling_of_pipe_encounters_agrees_point_by_point(duck, shared):
    """Times, places, speeds and densities; reckoned on from the last report at the speed and course sent there."""
    path = shared / "ais" / "peer_events" / "resample_pipe_encounters.json"
    [case] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    reports = fixes("a", [(0, 0.0, 0.0, 0.0)] * len(case["tracks"]["0"])).to_pylist()
    for row, (time, lat, lon, sog, cog) in zip(reports, case["tracks"]["0"], strict=True):
        row.update(time=datetime.fromisoformat(time), lat=lat, lon=lon, sog_kn=float(sog), cog_deg=float(cog))
    positions = duck.table(Positions.rows(reports))
    points = resampled(positions, step_us=10 * US_PER_MINUTE, silence_us=60 * US_PER_MINUTE, extrapolate=True)
    made = sorted(duck.arrow(points).to_pylist(), key=lambda point: point["tick"])
    assert [datetime.fromtimestamp(point["tick"] * 600, UTC).isoformat() for point in made] == [
        datetime.fromisoformat(row[0]).isoformat() for row in case["expected"]
    ]
    for point, (_, *values) in zip(made, case["expected"], strict=True):
        told = [point["lat_e10"] / 1e10, point["lon_e10"] / 1e10, point["speed_mkn"] / 1e3, point["density_pct"] / 100]
        assert told == pytest.approx(values, abs=1e-6)


def test_what_is_reckoned_ends_within_the_hour_and_at_midnight(duck):
    """The peer's days are cut at midnight: a ship heard at 23:55 alone has the ticks of the last hour and none of the next."""
    rows = duck.table(fixes("a", still([115], 42, 133)).set_column(8, "cog_deg", pa.array([0.0])))
    points = resampled(rows, step_us=10 * US_PER_MINUTE, silence_us=60 * US_PER_MINUTE, extrapolate=True)
    ticks = sorted(point["tick"] for point in duck.arrow(points).to_pylist())
    midnight = int(EVENING.timestamp()) // 600 + 12
    assert ticks == list(range(midnight - 6, midnight))
