"""Ships of OpenSARShip with the geometry of their scenes, worked out from the labels (the products are not at hand)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from darkwake import geo
from darkwake.detection.shift import Geometry, shift_s

SPEED_M_S, HEIGHT_M, EARTH_M = 7590.0, 693e3, 6371e3
"""Sentinel-1 on its orbit."""


@dataclass(frozen=True)
class Marked:
    """A ship that a person marked in a scene, with her AIS report."""

    scene: str
    mmsi: int
    lat: float
    lon: float
    time: datetime
    geometry: Geometry
    length_m: float
    ais_lat: float
    ais_lon: float
    ais_time: datetime
    speed_kn: float
    course_deg: float

    @property
    def age_s(self) -> float:
        """Seconds from the report to the image (the labels give one time for all lines of a scene)."""
        return (self.time - self.ais_time).total_seconds()

    def reckoned(self) -> tuple[float, float]:
        """Where her speed and course bring her until the image."""
        return geo.destination(self.ais_lat, self.ais_lon, self.course_deg, self.speed_kn * 1852 / 3600 * self.age_s)

    def seen_off_m(self) -> tuple[float, float]:
        """How far east and north of there she is seen."""
        east, north = geo.offset_m(*self.reckoned(), self.lat, self.lon)
        return float(east), float(north)


def marked(shared: Path) -> list[Marked]:
    """The ships of the GRD scenes whose speed and course are known."""
    rows = pd.read_parquet(shared / "sar" / "opensarship_train_labels.parquet")
    rows = rows[(rows["product"] == "GRDH") & (rows.sog_raw_0p1kn < 1000) & (rows.cog_raw_0p1deg < 3600)]
    return [ship for _, scene in rows.groupby("scene") for ship in _marked(scene)]


def _marked(scene: pd.DataFrame) -> list[Marked]:
    flight, look = _bearings(scene)
    seconds = _shifts_s(scene.incidence_deg.to_numpy(), scene.slant_range_time_ns.to_numpy())
    return [
        Marked(
            row.scene,
            int(row.mmsi),
            row.sar_lat,
            row.sar_lon,
            row.sar_time.to_pydatetime(),
            Geometry(*geometry),
            float(np.nan_to_num(row.mt_length_overall_m) or row.ais_length_m),
            row.ais_lat,
            row.ais_lon,
            row.ais_time.to_pydatetime(),
            row.sog_raw_0p1kn / 10,
            row.cog_raw_0p1deg / 10,
        )
        for row, *geometry in zip(scene.itertuples(), flight, look, seconds, strict=True)
    ]


def _bearings(scene: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Bearings of growing lines (the flight) and samples (the look): quadratic fits of places over pixels."""
    x, y = ((scene[word] - scene[word].mean()).to_numpy() / 1e4 for word in ("center_x", "center_y"))

    def terms(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=1)

    fitted = np.linalg.lstsq(terms(x, y), scene[["sar_lat", "sar_lon"]].to_numpy(), rcond=None)[0]
    here = terms(x, y) @ fitted
    found = []
    for there in (terms(x, y + 0.01) @ fitted, terms(x + 0.01, y) @ fitted):
        east, north = geo.offset_m(*here.T, *there.T)
        found.append(np.degrees(np.arctan2(east, north)) % 360)
    return found[0], found[1]


def _shifts_s(incidence_deg: np.ndarray, slant_range_time_ns: np.ndarray) -> np.ndarray:
    """From the slant range where the label gives it; else from the triangle over a round Earth."""
    incidence = np.radians(incidence_deg)
    nadir = np.arcsin(EARTH_M * np.sin(incidence) / (EARTH_M + HEIGHT_M))
    round_m = EARTH_M * np.sin(incidence - nadir) / np.sin(nadir)
    given_m = slant_range_time_ns * 1e-9 * 299_792_458 / 2
    return shift_s(np.where(given_m > 0, given_m, round_m), incidence_deg, SPEED_M_S)
