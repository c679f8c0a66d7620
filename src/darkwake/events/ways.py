"""Ways by sea between the ends of silences and places: near ones over fine cells, far ones over the globe's coarse mesh.

Each place has one field of distances for all silences, so a thousand silences cost little more than one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.events.prism import Floats, Silence
from darkwake.geo import distance_m
from darkwake.seaways import Seas

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Ways:
    """Ways by sea from the ends of each silence to each place, metres; rows are silences, columns places."""

    there: Floats
    back: Floats
    there_least: Floats
    """No way over water is shorter than these, as far as the map of water goes; infinite beyond reach."""
    back_least: Floats
    off_water_m: Floats
    """How far each place lies off water."""


@dataclass(frozen=True)
class _Legs:
    """Legs between the ends of silences and one place: first from all starts, then to all ends."""

    lat: Floats
    lon: Floats
    straight_m: Floats
    limit_m: Floats
    """The longest that leaves time for the other leg as the crow flies; below 0 where there is none."""

    @classmethod
    def of(cls, gaps: Sequence[Silence], site: Mapping[str, float]) -> _Legs:
        reach = np.array([gap.reach_m for gap in gaps])
        closed = np.array([gap.end is not None for gap in gaps])
        ends = [(gap.lat, gap.lon) for gap in gaps] + [gap.end or (gap.lat, gap.lon) for gap in gaps]
        lat, lon = np.array(ends, np.float64).T
        straight = distance_m(lat, lon, site["lat"], site["lon"])
        there, back = np.split(np.maximum(straight - site["extent_m"], 0.0), 2)
        back = np.where(closed, back, 0.0)
        within = there + back <= reach
        limits = np.where(within, reach - back, -np.inf), np.where(within & closed, reach - there, -np.inf)
        return cls(lat, lon, straight, np.concatenate(limits) + site["extent_m"])


def ways_to(gaps: Sequence[Silence], places: pa.Table, off_water_m: float, seas: Seas) -> Ways:
    """Ways by sea from the ends of silences to places, within reach alone.

    Whether a leg is measured over fine cells depends on this leg alone, not on the others that are asked for.

    Args:
        gaps: the silences.
        places: rows of ``Places``.
        off_water_m: a place farther than this and its own extent from water is not reached by sea.
        seas: where distances come from.
    """
    sites = places.select(["lat", "lon", "extent_m"]).to_pylist()
    legs = [_Legs.of(gaps, site) for site in sites]
    metres, least = np.full((2, 2 * len(gaps), len(sites)), np.inf)
    off = np.full(len(sites), np.inf)
    fine = seas.near([(site["lat"], site["lon"]) for site in sites])
    left = [leg.limit_m > 0 for leg in legs]
    near = [leg & (legs[at].straight_m <= fine[at].reach_m) for at, leg in enumerate(left)]
    for meshes, asked in ((fine, near), ([seas.meshes[-1]] * len(sites), left)):
        # The same ends are asked for at each place, so that how they are joined to a mesh is worked out once.
        some = np.flatnonzero(np.any(asked, axis=0))
        for at in sorted(range(len(sites)), key=lambda at: seas.key(meshes[at], sites[at]["lat"], sites[at]["lon"])):
            site, mesh, wanted, limit_m = sites[at], meshes[at], asked[at][some], legs[at].limit_m[some]
            if not wanted.any():
                continue
            reach_m = min(float(limit_m[wanted].max()), mesh.reach_m)
            found = seas.from_point(site["lat"], site["lon"], legs[at].lat[some], legs[at].lon[some], reach_m, mesh=mesh)
            off[at] = min(off[at], found.off_water_m)
            if found.off_water_m > off_water_m + site["extent_m"]:
                left[at][:] = False
                continue
            known = wanted & ((found.metres <= mesh.reach_m) | (mesh == seas.meshes[-1]))
            metres[some[known], at] = found.metres[known]
            least[some[known], at] = np.maximum(found.least_m[known] - site["extent_m"], 0.0)
            # A leg that the mesh knows no way for within its limit has none.
            left[at][some[known | (wanted & (limit_m <= mesh.reach_m))]] = False
    closed = np.array([gap.end is not None for gap in gaps])
    for legs_m in (metres, least):
        legs_m[len(gaps) :][~closed] = 0.0
    (there, back), (there_least, back_least) = np.split(metres, 2), np.split(least, 2)
    return Ways(there, back, there_least, back_least, off)
