"""A graded mesh over water: nodes, and pairs of nodes that see or touch each other.

Each node is joined to those within ``REACH`` times the side of its leaf that it sees over water, in some forty directions.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import spatial

from darkwake.geo import wrap_lon
from darkwake.seaways.blocks import Blocks, Floats, Ints, Nodes, lay_nodes
from darkwake.seaways.sightlines import METRES_PER_CELL, on_sphere, pairs_see

REACH = 3.65
"""Neighbours lie within so many sides of a leaf: on a square lattice the offsets up to (3, 2), 32 directions, whose ways
are at most 1.3 % longer than the straight line."""


@dataclass(frozen=True)
class Laid:
    """A mesh as it was laid."""

    lat: Floats
    lon: Floats
    """The nodes."""
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    """Pairs of nodes that are joined, each once, in order."""


def lay(blocks: Blocks) -> Laid:
    """The mesh over all water of the blocks."""
    nodes = lay_nodes(blocks)
    first, second = _edges(blocks, nodes, on_sphere(nodes.lat, nodes.lon))
    return Laid(nodes.lat, nodes.lon, first.astype(np.int32), second.astype(np.int32))


def _edges(blocks: Blocks, nodes: Nodes, points: Floats) -> tuple[Ints, Ints]:
    """Pairs of nodes that see each other within reach, and those that touch."""
    side_m = blocks.side * METRES_PER_CELL
    members = [np.flatnonzero(nodes.level == level) for level in range(int(nodes.level.max(initial=0)) + 1)]
    trees = [spatial.cKDTree(points[member]) for member in members]
    pairs = [nodes.touching]
    for level, (tree, member) in enumerate(zip(trees, members, strict=True)):
        reach_m = REACH * side_m * 2**level
        pairs.append(_seen(blocks, nodes, member[tree.query_pairs(reach_m, output_type="ndarray")], level))
    for level, ((fine, coarse), (tree, other)) in enumerate(zip(pairwise(members), pairwise(trees), strict=True)):
        near = tree.sparse_distance_matrix(other, REACH * side_m * 2**level, output_type="coo_matrix")
        pairs.append(_seen(blocks, nodes, np.stack([fine[near.row], coarse[near.col]], axis=1), level))
    joined = np.concatenate(pairs)
    keys = np.sort(joined.min(axis=1) * (1 << 32) + joined.max(axis=1))
    keys = keys[np.diff(keys, prepend=-1) > 0]
    return keys >> 32, keys & 0xFFFFFFFF


def _seen(blocks: Blocks, nodes: Nodes, pairs: Ints, level: int) -> Ints:
    """The pairs whose line runs over water."""
    if not len(pairs):
        return pairs.reshape(0, 2)
    first, second = pairs.T
    clear = np.zeros(len(pairs), np.bool_)
    if level:
        # A joined leaf and its eight neighbours are open: a line that leaves the one square inside the other is clear.
        aside = np.abs(wrap_lon(nodes.lon[first] - nodes.lon[second]))
        off_deg = np.maximum(np.abs(nodes.lat[first] - nodes.lat[second]), aside)
        clear = off_deg <= 1.5 * blocks.side_deg * (2.0 ** nodes.level[first] + 2.0 ** nodes.level[second])
    # What a quarter of a leaf can miss is an islet.
    step_m = METRES_PER_CELL * (max(0.5, blocks.side / 16) if level == 0 else blocks.side * 2**level / 4)
    first, second = first[~clear], second[~clear]
    clear[~clear] = pairs_see(blocks, nodes.lat, nodes.lon, first, second, step_m)
    return pairs[clear]
