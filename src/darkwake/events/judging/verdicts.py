"""What was made of the meetings of a lot: pure functions from reports to rows."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from darkwake.events import alongside
from darkwake.events.alongside import Contacts, Meetings, Reports, Silence
from darkwake.events.hulls import Floats, Hulls
from darkwake.events.judging.task import Task, from_json
from darkwake.events.neighbours import Verdict, judged
from darkwake.events.track import US_PER_MINUTE
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
    tasks, seen = contacts(lot)
    verdicts = judged(seen, [task.circumstances for task in tasks])
    wholes = ("meeting", "lat_e10", "lon_e10", "end_lat_e10", "end_lon_e10")
    columns = {word: getattr(seen, word) for word in wholes}
    columns["start_us"] = np.where(seen.touching, seen.start_us, seen.from_us)
    columns["end_us"] = np.where(seen.touching, seen.end_us, seen.until_us)
    columns["probability"] = np.round(np.array([one.transfer for one in verdicts]) * seen.unbroken, 6)
    told = zip(tasks, _measures(seen), verdicts, strict=True)
    factors = [
        json.dumps({"class": verdict.likeliest, **task.said, **measures, **_reasons(verdict)})
        for task, measures, verdict in told
    ]
    return pa.table(
        {name: pa.array(factors if name == "factors" else columns[name], JUDGED.field(name).type) for name in JUDGED.names}
    )


def contacts(lot: pa.Table) -> tuple[list[Task], Contacts]:
    """What the two ships of each meeting of a lot did: one row of a meeting, or one of each of its phases, with its task."""
    tasks = sorted(map(from_json, lot["task"].drop_null().to_pylist()), key=lambda task: task.meeting)
    seen = alongside.contacts(_reports(lot.filter(lot["task"].is_null())), _meetings(tasks))
    number = {task.meeting: task for task in tasks}
    return [number[meeting] for meeting in seen.meeting.tolist()], seen


def _meetings(tasks: Sequence[Task]) -> Meetings:
    """Meetings as columns."""
    wholes = {
        word: np.array([getattr(task, word) for task in tasks], np.int64)
        for word in ("start_us", "end_us", "lat_e10", "lon_e10")
    }
    return Meetings(
        number=np.array([task.meeting for task in tasks], np.int64),
        one=np.array([task.ships[0] for task in tasks], np.int64),
        other=np.array([task.ships[1] for task in tasks], np.int64),
        **wholes,
        radius_m=np.array([task.radius_m for task in tasks]),
        closest_m=np.array([task.said["closest_m"] for task in tasks], np.float64),
        hulls=Hulls.of([task.hulls[0] for task in tasks]),
        other_hulls=Hulls.of([task.hulls[1] for task in tasks]),
        whole=np.ones(len(tasks), dtype=bool),
    )


def _reports(rows: pa.Table) -> Reports:
    """The reports of each ship in order of time; of one time in an order that does not depend on how they came."""
    ordered = rows.sort_by([(word, "ascending") for word in ("ship", "us", "lat_e10", "lon_e10", "heading_deg", "sog_kn")])
    wholes = (ordered[word].to_numpy() for word in ("ship", "us", "lat_e10", "lon_e10"))
    floats = ("sog_kn", "cog_deg", "heading_deg", "nav_status")
    return Reports(*wholes, *(ordered[word].cast(NUMBER).to_numpy().astype(np.float64) for word in floats))


def _measures(seen: Contacts) -> list[dict[str, Any]]:
    """What was measured, rounded to what it is worth."""
    start, end = seen.start_hi_us - seen.start_lo_us, seen.end_hi_us - seen.end_lo_us
    columns: dict[str, list[Any]] = {
        "hulls_touch": seen.touching.tolist(),
        "hull_distance_m": _rounded(seen.gap_m),
        "hull_distance_sd_m": _rounded(seen.gap_sd_m),
        "chance_of_two_hulls": _rounded(seen.two_hulls, 4),
        "strays_m": _rounded(seen.spread_m),
        "shifted_m": _rounded(seen.shifted_m),
        "headings_known": seen.headings.tolist(),
        "swing_deg": _rounded(seen.swing_deg),
        "askew_deg": _rounded(seen.askew_deg),
        "speed_made_good_kn": _rounded(seen.speed_kn, 3),
        "ranged_m": _rounded(seen.ranged_m),
        "heard_hours": _rounded(seen.heard_hours),
        "came_or_left_at_kn": _rounded(seen.edge_kn, 2),
        "apart_2h_before_m": _rounded(seen.before_m, 0),
        "apart_2h_after_m": _rounded(seen.after_m, 0),
        "start_uncertain_minutes": [None if math.isnan(us) else int(us) // US_PER_MINUTE for us in start.tolist()],
        "end_uncertain_minutes": [None if math.isnan(us) else int(us) // US_PER_MINUTE for us in end.tolist()],
        "silences": [[_silence(one) for one in silences] for silences in seen.silences.tolist()],
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _silence(one: Silence) -> dict[str, Any]:
    return {"minutes": (one.end_us - one.start_us) // US_PER_MINUTE, "held": round(one.held, 3)}


def _rounded(values: Floats, digits: int = 1) -> list[float | None]:
    return [None if math.isnan(value) else value for value in (np.round(values, digits) + 0.0).tolist()]


def _reasons(verdict: Verdict) -> dict[str, Any]:
    """The chance of each class that is not out of the question, and what each factor said."""
    chances = {name: round(chance, 4) for name, chance in verdict.chances.items() if chance >= 0.0005}
    return {"chances": chances, "weights": {word: round(weight, 2) + 0.0 for word, weight in verdict.weights.items()}}
