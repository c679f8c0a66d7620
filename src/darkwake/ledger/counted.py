"""Which visits count: deliveries by the rule of ``fusion``, and simulated loads by themselves; and why the others do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from darkwake.fusion.voyages import LinkRule, deliveries

SIMULATED_ORIGIN = "simulated"


@dataclass(frozen=True)
class Counted:
    """Visits that count, each in order of its id, and the reasons (with how many) for which others do not."""

    real: tuple[dict[str, Any], ...]
    simulated: tuple[dict[str, Any], ...]
    left_out: tuple[tuple[str, int], ...]

    @property
    def all(self) -> tuple[dict[str, Any], ...]:
        """Both kinds."""
        return self.real + self.simulated


def counted(visits: pa.Table, places: pa.Table, linking: LinkRule) -> Counted:
    """The visits that count.

    Of simulated visits the loads count, in a sum of their own: a cargo that is loaded and discharged counts once.
    """
    found = deliveries(visits, places, linking=linking)
    loads = [row for row in visits.to_pylist() if row["origin"] == SIMULATED_ORIGIN and row["activity"] == "load"]
    reasons = Counter(row["reason"] for row in found.left_out.to_pylist() if row["reason"] != SIMULATED_ORIGIN)
    return Counted(_in_order(found.counted.to_pylist()), _in_order(loads), tuple(sorted(reasons.items())))


def _in_order(rows: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    return tuple(sorted(rows, key=lambda row: str(row["visit_id"])))
