"""How places lie in each other: by the list, by their extents, and never in a circle."""

from __future__ import annotations

import pyarrow as pa

from darkwake.events.places import circles, nested
from tests.events.rows import place


def listed(*rows):
    """Places (id, kind, kilometres north, extent in metres, parent)."""
    parts = [place(name, 42 + km / 111.195, 133.0, extent, kind) for name, kind, km, extent, _ in rows]
    at = parts[0].column_names.index("parent_id")
    whole = pa.concat_tables(parts)
    return whole.set_column(at, "parent_id", pa.array([row[4] for row in rows], pa.string()))


def parents(*rows):
    return {name: site.parent_id for name, site in nested(listed(*rows)).items()}


def test_the_list_says_what_a_place_is_part_of_and_else_the_smallest_larger_place_around_it():
    found = parents(
        ("port", "port", 0, 9000, None),
        ("near", "terminal", 1, 800, None),
        ("far", "terminal", 20, 800, "port"),
        ("b1", "berth", 1.1, 100, None),
        ("b2", "berth", 3, 100, None),
        ("b3", "berth", 20.1, 100, "port"),
        ("roads", "anchorage", 1, 500, None),
    )
    assert found == {
        "port": None,
        "near": "port",
        "far": "port",
        "b1": "near",
        "b2": "port",
        "b3": "port",
        "roads": None,
    }


def test_a_parent_that_is_not_listed_or_goes_round_in_a_circle_is_none():
    assert parents(
        ("a", "other", 0, 9, "gone"), ("b", "other", 1, 9, "c"), ("c", "other", 2, 9, "b"), ("d", "other", 3, 9, "d")
    ) == {
        "a": None,
        "b": None,
        "c": None,
        "d": None,
    }


def test_a_place_is_made_of_its_own_circle_and_those_of_all_its_parts():
    sites = nested(listed(("p", "port", 0, 900, None), ("t", "terminal", 9, 90, "p"), ("b", "berth", 10, 9, "t")))
    assert sorted((whole, part.place_id) for whole, part in circles(sites)) == [
        ("b", "b"),
        ("p", "b"),
        ("p", "p"),
        ("p", "t"),
        ("t", "b"),
        ("t", "t"),
    ]


def test_no_places_are_none():
    assert nested(listed(("p", "port", 0, 900, None)).slice(0, 0)) == {}
