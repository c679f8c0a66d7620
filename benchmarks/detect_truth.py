"""What the detector finds on real labelled images, and how its lengths agree with truth.

    python benchmarks/detect_truth.py [DATA]

Prints one JSON object. A hit is a detection whose box centre lies in a truth box (2 px around it), each truth box once.

- ``hrsid``: 24 radar tiles, 43 ships, at 1 and 3 m (the true spacing is not given), tiles with and without land apart.
- ``sentinel2``: eight harbours in near infrared, 211 ships, most of them at a berth; ships alone, and with what touches land.
- ``planet``: two optical scenes of 3 m, objects of the kinds ship, ship_wake and small; precision is not told, for smaller
  craft are not labelled.
- ``empty``: detections of kind ship on radar tiles without ships, and on the Irish Sea tiles (few ships, no truth).
- ``length_radar``: lengths of AIS-matched Sentinel-1 GRD chips, each set into one canvas of clutter at its own level, so that
  the size of the chip tells nothing; ``length_optical``: against the half-maximum lengths of isolated ships.
"""

from __future__ import annotations

import collections
import csv
import gzip
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import rasterio
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from darkwake.detection import detect

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
Row = dict[str, Any]
Box = tuple[float, float, float, float]
CANVAS_PX, LOOKS = 240, 4.4


def matched(rows: Iterable[Row], boxes: Sequence[Box]) -> list[tuple[Row, int]]:
    """Detections with the truth box that each one hits, by score; a box is hit once."""
    free, hits = dict(enumerate(boxes)), []
    for row in sorted(rows, key=lambda row: -row["score"]):
        x, y = (row["x0"] + row["x1"]) / 2, (row["y0"] + row["y1"]) / 2
        within = [n for n, (x0, y0, x1, y1) in free.items() if x0 - 2 <= x <= x1 + 2 and y0 - 2 <= y <= y1 + 2]
        if within:
            free.pop(within[0])
            hits.append((row, within[0]))
    return hits


def scores(hits: int, found: int, truth: int) -> dict[str, float]:
    return {
        "ships": truth,
        "found": found,
        "hits": hits,
        "precision": round(hits / max(found, 1), 3),
        "recall": round(hits / max(truth, 1), 3),
        "f1": round(2 * hits / max(found + truth, 1), 3),
    }


def search(path: Path, kinds: tuple[str, ...] = ("ship",), spacing_m: float | None = None) -> list[Row]:
    return [row for row in detect([path], spacing_m=spacing_m).detections.to_pylist() if row["kind"] in kinds]


def unpacked(archive: Path, folder: Path) -> list[Path]:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return sorted(path for path in folder.rglob("*") if path.suffix in (".jpg", ".png") and "masks" not in path.parts)


def hrsid(data: Path, spacing_m: float) -> dict[str, Any]:
    truth, land = collections.defaultdict(list), set()
    for row in csv.DictReader((data / "sar/hrsid_sample_boxes.csv").open()):
        truth[row["image"]].append((int(row["x0"]), int(row["y0"]), int(row["x1"]), int(row["y1"])))
        land |= {row["image"]} if row["land_in_view"] == "1" else set()
    counts: dict[str, NDArray[np.int64]] = collections.defaultdict(lambda: np.zeros(3, np.int64))
    with tempfile.TemporaryDirectory() as folder:
        for path in unpacked(data / "sar/hrsid_sample.zip", Path(folder)):
            rows, boxes = search(path, spacing_m=spacing_m), truth[path.name]
            told = np.array([len(matched(rows, boxes)), len(rows), len(boxes)])
            for part in ("all", "land" if path.name in land else "sea"):
                counts[part] += told
    return {part: scores(*map(int, told)) for part, told in sorted(counts.items())}


def harbours(data: Path) -> tuple[dict[str, Any], dict[str, float]]:
    folder = data / "optical/s2ships"
    with gzip.open(folder / "ships.csv.gz", "rt") as stream:
        ships = list(csv.DictReader(stream))
    isolated = {
        (row["port"], row["ship"]): float(row["fwhm_len_m"]) for row in csv.DictReader((folder / "isolated_fwhm.csv").open())
    }
    totals, lengths = {"ship": np.zeros(3, np.int64), "ship_unknown": np.zeros(3, np.int64)}, []
    for port in sorted({ship["port"] for ship in ships}):
        mine = [ship for ship in ships if ship["port"] == port]
        boxes = [_box(ship) for ship in mine]
        for name, kinds in (("ship", ("ship",)), ("ship_unknown", ("ship", "unknown"))):
            rows = search(folder / f"{port}_B08.jp2", kinds)
            hits = matched(rows, boxes)
            totals[name] += [len(hits), len(rows), len(mine)]
        told = [(row, isolated.get((port, mine[n]["ship"]))) for row, n in hits]
        lengths += [(row, length) for row, length in told if length is not None]
    return {name: scores(*map(int, told)) for name, told in totals.items()}, length_scores(lengths)


def _box(ship: dict[str, str]) -> Box:
    x, y, w, h = (float(ship[word]) for word in ("x", "y", "w", "h"))
    return x, y, x + w, y + h


def length_scores(pairs: Sequence[tuple[Row, float]]) -> dict[str, float]:
    error = np.array([row["length_m"] - length for row, length in pairs])
    inside = [row["length_lo"] <= length <= row["length_hi"] for row, length in pairs]
    width = [row["length_hi"] - row["length_lo"] for row, _ in pairs]
    told = {"mae_m": np.abs(error).mean(), "median_error_m": np.median(error), "median_width_m": np.median(width)}
    return {"ships": len(pairs), "coverage": round(float(np.mean(inside)), 3)} | {
        w: round(float(v), 1) for w, v in told.items()
    }


def chips(data: Path) -> dict[str, float]:
    labels = pq.read_table(data / "sar/opensarship_train_labels.parquet").to_pylist()
    pairs, asked = [], 0
    with zipfile.ZipFile(data / "sar/opensarship_train_chips.zip") as packed, tempfile.TemporaryDirectory() as folder:
        for n, label in enumerate(row for row in labels if row["product"] == "GRDH"):
            register = label["mt_length_overall_m"]
            length = register if register and not np.isnan(register) else label["ais_length_m"]
            if not length:
                continue
            asked += 1
            path = _canvas(packed.read(f"cal/{label['chip']}"), Path(folder) / f"{n}.tif", n)
            rows = search(path, ("ship", "unknown", "structure"))
            middle = [row for row in rows if np.hypot(*_from_middle(row)) < 20]
            if middle:
                pairs.append((min(middle, key=lambda row: float(np.hypot(*_from_middle(row)))), float(length)))
    return {"chips": asked} | length_scores(pairs)


def _from_middle(row: Row) -> tuple[float, float]:
    return (row["x0"] + row["x1"] - CANVAS_PX) / 2, (row["y0"] + row["y1"] - CANVAS_PX) / 2


def _canvas(packed: bytes, path: Path, seed: int) -> Path:
    """The last band (VV) of a chip in the middle of gamma clutter at the chip's own median."""
    with MemoryFile(packed) as memory, memory.open() as chip:
        values = chip.read(chip.count)
    level = float(np.median(values))
    canvas = np.random.default_rng(seed).gamma(LOOKS, level / LOOKS, (CANVAS_PX, CANVAS_PX)).astype(np.float32)
    top = (CANVAS_PX - values.shape[0]) // 2
    canvas[top : top + values.shape[0], top : top + values.shape[1]] = values
    shape = {"width": CANVAS_PX, "height": CANVAS_PX, "count": 1, "dtype": "float32"}
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:32631", transform=from_origin(5e5, 1e6, 10, 10), **shape) as out:
        out.write(canvas, 1)
    return path


def planet(data: Path) -> dict[str, Any]:
    folder = data / "optical/planet_scenes"
    objects = list(csv.DictReader((folder / "objects.csv").open()))
    told: dict[str, Any] = {}
    lengths: list[tuple[Row, float]] = []
    for scene in ("lb_1", "sfbay_1"):
        mine = [row for row in objects if row["scene"].startswith(scene) and row["kind"] != "not_ship"]
        rows = search(folder / f"{scene}.png", spacing_m=3.0)
        hits = matched(rows, [_box(row) for row in mine])
        told[scene] = {"objects": len(mine), "hits": len(hits), "detections": len(rows)}
        lengths += [(row, float(mine[n]["len_m"])) for row, n in hits if mine[n]["kind"] == "ship"]
    return told | {"length": length_scores(lengths)}


def empty(data: Path) -> dict[str, Any]:
    told: dict[str, Any] = {}
    boxes = list(csv.DictReader((data / "sar/lsssdd_tiles_sample_boxes.csv").open()))
    full = {row["image"] for row in boxes if row["xmin"]}
    for name, archive in (("lsssdd", "lsssdd_tiles_sample.zip"), ("irish_sea", "s1_irish_sea_20230615_tiles.zip")):
        with tempfile.TemporaryDirectory() as folder:
            paths = [path for path in unpacked(data / "sar" / archive, Path(folder)) if path.name not in full]
            found = detect(paths, spacing_m=10.0)
        square_km = sum(found.scenes["searched_px"].to_pylist()) * 1e-4
        ships = sum(kind == "ship" for kind in found.detections["kind"].to_pylist())
        told[name] = {
            "tiles": len(paths),
            "km2": round(square_km),
            "ships": ships,
            "per_1000_km2": round(1000 * ships / square_km, 1),
        }
    return told


def main() -> None:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    optical, optical_length = harbours(data)
    answer = {
        "hrsid": {f"{spacing} m": hrsid(data, spacing) for spacing in (1.0, 3.0)},
        "sentinel2": optical,
        "planet": planet(data),
        "empty": empty(data),
        "length_radar": chips(data),
        "length_optical": optical_length,
    }
    print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    main()
