"""Maps of water that are drawn, so that the shortest ways over them are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from darkwake.seaways.water import PER_DEGREE, TILE, TILE_DEG

Box = tuple[float, float, float, float]
"""West, south, east, north, degrees."""


@dataclass(frozen=True)
class Drawn:
    """Water everywhere but in boxes of land; boxes of water are cut out of these again."""

    land: tuple[Box, ...] = ()
    cut: tuple[Box, ...] = ()

    def tile(self, row: int, column: int) -> NDArray[np.uint8] | bool:
        """See ``Water``."""
        if not any(self._meets(box, row, column) for box in self.land):
            return True
        water = np.ones((TILE, TILE), np.bool_)
        for boxes, wet in ((self.land, False), (self.cut, True)):
            for west, south, east, north in boxes:
                rows = [round((lat + 90.0) * PER_DEGREE) - row * TILE for lat in (south, north)]
                columns = [round((lon + 180.0) * PER_DEGREE) - column * TILE for lon in (west, east)]
                inside = [slice(*np.clip(ends, 0, TILE)) for ends in (rows, columns)]
                water[tuple(inside)] = wet
        return True if water.all() else False if not water.any() else np.packbits(water, axis=1)

    def _meets(self, box: Box, row: int, column: int) -> bool:
        west, south, east, north = box
        lat, lon = row * TILE_DEG - 90.0, column * TILE_DEG - 180.0
        return west <= lon + TILE_DEG and east >= lon and south <= lat + TILE_DEG and north >= lat


OCEAN = Drawn()
