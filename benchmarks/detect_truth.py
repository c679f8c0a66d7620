"""What the detector finds on real labelled images, and how its lengths agree with truth.

    python benchmarks/detect_truth.py [DATA [radar|optical|lengths ...]]

Prints one JSON object. A hit is a detection whose box centre lies in a truth box (2 px around it), each truth box once; radar
counts detections of the kinds ship and pair with the scores that the detector calls ships. Intervals (90 %) are bootstrapped
over scenes, because tiles of one scene are no independent tries.

- ``hrsid``: 24 radar tiles of 10 scenes, 43 ships, at 1 and 3 m (the true spacing is not given), tiles with and without land
  apart; ``iou``: the share of hits whose box overlaps the truth by half or more. ``left_out``: the same where the least score
  of each scene was chosen on all other scenes.
- ``sarship``, ``lsssdd_ships``: chips of Gaofen-3 and Sentinel-1, and two tiles with ships.
- ``empty``: radar tiles without ships and the Irish Sea tiles (few ships, no truth), those whose clutter the network was
  trained with and the others apart.
- ``sentinel2``: eight harbours in near infrared, 211 ships, most of them at a berth; ships alone, and with what touches land.
- ``planet``: two optical scenes of 3 m, objects of the kinds ship, ship_wake and small; precision is not told, for smaller
  craft are not labelled.
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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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
SIDES = ("x0", "y0", "x1", "y1")
SHIPS = ("ship", "pair")
TRAINED = {f"tile_{n}_0" for n in range(6)} | {f"01_1_{n}" for n in range(1, 5)}
"""Tiles whose clutter is in the training scenes (``training/ships_real.py``)."""


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


@dataclass(frozen=True)
class Tile:
    """A searched image: its scene, whether land is in view, what was found (by score) and the truth."""

    scene: str
    land: bool
    rows: list[Row]
    boxes: list[Box]

    def counts(self, least: float = 0.0) -> NDArray[np.int64]:
        """Hits, detections, ships and hits whose boxes overlap by half, of detections with a least score."""
        rows = [row for row in self.rows if row["score"] >= least]
        hits = matched(rows, self.boxes)
        tight = sum(overlap(tuple(row[side] for side in SIDES), self.boxes[n]) >= 0.5 for row, n in hits)
        return np.array([len(hits), len(rows), len(self.boxes), tight])


def overlap(a: Sequence[float], b: Sequence[float]) -> float:
    """Area shared over area covered."""
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(w, 0.0) * max(h, 0.0)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def summary(tiles: Sequence[Tile], least: dict[str, float] | None = None) -> dict[str, Any]:
    """Scores of tiles, with intervals over their scenes."""
    scenes = sorted({tile.scene for tile in tiles})
    by_scene = np.array(
        [sum(tile.counts((least or {}).get(scene, 0.0)) for tile in tiles if tile.scene == scene) for scene in scenes]
    )
    hits, found, truth, tight = map(int, by_scene.sum(axis=0))
    drawn = by_scene[np.random.default_rng(0).integers(0, len(scenes), (2000, len(scenes)))].sum(axis=1)
    f1 = 2 * drawn[:, 0] / np.maximum(drawn[:, 1] + drawn[:, 2], 1)
    low, high = np.quantile(f1, [0.05, 0.95])
    between = {"f1_90": [round(float(low), 3), round(float(high), 3)], "scenes": len(scenes)}
    return scores(hits, found, truth) | between | {"iou": round(tight / max(hits, 1), 3)}


def left_out(tiles: Sequence[Tile]) -> dict[str, float]:
    """For each scene the least score that is best on the other scenes."""
    chosen = {}
    for scene in {tile.scene for tile in tiles}:
        others = [tile for tile in tiles if tile.scene != scene]
        tried = {}
        for least in np.arange(0.4, 1.0, 0.02):
            hits, found, truth, _ = np.sum([tile.counts(float(least)) for tile in others], axis=0)
            tried[float(least)] = 2 * hits / (found + truth)
        best = max(tried.values())
        chosen[scene] = float(np.median([least for least, f1 in tried.items() if f1 == best]))
    return chosen


def labelled(archive: Path, boxes: Path, spacing_m: float, ends: tuple[str, str, str, str]) -> list[Tile]:
    """The images of an archive that have ships, searched; a file name that begins P0001_ is of the scene P0001."""
    truth: dict[str, list[Box]] = collections.defaultdict(list)
    land = set()
    for row in csv.DictReader(boxes.open()):
        if row[ends[0]]:
            truth[row["image"]].append(tuple(float(row[end]) for end in ends))  # type: ignore[arg-type]
        land |= {row["image"]} if row.get("land_in_view") == "1" else set()
    with tempfile.TemporaryDirectory() as folder:
        paths = [path for path in unpacked(archive, Path(folder)) if path.name in truth]
        return [Tile(_scene(path.name), path.name in land, search(path, SHIPS, spacing_m), truth[path.name]) for path in paths]


def _scene(name: str) -> str:
    return name.partition("_")[0] if name.startswith("P") else name


def hrsid(data: Path, spacing_m: float) -> dict[str, Any]:
    sar = data / "sar"
    tiles = labelled(sar / "hrsid_sample.zip", sar / "hrsid_sample_boxes.csv", spacing_m, ("x0", "y0", "x1", "y1"))
    parts = {"all": tiles, "land": [t for t in tiles if t.land], "sea": [t for t in tiles if not t.land]}
    least = left_out(tiles)
    return {part: summary(some) for part, some in parts.items()} | {
        f"{part}, left out": summary(some, least) for part, some in parts.items()
    }


def radar(data: Path) -> dict[str, Any]:
    sar, ends = data / "sar", ("xmin", "ymin", "xmax", "ymax")
    found: dict[str, Any] = {"hrsid": {f"{spacing} m": hrsid(data, spacing) for spacing in (1.0, 3.0)}}
    for name, stem, spacing_m in (("sarship", "sarship_chips_sample", 10.0), ("lsssdd_ships", "lsssdd_tiles_sample", 10.0)):
        found[name] = summary(labelled(sar / f"{stem}.zip", sar / f"{stem}_boxes.csv", spacing_m, ends))
    return found | {"empty": empty(data)}


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
    """Ships on tiles without any, by whether the network has seen their clutter."""
    boxes = list(csv.DictReader((data / "sar/lsssdd_tiles_sample_boxes.csv").open()))
    full = {row["image"] for row in boxes if row["xmin"]}
    counted: dict[str, Any] = {}
    for name, archive in (("lsssdd", "lsssdd_tiles_sample.zip"), ("irish_sea", "s1_irish_sea_20230615_tiles.zip")):
        with tempfile.TemporaryDirectory() as folder:
            paths = [path for path in unpacked(data / "sar" / archive, Path(folder)) if path.name not in full]
            for part, some in (("seen", TRAINED), ("unseen", None)):
                chosen = [path for path in paths if (path.stem in TRAINED) == (some is not None)]
                counted[f"{name}, {part} in training"] = _ships_on(chosen)
    return counted


def _ships_on(paths: list[Path]) -> dict[str, float]:
    found = detect(paths, spacing_m=10.0)
    square_km = sum(found.scenes["searched_px"].to_pylist()) * 1e-4
    ships = sum(kind in SHIPS for kind in found.detections["kind"].to_pylist())
    return {"tiles": len(paths), "km2": round(square_km), "ships": ships, "per_1000_km2": round(1000 * ships / square_km, 1)}


def optical(data: Path) -> dict[str, Any]:
    harbour, lengths = harbours(data)
    return {"sentinel2": harbour, "length_optical": lengths, "planet": planet(data)}


def main() -> None:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    parts: dict[str, Callable[[Path], dict[str, Any]]] = {
        "radar": radar,
        "optical": optical,
        "lengths": lambda folder: {"length_radar": chips(folder)},
    }
    answer: dict[str, Any] = {}
    for part in sys.argv[2:] or parts:
        answer |= parts[part](data)
    print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    main()
