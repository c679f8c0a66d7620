"""Statements in print that Darkwake checks, read from ``bundled/published.csv``.

A row restates one statement with its source and keeps the id that it has in the tables of facts. ``given`` holds further
numbers of the statement by name (``t=56000``). Rows whose ids begin with Q are questions of arithmetic on the other rows;
``result`` is what their compiler found, to its last digit. An empty cell is unknown and never 0.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from darkwake.errors import InputError

TABLE = Path(__file__).parents[1] / "bundled" / "published.csv"


@dataclass(frozen=True)
class Statement:
    """One statement in print, or one question of arithmetic on several."""

    id: str
    said_by: str
    what: str
    count: int | None
    lo: float | None
    central: float | None
    hi: float | None
    unit: str
    fill: str
    start: date | None
    end: date | None
    published: str
    given: Mapping[str, float]
    result: tuple[str, ...]
    source: str
    url: str
    verified: bool
    note: str

    def number(self, *words: str) -> float:
        """The first number that is there: ``lo``, ``central``, ``hi``, ``count`` or one of ``given``.

        Raises:
            InputError: none of them is there.
        """
        known = {"lo": self.lo, "central": self.central, "hi": self.hi, "count": self.count, **self.given}
        found = next((value for word in words if (value := known.get(word)) is not None), None)
        if found is None:
            raise InputError(f"no {' or '.join(words)}", do="mend the row", source=TABLE.name, place=self.id)
        return float(found)

    @property
    def words(self) -> str:
        """What is printed, for a person."""
        numbers = " to ".join(f"{value:,.10g}" for value in (self.lo, self.central, self.hi) if value is not None)
        parts = [f"{self.count} counted" if self.count is not None else "", f"{numbers} {self.unit}".strip()]
        parts += [f"{value:,.10g} {name.replace('_', ' ')}" for name, value in self.given.items()]
        return "; ".join(part for part in parts if part) or self.what


Statements = Mapping[str, Statement]


@cache
def statements() -> Statements:
    """Every statement by its id.

    >>> statements()["A004"].count
    43
    """
    rows = csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines())
    return MappingProxyType({row["id"]: _statement(row) for row in rows})


def _statement(row: Mapping[str, str]) -> Statement:
    given = dict(pair.split("=") for pair in row["given"].split("; ") if pair)
    parts = (row[f"source_{word}"] for word in ("publisher", "title", "date", "where"))
    lo, central, hi = (float(row[word]) if row[word] else None for word in ("lo", "central", "hi"))
    start, end = (date.fromisoformat(row[word]) if row[word] else None for word in ("period_start", "period_end"))
    return Statement(
        id=row["id"],
        said_by=row["said_by"],
        what=row["what"],
        count=int(row["count"]) if row["count"] else None,
        lo=lo,
        central=central,
        hi=hi,
        unit=row["unit"],
        fill=row["fill"],
        start=start,
        end=end,
        published=row["source_date"],
        given=MappingProxyType({name: float(value) for name, value in given.items()}),
        result=tuple(row["result"].split("; ")) if row["result"] else (),
        # What nobody read in a stored copy has no publication, and says so where the address would stand.
        source=", ".join(part for part in parts if part) or row["source_url"],
        url=row["source_url"],
        verified=row["verified"] == "yes",
        note=row["note"],
    )
