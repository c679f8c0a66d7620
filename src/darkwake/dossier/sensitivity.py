"""What widens the interval of one visit: the unknowns of a payload, the one first that widens it most."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from darkwake.dossier.words import barrels

_NAMES = ("factor", "unknown", "cause", "name")
_TELLING = ("settled_by", "told_by", "observation")


@dataclass(frozen=True)
class Unknown:
    """One unknown: how much narrower the interval were if it were known, and the observation that would tell it."""

    name: str
    half_width_bbl: float | None
    share: float | None
    settled_by: str

    def words(self) -> str:
        """The unknown in a line."""
        size = (
            f": if known, half the interval is {barrels(self.half_width_bbl)} less" if self.half_width_bbl is not None else ""
        )
        return f"{self.name}{size}" + (f"; told by {self.settled_by}" if self.settled_by else "")


def unknowns(text: str | None) -> list[Unknown]:
    """The unknowns of a JSON array of objects, in its order; anything else gives none.

    >>> unknowns('[{"factor": "laden fraction", "half_width_removed_bbl": 9100.0, "share": 0.5}]')[0].words()
    'laden fraction: if known, half the interval is 9,100 bbl less'
    >>> unknowns("not JSON"), unknowns(None)
    ([], [])
    """
    try:
        found = json.loads(text or "[]")
    except json.JSONDecodeError:
        return []
    return [_unknown(one) for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _unknown(one: Mapping[str, Any]) -> Unknown:
    name = next((str(one[word]) for word in _NAMES if one.get(word)), "not named").replace("_", " ")
    telling = next((str(one[word]) for word in _TELLING if one.get(word)), "")
    return Unknown(
        name, _number(one.get("half_width_removed_bbl", one.get("half_width_bbl"))), _number(one.get("share")), telling
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
