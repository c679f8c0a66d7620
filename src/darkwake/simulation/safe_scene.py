"""What is in a simulated product, and how ships on the ground become echoes in its pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from pyproj import Geod

from darkwake.simulation.coast import Coast
from darkwake.simulation.echoes import View, azimuth_shift_m
from darkwake.simulation.safe_geometry import Geometry, Numbers, Passing
from darkwake.simulation.scatterers import Vessel
from darkwake.simulation.sea import GRDH_LOOKS, GRDH_RESOLUTION_PX, Modulation

MISSION, PLATFORM_LETTER = "S1Z", "Z"
"""No satellite bears this letter: a simulated product cannot be taken for a real one by its name."""
FACILITY = "SIMULATED"
IW_MIDDLE_DEG = 38.9
"""Incidence at the middle of an IW swath (29.1 to 46.0 degrees: ESA, Sentinel-1 Product Definition)."""
HEADING_STEP_M = 200.0
ARM_SHARE, ARM_M = 6.0, (300.0, 1500.0)
"""Side lobes are drawn over this many lengths of a ship, within these ends."""
CROSS_SEA_DB = -8.0
"""VH of the sea below VV (assumed: 5 to 12 dB at C band, by wind and incidence)."""

_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class ShipAt:
    """A ship at a place at the instant at which the radar passes her; ``heading_deg`` from north, and her course."""

    lat: float
    lon: float
    length_m: float
    beam_m: float
    heading_deg: float
    kind: str = "cargo"
    speed_kn: float = 0.0
    brightness_db: float = 0.0
    bridge: float = 0.1


@dataclass(frozen=True)
class SafeScene:
    """A scene to be written as a product: place, time and size, the sea, the ships, and a coast in pixels of the image."""

    lat: float
    lon: float
    time: datetime = datetime(2024, 6, 15, 6, 12, 30, tzinfo=UTC)
    passing: Passing = "ascending"
    lines: int = 1200
    samples: int = 1200
    spacing_m: float = 10.0
    incidence_deg: float = IW_MIDDLE_DEG
    sea_db: float = -19.0
    sea_shape: float = 20.0
    looks: float = GRDH_LOOKS
    resolution_px: tuple[float, float] = GRDH_RESOLUTION_PX
    modulations: Sequence[Modulation] = ()
    ships: Sequence[ShipAt] = ()
    coast: Coast | None = None
    polarisations: tuple[str, ...] = ("VV", "VH")
    border_px: int = 0
    bank_px: int = 0

    @property
    def geometry(self) -> Geometry:
        """Where its pixels lie."""
        size = (self.lines, self.samples)
        return Geometry.over((self.lat, self.lon), self.passing, self.incidence_deg, size, self.spacing_m)


@dataclass(frozen=True)
class Seen:
    """A ship as the image has her: the vessel at her true pixel, and how the radar sees her there."""

    ship: ShipAt
    vessel: Vessel
    view: View

    @property
    def seen_xy(self) -> tuple[float, float]:
        """Where the image shows her middle."""
        return self.vessel.x, self.vessel.y + azimuth_shift_m(self.vessel, self.view) / self.view.spacing_m


def seen(ship: ShipAt, geometry: Geometry) -> Seen:
    """The vessel of a ship, in pixels: columns run away from the radar, lines along its flight."""
    x, y = (float(value) for value in geometry.pixel_of(ship.lat, ship.lon))
    heading = image_heading_deg(ship.lat, ship.lon, ship.heading_deg, geometry)
    kind = ship.kind if ship.kind in ("tanker", "container", "small") else "cargo"
    vessel = Vessel(
        *(x, y, ship.length_m, ship.beam_m, heading),
        kind=kind,  # type: ignore[arg-type]
        speed_kn=ship.speed_kn,
        brightness_db=ship.brightness_db,
        bridge=ship.bridge,
    )
    _, pace = geometry.states((y - 0.5) * geometry.line_s)
    view = View(
        spacing_m=geometry.spacing_m,
        look_deg=90.0,
        flight_deg=180.0,
        incidence_deg=float(geometry.incidence_deg(x, y)),
        range_m=float(geometry.slant_m(x)),
        velocity_m_s=float(np.linalg.norm(pace)),
        reach_m=float(np.clip(ARM_SHARE * ship.length_m, *ARM_M)),
    )
    return Seen(ship, vessel, view)


def image_heading_deg(lat: float, lon: float, heading_deg: float, geometry: Geometry) -> float:
    """A bearing on the ground as an angle in the image, clockwise from up."""
    lons, lats, _ = _GEOD.fwd([lon, lon], [lat, lat], [heading_deg, heading_deg + 180], [HEADING_STEP_M / 2] * 2)
    x, y = geometry.pixel_of(np.array(lats), np.array(lons))
    return float(np.degrees(np.arctan2(x[0] - x[1], y[1] - y[0])) % 360)


def in_polarisation(one: Seen, polarisation: str) -> View:
    """The view in another polarisation."""
    return replace(one.view, polarisation=polarisation)


def line_seconds(scene: SafeScene, geometry: Geometry) -> Numbers:
    """Seconds after the first line of the lines at which tables and grids stand: every 1,000 lines, and the last."""
    step = min(1000, max((scene.lines - 1) // 4, 1))
    lines = np.unique([*range(0, scene.lines - 1, step), scene.lines - 1])
    return lines * geometry.line_s
