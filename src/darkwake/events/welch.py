"""The rule of Welch et al. (2022) for AIS that was switched off, with the conditions that a silence fails.

Source: Welch, Clavelle, White et al. (2022), "Hot spots of unseen fishing vessels", Science Advances 8, eabq2109, with the
numbers of ``config.py`` of GlobalFishingWatch/AIS-disabling-high-seas. It was made for fishing vessels far from shore.

Reception is taken here from the positions themselves (positions of ships known to have been in the coarse cell, per day of
theirs), where the authors interpolate a map. The shore is that of :mod:`darkwake.seaways` (cells of 15 seconds of arc that are
all land), so islets narrower than about a cell do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.events.reception import heard_slots, known_slots, with_cells
from darkwake.events.record import decimal
from darkwake.events.silence import Judged
from darkwake.events.track import US_PER_HOUR, degrees, whole
from darkwake.geo import EARTH_RADIUS_M
from darkwake.seaways.water import PER_DEGREE, TILE, TILE_DEG, World, full_and_some
from darkwake.units import METRES_PER_NAUTICAL_MILE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine
    from darkwake.events.gap import GapRule

BLOCK = 4
"""Cells of water along a block of one minute of arc; a block with land in it is shore."""
FARTHEST_NM = 100.0
"""Shore is looked for up to this far; what lies farther is said to lie this far."""


@dataclass(frozen=True)
class WelchRule:
    """The conditions, with the authors' numbers."""

    silent_hours: float = 12.0
    """A silence lasts at least this long."""
    from_shore_nm: float = 50.0
    """It begins farther from shore than this."""
    positions_per_day: float = 10.0
    """At its place more positions than this are received of a ship in a day."""
    satellite_positions: int = 14
    """At least so many positions of the ship were heard by satellite in the hours before."""

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"Welch et al. 2022: at least {self.silent_hours:g} h, begun over {self.from_shore_nm:g} nm from shore, reception "
            f"of over {self.positions_per_day:g} positions a day, at least {self.satellite_positions} by satellite before; "
            "the probability is 1 where all conditions hold and 0 where one fails or cannot be tested, and is no chance"
        )


def tested(rows: ir.Table, positions: ir.Table, engine: Engine, rule: GapRule) -> Judged:
    """Silences with 1 where all conditions hold, else 0, and those that failed or could not be tested."""
    rows = _with_shore(engine.keep(_with_reception(rows, positions, engine, rule)), engine)
    limits = rule.welch
    unheard = rows.any_satellite == 0
    conditions = {
        "silence too short": rows.silence_us < round(limits.silent_hours * US_PER_HOUR),
        "near shore": rows.shore_cnm <= round(limits.from_shore_nm * 100),
        "poor reception": rows.per_day_milli <= round(limits.positions_per_day * 1000),
        "few satellite positions before": (rows.satellite_before < limits.satellite_positions) & ~unheard,
    }
    missing = {"reception unknown": rows.per_day_milli.isnull(), "no position says that a satellite heard it": unheard}
    failed, untested = _listed(conditions), _listed(missing)
    holds = (failed == "[]") & (untested == "[]")
    rows = rows.mutate(failed=failed, untested=untested, probability=ibis.ifelse(holds, 1.0, 0.0))
    factors = {
        "from_shore_nm": decimal(rows.shore_cnm, 2),
        "received_per_day": decimal(rows.per_day_milli, 3),
        "failed": rows.failed,
        "untested": rows.untested,
    }
    return Judged(rows, factors)


def _listed(conditions: dict[str, ir.BooleanValue]) -> ir.StringValue:
    """The names of the conditions that are true, as a JSON list."""
    text = ibis.literal("")
    for name, met in conditions.items():
        text = text + ibis.ifelse(met.fill_null(False), f', "{name}"', "")
    return ibis.literal("[") + text.substr(2) + "]"


def _with_reception(rows: ir.Table, positions: ir.Table, engine: Engine, rule: GapRule) -> ir.Table:
    """Silences with the positions received in a ship's day in the coarse cell where they begin, in thousandths."""
    there = engine.keep(known_slots(engine.keep(heard_slots(positions, rule.reception)), rule.reception))
    counted = there.group_by("coarse").aggregate(reports=there.reports.sum(), known=there.count())
    days = counted.known.cast("float64") * (rule.reception.slot_h / 24.0)
    counted = counted.select("coarse", per_day_milli=whole(counted.reports.cast("float64") / days * 1000.0))
    placed = with_cells(rows, rule.reception, coarse=rule.reception.coarse_deg)
    placed = placed.left_join(counted, "coarse", rname="__{name}")
    satellites = positions.aggregate(any_satellite=(positions.receiver == "satellite").sum().fill_null(0))
    return placed.drop(*[word for word in placed.columns if word.startswith("__")]).cross_join(satellites)


def _with_shore(rows: ir.Table, engine: Engine) -> ir.Table:
    """Silences with the distance from shore of their start, in hundredths of a nautical mile.

    The silences alone, a few numbers each, come into this process: what an engine cannot say.
    """
    starts = engine.arrow(rows.select("track_id", "start_us", lat=degrees(rows.lat_e10), lon=degrees(rows.lon_e10)))
    places = zip(starts["lat"].to_pylist(), starts["lon"].to_pylist(), strict=True)
    shore = pa.array([round(from_shore_nm(*place) * 100.0) for place in places], pa.int64())
    told = engine.table(starts.select(["track_id", "start_us"]).append_column("shore_cnm", shore))
    return rows.join(told, ["track_id", "start_us"])


def from_shore_nm(lat: float, lon: float) -> float:
    """Distance of one position, at sea or on land, from the nearest shore, nautical miles, at most :data:`FARTHEST_NM`.

    >>> round(from_shore_nm(45.0, -30.0)), round(from_shore_nm(1.37, 103.8))  # the open Atlantic, amid Singapore island
    (100, 4)
    """
    reach_deg = FARTHEST_NM / 60.0
    least = np.inf
    widest = reach_deg / max(np.cos(np.radians(min(abs(lat) + reach_deg, 89.9))), 0.01)
    rows = range(int((max(lat - reach_deg, -90.0) + 90) // TILE_DEG), int((min(lat + reach_deg, 89.99) + 90) // TILE_DEG) + 1)
    first, last = int((lon - widest + 180) // TILE_DEG), int((lon + widest + 180) // TILE_DEG)
    for row in rows:
        for column in range(first, min(last, first + 35) + 1):
            land_lat, land_lon = _shore(row, column % 36)
            near = np.abs(land_lat - lat) <= reach_deg
            least = min(least, _nearest_nm(lat, lon, land_lat[near], land_lon[near]))
    return float(min(least, FARTHEST_NM))


def _nearest_nm(lat: float, lon: float, land_lat: NDArray[np.float64], land_lon: NDArray[np.float64]) -> float:
    if not len(land_lat):
        return float(np.inf)
    north, east = np.radians(land_lat - lat) / 2, np.radians(land_lon - lon) / 2
    chord = np.sin(north) ** 2 + np.cos(np.radians(lat)) * np.cos(np.radians(land_lat)) * np.sin(east) ** 2
    return float(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(chord.min())) / METRES_PER_NAUTICAL_MILE)


@lru_cache(maxsize=64)
def _shore(row: int, column: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middles of the blocks of a tile that hold land and touch a block that is not all land."""
    tile = World().tile(row, column)
    if isinstance(tile, bool) and tile:
        return np.empty(0), np.empty(0)
    side = TILE // BLOCK
    land: NDArray[np.bool_] = np.ones((side, side), np.bool_)
    if not isinstance(tile, bool):
        land = ~full_and_some(tile, BLOCK)[0]
    inner = land.copy()
    inner[1:-1, 1:-1] &= land[:-2, 1:-1] & land[2:, 1:-1] & land[1:-1, :-2] & land[1:-1, 2:]
    # The rim of a tile is kept, for its neighbours are not looked at.
    inner[[0, -1], :] = inner[:, [0, -1]] = False
    at, across = np.nonzero(land & ~inner)
    step = BLOCK / PER_DEGREE
    lat, lon = row * TILE_DEG - 90 + (at + 0.5) * step, column * TILE_DEG - 180 + (across + 0.5) * step
    return np.asarray(lat, np.float64), np.asarray(lon, np.float64)
