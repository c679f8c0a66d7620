"""The coarse mesh over all seas of the globe, laid once by ``scripts/lay_world_mesh.py`` and shipped.

Laying it takes over a minute and 4 GiB, reading it about a second. Nodes lie on halves of a cell (7.5 seconds of arc);
what they are joined to is kept as steps from one number to the next, byte by byte, which packs well.
"""

from __future__ import annotations

import io
import zipfile
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from darkwake.seaways.mesh import Laid
from darkwake.seaways.water import PER_DEGREE

SIDE = 32
"""Cells along the side of its blocks: 8 minutes of arc (the largest power of two that divides a tile)."""
NAME = "mesh_8min.zip"
HALVES = 2 * PER_DEGREE
STEP_BYTES = 3
"""No step is longer: the mesh has fewer than 2**24 nodes."""


def packed(laid: Laid) -> bytes:
    """A mesh as an archive."""
    count = len(laid.lat)
    degree = np.bincount(laid.first, minlength=count)
    steps = np.diff(laid.second, prepend=0)
    starts = np.flatnonzero(np.diff(laid.first, prepend=-1))
    steps[starts] = laid.second[starts] - laid.first[starts]
    parts = {
        "lat": np.diff(np.round((laid.lat + 90.0) * HALVES).astype("<i4"), prepend=0).astype("<i4"),
        "lon": np.diff(np.round((laid.lon + 180.0) * HALVES).astype("<i4"), prepend=0).astype("<i4"),
        "degree": degree.astype(np.uint8),
        **{f"step{byte}": (steps >> (8 * byte) & 0xFF).astype(np.uint8) for byte in range(STEP_BYTES)},
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        for name, values in parts.items():
            archive.writestr(zipfile.ZipInfo(name), values.tobytes(), zipfile.ZIP_LZMA)
    return target.getvalue()


def unpacked(content: bytes) -> Laid:
    """The mesh of an archive.

    >>> mesh = Laid(np.array([10.5, 11.0]), np.array([179.5, -180.0]), np.array([0], np.int32), np.array([1], np.int32))
    >>> again = unpacked(packed(mesh))
    >>> again.lat.tolist(), again.lon.tolist(), again.first.tolist(), again.second.tolist()
    ([10.5, 11.0], [179.5, -180.0], [0], [1])
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        degree = np.frombuffer(archive.read("degree"), np.uint8)
        lat, lon = (np.frombuffer(archive.read(name), "<i4").cumsum(dtype=np.int64) / HALVES for name in ("lat", "lon"))
        steps = np.zeros(int(degree.sum(dtype=np.int64)), np.int32)
        for byte in range(STEP_BYTES):
            steps |= np.frombuffer(archive.read(f"step{byte}"), np.uint8).astype(np.int32) << (8 * byte)
    return Laid(lat - 90.0, lon - 180.0, *_pairs(degree, steps))


def _pairs(degree: NDArray[np.uint8], steps: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The pairs from how many each node has: the first step of a node counts from itself, the others from the one before."""
    first = np.repeat(np.arange(len(degree), dtype=np.int32), degree)
    starts = np.flatnonzero(np.diff(first, prepend=-1))
    # The sum over all nodes may run over, which the difference undoes.
    run = np.cumsum(steps, dtype=np.int32)
    before = run[starts] - steps[starts]
    run -= np.repeat(before, degree[first[starts]])
    return first, run + first


def world_mesh() -> Laid:
    """The mesh as shipped."""
    return unpacked((files("darkwake.seaways") / "assets" / NAME).read_bytes())
