"""The case's tables as the page reads them: rows, names of places and ships, and the numbered notes to the sources.

Read only. A table that is missing and one that is empty read alike, as no rows; the page says so in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
from markupsafe import Markup

from darkwake.dossier import words

Row = dict[str, Any]
KIND_ORDER = ("publication", "list", "file", "scene", "elements", "table")
MOST_NOTES = 12
"""Ranges of notes shown beside one number; a total over hundreds of sources names how many more there are."""


class Book:
    """A read-only view of a case's tables."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._tables = tables
        self._rows: dict[str, list[Row]] = {}

    def rows(self, name: str) -> list[Row]:
        """All rows of a small table."""
        if name not in self._rows:
            self._rows[name] = self.arrow(name).to_pylist()
        return self._rows[name]

    def arrow(self, name: str) -> pa.Table:
        """A table as it is; without columns where it is missing."""
        table = self._tables.get(name)
        return pa.table({}) if table is None else table

    def count(self, name: str) -> int:
        """How many rows a table has."""
        return int(self.arrow(name).num_rows)

    @cached_property
    def places(self) -> dict[str, Row]:
        """Places by their ids."""
        return {row["place_id"]: row for row in self.rows("places")}

    @cached_property
    def vessels(self) -> dict[str, Row]:
        """Ships by their ids."""
        return {row["vessel_id"]: row for row in self.rows("vessels")}

    @cached_property
    def claims(self) -> dict[str, Row]:
        """Claims by their ids."""
        return {row["claim_id"]: row for row in self.rows("claims")}

    @cached_property
    def caps(self) -> dict[str, Row]:
        """Caps by their ids."""
        return {row["cap_id"]: row for row in self.rows("caps")}

    @cached_property
    def payloads(self) -> dict[str, Row]:
        """Payloads by their visits."""
        return {row["visit_id"]: row for row in self.rows("payloads")}

    @cached_property
    def sources(self) -> list[Row]:
        """Evidence in the order of its numbers: publications first, then lists, files and images."""
        return sorted(self.rows("evidence"), key=_source_order)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each source."""
        return {row["evidence_id"]: number for number, row in enumerate(self.sources, start=1)}

    def place(self, place_id: str | None) -> str:
        """A place's name, or its id where the table does not hold it."""
        if place_id is None:
            return "place not known"
        return str(self.places.get(place_id, {}).get("name", place_id))

    def vessel(self, vessel_id: str | None) -> str:
        """A ship's name, or its id where the table does not hold it."""
        if vessel_id is None:
            return "not named"
        return str(self.vessels.get(vessel_id, {}).get("name", vessel_id))

    def claim(self, claim_id: str | None) -> str | None:
        """A claim in words: who says what of which days; or its id where the table does not hold it."""
        if claim_id is None or claim_id not in self.claims:
            return claim_id
        row = self.claims[claim_id]
        ends = [words.quantity(row[word], row["unit"]) for word in ("lo", "central", "hi") if row[word] is not None]
        size = " – ".join(dict.fromkeys(ends)) or (f"{row['count']:,} counted" if row["count"] is not None else "")
        when = words.days(row["period_start"], row["period_end"]) if row["period_start"] or row["period_end"] else ""
        said = "; ".join(part for part in (row["what"], size, when) if part)
        return f"{row['publisher']}: {said}" if row["publisher"] else said

    def source(self, evidence_id: str) -> str:
        """A source in words: its number, who published what and when; or its id."""
        if evidence_id not in self.numbers:
            return evidence_id
        number = self.numbers[evidence_id]
        row = self.sources[number - 1]
        said = ", ".join(str(row[word]) for word in ("publisher", "title", "published") if row.get(word))
        return f"[{number}] {said}"

    def notes(self, evidence: Iterable[str] | None) -> Markup:
        """Numbered notes that lead to the table of sources, runs of three and more drawn together."""
        ids = list(evidence or ())
        ranges = runs([self.numbers[one] for one in ids if one in self.numbers])
        shown = Markup(", ").join(_note(low, high) for low, high in ranges[:MOST_NOTES])
        rest = sum(high - low + 1 for low, high in ranges[MOST_NOTES:])
        unknown = sum(one not in self.numbers for one in ids)
        more = [f"and {rest} more"] if rest else []
        more += [f"{unknown} not in the table of sources"] if unknown else []
        parts = [*([shown] if ranges else []), *more]
        return Markup('<sup class="note">[{}]</sup>').format(Markup(", ").join(parts)) if parts else Markup("")


def _note(low: int, high: int) -> Markup:
    one = Markup('<a href="#source-{0}">{0}</a>')
    return one.format(low) if low == high else one.format(low) + Markup("–") + one.format(high)


def _source_order(row: Row) -> tuple[object, ...]:
    kind = KIND_ORDER.index(row["kind"]) if row["kind"] in KIND_ORDER else len(KIND_ORDER)
    return (kind, row["published"] or "9999", row["publisher"] or "", row["title"], row["evidence_id"])


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers in order, three and more in a row as one range.

    >>> runs([5, 1, 2, 3, 8, 9])
    [(1, 3), (5, 5), (8, 8), (9, 9)]
    """
    ordered = sorted(set(numbers))
    found: list[tuple[int, int]] = []
    for _, members in groupby(enumerate(ordered), key=lambda pair: pair[1] - pair[0]):
        row = [number for _, number in members]
        found += [(row[0], row[-1])] if len(row) > 2 else [(number, number) for number in row]
    return found


def address(href: str | None) -> str | None:
    """An address that may become a link: http or https with a host; anything else stays text.

    >>> address("https://example.org/a"), address("javascript:alert(1)"), address("http:///x"), address(None)
    ('https://example.org/a', None, None, None)
    """
    if not href:
        return None
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return None
    return href.strip() if parts.scheme in {"http", "https"} and parts.netloc else None


def without_brackets(name: str) -> str:
    """A name without what stands in brackets at its end.

    >>> without_brackets("Rajin / Najin (KPNJN)")
    'Rajin / Najin'
    """
    return re.sub(r"\s*\([^()]*\)$", "", name) or name


def simulated(row: Mapping[str, Any]) -> bool:
    """Whether a row stands on anything that was made up by a generator."""
    return row.get("origin") == "simulated"


def real_first(rows: Sequence[Row]) -> list[Row]:
    """Rows with the simulated ones at the end, the order kept otherwise."""
    return [row for row in rows if not simulated(row)] + [row for row in rows if simulated(row)]
