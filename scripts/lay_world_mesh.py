"""Lay the coarse mesh over the world's seas, once; the result is kept under ``seaways/assets``.

It is made from ``water_15s.zip`` alone (see ``rasterise_water.py``), in about a minute and 4 GiB of memory:

    python scripts/lay_world_mesh.py
"""

from __future__ import annotations

from pathlib import Path

from darkwake.seaways.blocks import Region, read_blocks
from darkwake.seaways.mesh import lay
from darkwake.seaways.seas import HALF_GLOBE_M
from darkwake.seaways.water import World
from darkwake.seaways.world_mesh import NAME, SIDE, packed

TARGET = Path(__file__).resolve().parents[1] / "src" / "darkwake" / "seaways" / "assets" / NAME

if __name__ == "__main__":
    blocks = read_blocks(World(), Region(0.0, 0.0, HALF_GLOBE_M), SIDE)
    TARGET.write_bytes(packed(lay(blocks)))
