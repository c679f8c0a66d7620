"""How likely a silence was chosen: what a transmitting ship would have gone through, against how often crews switch off.

Three things can end the reports of a ship, and each is a chance for one hour in which she was still heard:

    chosen            her crew switches off                    a rate that is assumed (``chosen_per_hour``)
    failed            her transponder fails                    a rate that is assumed (``failed_per_hour``)
    transmitting      she is there and is missed so long, or she leaves the receivers' reach

The last is estimated from all other ships. *Missed*: the product over the silent hours of the chance of not being heard
where she was (``reception.py``), as far as her way is known: the hours next to her last and next report, and all hours (up to
``judged_slots``) where she lay still or kept her speed; hours that follow each other unheard count less and less
(``persistence``), for what hides her in one hour may hide her in the next. *Left*: how often hours in which other ships were
heard at her last place ended in such a silence, weighed by how often other ships come out of one where she was heard again; the
edge of coverage is where ships vanish and appear. *Receivers out*: how often the whole coarse cell falls silent so long; every
hour in which they heard another ship speaks against it.

    chosen  =  chosen / (chosen + failed + transmitting)

By Bayes' rule this is the chance that it was chosen, if the two rates are right; a probability of 0.5 does not say that half of
such crews hide. Where no other ship was seen near her last place it cannot tell (``cannot_tell``), and the chance stays low.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import ibis

from darkwake.events.reception import (
    SOMEBODY,
    known,
    others,
    seen_slots,
    with_cells,
    with_chance,
)
from darkwake.events.record import decimal, flag
from darkwake.events.track import distance_mm, whole, wrap_e10

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine
    from darkwake.events.gap import GapRule

PPM = 1_000_000
LARGEST_CHANCE = 0.9999
"""No hour is so sure to be heard that its loss proves anything by itself."""


class Judged(NamedTuple):
    """Silences with their ``probability``, and the factors that it stands on."""

    rows: ir.Table
    factors: Mapping[str, ir.Value]


@dataclass(frozen=True)
class SilenceRule:
    """What a chosen silence is weighed against."""

    chosen_per_hour: float = 6.8e-4
    """Rate at which crews switch off for 12 h and more, per hour at sea: 55,368 events that hid 4.9 million hours, 6 % of the
    activity (Welch et al. 2022: fishing vessels far from shore; for other ships it is assumed)."""
    failed_per_hour: float = 5.7e-5
    """Rate at which a transponder fails for as long: once in two years; assumed."""
    judged_slots: int = 24
    """Silent slots at either end that are looked at where her way is known (assumed: what follows adds nothing)."""
    persistence: float = 10.0
    """After m unheard slots in a row the chance of being heard is s / (s + m) of what it was, s being this (assumed)."""
    edge_deg: float = 0.25
    """Height of the cells in which ships vanish and appear, degrees (15 nautical miles, an hour's way; assumed)."""
    edge_pull: float = 5.0
    """Heard slots that such a cell needs before it counts as much as the share of all cells (assumed)."""
    few: int = 10
    """With fewer heard slots of other ships around her last place nothing can be told (assumed)."""

    def __post_init__(self) -> None:
        """Refuse rates that make no sense.

        Raises:
            ValueError: a rate is not between 0 and 1, or a size is not above 0.
        """
        if not (0 < self.chosen_per_hour < 1 and 0 <= self.failed_per_hour < 1):
            raise ValueError("rates have to lie between 0 and 1")
        if min(self.judged_slots, self.persistence, self.edge_deg, self.edge_pull) <= 0:
            raise ValueError("sizes of a silence rule have to be above 0")

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"the probability is the chance that the silence was chosen if crews switch off {self.chosen_per_hour:g} times an "
            f"hour and transponders fail {self.failed_per_hour:g} times, against how often the other ships show a transmitting "
            "ship to be missed or to leave the receivers' reach there; it is NOT a finding that anybody did, and where "
            "few others were heard it cannot tell"
        )


def judged(rows: ir.Table, positions: ir.Table, engine: Engine, rule: GapRule) -> Judged:
    """Silences with the chance that each was chosen.

    Args:
        rows: silences with ``track_id``, ``start_us``, ``end_us``, ``until_us`` and ``silence_us``.
        positions: rows of ``Positions``.
        engine: keeps what is asked for many times.
        rule: the parameters of silences.
    """
    slot_us = rule.reception.slot_us
    rows = engine.keep(rows)
    heard, there, crowds = seen_slots(positions, engine, rule.reception)
    rows = rows.mutate(slot=rows.start_us // slot_us, until_slot=rows.until_us // slot_us)
    ends = engine.keep(_ends(rows, heard, rule))
    found = (_missed(ends, there, crowds, engine, rule), _left(ends, heard, engine, rule), _out(ends, crowds, rule))
    for part in found:
        rows = _beside(rows, engine.keep(part))
    return _weighed(rows, rule)


def _beside(rows: ir.Table, found: ir.Table) -> ir.Table:
    """Silences with what was found of each; a track has one silence that starts in a slot's last report."""
    joined = rows.left_join(found, ["track_id", "slot"], rname="__{name}")
    return joined.drop(*[word for word in joined.columns if word.startswith("__")])


def _ends(rows: ir.Table, heard: ir.Table, rule: GapRule) -> ir.Table:
    """The silences with the slots at their ends: where, how fast, and whether her way between is known."""
    after = ["next_slot", "next_lat_e10", "next_lon_e10", "next_mkn"]
    silent = rows.select("track_id", "slot", "until_slot", open=rows.end_us.isnull())
    # Silences within one slot have none wholly inside.
    silent = silent.filter(silent.until_slot > silent.slot)
    at = heard.select("track_id", "slot", "ais_class", "lat_e10", "lon_e10", "mkn", *after)
    ends = silent.join(at, ["track_id", "slot"])
    mm = distance_mm(ends.lat_e10, ends.lon_e10, ends.next_lat_e10, ends.next_lon_e10)
    slots = ends.until_slot - ends.slot
    way_known = (~ends.open) & known(slots, mm, ends.mkn, ends.next_mkn, rule.reception).fill_null(False)
    return ends.mutate(mm=mm, silent=ibis.greatest(slots - 1, 0), way_known=way_known)


def _missed(ends: ir.Table, there: ir.Table, crowds: ir.Table, engine: Engine, rule: GapRule) -> ir.Table:
    """For each silence: how unlikely it is to be missed in the silent slots that are judged, and who else was heard then."""
    slots = _silent_slots(ends, rule)
    slots = engine.keep(others(with_cells(slots, rule.reception), crowds))
    slots = with_chance(slots, there, rule.reception)
    # Beta-geometric: heard with p s / (s + m) after m slots unheard, p s and (1 - p) s being the parameters of the Beta.
    s = rule.silence.persistence
    p = slots.chance.clip(upper=LARGEST_CHANCE) * s / (s + slots.age.cast("float64"))
    unlikely = whole(-((1.0 - p).ln()) * float(PPM))
    told = slots.mutate(unlikely=unlikely, chance_ppm=whole(slots.chance * float(PPM)))
    return told.group_by("track_id", slot=told.silent_since).aggregate(
        unlikely=told.unlikely.sum(),
        proven=told.unlikely.sum(where=told.others == SOMEBODY),
        judged_slots=told.count(),
        chance_ppm=told.chance_ppm.sum() // told.count(),
        others_heard=told.others_heard.sum(),
        others_known=told.others_known.sum(),
        heard_slots=(told.others_heard > 0).sum(),
        coarse_seen=told.coarse_seen.max(),
    )


def _silent_slots(ends: ir.Table, rule: GapRule) -> ir.Table:
    """The silent slots that are judged, each at the place where she is taken to have been."""
    near = rule.reception.near_slots
    reach = ibis.ifelse(ends.way_known, rule.silence.judged_slots, near)
    first = ibis.least(ends.silent, reach)
    last = ibis.ifelse(ends.open, 0, ibis.least(ends.silent - first, reach))
    spans = ends.mutate(first=first, asked=first + last)
    spans = spans.filter(spans.asked > 0)
    rows = spans.mutate(age=ibis.range(0, spans.asked).unnest())
    early = rows.age < rows.first
    slot = ibis.ifelse(early, rows.slot + 1 + rows.age, rows.until_slot - (rows.asked - rows.age))
    share = (slot - rows.slot).cast("float64") / (rows.until_slot - rows.slot).cast("float64")
    run = ibis.cases((rows.way_known, share), (early, 0.0), else_=1.0)
    north = (rows.next_lat_e10 - rows.lat_e10).fill_null(0).cast("float64")
    east = wrap_e10(rows.next_lon_e10 - rows.lon_e10).fill_null(0).cast("float64")
    still = round(rule.reception.still_kn * 1000)
    speed = ibis.ifelse(early, rows.mkn, rows.next_mkn)
    zero = ibis.literal(0, "int64")
    return rows.select(
        "track_id",
        "ais_class",
        "age",
        silent_since="slot",
        slot=slot,
        still=(speed < still).fill_null(False),
        lat_e10=rows.lat_e10 + whole(north * run),
        lon_e10=wrap_e10(rows.lon_e10 + whole(east * run)),
        heard=zero,
        # She counts among those known to have been there only where the reception rule says so as well.
        counted=(rows.way_known & (rows.until_slot - rows.slot <= rule.reception.known_slots)).cast("int64"),
    )


def _left(ends: ir.Table, heard: ir.Table, engine: Engine, rule: GapRule) -> ir.Table:
    """For each silence: how often other ships vanish at its first place and appear at its last one, per heard slot."""
    seen = engine.keep(vanishing(heard, rule))
    own = seen.select("track_id", "slot", "lies", "edge", "held_before", "held_after")
    told = edges(ends.select("track_id", "slot", "until_slot", "open").join(own, ["track_id", "slot"]), seen, "gone", rule)
    second = ends.filter(~ends.open).select("track_id", "until_slot", since="slot")
    second = second.join(own, [second.track_id == own.track_id, second.until_slot == own.slot], rname="own_{name}")
    came = edges(second, seen, "came", rule)
    came = came.select("track_id", slot="since", appear=came.share, appear_usual=came.usual)
    rows = told.left_join(came, ["track_id", "slot"], rname="__{name}")
    left = (rows.share * (rows.appear / rows.appear_usual).fill_null(1.0)).clip(upper=1.0)
    return rows.select("track_id", "slot", left_ppm=whole(left * float(PPM)), others_near=rows.near_count)


def vanishing(heard: ir.Table, rule: GapRule) -> ir.Table:
    """Heard slots with whether the track vanished after them (``gone``) and appeared in them (``came``); null: not known.

    ``held_before`` and ``held_after`` say whether she was heard shortly before and after as well: one who is heard now and then
    alone falls silent at other odds than one who was heard all the time.
    """
    long, near = rule.min_hours / rule.reception.slot_h, rule.reception.near_slots
    rows = heard.cross_join(heard.aggregate(first_slot=heard.slot.min(), end_slot=heard.slot.max()))
    to_end, to_first = rows.end_slot - rows.slot, rows.slot - rows.first_slot
    none = ibis.null("int64")
    after = (rows.next_slot - rows.slot).fill_null(ibis.ifelse(to_end > long, to_end, none))
    before = (rows.slot - rows.last_slot).fill_null(ibis.ifelse(to_first > long, to_first, none))
    rows = rows.mutate(
        lies=lies(rows.mkn, rule),
        gone=after > long,
        came=before > long,
        held_before=(rows.slot - rows.last_slot <= near).fill_null(False),
        held_after=(rows.next_slot - rows.slot <= near).fill_null(False),
    )
    words = ("track_id", "edge", "slot", "lies", "gone", "came", "held_before", "held_after")
    return with_cells(rows, rule.reception, edge=rule.silence.edge_deg).select(*words)


def lies(mkn: ir.IntegerValue, rule: GapRule) -> ir.BooleanValue:
    """Whether a ship lies still; a ship of unknown speed is taken to be under way."""
    return (mkn < round(rule.reception.still_kn * 1000)).fill_null(False)


def edges(rows: ir.Table, seen: ir.Table, what: str, rule: GapRule) -> ir.Table:
    """Rows with ``share``: of the heard slots of others in the cell and state, those after (or before) a long silence."""
    seen = seen.filter(seen[what].notnull()).mutate(hit=seen[what].cast("int64"))
    state = ["lies", "held_before" if what == "gone" else "held_after"]
    own = seen.semi_join(rows.select("track_id").distinct(), "track_id")
    for level, keys in (("all", state), ("near", ["edge", *state])):
        for word, table, by in (("", seen, keys), ("own", own, ["track_id", *keys])):
            counts = table.group_by(by).aggregate(**{f"{level}{word}_n": table.count(), f"{level}{word}_hits": table.hit.sum()})
            rows = rows.left_join(counts, by, rname="__{name}")
            rows = rows.drop(*[name for name in rows.columns if name.startswith("__")])
    count = {at: rows[f"{at}_n"].fill_null(0) - rows[f"{at}own_n"].fill_null(0) for at in ("all", "near")}
    hits = {at: rows[f"{at}_hits"].fill_null(0) - rows[f"{at}own_hits"].fill_null(0) for at in ("all", "near")}
    # Before any other ship is seen, one heard slot in ten is taken to be the last for long.
    usual = (hits["all"].cast("float64") + 1.0) / (count["all"].cast("float64") + 10.0)
    pull = rule.silence.edge_pull
    share = (hits["near"].cast("float64") + usual * pull) / (count["near"].cast("float64") + pull)
    return rows.mutate(usual=usual, share=share, near_count=count["near"])


def _out(ends: ir.Table, crowds: ir.Table, rule: GapRule) -> ir.Table:
    """For each silence: how often the whole coarse cell of its first place falls silent so long, per slot with a report.

    Where she is the only ship this is her own doing too, which is as it should be: then nothing tells the two apart.
    """
    long = rule.min_hours / rule.reception.slot_h
    order = ibis.window(group_by="coarse", order_by="slot")
    said = crowds.filter(crowds.cell_heard > 0)
    said = said.mutate(next_slot=said.slot.lead().over(order)).cross_join(said.aggregate(end_slot=said.slot.max()))
    said = said.mutate(out=(said.next_slot.fill_null(said.end_slot) - said.slot > long).cast("int64"))
    cells = said.group_by("coarse").aggregate(cell_slots=said.count(), outs=said.out.sum())
    usual = said.aggregate(all_slots=said.count(), all_outs=said.out.sum())
    rows = with_cells(ends, rule.reception).join(cells, "coarse").cross_join(usual)
    pull = rule.silence.edge_pull
    usually = rows.all_outs.cast("float64") / rows.all_slots.cast("float64")
    share = (rows.outs.cast("float64") + usually * pull) / (rows.cell_slots.cast("float64") + pull)
    return rows.select("track_id", "slot", out_ppm=whole(share * float(PPM)))


def _weighed(rows: ir.Table, rule: GapRule) -> Judged:
    """Silences with their probability, by Bayes' rule, and the factors in words."""
    slot_h = rule.reception.slot_h
    chosen, failed = rule.silence.chosen_per_hour * slot_h, rule.silence.failed_per_hour * slot_h
    # Nothing was judged where no slot lies wholly inside the silence.
    missed = (-(rows.unlikely.fill_null(0).cast("float64")) / float(PPM)).exp()
    left = rows.left_ppm.fill_null(PPM).cast("float64") / float(PPM)
    # The receivers may have been out in all hours but those in which they heard others; in these she was missed beside.
    out = rows.out_ppm.fill_null(PPM).cast("float64") / float(PPM)
    out = out * (-(rows.proven.fill_null(0).cast("float64")) / float(PPM)).exp()
    transmitting = 1.0 - (1.0 - missed) * (1.0 - left) * (1.0 - out)
    probability = whole(chosen / (chosen + failed + transmitting) * float(PPM))
    blind = (rows.others_near.fill_null(0) < rule.silence.few) & (rows.coarse_seen.fill_null(0) < rule.silence.few)
    rows = rows.mutate(
        probability=probability.cast("float64") / float(PPM),
        transmitting_ppm=whole(transmitting * float(PPM)),
        missed_ppm=whole(missed * float(PPM)),
        receivers_ppm=whole(out * float(PPM)),
        blind=blind,
    )
    factors = {
        "chance_if_transmitting": decimal(rows.transmitting_ppm, 6),
        "missed_while_there": decimal(rows.missed_ppm, 6),
        "receivers_out": decimal(rows.receivers_ppm, 6),
        "left_coverage": decimal(rows.left_ppm.fill_null(PPM), 6),
        "prior_per_hour": ibis.literal(f"{rule.silence.chosen_per_hour:g}"),
        "hours_judged": rows.judged_slots.fill_null(0),
        "usually_heard": decimal(rows.chance_ppm, 6),
        "others_heard_ship_hours": rows.others_heard.fill_null(0),
        "others_known_ship_hours": rows.others_known.fill_null(0),
        "hours_others_heard": rows.heard_slots.fill_null(0),
        "others_at_last_place_hours": rows.others_near.fill_null(0),
        "cannot_tell": flag(rows.blind),
    }
    return Judged(rows, factors)
