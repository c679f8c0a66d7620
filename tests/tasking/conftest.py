"""Element sets for tests: real ones, and orbits made to measure."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sgp4.api import WGS72, Satrec
from sgp4.exporter import export_tle

from darkwake.tasking import ElementSet, newest, read_elements

EPOCH = datetime(2025, 9, 13, 18, tzinfo=UTC)


@pytest.fixture(scope="session")
def catalogue(shared: Path) -> tuple[ElementSet, ...]:
    """The 898 satellites of 2025-09-13."""
    return newest(read_elements([shared / "tasking" / "elements" / "eo_active_20250913T18.tle.gz"]).sets, EPOCH)


@pytest.fixture(scope="session")
def every_set(shared: Path) -> tuple[ElementSet, ...]:
    """All sets of September 2025, about fifteen for each of 144 satellites."""
    folder = shared / "tasking" / "elements"
    return read_elements([folder / "eo_active_20250913T18.tle.gz", folder / "eo_history_20250913_20.tle.gz"]).sets


@pytest.fixture(scope="session")
def orbit() -> Callable[..., ElementSet]:
    """Make an element set of an orbit: revolutions a day, inclination, eccentricity and angles in degrees."""

    def make(revolutions: float, inclination: float = 0.0, eccentricity: float = 1e-4, node: float = 0.0, anomaly: float = 0.0):
        satrec = Satrec()
        days = (EPOCH - datetime(1949, 12, 31, tzinfo=UTC)) / timedelta(days=1)
        angles = [math.radians(x) for x in (0.0, inclination, anomaly)]
        rate = revolutions * 2 * math.pi / 1440
        satrec.sgp4init(WGS72, "i", 90001, days, 0.0, 0.0, 0.0, eccentricity, *angles, rate, math.radians(node))
        return ElementSet(90001, "MADE", EPOCH, *export_tle(satrec), "file-made", 2)

    return make
