"""SGP4's published verification runs: same orbits, and its refusals are reported."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import numpy as np

from darkwake.tasking.elements import ElementSet, _epoch
from darkwake.tasking.orbits import Orbits

REFUSED = {22312: 1, 28350: 1, 28872: 6, 29141: 6, 33333: 4, 33334: 3, 20413: 6}
"""Runs that end before their stop time, with SGP4's error code (the comments of the file say why)."""


def runs(shared: Path) -> list[tuple[ElementSet, float, float, float]]:
    lines = [line for line in (shared / "tasking" / "sgp4" / "SGP4-VER.TLE").read_text().splitlines() if line[:1] in "12"]
    return [
        (ElementSet(int(one[2:7]), "test", _epoch(one), one[:69], two[:69], "file", 1), *map(float, two[69:].split()))
        for one, two in zip(lines[::2], lines[1::2], strict=True)
    ]


def test_every_refusal_of_the_verification_runs_is_reported_with_its_code(shared: Path) -> None:
    found = {}
    for element, first, last, step in runs(shared):
        orbits = Orbits([element], element.epoch, last * 60)
        seconds = np.arange(first, last + step, step) * 60
        fault = orbits.fault(0) or orbits.track(0, seconds)[2]
        if fault:
            found[fault.norad_id] = fault.code
            assert f"SGP4 error {fault.code} from" in fault.text()
    assert found == REFUSED


def test_distance_and_height_over_the_equator_agree_with_the_published_output(shared: Path) -> None:
    """Both survive the rotation to the Earth; the reference was made with the same gravity model (WGS-72)."""
    text = gzip.decompress((shared / "tasking" / "sgp4" / "tcppver.out.gz").read_bytes()).decode()
    number, reference = 0, {}
    for line in text.splitlines():
        cells = line.split()
        if cells[-1:] == ["xx"]:
            number = int(cells[0])
        elif cells:
            reference.setdefault(number, []).append([float(x) for x in cells[:4]])
    compared = 0
    for element, *_ in runs(shared):
        if element.norad_id in REFUSED:
            continue
        minutes, *position = np.array(reference[element.norad_id]).T
        made, _ = Orbits([element], element.epoch, 1.0).at(np.zeros(len(minutes), np.int64), minutes * 60)
        expected = np.stack(position)
        assert np.allclose(np.linalg.norm(made, axis=0), np.linalg.norm(expected, axis=0), atol=1e-3)
        assert np.allclose(made[2], expected[2], atol=2e-3)
        compared += len(minutes)
    assert compared == 496


def test_the_bounds_that_drop_far_orbits_hold_for_every_satellite(catalogue) -> None:
    """Angular rate and distance never pass the bounds that the search for passes relies on."""
    orbits = Orbits(catalogue, catalogue[0].epoch, 86_400.0)
    seconds = np.concatenate([day * 86_400.0 + np.arange(0.0, 7_200.0, 60.0) for day in (0, 6)])
    for satellite in range(0, len(catalogue), 3):
        position, _, fault = orbits.track(satellite, seconds)
        radius = np.linalg.norm(position, axis=0)
        turned = np.arccos(np.clip((position[:, 1:] * position[:, :-1]).sum(axis=0) / (radius[1:] * radius[:-1]), -1, 1))
        turned = turned[np.diff(seconds[: len(radius)]) == 60.0]
        assert (fault is None) == (orbits.sets[satellite].name != "ASTROCAST-0302")
        assert radius.max() < orbits.top_radius_km(satellite)
        assert turned.max() / 60.0 < orbits.top_rate_rad_s(satellite)


def test_a_window_that_starts_at_any_time_of_day_gives_the_same_place(catalogue) -> None:
    early = Orbits(catalogue[:1], catalogue[0].epoch, 1.0)
    late = Orbits(catalogue[:1], catalogue[0].epoch + timedelta(hours=17), 1.0)
    one, other = (o.at(np.zeros(1, np.int64), np.array([s]))[0] for o, s in ((early, 61_200.0), (late, 0.0)))
    assert np.allclose(one, other, atol=1e-6)
