"""The mesh that is shipped is the mesh that would be laid."""

from __future__ import annotations

import numpy as np

from darkwake.seaways.blocks import Region, read_blocks
from darkwake.seaways.mesh import Laid, lay
from darkwake.seaways.water import World
from darkwake.seaways.world_mesh import SIDE, packed, unpacked, world_mesh

SOUTH, NORTH, WEST, EAST = 37.0, 42.0, 129.0, 136.0


def pairs(laid: Laid) -> set[tuple[int, ...]]:
    """Pairs of nodes within a box, by their places in halves of a cell."""
    number = np.round(laid.lat * 480).astype(int) * 1_000_000 + np.round(laid.lon * 480).astype(int)
    inside = (laid.lat > SOUTH) & (laid.lat < NORTH) & (laid.lon > WEST) & (laid.lon < EAST)
    both = inside[laid.first] & inside[laid.second]
    ends = np.sort(np.stack([number[laid.first[both]], number[laid.second[both]]], axis=1), axis=1)
    return set(map(tuple, ends.tolist()))


def test_the_shipped_mesh_joins_what_a_mesh_laid_now_over_the_same_water_joins() -> None:
    fresh = lay(read_blocks(World(), Region(39.5, 132.5, 700e3), SIDE))
    assert pairs(fresh) == pairs(world_mesh())


def test_a_mesh_comes_out_of_its_archive_as_it_went_in() -> None:
    laid = lay(read_blocks(World(), Region(41.0, 29.0, 200e3), SIDE))
    again = unpacked(packed(laid))
    assert np.array_equal(again.first, laid.first)
    assert np.array_equal(again.second, laid.second)
    assert np.abs(again.lat - laid.lat).max() < 1e-9
    assert np.abs(again.lon - laid.lon).max() < 1e-9
