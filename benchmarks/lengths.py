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

from lengths_axis import Axes  # noqa: E402
from lengths_cuts import cut, numbers_of  # noqa: E402
from lengths_data import SAILS_KN, Ship, ships  # noqa: E402
from lengths_fit import Numbers, errors, fit, held_out  # noqa: E402
from lengths_model import Table, bounded, table  # noqa: E402

from darkwake.detection import measure_chip  # noqa: E402
from darkwake.detection.measuring import shape_in_chip  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "sar"
CANVAS_PX = 128
THRESHOLD = 8.0
"""Plain threshold of the baseline: sea median plus so many robust deviations."""
CUTS = (0.0, np.nan) * 4
"""What each cut is padded with."""
RANGE_M, SPEED_M_S = 693e3, 7590.0
"""Sentinel-1's height and speed: the slant range is near enough the height over the cosine of the incidence for a search."""
BRIGHT_DB, LEAST_PX = 8.0, 8
"""Pixels this far over the sea are ships, not wakes; a line needs so many others."""
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
    """Angles between the axis of an echo and that which a person clicked; and the heading by AIS, scene by scene.

    For AIS the intervals are those of the other scenes (``lengths_axis.py``), for clicks those of the package.
    """
    told = [measure_chip(ship.chip, ship.spacing_m, ship.polarisations) for ship in fleet]
    known = [(one, ship) for one, ship in zip(told, fleet, strict=True) if one.heading_deg is not None]
    clicked = Axes.of([(one, ship.bow_deg, ship) for one, ship in known])
    by_ais = Axes.of([(one, ship.ais_deg, ship) for one, ship in known if np.isfinite(ship.ais_deg)])
    within = by_ais.held_out_deg()
    return {
        "clicked": angles(clicked.away_deg, clicked.within_deg),
        "by AIS": by_scene(lambda c: angles(by_ais.away_deg[c], within[c]), by_ais.scene),
        "by AIS, under way": angles(by_ais.away_deg[by_ais.sails], within[by_ais.sails]),
    }


def angles(away: Numbers, within: Numbers) -> Answer:
    """How large angles are, and how many lie within their intervals."""
    median, ninety = np.percentile(away, [50, 90]).round(1)
    shares: Answer = {"ships": len(away), "median_deg": median, "nine_in_ten_deg": ninety}
    return shares | {
        "in_interval": round(float(np.mean(away <= within)), 3),
        "interval_deg": round(float(np.median(within)), 1),
    }


def bows(fleet: list[Ship]) -> Answer:
    """How often bow and stern of ships under way are told apart, against AIS: by the heavier end, and by a wake in the chip."""
    right: dict[str, list[bool]] = {"lighter end": [], "lighter end, skewed by 0.3 and more": [], "darkest line behind": []}
    for ship in (one for one in fleet if one.speed_kn >= SAILS_KN and np.isfinite(one.ais_deg)):
        shape = shape_in_chip(ship.chip, ship.spacing_m, ship.polarisations)
        if isinstance(shape, str):
            continue
        ahead = abs((shape.axis_deg - ship.ais_deg + 180.0) % 360.0 - 180.0) < 90.0
        lighter = (shape.skew < 0) == ahead
        right["lighter end"].append(lighter)
        if abs(shape.skew) >= 0.3:
            right["lighter end, skewed by 0.3 and more"].append(lighter)
        behind, before = (darkest_db(ship, shape.axis_deg + turn) for turn in (0.0, 180.0))
        if behind is not None and before is not None:
            right["darkest line behind"].append((behind < before) == ahead)
    return {name: {"ships": len(told), "right": round(float(np.mean(told)), 3)} for name, told in right.items()}


def darkest_db(ship: Ship, bow_deg: float) -> float | None:
    """Mean level of the darkest line behind a ship of a heading, wherever her speed displaces her from her wake; GRDH chips."""
    if ship.spacing_m != (10.0, 10.0):
        return None
    band = ship.chip[:, :, -1].astype(np.float64)
    level = 10 * np.log10(np.maximum(band, 1e-6) / np.median(band))
    angle, incidence = np.radians(bow_deg), np.radians(ship.incidence_deg)
    back_px = np.arange(10.0, 60.0)
    found = []
    for speed_kn in range(2, 22, 2):
        # Rows run along the flight and columns away from the radar: R sin(incidence) / V seconds for each m/s away.
        shift_px = RANGE_M / np.cos(incidence) * np.sin(incidence) / SPEED_M_S * speed_kn * 0.5144 * np.sin(angle) / 10.0
        rows = band.shape[0] / 2 + shift_px + back_px * np.cos(angle)
        columns = band.shape[1] / 2 - back_px * np.sin(angle)
        line = ndimage.map_coordinates(np.where(level > BRIGHT_DB, np.nan, level), [rows, columns], order=0, cval=np.nan)
        if np.isfinite(line).sum() >= LEAST_PX:
            found.append(float(np.nanmean(line)))
    return min(found, default=None)


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
    print(json.dumps(answer | {"axis": axes(fleet), "bow": bows(fleet), "recropped": recropped(fleet)}, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
