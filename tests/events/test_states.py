"""What a ship did within a place: how she lay, and which of her moves are none."""

from __future__ import annotations

import pytest

from darkwake.events.berths import AT_ANCHORAGE, AT_BERTH, ELSEWHERE, Where
from darkwake.events.places import Site
from darkwake.events.states import State, how_she_lay, states, steadied
from darkwake.events.track import E10_PER_DEGREE, US_PER_MINUTE

QUAY, ROADS, DOCK = (
    Site(name, kind, 42.0, 133.0, 500.0, None) for name, kind in (("q", "berth"), ("r", "anchorage"), ("d", "terminal"))
)


def spell(first, last, *, still=True, north_m=0.0, anchor=0, moored=0):
    """From one minute to another, so far north of 42 N."""
    lat_e10 = round((42 + north_m / 111_195) * E10_PER_DEGREE)
    place = {"mean_lat_e10": lat_e10, "mean_lon_e10": 133 * E10_PER_DEGREE, "track_id": "a"}
    times = {"start_us": first * US_PER_MINUTE, "last_us": last * US_PER_MINUTE, "after_us": (last + 5) * US_PER_MINUTE}
    return place | times | {"still": still, "at_anchor": anchor, "moored": moored, "positions": 10}


def told(spells, *, left=False):
    made = states(spells, lambda spell: ("stopped", None, None), left=left)
    return [(state.word, state.start_us // US_PER_MINUTE, state.end_us // US_PER_MINUTE) for state in made]


@pytest.mark.parametrize(
    ("where", "anchor", "moored", "state", "by"),
    [
        (Where(AT_BERTH, 0, 0, "q"), 10, 0, "alongside", "listed berth"),
        (Where(AT_BERTH, 3, 3), 10, 0, "alongside", "3 other ships lay fixed here"),
        (Where(AT_BERTH, 0, 0, "d"), 10, 0, "anchored", "her status"),
        (Where(AT_BERTH, 0, 0, "d"), 0, 0, "alongside", "listed terminal"),
        (Where(AT_ANCHORAGE, 0, 4), 0, 9, "alongside", "her status"),
        (Where(AT_ANCHORAGE, 0, 4), 5, 0, "anchored", "4 other ships lay here"),
        (Where(AT_ANCHORAGE, 0, 0, "r"), 0, 0, "anchored", "listed anchorage"),
        (Where(ELSEWHERE, 1, 2), 0, 5, "stopped", None),
    ],
)
def test_how_she_lay_follows_from_the_strongest_of_what_is_known(where, anchor, moored, state, by):
    listed = {"q": QUAY, "r": ROADS, "d": DOCK}.get(where.place_id)
    assert how_she_lay(spell(0, 60, anchor=anchor, moored=moored), where, listed)[:2] == (state, by)


def test_moving_is_named_by_where_she_lay_before_and_after():
    way = [spell(0, 9, still=False), spell(10, 99), spell(100, 300, still=False), spell(301, 400), spell(401, 410, still=False)]
    assert told(way, left=True) == [
        ("approach", 0, 9),
        ("stopped", 10, 99),
        ("shifting", 100, 300),
        ("stopped", 301, 400),
        ("leaving", 401, 410),
        ("departed", 410, 415),
    ]
    assert told([spell(0, 9, still=False)]) == [("moving", 0, 9)]


def test_a_short_move_that_leads_back_to_the_same_spot_is_none():
    back, away = ([spell(0, 90), spell(91, 110, still=False), spell(111, 200, north_m=metres)] for metres in (100, 200))
    assert told(back) == [("stopped", 0, 200)]
    assert [word for word, _, _ in told(away)] == ["stopped", "shifting", "stopped"]


def test_steadied_states_are_told_as_the_longest_of_them():
    short, long = (
        State("alongside", first, last, by, None, (spell(first, last),)) for first, last, by in ((0, 9, "x"), (20, 90, "y"))
    )
    [steady] = steadied([short, State("shifting", 10, 19), long])
    assert (steady.start_us, steady.end_us, steady.by, len(steady.spells)) == (0, 90, "y", 2)
