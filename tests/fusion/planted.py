"""Seeded worlds of overlapping claims with known duplicates.

One truth: ships load at two ports, discharge at a third, and some goods go by rail. Several publishers speak of it: dated calls
(to the day, in UTC or in the next day of the coast; in a range; in a month), counts and barrels of months, ranges and flows,
later and rounded, and reports of states. Every statement keeps the set of true events that it speaks of; two statements are
duplicates where they share one.

What nobody could tell apart is not planted: a range or a month in which the ship called twice; a call of an unnamed ship that
another source names; two unnamed ships on one day; a day that one reading puts inside a total's window and the other outside;
totals that share days but no event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

import numpy as np
import pyarrow as pa

from darkwake.draws import generator
from darkwake.schema import Claims, Places, Vessels

FIRST = date(2024, 1, 1)
DAYS = 240
SHIPS = ("Yu Son", "Un Hung", "Paek Yang San 1", "Wol Bong San", "Chon Ma San", "Kum Un San", "Sam Ma 2", "Rye Song Gang 1")
KNOWN = 5
"""Ships of which the case has a record, the rest are names in print."""
Event = tuple[str, int]
Window = tuple[str | None, int, int]
"""A place, or none for all that goes into the country; first and last day."""


@dataclass(frozen=True)
class Call:
    """A true stay: where, by which ship, on which day (from the first), whether anybody learned her name."""

    place: str
    ship: int
    day: int
    named: bool


@dataclass
class World:
    """Claims with the events that each speaks of."""

    rows: list[dict[str, object]] = field(default_factory=list)
    events: dict[str, frozenset[Event]] = field(default_factory=dict)

    def say(self, events: set[Event], **row: object) -> None:
        """One more claim."""
        claim_id = f"c{len(self.rows):03d}"
        fixed = {"claim_id": claim_id, "title": "T", "what": "w", "bound": "none", "verified": True, "origin": "published"}
        self.rows.append(fixed | {"evidence": [f"pub-{claim_id}"]} | row)
        self.events[claim_id] = frozenset(events)

    def duplicates(self) -> set[frozenset[str]]:
        """The pairs of claims that speak of one event."""
        return {frozenset(pair) for pair in combinations(self.events, 2) if self.events[pair[0]] & self.events[pair[1]]}

    @property
    def claims(self) -> pa.Table:
        """The claims as a table."""
        return Claims.rows(self.rows)


def on(day: int) -> date:
    """The date of a day of the world."""
    return FIRST + timedelta(days=day)


def places() -> pa.Table:
    """Two ports that load, a berth of one, a port that discharges, a crossing."""
    spots = (("east", "port", None, "RU"), ("east-berth", "berth", "east", "RU"), ("west", "port", None, "RU"))
    spots += (("north", "port", None, "KP"), ("bridge", "rail crossing", None, None))
    fixed = {"lat": 42.0, "lon": 133.0, "extent_m": 1000.0, "verified": True, "origin": "published", "evidence": []}
    words = ("place_id", "kind", "parent_id", "country")
    return Places.rows([fixed | {"name": spot[0]} | dict(zip(words, spot, strict=True)) for spot in spots])


def vessels() -> pa.Table:
    """The ships of which there is a record, each with an alias."""
    fixed = {"verified": True, "origin": "published", "evidence": []}
    known = enumerate(SHIPS[:KNOWN])
    return Vessels.rows([fixed | {"vessel_id": f"v{n}", "name": name, "names": [name, f"{name} Ho"]} for n, name in known])


def world(seed: int) -> World:
    """A world of claims."""
    random = generator(seed, "planted duplicates")
    made = World()
    calls = _calls(random)
    windows = _windows(random, calls)
    for publisher in ("P1", "P2", "P3", "P4")[: int(random.integers(2, 5))]:
        for number in range(len(calls)):
            if random.random() < 0.4:
                _say_call(made, random, publisher, calls, number, windows)
    for window in windows:
        _say_total(made, random, calls, *window)
    _say_reports(made, random)
    _say_rail(made, random, windows)
    return made


def _calls(random: np.random.Generator) -> list[Call]:
    """Loads with the discharges that follow; a ship is away for at least six days."""
    calls: list[Call] = []
    for ship in range(len(SHIPS)):
        day = int(random.integers(0, 40))
        while day < DAYS - 8:
            named = bool(random.random() < 0.85)
            calls.append(Call(str(random.choice(["east", "west"])), ship, day, named))
            calls.append(Call("north", ship, day + int(random.integers(2, 5)), named))
            day += int(random.integers(9, 60))
    return calls


def _windows(random: np.random.Generator, calls: list[Call]) -> list[Window]:
    """Places (none for the flow into the country) with first and last day, no event of the world next to their edges."""
    found: list[Window] = []
    for place in ("east", "west", "north", None, None):
        mine = [call.day for call in calls if place in (None, call.place)]
        for _ in range(int(random.integers(1, 5))):
            first, last = sorted(int(day) for day in random.integers(0, DAYS, 2))
            if random.random() < 0.4:
                month = on(first).replace(day=1)
                after = (month + timedelta(days=31)).replace(day=1)
                first, last = (month - FIRST).days, (after - FIRST).days - 1
            window = (place, first, last)
            clear = not any(day - last in (-1, 0, 1) or day - first in (-2, -1, 0) for day in mine)
            if clear and any(first <= day <= last for day in mine) and all(_sound(window, other, calls) for other in found):
                found.append(window)
    return found


def _sound(one: Window, other: Window, calls: list[Call]) -> bool:
    """Whether two windows share an event where they share days and place."""
    near = None in (one[0], other[0]) or one[0] == other[0]
    first, last = max(one[1], other[1]), min(one[2], other[2])
    shared = [call for call in calls if first <= call.day <= last and all(w[0] in (None, call.place) for w in (one, other))]
    return not near or bool(shared) if first <= last else not _one_month(one, other)


def _one_month(one: Window, other: Window) -> bool:
    months = [{(on(day).year, on(day).month) for day in (window[1], window[2])} for window in (one, other)]
    return bool(months[0] & months[1])


def _say_call(
    made: World,
    random: np.random.Generator,
    who: str,
    calls: list[Call],
    number: int,
    windows: list[Window],
) -> None:
    call = calls[number]
    first, last = call.day, call.day
    how = random.random()
    if how < 0.2:
        first = last = call.day + 1
    elif how < 0.4 and call.named:
        first, last = call.day - int(random.integers(0, 9)), call.day + int(random.integers(0, 9))
    elif how < 0.5 and call.named:
        first = (on(call.day).replace(day=1) - FIRST).days
        last = ((on(call.day).replace(day=1) + timedelta(days=31)).replace(day=1) - FIRST).days - 1
    others = [o for o in calls if o is not call and o.place == call.place and (o.ship == call.ship or not call.named)]
    if any(first - 4 <= o.day <= last + 4 for o in others) or _straddles(call, first, last, windows):
        first, last = call.day, call.day
    if not call.named:
        first, last = call.day, call.day
        if any(o.day == call.day and not o.named for o in others):
            return
    place = call.place if call.place != "east" or random.random() < 0.6 else "east-berth"
    made.say(
        {(call.place, number)},
        kind="visit",
        publisher=who,
        published=on(last + int(random.integers(1, 90))).isoformat(),
        place_id=place,
        place=place,
        activity="discharge" if call.place == "north" else "load",
        product=str(random.choice(["refined", "refined petroleum", "diesel"])),
        period_start=on(first),
        period_end=on(last),
        **_ship(random, call),
    )


def _straddles(call: Call, first: int, last: int, windows: list[Window]) -> bool:
    mine = [window for window in windows if window[0] in (None, call.place)]
    return any((w[1] <= call.day <= w[2]) != (w[1] <= day <= w[2]) for w in mine for day in (first, last))


def _ship(random: np.random.Generator, call: Call) -> dict[str, object]:
    if not call.named:
        return {"vessel": None, "vessel_id": None}
    name = SHIPS[call.ship]
    aliases = [f"{name} Ho"] if call.ship < KNOWN else []
    spelled = str(random.choice([name, name.upper(), f"M/T {name}", name.replace(" ", "-"), name.replace(" ", ""), *aliases]))
    known = call.ship < KNOWN and random.random() < 0.5
    return {"vessel": spelled, "vessel_id": f"v{call.ship}" if known else None}


def _say_total(made: World, random: np.random.Generator, calls: list[Call], place: str | None, first: int, last: int) -> None:
    events = {(c.place, n) for n, c in enumerate(calls) if first <= c.day <= last and place in (None, c.place)}
    bbl = float(round(len(events) * random.uniform(15_000, 25_000), -3))
    count = len(events) if place is not None and random.random() < 0.7 else None
    stated = {"lo": bbl, "unit": "bbl", "bound": "at least"} if count is None or random.random() < 0.5 else {}
    for _ in range(1 + int(random.random() < 0.3)):
        made.say(
            events,
            kind="aggregate",
            publisher=str(random.choice(["P1", "P5", "P6"])),
            published=on(last + int(random.integers(1, 200))).isoformat(),
            place_id=place,
            place=place or "to KP",
            activity={"north": "discharge", None: "unknown"}.get(place, "load"),
            product="refined",
            count=count,
            period_start=on(first),
            period_end=on(last),
            **stated,
        )


def _say_reports(made: World, random: np.random.Generator) -> None:
    for state in ("China", "Russia", "China+Russia"):
        for _ in range(int(random.integers(0, 6))):
            first, last = sorted(int(n) for n in random.integers(1, 9, 2))
            end = date(2024, last + 1, 1) - timedelta(days=1)
            made.say(
                {(one, month) for one in state.split("+") for month in range(first, last + 1)},
                kind="reported import",
                publisher=state,
                published=(end + timedelta(days=int(random.integers(20, 400)))).isoformat(),
                place=f"{state} to KP",
                product="refined",
                central=float(random.integers(1_000, 90_000)),
                unit="bbl",
                bound="exact",
                period_start=date(2024, first, 1),
                period_end=end,
            )


def _say_rail(made: World, random: np.random.Generator, windows: list[Window]) -> None:
    """Deliveries by rail, which lie in flows of barrels and in no count of ships."""
    for number in range(int(random.integers(0, 4))):
        day = int(random.integers(0, DAYS))
        if any(day in (w[1], w[2]) for w in windows):
            continue
        claims = [n for n, row in enumerate(made.rows) if row["place"] == "to KP"]
        made.say(
            {("rail", number)},
            kind="visit",
            publisher="P7",
            published=on(day + 30).isoformat(),
            place_id="bridge",
            place="bridge",
            activity="discharge",
            carriage="rail",
            product="refined",
            central=float(random.integers(1_000, 9_000)),
            unit="bbl",
            bound="exact",
            period_start=on(day),
            period_end=on(day),
        )
        for n in claims:
            row = made.rows[n]
            if row["period_start"] <= on(day) <= row["period_end"]:  # type: ignore[operator]
                made.events[str(row["claim_id"])] |= {("rail", number)}
