"""Real echoes and real sea for the composed scenes: ship chips with clicked ends, and clutter without ships.

Chips: OpenSARShip (``opensarship_train_*``), Sentinel-1 GRD at 10 m, VV and VH; the hull is laid between the clicked bow and
stern with the register's length and beam. Clutter: every second Irish Sea tile, four of the empty LS-SSDD tiles and a corner
of open water off Los Angeles; the other tiles are held back for testing.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import rasterio
from numpy.typing import NDArray
from PIL import Image
from rasterio.io import MemoryFile
from scipy import ndimage
from ships_canvas import Values

IRISH_TRAINED = ("tile_0_0", "tile_1_0", "tile_2_0", "tile_3_0", "tile_4_0", "tile_5_0")
LSSSDD_TRAINED = ("01_1_1", "01_1_2", "01_1_3", "01_1_4")
LOS_ANGELES_WATER = (slice(335, 545), slice(5, 235))
"""Rows and columns of open water without an anchored ship; it holds a few ghosts of the port."""

SPACING_M = 10.0
EXCESS_OVER_MEDIAN = 2.5
"""A chip's pixel is echo where it is above so many medians of the chip; the rest is its sea and is left behind."""


@dataclass(frozen=True)
class Chip:
    """A ship's echo over her sea (power in means of the sea), her middle (y, x), axis, length and beam in pixels."""

    scene: str
    echo: Values
    middle: NDArray[np.float64]
    angle: float
    length_px: float
    beam_px: float


def read_chips(folder: Path) -> list[Chip]:
    """All GRD chips with known length, a chip for each polarisation."""
    rows = pq.read_table(folder / "opensarship_train_labels.parquet").to_pylist()
    found = []
    with zipfile.ZipFile(folder / "opensarship_train_chips.zip") as packed:
        for row in rows:
            length = _first(row["mt_length_overall_m"], row["ais_length_m"])
            if row["product"] != "GRDH" or length is None:
                continue
            beam = _first(row["mt_breadth_m"], row["ais_width_m"]) or length / 6.0
            with MemoryFile(packed.read(f"cal/{row['chip']}")) as memory, memory.open() as chip:
                found += [_chip(band, row, length, beam) for band in chip.read()]
    return found


def _first(*values: float | None) -> float | None:
    known = [float(value) for value in values if value is not None and value > 0]
    return known[0] if known else None


def _chip(band: Values, row: dict[str, float], length_m: float, beam_m: float) -> Chip:
    top, left = min(row["box_y0"], row["box_y1"]), min(row["box_x0"], row["box_x1"])
    head = np.array([row["head_y"] - top, row["head_x"] - left], np.float64)
    tail = np.array([row["tail_y"] - top, row["tail_x"] - left], np.float64)
    axis = head - tail
    echo = np.maximum(band / np.median(band) - EXCESS_OVER_MEDIAN, 0).astype(np.float32)
    length, beam = length_m / SPACING_M + 1.0, beam_m / SPACING_M + 1.0
    chip = Chip(str(row["scene"]), echo, (head + tail) / 2 + 0.5, float(np.arctan2(*axis)), length, beam)
    return Chip(chip.scene, _near_hull(chip), chip.middle, chip.angle, chip.length_px, chip.beam_px)


def _near_hull(chip: Chip) -> Values:
    """The echo without what lies far from the hull: neighbours in a chip are not labelled."""
    y, x = np.mgrid[: chip.echo.shape[0], : chip.echo.shape[1]] + 0.5
    v, u = y - chip.middle[0], x - chip.middle[1]
    along = np.abs(u * np.cos(chip.angle) + v * np.sin(chip.angle)) - chip.length_px / 2
    across = np.abs(v * np.cos(chip.angle) - u * np.sin(chip.angle)) - chip.beam_px / 2
    beyond = np.maximum(np.maximum(along, across), 0)
    return np.asarray(chip.echo * np.clip(1.6 - beyond / (0.3 * chip.length_px + 3), 0, 1), np.float32)


def read_clutter(folder: Path, *, held_back: bool = False) -> list[Values]:
    """Power of sea without labelled ships, tile by tile; nan where something bright on the sea may be a ship."""
    irish = [n for n in _names(folder / "s1_irish_sea_20230615_tiles.zip") if (Path(n).stem in IRISH_TRAINED) != held_back]
    lsssdd = [f"01_1_{n}.jpg" for n in (5, 6, 7)] + ["01_2_17.jpg"] if held_back else [f"{n}.jpg" for n in LSSSDD_TRAINED]
    found = [
        _doubtful_out(10 ** ((25 * grey / 255 - 25) / 10)) for grey in _read(folder / "s1_irish_sea_20230615_tiles.zip", irish)
    ]
    found += [np.square(grey + 0.5) for grey in _read(folder / "lsssdd_tiles_sample.zip", lsssdd)]
    if not held_back:
        with rasterio.open(folder / "s1_los_angeles_20210105_db_30m.tif") as scene:
            found.append((10 ** (scene.read(1)[LOS_ANGELES_WATER] / 10)).astype(np.float32))
    return [tile.astype(np.float32) for tile in found]


def _names(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as packed:
        return sorted(name for name in packed.namelist() if name.endswith((".png", ".jpg")))


def _read(archive: Path, wanted: list[str]) -> list[Values]:
    with zipfile.ZipFile(archive) as packed:
        names = [name for name in packed.namelist() if name in wanted or Path(name).name in wanted]
        return [np.array(Image.open(io.BytesIO(packed.read(name))).convert("L"), np.float32) for name in sorted(names)]


def _doubtful_out(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Nothing known (nan) around compact bright objects: the Irish Sea tiles hold a few ships and carry no labels."""
    smooth = ndimage.uniform_filter(power, 3)
    wide = ndimage.uniform_filter(power, 121)
    small = (smooth > 0.03) & (smooth > 6 * wide)
    return np.where(ndimage.binary_dilation(small, iterations=14), np.nan, power)
