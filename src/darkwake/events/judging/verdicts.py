"""What was made of the meetings of a lot: pure functions from reports to rows."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pyarrow as pa

from darkwake.events import alongside
from darkwake.events.alongside import Contacts, Reports, Silence
from darkwake.events.hulls import Floats
from darkwake.events.judging.lots import Asked
from darkwake.events.judging.texts import flags, members, objects, rounded, wholes
from darkwake.events.neighbours import Circumstances, Verdicts, judged
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
        pa.field("class", TEXT),
        pa.field("told", TEXT),
    ]
)
"""What was made of a meeting: the likeliest class as JSON, and what else was found, as members of a JSON object."""
LEAST_CHANCE = 0.0005
"""A class less likely than this is out of the question, and not told."""


def judge(lot: pa.Table) -> pa.Table:
    """Judge the meetings of a lot from the reports in it: rows of ``lots.ROWS`` to rows of ``JUDGED``."""
    known, seen = contacts(lot)
    verdicts = judged(seen, known)
    columns = {word: getattr(seen, word) for word in ("meeting", "lat_e10", "lon_e10", "end_lat_e10", "end_lon_e10")}
    columns["start_us"] = np.where(seen.touching, seen.start_us, seen.from_us)
    columns["end_us"] = np.where(seen.touching, seen.end_us, seen.until_us)
    columns["probability"] = np.round(verdicts.transfer * seen.unbroken, 6)
    columns["class"] = [f'"{name}"' for name in verdicts.likeliest.tolist()]
    columns["told"] = members(_measures(seen) | _reasons(verdicts))
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in JUDGED})


def contacts(lot: pa.Table) -> tuple[Circumstances, Contacts]:
    """What the two ships of each meeting of a lot did: a row a meeting, or one of each of its phases; and what is known."""
    asked = Asked.joined([Asked.read(written) for written in lot["asked"].drop_null().to_pylist()])
    asked = asked.take(np.argsort(asked.meetings.number))
    # All but the meetings, without a copy of the many.
    given = [-1, *np.flatnonzero(lot["asked"].is_valid().to_numpy()).tolist(), lot.num_rows]
    reports = pa.concat_tables([lot.slice(one + 1, other - one - 1) for one, other in pairwise(given)])
    seen = alongside.contacts(_reports(reports), asked.meetings)
    return asked.known.take(np.searchsorted(asked.meetings.number, seen.meeting)), seen


def _reports(rows: pa.Table) -> Reports:
    """The reports of each ship in order of time; of one time in an order that does not depend on how they came."""
    wholes = [rows[word].to_numpy() for word in ("ship", "us", "lat_e10", "lon_e10")]
    floats = [rows[word].cast(NUMBER).to_numpy() for word in ("sog_kn", "cog_deg", "heading_deg", "nav_status")]
    ship, us = wholes[:2]
    order = np.lexsort((us, ship))
    if np.any((np.diff(ship[order]) == 0) & (np.diff(us[order]) == 0)):  # few have two of one time, and to part these is dear
        order = np.lexsort((floats[0], floats[2], *reversed(wholes)))
    return Reports(*(column[order] for column in (*wholes, *floats)))


def _measures(seen: Contacts) -> dict[str, pa.Array]:
    """What was measured, rounded to what it is worth."""
    return {
        "hulls_touch": flags(seen.touching),
        "hull_distance_m": rounded(seen.gap_m),
        "hull_distance_sd_m": rounded(seen.gap_sd_m),
        "chance_of_two_hulls": rounded(seen.two_hulls, 4),
        "strays_m": rounded(seen.spread_m),
        "shifted_m": rounded(seen.shifted_m),
        "headings_known": flags(seen.headings),
        "swing_deg": rounded(seen.swing_deg),
        "askew_deg": rounded(seen.askew_deg),
        "speed_made_good_kn": rounded(seen.speed_kn, 3),
        "ranged_m": rounded(seen.ranged_m),
        "heard_hours": rounded(seen.heard_hours),
        "came_or_left_at_kn": rounded(seen.edge_kn, 2),
        "apart_2h_before_m": rounded(seen.before_m, 0),
        "apart_2h_after_m": rounded(seen.after_m, 0),
        "start_uncertain_minutes": _minutes(seen.start_hi_us - seen.start_lo_us),
        "end_uncertain_minutes": _minutes(seen.end_hi_us - seen.end_lo_us),
        "silences": pa.array([_silences(one) if one else "[]" for one in seen.silences.tolist()], pa.string()),
    }


def _minutes(us: Floats) -> pa.Array:
    known = ~np.isnan(us)
    return wholes(np.where(known, us, 0.0).astype(np.int64) // US_PER_MINUTE, known)


def _silences(silences: tuple[Silence, ...]) -> str:
    told = [{"minutes": (one.end_us - one.start_us) // US_PER_MINUTE, "held": round(one.held, 3)} for one in silences]
    return json.dumps(told)


def _reasons(verdicts: Verdicts) -> dict[str, pa.Array]:
    """The chance of each class that is not out of the question, and what each factor said."""
    chances = {name: rounded(np.where(of >= LEAST_CHANCE, of, np.nan), 4) for name, of in verdicts.chances.items()}
    weights = {word: rounded(weight, 2) for word, weight in verdicts.weights.items()}
    return {"chances": objects(chances, known_only=True), "weights": objects(weights, known_only=True)}
