"""Two ships held against each other: how far apart at each time, and where they came closest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from darkwake.dossier.events_shown import Floats, Shown, Way, Wholes
from darkwake.events.hulls import Hull
from darkwake.events.ships import UNKNOWN_HULL, Ship
from darkwake.events.track import US_PER_MINUTE
from darkwake.geo import distance_m, offset_m

SILENT_US = 30 * US_PER_MINUTE
"""A ship is known between two reports no farther apart; a longer silence is shaded (assumed: as encounters are judged)."""
STEPS = 240
"""Times at which two ways are held against each other."""
HEADING_US = 15 * US_PER_MINUTE
"""A heading holds so long (assumed)."""


@dataclass(frozen=True)
class Apart:
    """How far apart two antennas were."""

    us: Wholes
    metres: Floats
    """Not a number where one of the two was silent."""


@dataclass(frozen=True)
class Closest:
    """The moment at which two antennas were closest during the event."""

    us: int
    apart_m: float
    middles: tuple[tuple[float, float], tuple[float, float]]
    """Antennas east and north of the middle between them, metres."""
    heading_deg: tuple[float, float]
    """Not a number where not known."""
    sizes: tuple[Hull | None, Hull | None]

    @property
    def drawn(self) -> list[Hull]:
        """The hulls that are known."""
        return [size for size in self.sizes if size is not None]

    @property
    def words(self) -> str:
        """As a sentence."""
        return f"The antennas are {self.apart_m:,.0f} metres apart."


def at_times(way: Way, us: Wholes) -> tuple[Floats, Floats]:
    """Latitude and longitude at times, along straight lines; not a number in silences and outside the way."""
    if not len(way.us):
        return np.full(len(us), np.nan), np.full(len(us), np.nan)
    after = np.searchsorted(way.us, us, side="left")
    inside = (after < len(way.us)) & (us >= way.us[0])
    nxt = np.minimum(after, len(way.us) - 1)
    before = np.where(way.us[nxt] == us, nxt, np.maximum(nxt - 1, 0))
    known = inside & (way.us[nxt] - way.us[before] <= SILENT_US)
    found = (np.interp(us, way.us, values) for values in (way.lat, way.lon))
    lat, lon = (np.where(known, values, np.nan) for values in found)
    return lat, lon


def apart(event: Shown) -> Apart | None:
    """The distance of the two antennas over the time drawn; ``None`` where they were never both heard."""
    if len(event.ways) < 2:
        return None
    us = np.unique(np.concatenate([np.linspace(*event.span, STEPS).astype(np.int64), [event.start_us, event.until_us]]))
    lat, lon = at_times(event.ways[0], us)
    other_lat, other_lon = at_times(event.ways[1], us)
    metres = np.full(len(us), np.nan)
    known = ~(np.isnan(lat) | np.isnan(other_lat))
    metres[known] = distance_m(lat[known], lon[known], other_lat[known], other_lon[known])
    return Apart(us, metres) if known.any() else None


def closest(event: Shown) -> Closest | None:
    """Where the two came closest during the event."""
    found = apart(event)
    if found is None:
        return None
    first, last = _surely(event)
    during = (found.us >= first) & (found.us <= last) & ~np.isnan(found.metres)
    if not during.any():
        return None
    at = int(np.flatnonzero(during)[np.argmin(found.metres[during])])
    us = found.us[at : at + 1]
    (lat, lon), (other_lat, other_lon) = (at_times(way, us) for way in event.ways)
    east, north = (float(metres[0]) for metres in offset_m(lat, lon, other_lat, other_lon))
    return Closest(
        int(us[0]),
        float(found.metres[at]),
        ((-east / 2, -north / 2), (east / 2, north / 2)),
        (heading_at(event.ways[0], int(us[0])), heading_at(event.ways[1], int(us[0]))),
        (_size(event.ships[0]), _size(event.ships[1])),
    )


def _surely(event: Shown) -> tuple[int, int]:
    """The time for which the event surely lasted; all of it where nothing would be left."""
    unsure = [event.row["factors"].get(f"{word}_uncertain_minutes") or 0 for word in ("start", "end")]
    first, last = event.start_us + unsure[0] * US_PER_MINUTE, event.until_us - unsure[1] * US_PER_MINUTE
    return (first, last) if first < last else (event.start_us, event.until_us)


def heading_at(way: Way, us: int) -> float:
    """The heading reported nearest to a time; not a number where none is near enough."""
    given = np.flatnonzero(~np.isnan(way.heading_deg))
    if not len(given):
        return float("nan")
    nearest = given[np.argmin(np.abs(way.us[given] - us))]
    return float(way.heading_deg[nearest]) if abs(int(way.us[nearest]) - us) <= HEADING_US else float("nan")


def _size(ship: Ship) -> Hull | None:
    return None if ship.hull == UNKNOWN_HULL else ship.hull
