"""Which visits count: deliveries by the rule of ``fusion``, and simulated loads by themselves; and why the others do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from darkwake.fusion import LinkRule, deliveries
from darkwake.goods import UNNAMED, goods_named

SIMULATED_ORIGIN = "simulated"


@dataclass(frozen=True)
class Counted:
    """Visits that count, each in order of its id; and of the others the reason and the days between which they arrived."""

    real: tuple[dict[str, Any], ...]
    simulated: tuple[dict[str, Any], ...]
    left_out: tuple[tuple[str, str, date, date], ...]
    """The reason, the cap that the goods fall under, and the days."""

    @property
    def all(self) -> tuple[dict[str, Any], ...]:
        """Both kinds."""
        return self.real + self.simulated

    def reasons(self, product: str, start: date, end: date) -> list[tuple[str, int]]:
        """Why visits with goods of a cap that may fall between two days do not count, and how many each."""
        mine = [(why, first, last) for why, goods, first, last in self.left_out if goods == product]
        return sorted(Counter(why for why, first, last in mine if first <= end and last >= start).items())


def counted(visits: pa.Table, places: pa.Table, linking: LinkRule) -> Counted:
    """The visits that count.

    Of simulated visits the loads count, in a sum of their own: a cargo that is loaded and discharged counts once.
    """
    found = deliveries(visits, places, linking=linking)
    loads = [row for row in visits.to_pylist() if row["origin"] == SIMULATED_ORIGIN and row["activity"] == "load"]
    known = {row["visit_id"]: _goods_and_days(row) for row in visits.to_pylist()}
    others = [row for row in found.left_out.to_pylist() if row["reason"] != SIMULATED_ORIGIN]
    left_out = tuple((row["reason"], *known[row["visit_id"]]) for row in others)
    return Counted(_in_order(found.counted.to_pylist()), _in_order(loads), left_out)


def _goods_and_days(row: dict[str, Any]) -> tuple[str, date, date]:
    return goods_named(row["product"] or UNNAMED).cap, row["arrival_lo"].date(), row["arrival_hi"].date()


def _in_order(rows: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    return tuple(sorted(rows, key=lambda row: str(row["visit_id"])))
