"""Positions on dry land, away from water and from where other ships are heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from darkwake.events.spoofing_rule import SpoofingRule
from darkwake.events.track import fixes
from darkwake.seaways import World, wet
from darkwake.seaways.water import TILE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

CELLS_PER_DEGREE = 240
"""Cells of the bundled water, 15 seconds of arc."""
AROUND = 360 * CELLS_PER_DEGREE
"""Cells around the globe."""


def ashore(positions: ir.Table, engine: Engine, rule: SpoofingRule) -> pa.Table:
    """Fixes in cells without water in and around them where few ships are heard.

    Args:
        positions: rows of ``Positions``.
        engine: where they are.
        rule: the parameters.
    """
    heard = fixes(positions, ("sog_kn", "cog_deg"))
    cells = heard.mutate(
        row=(heard.lat_e10 + 900_000_000_000) * CELLS_PER_DEGREE // 10_000_000_000,
        column=(heard.lon_e10 + 1_800_000_000_000) * CELLS_PER_DEGREE // 10_000_000_000 % AROUND,
    )
    visited = engine.arrow(cells.select("row", "column").distinct())
    dry = visited.filter(pa.array(_dry(visited["row"].to_numpy(), visited["column"].to_numpy(), rule.land_cells)))
    if not dry.num_rows:
        return visited.slice(0, 0)
    # Few cells of real data are dry, so ships are counted in these only.
    there = cells.semi_join(engine.table(dry), ["row", "column"])
    lonely = _lonely(engine.arrow(there.group_by(["row", "column"]).aggregate(ships=there.mmsi.nunique())), rule)
    return engine.arrow(cells.semi_join(engine.table(lonely), ["row", "column"]).drop("row", "column"))


def _dry(row: np.ndarray, column: np.ndarray, around: int) -> np.ndarray:
    """Cells without water in themselves and so many cells away in eight directions; a tile of the water at a time."""
    world = World()
    dry = np.zeros(len(row), dtype=bool)
    tile = row // TILE * (AROUND // TILE) + column // TILE
    order = np.argsort(tile, kind="stable")
    for within in np.split(order, np.flatnonzero(np.diff(tile[order])) + 1):
        at = within
        for north, east in [(0, 0)] + [(a * around, b * around) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b]:
            lat = np.clip((row[at] + north + 0.5) / CELLS_PER_DEGREE - 90.0, -90.0, 90.0)
            at = at[~wet(world, lat, (column[at] + east + 0.5) / CELLS_PER_DEGREE - 180.0)] if len(at) else at
        dry[at] = True
    return dry


def _lonely(dry: pa.Table, rule: SpoofingRule) -> pa.Table:
    """Dry cells in which, with the cells around, few ships are heard: elsewhere ships show water that the coast lacks."""
    row, column = dry["row"].to_numpy(), dry["column"].to_numpy()
    cells = row * AROUND + column
    order = np.argsort(cells)
    known, ships = cells[order], dry["ships"].to_numpy()[order]
    most = np.zeros(len(cells), np.int64)
    for north in range(-2, 3):
        for east in range(-2, 3):
            beside = (row + north) * AROUND + (column + east) % AROUND
            at = np.minimum(np.searchsorted(known, beside), len(known) - 1)
            most = np.maximum(most, np.where(known[at] == beside, ships[at], 0))
    return dry.filter(pa.array(most <= rule.others_on_land)).select(["row", "column"])
