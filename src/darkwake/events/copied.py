"""Copied tracks: the same steps as another track, at another place or another time; or the same way later, heard otherwise.

track A   -x--x---x-x--
track B        -x--x---x-x--        times between reports and differences of degrees alike, step by step

A recording that is sent again is heard at other moments, with errors of its own: :mod:`darkwake.events.retraced` finds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from darkwake.events.retraced import crosses, retraced, steps
from darkwake.events.track import along_track, whole
from darkwake.geo import distance_m

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

Row = dict[str, Any]
UNIT_E10 = 1e5
"""Steps are alike to so much: a metre."""


def copied(positions: ir.Table, engine: Engine, least_steps: int) -> Iterator[Row]:
    """Pairs of tracks of which one copies the other: the same steps, or the same way some time later."""
    told = steps(positions)
    # Who lies still is not alike. What is left is ordered once for both looks.
    moves = engine.keep(told.filter(_moved(told) | crosses(told)))
    alike = list(_same_steps(moves, engine, least_steps))
    yield from alike
    known = {(row["track_id"], row["other_track_id"]) for row in alike}
    yield from (row for row in retraced(moves, engine) if (row["track_id"], row["other_track_id"]) not in known)


def _moved(told: ir.Table) -> ir.BooleanValue:
    """Whether a step is of more than about 20 m."""
    return whole(told.north / UNIT_E10).abs() + whole(told.east / UNIT_E10).abs() > 20


def _same_steps(moves: ir.Table, engine: Engine, least_steps: int) -> Iterator[Row]:
    """Pairs of tracks that share many sequences of five steps: times between reports and differences of degrees alike."""
    moved = moves.filter(_moved(moves))
    order = along_track()
    steps = moved.mutate(
        seconds=whole((moved.us - moved.us_before) / 1e6),
        north=whole(moved.north / UNIT_E10),
        east=whole(moved.east / UNIT_E10),
    )
    steps = steps.filter(steps.seconds > 0)
    mixed = (steps.seconds * 1_000_003 + steps.north * 10_007 + steps.east) % 2_147_483_647
    coded = steps.mutate(code=mixed)
    key = coded.code
    for at in range(1, 5):
        key = (key * 31 + coded.code.lag(at).over(order)) % 2_147_483_647
    keyed = coded.mutate(key=key).filter(lambda row: row.key.notnull() & (row.key % 8 == 0))
    one = keyed.select("key", "track_id", "mmsi", "us", "lat_e10", "lon_e10", "source_id", rank=keyed["rank"])
    counted = one.group_by("key").aggregate(tracks=one.track_id.nunique())
    few = one.semi_join(counted.filter((counted.tracks > 1) & (counted.tracks < 5)), "key")
    rows = engine.arrow(few).sort_by([("key", "ascending"), ("track_id", "ascending"), ("us", "ascending")])
    yield from _copies(rows.to_pylist(), least_steps)


def _copies(rows: Sequence[Row], least_steps: int) -> Iterator[Row]:
    by_key: dict[int, list[Row]] = {}
    for row in rows:
        by_key.setdefault(row["key"], []).append(row)
    pairs: dict[tuple[str, str, int], list[tuple[Row, Row]]] = {}
    for alike in by_key.values():
        for at, one in enumerate(alike):
            for other in alike[at + 1 :]:
                if one["track_id"] != other["track_id"]:
                    later = round((other["us"] - one["us"]) / 1e6)
                    pairs.setdefault((one["track_id"], other["track_id"], later), []).append((one, other))
    for (_, _, later), matches in sorted(pairs.items()):
        # One sequence in eight was kept.
        if len(matches) * 8 >= least_steps:
            yield _copy_row(sorted(matches, key=lambda pair: pair[0]["us"]), later)


def _copy_row(matches: Sequence[tuple[Row, Row]], later_s: int) -> Row:
    (one, other), (last, _) = matches[0], matches[-1]
    shift_m = float(distance_m(*(value / 1e10 for row in (one, other) for value in (row["lat_e10"], row["lon_e10"]))))
    return {
        "mmsi": one["mmsi"],
        "track_id": one["track_id"],
        "other_mmsi": other["mmsi"],
        "other_track_id": other["track_id"],
        "start_us": one["us"],
        "end_us": last["us"],
        "lat_e10": one["lat_e10"],
        "lon_e10": one["lon_e10"],
        "end_lat_e10": last["lat_e10"],
        "end_lon_e10": last["lon_e10"],
        "rank": max(row["rank"] for pair in matches for row in pair),
        "evidence": sorted({row["source_id"] for pair in matches for row in pair}),
        "what": "copied",
        "measured": {"sequences": 8.0 * len(matches), "shifted_m": shift_m, "later_s": float(later_s)},
    }
