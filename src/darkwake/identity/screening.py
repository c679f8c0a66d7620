"""Screening: which listings speak of a ship, on which version of which list, and why it is believed to be the same ship.

Ships are compared by IMO number, by MMSI, and by exact normalised name (``names``); nothing is fuzzy. A score is a place on
a fixed scale of reasons, not a probability:

===== =============================================================================================================
1.0   the IMO numbers are equal (and pass their check digit)
0.8   the MMSIs are equal and no IMO number contradicts; an MMSI goes from ship to ship and can be typed in by anyone
0.5   a name is equal and one side gives no IMO number to compare
0.4   the listing gives no IMO number, but has a name of a vessel that another list numbers with the IMO number asked for
0.0   a name or an MMSI is equal and both IMO numbers are known and differ: another ship; shown apart in ``not_hits``
===== =============================================================================================================

A listing is information, not proof, and no hit proves nothing: the answer names every list and version that was searched.

What was in force on a day (``on``): of each list the newest version up to that day counts as it stands; of the first
version after it, the entries that it says were listed by that day count too, and so do those for which it gives no date,
which is said. A month alone as version (2019-01) counts as its last day.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from darkwake.identity import mmsi as mmsis
from darkwake.identity.lists.reading import Reading
from darkwake.identity.names import normal
from darkwake.identity.query import Query
from darkwake.schema import Listings

SCALE: Mapping[str, float] = {"imo": 1.0, "mmsi": 0.8, "name": 0.5, "name of a numbered ship": 0.4, "another ship": 0.0}
"""Score of each basis; the words are in the module's docstring."""


@dataclass(frozen=True)
class Hit:
    """A listing that speaks of the ship asked for, with the reasons and the list's own line."""

    query: str
    vessel: str
    kind: str
    score: float
    basis: str
    reasons: tuple[str, ...]
    list: str
    version: str
    listed_on: str | None
    measures: tuple[str, ...]
    programmes: tuple[str, ...]
    imo: int | None
    entry_id: str
    text: str
    line: int
    source_id: str


@dataclass(frozen=True)
class Searched:
    """A version of a list that was searched: how many entries, and how many vessels that no IMO number can find."""

    list: str
    version: str
    entries: int
    vessels: int
    vessels_without_imo: int


@dataclass(frozen=True)
class Screened:
    """The answer: hits, ships that only look the same, what was searched, what to mind."""

    hits: tuple[Hit, ...]
    not_hits: tuple[Hit, ...]
    searched: tuple[Searched, ...]
    queries: int
    notes: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain values for JSON."""
        return {**asdict(self), "queries": self.queries}


def screen(queries: Iterable[str | Query], listings: pa.Table, *, on: date | None = None) -> Screened:
    """Find the listings of some ships.

    Args:
        queries: IMO numbers, MMSIs or names as text, or :class:`Query` for a ship of which several are known.
        listings: rows of ``schema.Listings``, of one or several lists and versions.
        on: the day of which to ask; without it the newest version of each list is searched.

    Returns:
        hits in the order of the queries, the highest score first.

    >>> from darkwake.identity.lists import bundled, read_lists
    >>> un = read_lists([bundled()]).readings[0].listings
    >>> hit = screen(["9020534"], un).hits[0]
    >>> hit.vessel, hit.score, hit.list, hit.listed_on, hit.line
    ('RUNG RA 2', 1.0, 'un-1718', '2017-12-28', 40)
    """
    asked = [query if isinstance(query, Query) else Query.read(query) for query in queries]
    rows, searched, notes = _in_force(listings.to_pylist(), on)
    index = Index(rows)
    found = [hit for query in asked for hit in index.hits(query)]
    notes += [query.note for query in asked if query.note]
    notes += [f"{s.list} {s.version}: {_without(s)}" for s in searched if s.vessels_without_imo]
    return Screened(
        hits=tuple(hit for hit in found if hit.score > 0),
        not_hits=tuple(hit for hit in found if hit.score == 0),
        searched=tuple(searched),
        queries=len(asked),
        notes=tuple(notes),
    )


def together(readings: Iterable[Reading]) -> pa.Table:
    """The listings of several readings as one table."""
    return pa.concat_tables([Listings.empty(), *(reading.listings for reading in readings)])


def _without(searched: Searched) -> str:
    return (
        f"{searched.vessels_without_imo} of {searched.vessels} vessels have no IMO number there: the number alone may miss them"
    )


class Index:
    """Listings by IMO number, MMSI and normalised name."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows
        self._by_imo: dict[int, list[int]] = defaultdict(list)
        self._by_mmsi: dict[int, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        for at, row in enumerate(rows):
            if row["imo"] is not None and row["imo_ok"]:
                self._by_imo[row["imo"]].append(at)
            if row["mmsi"] is not None:
                self._by_mmsi[row["mmsi"]].append(at)
            for name in {normal(name) for name in row["names"]} - {""}:
                self._by_name[name].append(at)

    def hits(self, query: Query) -> list[Hit]:
        """The listings that a query finds, the highest score first; each listing once, with all its reasons."""
        found: dict[int, _Match] = {}
        for at in self._by_imo.get(query.imo, []) if query.imo else []:
            found[at] = _Match("imo", [f"IMO number {query.imo} is equal"])
        for at in self._by_mmsi.get(query.mmsi, []) if query.mmsi else []:
            self._add(found, query, at, "mmsi", f"{mmsis.words(query.mmsi or 0)} is equal")
        for name in query.names:
            for at in self._by_name.get(normal(name), []):
                self._add(found, query, at, "name", _name_words(name, self._rows[at]))
        self._say_other_names(found, query)
        self._look_through(found, query)
        self._say_namesakes(found, query)
        ordered = sorted(found.items(), key=lambda item: (-SCALE[item[1].basis], item[0]))
        return [_hit(query, self._rows[at], match) for at, match in ordered]

    def _add(self, found: dict[int, _Match], query: Query, at: int, basis: str, reason: str) -> None:
        row = self._rows[at]
        if query.imo and row["kind"] != "vessel":
            return
        other = query.imo and row["imo_ok"] and row["imo"] != query.imo
        if other:
            basis, reason = "another ship", f"{reason}, but the listing's IMO number is {row['imo']}, not {query.imo}"
        if at in found:
            found[at].reasons.append(reason)
        else:
            found[at] = _Match(basis, [reason])

    def _say_other_names(self, found: dict[int, _Match], query: Query) -> None:
        """The hull is the one asked for, but not under the name asked for: renamed, or a number that is not its own."""
        asked = {normal(name) for name in query.names}
        for at, match in found.items():
            if match.basis == "imo" and asked and not asked & {normal(name) for name in self._rows[at]["names"]}:
                match.reasons.append(f"not among its names: {', '.join(query.names)}")

    def _look_through(self, found: dict[int, _Match], query: Query) -> None:
        """Vessels without an IMO number that have a name of one that was found by it, on whichever list."""
        for at in [at for at, match in found.items() if match.basis == "imo"]:
            row = self._rows[at]
            for name in row["names"]:
                for other in self._by_name.get(normal(name), []):
                    seen = self._rows[other]
                    if seen["kind"] == "vessel" and seen["imo"] is None and other not in found:
                        reason = f"no IMO number here; {name} is a name of IMO {query.imo} on {row['list']} {row['version']}"
                        found[other] = _Match("name of a numbered ship", [reason])

    def _say_namesakes(self, found: dict[int, _Match], query: Query) -> None:
        """A name that belongs to several hulls cannot tell which is meant: said in each of its hits."""
        if query.imo:
            return
        named = [at for at, match in found.items() if match.basis == "name"]
        hulls = sorted({self._rows[at]["imo"] for at in named if self._rows[at]["imo_ok"]})
        if len(hulls) > 1:
            for at in named:
                words = " and ".join(str(hull) for hull in hulls)
                found[at].reasons.append(f"{len(hulls)} ships have this name (IMO {words}): the name does not tell which")


@dataclass
class _Match:
    basis: str
    reasons: list[str]


def _name_words(name: str, row: dict[str, Any]) -> str:
    listed = next(other for other in row["names"] if normal(other) == normal(name))
    return f"name {name} is equal" if listed == name else f"name {name} is equal to {listed} but for its spelling"


def _hit(query: Query, row: dict[str, Any], match: _Match) -> Hit:
    dated = [] if row["listed_on"] else ["this list gives no date of listing"]
    after = [row["doubt"]] if row.get("doubt") else []
    return Hit(
        query=query.text,
        vessel=row["name"],
        kind=row["kind"],
        score=SCALE[match.basis],
        basis=match.basis,
        reasons=(*match.reasons, *dated, *after),
        list=row["list"],
        version=row["version"],
        listed_on=row["listed_on"],
        measures=tuple(row["measures"]),
        programmes=tuple(row["programmes"]),
        imo=row["imo"],
        entry_id=row["entry_id"],
        text=row["text"],
        line=row["line"],
        source_id=row["source_id"],
    )


def last_day(text: str) -> str:
    """The last day that a date can mean, ISO 8601.

    >>> last_day("2019-01"), last_day("1980"), last_day("2018-10-16")
    ('2019-01-31', '1980-12-31', '2018-10-16')
    """
    year, *rest = text.split("-")
    if len(rest) == 1:
        return f"{text}-{calendar.monthrange(int(year), int(rest[0]))[1]:02d}"
    return text if rest else f"{year}-12-31"


Rows = list[dict[str, Any]]


def _in_force(rows: Rows, on: date | None) -> tuple[Rows, list[Searched], list[str]]:
    """The rows to search, which versions they are of, and what to mind about the day asked for."""
    lists: dict[str, dict[str, Rows]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        lists[row["list"]][row["version"]].append(row)
    kept: Rows = []
    searched: list[Searched] = []
    notes: list[str] = []
    for name, versions in sorted(lists.items()):
        for version, chosen in _chosen(versions, on.isoformat() if on else None):
            kept += chosen
            searched.append(_searched(name, version, chosen))
            if on and last_day(version) > on.isoformat():
                notes.append(_later(name, version, on, len(chosen)))
    return kept, searched, notes


def _chosen(versions: Mapping[str, Rows], on: str | None) -> list[tuple[str, Rows]]:
    newest_first = sorted(versions, key=last_day, reverse=True)
    if on is None:
        return [(newest_first[0], versions[newest_first[0]])]
    upto = [version for version in newest_first if last_day(version) <= on][:1]
    after = [version for version in newest_first if last_day(version) > on][-1:]
    held = {row["entry_id"] for version in upto for row in versions[version]}
    return [(v, versions[v]) for v in upto] + [(v, _by_then(versions[v], held, on)) for v in after]


def _by_then(rows: Rows, held: set[str], on: str) -> Rows:
    """Of a version after the day, what was listed by the day or may have been."""
    new = [row for row in rows if row["entry_id"] not in held]
    listed = [row for row in new if row["listed_on"] and last_day(row["listed_on"]) <= on]
    doubt = f"it is on a version after {on}, and may have been listed after that day"
    return listed + [{**row, "doubt": doubt} for row in new if not row["listed_on"]]


def _searched(name: str, version: str, rows: Rows) -> Searched:
    vessels = [row for row in rows if row["kind"] == "vessel"]
    return Searched(name, version, len(rows), len(vessels), sum(row["imo"] is None for row in vessels))


def _later(name: str, version: str, on: date, count: int) -> str:
    return (
        f"{name} {version} is later than {on}: its {count} entries that were or may have been listed by then were searched; "
        "who was taken off in between is not in it"
    )
