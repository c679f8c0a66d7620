"""What lies around an object and what it looks like itself, as doubts (``doubts.py``) about its being one ship.

Land, the border of the data, side lobes and azimuth ghosts of brighter objects, lines of pieces; an outline that is no hull's,
a size that is no ship's, the chance of two hulls, and judges that disagree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from darkwake.detection.doubts import Code, doubt
from darkwake.detection.judging import Judged, small
from darkwake.detection.land import distances_px
from darkwake.detection.measuring import TWO_HULLS, ChipMeasurement
from darkwake.detection.naming import arms, in_a_line
from darkwake.detection.pairs import SURE
from darkwake.detection.sweep import Scene
from darkwake.detection.zones import ghost_sources

POSSIBLE = 0.2
"""Chance from which two hulls are worth a word."""

STANDS_OUT, SEES_NOTHING = 0.5, 0.3
"""The judges disagree where the score by contrast is at least the first and the network's at most the second (assumed)."""

BOAT_TOLD = 0.05
"""Chance of a boat, not a ship, from which it is told."""

SOLID = 0.5
"""Share that the network sees as land or structure from which this is told."""


@dataclass(frozen=True)
class Around:
    """What lies around an object: metres to land and to the border (infinite beyond reach), pixels of a brighter object."""

    shore_m: float
    border_m: float
    arm_of: tuple[int, int] | None
    ghost_of: tuple[int, int] | None
    ghost_zone: bool
    line: bool
    touches_land: bool

    @property
    def doubtful(self) -> bool:
        """Whether it may be no object of its own."""
        return self.arm_of is not None or self.ghost_of is not None


def surroundings(objects: Sequence[Judged], scene: Scene, decibel: float) -> list[Around]:
    """What lies around each object; ``decibel`` is 10 for intensities and 20 for amplitudes."""
    cores = [one.blob.core for one in objects]
    peaks = [int(pixels.value.argmax()) for pixels in cores]
    y = np.array([pixels.y[peak] for pixels, peak in zip(cores, peaks, strict=True)])
    x = np.array([pixels.x[peak] for pixels, peak in zip(cores, peaks, strict=True)])
    grid, land, product = scene.grid, scene.land, scene.product
    brighter = ghost = np.full(len(cores), -1)
    if product.about.kind == "sar":
        levels = decibel * np.log10([max(float(pixels.value.max()), 1e-12) for pixels in cores])
        brighter = arms(y, x, levels, scene.parameters, grid.spacing_m)
        ghost = ghost_sources(product, x, y, levels)
    near_m, edge_m = scene.parameters.land.near_shore_m, 2.0 * scene.parameters.search.border_m
    away = distances_px(land.mask, land.cell_px, y, x, grid.px(near_m)) * grid.spacing_m
    absent = ~np.broadcast_to(land.known, land.mask.shape)
    border = distances_px(absent, land.cell_px, y, x, grid.px(edge_m)) * grid.spacing_m
    border[_at_edge(objects, grid.width, grid.height)] = 0.0
    zone = scene.ghosts.mask[y // land.cell_px, x // land.cell_px]
    lines, touching = in_a_line(cores, scene.parameters, grid.spacing_m), land.near(y, x)
    return [
        Around(*(float(away[n]), float(border[n]), _pixel(brighter[n], x, y), _pixel(ghost[n], x, y)), *map(bool, last))
        for n, last in enumerate(zip(zone, lines, touching, strict=True))
    ]


def _at_edge(objects: Sequence[Judged], width: int, height: int) -> NDArray[np.bool_]:
    """Which objects reach the edge of the image."""
    cores = [one.blob.core for one in objects]
    low = np.array([min(core.x.min(), core.y.min()) for core in cores])
    return np.array(
        [bool(n <= 0 or core.x.max() >= width - 1 or core.y.max() >= height - 1) for n, core in zip(low, cores, strict=True)]
    )


def _pixel(number: int, x: NDArray[np.int64], y: NDArray[np.int64]) -> tuple[int, int] | None:
    return None if number < 0 else (int(x[number]), int(y[number]))


def doubts_around(around: Around) -> list[str]:
    """Doubts from what lies around an object."""
    said = []
    if math.isfinite(around.shore_m):
        said.append(doubt(Code.NEAR_SHORE, "touches land" if around.touches_land else f"{around.shore_m:.0f} m from land"))
    if math.isfinite(around.border_m):
        where = f"{around.border_m:.0f} m from where the data end" if around.border_m > 0 else "at the edge of the data"
        said.append(doubt(Code.BORDER, where))
    if around.arm_of is not None:
        said.append(doubt(Code.SIDE_LOBE, "in an arm of the far brighter object at x {} y {}".format(*around.arm_of)))
    if around.ghost_of is not None:
        said.append(doubt(Code.GHOST, "where the object at x {} y {} throws an azimuth ghost".format(*around.ghost_of)))
    elif around.ghost_zone:
        said.append(doubt(Code.GHOST_ZONE, "where bright land or ships may throw azimuth ghosts"))
    if around.line:
        said.append(doubt(Code.LINE, "a piece of a line longer than any ship"))
    return said


def doubts_in(one: Judged, by_contrast: float, *, too_large: str) -> list[str]:
    """Doubts from the object itself: its outline, its size (``too_large``: words or nothing), the two judges."""
    said = []
    if not one.straight:
        said.append(doubt(Code.SHAPE, "its outline is not that of a hull"))
    if too_large:
        said.append(doubt(Code.TOO_LARGE, too_large))
    if one.solid is not None and one.solid >= SOLID:
        said.append(doubt(Code.SOLID, "seen as land or a structure"))
    if small(one.blob):
        said.append(doubt(Code.SMALL, "too few pixels for a shape"))
    return said + disagreement(one, by_contrast)


def doubts_of_two(measured: ChipMeasurement) -> list[str]:
    """Whether a ship may be two; nothing where she is one.

    >>> from dataclasses import replace
    >>> from darkwake.detection.measuring import nothing
    >>> doubts_of_two(replace(nothing(""), two_hulls=0.95)), doubts_of_two(replace(nothing(""), two_hulls=0.05))
    (['two_hulls: two hulls side by side, chance 0.95'], [])
    >>> doubts_of_two(nothing(TWO_HULLS))
    ['two_hulls: two hulls possible']
    """
    chance = measured.two_hulls
    if chance is not None and (chance >= POSSIBLE or measured.unmeasured == TWO_HULLS):
        seen = "two hulls side by side" if chance >= SURE else "two hulls possible"
        return [doubt(Code.TWO_HULLS, f"{seen}, chance {chance:.2f}")]
    return [doubt(Code.TWO_HULLS, "two hulls possible")] if chance is None and measured.unmeasured == TWO_HULLS else []


def doubts_of_size(longer: float, shortest_m: float) -> list[str]:
    """Whether a ship may be a boat: ``longer`` is the chance that she is longer than the shortest ship.

    >>> doubts_of_size(0.6, 15.0), doubts_of_size(0.99, 15.0)
    (['boat: shorter than 15 m, chance 0.40'], [])
    """
    boat = 1.0 - longer
    return [doubt(Code.BOAT, f"shorter than {shortest_m:g} m, chance {boat:.2f}")] if boat >= BOAT_TOLD else []


def disagreement(one: Judged, by_contrast: float) -> list[str]:
    """Whether search and network contradict each other."""
    if one.score is None:
        return []
    if one.proposed:
        return [doubt(Code.JUDGES_DISAGREE, f"seen by the network alone ({one.score:.2f})")]
    if by_contrast >= STANDS_OUT and one.score <= SEES_NOTHING:
        return [doubt(Code.JUDGES_DISAGREE, f"stands out ({by_contrast:.2f}), but the network sees no hull ({one.score:.2f})")]
    return []
