"""What is known of meetings besides the two tracks: their ships, what kind of place it is, and what is told as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from darkwake.events.hulls import Floats, Hulls
from darkwake.events.judging.texts import joined, members, numbers, objects, strings, wholes
from darkwake.events.neighbours import Circumstances
from darkwake.events.ships import Draughts, Ship, ships_of, types_of
from darkwake.events.track import E10_PER_DEGREE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine
    from darkwake.events.berths import Berths, Wheres

Wholes = NDArray[np.int64]
PLACES = ("berth", "anchorage", "transfer area", "none known")
CHANGED_M = 0.3
"""A draught that differs by less was retyped, not changed (assumed; 0.3 m is 600 to 1500 t of a tanker of 110 to 180 m)."""


@dataclass(frozen=True)
class Known:
    """What is known of some meetings."""

    ships: Sequence[Ship]
    two: tuple[Wholes, Wholes]
    """Numbers of the first ships and of the other ones."""
    draughts_m: tuple[tuple[Floats, Floats], tuple[Floats, Floats]]
    """Draughts before and after, of the first ships and of the others; nan without both."""
    where: Wheres
    place_ids: Sequence[str]
    """The listed places, by number."""

    @property
    def hulls(self) -> tuple[Hulls, Hulls]:
        """Hulls of the first ships and of the others."""
        every = Hulls.of([ship.hull for ship in self.ships])
        return every.take(self.two[0]), every.take(self.two[1])

    @property
    def circumstances(self) -> Circumstances:
        """What their judgement takes from it."""
        lengths = np.array([ship.length_m or np.nan for ship in self.ships])
        smaller = np.minimum(*(lengths[ships] for ships in self.two))
        return Circumstances(types_of(self.ships, *self.two), smaller, self.where.kind, _changed(self.draughts_m))


def known_of(met: pa.Table, statics: ir.Table, berths: Berths, engine: Engine) -> Known:
    """What is known of meetings as they were found."""
    sides = [met[word].combine_chunks() for word in ("mmsi", "other_mmsi")]
    mmsis = pc.unique(pa.concat_arrays(sides)).sort()
    two = [pc.index_in(side, value_set=mmsis).to_numpy().astype(np.int64) for side in sides]
    told = ships_of(statics, mmsis.to_pylist(), engine)
    ships = [told.get(mmsi, Ship()) for mmsi in mmsis.to_pylist()]
    sent, ends = Draughts.of(ships), [met[word].to_numpy() for word in ("start_us", "end_us")]
    tracks = [met[word].combine_chunks() for word in ("track_id", "other_track_id")]
    lat, lon = (met[word].to_numpy() / E10_PER_DEGREE for word in ("lat_e10", "lon_e10"))
    where = berths.around(lat, lon, np.tile(np.arange(met.num_rows), 2), pa.concat_arrays(tracks))
    draughts = sent.changes(two[0], *ends), sent.changes(two[1], *ends)
    return Known(ships, (two[0], two[1]), draughts, where, berths.place_ids)


def _changed(draughts_m: Sequence[tuple[Floats, Floats]]) -> Wholes:
    """0 the one less and the other more, 1 only one changed, 2 none changed; -1 where no draught is known after."""
    steps = [after - before for before, after in draughts_m]
    moved = [np.abs(step) >= CHANGED_M for step in steps]
    apart = moved[0] & moved[1] & (steps[0] * steps[1] < 0)
    unknown = np.isnan(steps[0]) & np.isnan(steps[1])
    return np.select([unknown, apart, moved[0] | moved[1]], [-1, 0, 1], 2)


def said(met: pa.Table, known: Known) -> pa.Array:
    """What is told of each meeting as it is: members of a JSON object, in metres and knots."""
    speeds = {"median_speed_kn": "median_nkn", "other_median_speed_kn": "other_median_nkn"}
    names = [ship.name for ship in known.ships]
    changes = [joined("[", numbers(before), ", ", numbers(after), "]").fill_null("null") for before, after in known.draughts_m]
    return members(
        {word: wholes(met[word].to_numpy()) for word in ("minutes", "ticks_near", "ticks_spanned")}
        | {
            "median_distance_m": numbers(met["median_um"].to_numpy() / 1e6),
            "closest_m": numbers(met["closest_um"].to_numpy() / 1e6),
        }
        | {word: numbers(met[given].cast(pa.float64()).to_numpy() / 1e9) for word, given in speeds.items()}
        | {word: strings(names, ships) for word, ships in zip(("name", "other_name"), known.two, strict=True)}
        | {"draughts_m": joined("[", changes[0], ", ", changes[1], "]"), "place": _place(known)}
    )


def _place(known: Known) -> pa.Array:
    where = known.where
    told = {
        "kind": strings(PLACES, where.kind),
        "other_ships_fixed": wholes(where.fixed_ships),
        "other_ships_still": wholes(where.still_ships),
        "place_id": strings(known.place_ids, where.place),
    }
    return objects(told, known_only=True)
