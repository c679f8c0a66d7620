"""What a ship says of her draught around a call: the value in force on arrival, the one after, and how old each is.

A draught is typed in by the crew, seldom and late: of 786 calls of tankers at four Canadian terminals from 2024 to 2026, 22
have two reports and 5 show a rise of over 1 m. A value that was not retyped says nothing of the cargo, and is called so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from darkwake.engine.clock import clock_us
from darkwake.events.track import US_PER_HOUR, sessions
from darkwake.schema import WHOLE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine


@dataclass(frozen=True)
class DraughtRule:
    """Which draughts belong to a call."""

    within_h: float = 96.0
    """A value last heard so long before arrival, or first heard so long after departure, still tells of the call (assumed:
    crews retype it with the next voyage)."""
    least_change_m: float = 1.0
    """A change of at least this is a sign of loading or discharging (assumed: ballast, fuel and water move it by less)."""

    def __post_init__(self) -> None:
        """Refuse limits that make no sense.

        Raises:
            ValueError: a limit is not above zero.
        """
        if min(self.within_h, self.least_change_m) <= 0:
            raise ValueError("within_h and least_change_m have to be above 0")


@dataclass(frozen=True)
class Said:
    """One draught, as long as it was sent without another between and without a long silence."""

    draught_m: float
    first_us: int
    last_us: int
    messages: int


@dataclass(frozen=True)
class Draughts:
    """Draughts around a call."""

    arrival_m: float | None = None
    arrival_age_h: float | None = None
    """Hours from the first message with this value to the arrival; below 0: first heard so long after it."""
    departure_m: float | None = None
    departure_age_h: float | None = None
    """Hours from the first message with this value to the departure; below 0: first heard so long after it."""
    retyped: bool | None = None
    """Whether another value was sent; null where too few messages were heard to say."""
    says: str = "no draught heard"
    """In words."""

    @property
    def change_m(self) -> float | None:
        """Departure less arrival, where it was retyped."""
        if not self.retyped or self.arrival_m is None or self.departure_m is None:
            return None
        return round(self.departure_m - self.arrival_m, 3)


def draught_runs(statics: ir.Table, mmsis: Sequence[int], engine: Engine, rule: DraughtRule) -> dict[int, list[Said]]:
    """What each of some MMSIs said, value after value in the order of time: the engine reduces repeats to one row."""
    asked = engine.table(pa.table({"of_mmsi": pa.array(sorted(set(mmsis)), WHOLE)}))
    said = statics.filter((statics.draught_m > 0) & statics.time.notnull()).semi_join(asked, [("mmsi", "of_mmsi")])
    slim = said.select("mmsi", "source_id", "line", "draught_m", us=clock_us(said.time))
    order = ibis.window(group_by="mmsi", order_by=["us", "source_id", "line"])
    silent = slim.us - slim.us.lag().over(order) > round(rule.within_h * US_PER_HOUR)
    changes = silent | (slim.draught_m != slim.draught_m.lag().over(order))
    changed = slim.mutate(number=ibis.row_number().over(order), changes=changes)
    runs = sessions(changed, ["mmsi"], "number", changed.changes, "run")
    summed = runs.group_by(["mmsi", "run"]).aggregate(
        draught_m=runs.draught_m.min(), first_us=runs.us.min(), last_us=runs.us.max(), messages=runs.count()
    )
    found: dict[int, list[Said]] = {}
    for row in engine.arrow(summed).sort_by([("mmsi", "ascending"), ("run", "ascending")]).to_pylist():
        found.setdefault(row["mmsi"], []).append(Said(row["draught_m"], row["first_us"], row["last_us"], row["messages"]))
    return found


def draughts_of(said: Sequence[Said], start_us: int, end_us: int, rule: DraughtRule) -> Draughts:
    """The draughts of a call from arrival to departure (or the end of the data).

    >>> hour = US_PER_HOUR
    >>> told = [Said(8.5, -20 * hour, 2 * hour, 40), Said(12.8, 70 * hour, 90 * hour, 30)]
    >>> call = draughts_of(told, 0, 72 * hour, DraughtRule())
    >>> call.arrival_m, call.arrival_age_h, call.departure_m, call.departure_age_h, call.change_m
    (8.5, 20.0, 12.8, 2.0, 4.3)
    >>> draughts_of(told[:1], 0, 72 * hour, DraughtRule()).says
    'not retyped while heard: says nothing of the cargo'
    """
    within = round(rule.within_h * US_PER_HOUR)
    arrival = _on_arrival(said, start_us, end_us, within)
    if arrival is None:
        return Draughts()
    at = said[arrival]
    given: dict[str, Any] = {"arrival_m": at.draught_m, "arrival_age_h": _hours(start_us - _since(said, arrival))}
    later = [number for number in range(arrival, len(said)) if _tells(said[number], start_us, end_us + within)]
    if not later:
        return Draughts(**given, says="no draught heard after arrival")
    if later == [arrival] and at.messages == 1:
        return Draughts(**given, says="one report only: whether it was retyped is not known")
    after = said[later[-1]]
    given |= {"departure_m": after.draught_m, "departure_age_h": _hours(end_us - _since(said, later[-1]))}
    if after.draught_m == at.draught_m:
        return Draughts(**given, retyped=False, says="not retyped while heard: says nothing of the cargo")
    return Draughts(**given, retyped=True, says=_sign(after.draught_m - at.draught_m, rule))


def _on_arrival(said: Sequence[Said], start_us: int, end_us: int, within_us: int) -> int | None:
    """The value in force on arrival: sent before and after, or not long before, else the first heard during the call."""
    before = [at for at, run in enumerate(said) if run.first_us <= start_us]
    if before and said[before[-1]].last_us >= start_us - within_us:
        return before[-1]
    during = [at for at, run in enumerate(said) if start_us < run.first_us <= end_us]
    return during[0] if during else None


def _tells(run: Said, start_us: int, until_us: int) -> bool:
    """Whether a value was heard after the arrival, and not too late."""
    return run.last_us > start_us and run.first_us <= until_us


def _since(said: Sequence[Said], at: int) -> int:
    """When a value was first heard, through silences with the same value on both sides."""
    while at and said[at - 1].draught_m == said[at].draught_m:
        at -= 1
    return said[at].first_us


def _sign(change_m: float, rule: DraughtRule) -> str:
    if change_m >= rule.least_change_m:
        return "retyped, deeper: a sign of loading"
    if change_m <= -rule.least_change_m:
        return "retyped, shallower: a sign of discharging"
    return f"retyped, by less than {rule.least_change_m:g} m: no sign of cargo"


def _hours(us: int) -> float:
    return round(us / US_PER_HOUR, 2)
