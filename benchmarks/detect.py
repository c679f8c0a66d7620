"""How fast the radar detector is, beside a plain one on the same clutter, and against one pass over memory.

    python benchmarks/detect.py [--side 4000] [--repeat 3]

Prints one JSON object: megapixels per second of the tiled gamma CFAR (all statistics, both thresholds), of a plain
two-parameter CFAR written with ``scipy.ndimage.uniform_filter`` over the whole scene (41 pixel window, 21 pixel guard), and
of the floor (the largest value of the scene, read once); and the peak memory of a whole search of a tiled GeoTIFF at three
sizes, each in a process of its own. One core, gamma clutter of 4.4 looks.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.transform import from_origin
from rasterio.windows import Window as RasterWindow
from scipy import ndimage

from darkwake.detection import detect
from darkwake.detection.cfar import search_radar
from darkwake.detection.grid import Grid, halo_cells, tiles
from darkwake.detection.parameters import SearchParameters
from darkwake.imagery import Pixels

LOOKS, LEVEL, SPACING_M = 4.4, 0.02, 10.0
WINDOW_PX, GUARD_PX, DEVIATIONS = 41, 21, 5.0
STRIP = 500


def clutter(rows: int, columns: int, seed: int) -> NDArray[np.float32]:
    generator = np.random.default_rng(seed)
    return (generator.standard_gamma(LOOKS, (rows, columns), dtype=np.float32) * np.float32(LEVEL / LOOKS)).astype(np.float32)


def plain(values: NDArray[np.float32]) -> int:
    """The plain detector: whole scene, float64 filters, mean and deviation of the ring."""
    wide = values.astype(np.float64)
    outer, inner = WINDOW_PX**2, GUARD_PX**2
    count = outer - inner
    sums = ndimage.uniform_filter(wide, WINDOW_PX) * outer - ndimage.uniform_filter(wide, GUARD_PX) * inner
    squares = ndimage.uniform_filter(wide**2, WINDOW_PX) * outer - ndimage.uniform_filter(wide**2, GUARD_PX) * inner
    mean = sums / count
    deviation = np.sqrt(np.maximum(squares / count - mean**2, 0.0))
    return int((wide > mean + DEVIATIONS * deviation).sum())


def tiled(values: NDArray[np.float32], search: SearchParameters) -> int:
    """Our detector, tile by tile with its halo."""
    rows, columns = values.shape
    grid = Grid(columns, rows, SPACING_M, 4, 6, 13)
    found = 0
    for tile in tiles(grid, side_px=search.tile_px, halo_cells=halo_cells(grid)):
        window = tile.window
        part = values[np.newaxis, window.y0 : window.y1, window.x0 : window.x1]
        land = np.zeros((-(-part.shape[1] // 4), -(-part.shape[2] // 4)), np.bool_)
        found += len(search_radar(Pixels(part, np.ones(part.shape[1:], np.bool_)), land, grid, search, "linear")[0])
    return found


def rate(run: Callable[[], object], pixels: int, repeat: int) -> float:
    """Best of some runs, megapixels per second of processor time."""
    best = float("inf")
    for _ in range(repeat):
        began = time.process_time()
        run()
        best = min(best, time.process_time() - began)
    return round(pixels / best / 1e6, 1)


def write_scene(path: Path, side: int) -> None:
    """A tiled float32 GeoTIFF of clutter, written in strips so that it never lies in memory whole."""
    shape = {"width": side, "height": side, "count": 1, "dtype": "float32", "tiled": True, "blockxsize": 512, "blockysize": 512}
    transform = from_origin(380_000.0, 3_730_000.0, SPACING_M, SPACING_M)
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:32611", transform=transform, **shape) as out:
        for top in range(0, side, STRIP):
            rows = min(STRIP, side - top)
            out.write(clutter(rows, side, top), 1, window=RasterWindow(0, top, side, rows))


def peak(side: int) -> dict[str, float]:
    """Peak memory and time of a whole search of a scene on disk, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scene.tif"
        write_scene(path, side)
        done = subprocess.run([sys.executable, __file__, "--search", path], capture_output=True, text=True, check=True)
        answer: dict[str, float] = json.loads(done.stdout)
        return {"side_px": side} | answer


def search(path: Path) -> dict[str, float]:
    before = peak_mib()
    began = time.perf_counter()
    found = detect([path])
    seconds = round(time.perf_counter() - began, 1)
    return {"seconds": seconds, "peak_mib": peak_mib(), "imports_mib": before, "detections": found.detections.num_rows}


def peak_mib() -> float:
    """Largest resident memory of this process so far (Linux); getrusage would report its parent's."""
    status = Path("/proc/self/status").read_text()
    return round(int(status.split("VmHWM:")[1].split()[0]) / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=4000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--search", type=Path)
    asked = parser.parse_args()
    if asked.search:
        print(json.dumps(search(asked.search)))
        return
    values, pixels = clutter(asked.side, asked.side, 1), asked.side**2
    parameters = SearchParameters()
    answer = {
        "side_px": asked.side,
        "cores": os.cpu_count(),
        "floor_mpx_s": rate(values.max, pixels, asked.repeat),
        "plain_scipy_mpx_s": rate(lambda: plain(values), pixels, asked.repeat),
        "tiled_gamma_mpx_s": rate(lambda: tiled(values, parameters), pixels, asked.repeat),
        "whole_search": [peak(asked.side), peak(2 * asked.side), peak(3 * asked.side)],
    }
    print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    main()
