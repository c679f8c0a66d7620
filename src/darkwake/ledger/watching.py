"""How a place was watched: by pictures that the case holds, by looks that it declares, or by looks that have to be assumed.

The best that there is counts. A picture of the case is a look where its footprint covers the place, its time is known and its
pixels are fine enough to show a ship; radar sees through cloud, an optical picture as far as its share of cloud leaves it. What
others published was seen in pictures that the case does not hold: there a declaration in ``[parameters.watching]`` says how
often one looked, and where nobody says it the factors of :mod:`darkwake.cargo.factors` stand in. What is simulated
is no look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from darkwake.cargo.assumed import TRANSMITS
from darkwake.cargo.factors import CLEAR_SHARE, HOURS_ALONGSIDE, NOTICED
from darkwake.errors import InputError, nearest
from darkwake.ledger.looking import HOURS_PER_DAY, Look, regular

Row = Mapping[str, Any]

DECLARED = {"clear_share": CLEAR_SHARE, "hours_alongside": HOURS_ALONGSIDE, "noticed": NOTICED, "transmits": TRANSMITS}
"""Keys of a declaration, and the factor that each sets: a number, or low, central and high."""
LOOKS_KEY = "looks_a_day"
HOURS_IN_A_YEAR = 8760.0
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years of declared looks, those in which a case may lie; assumed, because others are a slip of the pen."""
OTHER_KEYS = frozenset({"place", "start", "end", "source", LOOKS_KEY})


@dataclass(frozen=True)
class WatchRule:
    """Parameters of the estimate of unseen visits.

    A declaration in a case, for one place or (without ``place``) for all::

        [[parameters.watching.declared]]
        place = "vostochny"
        start = 2024-03-07
        end = 2024-11-05
        looks_a_day = 1.0
        clear_share = [0.4, 0.55, 0.7]
        hours_alongside = [12, 24, 48]
        source = "who says so"
    """

    declared: tuple[Any, ...] = ()
    """Looks that a case declares; what a declaration leaves out is assumed."""
    prior_power: float = 0.5
    """How the prior on the rate of visits falls with it, rate ** -power: 0 flat, 0.5 that of Jeffreys, 1 that of a scale."""
    coarsest_m: float = 20.0
    """Coarsest pixel that shows a ship, metres: three pixels along a hull (ships above 30 m at 10 m, Leaf, Satellite overview)
    of 60 m; that no tanker is shorter is assumed, because a deadweight of 1,000 t goes with about that length."""
    reception_km: float = 20.0
    """Distance within which a position that was received shows that a ship at the place would have been heard, kilometres;
    assumed, because the ships of one port lie that far apart and a receiver that hears the one hears the other."""
    least_told: int = 10
    """Pictures that have to tell their cloud before the others take their clear share from them; assumed, because fewer tell
    less than the factor does."""

    def __post_init__(self) -> None:
        if not 0 <= self.prior_power <= 1:
            raise ValueError(f"prior_power {self.prior_power:g} does not lie between 0 and 1")
        for said in self.declared:
            _check(said)

    def of(self, place_id: str) -> list[Row]:
        """The declarations for a place: its own, else those for all places."""
        own = [said for said in self.declared if said.get("place") == place_id]
        return own or [said for said in self.declared if "place" not in said]

    def named(self) -> set[str]:
        """The places that declarations name."""
        return {said["place"] for said in self.declared if "place" in said}

    def check_places(self, known: Iterable[str]) -> None:
        """Hold the places that declarations name against those of the case.

        Raises:
            InputError: a place that the case does not have.
        """
        for place_id in sorted(self.named() - set(known)):
            do = nearest(place_id, known)
            raise InputError(f"no place {place_id!r}", do=do, source="case.toml", place="parameters.watching.declared")

    def span(self, place_id: str, period: tuple[date, date]) -> tuple[date, date]:
        """First and last day that the declarations for a place speak of; those of the case where they name none."""
        said = self.of(place_id)
        return min(one.get("start", period[0]) for one in said), max(one.get("end", period[1]) for one in said)

    def factors(self, place_id: str) -> dict[str, object]:
        """The factors that the declarations for a place set, each with its source; the first that sets one holds."""
        found: dict[str, object] = {}
        for said in reversed(self.of(place_id)):
            found |= {name: _triple(said[key]) | {"source": said["source"]} for key, name in DECLARED.items() if key in said}
        return found

    def looks(self, place_id: str, start: date, end: date) -> tuple[Look, ...] | None:
        """The looks that are declared for a place between two days; ``None`` where only factors tell of them."""
        said = [one for one in self.of(place_id) if LOOKS_KEY in one]
        if not said:
            return None
        found: list[Look] = []
        for one in said:
            first, last = max(start, one.get("start", start)), min(end, one.get("end", end))
            if first <= last:
                found += regular(first_moment(first), first_moment(last + timedelta(days=1)), float(one[LOOKS_KEY]))
        return tuple(sorted(found, key=lambda look: look.time)) or None


def _check(said: Any) -> None:
    if not isinstance(said, Mapping):
        raise ValueError(f"{said!r} declares no looks; write [[parameters.watching.declared]]")
    for word in said.keys() - DECLARED.keys() - OTHER_KEYS:
        raise ValueError(f"no key {word!r} in a declaration of looks; known: {', '.join(sorted(DECLARED.keys() | OTHER_KEYS))}")
    if not isinstance(said.get("source"), str):
        raise ValueError("a declaration of looks has no source; say who says so")
    rate = said.get(LOOKS_KEY, 1.0)
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate <= HOURS_PER_DAY:
        raise ValueError(f"{rate!r} looks a day; give a number above 0 and at most 24")
    for key in DECLARED.keys() & said.keys():
        values = [one for one in _triple(said[key]).values() if isinstance(one, int | float)]
        most = 1.0 if key != "hours_alongside" else HOURS_IN_A_YEAR
        if len(values) < 3 or values != sorted(values) or not all(0 < one <= most for one in values):
            span = f"above 0 and at most {most:g}"
            raise ValueError(f"{key} is {said[key]!r}; give a number, or low, central and high in order, {span}")
    start, end = said.get("start"), said.get("end")
    if not all(value is None or type(value) is date for value in (start, end)):
        raise ValueError("start and end of declared looks are no days; write 2024-03-07")
    if not all(value is None or FIRST_YEAR <= value.year <= LAST_YEAR for value in (start, end)):
        raise ValueError(f"start and end of declared looks do not lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    if start is not None and end is not None and end < start:
        raise ValueError(f"declared looks end on {end}, before they begin on {start}")


@dataclass(frozen=True)
class Watch:
    """A place, a span, the visits seen in it, and what is known of the looking."""

    place_id: str
    start: date
    end: date
    seen: tuple[Row, ...]
    basis: str
    heard_days: int = 0
    """Days of the span on which AIS near the place was received."""
    held: int = 0
    """Pictures of the place that the case holds."""
    looks: tuple[Look, ...] | None = None
    """The looks themselves; ``None`` where only their rate is known."""
    factors: Mapping[str, object] = field(default_factory=dict)
    """Factors that a declaration sets."""
    evidence: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        """Days of the span."""
        return (self.end - self.start).days + 1

    @property
    def span(self) -> tuple[datetime, datetime]:
        """First and last moment."""
        return first_moment(self.start), first_moment(self.end + timedelta(days=1))


def first_moment(day: date) -> datetime:
    """Midnight, UTC, at which a day begins."""
    return datetime.combine(day, time(), UTC)


def looks_at(place: Row, scenes: Iterable[Row], span: tuple[datetime, datetime], coarsest_m: float) -> list[tuple[Look, Row]]:
    """The pictures of a place that can show a ship there, each as a look with its scene, in order of time."""
    found = [
        (Look(scene["time"], _clear(scene)), scene)
        for scene in scenes
        if scene["time"] is not None and span[0] <= scene["time"] < span[1] and scene["spacing_m"] <= coarsest_m
        if _covers(scene, place["lat"], place["lon"])
    ]
    return sorted(found, key=lambda pair: (pair[0].time, pair[1]["scene_id"]))


def _clear(scene: Row) -> float | None:
    if scene["sensor"] == "sar":
        return 1.0
    return None if scene["cloud"] is None else 1.0 - float(scene["cloud"])


def _covers(scene: Row, lat: float, lon: float) -> bool:
    """Whether a footprint holds a point; one whose west is greater than its east crosses the antimeridian."""
    west, south, east, north = (scene[word] for word in ("west", "south", "east", "north"))
    if None in (west, south, east, north) or not south <= lat <= north:
        return False
    return bool(west <= lon <= east if west <= east else lon >= west or lon <= east)


def _triple(value: object) -> dict[str, object]:
    values = value if isinstance(value, list | tuple) and len(value) == 3 else [value] * 3
    return dict(zip(("low", "central", "high"), values, strict=True))


def counted_spans(visits: Iterable[Row], claims: Mapping[str, Row]) -> list[tuple[str, date, date, list[Row], set[str]]]:
    """Spans in which others counted the visits of a place, with the visits in them and the counts that are used.

    Counts of one place that overlap are one span; a visit that no count holds joins the span in which it arrived. A few ships
    told of together are no count over a span: only totals (the kind "aggregate") open one.
    """
    at: dict[tuple[str, str], list[Row]] = {}
    for visit in visits:
        at.setdefault((visit["place_id"], visit["activity"]), []).append(visit)
    found = []
    for (place_id, _), rows in sorted(at.items()):
        counts = {row["counted_in"] for row in rows if claims.get(row["counted_in"], {}).get("kind") == "aggregate"}
        for start, end in _merged((claims[one]["period_start"], claims[one]["period_end"]) for one in counts):
            inside = [row for row in rows if start <= row["arrival_lo"].date() and row["arrival_hi"].date() <= end]
            used = {one for one in counts if start <= claims[one]["period_start"] <= end}
            found.append((place_id, start, end, inside, used))
    return found


def _merged(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    merged: list[tuple[date, date]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
