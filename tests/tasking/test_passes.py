"""No pass is lost: against published counts, against skyfield, against dense scans, at edges and odd places."""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.errors import InputError
from darkwake.tasking import ElementSet, Pass, passes
from darkwake.tasking.frames import sight, station
from darkwake.tasking.orbits import Orbits
from darkwake.tasking.passes import _reach_rad
from tests.tasking.conftest import EPOCH

VOSTOCHNY = {"lat": 42.74, "lon": 133.08}
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


def over(sets, start: datetime = EPOCH, length: timedelta = WEEK, **where: float) -> tuple[Pass, ...]:
    return passes(sets, start=start, stop=start + length, **(where or VOSTOCHNY)).rows


def test_a_week_over_vostochny_has_all_10422_culminations_10423_rises_and_10421_sets(catalogue) -> None:
    """The counts are those of skyfield 1.55's ``find_events`` for the same satellites, place, mask and window."""
    found = passes(catalogue, start=EPOCH, stop=EPOCH + WEEK, **VOSTOCHNY)
    rises = sum(p.cut not in {"start", "both"} for p in found.rows)
    sets = sum(p.cut not in {"end", "both"} for p in found.rows)
    assert (sum(p.culminates for p in found.rows), rises, sets) == (10_422, 10_423, 10_421)
    assert [(fault.name, fault.code) for fault in found.faults] == [("ASTROCAST-0302", 6)]


def skyfield_events(element: ElementSet, start: datetime, stop: datetime) -> list[tuple[int, datetime]]:
    from skyfield.api import EarthSatellite, load, wgs84

    clock = load.timescale(builtin=True)
    satellite = EarthSatellite(element.line1, element.line2, element.name, clock)
    place = wgs84.latlon(VOSTOCHNY["lat"], VOSTOCHNY["lon"])
    times, kinds = satellite.find_events(place, clock.from_datetime(start), clock.from_datetime(stop), altitude_degrees=30.0)
    return [(int(kind), time) for kind, time in zip(kinds, times.utc_datetime(), strict=True)]


def events(found: tuple[Pass, ...]) -> list[tuple[int, datetime]]:
    """Rises (0), culminations (1) and sets (2) that the window does not make."""
    rises = [(0, p.rise) for p in found if p.cut not in {"start", "both"}]
    tops = [(1, p.culmination) for p in found if p.culminates]
    return sorted(rises + tops + [(2, p.set) for p in found if p.cut not in {"end", "both"}], key=lambda e: e[1])


def test_every_event_of_a_subset_is_within_a_second_of_skyfield(catalogue) -> None:
    subset = catalogue[::15]
    found = over(subset)
    for element in subset:
        ours = events(tuple(p for p in found if p.element is element))
        theirs = skyfield_events(element, EPOCH, EPOCH + WEEK)
        assert [kind for kind, _ in ours] == [kind for kind, _ in theirs], element.name
        assert all(abs(a - b) < SECOND for (_, a), (_, b) in zip(ours, theirs, strict=True)), element.name


def test_elevations_at_one_instant_agree_with_skyfield(catalogue) -> None:
    from skyfield.api import EarthSatellite, load, wgs84

    clock, place = load.timescale(builtin=True), wgs84.latlon(VOSTOCHNY["lat"], VOSTOCHNY["lon"])
    for one in over(catalogue[::150], length=timedelta(days=2)):
        satellite = EarthSatellite(one.element.line1, one.element.line2, "", clock)
        elevation, _, _ = (satellite - place).at(clock.from_datetime(one.culmination)).altaz()
        assert one.elevation_deg == pytest.approx(elevation.degrees, abs=0.006)


def dense(element: ElementSet, start: datetime, length_s: float, mask_deg: float, **where: float) -> list[tuple[float, float]]:
    """First and last second above the mask on a scan of two seconds, which asks nothing of the elevation's shape."""
    seconds = np.arange(0.0, length_s + 1e-6, 2.0)
    position, velocity, _ = Orbits([element], start, length_s).track(0, seconds)
    above = sight(station(**where), position, velocity).sine() > math.sin(math.radians(mask_deg))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], above.astype(int), [0]))))
    return [(float(seconds[a]), float(seconds[b - 1])) for a, b in edges.reshape(-1, 2)]


@pytest.mark.parametrize("mask_deg", [0.0, 30.0, 80.0])
def test_a_dense_scan_finds_no_pass_that_we_lost_and_none_that_we_made_up(catalogue, mask_deg: float) -> None:
    chosen, length = catalogue[7::110], timedelta(days=3)
    found = passes(chosen, start=EPOCH, stop=EPOCH + length, min_elevation_deg=mask_deg, **VOSTOCHNY).rows
    for element in chosen:
        own = [((p.rise - EPOCH) / SECOND, (p.set - EPOCH) / SECOND) for p in found if p.element is element]
        scanned = dense(element, EPOCH, length / SECOND, mask_deg, **VOSTOCHNY)
        long = [span for span in own if span[1] - span[0] > 4.0]
        assert len(long) <= len(scanned) <= len(own)
        for first, last in scanned:
            assert any(-2e-3 <= first - rise <= 2.002 and -2e-3 <= fall - last <= 2.002 for rise, fall in own)


def test_a_pass_of_less_than_a_second_is_found(catalogue) -> None:
    """The mask is raised to just under a culmination: what is left of the pass is far shorter than any sample step."""
    one = next(p for p in over(catalogue[:20]) if p.culminates and p.elevation_deg < 50)
    mask = one.elevation_deg - 1e-6
    found = passes([one.element], start=EPOCH, stop=EPOCH + WEEK, min_elevation_deg=mask, **VOSTOCHNY).rows
    (short,) = [p for p in found if abs(p.culmination - one.culmination) < SECOND]
    assert short.set - short.rise < SECOND
    assert short.rise <= short.culmination <= short.set


def test_passes_cut_by_the_windows_edges_are_kept_and_marked(catalogue) -> None:
    whole = next(p for p in over(catalogue[:20], EPOCH + timedelta(days=1)) if p.cut is None)
    before, after = whole.rise + (whole.culmination - whole.rise) / 2, whole.set - (whole.set - whole.culmination) / 2
    for start, stop, cut in (
        (before, whole.set + SECOND, "start"),
        (whole.rise - SECOND, after, "end"),
        (before, after, "both"),
    ):
        (own,) = passes([whole.element], start=start, stop=stop, **VOSTOCHNY).rows
        assert (own.cut, own.culminates) == (cut, True)
        assert own.rise == (start if cut != "end" else own.rise)
        assert own.set == (stop if cut != "start" else own.set)
        assert abs(own.culmination - whole.culmination) < timedelta(milliseconds=2)


def test_a_pass_whose_culmination_lies_outside_has_its_highest_point_at_the_edge(catalogue) -> None:
    whole = next(p for p in over(catalogue[:20], EPOCH + timedelta(days=1)) if p.cut is None)
    late = whole.culmination + (whole.set - whole.culmination) / 2
    (own,) = passes([whole.element], start=late, stop=whole.set + SECOND, **VOSTOCHNY).rows
    assert (own.cut, own.rise, own.culmination, own.culminates) == ("start", late, late, False)
    assert own.elevation_deg < whole.elevation_deg


@settings(max_examples=15, deadline=None)
@given(shift_s=st.floats(0.0, 40_000.0))
def test_a_later_start_neither_loses_nor_moves_the_passes_inside(orbit, shift_s: float) -> None:
    satellite, start = orbit(15.2, 97.5, node=30.0), EPOCH + timedelta(seconds=shift_s)
    inner = [p for p in over([satellite], length=timedelta(days=2)) if p.rise > start + SECOND]
    again = [p for p in over([satellite], start, EPOCH + timedelta(days=2) - start) if p.cut not in {"start", "both"}]
    assert len(inner) == len([p for p in again if p.rise > start + SECOND])
    for one, other in zip(inner, again[-len(inner) :], strict=True):
        assert max(abs(one.rise - other.rise), abs(one.culmination - other.culmination)) < timedelta(milliseconds=20)


@pytest.mark.parametrize(
    "where",
    [
        {"lat": 90.0, "lon": 0.0},
        {"lat": -90.0, "lon": 123.0},
        {"lat": 51.0, "lon": 180.0},
        {"lat": -16.5, "lon": -180.0},
        {"lat": 0.0, "lon": 0.0},
    ],
)
def test_poles_the_antimeridian_and_the_equator_are_places_like_others(catalogue, where: dict[str, float]) -> None:
    chosen, length = [e for e in catalogue if e.norad_id in {39634, 44873, 60548}], timedelta(days=1)
    found = over(chosen, length=length, **where)
    assert Counter(p.element.norad_id for p in found) == Counter(
        {e.norad_id: n for e in chosen if (n := len(dense(e, EPOCH, length / SECOND, 30.0, **where)))}
    )


def test_both_names_of_the_antimeridian_are_one_place(catalogue) -> None:
    east, west = (over(catalogue[:40], length=timedelta(days=2), lat=51.0, lon=lon) for lon in (180.0, -180.0))
    assert [(p.element.norad_id, p.rise) for p in east] == [(p.element.norad_id, p.rise) for p in west]


def test_a_geostationary_satellite_is_one_pass_that_both_edges_cut(orbit) -> None:
    always = orbit(1.0027379, 0.02)
    at = next(lon for lon in range(-180, 180, 10) if over([always], length=timedelta(hours=1), lat=0.0, lon=float(lon)))
    (only,) = over([always], lat=0.0, lon=float(at))
    assert (only.cut, only.rise, only.set) == ("both", EPOCH, EPOCH + WEEK)


@pytest.mark.parametrize(
    ("revolutions", "inclination", "eccentricity"),
    [(2.00563, 63.4, 0.72), (2.00563, 55.0, 0.01), (1.0027379, 60.0, 0.1), (16.2, 51.6, 0.0005), (12.0, 0.1, 0.001)],
)
def test_eccentric_high_and_low_orbits_lose_nothing(orbit, revolutions: float, inclination: float, eccentricity: float) -> None:
    satellite, length = orbit(revolutions, inclination, eccentricity, node=200.0), timedelta(days=3)
    own = [((p.rise - EPOCH) / SECOND, (p.set - EPOCH) / SECOND) for p in over([satellite], length=length)]
    scanned = dense(satellite, EPOCH, length / SECOND, 30.0, **VOSTOCHNY)
    assert len(own) == len(scanned)
    assert all(abs(a - c) <= 2.01 and abs(b - d) <= 2.01 for (a, b), (c, d) in zip(own, scanned, strict=True))


def test_a_dip_below_the_mask_between_two_samples_ends_a_pass_and_begins_another(orbit) -> None:
    """An inclined geosynchronous satellite never sets here; the mask is laid just over its lowest point."""
    satellite, day = orbit(1.0027379, 25.0), 86_400.0
    under = next(lon for lon in range(-180, 180, 10) if dense(satellite, EPOCH, day, 40.0, lat=0.0, lon=lon) == [(0.0, day)])
    seconds = np.arange(0.0, day, 2.0)
    seen = sight(station(0.0, under), *Orbits([satellite], EPOCH, day).track(0, seconds)[:2])
    lowest = float(seconds[np.argmin(seen.sine())])
    mask = math.degrees(math.asin(seen.sine().min())) + 1e-4
    start, stop = EPOCH + timedelta(seconds=lowest - 3100.0), EPOCH + timedelta(seconds=lowest + 2700.0)
    first, second = passes([satellite], lat=0.0, lon=under, start=start, stop=stop, min_elevation_deg=mask).rows
    assert (first.cut, second.cut) == ("start", "end")
    assert timedelta(0) < second.rise - first.set < timedelta(minutes=2)


def test_the_reach_of_a_geostationary_satellite_is_81_degrees(orbit) -> None:
    """acos(R / r) = 81.3 degrees at the horizon; what is allowed beyond it is small."""
    orbits = Orbits([orbit(1.0027379)], EPOCH, 1.0)
    reach = math.degrees(_reach_rad(orbits, 0, station(0.0, 0.0), 0.0))
    assert 81.3 <= reach < 82.0


def test_a_satellite_that_decays_is_reported_and_its_passes_before_are_kept(catalogue) -> None:
    (astrocast,) = [e for e in catalogue if e.name == "ASTROCAST-0302"]
    found = passes([astrocast], start=EPOCH, stop=EPOCH + WEEK, **VOSTOCHNY)
    (fault,) = found.faults
    assert "decayed" in fault.text()
    assert 0 < len(found.rows) == len(skyfield_events(astrocast, EPOCH, EPOCH + WEEK)) / 3
    assert max(p.set for p in found.rows) < fault.since


def test_zero_satellites_have_no_passes() -> None:
    assert passes([], start=EPOCH, stop=EPOCH + WEEK, **VOSTOCHNY).rows == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stop": EPOCH}, "is empty"),
        ({"start": datetime(2025, 9, 13)}, "no time zone"),  # noqa: DTZ001
        ({"min_elevation_deg": 90.0}, "least elevation"),
        ({"lat": 91.0}, "latitude 91"),
        ({"lon": math.nan}, "longitude nan"),
    ],
)
def test_an_impossible_question_is_refused_in_words(change: dict[str, object], words: str) -> None:
    asked = {"start": EPOCH, "stop": EPOCH + WEEK, **VOSTOCHNY} | change
    with pytest.raises(InputError, match=words):
        passes([], **asked)


def test_sentinel_1_passes_vostochny_17_times_a_week_at_most_13_6_hours_apart(catalogue) -> None:
    """Both numbers were found with another program (at 45 degrees)."""
    pair = [e for e in catalogue if e.name.startswith("SENTINEL-1")]
    found = passes(pair, start=EPOCH, stop=EPOCH + WEEK, min_elevation_deg=45.0, **VOSTOCHNY).rows
    assert len(found) == 17
    gaps = [later.rise - earlier.set for earlier, later in pairwise(found)]
    assert max(gaps) / timedelta(hours=1) == pytest.approx(13.6, abs=0.1)
