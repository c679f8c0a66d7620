"""Identity: one number sent by two ships at once, or a ship that says she is another than before.

    MMSI 1   A A A A A A          shared     two tracks of one MMSI, heard in turn
             B B   B B B
    MMSI 1   X Y X Y X Y          shared     static messages of two ships in turn, though one track holds the positions of both
    MMSI 2   name X | name Y      changed    name, call sign, size or IMO number after and before
    IMO 3    MMSI 4 | MMSI 5      two MMSIs  one hull under two numbers (after a change of flag the first three digits differ)

What it is not: a finding of deceit. Ships are sold, renamed and reflagged; crews mistype; a new transponder comes with its
maker's number; one ship whose positions are falsified looks like two. Base stations, aircraft and aids are left out by the
tracks. Where a ship sent no positions, the event has no place.

Source: numbers and fields: ITU-R M.585-9 and M.1371-5; check digit of IMO numbers: IMO Resolution A.1117(30).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from darkwake.engine.clock import clock_us
from darkwake.events.record import record
from darkwake.events.said import Said, said_of
from darkwake.events.track import distance_mm, e10
from darkwake.ids import content_id
from darkwake.schema import ORIGINS, TEXTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

US_PER_HOUR = 3_600_000_000
SHIPS = (201_000_000, 775_999_999)
"""MMSIs that an administration can have given to a ship (ITU-R M.585-9, annex 1)."""


@dataclass(frozen=True)
class IdentityRule:
    """When an identity is shared or changed."""

    even_turns: float = 2.0
    """So many times heard in turn make two transmitters as likely as one that is displaced (assumed, because jamming comes
    and goes in spells, and each spell is one turn)."""
    returns: int = 2
    """Fewest returns to what was said before that make two ships (assumed: who takes a name once and gives it up is one)."""
    imo_chance: float = 0.8
    """Chance that another valid IMO number is no slip (assumed: the number stays with a hull for life, and one digit
    mistyped fails its check in nine of ten cases)."""
    size_chance: float = 0.4
    """The same of another size (assumed: antennas are moved and typed in anew)."""
    name_chance: float = 0.3
    """The same of another name (assumed: ships are renamed when sold)."""
    callsign_chance: float = 0.2
    """The same of another call sign (assumed: it comes with the flag)."""
    two_mmsis_chance: float = 0.1
    """Chance that one IMO number that moved on to another MMSI is no change of flag or of transponder (assumed)."""
    at_once_chance: float = 0.7
    """The same where both MMSIs went on sending it (assumed: old transponders on lifeboats and in stores do that)."""
    letters: int = 2
    """So many letters of a name may differ by typing (assumed)."""
    slip_letters: int = 3
    """A change of no more letters or digits that is taken back, and not said again, may be faulty bits (assumed)."""
    after_slip_share: float = 0.1
    """So much of the chance remains then (assumed)."""
    size_m: float = 10.0
    """Length and beam may differ by this (assumed), """
    size_share: float = 0.1
    """or by this share."""

    def __post_init__(self) -> None:
        """Refuse chances that are none.

        Raises:
            ValueError: a chance beyond 0 to 1, or turns not above 0.
        """
        chances = [value for word, value in vars(self).items() if word.endswith("_chance")]
        if not all(0 <= chance <= 1 for chance in chances) or self.even_turns <= 0:
            raise ValueError("chances have to be from 0 to 1, and even_turns above 0")

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"two tracks of one MMSI heard in turn, or static messages of two ships in turn ({self.returns} returns); or a "
            f"static message with another valid IMO number, another name by more than {self.letters} letters, another call "
            f"sign or another size by more than {self.size_m:g} m and {100 * self.size_share:g} % than the one before; or one "
            "IMO number under two MMSIs; the probability says that "
            "two transmitters, or another ship than was said, stand behind it, NOT that anyone meant to deceive (sale, change "
            "of flag, typing and jamming explain some)"
        )


def identities(positions: ir.Table, statics: ir.Table, engine: Engine, rule: IdentityRule) -> ir.Table:
    """Shared and changed identities as rows of ``Events``.

    Args:
        positions: rows of ``Positions``.
        statics: rows of ``Statics``.
        engine: where they are.
        rule: the parameters.
    """
    shared = _shared(positions, engine, rule)
    said = said_of(statics, positions, engine)
    changes = _in_turn(_changes(said, {row["mmsi"] for row in shared}, rule), rule)
    changed = [*changes, *_moved(said, rule)]
    rows = shared + _placed(changed, positions, engine)
    return _events(rows, engine, rule)


_ROW = pa.schema(
    [(word, pa.int64()) for word in ("mmsi", "other_mmsi", "start_us", "end_us", "rank")]
    + [(word, pa.int64()) for word in ("lat_e10", "lon_e10", "end_lat_e10", "end_lon_e10")]
    + [("track_id", pa.string()), ("other_track_id", pa.string()), ("probability", pa.float64()), ("factors", pa.string())]
    + [("evidence", TEXTS)]
)


def _events(rows: Sequence[dict[str, Any]], engine: Engine, rule: IdentityRule) -> ir.Table:
    table = engine.table(pa.Table.from_pylist([row | {"factors": json.dumps(row["factors"])} for row in rows], _ROW))
    return record(table, "identity", rule.words, factors=table.factors, evidence=table.evidence)


def _shared(positions: ir.Table, engine: Engine, rule: IdentityRule) -> list[dict[str, Any]]:
    """Pairs of tracks of one MMSI that were heard in turn, from the turns alone: most MMSIs have one track."""
    whose = ["mmsi", "origin"]
    several = positions.group_by(whose).aggregate(tracks=positions.track_id.nunique())
    several = several.filter(several.tracks > 1)
    heard = positions.semi_join(several, whose)
    order = ibis.window(group_by=whose, order_by=["time", "lat", "lon", "source_id", "line"])
    before = heard.mutate(
        us=clock_us(heard.time),
        lat_e10=e10(heard.lat),
        lon_e10=e10(heard.lon),
        **{f"{word}_before": heard[word].lag().over(order) for word in ("track_id", "lat", "lon", "source_id", "time")},
    )
    before = before.mutate(at=ibis.row_number().over(order))
    turns = before.filter(before.track_id != before.track_id_before)
    turns = turns.mutate(
        one=ibis.least(turns.track_id, turns.track_id_before),
        other=ibis.greatest(turns.track_id, turns.track_id_before),
        mm=distance_mm(turns.lat_e10, turns.lon_e10, e10(turns.lat_before), e10(turns.lon_before)),
    )
    pairs = turns.group_by([*whose, "one", "other"]).aggregate(
        turns=turns.count(),
        start_us=clock_us(turns.time_before.min()),
        end_us=turns.us.max(),
        lat_e10=turns.lat_e10.argmin(turns["at"]),
        lon_e10=turns.lon_e10.argmin(turns["at"]),
        end_lat_e10=turns.lat_e10.argmax(turns["at"]),
        end_lon_e10=turns.lon_e10.argmax(turns["at"]),
        closest_m=turns.mm.min() // 1000,
        farthest_m=turns.mm.max() // 1000,
        first_source=turns.source_id.min(),
        last_source=turns.source_id.max(),
    )
    rows = engine.arrow(pairs).sort_by([("one", "ascending"), ("other", "ascending")]).to_pylist()
    # A turn to the other and one back are one time in turn.
    return [_shared_row(row, rule) for row in rows if row["turns"] > 1]


def _shared_row(row: dict[str, Any], rule: IdentityRule) -> dict[str, Any]:
    turns = row["turns"] // 2
    factors = {
        "what": "shared MMSI",
        "turns": turns,
        "closest_m": row["closest_m"],
        "farthest_m": row["farthest_m"],
        "hours": (row["end_us"] - row["start_us"]) // US_PER_HOUR,
        "number_of_a_ship": SHIPS[0] <= row["mmsi"] <= SHIPS[1],
        "may_also_be": "one transmitter whose positions are falsified in spells",
    }
    kept = {word: row[word] for word in ("mmsi", "start_us", "end_us", "lat_e10", "lon_e10", "end_lat_e10", "end_lon_e10")}
    return kept | {
        "track_id": row["one"],
        "other_track_id": row["other"],
        "other_mmsi": row["mmsi"],
        "rank": ORIGINS.index(row["origin"]),
        "probability": round(turns / (turns + rule.even_turns), 4),
        "factors": factors,
        "evidence": sorted({row["first_source"], row["last_source"]}),
    }


def _changes(said: dict[tuple[int, str], list[Said]], shared: set[int], rule: IdentityRule) -> Iterator[dict[str, Any]]:
    """Changes of what one MMSI said of itself; where it is shared, the ships say different things by nature."""
    for (mmsi, origin), messages in said.items():
        if mmsi in shared:
            continue
        last: dict[str, tuple[Any, Said]] = {}
        again, until = _again(messages), -1
        for at, message in enumerate(messages):
            changed = {word: last[word] for word in _FIELDS if word in last and _differs(word, last[word][0], message, rule)}
            if changed and at > until:
                until = _back(messages, at, changed)
                yield _changed_row(mmsi, origin, messages[at : until + 1], changed, again, rule)
            if at >= until:
                last |= {word: (value, message) for word in _FIELDS if (value := _value(word, message)) is not None}


def _again(messages: list[Said]) -> set[tuple[str, Any]]:
    """What was said, given up and said once more: faulty bits and slips of typing seldom come out the same twice."""
    said = {word: [value for message in messages if (value := _value(word, message)) is not None] for word in _FIELDS}
    taken_up = Counter((word, value) for word in _FIELDS for value, _ in groupby(said[word]))
    return {one for one, times in taken_up.items() if times > 1}


def _back(messages: list[Said], at: int, changed: dict[str, tuple[Any, Said]]) -> int:
    """Where a ship said again what she had said before a change; the change itself where she never did."""
    for later in range(at + 1, len(messages)):
        if all(_value(word, messages[later]) == before for word, (before, _) in changed.items()):
            return later
    return at


def _in_turn(changes: Iterator[dict[str, Any]], rule: IdentityRule) -> Iterator[dict[str, Any]]:
    """The same, with changes to and fro as one: who says again and again what she said before is two ships by turns."""
    for _, of_one in groupby(changes, key=lambda row: (row["mmsi"], row["rank"])):
        rows = list(of_one)
        returns = sum(row["factors"]["came_back"] and not row["factors"]["chance_of_slip"] for row in rows)
        if returns < rule.returns:
            yield from rows
            continue
        said = {word: rows[0]["factors"][word] for word in rows[0]["factors"] if word.removeprefix("new_") in _FIELDS}
        factors = {"what": "shared MMSI", "said_in_turn": returns} | said
        factors["may_also_be"] = "one ship that goes under two names"
        yield rows[0] | {
            "end_us": max(row["end_us"] for row in rows),
            "probability": round(returns / (returns + rule.even_turns), 4),
            "factors": factors,
            "evidence": sorted({source for row in rows for source in row["evidence"]}),
        }


_FIELDS = ("imo", "name", "callsign", "size_m")


def _value(word: str, message: Said) -> Any:
    if word == "size_m":
        return (message.length_m, message.beam_m) if message.length_m and message.beam_m else None
    return getattr(message, word)


def _differs(word: str, before: Any, message: Said, rule: IdentityRule) -> bool:
    now = _value(word, message)
    if now is None or now == before:
        return False
    if word == "size_m":
        return any(abs(a - b) > max(rule.size_m, rule.size_share * max(a, b)) for a, b in zip(before, now, strict=True))
    return word == "imo" or edits(before, now) > (rule.letters if word == "name" else 0)


def edits(one: str, other: str) -> int:
    """Letters to put in, take out or replace (Levenshtein 1966).

    >>> edits("DUBAI ANGEL", "DUBAI ANGELS"), edits("STI", "DUBAI")
    (1, 4)
    """
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        corner, row[0] = row[0], at
        for to, against in enumerate(other, 1):
            corner, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, corner + (letter != against))
    return row[-1]


def _changed_row(
    mmsi: int,
    origin: str,
    spell: list[Said],
    changed: dict[str, tuple[Any, Said]],
    again: set[tuple[str, Any]],
    rule: IdentityRule,
) -> dict[str, Any]:
    """The event of a change; ``spell`` runs to the message in which the ship was the old one again, if there is one."""
    chances = {"imo": rule.imo_chance, "size_m": rule.size_chance, "name": rule.name_chance, "callsign": rule.callsign_chance}
    now, back = spell[0], len(spell) > 1
    texts = [(str(before), str(_value(word, now))) for word, (before, _) in changed.items()]
    said_again = any((word, _value(word, now)) in again for word in changed)
    slip = back and not said_again and all(edits(*pair) <= rule.slip_letters for pair in texts)
    remains = 1.0
    factors: dict[str, Any] = {"what": "changed identity"}
    for word, (before, _) in changed.items():
        remains *= 1 - chances[word]
        factors |= {word: before, f"new_{word}": _value(word, now), f"chance_of_{word}": chances[word]}
    factors |= {"came_back": back, "chance_of_slip": 1 - rule.after_slip_share if slip else 0.0}
    factors["may_also_be"] = "sale and renaming, typing, another transponder, two ships with one number that are out of reach"
    chance = (1 - remains) * (rule.after_slip_share if slip else 1.0)
    # A table that gives both at one time says of each until when it held: the change was no later than the new one.
    start = min(max(message.until_us for _, message in changed.values()), now.us)
    sources = sorted({spell[-1].source_id, now.source_id, *(message.source_id for _, message in changed.values())})
    return _row(mmsi, origin, start, spell[-1].us, chance, factors, sources)


def _moved(said: dict[tuple[int, str], list[Said]], rule: IdentityRule) -> Iterator[dict[str, Any]]:
    """IMO numbers that two MMSIs sent."""
    spans: dict[tuple[int, str], dict[int, tuple[Said, Said]]] = {}
    for (mmsi, origin), messages in said.items():
        for message in messages:
            if message.imo is not None:
                by_mmsi = spans.setdefault((message.imo, origin), {})
                by_mmsi[mmsi] = (by_mmsi.get(mmsi, (message, message))[0], message)
    for (imo, origin), by_mmsi in sorted(spans.items()):
        ordered = sorted(by_mmsi.items(), key=lambda pair: (pair[1][0].us, pair[0]))
        for (old, (old_first, old_last)), (new, (new_first, new_last)) in pairwise(ordered):
            at_once = old_last.until_us >= new_first.us
            factors = {
                "what": "one IMO number on two MMSIs",
                "imo": imo,
                "maritime_identification_digits": [old // 1_000_000, new // 1_000_000],
                "at_once": at_once,
                "may_also_be": "change of flag or transponder, a mistyped IMO number",
            }
            chance = rule.at_once_chance if at_once else rule.two_mmsis_chance
            start, end = (
                (new_first.us, min(old_last.until_us, new_last.until_us)) if at_once else (old_last.until_us, new_first.us)
            )
            sources = sorted({old_last.source_id, new_first.source_id, old_first.source_id})
            yield _row(old, origin, start, end, chance, factors, sources, other_mmsi=new)


def _row(
    mmsi: int,
    origin: str,
    start_us: int,
    end_us: int,
    probability: float,
    factors: dict[str, Any],
    evidence: list[str],
    other_mmsi: int | None = None,
) -> dict[str, Any]:
    tracks = {number: content_id("track", number, origin) for number in (mmsi, other_mmsi) if number is not None}
    first, *rest = sorted(tracks, key=lambda number: tracks[number])
    return {
        "mmsi": first,
        "track_id": tracks[first],
        "other_mmsi": rest[0] if rest else None,
        "other_track_id": tracks[rest[0]] if rest else None,
        "start_us": start_us,
        "end_us": end_us,
        "rank": ORIGINS.index(origin),
        "probability": round(probability, 4),
        "factors": factors,
        "evidence": evidence,
    }


def _placed(rows: list[dict[str, Any]], positions: ir.Table, engine: Engine) -> list[dict[str, Any]]:
    """The same with the last position of the track until the start of the event, else its first one after."""
    if not rows:
        return rows
    asked = [(row["track_id"], row[word]) for row in rows for word in ("start_us", "end_us")]
    wanted = engine.table(pa.table({"track_id": [track for track, _ in asked], "asked_us": [us for _, us in asked]})).distinct()
    heard = positions.semi_join(wanted, "track_id").select(
        "track_id", "source_id", "line", us=clock_us(positions.time), lat_e10=e10(positions.lat), lon_e10=e10(positions.lon)
    )
    met = wanted.join(heard, "track_id")
    # The latest one before counts above all after: its key is negative.
    met = met.mutate(key=ibis.ifelse(met.us <= met.asked_us, -met.us, met.us))
    nearest = ibis.window(group_by=["track_id", "asked_us"], order_by=["key", "lat_e10", "lon_e10", "source_id", "line"])
    near = met.mutate(at=ibis.row_number().over(nearest)).filter(lambda row: row["at"] == 0)
    places = {(row["track_id"], row["asked_us"]): (row["lat_e10"], row["lon_e10"]) for row in engine.arrow(near).to_pylist()}
    for row in rows:
        row["lat_e10"], row["lon_e10"] = places.get((row["track_id"], row["start_us"]), (None, None))
        row["end_lat_e10"], row["end_lon_e10"] = places.get((row["track_id"], row["end_us"]), (None, None))
    return rows
