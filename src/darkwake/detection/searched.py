"""What was searched, area by area: sea, land, no data, interference, places of ghosts, and the smallest ship that would show.

No ship seen is evidence only where a ship would have been seen. Areas are squares of about 10 km. The smallest ship follows
from the level that each test needs at a place and from a ship's radar cross-section by its length,
σ = 0.08 R l^(7/3) square metres with R = 0.78 + 0.11 θ (incidence θ in degrees; Vachon et al. 1997, Canadian Journal of Remote
Sensing 23(1), for co-polarised radar). Ships scatter by 5 dB and more around it: the length is that of a usual ship.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import special

from darkwake.detection.grid import Grid
from darkwake.imagery.protocol import Product, Window

AREA_M = 10_000.0

LENGTHS_M = np.arange(10.0, 401.0, 5.0)

CHANCE = 0.9
"""With which the smallest ship would be found."""

USUAL_INCIDENCE_DEG = 38.0
"""The middle of Sentinel-1's IW swath, where a product does not say."""

BLUR_PX = 2.0
"""A ship's power is spread over so many pixels more: the resolution is twice the pixel (Sentinel-1 GRD in high resolution)."""

SLENDER = 6.0
"""Length over beam of a usual ship."""

CALIBRATED = ("linear", "db")
CROSS_POLARISED = ("VH", "HV")

Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Need:
    """What one test asks of a place: mean over so many pixels in a line, by cell; infinite where nothing is searched."""

    pixels: int
    value: NDArray[np.float64]
    sea: NDArray[np.float64]


def needed(limit_value: NDArray[np.float64], looks: float) -> NDArray[np.float64]:
    """Mean of a ship's echo that passes a limit with the chance asked for, given the looks in the window."""
    return limit_value * looks / float(special.gammaincinv(looks, 1.0 - CHANCE))


def ship_level(length_m: NDArray[np.float64], incidence_deg: float, spacing_m: float, pixels: int) -> NDArray[np.float64]:
    """Mean sigma nought that a ship of a length adds over a window of some pixels in a line.

    >>> ship_level(np.array([50.0, 100.0]), 38.0, 10.0, 5).round(2).tolist()
    [1.84, 4.19]
    """
    section = 0.08 * (0.78 + 0.11 * incidence_deg) * length_m ** (7.0 / 3.0)
    long = length_m + BLUR_PX * spacing_m
    wide = length_m / SLENDER + BLUR_PX * spacing_m
    return np.asarray(section / (long * wide) * np.minimum(1.0, long / (pixels * spacing_m)))


@dataclass
class Areas:
    """Sums over the areas of a scene, filled tile by tile; the order of the tiles does not matter."""

    grid: Grid
    sums: dict[str, Counts] = field(default_factory=dict)

    @property
    def side_px(self) -> int:
        """Side of an area: whole cells."""
        return max(1, round(AREA_M / self.grid.spacing_m / self.grid.cell_px)) * self.grid.cell_px

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of areas; what is left over at the far edges belongs to the last ones."""
        return max(1, self.grid.height // self.side_px), max(1, self.grid.width // self.side_px)

    def numbers(self, window: Window) -> NDArray[np.int64]:
        """Number of the area of each cell of a window."""
        rows, columns = self.shape
        cell = self.grid.cell_px
        row = np.minimum(np.arange(window.y0, window.y1, cell) // self.side_px, rows - 1)
        column = np.minimum(np.arange(window.x0, window.x1, cell) // self.side_px, columns - 1)
        return row[:, np.newaxis] * columns + column

    def add(self, window: Window, name: str, pixels: NDArray[np.float64]) -> None:
        """Pixels of a kind, by cell."""
        size = self.shape[0] * self.shape[1]
        found = np.bincount(self.numbers(window).ravel(), pixels.ravel(), size)
        self.sums[name] = self.sums.get(name, np.zeros(size)) + found

    def box(self, number: int) -> Window:
        """The rectangle of an area."""
        rows, columns = self.shape
        row, column = divmod(number, columns)
        x1 = self.grid.width if column == columns - 1 else (column + 1) * self.side_px
        y1 = self.grid.height if row == rows - 1 else (row + 1) * self.side_px
        return Window(column * self.side_px, row * self.side_px, x1, y1)

    def rows(self, product: Product) -> list[dict[str, object]]:
        """Rows of ``schema.Searched`` without scene and origin."""
        return [self._row(number, product) for number in range(self.shape[0] * self.shape[1])]

    def _row(self, number: int, product: Product) -> dict[str, object]:
        box = self.box(number)
        middle = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        located = product.locate([middle[0]], [middle[1]])
        square_km = (self.grid.spacing_m / 1000.0) ** 2
        kinds = ("searched", "land", "nodata", "interference", "ambiguity")
        row: dict[str, object] = {"area": number, "x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1}
        row |= {"lat": None, "lon": None} if located is None else {"lat": float(located[0][0]), "lon": float(located[1][0])}
        row |= {
            f"{kind}_km2": round(float(self.sums[kind][number]) * square_km, 4) if kind in self.sums else 0.0 for kind in kinds
        }
        return row | {"smallest_m": self._smallest(number, product, middle)}

    def _smallest(self, number: int, product: Product, middle: tuple[float, float]) -> float | None:
        """The shortest length that some test finds in the middle of the area's needs; None where none does."""
        lengths = []
        for need in self.needs_of(number):
            incidence = incidence_deg(product, *middle)
            added = ship_level(LENGTHS_M, incidence, self.grid.spacing_m, int(need[0])) + need[2]
            enough = np.flatnonzero(added >= need[1])
            lengths += [float(LENGTHS_M[enough[0]])] if enough.size else []
        return min(lengths, default=None)

    def needs_of(self, number: int) -> list[tuple[float, float, float]]:
        """Pixels, needed mean and sea of each test in an area."""
        found = []
        for name in [key for key in self.sums if key.startswith("need ")]:
            count = self.sums[f"cells {name[5:]}"][number]
            if count:
                sea = self.sums[f"sea {name[5:]}"][number] / count
                found.append((float(name[5:].split()[1]), float(np.exp(self.sums[name][number] / count)), float(sea)))
        return found

    def add_need(self, window: Window, band: str, need: Need) -> None:
        """What a test asks of the cells that were searched; geometric means over an area stand for it."""
        known = np.isfinite(need.value)
        name = f"{band} {need.pixels}"
        self.add(window, f"cells {name}", known.astype(np.float64))
        self.add(window, f"sea {name}", np.where(known, need.sea, 0.0))
        self.add(window, f"need {name}", np.log(np.where(known, need.value, 1.0)))


def incidence_deg(product: Product, x: float, y: float) -> float:
    """Incidence at a pixel, or the scene's, or that of the middle of the swath."""
    if product.acquisition is not None:
        return float(np.ravel(product.acquisition.incidence_deg([x], [y]))[0])
    return product.about.incidence_deg or USUAL_INCIDENCE_DEG


def tells_size(product: Product, band: str) -> bool:
    """Whether the smallest ship can be told: calibrated, and of a polarisation for which the cross-section may hold."""
    return product.about.radiometry in CALIBRATED and band.upper() not in CROSS_POLARISED
