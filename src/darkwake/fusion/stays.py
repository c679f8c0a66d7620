"""Looks at ships merged into stays: one stay of one ship at one place, however many looks saw it.

A look is a claim, a sighting or a call in AIS. The rule:

* Looks are one stay if they are of the same ship (by its id, else by its name but for ways of writing) at the same place
  (a berth counts as its port) and their times overlap or lie at most ``adjacent_days`` apart.
* A look whose time is an interval longer than ``longest_stay_days`` ("in April") joins the first stay of the ship that it
  overlaps, and never ties two stays together.
* A claim about a ship that is not named joins another such claim only for the same place, activity and days. Nobody can say
  that an unnamed ship in an image is one met elsewhere: each stays by itself.
* What is simulated never joins what is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from darkwake.claims.containment import OVERLAND
from darkwake.fusion.measured import BY_PICTURES, Picture, of_stay, picture_of, said_of
from darkwake.identity.names import normal
from darkwake.ids import content_id
from darkwake.schema import weakest

Row = dict[str, Any]

NOT_NAMED = "not named"
"""How ``Visits.vessel`` says that nobody knows the ship."""

SIMULATED = "simulated"


@dataclass(frozen=True)
class MergeRule:
    """Parameters of the merging of looks into stays."""

    adjacent_days: float = 1.0
    """Largest time between two looks of one stay, in days; assumed, because ships lie at an oil berth for hours to a day."""
    longest_stay_days: float = 7.0
    """A look at an interval longer than this says when a stay was, not how long; assumed, as above with time at anchor."""


@dataclass(frozen=True)
class Look:
    """One mention of one ship at one place, from ``start`` to ``end``."""

    look_id: str
    kind: str
    """``claim``, ``sighting`` or ``call``."""
    place_id: str
    ship: str
    """What tells the ship: its id, else its plain name, else empty."""
    vessel_id: str | None
    vessel: str | None
    start: datetime
    end: datetime
    activity: str
    product: str | None
    bbl_stated: float | None
    probability: float
    verified: bool
    origin: str
    evidence: tuple[str, ...]
    said: str
    """The look in words, for a person: who published it, or when it was."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What it says beyond that: columns of ``visits`` by name."""
    picture: Picture | None = None
    mmsi: int | None = None

    @property
    def days(self) -> float:
        """Length of its interval, in days."""
        return (self.end - self.start).total_seconds() / 86_400


@dataclass(frozen=True)
class Stay:
    """Looks at one stay, the ones with the shortest intervals first."""

    looks: tuple[Look, ...]

    @property
    def simulated(self) -> bool:
        """Whether any of it is simulated."""
        return any(look.origin == SIMULATED for look in self.looks)


class Ships:
    """Which ship a name, an id or an MMSI means in this case."""

    def __init__(self, vessels: pa.Table) -> None:
        rows = vessels.to_pylist()
        self.rows: dict[str, Row] = {row["vessel_id"]: row for row in rows}
        self._by_mmsi = _unambiguous((row["mmsi"], row["vessel_id"]) for row in rows if row["mmsi"])
        self._by_name = _unambiguous((normal(name), row["vessel_id"]) for row in rows for name in row["names"])

    def find(self, vessel_id: str | None, name: str | None, mmsi: int | None = None) -> tuple[str, str | None]:
        """What tells a ship, and its id where the case knows it; a name that two ships share tells no id."""
        found = vessel_id or self._by_mmsi.get(mmsi) or self._by_name.get(normal(name or ""))
        if found:
            return found, found
        if name and normal(name):
            return f"name:{normal(name)}", None
        return (f"mmsi:{mmsi}" if mmsi else ""), None


def _unambiguous(pairs: Iterable[tuple[Any, str]]) -> dict[Any, str]:
    found: dict[Any, set[str]] = {}
    for word, vessel_id in pairs:
        found.setdefault(word, set()).add(vessel_id)
    return {word: next(iter(ids)) for word, ids in found.items() if len(ids) == 1}


def first_moment(day: date) -> datetime:
    """The beginning of a day, UTC."""
    return datetime.combine(day, time.min, UTC)


def last_moment(day: date) -> datetime:
    """The last microsecond of a day, UTC."""
    return datetime.combine(day, time.max, UTC)


def claim_looks(claims: Iterable[Row], ships: Ships) -> list[Look]:
    """Claims of one visit or transfer at a known place; what only counts several is no look.

    What went by rail, pipeline or road needs no ship: an amount at a place is one delivery, also where it sums up several, but
    not where it lies in such an amount already. "At least" counts with its lower end.
    """
    rows = list(claims)
    overland = {row["claim_id"] for row in rows if row["carriage"] in OVERLAND}
    return [
        _claim_look(_with_amount(row), *ships.find(row["vessel_id"], row["vessel"]))
        for row in rows
        if _is_one(row) and row["part_of"] not in overland
        if row["place_id"] is not None and row["period_start"] is not None and row["period_end"] is not None
    ]


def _is_one(row: Row) -> bool:
    if row["carriage"] in OVERLAND:
        return row["kind"] in ("visit", "aggregate") and row["unit"] in ("bbl", "t")
    return row["kind"] in ("visit", "transfer") and row["count"] in (None, 1)


def _with_amount(row: Row) -> Row:
    least = row["carriage"] in OVERLAND and row["central"] is None and row["hi"] is None
    return row | {"central": row["lo"]} if least else row


def _claim_look(row: Row, ship: str, vessel_id: str | None) -> Look:
    return Look(
        look_id=row["claim_id"],
        kind="claim",
        place_id=row["place_id"],
        ship=ship,
        vessel_id=vessel_id,
        vessel=row["vessel"],
        start=first_moment(row["period_start"]),
        end=last_moment(row["period_end"]),
        activity=row["activity"] if row["activity"] in ("load", "discharge", "transfer") else "unknown",
        product=row["product"],
        bbl_stated=row["central"] if row["unit"] == "bbl" else None,
        probability=1.0,
        verified=row["verified"],
        origin=row["origin"],
        evidence=tuple(row["evidence"]),
        said=f"published by {row['publisher']}",
        details=said_of(row),
    )


def sighting_looks(sightings: Iterable[Row], ships: Ships, detections: Iterable[Row] = ()) -> list[Look]:
    """Sightings at a known place; a sighting that only repeats a claim or a call is left to those."""
    seen = {row["detection_id"]: row for row in detections}
    return [
        replace(
            _seen_look(row, row["sighting_id"], "sighting", ships.find(row["vessel_id"], row["vessel"], row["mmsi"])),
            picture=picture_of(row, seen),
        )
        for row in sightings
        if row["place_id"] is not None and row["claim_id"] is None and row["event_id"] is None
    ]


def call_looks(events: Iterable[Row], ships: Ships) -> list[Look]:
    """Calls in AIS at a known place."""
    return [
        _seen_look(row | {"vessel": None}, row["event_id"], "call", ships.find(None, None, row["mmsi"]))
        for row in events
        if row["kind"] == "call" and row["place_id"] is not None
    ]


def _seen_look(row: Row, look_id: str, kind: str, found: tuple[str, str | None]) -> Look:
    start, end = (row["start"], row["end"] or row["start"]) if kind == "call" else (row["time_lo"], row["time_hi"])
    return Look(
        look_id=look_id,
        kind=kind,
        place_id=row["place_id"],
        ship=found[0],
        vessel_id=found[1],
        vessel=row["vessel"] or (f"MMSI {row['mmsi']}" if row["mmsi"] else None),
        start=start,
        end=end,
        activity="unknown",
        product=None,
        bbl_stated=None,
        probability=row["probability"],
        verified=True,
        origin=row["origin"],
        evidence=tuple(row["evidence"]),
        said=_seen_in_words(row, kind, start, end),
        mmsi=row["mmsi"],
    )


def _seen_in_words(row: Row, kind: str, start: datetime, end: datetime) -> str:
    if kind == "call":
        until = f"{end:%Y-%m-%d %H:%M} UTC" if row["end"] else "the end of the data"
        return f"call in AIS from {start:%Y-%m-%d %H:%M} UTC to {until}"
    return f"sighting of {start:%Y-%m-%d %H:%M} UTC"


def merge(looks: Iterable[Look], ports: dict[str, str], rule: MergeRule) -> list[Stay]:
    """Stays by the rule of the module, in an order that does not depend on that of the looks.

    Args:
        looks: what was seen or said.
        ports: the port of each place, itself where it lies in none.
        rule: what counts as one stay.
    """
    groups: dict[tuple[str, ...], list[Look]] = {}
    for look in sorted(looks, key=lambda look: (look.start, look.end, look.look_id)):
        port = ports.get(look.place_id, look.place_id)
        layer = SIMULATED if look.origin == SIMULATED else ""
        groups.setdefault((layer, port, *_who(look)), []).append(look)
    return [stay for key in sorted(groups) for stay in _stays(groups[key], rule)]


def _who(look: Look) -> tuple[str, ...]:
    if look.ship:
        return ("named", look.ship)
    if look.kind == "claim":
        carriage = look.details.get("carriage") or "ship"
        return ("claim", carriage, look.activity, look.start.isoformat(), look.end.isoformat())
    return (look.kind, look.look_id)


def _stays(looks: list[Look], rule: MergeRule) -> list[Stay]:
    short = [look for look in looks if look.days <= rule.longest_stay_days or look.kind == "call"]
    stays = _swept(short, timedelta(days=rule.adjacent_days))
    alone: list[Look] = []
    for look in (look for look in looks if look not in short):
        joined = next((stay for stay in stays if stay[0].start <= look.end and look.start <= max(s.end for s in stay)), None)
        (alone if joined is None else joined).append(look)
    return [_stay(stay) for stay in [*stays, *_swept(alone, timedelta(0))]]


def _swept(looks: list[Look], gap: timedelta) -> list[list[Look]]:
    """Looks in the order of their starts, cut where the next begins later than ``gap`` after all before it ended."""
    stays: list[list[Look]] = []
    for look in looks:
        if stays and look.start - max(other.end for other in stays[-1]) <= gap:
            stays[-1].append(look)
        else:
            stays.append([look])
    return stays


def _stay(looks: list[Look]) -> Stay:
    return Stay(tuple(sorted(looks, key=lambda look: (look.days, look.start, look.look_id))))


def stay_row(stay: Stay, ports: dict[str, str], rule: MergeRule) -> Row:
    """A row of ``visits`` for a stay, without what published totals say of it."""
    first = stay.looks[0]
    timed = [look for look in stay.looks if look.days <= rule.longest_stay_days or look.kind == "call"] or list(stay.looks)
    port = ports.get(first.place_id, first.place_id)
    who = _who(first)
    begins = min(look.start for look in timed)
    calls = [look for look in timed if look.kind == "call"]
    measured = of_stay((look.details for look in stay.looks), (look.picture for look in stay.looks if look.picture))
    return {
        "visit_id": content_id("visit", SIMULATED if stay.simulated else "", port, *who, f"{begins:%Y-%m-%d}"),
        "place_id": first.place_id,
        "vessel_id": first.vessel_id,
        "vessel": next((look.vessel for look in stay.looks if look.vessel), NOT_NAMED),
        "arrival_lo": min(look.start for look in calls or timed),
        "arrival_hi": min(look.start for look in calls) if calls else min(look.end for look in timed),
        "departure_lo": max(look.end for look in calls) if calls else max(look.start for look in timed),
        "departure_hi": max(look.end for look in calls) if calls else None,
        "activity": next((look.activity for look in stay.looks if look.activity != "unknown"), "unknown"),
        "product": next((look.product for look in stay.looks if look.product), None),
        "bbl_stated": next((look.bbl_stated for look in stay.looks if look.bbl_stated is not None), None),
        **measured,
        "sightings": sorted({look.look_id for look in stay.looks}),
        "probability": max(look.probability for look in stay.looks),
        "rule": _in_words(stay, rule, by_pictures=_read_off(stay, measured)),
        "verified": all(look.verified for look in stay.looks),
        "origin": weakest({look.origin for look in stay.looks}),
        "evidence": sorted({evidence for look in stay.looks for evidence in look.evidence}),
    }


def _read_off(stay: Stay, measured: Row) -> bool:
    """Whether states or freeboards are those of pictures."""
    words = ("laden_in", "freeboard_in_m")
    return any(word in measured and not any(word in look.details for look in stay.looks) for word in words)


def _in_words(stay: Stay, rule: MergeRule, *, by_pictures: bool) -> str:
    said = [look.said for look in sorted(stay.looks, key=lambda look: (look.start, look.look_id))]
    if len(said) == 1:
        return f"{said[0]}, taken as it is stated" if stay.looks[0].kind == "claim" else said[0]
    words = f"one ship, one place, at most {rule.adjacent_days:g} d apart: {', '.join(said)}"
    return f"{words}; {BY_PICTURES}" if by_pictures else words
