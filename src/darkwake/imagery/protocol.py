"""What every sensor offers to the rooms on its right: one small protocol.

A product is an image of one acquisition. It says what it is (sensor, bands, radiometry, time), hands out windows of
calibrated pixels with a mask of what is valid, and says where a pixel lies on the ground. It never holds the whole image
in memory, except for plain pictures, whose formats cannot be read in windows and whose size is therefore bounded.

Pixel coordinates: x to the right, y down, (0, 0) is the upper left *corner* of the first pixel, so that the middle of the
first pixel is (0.5, 0.5). A product with a geolocation grid instead of an affine (a Sentinel-1 SAFE folder) fits the same
protocol: nothing here assumes an affine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Kind = Literal["sar", "optical"]
Radiometry = Literal["linear", "db", "dn", "reflectance", "grey"]

MAX_SCENE_PX = 4_000_000_000
"""Largest image that is searched, pixels: nine full Sentinel-1 IW scenes; beyond it a header is taken for a hostile one."""

MAX_WINDOW_PX = 64_000_000
"""Largest window that is read at once, pixels (256 MiB as float32)."""


@dataclass(frozen=True)
class Window:
    """A rectangle of whole pixels; ``x1`` and ``y1`` are exclusive."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.y1 - self.y0, self.x1 - self.x0

    def grown(self, margin_px: int, width: int, height: int) -> Window:
        """The window with a margin on every side, cut at the image's edges.

        >>> Window(0, 10, 20, 30).grown(5, 100, 32)
        Window(x0=0, y0=5, x1=25, y1=32)
        """
        return Window(
            max(self.x0 - margin_px, 0),
            max(self.y0 - margin_px, 0),
            min(self.x1 + margin_px, width),
            min(self.y1 + margin_px, height),
        )


@dataclass(frozen=True)
class Pixels:
    """Values (bands, rows, columns; float32) and which pixels are valid (rows, columns).

    Radar values are linear power (from dB or linear), squared digital numbers (dn) or grey values of a picture, a band for each
    polarisation of ``About.bands``; optical values are as stored. Invalid pixels hold 0.
    """

    values: NDArray[np.float32]
    valid: NDArray[np.bool_]


@dataclass(frozen=True)
class About:
    """What a product says of itself. ``notes`` are sentences about what was inferred and not declared."""

    path: Path
    sensor: str
    kind: Kind
    width: int
    height: int
    bands: tuple[str, ...]
    radiometry: Radiometry
    platform: str | None = None
    time: datetime | None = None
    polarisation: str | None = None
    looks: float | None = None
    passing: Literal["ascending", "descending"] | None = None
    incidence_deg: float | None = None
    look: str | None = None
    simulated: bool = False
    """Whether the file says that it shows no real sea."""
    notes: tuple[str, ...] = ()


class Acquisition(Protocol):
    """How a radar image was taken, place by place; pixel coordinates as in :class:`Product`, bearings in degrees from north."""

    @property
    def velocity_m_s(self) -> float:
        """Speed of the platform on its orbit, in a frame that turns with the Earth."""
        ...

    def time_at(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.datetime64]:
        """Instant (UTC, microseconds) at which a pixel was imaged, that is its zero-Doppler time."""
        ...

    def incidence_deg(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Angle between the line of sight and the vertical at the ground."""
        ...

    def slant_range_m(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Distance from the radar."""
        ...

    def flight_deg(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Bearing in which the platform flies over the ground here: that of growing azimuth time."""
        ...

    def look_deg(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Bearing in which the radar looks here, away from the ground track."""
        ...


class Product(Protocol):
    """An image that can be searched window by window."""

    @property
    def acquisition(self) -> Acquisition | None:
        """How a radar image was taken; None where its metadata do not say."""
        ...

    @property
    def about(self) -> About:
        """What the product says of itself."""
        ...

    def read(self, window: Window) -> Pixels:
        """Calibrated pixels of a window; an InputError naming the file where they cannot be read."""
        ...

    def locate(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Latitude and longitude of pixel coordinates; None for a picture without georeference."""
        ...

    def axes_m(self, x: float, y: float) -> NDArray[np.float64]:
        """What one pixel is on the ground at a place: rows are the step in x and in y, columns metres east and north.

        For a picture without georeference the columns are metres right and up in the picture.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


@dataclass(frozen=True)
class Options:
    """What the user declares about a file; None where it has to be found out."""

    kind: Kind | None = None
    radiometry: Radiometry | None = None
    spacing_m: float | None = None
    time: datetime | None = None


@dataclass(frozen=True)
class Sensor:
    """A row of the registry: a name, whether this sensor reads a file, and how it is opened."""

    name: str
    reads: Recognise
    open: Open


class Recognise(Protocol):
    """Whether a sensor reads a file of this format with these options."""

    def __call__(self, header: Header, options: Options) -> bool:
        """True where this sensor is the one."""
        ...


class Open(Protocol):
    """Opens a file that was recognised."""

    def __call__(self, header: Header, options: Options) -> Product:
        """The product; an InputError where it cannot be used."""
        ...


@dataclass(frozen=True)
class Header:
    """What was read of a file before a sensor is chosen: its format by content, and what its metadata say."""

    path: Path
    format: Literal["tiff", "jp2", "png", "jpeg", "safe", "stac"]
    width: int
    height: int
    dtype: str
    georeferenced: bool
    bands: tuple[str, ...]
    words: frozenset[str]
    negative_share: float
    grey: bool


def ground_spacing_m(product: Product, x: float, y: float) -> tuple[float, float]:
    """Metres on the ground of one pixel in x and in y at a place of the image."""
    steps = product.axes_m(x, y)
    return float(np.hypot(*steps[0])), float(np.hypot(*steps[1]))
