# ruff: noqa: T201 (what it prints is its result)
"""Width of the interval of the axis, from the headings that AIS gives: prints ``AXIS_90_DEG`` of ``detection/measuring.py``.

Run: ``python training/lengths_axis.py [DATA]`` (``shared/data/sar``; seconds). The error of an axis shrinks with the length of
the ship, so errors are taken over the width that the product gives at 100 m; the nine in ten of them is conformal and widened
for few scenes. AIS headings are whole degrees and up to minutes old: ships at anchor have swung meanwhile, so that the interval
holds the swing too.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lengths_data import SAILS_KN, Ship, ships
from lengths_fit import Numbers, few_scenes
from lengths_model import DATA
from numpy.typing import NDArray

from darkwake.detection import ChipMeasurement, measure_chip
from darkwake.detection.measuring import axis_within_deg

SHARE = 0.9


@dataclass(frozen=True)
class Axes:
    """Angles between measured axes and true ones, with the package's intervals and what they scale with."""

    away_deg: Numbers
    within_deg: Numbers
    scale: Numbers
    scene: NDArray[np.str_]
    sails: NDArray[np.bool_]

    @classmethod
    def of(cls, known: Sequence[tuple[ChipMeasurement, float, Ship]]) -> Axes:
        """Of measurements with the true direction in the chip and the ship."""
        away = [abs((float(one.heading_deg or 0.0) - true + 90.0) % 180.0 - 90.0) for one, true, _ in known]
        scale = [axis_within_deg(float(one.length_m or 0.0), 1.0, 1.0) for one, _, _ in known]
        within = [float(one.heading_within_deg or 0.0) for one, _, _ in known]
        sails = [ship.speed_kn >= SAILS_KN for *_, ship in known]
        scenes = np.array([ship.scene for *_, ship in known])
        return cls(np.array(away), np.array(within), np.array(scale), scenes, np.array(sails))

    def ninety_deg(self, chosen: NDArray[np.bool_]) -> float:
        """The width at 100 m that nine in ten of some ships need, widened for few scenes."""
        score = np.sort(self.away_deg[chosen] / self.scale[chosen])
        rank = min(int(np.ceil((len(score) + 1) * SHARE)), len(score)) - 1
        return float(score[rank]) * few_scenes(self.away_deg[chosen] / self.scale[chosen], self.scene[chosen])

    def held_out_deg(self) -> Numbers:
        """The interval of each ship by the other scenes."""
        found = np.zeros(len(self.away_deg))
        for scene in np.unique(self.scene):
            own = self.scene == scene
            found[own] = np.minimum(self.ninety_deg(~own) * self.scale[own], 90.0)
        return found


def main(data: Path) -> None:
    """Fit and print."""
    measured = [(measure_chip(ship.chip, ship.spacing_m, ship.polarisations), ship) for ship in ships(data)]
    known = [(one, ship.ais_deg, ship) for one, ship in measured if one.heading_deg is not None and np.isfinite(ship.ais_deg)]
    axes = Axes.of(known)
    held = axes.away_deg <= axes.held_out_deg()
    print(f"AXIS_90_DEG = {axes.ninety_deg(np.ones(len(known), np.bool_)):.1f} from {len(known)} ships")
    print(f"held out by scene: {held.mean():.1%} of all, {held[axes.sails].mean():.1%} of {axes.sails.sum()} under way")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
