# ruff: noqa: T201 (what it prints is its result)
"""Fit the relations between the shape of a radar echo and her ship's length and beam; write ``detection/models/lengths.json``.

Run: ``python training/lengths_model.py [DATA]`` (``shared/data/sar``; a minute on one core). Nothing is random. Every chip
counts with its bands together and, at half the weight, with each band alone, so that one relation serves one polarisation and
two. For 20 and 30 m pixels the same chips are averaged down first. Errors are those of lines that have not seen the ship's
scene.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lengths_data import Ship, ships
from lengths_fit import Fitted, Numbers, Scenes, balanced, errors, fit, held_out
from numpy.typing import NDArray

from darkwake.detection.lengths import LONGEST_M, MODEL, SHORTEST_M
from darkwake.detection.measuring import shape_in_chip
from darkwake.detection.measuring_shape import NAMES

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "sar"
COARSER = (1, 2, 3)
"""Pixels averaged in rows and columns; 10 m become 10, 20 and 30."""
ALONE = 0.5
DIGITS = 6


@dataclass(frozen=True)
class Table:
    """Numbers of echoes, one row for a chip and choice of bands; ``ship`` is the index in the list of ships."""

    numbers: Numbers
    ship: NDArray[np.int64]
    length: Numbers
    beam: Numbers
    scene: Scenes
    whole: NDArray[np.bool_]

    def only(self, kept: NDArray[np.bool_]) -> Table:
        """Some of the rows."""
        of = kept
        return Table(self.numbers[of], self.ship[of], self.length[of], self.beam[of], self.scene[of], self.whole[of])

    @property
    def weights(self) -> Numbers:
        """Bands together count one, alone a half; scenes are balanced."""
        return balanced(self.scene, np.where(self.whole, 1.0, ALONE))


def choices(ship: Ship, coarser: int) -> Iterator[tuple[NDArray[np.float32], tuple[str, ...], bool]]:
    """The chip with all its bands, then with each alone."""
    chip = averaged(ship.chip, coarser)
    yield chip, ship.polarisations, True
    if len(ship.polarisations) > 1:
        for band, name in enumerate(ship.polarisations):
            yield chip[:, :, band : band + 1], (name,), False


def averaged(chip: NDArray[np.float32], by: int) -> NDArray[np.float32]:
    """Means over squares of pixels, what does not fill one left out."""
    rows, columns, bands = (chip.shape[0] // by, chip.shape[1] // by, chip.shape[2])
    whole = chip[: rows * by, : columns * by].reshape(rows, by, columns, by, bands)
    return np.asarray(whole.mean(axis=(1, 3)), np.float32)


def table(fleet: Sequence[Ship], coarser: int = 1) -> Table:
    """Numbers of all chips that can be measured; coarser pixels of GRDH products alone."""
    rows = []
    for index, ship in enumerate(fleet):
        if coarser > 1 and ship.spacing_m != (10.0, 10.0):
            continue
        for chip, names, whole in choices(ship, coarser):
            spacing = (ship.spacing_m[0] * coarser, ship.spacing_m[1] * coarser)
            shape = shape_in_chip(chip, spacing, names)
            if not isinstance(shape, str):
                rows.append((shape.numbers, index, ship.length_m, ship.beam_m, ship.scene, whole))
    numbers, index_, length, beam, scene, together = (np.array(column) for column in zip(*rows, strict=True))
    return Table(numbers, index_, length, beam, scene, together)


def fitted(rows: Table) -> tuple[dict[str, object], dict[str, object]]:
    """The relations for length and beam with their errors, ready for JSON."""
    expected = bounded(held_out(rows.numbers, rows.length, rows.scene, rows.weights))
    own, chips = rows.whole, rows.only(np.isfinite(rows.beam))
    length = entry(fit(rows.numbers, rows.length, rows.weights), errors(expected[own], rows.length[own], rows.scene[own]))
    numbers = np.column_stack([chips.numbers, expected[np.isfinite(rows.beam)]])
    beams, own = held_out(numbers, chips.beam, chips.scene, chips.weights), chips.whole
    beside = errors(beams[own], chips.beam[own], chips.scene[own])
    return length, entry(fit(numbers, chips.beam, chips.weights), beside)


def bounded(lengths: Numbers) -> Numbers:
    """Within what ``lengths`` says of any ship."""
    return np.clip(lengths, SHORTEST_M, LONGEST_M)


def entry(line: Fitted, beside: dict[str, float]) -> dict[str, object]:
    """A line and its errors as JSON."""
    lists: dict[str, object] = {
        name: [float(f"{n:.{DIGITS}g}") for n in getattr(line, name)] for name in ("mean", "scale", "slopes")
    }
    return lists | {"level": round(line.level, DIGITS)} | {name: round(value, DIGITS) for name, value in beside.items()}


def told(rows: Table, size: int) -> None:
    """Print errors by held-out scene."""
    values = bounded(held_out(rows.numbers, rows.length, rows.scene, rows.weights))
    own = rows.whole
    error = np.abs(values - rows.length)[own]
    print(f"{size} m pixels: {own.sum()} ships, mean error {error.mean():.1f} m, median {np.median(error):.1f} m")
    for scene in np.unique(rows.scene):
        there = (rows.scene == scene) & own
        miss = (values - rows.length)[there]
        print(f"  {scene[17:32]}: {there.sum()} ships, mean error {np.abs(miss).mean():.1f} m, bias {miss.mean():+.1f} m")


def main(data: Path) -> None:
    """Fit, print, write."""
    fleet = ships(data)
    pixels = {}
    for coarser in COARSER:
        rows = table(fleet, coarser)
        told(rows, 10 * coarser)
        length, beam = fitted(rows)
        pixels[str(10 * coarser)] = {"length": length, "beam": beam}
    MODEL.write_text(json.dumps({"names": list(NAMES), "pixels": pixels}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
