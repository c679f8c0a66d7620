"""Seeded randomness, passed in and never global.

Every stage derives its generator from the case's seed and a name, so that adding a draw in one place does not move the
numbers of another. The names are hashed: order of calls does not matter.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

QUANTILES = (0.05, 0.50, 0.95)


def generator(seed: int, *names: str) -> np.random.Generator:
    """An independent generator for this seed and these names.

    >>> a, b = generator(1, "payload", "visit-1"), generator(1, "payload", "visit-1")
    >>> bool(a.random() == b.random())
    True
    >>> bool(generator(1, "x").random() == generator(1, "y").random())
    False
    """
    digest = hashlib.sha256("\x1f".join((str(seed), *names)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def quantiles(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """p05, p50 and p95 of draws.

    >>> quantiles(np.arange(101.0))
    (5.0, 50.0, 95.0)
    """
    low, middle, high = np.quantile(values, QUANTILES)
    return float(low), float(middle), float(high)
