"""What a page says of an event: its title, its chance, who, when and where, what it is not, and the sentence for a report.

Words come from the event's own columns and factors. Text that ships sent is shown with its control and direction marks
replaced (``events_values.plain``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from darkwake.dossier.events_shown import FACTS, Row, Shown, moment
from darkwake.dossier.events_values import lasting, plain, plain_long, value_of
from darkwake.dossier.words import percent


@dataclass(frozen=True)
class KindWords:
    """How a kind is spoken of."""

    name: str
    many: str
    chance: str
    """What the probability is the chance of; empty where it is none."""
    short: str
    """The same after a number."""
    never: str
    """What it is not."""


KINDS: Mapping[str, KindWords] = {
    "encounter": KindWords(
        "Meeting of two ships",
        "meetings",
        "that the two were made fast to hand over cargo",
        "transfer",
        "It does not say what was handed over, that anything was, or that it was forbidden. Ships also lie close at berths and "
        "anchorages, take bunkers, or have a tug or a pilot alongside.",
    ),
    "gap": KindWords(
        "Silence",
        "silences",
        "that the silence was chosen",
        "chosen",
        "It is not a finding that the crew switched off. Reception ends at the edge of coverage, transponders fail, and where "
        "few other ships were heard nothing can be told.",
    ),
    "identity": KindWords(
        "Identity",
        "identities",
        "that two transmitters, or another ship than was said, stand behind it",
        "another ship",
        "It does not say that anyone meant to deceive: ships are sold, renamed and reflagged, crews mistype, numbers are set "
        "wrong.",
    ),
    "spoofing": KindWords(
        "False positions",
        "false positions",
        "that the positions are false, whoever made them so",
        "false",
        "It is not a finding that the crew did it: jamming, a receiver that hangs, a wrong clock and inland water look alike.",
    ),
    "call": KindWords(
        "Call",
        "calls",
        "that the call took place as described",
        "call",
        "It does not say that cargo was handled: ships also wait, repair and take stores.",
    ),
    "loiter": KindWords(
        "Slow spell",
        "slow spells",
        "",
        "as heard",
        "It does not say why. Anchored, moored and fishing ships are named by their own word, still ones by their way.",
    ),
}
"""Kinds in the order in which a page names them."""
PROBABLE = 0.8
"""A meeting whose chance of a transfer is less is called a possible one: very likely by the scale of ``ledger.words``."""
LIKELY = 0.55
"""A reading whose chance is less is not called by its name alone: likely by the same scale."""
_WHAT = {
    "shared MMSI": "One MMSI sent by two transmitters",
    "changed identity": "Changed identity",
    "one IMO number on two MMSIs": "One IMO number on two MMSIs",
    "frozen": "Frozen position while under way",
    "contradicted": "Positions contradict speed and course",
    "circle": "Circling positions",
    "land": "Positions on land",
    "copied": "Track copied from another",
}


def kind_words(kind: str) -> KindWords:
    """The words of a kind; of one that is not known here, its name."""
    return KINDS.get(kind) or KindWords(kind.capitalize(), kind, "that it is what it says", "", "")


def ship(mmsi: int, name: str | None) -> str:
    """A ship by name and number."""
    return f"{plain(name)} (MMSI {mmsi:09d})" if name and name.strip() else f"MMSI {mmsi:09d}"


def names(event: Shown) -> tuple[str, ...]:
    """The ships of an event, by what they send, else by what the event knows of them."""
    told, mmsis = known_names(event.row), event.mmsis
    found = [ship(mmsi, name or told.get(mmsi)) for mmsi, name in zip(mmsis, event.names or (None, None), strict=False)]
    if len(set(mmsis)) == len(mmsis):
        return tuple(found)
    # Two transmitters may send one number and one name.
    return tuple(f"{who}, {track}" for who, track in zip(found, ("first track", "other track"), strict=True))


def known_names(row: Row) -> dict[int, str]:
    """The names that the event's own factors give."""
    factors = row["factors"]
    said = {one["mmsi"]: one.get("name") for one in candidates(factors)}
    said |= dict(zip(_lone_first(row), (factors.get("name"), factors.get("other_name")), strict=False))
    return {mmsi: name for mmsi, name in said.items() if isinstance(name, str)}


def candidates(factors: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The silent ships that could have been there, as an inferred meeting names them."""
    return [one for one in factors.get("candidates") or [] if isinstance(one, dict) and "mmsi" in one]


def _lone_first(row: Row) -> list[int]:
    """The ships of an event; where one side was silent, the other one alone, of whom the factors speak."""
    mmsis = [mmsi for mmsi in (row["mmsi"], row["other_mmsi"]) if mmsi is not None]
    silent = {one["mmsi"] for one in candidates(row["factors"])}
    return [mmsi for mmsi in mmsis if mmsi not in silent] if row["factors"].get("heard") == "one side" else mmsis


def minutes_of(value_deg: float, positive: str, negative: str) -> str:
    r"""Degrees and decimal minutes, as on a chart.

    >>> [minutes_of(value, "N", "S").replace("\N{NO-BREAK SPACE}", " ") for value in (1.2785, -0.99999)]
    ['1°16.71′ N', '1°00.00′ S']
    """
    hundredths = round(abs(value_deg) * 6000)
    return f"{hundredths // 6000}°{hundredths % 6000 / 100:05.2f}′\N{NO-BREAK SPACE}{positive if value_deg >= 0 else negative}"


def position(lat: float | None, lon: float | None) -> str:
    """A position in degrees and minutes."""
    if lat is None or lon is None:
        return "not located"
    return f"{minutes_of(lat, 'N', 'S')} {minutes_of(lon, 'E', 'W')}"


def clock(us: int) -> str:
    """A time to the minute in UTC."""
    return f"{moment(us):%Y-%m-%d %H:%M} UTC"


def title(row: Row) -> str:
    """What happened, in a few words."""
    factors = row["factors"]
    if row["kind"] == "encounter":
        return _meeting(factors, row["probability"])
    if row["kind"] in ("identity", "spoofing"):
        what = str(factors.get("what", ""))
        return _WHAT.get(what) or plain(what).capitalize() or kind_words(row["kind"]).name
    long = lasting(round((row["end"] - row["start"]).total_seconds() * 1e6)) if row["end"] else ""
    if row["kind"] == "gap":
        return f"Silent for {long}" if long else "Silent to the end of the data"
    if row["kind"] == "loiter":
        return f"Slow for {long}"
    if row["kind"] == "call":
        where = plain(row["place_id"]) if row["place_id"] else "a berth that no list names"
        return f"Call at {where}" + (f", {long}" if long else ", not yet left")
    return kind_words(row["kind"]).name


def _meeting(factors: Mapping[str, Any], likely: float) -> str:
    what = plain(str(factors.get("class") or "two ships near each other"))
    heard = {
        "one side": ", one ship silent",
        "neither side": ", both ships silent",
        "both sides, seldom": ", seldom heard",
    }.get(str(factors.get("heard")), "")
    if what.startswith("transfer"):
        return f"{'Probable' if likely >= PROBABLE and not heard else 'Possible'} {what}{heard}"
    share = (factors.get("chances") or {}).get(factors.get("class"))
    if share is not None and share < LIKELY:
        return f"Two ships near each other, perhaps {what}"
    return what.capitalize() + heard


def chance(row: Row) -> str:
    """The chance with what it is of, short; for facts of the data that it is one."""
    words = kind_words(row["kind"])
    return words.short if row["kind"] in FACTS else f"{percent(row['probability'])} {words.short}".strip()


def full_chance(row: Row) -> str:
    """The chance as a sentence."""
    if row["kind"] in FACTS:
        return "No chance is given: the positions stand so in the data."
    told = f"Chance {kind_words(row['kind']).chance}: {percent(row['probability'])}."
    if row["kind"] == "gap" and row["factors"].get("cannot_tell"):
        told += " Too few other ships were heard here to tell; the number says little."
    return told


def ends(event: Shown) -> tuple[str, str]:
    """Start and end with their uncertainty."""
    factors = event.row["factors"]

    def unsure(word: str) -> str:
        span = factors.get(f"{word}_uncertain_minutes")
        return f" (within ± {math.ceil(span / 2)} min)" if span else ""

    start = clock(event.start_us) + unsure("start")
    if event.end_us is None:
        return start, "still open at the end of the data"
    return start, clock(event.end_us) + unsure("end")


def sentence(event: Shown) -> str:
    """What an analyst would paste into a report."""
    row, factors, who = event.row, event.row["factors"], names(event)
    start, end = ends(event)
    what = title(row)
    where = position(row["lat"], row["lon"])
    at = f" at {where}" if row["lat"] is not None else ""
    both = " and ".join(who)
    when = f"from {start} to {end}" if event.end_us is not None else f"from {start}, {end}"
    lead = {
        "encounter": f"{both} {_together(factors)}{at} {when}.",
        "gap": f"{both} was not heard {when}; she was last heard{at}"
        + (f" and heard again at {position(row['end_lat'], row['end_lon'])}." if row["end_lat"] is not None else "."),
        "loiter": f"{both} made {value_of('mean_speed_kn', factors.get('mean_speed_kn'))} on the mean{at} {when}.",
        "call": f"{both} called at {plain(row['place_id']) or 'a berth that no list names'} {when}.",
    }.get(row["kind"], f"{what}: {both}{at} {when}.")
    told = [lead, *_more(event), full_chance(row)]
    source = "AIS that was simulated, not evidence" if row["origin"] == "simulated" else "AIS alone"
    told.append(f"Based on {source}. {kind_words(row['kind']).never.split('. ')[0].rstrip('.')}. Darkwake {row['event_id']}.")
    return " ".join(part for part in told if part)


def _together(factors: Mapping[str, Any]) -> str:
    heard = factors.get("heard")
    if heard == "neither side":
        return "were both silent and could have met"
    if heard == "both sides, seldom":
        return "were side by side whenever both were heard"
    if heard == "one side":
        return (
            "may have been together, one of them silent,"
            if factors.get("candidates")
            else "may have met a ship that was not heard"
        )
    return "were near each other"


def _more(event: Shown) -> list[str]:
    """What the lead is worth more with."""
    factors = event.row["factors"]
    told = []
    if event.row["kind"] == "encounter" and "closest_m" in factors:
        told.append(
            f"Their antennas were {factors['median_distance_m']:,.0f} m apart in the median, {factors['closest_m']:,.0f} m at "
            "the closest of the ticks judged."
        )
    if event.row["kind"] == "encounter" and "heard" not in factors and factors.get("class"):
        told.append(f"The likeliest reading is: {plain(str(factors['class']))}.")
    changed = [f"{who} {_arrow(change)} m" for who, change in zip(names(event), draughts(event.row), strict=False) if change]
    if changed:
        told.append(f"Draught as typed in by the crew: {'; '.join(changed)}.")
    if factors.get("may_also_be"):
        told.append(f"It may also be: {plain_long(factors['may_also_be'])}.")
    return told


def draughts(row: Row) -> list[tuple[float, float] | None]:
    """Draught before and after, for each ship; ``None`` where not known."""
    factors = row["factors"]
    given = {one["mmsi"]: one.get("draughts_m") for one in candidates(factors)}
    if "draught_arrival_m" in factors:
        given[row["mmsi"]] = [factors["draught_arrival_m"], factors.get("draught_departure_m")]
    elif factors.get("heard") == "one side":
        given |= dict.fromkeys(_lone_first(row), factors.get("draughts_m"))
    else:
        given |= dict(zip(_lone_first(row), factors.get("draughts_m") or [], strict=False))
    pairs = [given.get(mmsi) for mmsi in (row["mmsi"], row["other_mmsi"]) if mmsi is not None]
    return [(one[0], one[1]) if one and None not in one else None for one in pairs]


def _arrow(change: tuple[float, float]) -> str:
    return f"{change[0]:.1f} → {change[1]:.1f}" if change[0] != change[1] else f"{change[0]:.1f} before and after"


def facts(event: Shown) -> list[tuple[str, str]]:
    """The head of the page: when, where, who."""
    row = event.row
    start, end = ends(event)
    told = [("Start", start), ("End", end)]
    if event.end_us is not None:
        told.append(("Lasted", lasting(event.end_us - event.start_us)))
    here, there = position(row["lat"], row["lon"]), position(row["end_lat"], row["end_lon"])
    told.append(("Last heard" if row["kind"] == "gap" else "Position", here))
    if row["kind"] == "gap" and row["end_lat"] is not None:
        told.append(("Heard again", there))
    changes = [*draughts(row), None, None]
    for label, who, said, change in zip(("Ship", "Other ship"), names(event), event.ships, changes, strict=False):
        size = f"{said.hull.length_m:.0f} × {said.hull.beam_m:.0f} m" if said.length_m else "size not known"
        parts = [who, size, *([ship_type(said.ship_type)] if said.ship_type else [])]
        told.append((label, ", ".join(parts + ([f"draught {_arrow(change)} m"] if change else []))))
    return told


def ship_type(code: int) -> str:
    """AIS ship types by their tens (ITU-R M.1371-5, table 53).

    >>> ship_type(80), ship_type(52), ship_type(5)
    ('tanker', 'tug', 'type 5')
    """
    known = {30: "fishing vessel", 31: "towing", 32: "towing", 50: "pilot vessel", 52: "tug", 53: "port tender"}
    tens = {4: "high-speed craft", 6: "passenger ship", 7: "cargo ship", 8: "tanker", 9: "other ship"}
    return known.get(code) or tens.get(code // 10) or f"type {code}"
