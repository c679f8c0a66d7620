"""Stays found by their ends are those found fix by fix, in plain Python, wherever circles lie and however they overlap."""

from __future__ import annotations

import math
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.events.mesh import storage_cells
from darkwake.events.places import Site
from darkwake.events.stay import STAY, StayLimits, spells
from darkwake.events.track import E10_PER_DEGREE, US_PER_MINUTE
from darkwake.geo import EARTH_RADIUS_M, wrap_lon
from darkwake.units import epoch_us
from tests.events.rows import EVENING, fixes, sea

LIMITS = StayLimits(exit_ratio=1.4, still_kn=0.2, moving_kn=0.5, gap_minutes=60.0, min_confidence=0)
SPEEDS = (0.0, 0.1, 0.3, 0.4, 0.6, 9.0, None)
Fix = dict[str, Any]


def metres(one: Fix, other: tuple[float, float]) -> float:
    """Along the mean sphere, by the haversine."""
    lat, lon, at_lat, at_lon = (math.radians(value) for value in (one["lat"], one["lon"], *other))
    half = math.sin((at_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(at_lat) * math.sin((at_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.atan2(math.sqrt(half), math.sqrt(abs(1 - half)))


def fix_by_fix(track: list[Fix], circles: list[Site], limits: StayLimits) -> list[dict[str, Any]]:
    """The spells of one track at one place."""
    for at, fix in enumerate(track):
        after = track[at + 1] if at + 1 < len(track) else None
        made = metres(fix, (after["lat"], after["lon"])) if after and after["minute"] > fix["minute"] else None
        fix["kn"] = fix["sog"]
        if fix["sog"] is None and made is not None and after:
            fix["kn"] = made / ((after["minute"] - fix["minute"]) * 60) / (1852 / 3600)
        apart = [(metres(fix, (site.lat, site.lon)), site.extent_m) for site in circles]
        inside = [(far, extent) for far, extent in apart if far <= extent * limits.exit_ratio]
        fix["room"] = max((extent * limits.exit_ratio - far for far, extent in inside), default=None)
        fix["closest"] = min((far for far, _ in inside), default=None)
        fix["entered"] = any(far <= extent for far, extent in apart)
    found = []
    for within, run in groupby(range(len(track)), key=lambda at: track[at]["closest"] is not None):
        numbers = list(run)
        begins = next((at for at in numbers if track[at]["entered"]), None)
        if within and begins is not None:
            found += _spells(track, [at for at in numbers if at >= begins], limits)
    return found


def _spells(track: list[Fix], stay: list[int], limits: StayLimits) -> list[dict[str, Any]]:
    still, cut = False, list[list[int]]()
    for at in stay:
        was, kn = still, track[at]["kn"]
        still = still if kn is None else kn <= limits.still_kn or (still and kn < limits.moving_kn)
        silent = at > stay[0] and track[at]["minute"] - track[at - 1]["minute"] >= limits.gap_minutes
        if at == stay[0] or silent or still != was:
            cut.append([])
        cut[-1].append(at)
        track[at]["still"] = still
    return [_told(track, numbers, stay) for numbers in cut]


def _told(track: list[Fix], numbers: list[int], stay: list[int]) -> dict[str, Any]:
    rows = [track[at] for at in numbers]
    speeds = [row["kn"] for row in rows if row["kn"] is not None]
    minutes = [row["minute"] for row in rows]
    return {
        "first": numbers[0],
        "positions": len(numbers),
        "minutes": (minutes[0], minutes[-1]),
        "still": rows[0]["still"],
        "entered": stay[0] > 0,
        "left": stay[-1] < len(track) - 1,
        "slowest": min(speeds) if speeds else -1.0,
        "silence": max((after - before for before, after in pairwise(minutes)), default=0),
        "closest": min(row["closest"] for row in rows),
        "rooms": (rows[0]["room"], rows[-1]["room"]),
        "ends": (rows[0]["lat"], rows[-1]["lon"]),
    }


def by_engine(tracks: dict[str, list[Fix]], places: dict[str, list[Site]], engine) -> dict[tuple[str, str], list[Any]]:
    """The same from the engine."""
    rows = [
        fixes(name, [(fix["minute"], fix["lat"], fix["lon"], fix["sog"]) for fix in track]) for name, track in tracks.items()
    ]
    around = [(name, site) for name, circles in places.items() for site in circles]
    lat, lon, extent = (np.array([getattr(site, word) for _, site in around]) for word in ("lat", "lon", "extent_m"))
    near = engine.table(pa.table({"cell": pa.array(storage_cells(lat, lon, extent * LIMITS.exit_ratio), pa.int64())}))
    told = engine.arrow(spells(engine.table(sea(*rows)), near, around, LIMITS, engine)).to_pylist()
    found: dict[tuple[str, str], list[Any]] = {}
    for row in sorted(told, key=lambda one: [one[word] for word in (*STAY, "spell")]):
        made = {
            "first": row["spell"],
            "positions": row["positions"],
            "minutes": tuple((row[word] - epoch_us(EVENING)) // US_PER_MINUTE for word in ("start_us", "last_us")),
            **{word: row[word] for word in ("still", "entered", "left")},
            "slowest": -1.0 if row["slowest_mkn"] is None else row["slowest_mkn"] / 1000,
            "silence": row["silence_us"] // US_PER_MINUTE,
            "closest": row["closest_mm"] / 1000,
            "rooms": (row["room_mm"] / 1000, row["end_room_mm"] / 1000),
            "ends": (row["lat_e10"] / E10_PER_DEGREE, row["end_lon_e10"] / E10_PER_DEGREE),
        }
        found.setdefault((row["track_id"], row["place_id"]), []).append(made)
    return found


def wandering(lat: float, lon: float, extent_m: float, seed: int) -> list[Fix]:
    """A track in and out of the circles around a place, now still, now moving, now silent."""
    generator = np.random.default_rng(seed)
    minutes = np.cumsum(generator.choice([1, 10, 59, 60, 500], 40, p=[0.4, 0.4, 0.1, 0.05, 0.05]))
    far = generator.choice([0.0, 0.3, 0.99, 1.01, 1.39, 1.41, 3.0], 8)[np.sort(generator.integers(0, 8, 40))]
    arc = np.minimum(extent_m * far / EARTH_RADIUS_M, 3.0)
    bearing = generator.uniform(0, 2 * np.pi, 40)
    phi = math.radians(lat)
    there = np.arcsin(np.clip(np.sin(phi) * np.cos(arc) + np.cos(phi) * np.sin(arc) * np.cos(bearing), -1, 1))
    east = np.arctan2(np.sin(bearing) * np.sin(arc) * np.cos(phi), np.cos(arc) - np.sin(phi) * np.sin(there))
    sog = [SPEEDS[at] for at in np.repeat(generator.integers(0, len(SPEEDS), 20), 2)]
    places = zip(np.degrees(there).tolist(), wrap_lon(lon + np.degrees(east)).tolist(), strict=True)
    rows = zip(minutes.tolist(), places, sog, strict=True)
    return [{"minute": minute, "lat": y, "lon": x, "sog": kn} for minute, (y, x), kn in rows]


MIDDLES = ((42.0, 133.0), (0.0, 180.0), (59.98, -180.0), (0.0025, 0.02), (89.9999, 10.0), (-89.0, -170.0), (84.0, 179.99))


@settings(max_examples=8)
@given(st.sampled_from(MIDDLES), st.sampled_from([30.0, 150.0, 4_000.0, 20_000.0, 600_000.0, 5_000_000.0]), st.integers(0, 999))
def test_stays_are_those_found_fix_by_fix(duck, middle, extent_m, seed):
    """Six circles of two sizes that overlap, one of them a place by itself and a part of another; ten ships."""
    generator = np.random.default_rng(seed)
    reach_deg = math.degrees(extent_m / EARTH_RADIUS_M)
    sites = []
    for at in range(6):
        lat = float(np.clip(middle[0] + generator.normal(0, reach_deg), -90, 90))
        lon = float(wrap_lon(middle[1] + generator.normal(0, reach_deg) / max(math.cos(math.radians(lat)), 0.01)))
        sites.append(Site(f"c{at}", "berth", lat, lon, extent_m * (0.2 if at % 2 else 1.0), None))
    places = {"all": sites, "one": sites[1:2], "two": sites[2:4]}
    tracks = {f"t{at}": wandering(*middle, extent_m, seed * 10 + at) for at in range(10)}
    found = by_engine(tracks, places, duck)
    for track_id, track in tracks.items():
        for place_id, circles in places.items():
            expected = fix_by_fix([dict(fix) for fix in track], circles, LIMITS)
            assert flat(found.get((track_id, place_id), [])) == pytest.approx(flat(expected), abs=2e-3)


def flat(told: list[dict[str, Any]]) -> list[float]:
    """All numbers of some spells, one after the other."""
    return [float(part) for row in told for value in row.values() for part in (value if isinstance(value, tuple) else (value,))]
