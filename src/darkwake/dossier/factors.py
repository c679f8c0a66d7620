"""Factors as the page shows them: name, value, interval and source, read from the JSON of a payload or of an estimate."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from darkwake.dossier import words
from darkwake.dossier.book import Book, real_first, simulated
from darkwake.dossier.seen import value_words
from darkwake.dossier.tables import Column, Grid, grid, lines, small


@dataclass(frozen=True, order=True)
class Shown:
    """A factor in words."""

    name: str
    value: str
    interval: str
    source: str
    sentence: str


def listed(text: str) -> list[Shown]:
    """Factors from a JSON array of objects; anything else gives none.

    >>> listed('[{"name": "laden fraction", "value": 0.8, "lo": 0.5, "hi": 0.93, "unit": "1", "source": "a table"}]')
    [Shown(name='laden fraction', value='0.8', interval='0.5 to 0.93', source='a table', sentence='')]
    >>> listed("not JSON")
    []
    """
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return []
    return [_shown(one) for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def factors(book: Book) -> Grid:
    """Every factor behind the barrels, with its source and how many visits stand on it."""
    counted: Counter[tuple[Shown, str]] = Counter()
    for row in book.rows("payloads"):
        made = "simulated" if simulated(row) else row["origin"]
        counted.update((one, made) for one in listed(row["factors"]))
    rows = [vars(one) | {"origin": made, "visits": n} for (one, made), n in sorted(counted.items())]
    columns = (
        Column("Factor", lambda r: r["name"]),
        Column("Value", lambda r: r["value"], numeric=True),
        Column("Interval", lambda r: r["interval"], numeric=True),
        Column("Source", lambda r: lines((r["source"], small(r["sentence"])))),
        Column("Visits", lambda r: f"{r['visits']:,}", numeric=True),
    )
    remark = "Codes in square brackets such as [X017] are rows of the table factors.csv that comes with Darkwake."
    return grid("Factors behind the barrels", columns, real_first(rows), remark=remark if rows else "")


def _shown(one: dict[str, Any]) -> Shown:
    """Name, value, interval and source, whatever other words the factor carries left out."""
    unit = f" {one['unit']}" if one.get("unit") not in (None, "", "1") else ""
    low, high = (one.get(a, one.get(b)) for a, b in (("low", "lo"), ("high", "hi")))
    interval = one.get("interval") or ([low, high] if low is not None and high is not None else None)
    shown = (
        " to ".join(_number(end) for end in interval) + unit if isinstance(interval, list) else str(interval or "not stated")
    )
    value = _number(one["value"]) + unit if one.get("value") is not None else "not stated"
    name = str(one.get("name") or one.get("factor") or "not named").replace("_", " ")
    source = str(one.get("source") or one.get("basis") or "source not stated")
    mark = _mark(source) if one.get("verified") is False else ""
    return Shown(name, value, shown, source + mark, str(one.get("sentence") or ""))


def _mark(source: str) -> str:
    """What a factor is that no source was read for."""
    if "worked out" in source:
        return " (worked out, not printed)"
    return " (assumed, wholly or in part)" if "assumed" in source else " (? not read in a stored copy)"


def _number(value: object) -> str:
    return words.significant(value) if isinstance(value, float) else value_words(value)
