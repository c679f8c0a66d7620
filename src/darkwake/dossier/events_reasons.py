"""What spoke for and against an event, as its own factors have it, and how else it may be read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from darkwake.dossier.events_shown import Row, Shown
from darkwake.dossier.events_values import plain, share_of, value_of
from darkwake.dossier.events_words import candidates, draughts, ship, ship_type
from darkwake.dossier.words import percent

MATTERS = 1.1
"""What makes an event less than so many times likelier says nothing."""


@dataclass(frozen=True)
class Reason:
    """Something that was measured, and how it weighs."""

    words: str
    weight: float | None
    """Natural logarithm of how many times likelier it makes the event than its likeliest other reading; ``None``: said only."""
    speaks_for: bool

    @property
    def times(self) -> str:
        """How many times likelier (×) or less likely (÷).

        >>> Reason("", 1.1, True).times, Reason("", -0.05, False).times, Reason("", 8.0, True).times
        ('× 3', 'about even', '× over 1,000')
        """
        if self.weight is None:
            return ""
        times = math.exp(abs(self.weight))
        if times < MATTERS:
            return "about even"
        number = "over 1,000" if times > 1000 else f"{times:,.0f}" if times >= 10 else f"{times:.1f}".removesuffix(".0")
        return f"{'×' if self.weight > 0 else '÷'} {number}"


def reasons(event: Shown) -> list[Reason]:
    """What spoke for and against, the heaviest first."""
    kind, factors = event.row["kind"], event.row["factors"]
    told = {"gap": _gap_reasons, "identity": _identity_reasons, "spoofing": _spoofing_reasons}
    found = _meeting_reasons(event) if kind == "encounter" else told[kind](factors) if kind in told else []
    return sorted(found, key=lambda one: -abs(one.weight or 0.0))


def _meeting_reasons(event: Shown) -> list[Reason]:
    factors = event.row["factors"]
    weights = factors.get("weights") or {}
    told = [Reason(_weight_words(word, event), float(value), value > 0) for word, value in weights.items()]
    if (two := factors.get("chance_of_two_hulls", 1.0)) < 0.9:
        room = f"Two hulls had too little room where the antennas were: {percent(two)} that these were two ships"
        told.append(Reason(f"{room}, not one ship or one track under two numbers", math.log(max(two, 1e-6)), False))
    for one in candidates(factors):
        who = ship(one["mmsi"], one.get("name"))
        told.append(
            Reason(
                f"{who} was silent for {one['silent_hours']:g} h, could have been here for {one['could_be_there_hours']:g} h "
                f"of it, and {_silent_where(one)}: {percent(one['chance'])} that it was she",
                None,
                one["chance"] >= 0.5,
            )
        )
    return told


def _silent_where(one: Mapping[str, Any]) -> str:
    away_nm = one["fell_silent_nm_away"]
    return "was never heard before" if away_nm is None else f"fell silent {away_nm:g} nm away"


def _weight_words(word: str, event: Shown) -> str:
    factors = event.row["factors"]
    place = factors.get("place") or {}
    sayings = {
        "hull distance": ("The sides were about {} apart", "hull_distance_m"),
        "rigidity": ("Seen from one deck the other strayed by {}", "strays_m"),
        "shift": ("The other's place at her side moved by {} in all", "shifted_m"),
        "hours": ("They stayed for {}", "heard_hours"),
        "speed made good": ("They made {} over the ground", "speed_made_good_kn"),
        "range over the ground": ("They strayed by {} over the ground", "ranged_m"),
        "coming and leaving": ("They came together or parted at {}", "came_or_left_at_kn"),
        "swing": ("They turned by {}", "swing_deg"),
        "parallel": ("They lay {} off parallel", "askew_deg"),
    }
    if word in sayings and factors.get(sayings[word][1]) is not None:
        said, value = sayings[word]
        return said.format(value_of(value, factors[value]))
    others = {
        "status": "What the crews had set: moored, at anchor or other",
        "ship types": "The types of the two ships" + _both([ship_type(one.ship_type) for one in event.ships if one.ship_type]),
        "size": _smaller([one.length_m for one in event.ships if one.length_m]),
        "place": f"The place: {place.get('kind', 'not known')}".replace("none known", "no berth or anchorage known here"),
        "draughts": _changes([change[1] - change[0] for change in draughts(event.row) if change]),
        "how often": "How often ships near each other so long are transfers (assumed)",
    }
    return others.get(word, plain(word).capitalize())


def _both(types: Sequence[str]) -> str:
    return f": {' and '.join(types)}" if len(types) == 2 else ""


def _smaller(lengths: Sequence[float]) -> str:
    return f"The smaller ship is {min(lengths):.0f} m long" if len(lengths) == 2 else "The size of the smaller ship"


def _changes(steps: Sequence[float]) -> str:
    if len(steps) == 2 and steps[0] * steps[1] < 0:
        return "Afterwards the one draught was less and the other more"
    return "What the draughts did afterwards"


def _gap_reasons(factors: Mapping[str, Any]) -> list[Reason]:
    told = []
    prior, missed = factors.get("prior_per_hour"), factors.get("chance_if_transmitting")
    if factors.get("cannot_tell"):
        told.append(Reason("Too few other ships were heard near her last place to tell", None, False))
    if prior and missed is not None:
        weight = math.log(prior / max(missed, 1e-6))
        told.append(
            Reason(
                f"A ship that went on transmitting would fall silent so long in {share_of(missed)} of hours; "
                f"crews switch off in {share_of(prior)} of hours (assumed)",
                weight,
                weight > 0,
            )
        )
    if factors.get("usually_heard") is not None:
        heard = factors["usually_heard"]
        told.append(Reason(f"Ships known to be there were heard in {share_of(heard)} of hours", None, heard >= 0.5))
    if factors.get("left_coverage"):
        told.append(
            Reason(
                f"Ships leave the receivers' reach at her last place in {share_of(factors['left_coverage'])} of hours",
                None,
                False,
            )
        )
    return told


def _identity_reasons(factors: Mapping[str, Any]) -> list[Reason]:
    labels = {"imo": "IMO number", "name": "name", "callsign": "call sign", "size": "size"}
    told = []
    for word, label in labels.items():
        if f"chance_of_{word}" in factors:
            before, now = (plain(str(factors.get(key))) for key in (word, f"new_{word}"))
            told.append(
                Reason(f"Another {label}: {before}, then {now} ({percent(factors[f'chance_of_{word}'])} alone)", None, True)
            )
    if factors.get("turns"):
        near, far = (f"{factors[word] / 1000:,.0f}" for word in ("closest_m", "farthest_m"))
        told.append(Reason(f"Both were heard in turn {factors['turns']:,} times, {near} to {far} km apart", None, True))
    if factors.get("at_once"):
        told.append(Reason("Both numbers went on sending it", None, True))
    if factors.get("came_back"):
        told.append(Reason("What was said before was said again later", None, False))
    if factors.get("chance_of_slip"):
        told.append(
            Reason(f"The change is so small that it may be faulty bits ({percent(factors['chance_of_slip'])})", None, False)
        )
    return told


def _spoofing_reasons(factors: Mapping[str, Any]) -> list[Reason]:
    told = []
    if "strength" in factors:
        told.append(
            Reason(
                f"How much of it there is: {share_of(factors['strength'])} of what would leave no doubt of this kind",
                None,
                True,
            )
        )
    if factors.get("other_ships_at_once"):
        told.append(
            Reason(
                f"{factors['other_ships_at_once']} other ships had the same fault near in time and place, as jamming does",
                None,
                False,
            )
        )
    if "chance_of_kind" in factors:
        told.append(
            Reason(
                f"At most {percent(factors['chance_of_kind'])} of findings of this kind are taken to be false (assumed)",
                None,
                False,
            )
        )
    return told


def readings(row: Row) -> list[tuple[str, float]]:
    """What else it may be, with chances, the likeliest first; only where the event weighed them."""
    chances = row["factors"].get("chances")
    if not isinstance(chances, dict):
        return []
    return sorted(((plain(name), float(share)) for name, share in chances.items()), key=lambda one: -one[1])
