"""Hulls for tests, given number by number."""

from __future__ import annotations

import numpy as np

from darkwake.cargo.hull import Hull
from darkwake.cargo.unknowns import Unknowns

DRAWS = 2000


def tanker(draws: int = DRAWS, **more: float) -> Hull:
    """A tanker of 3,000 t deadweight, 90 by 14 m, all of it known."""
    plain = {"length_m": 90.0, "beam_m": 14.0, "depth_m": 7.0, "draught_m": 5.6, "dwt_t": 3800.0, "lightship_t": 1400.0}
    values = {word: np.full(draws, value) for word, value in {**plain, "cb": 0.75, "cwp": 0.85, **more}.items()}
    return Hull(**values, basis="as given", marks=(), factors=())


def unknowns(draws: int = DRAWS) -> Unknowns:
    """Unknowns of one seed."""
    return Unknowns(7, draws, "test")
