"""Which values of an AIS field mean a quantity, and which mean "not available".

The codes are those of Recommendation ITU-R M.1371-5 (2014), annex 8, tables 48 to 53.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from darkwake.ais.batch import Floats

Interval = tuple[float, float]
REAL: dict[str, Interval] = {
    "sog_kn": (0.0, np.nextafter(102.25, 0)),  # 102.3 = not available; 102.2 = 102.2 knots or more
    "cog_deg": (0.0, np.nextafter(360.0, 0)),  # 360.0 = not available
    "heading_deg": (0.0, np.nextafter(360.0, 0)),  # 511 = not available
    "nav_status": (0.0, 14.0),  # 15 = not defined
    "imo": (1.0, 2.0**30 - 1),  # 0 = not available; otherwise as sent
    "ship_type": (1.0, 99.0),  # 0 = not available; above 99 is reserved
    "to_bow_m": (0.0, 511.0),
    "to_stern_m": (0.0, 511.0),
    "to_port_m": (0.0, 63.0),
    "to_starboard_m": (0.0, 63.0),
    "length_m": (np.nextafter(0.0, 1), 1022.0),  # 0 = not available; the fields of bow and stern hold 511 each
    "beam_m": (np.nextafter(0.0, 1), 126.0),
    "draught_m": (np.nextafter(0.0, 1), 25.5),  # 0 = not available; 25.5 = 25.5 m or more
}
"""The values of each field that mean a quantity, both ends included; anything else means "none"."""


def quantity(word: str, values: Floats) -> Floats:
    """Values of a field with everything that is no quantity as NaN.

    >>> quantity("heading_deg", np.array([0.0, 359.0, 360.0, 511.0])).tolist()
    [0.0, 359.0, nan, nan]
    """
    low, high = REAL[word]
    return np.where((values >= low) & (values <= high), values, np.nan)


def nullable(values: Floats) -> pa.Array:
    """Floats with NaN as null."""
    return pa.array(values, from_pandas=True)
