# ruff: noqa: T201 (what it prints is its result)
"""Fit the chance that a radar object is two hulls side by side; print how it does; write ``detection/models/pairs.json``.

Run: ``python training/pairs_model.py [DATA]`` (``shared/data/sar``; five minutes on one core, seeds fixed).

Single ships: OpenSARShip chips (AIS-matched; those marked as several ships are left out of the fit and told apart) and
simulated ones. Pairs: two OpenSARShip ships of one scene whose axes agree to 8 degrees, laid abreast with 2 to 25 m between
them; and simulated ones. Each scene, and a third of the simulated ships in turn, is judged by a relation that has not seen it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lengths_data import Ship, ships
from lengths_model import DATA
from numpy.typing import NDArray
from scipy import ndimage

from darkwake.detection.measuring import shape_and_object
from darkwake.detection.measuring_shape import Shape
from darkwake.detection.pairs import FURTHEST_SD, MODEL, NAMES, SHORTEST, SURE, Relation, chance, numbers_of
from darkwake.simulation.echoes import View, add, alongside, echo
from darkwake.simulation.scatterers import KINDS, Vessel

Numbers = NDArray[np.float64]
Chip = NDArray[np.float32]

SIDE_PX = 111
AXES_DEG, GAPS_M, RATIO = 8.0, (2.0, 25.0), 0.5
MATES, SIMULATED = 2, 1000
SEA = (0.004, 0.02)
"""VH and VV of the simulated sea, and what of an echo in VV is in VH."""
CROSS = 0.1
PENALTY, ROUNDS = 5.0, 40


@dataclass(frozen=True)
class Row:
    """An object's numbers, whether it is a pair, where it comes from, and the fold in which it is held out."""

    numbers: Numbers
    pair: bool
    source: str
    fold: str
    marked: bool = False


def numbers_in(chip: Chip, polarisations: tuple[str, ...]) -> Numbers | None:
    """The numbers of the object in a chip of 10 m pixels; None where it is not judged."""
    found = shape_and_object(chip, 10.0, polarisations)
    if found is None:
        return None
    seen, shape = found
    return numbers_of(seen, shape) if judged(shape) and not seen.cut else None


def judged(shape: Shape) -> bool:
    """Whether an object is long enough."""
    return shape["under12"] >= SHORTEST


def rows(data: Path) -> Iterator[Row]:
    """All objects that are judged."""
    fleet = [ship for ship in ships(data) if ship.spacing_m == (10.0, 10.0)]
    random = np.random.default_rng(5)
    for ship in fleet:
        # The same canvas as that of the pairs, lest the canvas tells them apart; larger chips are of themselves large enough.
        chip = ship.chip if max(ship.chip.shape) >= SIDE_PX else on_sea(ship, random)[0]
        numbers = numbers_in(chip, ship.polarisations)
        if numbers is not None:
            yield Row(numbers, False, "real", ship.scene, ship.several)
    yield from composed(fleet, random)
    for seed in range(SIMULATED):
        numbers = numbers_in(simulated(seed), ("VH", "VV"))
        if numbers is not None:
            yield Row(numbers, seed % 2 == 1, "simulated", f"simulated {seed % 3}")


def composed(fleet: list[Ship], random: np.random.Generator) -> Iterator[Row]:
    """Pairs of real ships of one scene."""
    fit_ = [
        ship for ship in fleet if ship.beam_m > 8 and ship.length_m > 70 and not ship.several and max(ship.chip.shape) < 101
    ]
    for one in fit_:
        mates = [other for other in fit_ if other is not one and _mates(one, other)]
        for n in random.permutation(len(mates))[:MATES]:
            numbers = numbers_in(abreast(one, mates[n], random), one.polarisations)
            if numbers is not None:
                yield Row(numbers, True, "composed", one.scene)


def _mates(one: Ship, other: Ship) -> bool:
    turned = abs((one.bow_deg - other.bow_deg + 90.0) % 180.0 - 90.0)
    return one.scene == other.scene and turned < AXES_DEG and RATIO < other.length_m / one.length_m < 1 / RATIO


def abreast(one: Ship, other: Ship, random: np.random.Generator) -> Chip:
    """Two chips as one, the second ship alongside the first: echoes of two ships add up."""
    chip, _ = on_sea(one, random)
    beside, sea = on_sea(other, random)
    aside_px = ((one.beam_m + other.beam_m) / 2 + random.uniform(*GAPS_M)) / 10.0
    along_px = random.uniform(-0.15, 0.15) * one.length_m / 10.0
    angle = np.radians(one.bow_deg)
    down, right = aside_px * np.sin(angle) - along_px * np.cos(angle), aside_px * np.cos(angle) + along_px * np.sin(angle)
    over = np.where((beside >= 4 * sea).all(axis=2, keepdims=True), np.maximum(beside - sea, 0), 0)
    return np.asarray(chip + ndimage.shift(over, (round(down), round(right), 0), order=0), np.float32)


def on_sea(ship: Ship, random: np.random.Generator) -> tuple[Chip, Numbers]:
    """A chip in the middle of a canvas of its own sea, and the level of that."""
    values = ship.chip.reshape(-1, ship.chip.shape[2])
    level = np.median(values, axis=0)
    sea = values[(values <= 3 * level).all(axis=1)]
    canvas = ndimage.gaussian_filter(sea[random.integers(len(sea), size=(SIDE_PX, SIDE_PX))], (0.6, 0.6, 0))
    top, left = ((SIDE_PX - size) // 2 for size in ship.chip.shape[:2])
    canvas[top : top + ship.chip.shape[0], left : left + ship.chip.shape[1]] = ship.chip
    return np.asarray(canvas, np.float32), np.asarray(level, np.float64)


def simulated(seed: int) -> Chip:
    """A chip of one simulated ship (even seeds) or two abreast."""
    random = np.random.default_rng(1000 + seed)
    first = _vessel(random, float(random.uniform(70, 330)), float(random.uniform(0, 360)))
    vessels = [first]
    if seed % 2:
        second = _vessel(random, first.length_m * float(random.uniform(RATIO, 1.0)), first.heading_deg)
        along_m = float(random.uniform(-0.15, 0.15) * first.length_m)
        vessels.append(alongside(first, second, View(), gap_m=float(random.uniform(*GAPS_M)), along_m=along_m))
    smear_m = float(random.choice([0.0, 0.0, 20.0]))
    bands = [
        ndimage.gaussian_filter(random.gamma(1.5, level / 1.5, (SIDE_PX, SIDE_PX)), 0.7).astype(np.float32) for level in SEA
    ]
    for vessel in vessels:
        shown = echo(vessel, View(reach_m=500.0), random, smear_m=smear_m)
        for band, share in zip(bands, (CROSS, 1.0), strict=True):
            add(band, shown.intensity * np.float32(share), shown.x0, shown.y0)
    return np.stack(bands, axis=2)


def _vessel(random: np.random.Generator, length_m: float, heading_deg: float) -> Vessel:
    kind = KINDS[int(random.integers(3))]
    beam_m = length_m / float(random.uniform(5.5, 7.2))
    middle = SIDE_PX / 2
    return Vessel(middle, middle, length_m, beam_m, heading_deg, kind, brightness_db=float(random.normal(0.0, 3.0)))


def fit(numbers: Numbers, pair: NDArray[np.bool_]) -> Relation:
    """Logistic regression with a ridge, pairs and single ships of equal weight, by Newton's method."""
    weights = np.where(pair, 0.5 / pair.mean(), 0.5 / (1 - pair.mean()))
    mean, scale = np.average(numbers, axis=0, weights=weights), numbers.std(axis=0) + 1e-9
    table = np.column_stack([np.ones(len(pair)), np.clip((numbers - mean) / scale, -FURTHEST_SD, FURTHEST_SD)])
    penalty = np.diag([0.0, *np.full(numbers.shape[1], PENALTY)])
    answer = np.zeros(table.shape[1])
    for _ in range(ROUNDS):
        share = 1 / (1 + np.exp(-table @ answer))
        curve = (table * (weights * share * (1 - share))[:, np.newaxis]).T @ table + penalty
        answer += np.linalg.solve(curve, table.T @ (weights * (pair - share)) - penalty @ answer)
    return Relation(mean, scale, answer[1:], float(answer[0]))


def held_out(found: list[Row]) -> Numbers:
    """Each object's chance by a relation that has not seen its fold; ships marked as several are never fitted on."""
    numbers, pair = np.array([row.numbers for row in found]), np.array([row.pair for row in found])
    folds, known = np.array([row.fold for row in found]), np.array([not row.marked for row in found])
    chances = np.zeros(len(found))
    for fold in np.unique(folds):
        own = folds == fold
        chances[own] = chance(fit(numbers[~own & known], pair[~own & known]).odds(numbers[own]))
    return chances


def told(found: list[Row], chances: Numbers) -> None:
    """Print the confusion matrix, and the share of pairs among what is called one where pairs are one in two, ten, fifty."""
    pair, source, marked = (np.array([getattr(row, name) for row in found]) for name in ("pair", "source", "marked"))
    for name in ("real", "composed", "simulated"):
        for two in (False, True):
            own = (source == name) & (pair == two) & ~marked
            if own.any():
                called = f"called a pair {np.sum(chances[own] >= SURE)}, chance above a half {np.sum(chances[own] >= 0.5)}"
                print(f"{name}, {'two hulls' if two else 'one hull'}: {own.sum()}, {called}")
    print(f"marked as several: {marked.sum()}, called a pair {np.sum(chances[marked] >= SURE)}")
    hit, false = (np.mean(chances[(pair == two) & ~marked] >= SURE) for two in (True, False))
    for share in (0.5, 0.1, 0.02):
        print(f"pairs one in {1 / share:.0f}: {hit * share / (hit * share + false * (1 - share)):.0%} of those called so are")


def main(data: Path) -> None:
    """Fit, print, write."""
    found = list(rows(data))
    told(found, held_out(found))
    kept = [row for row in found if not row.marked]
    line = fit(np.array([row.numbers for row in kept]), np.array([row.pair for row in kept]))
    lists = {name: [float(f"{n:.6g}") for n in getattr(line, name)] for name in ("mean", "scale", "slopes")}
    whole = {"names": list(NAMES)} | lists | {"level": round(line.level, 6)}
    MODEL.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
