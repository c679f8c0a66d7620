"""A meeting to be judged, with all that is known of it besides the two tracks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from darkwake.events.berths import Where
from darkwake.events.hulls import Hull
from darkwake.events.meetings import EncounterRule
from darkwake.events.neighbours import Circumstances
from darkwake.events.ships import Ship, draught_change, types_of


@dataclass(frozen=True)
class Task:
    """A meeting to be judged, with all that is known besides the two tracks; it travels as JSON."""

    meeting: int
    ships: tuple[int, int]
    start_us: int
    end_us: int
    lat_e10: int
    lon_e10: int
    radius_m: float
    hulls: tuple[Hull, Hull]
    circumstances: Circumstances
    said: Mapping[str, Any]
    """What goes into the factors as it is."""


def task_of(
    at: int, row: Mapping[str, Any], number: Mapping[str, int], ships: Mapping[int, Ship], where: Where, rule: EncounterRule
) -> Task:
    """A meeting as a task.

    Args:
        at: its number.
        row: the meeting as it was found.
        number: track to number.
        ships: what ships said of themselves.
        where: what kind of place it is.
        rule: the parameters.
    """
    two = [ships.get(row[word], Ship()) for word in ("mmsi", "other_mmsi")]
    changes = [draught_change(ship, row["start_us"], row["end_us"]) for ship in two]
    lengths = [ship.length_m for ship in two]
    known = Circumstances(
        types=types_of(two[0], two[1]),
        smaller_m=min(length for length in lengths if length) if any(lengths) and all(lengths) else None,
        where=where.kind,
        draughts=_draughts(changes),
    )
    said = _said(row) | {
        "name": two[0].name,
        "other_name": two[1].name,
        "draughts_m": [list(change) if change else None for change in changes],
        "place": _place(where),
    }
    ends = (row["start_us"], row["end_us"])
    pair = (number[row["track_id"]], number[row["other_track_id"]])
    return Task(at, pair, *ends, row["lat_e10"], row["lon_e10"], rule.radius_m, (two[0].hull, two[1].hull), known, said)


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the meeting itself says, in metres and knots."""
    speeds = {
        word: row[nkn] for word, nkn in (("median_speed_kn", "median_nkn"), ("other_median_speed_kn", "other_median_nkn"))
    }
    return {
        "minutes": row["minutes"],
        "ticks_near": row["ticks_near"],
        "ticks_spanned": row["ticks_spanned"],
        "median_distance_m": row["median_um"] / 1e6,
        "closest_m": row["closest_um"] / 1e6,
        **{word: None if nkn is None else nkn / 1e9 for word, nkn in speeds.items()},
    }


def _place(where: Where) -> dict[str, Any]:
    words = ("berth", "anchorage", "transfer area", "none known")
    told = {"kind": words[where.kind], "other_ships_fixed": where.fixed_ships, "other_ships_still": where.still_ships}
    return told | ({"place_id": where.place_id} if where.place_id else {})


CHANGED_M = 0.3
"""A draught that differs by less was retyped, not changed (assumed; 0.3 m is 600 to 1500 t of a tanker of 110 to 180 m)."""


def _draughts(changes: Sequence[tuple[float, float] | None]) -> int | None:
    """0 the one less and the other more, 1 only one changed, 2 none changed; ``None`` where no draught is known after."""
    known = [after - before for before, after in (change for change in changes if change)]
    moved = [step for step in known if abs(step) >= CHANGED_M]
    if len(moved) == 2:
        return 0 if moved[0] * moved[1] < 0 else 1
    if moved:
        return 1
    return 2 if known else None


def as_json(task: Task) -> str:
    """A task as text, for the way to another process."""
    hulls = [
        [one.to_bow_m, one.to_stern_m, one.to_port_m, one.to_starboard_m, one.side_sd_m, one.end_sd_m] for one in task.hulls
    ]
    return json.dumps(vars(task) | {"hulls": hulls, "circumstances": vars(task.circumstances)})


def from_json(text: str) -> Task:
    """A task from its text."""
    given = json.loads(text)
    hulls = tuple(Hull(*sides) for sides in given.pop("hulls"))
    known = Circumstances(**given.pop("circumstances"))
    return Task(**given | {"hulls": hulls, "circumstances": known})
