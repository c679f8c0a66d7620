# ruff: noqa: T201 (what it prints is its result)
"""Fit the score of a proposed hull so that it is a probability, on scenes that neither trained nor chose anything.

    python training/ships_scores.py DATA [SCENES [SEED]]

Scenes are composed with another seed than those for training, the network of the package proposes hulls in them, and a
proposal is right when the middle of its box lies in the box of a ship. A logistic law of the logit of the raw score (Platt
1999) is fitted to two thirds of the scenes; ``detection/network.py`` holds the two numbers printed. The last third, which the
fit has not seen, tells how well it holds, and precision and recall by least score; of ships that lie hull to hull it tells how
many were proposed on their own.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from ships_echoes import box_of
from ships_scenes import scene
from ships_truth import Scene, between

from darkwake.detection.network import Seen, hull_pixels, raw_score, ship_network

SEED, SCENES, STEPS = 4242, 210, 5
NEAR_PX = 2
"""A proposal is right where the middle of its box lies in a ship's box or this near to it; a ship is found once."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Proposed:
    """Raw score and rightness (0 or 1) of each proposal of a scene, and its hulls: all, those beside another, those found."""

    rows: list[tuple[float, float]]
    hulls: int
    beside: int
    found_beside: int


def proposals(one: Scene) -> Proposed:
    """What the network proposes in a scene."""
    seen = Seen(*ship_network().run(one.levels))
    numbers = [int(number) for number in np.unique(one.hulls) if number]
    all_boxes = {box_of(one.hulls == number): number for number in numbers}
    beside = set(np.unique(one.hulls[between(one.hulls)]).tolist()) - {0}
    free, rows = list(all_boxes), list[tuple[float, float]]()
    for y, x in sorted(hull_pixels(seen), key=lambda places: -len(places[0])):
        if one.unjudged[y, x].any():
            continue
        middle_y, middle_x = (y.min() + y.max() + 1) / 2, (x.min() + x.max() + 1) / 2
        within = [box for box in free if _holds(box, middle_y, middle_x)]
        if within:
            free.remove(within[0])
        rows.append((raw_score(seen.hull[y, x]), float(bool(within))))
    missed = {all_boxes[box] for box in free}
    return Proposed(rows, len(numbers), len(beside), len(beside - missed))


def _holds(box: tuple[int, int, int, int], y: float, x: float) -> bool:
    x0, y0, x1, y1 = box
    return x0 - NEAR_PX <= x <= x1 + NEAR_PX and y0 - NEAR_PX <= y <= y1 + NEAR_PX


def logits(rows: Numbers) -> Numbers:
    """Logits of the raw scores of rows."""
    return np.asarray(np.log(rows[:, 0] / (1 - rows[:, 0])), np.float64)


def fitted(rows: Numbers) -> tuple[float, float]:
    """Slope and offset that make the rightness of rows likeliest."""
    logit, right = logits(rows), rows[:, 1]

    def loss(law: Numbers) -> float:
        value = law[0] * logit + law[1]
        return float(np.mean(np.logaddexp(0, value) - right * value))

    slope, offset = optimize.minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(offset)


def told(law: tuple[float, float], rows: Numbers, hulls: int) -> None:
    """Print how often scores are right, and what a least score gives."""
    score, right = 1 / (1 + np.exp(-law[0] * logits(rows) - law[1])), rows[:, 1]
    for low in np.arange(STEPS) / STEPS:
        chosen = (score >= low) & (score < low + 1 / STEPS)
        if chosen.any():
            print(f"score {low:.1f} to {low + 1 / STEPS:.1f}: {chosen.sum()}, {right[chosen].mean():.2f} right")
    for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        found, hit = int((score >= least).sum()), float(right[score >= least].sum())
        print(f"score {least}: precision {hit / max(found, 1):.2f}, recall {hit / hulls:.2f}")


def main() -> None:
    """Compose, propose, fit and tell."""
    data = Path(sys.argv[1])
    count, seed = int(sys.argv[2]) if len(sys.argv) > 2 else SCENES, int(sys.argv[3]) if len(sys.argv) > 3 else SEED
    with Pool(2) as pool:
        scenes = pool.map(partial(scene, seed=seed, data=data), range(count), chunksize=4)
    made = [proposals(one) for one in scenes]
    parts = made[: 2 * count // 3], made[2 * count // 3 :]
    fit, kept = (np.array([row for scene in part for row in scene.rows]) for part in parts)
    law = fitted(fit)
    print(f"SLOPE, OFFSET = {law[0]:.2f}, {law[1]:.2f} ({len(fit)} proposals)")
    told(law, kept, sum(scene.hulls for scene in parts[1]))
    beside, found = (sum(getattr(scene, name) for scene in made) for name in ("beside", "found_beside"))
    print(f"ships beside another: {beside}, proposed on their own {found} ({found / max(beside, 1):.2f})")


if __name__ == "__main__":
    main()
