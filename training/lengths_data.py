"""AIS-matched Sentinel-1 ships of OpenSARShip (Huang et al., IEEE JSTARS 2018) as chips with their truth.

Length is that of the register (MarineTraffic), else of AIS; the axis is what a person clicked from bow to stern and is no
input of any model, nor is the size of a chip, which gives the length away.
"""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

Row = dict[str, Any]
SLANT_M, AZIMUTH_M, GROUND_M = 2.33, 13.9, 10.0
"""Pixels of SLC products (range in slant, so over the sine of the incidence on the ground) and of GRDH products."""


@dataclass(frozen=True)
class Ship:
    """A chip (rows, columns, bands; sigma nought) and what is true of its ship; NaN where it is not known."""

    chip: NDArray[np.float32]
    spacing_m: tuple[float, float]
    polarisations: tuple[str, ...]
    scene: str
    mmsi: int
    register: bool
    """Whether the length is the register's."""
    length_m: float
    beam_m: float
    bow_deg: float
    clicked_m: float
    chip_px: int


def ships(data: Path) -> list[Ship]:
    """All chips of which the length is known, in the order of the labels."""
    rows = pq.read_table(data / "opensarship_train_labels.parquet").to_pylist()
    with zipfile.ZipFile(data / "opensarship_train_chips.zip") as archive:
        return [_ship(row, archive) for row in rows if _length(row) > 0]


def _length(row: Row) -> float:
    register = row["mt_length_overall_m"]
    return float(register if register and register > 0 else row["ais_length_m"] or 0.0)


def _ship(row: Row, archive: zipfile.ZipFile) -> Ship:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # chips are plain pictures
        with MemoryFile(archive.read(f"cal/{row['chip']}")) as file, file.open() as image:
            chip = np.moveaxis(image.read(), 0, 2)
    spacing = (GROUND_M, GROUND_M)
    if row["product"] == "SLC":
        spacing = (AZIMUTH_M, SLANT_M / float(np.sin(np.radians(row["incidence_deg"]))))
    down = (row["head_y"] - row["tail_y"]) * spacing[0]
    right = (row["head_x"] - row["tail_x"]) * spacing[1]
    beam = row["mt_breadth_m"] or row["ais_width_m"] or 0.0
    return Ship(
        *(chip, spacing, ("VH", "VV") if chip.shape[2] == 2 else ("VV",), str(row["scene"]), int(row["mmsi"])),
        *(bool(row["mt_length_overall_m"] and row["mt_length_overall_m"] > 0), _length(row), beam if beam > 0 else np.nan),
        *(float(np.degrees(np.arctan2(right, -down)) % 360), float(row["manual_length_m"]), int(row["chip_size_px"])),
    )
