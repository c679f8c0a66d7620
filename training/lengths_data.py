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
Numbers = NDArray[np.float64]
SAILS_KN, NO_SPEED_KN = 2.0, 100.0
"""From here on a course over ground is a heading; AIS says 102.3 where there is no speed."""
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
    ais_deg: float
    """Heading by AIS, clockwise from the chip's up; the course where she moves and gives no heading; else NaN."""
    speed_kn: float
    incidence_deg: float
    several: bool
    """Whether her chip is marked as holding several ships."""


def ships(data: Path) -> list[Ship]:
    """All chips of which the length is known, in the order of the labels."""
    rows = pq.read_table(data / "opensarship_train_labels.parquet").to_pylist()
    axes = _axes(rows)
    with zipfile.ZipFile(data / "opensarship_train_chips.zip") as archive:
        return [_ship(row, archive, axes[row["scene"]]) for row in rows if _length(row) > 0]


def _length(row: Row) -> float:
    register = row["mt_length_overall_m"]
    return float(register if register and register > 0 else row["ais_length_m"] or 0.0)


def _axes(rows: list[Row]) -> dict[str, Numbers]:
    """For each scene the step east and north (columns) of a pixel right and down (rows): planes through the ships' places."""
    found = {}
    for scene in {row["scene"] for row in rows}:
        at = np.array(
            [[row[word] for word in ("center_x", "center_y", "sar_lon", "sar_lat")] for row in rows if row["scene"] == scene]
        )
        table = np.column_stack([np.ones(len(at)), at[:, :2] - at[:, :2].mean(axis=0)])
        steps = np.linalg.lstsq(table, at[:, 2:], rcond=None)[0][1:]
        found[scene] = steps * [np.cos(np.radians(at[:, 3].mean())), 1.0]
    return found


def _ais_deg(row: Row, axes: Numbers) -> float:
    """The AIS heading as an angle in the chip."""
    heading, speed, course = row["true_heading_deg"], row["sog_raw_0p1kn"] / 10, row["cog_raw_0p1deg"] / 10
    if heading >= 360:
        heading = course if SAILS_KN <= speed < NO_SPEED_KN and course < 360 else np.nan
    right, down = axes / np.linalg.norm(axes, axis=1, keepdims=True)
    north = np.array([np.sin(np.radians(heading)), np.cos(np.radians(heading))])
    return float(np.degrees(np.arctan2(north @ right, -(north @ down))) % 360)


def _ship(row: Row, archive: zipfile.ZipFile, axes: Numbers) -> Ship:
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
    fields: tuple[Any, ...] = (
        *(chip, spacing, ("VH", "VV") if chip.shape[2] == 2 else ("VV",), str(row["scene"]), int(row["mmsi"])),
        *(bool(row["mt_length_overall_m"] and row["mt_length_overall_m"] > 0), _length(row), beam if beam > 0 else np.nan),
        *(float(np.degrees(np.arctan2(right, -down)) % 360), float(row["manual_length_m"]), int(row["chip_size_px"])),
        *(_ais_deg(row, axes), row["sog_raw_0p1kn"] / 10, float(row["incidence_deg"]), row["noise_multi_ship"] == 1.0),
    )
    return Ship(*fields)
