"""Calls as rows of events, with their factors: one a listed place, and one a berth that is learned from other ships."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import pyarrow as pa

from darkwake.events.called import Call, Silence, place_at
from darkwake.events.draughts import Draughts, draughts_of
from darkwake.events.parts import Point
from darkwake.events.places import SCALES
from darkwake.events.states import ALONGSIDE, State, at_one_berth, iso
from darkwake.events.track import US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND
from darkwake.units import METRES_PER_NAUTICAL_MILE

FIRST_OUTSIDE = "first outside"
LEAST_BERTH_US = 60 * US_PER_MINUTE
"""Shorter than this at a learned berth is no call there (assumed: ships stop off quays while they turn or wait for tugs)."""

ROW = pa.schema(
    {"track_id": pa.string(), "place_id": pa.string(), "mmsi": pa.int64()}
    | {f"{end}_us": pa.int64() for end in ("start", "end")}
    | {f"{end}{word}_e10": pa.int64() for end in ("", "end_") for word in ("lat", "lon")}
    | {"probability": pa.float64(), "factors": pa.string(), "rank": pa.int64()}
    | {"first_source": pa.string(), "last_source": pa.string()}
)


def rows_of(made: Sequence[Call]) -> Iterator[dict[str, object]]:
    """Rows of calls at listed places and at learned berths."""
    at: dict[tuple[str, str], list[Call]] = {}
    for call in made:
        at.setdefault((call.first["track_id"], call.site.place_id), []).append(call)
    ends = [(place_at(call.first, ""), place_at(call.last, "after_" if _ends_outside(call) else "end_")) for call in made]
    for call, parts in zip(made, _parts(made, ends), strict=True):
        yield _row(call, _around(call, at), parts)
    # The innermost place is asked first; what it names is not told again by the place around it.
    told: dict[str, list[tuple[int, int]]] = {}
    for call in sorted(made, key=lambda one: (-one.site.scale, one.site.extent_m, one.site.place_id, one.first["start_us"])):
        spans = told.setdefault(call.first["track_id"], [])
        for state in at_one_berth(call.states):
            long = state.end_us - state.start_us >= LEAST_BERTH_US
            if long and not any(start <= state.end_us and state.start_us <= end for start, end in spans):
                spans.append((state.start_us, state.end_us))
                yield _berth_row(call, state)


def _parts(made: Sequence[Call], ends: Sequence[tuple[Point, Point]]) -> list[list[str]]:
    """The parts of its place that each call began and ended at; those of one place together."""
    alike: dict[str, list[int]] = {}
    for number, call in enumerate(made):
        alike.setdefault(call.site.place_id, []).append(number)
    told: list[list[str]] = [[] for _ in made]
    for place_id, numbers in alike.items():
        for side in (0, 1):
            nearest = made[numbers[0]].known.parts[place_id].nearest([ends[number][side] for number in numbers])
            for number, part in zip(numbers, nearest, strict=True):
                told[number].append(part)
    return told


def _ends_outside(call: Call) -> bool:
    """Whether the call ends with the first report outside."""
    return call.left and call.known.rule.ends == FIRST_OUTSIDE


def _around(call: Call, at: Mapping[tuple[str, str], list[Call]]) -> str | None:
    """The id of the call at the place around this one, at the time when this one begins."""
    above = call.site.parent_id
    for other in at.get((call.first["track_id"], above or ""), ()):
        if other.first["start_us"] <= call.first["start_us"] <= other.last["last_us"]:
            return other.key
    return None


def _row(call: Call, within: str | None, parts: Sequence[str]) -> dict[str, object]:
    first, last, outside = call.first, call.last, _ends_outside(call)
    end_us = last["after_us"] if outside else last["last_us"]
    end = "after_" if outside else "end_"
    open_end = not call.left and call.cut_after is None
    return _shared(call) | {
        "place_id": call.site.place_id,
        "start_us": first["start_us"],
        "end_us": None if open_end else end_us,
        "lat_e10": first["lat_e10"],
        "lon_e10": first["lon_e10"],
        "end_lat_e10": last[f"{end}lat_e10"],
        "end_lon_e10": last[f"{end}lon_e10"],
        "factors": json.dumps(_factors(call, within, parts)),
    }


def _shared(call: Call) -> dict[str, object]:
    return {
        "track_id": call.first["track_id"],
        "mmsi": call.first["mmsi"],
        "probability": call.probability,
        "rank": max(spell["rank"] for spell in call.spells),
        "first_source": call.first["first_source"],
        "last_source": call.last["last_source"],
    }


def _factors(call: Call, within: str | None, parts: Sequence[str]) -> dict[str, object]:
    first, last = call.first, call.last
    slowest = [spell["slowest_mkn"] for spell in call.spells if spell["slowest_mkn"] is not None]
    silent = [after["start_us"] - before["last_us"] for before, after in pairwise(call.spells)]
    silent += [spell["silence_us"] for spell in call.spells]
    return {
        "scale": call.site.kind,
        "within": within,
        "minutes": (last["last_us"] - first["start_us"]) // US_PER_MINUTE,
        "confidence": call.confidence,
        "entered": call.entered,
        "left": call.left,
        "slowest_kn": min(slowest) / 1000 if slowest else None,
        "longest_silence_minutes": max(silent) // US_PER_MINUTE,
        "closest_m": min(spell["closest_mm"] for spell in call.spells) // 1000,
        "positions": sum(spell["positions"] for spell in call.spells),
        "not_inside_before_s": _seconds(first["before_us"], first["start_us"]),
        "not_inside_after_s": _seconds(last["last_us"], last["after_us"]),
        "first_part": parts[0],
        "last_part": parts[1],
        "stops": sum(spell["still"] for spell in call.spells),
        "states": [state.told for state in call.states],
        "silences": [_silence_told(silence, call) for silence in call.silences],
        "silence_before": _silence_told(call.cut_before, call) if call.cut_before else None,
        "silence_after": _silence_told(call.cut_after, call) if call.cut_after else None,
    } | _draughts_told(call, first["start_us"], last["last_us"])


def _seconds(before_us: int | None, after_us: int | None) -> int | None:
    return None if before_us is None or after_us is None else (after_us - before_us) // US_PER_SECOND


def _silence_told(silence: Silence, call: Call) -> dict[str, object]:
    hours, greatest = silence.us / US_PER_HOUR, call.known.greatest_m_h(call.first["mmsi"])
    told: dict[str, object] = {
        "from": iso(silence.before["last_us"]),
        "to": iso(silence.after["start_us"]),
        "stayed": silence.stayed,
        "apart_m": round(silence.apart_m),
        "least_hours_to_leave_and_return": round(silence.out_h, 2),
        "farthest_nm": round(hours * greatest / 2 / METRES_PER_NAUTICAL_MILE, 1),
    }
    ends = place_at(silence.before, "end_"), place_at(silence.after, "")
    lain_at, lain_h = call.known.to_lie_at[call.site.place_id].longest_lain(ends, hours, greatest)
    return told | ({"could_lie_at": lain_at, "could_lie_h": lain_h} if lain_at else {})


def _draughts_told(call: Call, start_us: int, end_us: int) -> dict[str, object]:
    said = draughts_of(call.known.draughts.get(call.first["mmsi"], ()), start_us, end_us, call.known.rule.draughts)
    return _told(said)


def _told(said: Draughts) -> dict[str, object]:
    return {
        "draught_arrival_m": said.arrival_m,
        "draught_arrival_age_h": said.arrival_age_h,
        "draught_departure_m": said.departure_m,
        "draught_departure_age_h": said.departure_age_h,
        "draught_change_m": said.change_m,
        "draught": said.says,
    }


def _berth_row(call: Call, state: State) -> dict[str, object]:
    """A call at a berth that no list names, learned from other ships."""
    spell, where = state.longest, state.learned
    ended = call.left or call.cut_after is not None or state.spells[-1] is not call.last
    factors: dict[str, object] = {
        "scale": SCALES[2],
        "within": call.key,
        "minutes": (state.end_us - state.start_us) // US_PER_MINUTE,
        "learned": True,
        "ships_fixed_here": where.fixed_ships if where else 0,
        "ships_still_here": where.still_ships if where else 0,
        "positions": sum(one["positions"] for one in state.spells),
        "states": [State(ALONGSIDE, state.start_us, state.end_us, state.by).told],
    }
    return _shared(call) | {
        "place_id": None,
        "start_us": state.start_us,
        "end_us": state.end_us if ended else None,
        "lat_e10": spell["mean_lat_e10"],
        "lon_e10": spell["mean_lon_e10"],
        "end_lat_e10": state.spells[-1]["end_lat_e10"],
        "end_lon_e10": state.spells[-1]["end_lon_e10"],
        "first_source": state.spells[0]["first_source"],
        "last_source": state.spells[-1]["last_source"],
        "factors": json.dumps(factors | _draughts_told(call, state.start_us, state.end_us)),
    }
