"""What a check of a figure in print comes to.

A reckoner takes the statements and gives what was reckoned, what Darkwake says of the printed figure, and why:

* a sum or ratio of printed numbers is **equal**, to the digits that rounding leaves, or **not reproduced**;
* an estimate lies **inside** or **outside** the 90 % interval of the payload model for the same count;
* two printed numbers for one thing are **explained**, where a known cause makes the difference;
* what cannot hold is **rejected**;
* where nothing is printed it is **reckoned**.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from darkwake.cargo import Quantity
from darkwake.errors import InputError
from darkwake.ledger.in_print_statements import TABLE, Statements

Verdict = Literal["equal", "inside", "reckoned", "explained", "rejected", "outside", "not reproduced"]

NOT_REPRODUCED: Literal["not reproduced"] = "not reproduced"
HALF_A_UNIT = 0.5
"""What rounding to whole barrels can move a figure."""


@dataclass(frozen=True)
class Reckoned:
    """What was reckoned, and what that says of the printed figure."""

    values: tuple[float, ...]
    unit: str
    verdict: Verdict
    why: str
    intervals: tuple[Quantity, ...] = ()
    """What the model gives for each value, where it gives any."""
    tolerance: float = 0.0
    """Relative difference between this and the recorded result that has a reason, said in ``why``."""


Reckoner = Callable[[Statements], Reckoned]


def compared(value: float, printed: float, unit: str, why: str, *, rounded_parts: int = 1) -> Reckoned:
    """A sum held against a printed figure; each part and the figure itself may be rounded to whole units."""
    agree = abs(value - printed) <= (rounded_parts + 1) * HALF_A_UNIT
    verdict: Verdict = "equal" if agree else "not reproduced"
    return Reckoned((value,), unit, verdict, f"printed: {printed:,.10g}; {why}" if why else f"printed: {printed:,.10g}")


def day_of(day: date | None) -> date:
    """A day that a statement has to have.

    Raises:
        InputError: it has none.
    """
    if day is None:
        raise InputError("a statement without a period has no days", do="mend the row", source=TABLE.name)
    return day
