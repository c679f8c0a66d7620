"""Lengths of AIS-matched Sentinel-1 ships, each scene held out, beside baselines; and what re-cropping changes.

    python benchmarks/lengths.py [DATA]

Every chip is cut or padded (with zeros) to one canvas of 128 pixels about its middle, for the size of a chip gives the length
away. Each method is fitted on four scenes and tried on the fifth; intervals come from scenes held out among those four.
Prints one JSON object: mean and median error (m), bias, how many of the 90 % intervals hold the truth, by scene and in all.
Chips that are said not to be measurable are counted; the baselines are given for the same ships and for all.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "training"))

from lengths_cuts import cut, numbers_of  # noqa: E402
from lengths_data import Ship, ships  # noqa: E402
from lengths_fit import Numbers, errors, fit, held_out  # noqa: E402
from lengths_model import Table, bounded, table  # noqa: E402

from darkwake.detection import measure_chip  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "sar"
CANVAS_PX = 128
THRESHOLD = 8.0
"""Plain threshold of the baseline: sea median plus so many robust deviations."""
CUTS = (0.0, np.nan) * 4
"""What each cut is padded with."""
Answer = dict[str, object]


def on_canvas(ship: Ship, side: int = CANVAS_PX, shift: tuple[int, int] = (0, 0)) -> Ship:
    """The ship on a square of zeros, its chip's middle in the middle, or shifted."""
    canvas = np.zeros((side, side, ship.chip.shape[2]), np.float32)
    rows, columns = (_overlap(ship.chip.shape[n], side, shift[n]) for n in (0, 1))
    canvas[rows[1], columns[1]] = ship.chip[rows[0], columns[0]]
    return Ship(**(vars(ship) | {"chip": canvas}))


def _overlap(size: int, side: int, shift: int) -> tuple[slice, slice]:
    start = side // 2 - size // 2 + shift
    first, last = max(start, 0), min(start + size, side)
    return slice(first - start, last - start), slice(first, last)


def score(values: Numbers, truth: Numbers, ends: tuple[Numbers, Numbers] | None = None) -> Answer:
    """How well values agree with truth."""
    miss = values - truth
    told: Answer = {
        "ships": len(miss),
        "mae_m": round(float(np.abs(miss).mean()), 1),
        "median_m": round(float(np.median(np.abs(miss))), 1),
        "bias_m": round(float(miss.mean()), 1),
    }
    if ends is not None:
        told["in_interval"] = round(float(np.mean((ends[0] <= truth) & (truth <= ends[1]))), 3)
        told["interval_width_m"] = round(float(np.median(ends[1] - ends[0])), 1)
    return told


def ours(rows: Table) -> tuple[Numbers, tuple[Numbers, Numbers]]:
    """Held-out lengths of chips with all their bands, and the intervals from the other scenes."""
    values, low, high = (np.zeros(len(rows.length)) for _ in range(3))
    for scene in np.unique(rows.scene):
        own = rows.scene == scene
        known = rows.only(~own)
        values[own] = bounded(fit(known.numbers, known.length, known.weights).at(rows.numbers[own]))
        inner = bounded(held_out(known.numbers, known.length, known.scene, known.weights))
        beside = errors(inner[known.whole], known.length[known.whole], known.scene[known.whole])
        spread = beside["base"] + beside["share"] * values[own]
        low[own], high[own] = values[own] + beside["low"] * spread, values[own] + beside["high"] * spread
    return values[rows.whole], (bounded(low[rows.whole]), bounded(high[rows.whole]))


def rectangle(ship: Ship) -> tuple[float, list[float]]:
    """Longest side of the smallest rectangle around what passes a plain threshold, and ten simple numbers of it."""
    band = ship.chip[:, :, -1].astype(np.float64)
    sea = band[band > 0]
    middle, scatter = float(np.median(sea)), 1.4826 * float(np.median(np.abs(sea - np.median(sea))))
    labels, _ = ndimage.label(band > middle + THRESHOLD * scatter, np.ones((3, 3)))
    side = band.shape[0] // 2
    near = labels[side - 8 : side + 9, side - 8 : side + 9]
    chosen = int(np.bincount(near[near > 0]).argmax()) if (near > 0).any() else 0
    places = np.argwhere(labels == chosen) if chosen else np.array([[side, side]])
    metres = np.asarray(places * ship.spacing_m, np.float64)
    return _numbers(metres, band[tuple(places.T)], middle, scatter)


def _numbers(places: Numbers, values: Numbers, sea: float, scatter: float) -> tuple[float, list[float]]:
    centred = places - places.mean(axis=0)
    turns = np.radians(np.arange(0, 180, 3))
    sides = [np.ptp(centred @ (np.cos(t), np.sin(t))) + 10.0 for t in turns]
    crossed = [np.ptp(centred @ (-np.sin(t), np.cos(t))) + 10.0 for t in turns]
    best = int(np.argmin(np.multiply(sides, crossed)))
    long, short = max(sides[best], crossed[best]), min(sides[best], crossed[best])
    spread = np.linalg.eigvalsh(np.cov(centred.T) + np.eye(2)) if len(places) > 1 else np.ones(2)
    level = 10 * np.log10(max(float(values.max()) / max(sea, 1e-9), 1e-3))
    ten = [long, short, long * short, np.sqrt(len(places)), *np.sqrt(spread), level]
    return float(long), [*ten, 10 * np.log10(values.sum() / sea + 1), float(np.mean(values > sea + 20 * scatter)), long / short]


def line(numbers: Numbers, truth: Numbers, scenes: NDArray[np.str_]) -> Numbers:
    """Least squares with a small ridge, scenes held out."""
    values = np.zeros(len(truth))
    for scene in np.unique(scenes):
        own = scenes == scene
        mean, scale = numbers[~own].mean(axis=0), numbers[~own].std(axis=0) + 1e-9
        design = np.column_stack([np.ones(len(truth)), (numbers - mean) / scale])
        penalty = np.diag([0.0, *np.full(numbers.shape[1], 1.0)])
        answer = np.linalg.solve(design[~own].T @ design[~own] + penalty, design[~own].T @ truth[~own])
        values[own] = design[own] @ answer
    return values


def baselines(fleet: list[Ship]) -> dict[str, Numbers]:
    """Lengths by each baseline, scenes held out where anything is fitted."""
    truth, scenes = np.array([ship.length_m for ship in fleet]), np.array([ship.scene for ship in fleet])
    found = [rectangle(on_canvas(ship)) for ship in fleet]
    size = np.array([[float(ship.chip_px * np.mean(ship.spacing_m))] for ship in fleet])
    clicked = np.array([ship.clicked_m for ship in fleet])
    return {
        "constant (median of the other scenes)": np.array([np.median(truth[scenes != scene]) for scene in scenes]),
        "threshold and rectangle, as it is": np.array([long for long, _ in found]),
        "chip size alone (a leak)": line(size, truth, scenes),
        "ridge on ten simple numbers": line(np.array([ten for _, ten in found]), truth, scenes),
        "a person's clicks, as they are": clicked,
        "a person's clicks, corrected by a line": line(clicked[:, np.newaxis], truth, scenes),
    }


def recropped(fleet: list[Ship]) -> Answer:
    """How many chips change at all where they are cut anywhere outside what is looked at, then padded with zeros or NaN."""
    random, changed, small = np.random.default_rng(1), 0, 0
    for ship in fleet:
        row, column = ((size - 1) / 2 for size in ship.chip.shape[:2])
        told = measure_chip(ship.chip, ship.spacing_m, ship.polarisations, middle=(row, column))
        differ = False
        for hole in CUTS:
            part, top, left = cut(ship.chip, told, hole, random)
            other = measure_chip(part, ship.spacing_m, ship.polarisations, middle=(row + top, column + left))
            differ |= numbers_of(other) != numbers_of(told)
        changed += differ
        small += any("lies beyond the image" in note for note in told.notes)
    return {
        "chips": len(fleet),
        "cuts_of_each": len(CUTS),
        "changed_in_any_digit": changed,
        "smaller_than_what_is_looked_at": small,
    }


def axes(fleet: list[Ship]) -> Answer:
    """Angles between the axis of an echo and that which a person clicked; nothing of it is fitted."""
    away, held = [], []
    for ship in fleet:
        told = measure_chip(ship.chip, ship.spacing_m, ship.polarisations)
        if told.heading_deg is not None and told.heading_within_deg is not None:
            away.append(abs((told.heading_deg - ship.bow_deg + 90.0) % 180.0 - 90.0))
            held.append(away[-1] <= told.heading_within_deg)
    median, ninety = np.percentile(away, [50, 90]).round(1)
    return {"ships": len(away), "median_deg": median, "nine_in_ten_deg": ninety, "in_interval": round(float(np.mean(held)), 3)}


def by_scene(measure: Callable[[NDArray[np.bool_]], Answer], scenes: NDArray[np.str_]) -> Answer:
    """A score in all and for each scene."""
    each: Answer = {str(scene)[17:32]: measure(scenes == scene) for scene in np.unique(scenes)}
    return {"all": measure(np.ones(len(scenes), np.bool_))} | each


def main(data: Path) -> None:
    """Measure and print."""
    fleet = ships(data)
    canvas = [on_canvas(ship) for ship in fleet]
    start = time.perf_counter()
    for ship in canvas:
        measure_chip(ship.chip, ship.spacing_m, ship.polarisations)
    seconds = time.perf_counter() - start
    rows = table(canvas)
    values, (low, high) = ours(rows)
    own = rows.only(rows.whole)
    answer: Answer = {
        "ships": len(fleet),
        "measured": len(own.ship),
        "ms_per_ship": round(1000 * seconds / len(fleet), 2),
        "darkwake": by_scene(lambda c: score(values[c], own.length[c], (low[c], high[c])), own.scene),
    }
    truth = np.array([ship.length_m for ship in fleet])
    for name, lengths in baselines(fleet).items():
        same = by_scene(lambda c, of=lengths[own.ship]: score(of[c], own.length[c]), own.scene)  # type: ignore[misc]
        answer[name] = same | {"all ships": score(lengths, truth)}
    print(json.dumps(answer | {"axis": axes(fleet), "recropped": recropped(fleet)}, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
