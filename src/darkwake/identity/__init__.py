"""Who a ship is: numbers, exact names, the lists that publishers keep, and screening against them.

Listings are information, not proof. Names are compared exactly after normalising; nothing here guesses.
"""

from __future__ import annotations

from darkwake.identity.lists import bundled, read_lists
from darkwake.identity.query import Query, read_queries
from darkwake.identity.screening import Hit, Screened, Searched, screen
from darkwake.identity.stages import links, listings
from darkwake.identity.versions import Difference, difference

__all__ = [
    "Difference",
    "Hit",
    "Query",
    "Screened",
    "Searched",
    "bundled",
    "difference",
    "links",
    "listings",
    "read_lists",
    "read_queries",
    "screen",
]
