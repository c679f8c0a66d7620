"""Inferred transfers as rows of the same form as judged meetings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from darkwake.events.neighbours import AT_ANCHOR, DRIFTING
from darkwake.events.ships import Ship, draught_change
from darkwake.events.track import E10_PER_DEGREE
from darkwake.events.unheard.both_silent import Possible
from darkwake.events.unheard.one_silent import Partner
from darkwake.events.unheard.seldom import Together
from darkwake.events.unheard.stays import Stay
from darkwake.schema import ORIGINS

MOST_NAMED = 5
"""Candidates that a row names; the number of the others is given."""

ROWS = pa.schema(
    [
        *((word, pa.string()) for word in ("track_id", "other_track_id")),
        *((word, pa.int64()) for word in ("mmsi", "other_mmsi", "start_us", "end_us")),
        *((word, pa.int64()) for word in ("lat_e10", "lon_e10", "end_lat_e10", "end_lon_e10")),
        *((word, pa.string()) for word in ("first_source", "last_source", "other_first_source", "other_last_source")),
        ("rank", pa.int64()),
        ("probability", pa.float64()),
        ("factors", pa.string()),
    ]
)
"""What an event of this kind is made of."""


def lone_row(stay: Stay, chance: float, found: Sequence[Partner], ships: Mapping[int, Ship]) -> dict[str, Any]:
    """A row of an inferred transfer with one side silent; the partner is named where she is likelier than all else.

    A row that names two ships has the chance that it was these two; the chance of any partner stands in the factors.
    """
    best = found[0] if found and found[0].chance >= 0.5 else None
    lone = ships.get(stay.mmsi, Ship())
    factors = {
        "class": DRIFTING if stay.still < 0.5 else AT_ANCHOR,
        "inferred": True,
        "heard": "one side",
        "name": lone.name,
        "stay_hours": round(stay.hours, 1),
        "shift_m": round(stay.shift_m),
        "draughts_m": _listed(draught_change(lone, stay.start_us, stay.end_us)),
        "candidates": [_candidate(one, ships) for one in found[:MOST_NAMED]],
        "candidates_left_out": max(len(found) - MOST_NAMED, 0),
        "chance_of_any": round(chance, 4),
        "no_transponder_or_not_listed": round(max(chance - sum(one.chance for one in found), 0.0), 4),
    }
    # The two were together while the one lay there and the other was silent.
    start_us = max(stay.start_us, best.gap.start_us) if best else stay.start_us
    end_us = min(stay.end_us, best.gap.end_us) if best else stay.end_us
    ends = [(stay.track_id, stay.mmsi)] + ([(best.gap.track_id, best.gap.mmsi)] if best else [])
    given = [*stay.sources, *([best.gap.source_id, best.gap.next_source_id] if best else [])]
    place = (stay.lat, stay.lon)
    rank = max(stay.rank, best.gap.rank if best else 0)
    return _row(ends, (start_us, end_us), place, min(best.chance, chance) if best else chance, factors, given, rank)


def seldom_row(pair: Together, ships: Mapping[int, Ship]) -> dict[str, Any]:
    """A row of two ships that lay side by side whenever both were heard, which was seldom."""
    two = sorted((pair.one, pair.other), key=lambda stay: stay.track_id)
    factors = {
        "class": DRIFTING if min(stay.still for stay in two) < 0.5 else AT_ANCHOR,
        "inferred": True,
        "heard": "both sides, seldom",
        "name": ships.get(two[0].mmsi, Ship()).name,
        "other_name": ships.get(two[1].mmsi, Ship()).name,
        "times_seen": pair.times_seen,
        "median_distance_m": round(pair.apart_m, 1),
        "draughts_m": [_listed(draught_change(ships.get(stay.mmsi, Ship()), pair.start_us, pair.end_us)) for stay in two],
    }
    ends, given = [(stay.track_id, stay.mmsi) for stay in two], [word for stay in two for word in stay.sources]
    place = (pair.one.lat, pair.one.lon)
    return _row(ends, (pair.start_us, pair.end_us), place, pair.chance, factors, given, max(stay.rank for stay in two))


def possible_row(pair: Possible, left_out: int, ships: Mapping[int, Ship]) -> dict[str, Any]:
    """A row of two silences that could have met."""
    factors = {
        "class": AT_ANCHOR if max(pair.starts_nm, pair.ends_nm) < 1.0 else DRIFTING,
        "inferred": True,
        "heard": "neither side",
        "possible_only": True,
        "name": ships.get(pair.one.mmsi, Ship()).name,
        "other_name": ships.get(pair.other.mmsi, Ship()).name,
        "starts_apart_nm": round(pair.starts_nm, 1),
        "ends_apart_nm": round(pair.ends_nm, 1),
        "silence_hours": [round(pair.one.hours, 1), round(pair.other.hours, 1)],
        "draughts_m": [
            _listed(draught_change(ships.get(gap.mmsi, Ship()), gap.start_us, gap.end_us)) for gap in (pair.one, pair.other)
        ],
        "weights": dict(pair.said),
        "pairs_left_out": left_out,
    }
    given = [word for gap in (pair.one, pair.other) for word in (gap.source_id, gap.next_source_id)]
    ends = [(gap.track_id, gap.mmsi) for gap in (pair.one, pair.other)]
    rank = max(pair.one.rank, pair.other.rank)
    return _row(ends, (pair.start_us, pair.end_us), (pair.lat, pair.lon), pair.chance, factors, given, rank)


def _row(
    ends: Sequence[tuple[str, int]],
    times: tuple[int, int],
    place: tuple[float, float],
    chance: float,
    factors: Mapping[str, Any],
    given: Sequence[str],
    rank: int,
) -> dict[str, Any]:
    """The columns of a judged meeting; an inferred row is never stronger than inferred."""
    two = sorted(ends)
    at = {"lat_e10": round(place[0] * E10_PER_DEGREE), "lon_e10": round(place[1] * E10_PER_DEGREE)}
    named = sorted(set(given))
    return {
        "track_id": two[0][0],
        "other_track_id": two[1][0] if len(two) > 1 else None,
        "mmsi": two[0][1],
        "other_mmsi": two[1][1] if len(two) > 1 else None,
        "start_us": times[0],
        "end_us": times[1],
        **at,
        **{f"end_{word}": value for word, value in at.items()},
        "first_source": named[0],
        "last_source": named[-1],
        "other_first_source": named[min(1, len(named) - 1)],
        "other_last_source": named[-min(2, len(named))],
        "rank": max(rank, ORIGINS.index("inferred")),
        "probability": round(chance, 6),
        "factors": json.dumps(factors),
    }


def _listed(change: tuple[float, float] | None) -> list[float] | None:
    return list(change) if change else None


def _candidate(one: Partner, ships: Mapping[int, Ship]) -> dict[str, Any]:
    return {
        "mmsi": one.gap.mmsi,
        "name": ships.get(one.gap.mmsi, Ship()).name,
        "chance": round(one.chance, 4),
        "silent_hours": round(one.gap.hours, 1),
        "could_be_there_hours": round(one.together_h, 1),
        "fell_silent_nm_away": None if one.from_start_nm is None else round(one.from_start_nm, 1),
        "heard_again_nm_away": None if one.from_end_nm is None else round(one.from_end_nm, 1),
        "draughts_m": _listed(one.draughts),
    }
