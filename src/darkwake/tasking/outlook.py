"""The outlook of a case: opportunities and the plan together, with what a person has to know to judge them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa

from darkwake.tasking.opportunities import Looked, look
from darkwake.tasking.plan import plan
from darkwake.tasking.rule import TaskingRule, Window
from darkwake.tasking.satellites import BUNDLED_ELEMENTS

SHOWN = 40
"""Lines of the plan and of remarks that are shown to a person; the tables hold all."""

NO_PROMISE = (
    "being listed does not mean that a satellite images then: it follows its operator's plan or an order; cloud is not known"
)


@dataclass(frozen=True)
class Outlook:
    """Opportunities and the plan, with the look that they were made from."""

    looked: Looked
    opportunities: pa.Table
    plan: pa.Table

    def ages_days(self) -> list[float]:
        """Age of each satellite's elements at the start of the window, days; negative where they are newer."""
        return sorted(element.age_h(self.looked.start) / 24 for element in self.looked.sets)

    def remarks(self) -> list[str]:
        """What a reader has to know: how old the elements are, what was set aside, what a listing does not mean."""
        ages = self.ages_days()
        last_day = (self.looked.stop - self.looked.start) / timedelta(days=1)
        spread = f"median; {ages[0]:.1f} to {ages[-1]:.1f}"
        old = f"elements are {median(ages):.1f} days old at the start of the window ({spread}), {last_day:g} more at its end"
        remarks = [f"{old}; sigma_s says what that does to each time", NO_PROMISE]
        aside = self.looked.quarantine.num_rows - len(self.looked.faults)
        remarks += [f"{aside} lines of the element files could not be used"] if aside else []
        return remarks + [fault.text() for fault in self.looked.faults]

    def result(self) -> dict[str, Any]:
        """The outlook as plain values."""
        return {
            "window": {"start": self.looked.start, "stop": self.looked.stop},
            "places": self.looked.places,
            "satellites": len(self.looked.sets),
            "element_age_days": {"median": median(self.ages_days()), "oldest": self.ages_days()[-1]},
            "remarks": self.remarks(),
            "quarantine": self.looked.quarantine.to_pylist(),
            "opportunities": self.opportunities.to_pylist(),
            "plan": self.plan.to_pylist(),
        }

    def text(self) -> str:
        """The outlook in words."""
        usable = sum(self.opportunities.column("usable").to_pylist())
        head = (
            f"{self.looked.start:%Y-%m-%d %H:%M} to {self.looked.stop:%Y-%m-%d %H:%M} UTC,"
            f" {len(self.looked.sets)} satellites, {len(self.looked.places)} places:"
            f" {self.opportunities.num_rows} opportunities, {usable} usable"
        )
        rows = self.plan.to_pylist()
        lines = [f"{row['rank']:3d}. {row['place_id']}: {row['why']}" for row in rows[:SHOWN]]
        remarks = [f"- {remark}" for remark in self.remarks()[:SHOWN]]
        return "\n".join([head, *(lines or ["nothing to plan"]), *remarks])


def outlook(places: pa.Table, *, elements: Sequence[Path], window: Window, rule: TaskingRule) -> Outlook:
    """When could which satellite look at the places of a case, and which looks to order.

    Args:
        places: ``schema.Places``.
        elements: files of element sets (two-line format, plain or gzip); those that ship with the program when empty.
        window: for which days; without a start it begins at the newest epoch of the elements.
        rule: what counts as a look and how many are wanted.

    Returns:
        Opportunities (``schema.Opportunities``), the plan (``schema.Plan``), and what a reader has to know.

    Raises:
        InputError: no readable elements, or an impossible window.

    >>> from darkwake.schema import Places
    >>> from darkwake.tasking import Days, TaskingRule
    >>> berth = {"place_id": "b", "name": "Berth", "kind": "berth", "lat": 42.74, "lon": 133.08, "extent_m": 500.0}
    >>> place = Places.rows([berth | {"verified": False, "origin": "published", "evidence": []}])
    >>> ahead = outlook(place, elements=(), window=Days(days=1), rule=TaskingRule(budget=2))
    >>> [row["rank"] for row in ahead.result()["plan"]]
    [1, 2]
    """
    looked = look(places, tuple(elements) or (BUNDLED_ELEMENTS,), window, rule)
    return Outlook(looked, looked.opportunities, plan(looked.opportunities, tasking=rule))
