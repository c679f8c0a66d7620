"""How fast the radar detector is, beside plain ones on the same clutter, and against one pass over memory.

    python benchmarks/detect.py [--side 4000] [--repeat 5]
    python benchmarks/detect.py --full [--product FOLDER]

Prints one JSON object. Speeds are megapixels per second of processor time on one core, the best of some runs, so that other
work on the machine moves them little; the load is printed beside them. All see the same gamma clutter of 4.4 looks without a
ship, and what each of them finds there is printed as false alarms per megapixel. They do not do the same work:

- ``floor``: the largest value, read once; ``copy``: read and written once.
- ``plain_scipy``: mean and deviation of the ring between 41 and 21 pixels, float64, ``scipy.ndimage.uniform_filter`` over the
  whole scene; pixels over five deviations. No masks, no law of the sea, no objects.
- ``opencv``: the same in float32 with OpenCV's box filters, whole and in tiles of 512 (from ``.venv-peers``, left out where it
  is not installed).
- ``ours``: statistics of the ring by cells of 4 pixels, bright cells left out, exact in whole numbers; thresholds of the K law;
  tests of bars and squares around seeds; halo and hits included. Asked for 1 false alarm in some hundred million pixels.

Then the peak memory of a whole search of a tiled GeoTIFF at two sizes, each in a process of its own.

``--full`` instead runs ``darkwake detect PRODUCT --out FILE.gpkg --json`` on two cores, on a simulated Sentinel-1 IW GRD
product of full size (25,000 x 16,700 pixels, VV and VH, 400 ships at sea, a coast with a harbour, 20 platforms). It prints
wall time, user and system seconds, peak memory of the process and its children together, how many of the ships were found,
and the time of each step. The command itself runs, in a process of its own, with a clock around its parts; reading and
calibrating are parts of the steps in which they stand. The product is written first, or taken from ``FOLDER`` where one lies.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import rasterio
from numpy.typing import NDArray
from rasterio.transform import from_origin
from rasterio.windows import Window as RasterWindow
from scipy import ndimage

from darkwake.cli import detect as command
from darkwake.cli.app import call
from darkwake.detection import detect, scene
from darkwake.detection import search as search_room
from darkwake.detection.cfar import search_radar
from darkwake.detection.grid import Grid, halo_cells, tiles
from darkwake.detection.parameters import SearchParameters
from darkwake.detection.survey import Clutter, clutter_of
from darkwake.detection.sweep import Scene
from darkwake.imagery import Pixels
from darkwake.imagery.sentinel1 import product as sentinel1
from darkwake.imagery.sentinel1.measurement import Measurement
from darkwake.simulation.safe_full import write_full_scene

LOOKS, LEVEL, SPACING_M = 4.4, 0.02, 10.0
WINDOW_PX, GUARD_PX, DEVIATIONS = 41, 21, 5.0
STRIP = 500
NEAR_M, LONG_M = 60.0, 50.0
"""A detection is a ship's when its box's middle lies within half her length of hers, or so near."""


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
        hits, _ = search_radar(Pixels(part, np.ones(part.shape[1:], np.bool_)), land, grid, search, "linear", [told])
        found += int(hits.strong.sum())
    return found


def opencv(values: NDArray[np.float32], repeat: int) -> dict[str, Any] | None:
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


@dataclass
class Clock:
    """Seconds of the steps of a command, wall and processor's, and within each what was read and calibrated."""

    told: dict[str, dict[str, float]] = field(default_factory=dict)
    step: str = "other"

    def around(self, name: str, run: Callable[..., Any]) -> Callable[..., Any]:
        """A step with its name."""

        def timed(*given: Any, **more: Any) -> Any:
            before, self.step = self.step, name
            wall, cpu = time.perf_counter(), time.process_time()
            try:
                return run(*given, **more)
            finally:
                self.add(name, "wall_s", time.perf_counter() - wall)
                self.add(name, "cpu_s", time.process_time() - cpu)
                self.step = before

        return timed

    def within(self, name: str, run: Callable[..., Any]) -> Callable[..., Any]:
        """A part of whatever step is running, by its wall time."""

        def timed(*given: Any, **more: Any) -> Any:
            wall = time.perf_counter()
            try:
                return run(*given, **more)
            finally:
                self.add(self.step, name, time.perf_counter() - wall)

        return timed

    def add(self, step: str, name: str, seconds: float) -> None:
        """More seconds of a step."""
        told = self.told.setdefault(step, {})
        told[name] = told.get(name, 0.0) + seconds


def steps(product: Path, out: Path) -> dict[str, object]:
    """The command itself, with a clock around its parts."""
    began, imported = time.perf_counter(), time.process_time()
    clock = Clock()
    parts: tuple[tuple[str, Any, str], ...] = (
        ("open", scene, "open_product"),
        ("land", search_room, "find_land"),
        ("sample", Scene, "of"),
        ("search", search_room, "sweep"),
        ("objects", search_room, "cut"),
        ("network", search_room, "seen"),
        ("measure", search_room, "describe"),
        ("hash", scene, "content_sha256"),
        ("write", command, "write_detections"),
    )
    for name, room, function in parts:
        setattr(room, function, clock.around(name, getattr(room, function)))
    inner: tuple[tuple[str, Any, str], ...] = (("read_s", Measurement, "read"), ("calibrate_s", sentinel1, "sigma_nought"))
    for name, room, function in inner:
        setattr(room, function, clock.within(name, getattr(room, function)))
    with contextlib.redirect_stdout(io.StringIO()):
        code = call(["detect", str(product), "--out", str(out), "--json"])
    told: dict[str, object] = {name: {what: round(s, 1) for what, s in seconds.items()} for name, seconds in clock.told.items()}
    return told | {"imports_cpu_s": round(imported, 1), "all_s": round(time.perf_counter() - began, 1), "exit_code": code}


def full_scene(folder: Path) -> dict[str, object]:
    """The command on a product of full size: time, memory, what was found."""
    answer: dict[str, object] = {}
    if not any(folder.glob("*.SAFE")):
        answer["written"] = ran(["--write", str(folder)], {"OPENBLAS_NUM_THREADS": "1"})
    product = min(folder.glob("*.SAFE"))
    with tempfile.TemporaryDirectory() as made:
        out = Path(made) / "ships.gpkg"
        answer |= ran(["--steps", str(product), "--out", str(out)], {})
        return answer | {"ships": ships_found(product, out)}


def ran(arguments: list[str], environment: dict[str, str]) -> dict[str, object]:
    """This script in another process on two cores: what it prints, its time, the memory of it and its children."""
    two, load = sorted(os.sched_getaffinity(0))[:2], os.getloadavg()[0]
    began, most = time.perf_counter(), 0.0
    asked = [sys.executable, __file__, *arguments]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True, env=os.environ | environment) as process:
        os.sched_setaffinity(process.pid, two)
        while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            most = max(most, resident_mib(process.pid))
            time.sleep(0.05)
        wall = time.perf_counter() - began
        printed = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(process.returncode)
    told = {"wall_s": wall, "user_s": used.ru_utime, "system_s": used.ru_stime, "load_before": load, "load": os.getloadavg()[0]}
    return {name: round(value, 1) for name, value in told.items()} | {"peak_mib": round(most), "steps": json.loads(printed)}


def resident_mib(pid: int) -> float:
    """Resident memory of a process and of all its children (Linux); 0 when it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = int(status.split("VmRSS:")[1].split()[0]) / 1024 if "VmRSS:" in status else 0.0
    return own + sum(resident_mib(int(child)) for child in children)


def ships_found(product: Path, out: Path) -> dict[str, object]:
    """How many of the ships that were put into a product were called ships, and what else was."""
    truth = json.loads(product.with_name(f"{product.name}.truth.json").read_text())["ships"]
    rows = pyogrio.read_dataframe(out, layer="detections", read_geometry=False)
    ships = rows[rows.kind.isin(["ship", "pair"])]
    x, y = ((ships[f"{side}0"] + ships[f"{side}1"]).to_numpy() / 2 for side in "xy")
    away = np.array([np.hypot(x - one["seen_x"], y - one["seen_y"]) for one in truth]).reshape(len(truth), len(x))
    reach = np.array([max(one["length_m"] / 2, NEAR_M) / SPACING_M for one in truth])
    near: NDArray[np.bool_] = np.asarray(away <= reach[:, np.newaxis], np.bool_)
    found: NDArray[np.bool_] = np.asarray(near.any(axis=1), np.bool_)
    long = np.array([one["length_m"] >= LONG_M for one in truth])
    return {
        "true": len(truth),
        "found": int(found.sum()),
        "true_of_50_m": int(long.sum()),
        "found_of_50_m": int(found[long].sum()),
        "called_ships": len(ships),
        "called_ships_where_none_is": int((~near.any(axis=0)).sum()),
        "detections": len(rows),
    }


def rate(run: Callable[[], object], pixels: int, repeat: int) -> dict[str, float]:
    """Best of some runs: megapixels per second of processor time, and what was found in a megapixel."""
    best, found = float("inf"), None
    for _ in range(repeat):
        began = time.process_time()
        found = run()
        best = min(best, time.process_time() - began)
    told = {"mpx_s": round(pixels / best / 1e6, 1)}
    return told | {"false_alarms_per_mpx": round(found / pixels * 1e6, 3)} if isinstance(found, int) else told


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
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--search", type=Path)
    parser.add_argument("--steps", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--product", type=Path, help="folder of the product of full size; written where none lies there")
    asked = parser.parse_args()
    if asked.search:
        print(json.dumps(search(asked.search)))
    elif asked.steps:
        print(json.dumps(steps(asked.steps, asked.out)))
    elif asked.write:
        asked.write.mkdir(parents=True, exist_ok=True)
        print(json.dumps({"ships": len(write_full_scene(asked.write, 1).ships)}))
    elif asked.full:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps({"full_scene": full_scene(asked.product or Path(folder))}, indent=1))
    else:
        print(json.dumps(beside_others(asked.side, asked.repeat), indent=1))


def beside_others(side: int, repeat: int) -> dict[str, object]:
    """Speeds on one field of clutter, and memory of whole searches."""
    values, pixels = clutter(side, side, 1), side**2
    parameters, corner = SearchParameters(), np.ascontiguousarray(values[:1024, :1024])
    told = clutter_of([(corner, np.ones(corner.shape, np.bool_))], SPACING_M)
    return {
        "side_px": side,
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "floor": rate(values.max, pixels, repeat),
        "copy": rate(values.copy, pixels, repeat),
        "plain_scipy": rate(lambda: plain(values), pixels, repeat),
        "opencv": opencv(values, repeat),
        "ours": rate(lambda: tiled(values, parameters, told), pixels, repeat),
        "load_after": round(os.getloadavg()[0], 1),
        "whole_search": [peak(side), peak(2 * side)],
    }


if __name__ == "__main__":
    main()
