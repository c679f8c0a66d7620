"""How fast the radar detector is, beside plain ones on the same clutter, and against one pass over memory.

    python benchmarks/detect.py [--side 4000] [--repeat 3] [--full]

Prints one JSON object: megapixels per second of processor time on one core for the tiled CFAR (statistics, seeds, windows, halo
included), of a plain two-parameter CFAR with ``scipy.ndimage.uniform_filter`` and with OpenCV's box filter (41 pixel window,
21 pixel guard; OpenCV from ``.venv-peers``, left out where it is not installed), and of the floors (the largest value read
once; one copy); and the peak memory of a whole search of a tiled GeoTIFF at two sizes, each in a process of its own. Gamma
clutter of 4.4 looks. ``--full`` writes a simulated Sentinel-1 IW GRD product of full size with VV and VH, searches it in a
process of its own, and prints the time of each step.
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
from darkwake.detection.land import find_land
from darkwake.detection.parameters import DetectionParameters, SearchParameters
from darkwake.detection.search import cut
from darkwake.detection.survey import Clutter, clutter_of
from darkwake.detection.sweep import Scene, sweep
from darkwake.imagery import Options, Pixels, open_product
from darkwake.simulation.safe_full import write_full_scene

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


def tiled(values: NDArray[np.float32], search: SearchParameters, told: Clutter) -> int:
    """Our detector, tile by tile with its halo."""
    rows, columns = values.shape
    grid = Grid(columns, rows, SPACING_M, 4, 6, 13)
    found = 0
    for tile in tiles(grid, side_px=search.tile_px, halo_cells=halo_cells(grid)):
        window = tile.window
        part = values[np.newaxis, window.y0 : window.y1, window.x0 : window.x1]
        land = np.zeros((-(-part.shape[1] // 4), -(-part.shape[2] // 4)), np.bool_)
        found += len(search_radar(Pixels(part, np.ones(part.shape[1:], np.bool_)), land, grid, search, "linear", [told])[0])
    return found


def opencv(values: NDArray[np.float32], repeat: int) -> dict[str, float] | None:
    """The same with OpenCV, in the peers' environment; None where that is not installed."""
    peers = Path(__file__).resolve().parents[1] / ".venv-peers/bin/python"
    script = Path(__file__).parent / "peers/opencv_cfar.py"
    if not peers.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "scene.npy", values)
        asked = [str(peers), str(script), f"{folder}/scene.npy", str(repeat)]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def full_scene() -> dict[str, object]:
    """A simulated product of full size: time of each step and peak memory of a search in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        truth = write_full_scene(Path(folder), 1)
        product = next(path for path in Path(folder).iterdir() if path.name.endswith(".SAFE"))
        asked = [sys.executable, __file__, "--steps", str(product)]
        done = subprocess.run(asked, capture_output=True, text=True, check=True)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer | {"truth": type(truth).__name__}


def steps(path: Path) -> dict[str, object]:
    """Seconds of each step of one search, and its peak memory."""
    told: dict[str, object] = {}
    began = last = time.perf_counter()

    def mark(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        told[name], last = round(now - last, 1), now

    parameters, product = DetectionParameters(), open_product(path, Options())
    mark("open_s")
    grid = Grid.of(product, parameters.search)
    land = find_land(product, grid, parameters.land)
    mark("land_s")
    scene = Scene.of(product, grid, land, parameters)
    mark("sample_s")
    swept = sweep(scene)
    mark("read_calibrate_search_s")
    objects = cut(swept.hits, grid, product, parameters)
    mark("objects_s")
    told |= {"objects": len(objects), "hits": len(swept.hits), "searched_mpx": swept.searched_px / 1e6}
    swept.areas.rows(product)
    mark("areas_s")
    return told | {"all_s": round(time.perf_counter() - began, 1), "peak_mib": peak_mib()}


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
    parser.add_argument("--steps", type=Path)
    parser.add_argument("--full", action="store_true")
    asked = parser.parse_args()
    if asked.search:
        print(json.dumps(search(asked.search)))
        return
    if asked.steps:
        print(json.dumps(steps(asked.steps)))
        return
    values, pixels = clutter(asked.side, asked.side, 1), asked.side**2
    parameters, corner = SearchParameters(), np.ascontiguousarray(values[:1024, :1024])
    told = clutter_of([(corner, np.ones(corner.shape, np.bool_))], SPACING_M)
    answer: dict[str, object] = {
        "side_px": asked.side,
        "cores": os.cpu_count(),
        "floor_mpx_s": rate(values.max, pixels, asked.repeat),
        "plain_scipy_mpx_s": rate(lambda: plain(values), pixels, asked.repeat),
        "copy_mpx_s": rate(values.copy, pixels, asked.repeat),
        "tiled_windows_mpx_s": rate(lambda: tiled(values, parameters, told), pixels, asked.repeat),
        "opencv_mpx_s": opencv(values, asked.repeat),
        "whole_search": [peak(asked.side), peak(2 * asked.side)],
    }
    if asked.full:
        answer["full_scene"] = full_scene()
    print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    main()
