"""Reception: how often ships known to be somewhere were heard there, estimated from the positions themselves.

    hours       |   1   |   2   |   3   |   4   |   5   |
    reports       x  x x          x                x x
    known               |  yes  |  yes  |  yes  |         heard in 2? no. In 3? yes. In 4? no.

A ship is known to be at a place in an hour when she was heard before and after that hour, soon enough or lying still or
keeping her speed so that the straight way between says where she was. Whether she was heard within the hour is not part of
that, so the share of known hours with a report is a fair estimate of the chance of being heard. Hours stand for anything
that holds for an hour: slots of ``slot_minutes``.

The chance is told apart by class of transponder, by whether she lay still (a Class A at anchor sends every 3 minutes, under
way every 2 to 10 s; Recommendation ITU-R M.1371-5, annex 1, table 1), and by what the other ships of the coarse cell show of
the receivers in that very hour: some were heard, none was heard although some are known to have been there, or nobody else
is known to have been there. A fine cell is shrunk towards its coarse cell and that towards all cells.

What it is not: a map of coverage. Where no ship is known to have been, nothing is known; a cell where all ships fall silent by
choice looks like a cell that nobody hears.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from darkwake.engine.clock import clock_us
from darkwake.events.track import (
    CIRCLE_E10,
    E10_PER_DEGREE,
    US_PER_HOUR,
    US_PER_MINUTE,
    degrees,
    distance_mm,
    e10,
    mean_lat_e10,
    mean_lon_e10,
    moment,
    origin_of,
    strength,
    whole,
    wrap_e10,
)
from darkwake.ids import id_column
from darkwake.schema import Reception

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

NOBODY, UNHEARD, SOMEBODY = 0, 1, 2
"""What other ships show of the receivers: none is known to have been there, none of those was heard, some were heard."""
STRATUM = ("ais_class", "still", "others")
"""What the chance of being heard is told apart by, beside the place."""
MM_PER_KN_HOUR = 1_852_000
TURNS = 24
"""Every row of cells has a multiple of so many columns."""


@dataclass(frozen=True)
class ReceptionRule:
    """How reception is estimated."""

    slot_minutes: int = 60
    """Length of a slot. Longer than a satellite's pass interval is coarse, much shorter than the reporting interval is idle."""
    fine_deg: float = 0.1
    """Height of a fine cell, degrees of latitude (6 nautical miles: the edge of a shore station's reach; assumed)."""
    coarse_deg: float = 1.0
    """Height of a coarse cell (60 nautical miles, about the reach of a high shore station; a satellite's is far wider)."""
    near_slots: int = 3
    """Slots over which a ship is known to be between two reports however she moves (assumed)."""
    known_slots: int = 48
    """Slots over which she is known to be there if she lay still or kept her speed (assumed)."""
    still_kn: float = 1.0
    """Below this she lies still (anchored ships swing)."""
    still_m: float = 3_700.0
    """A ship that lay still at both ends no farther apart than this is taken to have lain there (assumed)."""
    kept_speed: float = 0.3
    """Relative difference between the speed along the straight way and that at its ends up to which she kept it (assumed)."""
    pull: float = 10.0
    """Known slots that a cell needs before it counts as much as what it is shrunk towards (assumed)."""

    def __post_init__(self) -> None:
        """Refuse sizes that make no sense.

        Raises:
            ValueError: a size is not above zero.
        """
        if min(self.slot_minutes, self.fine_deg, self.coarse_deg, self.near_slots, self.known_slots, self.pull) <= 0:
            raise ValueError("sizes and counts of a reception rule have to be above 0")

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"share of the slots of {self.slot_minutes} min in which a ship known to be in a cell of {self.fine_deg:g} degrees "
            f"(by hour: {self.coarse_deg:g}) was heard, shrunk by {self.pull:g} slots towards the share of all; a cell where "
            "ships fall silent by choice looks like one that nobody hears"
        )

    @property
    def slot_us(self) -> int:
        """Length of a slot, microseconds."""
        return self.slot_minutes * US_PER_MINUTE

    @property
    def slot_h(self) -> float:
        """Length of a slot, hours."""
        return self.slot_us / US_PER_HOUR


def with_cells(rows: ir.Table, rule: ReceptionRule, **sizes: float) -> ir.Table:
    """Rows with a cell number for each size in degrees of latitude (the rule's ``fine`` and ``coarse`` where none is given)."""
    sizes = sizes or {"fine": rule.fine_deg, "coarse": rule.coarse_deg}
    return rows.mutate(**{word: _cell(rows.lat_e10, rows.lon_e10, size) for word, size in sizes.items()})


def _cell(lat_e10: ir.IntegerValue, lon_e10: ir.IntegerValue, height_deg: float) -> ir.IntegerValue:
    """A cell of about this height and width: its row from the south pole times 100,000 and its column.

    A turn of the globe by 15 degrees brings every cell onto another, so no meridian is special, the 180th least of all.
    """
    height_e10 = round(height_deg * E10_PER_DEGREE)
    row = (lat_e10 + 90 * E10_PER_DEGREE) // height_e10
    middle_deg = (row.cast("float64") + 0.5) * height_deg - 90.0
    around = (middle_deg.clip(lower=-89.9, upper=89.9).radians().cos() * (360.0 / height_deg)).floor().cast("int64")
    columns = ibis.greatest(around // TURNS, 1) * TURNS
    east_e7 = (lon_e10 + CIRCLE_E10 // 2) % CIRCLE_E10 // 1000
    return row * 100_000 + east_e7 * columns // (CIRCLE_E10 // 1000)


def heard_slots(positions: ir.Table, rule: ReceptionRule) -> ir.Table:
    """One row a track and slot with a report: mean place and speed, number of reports, by whom, and both neighbours."""
    rows = positions.select(
        "track_id",
        "ais_class",
        "receiver",
        slot=clock_us(positions.time) // rule.slot_us,
        lat_e10=e10(positions.lat),
        lon_e10=e10(positions.lon),
        mkn=whole(positions.sog_kn * 1000.0),
        rank=strength(positions.origin),
    )
    slots = rows.group_by("track_id", "slot").aggregate(
        ais_class=rows.ais_class.max().fill_null("?"),
        reports=rows.count(),
        by_land=(rows.receiver == "terrestrial").sum().fill_null(0),
        by_satellite=(rows.receiver == "satellite").sum().fill_null(0),
        lat_e10=mean_lat_e10(rows.lat_e10),
        lon_e10=mean_lon_e10(rows.lon_e10),
        mkn=rows.mkn.sum() // rows.mkn.count().nullif(0),
        rank=rows["rank"].max(),
    )
    order = ibis.window(group_by="track_id", order_by="slot")
    words = ("slot", "lat_e10", "lon_e10", "mkn")
    return slots.mutate(
        **{f"last_{word}": slots[word].lag().over(order) for word in words},
        **{f"next_{word}": slots[word].lead().over(order) for word in words},
    )


def known(slots: ir.Value, mm: ir.Value, mkn: ir.Value, next_mkn: ir.Value, rule: ReceptionRule) -> ir.BooleanValue:
    """Whether two reports so many slots and millimetres apart say where the ship was between them."""
    still = round(rule.still_kn * 1000)
    lay = (mkn < still) & (next_mkn < still) & (mm <= round(rule.still_m * 1000))
    # A ship at 1 knot makes 1,852,000 mm in an hour, at one milliknot 1,852.
    way = (mkn + next_mkn) * slots * round(rule.slot_h * MM_PER_KN_HOUR / 1000) // 2
    kept = (mkn >= still) & (next_mkn >= still) & ((mm - way).abs() <= whole(way.cast("float64") * rule.kept_speed))
    return (slots <= rule.near_slots) | ((slots <= rule.known_slots) & (lay | kept).fill_null(False))


def known_slots(heard: ir.Table, rule: ReceptionRule) -> ir.Table:
    """One row a track and slot in which she is known to have been somewhere: where, whether heard, since when not heard."""
    inside = _way(heard, "last", "next", heard.slot, heard.slot + 1)
    between = _way(heard.mutate(here_slot=heard.slot), "here", "next", heard.slot + 1, heard.next_slot, rule=rule)
    inside = inside.filter(known(inside.slots, inside.mm, inside.mkn, inside.next_mkn, rule))
    between = between.filter(known(between.slots, between.mm, between.mkn, between.next_mkn, rule))
    rows = ibis.union(_spread(inside, heard=True), _spread(between, heard=False))
    still = round(rule.still_kn * rule.slot_h * MM_PER_KN_HOUR)
    return with_cells(rows.mutate(still=(rows.mm < still * rows.slots)).drop("mm"), rule)


def _way(heard: ir.Table, one: str, two: str, first: ir.Value, end: ir.Value, rule: ReceptionRule | None = None) -> ir.Table:
    """The straight way between two heard slots, and the slots of it that are asked for (``end`` excluded)."""
    before = {word: heard[word if one == "here" else f"{one}_{word}"] for word in ("slot", "lat_e10", "lon_e10", "mkn")}
    after = {word: heard[f"{two}_{word}"] for word in ("slot", "lat_e10", "lon_e10", "mkn")}
    rows = heard.select(
        "track_id",
        "ais_class",
        "reports",
        "by_land",
        "by_satellite",
        "rank",
        first=first,
        end=end,
        from_slot=before["slot"],
        slots=after["slot"] - before["slot"],
        lat_from=before["lat_e10"],
        lon_from=before["lon_e10"],
        north=after["lat_e10"] - before["lat_e10"],
        east=wrap_e10(after["lon_e10"] - before["lon_e10"]),
        mkn=before["mkn"],
        next_mkn=after["mkn"],
        mm=distance_mm(before["lat_e10"], before["lon_e10"], after["lat_e10"], after["lon_e10"]),
    )
    return rows.filter(rows.slots.notnull() & (rows.first < rows.end) & (rows.slots <= (rule.known_slots if rule else 1 << 40)))


def _spread(ways: ir.Table, *, heard: bool) -> ir.Table:
    """One row a slot of each way, at the place where the straight way has her."""
    rows = ways.mutate(slot=ibis.range(ways.first, ways.end).unnest())
    share = (rows.slot - rows.from_slot).cast("float64") / rows.slots.cast("float64")
    none = ibis.literal(0, "int64")
    return rows.select(
        "track_id",
        "ais_class",
        "slot",
        "slots",
        "mm",
        "rank",
        heard=ibis.literal(int(heard), "int64"),
        reports=rows.reports if heard else none,
        by_land=rows.by_land if heard else none,
        by_satellite=rows.by_satellite if heard else none,
        age=rows.slot - rows.from_slot - 1,
        lat_e10=rows.lat_from + whole(rows.north.cast("float64") * share),
        lon_e10=wrap_e10(rows.lon_from + whole(rows.east.cast("float64") * share)),
    )


def crowd(heard: ir.Table, known: ir.Table, rule: ReceptionRule) -> ir.Table:
    """For each coarse cell and slot: tracks heard there (``cell_heard``) and tracks known to have been there or heard."""
    here = with_cells(heard, rule).select("coarse", "slot", said=ibis.literal(1, "int64"), there=ibis.literal(1, "int64"))
    silent = known.filter(known.heard == 0)
    silent = silent.select("coarse", "slot", said=ibis.literal(0, "int64"), there=ibis.literal(1, "int64"))
    rows = ibis.union(here, silent)
    return rows.group_by("coarse", "slot").aggregate(cell_heard=rows.said.sum(), cell_known=rows.there.sum())


def others(rows: ir.Table, crowds: ir.Table) -> ir.Table:
    """Rows with what the other ships show: ``others_heard``, ``others_known`` and the code ``others``.

    The rows say with ``heard`` and ``counted`` what of the crowd is the ship herself.
    """
    met = rows.left_join(crowds.view(), ["coarse", "slot"], rname="__{name}")
    met = met.drop(*[word for word in met.columns if word.startswith("__")])
    met = met.mutate(
        others_heard=ibis.greatest(met.cell_heard.fill_null(0) - met.heard, 0),
        others_known=ibis.greatest(met.cell_known.fill_null(0) - met.counted, 0),
    ).drop("cell_heard", "cell_known", "counted")
    code = ibis.cases((met.others_heard > 0, SOMEBODY), (met.others_known > 0, UNHEARD), else_=NOBODY)
    return met.mutate(others=code.cast("int64"))


def tally(rows: ir.Table, *by: str) -> ir.Table:
    """Known slots and heard ones by some columns."""
    return rows.group_by(*by).aggregate(known=rows.count(), said=rows.heard.sum())


def with_chance(rows: ir.Table, seen: ir.Table, rule: ReceptionRule) -> ir.Table:
    """Rows with ``chance``: that a ship of this stratum is heard in this slot, told from the slots of all other ships.

    Args:
        rows: rows with ``track_id``, the cells ``fine`` and ``coarse`` and the stratum.
        seen: known slots with the same columns and ``heard``.
        rule: how strongly a cell is shrunk.
    """
    tracks = rows.select("track_id").distinct()
    own = seen.semi_join(tracks, "track_id")
    for level, keys in (("all", ()), ("coarse", ("coarse",)), ("fine", ("fine",))):
        by = (*STRATUM, *keys)
        for word, table in (("known", tally(seen, *by)), ("own", tally(own, "track_id", *by))):
            on = list(by) if word == "known" else ["track_id", *by]
            named = table.rename(**{f"{level}_{word}": "known", f"{level}_{word}_said": "said"})
            rows = rows.left_join(named, on, rname="__{name}")
            rows = rows.drop(*[name for name in rows.columns if name.startswith("__")])
    return _shrunk(rows, rule)


def _shrunk(rows: ir.Table, rule: ReceptionRule) -> ir.Table:
    """A fine cell's share of heard slots, shrunk towards the coarse cell's and that towards the share of all."""
    chance: ir.Value = ibis.literal(0.5)
    pull = 1.0
    for level in ("all", "coarse", "fine"):
        count = (rows[f"{level}_known"].fill_null(0) - rows[f"{level}_own"].fill_null(0)).cast("float64")
        said = (rows[f"{level}_known_said"].fill_null(0) - rows[f"{level}_own_said"].fill_null(0)).cast("float64")
        chance = (said + chance * pull) / (count + pull)
        pull = rule.pull
    fine = rows.fine_known.fill_null(0) - rows.fine_own.fill_null(0)
    coarse = rows.coarse_known.fill_null(0) - rows.coarse_own.fill_null(0)
    extra = [
        f"{level}_{word}{end}" for level in ("all", "coarse", "fine") for word in ("known", "own") for end in ("", "_said")
    ]
    return rows.mutate(chance=chance, fine_seen=fine, coarse_seen=coarse).drop(*extra)


def seen_slots(positions: ir.Table, engine: Engine, rule: ReceptionRule) -> tuple[ir.Table, ir.Table, ir.Table]:
    """Heard slots, known slots with their stratum, and the crowds of the coarse cells.

    They are worked out once and kept by the engine (on disk where memory is short): each is asked for many times, and Spark
    would read all positions anew for each.
    """
    heard = engine.keep(heard_slots(positions, rule))
    there = engine.keep(known_slots(heard, rule))
    crowds = engine.keep(crowd(heard, there, rule))
    return heard, engine.keep(others(there.mutate(counted=ibis.literal(1, "int64")), crowds)), crowds


def receptions(positions: ir.Table, *, engine: Engine, reception: ReceptionRule) -> ir.Table:
    """The stage ``reception``: fine cells over the whole period by class, state and receiver; coarse cells hour by hour.

    Args:
        positions: rows of ``Positions``.
        engine: where the expressions run.
        reception: the parameters.
    """
    rule = reception
    there = engine.keep(known_slots(engine.keep(heard_slots(positions, rule)), rule))
    parts = [_cells_seen(there, "fine", rule, receiver=None), _cells_seen(there, "coarse", rule, receiver=None)]
    for receiver, column in (("terrestrial", "by_land"), ("satellite", "by_satellite")):
        # Where no report says who heard it, nothing is known of any receiver.
        named = there.mutate(heard=(there[column] > 0).cast("int64"), reports=there[column])
        told = there.aggregate(told=(there.by_land + there.by_satellite).sum())
        parts.append(_cells_seen(named.cross_join(told.filter(told.told > 0)).drop("told"), "fine", rule, receiver=receiver))
    return ibis.union(*parts)


def _cells_seen(there: ir.Table, level: str, rule: ReceptionRule, *, receiver: str | None) -> ir.Table:
    fine = level == "fine"
    by = ["fine", "ais_class", "still"] if fine else ["coarse", "slot"]
    everywhere = there.aggregate(all_known=there.count(), all_heard=there.heard.sum())
    cells = there.group_by(by).aggregate(
        known=there.count(),
        heard=there.heard.sum(),
        reports=there.reports.sum(),
        lat_e10=mean_lat_e10(there.lat_e10),
        lon_e10=mean_lon_e10(there.lon_e10),
        rank=there["rank"].max(),
    )
    rows = cells.cross_join(everywhere)
    usual = rows.all_heard.cast("float64") / rows.all_known.cast("float64")
    hour_us = rows.slot * rule.slot_us if not fine else ibis.null("int64")
    types = {word: kind_of.copy(nullable=True) for word, kind_of in Reception.ibis().items()}
    named = rows.ais_class.nullif("?") if fine else ibis.null("string")
    still = rows.still if fine else ibis.null("boolean")
    cell = rows.fine if fine else rows.coarse
    given = {
        "reception_id": id_column(
            "reception", ibis.literal(level), cell, hour_us, named, still.cast("int64"), ibis.literal(receiver or "any")
        ),
        "level": ibis.literal(level),
        "lat": degrees(rows.lat_e10),
        "lon": degrees(rows.lon_e10),
        "hour": moment(hour_us),
        "ais_class": named,
        "still": still,
        "receiver": ibis.literal(receiver, "string"),
        "known": rows.known,
        "heard": rows.heard,
        "reports": rows.reports,
        "chance": (rows.heard.cast("float64") + usual * rule.pull) / (rows.known.cast("float64") + rule.pull),
        "rule": ibis.literal(rule.words),
        "origin": origin_of(rows["rank"]),
    }
    return rows.select(**{word: value.cast(types[word]) for word, value in given.items()})
