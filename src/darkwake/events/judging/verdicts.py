"""What was made of the meetings of a lot: pure functions from reports to rows."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from darkwake.events import alongside
from darkwake.events.alongside import BESIDE_US, Contact, Meeting, Track
from darkwake.events.judging.task import Task, from_json
from darkwake.events.neighbours import Verdict, judged
from darkwake.events.track import US_PER_HOUR, US_PER_MINUTE
from darkwake.schema import NUMBER, TEXT, WHOLE

JUDGED = pa.schema(
    [
        pa.field("meeting", WHOLE),
        pa.field("start_us", WHOLE),
        pa.field("end_us", WHOLE),
        pa.field("lat_e10", WHOLE),
        pa.field("lon_e10", WHOLE),
        pa.field("end_lat_e10", WHOLE),
        pa.field("end_lon_e10", WHOLE),
        pa.field("probability", NUMBER),
        pa.field("factors", TEXT),
    ]
)
"""What was made of a meeting."""


def judge(lot: pa.Table) -> pa.Table:
    """Judge the meetings of a lot from the reports in it: rows of ``LOTS`` to rows of ``JUDGED``."""
    return pa.Table.from_pylist([_verdict(*seen) for seen in contacts(lot)], JUDGED)


def contacts(lot: pa.Table) -> Iterator[tuple[Task, Meeting, Contact]]:
    """What the two ships of each meeting of a lot did, in order: one of a meeting, or one of each of its phases."""
    texts = lot["task"].drop_null().to_pylist()
    tracks = _tracks(lot.filter(lot["task"].is_null()))
    for task in sorted(map(from_json, texts), key=lambda task: task.meeting):
        yield from _contacts(task, tracks)


def _tracks(reports: pa.Table) -> dict[int, Track]:
    """The reports of each ship in order of time; of one time in an order that does not depend on how they came."""
    ordered = reports.sort_by([(word, "ascending") for word in ("ship", "us", "lat_e10", "lon_e10", "heading_deg", "sog_kn")])
    wholes = {word: ordered[word].to_numpy() for word in ("ship", "us", "lat_e10", "lon_e10")}
    floats = {
        word: ordered[word].cast(NUMBER).to_numpy().astype(np.float64)
        for word in ("sog_kn", "cog_deg", "heading_deg", "nav_status")
    }
    ships, firsts = np.unique(wholes["ship"], return_index=True)
    ends = [*firsts[1:], len(wholes["ship"])]
    found = {}
    for ship, first, last in zip(ships.tolist(), firsts, ends, strict=True):
        cut = slice(int(first), int(last))
        found[ship] = Track(
            *(wholes[word][cut] for word in ("us", "lat_e10", "lon_e10")), *(column[cut] for column in floats.values())
        )
    return found


def _during(track: Track, task: Task) -> Track:
    """The part of a track that a meeting needs."""
    reach = BESIDE_US + US_PER_HOUR
    first, last = np.searchsorted(track.us, [task.start_us - reach, task.end_us + reach + 1])
    return Track(**{word: column[first:last] for word, column in vars(track).items()})


def _contacts(task: Task, tracks: Mapping[int, Track]) -> Iterator[tuple[Task, Meeting, Contact]]:
    two = [tracks.get(ship) for ship in task.ships]
    if two[0] is None or two[1] is None:
        return
    one, other = (_during(track, task) for track in two if track)
    meeting = Meeting(task.start_us, task.end_us, task.lat_e10, task.lon_e10, task.radius_m)
    yield from ((task, part, seen) for part, seen in alongside.contacts(one, other, task.hulls, meeting))


def _verdict(task: Task, part: Meeting, seen: Contact) -> dict[str, Any]:
    verdict = judged(seen, task.circumstances)
    factors = {"class": verdict.likeliest, **task.said, **_measures(seen), **_reasons(verdict)}
    return {
        "meeting": task.meeting,
        "start_us": seen.start_us if seen.touching else part.start_us,
        "end_us": seen.end_us if seen.touching else part.end_us,
        **{word: getattr(seen, word) for word in ("lat_e10", "lon_e10", "end_lat_e10", "end_lon_e10")},
        "probability": round(verdict.transfer * seen.unbroken, 6),
        "factors": json.dumps(factors),
    }


def _measures(seen: Contact) -> dict[str, Any]:
    """What was measured, rounded to what it is worth."""
    ends = {"start": (seen.start_lo_us, seen.start_hi_us), "end": (seen.end_lo_us, seen.end_hi_us)}
    unsure = {
        f"{word}_uncertain_minutes": None if None in pair else ((pair[1] or 0) - (pair[0] or 0)) // US_PER_MINUTE
        for word, pair in ends.items()
    }
    return {
        "hulls_touch": seen.touching,
        "hull_distance_m": _rounded(seen.gap_m),
        "hull_distance_sd_m": _rounded(seen.gap_sd_m),
        "strays_m": _rounded(seen.spread_m),
        "shifted_m": _rounded(seen.shifted_m),
        "headings_known": seen.headings,
        "swing_deg": _rounded(seen.swing_deg),
        "askew_deg": _rounded(seen.askew_deg),
        "speed_made_good_kn": _rounded(seen.speed_kn, 3),
        "ranged_m": _rounded(seen.ranged_m),
        "heard_hours": _rounded(seen.heard_hours),
        "came_or_left_at_kn": _rounded(seen.edge_kn, 2),
        "apart_2h_before_m": _rounded(seen.before_m, 0),
        "apart_2h_after_m": _rounded(seen.after_m, 0),
        **unsure,
        "silences": [
            {"minutes": (one.end_us - one.start_us) // US_PER_MINUTE, "held": round(one.held, 3)} for one in seen.silences
        ],
    }


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None or math.isnan(value) else round(value, digits) + 0.0


def _reasons(verdict: Verdict) -> dict[str, Any]:
    """The chance of each class that is not out of the question, and what each factor said."""
    chances = {name: round(chance, 4) for name, chance in verdict.chances.items() if chance >= 0.0005}
    return {"chances": chances, "weights": {word: round(weight, 2) + 0.0 for word, weight in verdict.weights.items()}}
