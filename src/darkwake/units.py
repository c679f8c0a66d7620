"""Units and conversions, each constant with its source. Names carry the unit: ``_m``, ``_kn``, ``_t``, ``_bbl``."""

from __future__ import annotations

from datetime import UTC, datetime

METRES_PER_NAUTICAL_MILE = 1852.0
"""International nautical mile (International Hydrographic Conference, Monaco 1929)."""

SECONDS_PER_HOUR = 3600.0

METRES_PER_SECOND_PER_KNOT = METRES_PER_NAUTICAL_MILE / SECONDS_PER_HOUR

CUBIC_METRES_PER_BARREL = 0.158987294928
"""42 US gallons of 231 cubic inches of 2.54 cm (NIST Handbook 44, appendix C); exact."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def knots(metres_per_second: float) -> float:
    """Speed in knots.

    >>> round(knots(10.0), 3)
    19.438
    """
    return metres_per_second / METRES_PER_SECOND_PER_KNOT


def epoch_us(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC of an aware time.

    >>> epoch_us(datetime(2024, 3, 7, tzinfo=UTC))
    1709769600000000
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    delta = moment - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
