"""Plain PNG and JPEG without georeference, with a pixel spacing that the user gives.

Their formats cannot be read in windows, so the picture is decoded whole (one byte a value), within the bound of
``header.MAX_PICTURE_PX``. A grey picture (one band, or three equal ones) is taken for radar, a coloured one for optical,
and that is stated; ``--sensor`` overrides it. Grey values are display values: no radiometry can be had from them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from darkwake.errors import InputError, UsageError
from darkwake.imagery.header import open_picture
from darkwake.imagery.protocol import About, Header, Options, Pixels, Window
from darkwake.imagery.sensors.wrapped import filled, wrapped

COLOUR_TOLERANCE = 24
"""Grey levels by which the channels of a grey picture may differ: JPEG and its colour conversion disturb them, assumed
from the tiles at hand, which stay below 4."""


def reads(header: Header, options: Options) -> bool:
    """PNG and JPEG, whatever is declared."""
    del options
    return header.format in ("png", "jpeg")


@dataclass(frozen=True)
class Picture:
    """A decoded picture (bands, rows, columns; 8 bit) with a pixel spacing."""

    about: About
    stored: NDArray[np.uint8]
    spacing_m: float

    @property
    def acquisition(self) -> None:
        """Nothing is known of how it was taken."""
        return

    def read(self, window: Window) -> Pixels:
        """Grey values of a window; a coloured picture is invalid where all its bands are 0."""
        values = self.stored[:, window.y0 : window.y1, window.x0 : window.x1].astype(np.float32)
        valid = np.ones(values.shape[1:], np.bool_)
        if len(values) > 1:
            valid &= (values > 0).any(axis=0)
        return Pixels(values, valid)

    def locate(self, x: ArrayLike, y: ArrayLike) -> None:
        """A picture has no place."""
        del x, y

    def axes_m(self, x: float, y: float) -> NDArray[np.float64]:
        """The given spacing, right and up."""
        del x, y
        return np.array([[self.spacing_m, 0.0], [0.0, -self.spacing_m]])

    def close(self) -> None:
        """Nothing is held open."""


def open_picture_product(header: Header, options: Options) -> Picture:
    """Decode a picture; needs ``spacing_m``."""
    if options.spacing_m is None:
        raise InputError("a picture carries no pixel spacing", do="give it with --spacing METRES", source=header.path)
    if options.radiometry not in (None, "grey"):
        raise UsageError(
            f"a picture holds grey values, not {options.radiometry}", do="leave --radiometry out", source=header.path
        )
    stored = _decoded(header)
    grey = len(stored) == 1
    kind = options.kind or ("sar" if grey else "optical")
    notes: tuple[str, ...] = ()
    if not options.kind:
        notes = (f"taken for {'radar' if grey else 'optical'} because it is {'grey' if grey else 'coloured'}",)
    if kind == "sar":
        stored = stored.max(axis=0, keepdims=True)
        if wrapped(stored[0]):
            stored = filled(stored[0])[np.newaxis]
            notes = (*notes, "bright pixels had wrapped around (black ones lay among the brightest), and were filled")
    about = About(
        path=header.path,
        sensor="picture",
        kind=kind,
        width=header.width,
        height=header.height,
        bands=("grey",) if len(stored) == 1 else ("red", "green", "blue"),
        radiometry="grey",
        time=options.time,
        notes=notes,
    )
    return Picture(about, stored, options.spacing_m)


def _decoded(header: Header) -> NDArray[np.uint8]:
    try:
        with open_picture(header.path) as picture:
            whole = np.asarray(_eight_bit(picture))
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as fault:
        raise InputError(f"the picture is damaged or cut short ({fault})", do="fetch it again", source=header.path) from fault
    bands = whole[np.newaxis] if whole.ndim == 2 else np.moveaxis(whole, 2, 0)
    spread = bands.max(axis=0) - bands.min(axis=0)
    return bands[:1] if int(spread.max(initial=0)) <= COLOUR_TOLERANCE else bands


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Grey or RGB; 16-bit grey is scaled by its largest value so that its contrast survives."""
    if picture.mode.startswith("I"):
        values = np.asarray(picture, dtype=np.float64)
        return Image.fromarray((values * (255.0 / max(float(values.max()), 1.0))).astype(np.uint8))
    return picture.convert("L" if picture.mode in ("1", "L", "LA") else "RGB")
