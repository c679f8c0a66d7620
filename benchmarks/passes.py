"""How fast all passes are found, beside other programs on the same satellites in the same run.

    python benchmarks/passes.py [ELEMENTS]

Passes above 30 degrees over Vostochny in the 7 days from 2025-09-13 18:00 UTC. Others: skyfield's ``find_events`` for each
satellite (the reference that tests compare with), a scan of 60 s over all satellites at once with SGP4 and nothing else (what
many tools do; it loses short passes), and ``sgp4_predict`` where it is installed. Processor seconds of one process.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sgp4.api import SatrecArray

from darkwake.tasking import ElementSet, newest, passes, read_elements
from darkwake.tasking.frames import gmst_rad, station

LAT, LON, MASK_DEG = 42.74, 133.08, 30.0
START = datetime(2025, 9, 13, 18, tzinfo=UTC)
DAYS = 7
START_JD = 2_460_932.25
FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "tasking" / "elements" / "eo_active_20250913T18.tle.gz"


def ours(sets: Sequence[ElementSet]) -> tuple[int, str]:
    found = passes(sets, lat=LAT, lon=LON, start=START, stop=START + timedelta(days=DAYS), min_elevation_deg=MASK_DEG)
    return sum(p.culminates for p in found.rows), f"{found.states:,} states, {len(found.faults)} satellite refused by SGP4"


def skyfield(sets: Sequence[ElementSet]) -> tuple[int, str]:
    from skyfield.api import EarthSatellite, load, wgs84

    clock, place = load.timescale(builtin=True), wgs84.latlon(LAT, LON)
    first, last = clock.from_datetime(START), clock.from_datetime(START + timedelta(days=DAYS))
    tops = 0
    for element in sets:
        satellite = EarthSatellite(element.line1, element.line2, element.name, clock)
        tops += int((satellite.find_events(place, first, last, altitude_degrees=MASK_DEG)[1] == 1).sum())
    return tops, "ends of passes at the window's edges are lost"


def scan(sets: Sequence[ElementSet]) -> tuple[int, str]:
    fraction = np.arange(0, DAYS, 60 / 86_400)
    at, sidereal = station(LAT, LON), gmst_rad(START_JD, fraction)
    rises = 0
    for block in range(0, len(sets), 64):
        models = SatrecArray([element.satrec() for element in sets[block : block + 64]])
        _, position, _ = models.sgp4(np.full(len(fraction), START_JD), fraction)
        cos, sin = np.cos(sidereal), np.sin(sidereal)
        x, y, z = position[:, :, 0], position[:, :, 1], position[:, :, 2]
        rho = np.stack((cos * x + sin * y, cos * y - sin * x, z), axis=-1) - at.place_km
        above = rho @ at.up / np.linalg.norm(rho, axis=-1) > np.sin(np.radians(MASK_DEG))
        rises += int((above[:, 1:] & ~above[:, :-1]).sum())
    return rises, f"{len(sets) * len(fraction):,} states; rises, to a minute"


def sgp4_predict(sets: Sequence[ElementSet], **steps: timedelta) -> tuple[int, str]:
    other: Any = importlib.import_module("sgp4_predict")
    window = other.Interval(START, START + timedelta(days=DAYS))
    observer = other.GeodeticPoint(LAT, LON, 0.0)
    found = 0
    for element in sets:
        predictor = other.Predictor.from_tle(other.Tle(element.name, element.line1, element.line2))
        found += len(_until_it_refuses(predictor.transits_iter(observer, window, MASK_DEG, **steps)))
    return found, "steps of 2 to 60 s; a pass under way at the start is left out" if steps else "its defaults"


def _until_it_refuses(transits: Any) -> list[Any]:
    found = []
    try:
        for transit in transits:
            found.append(transit)  # noqa: PERF402 - what came before a decay counts
    except (ValueError, RuntimeError):  # a decay ends its search
        return found
    return found


def timed(
    name: str, run: Callable[[Sequence[ElementSet]], tuple[int, str]], sets: Sequence[ElementSet], unit_s: float
) -> float:
    began = time.process_time()
    count, remark = run(sets)
    seconds = time.process_time() - began
    ratio = f"{seconds / unit_s:5.1f} x ours" if unit_s else "            "
    print(f"{name:32s} {count:7,d} passes {seconds:8.2f} s  {ratio}  {remark}")
    return seconds


def main() -> None:
    files = [Path(name) for name in sys.argv[1:]] or [FILE]
    sets = newest(read_elements(files).sets, START)
    print(f"{len(sets)} satellites, {DAYS} days, above {MASK_DEG:g} degrees")
    unit_s = timed("darkwake.tasking.passes", ours, sets, 0.0)
    timed("skyfield find_events", skyfield, sets, unit_s)
    timed("scan of 60 s, sgp4 and numpy", scan, sets, unit_s)
    if importlib.util.find_spec("sgp4_predict"):
        timed("sgp4_predict, defaults", sgp4_predict, sets, unit_s)
        timed(
            "sgp4_predict, tuned",
            lambda some: sgp4_predict(some, min_step=timedelta(seconds=2), max_step=timedelta(seconds=60)),
            sets,
            unit_s,
        )


if __name__ == "__main__":
    main()
