"""The rule of Welch et al. (2022) for AIS that was switched off, with the conditions that a silence fails.

Source: Welch, Clavelle, White et al. (2022), "Hot spots of unseen fishing vessels", Science Advances 8, eabq2109, with the
numbers of ``config.py`` of GlobalFishingWatch/AIS-disabling-high-seas. It was made for fishing vessels far from shore.

Reception is taken here from the positions themselves (positions of ships known to have been in the coarse cell, per day of
theirs), where the authors interpolate a map. The shore is that of :mod:`darkwake.seaways` (cells of 15 seconds of arc that are
all land), so islets narrower than about a cell do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from darkwake.events.reception import heard_slots, known_slots, with_cells
from darkwake.events.record import decimal
from darkwake.events.shore import from_shore_nm
from darkwake.events.silence import Judged
from darkwake.events.track import US_PER_HOUR, degrees, whole

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine
    from darkwake.events.gap import GapRule


@dataclass(frozen=True)
class WelchRule:
    """The conditions, with the authors' numbers."""

    silent_hours: float = 12.0
    """A silence lasts at least this long."""
    from_shore_nm: float = 50.0
    """It begins farther from shore than this."""
    positions_per_day: float = 10.0
    """At its place more positions than this are received of a ship in a day."""
    satellite_positions: int = 14
    """At least so many positions of the ship were heard by satellite in the hours before."""

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"Welch et al. 2022: at least {self.silent_hours:g} h, begun over {self.from_shore_nm:g} nm from shore, reception "
            f"of over {self.positions_per_day:g} positions a day, at least {self.satellite_positions} by satellite before; "
            "the probability is 1 where all conditions hold and 0 where one fails or cannot be tested, and is no chance"
        )


def tested(rows: ir.Table, positions: ir.Table, engine: Engine, rule: GapRule) -> Judged:
    """Silences with 1 where all conditions hold, else 0, and those that failed or could not be tested."""
    rows = _with_shore(engine.keep(_with_reception(rows, positions, engine, rule)), engine)
    limits = rule.welch
    unheard = rows.any_satellite == 0
    conditions = {
        "silence too short": rows.silence_us < round(limits.silent_hours * US_PER_HOUR),
        "near shore": rows.shore_cnm <= round(limits.from_shore_nm * 100),
        "poor reception": rows.per_day_milli <= round(limits.positions_per_day * 1000),
        "few satellite positions before": (rows.satellite_before < limits.satellite_positions) & ~unheard,
    }
    missing = {"reception unknown": rows.per_day_milli.isnull(), "no position says that a satellite heard it": unheard}
    failed, untested = _listed(conditions), _listed(missing)
    holds = (failed == "[]") & (untested == "[]")
    rows = rows.mutate(failed=failed, untested=untested, probability=ibis.ifelse(holds, 1.0, 0.0))
    factors = {
        "from_shore_nm": decimal(rows.shore_cnm, 2),
        "received_per_day": decimal(rows.per_day_milli, 3),
        "failed": rows.failed,
        "untested": rows.untested,
    }
    return Judged(rows, factors)


def _listed(conditions: dict[str, ir.BooleanValue]) -> ir.StringValue:
    """The names of the conditions that are true, as a JSON list."""
    text = ibis.literal("")
    for name, met in conditions.items():
        text = text + ibis.ifelse(met.fill_null(False), f', "{name}"', "")
    return ibis.literal("[") + text.substr(2) + "]"


def _with_reception(rows: ir.Table, positions: ir.Table, engine: Engine, rule: GapRule) -> ir.Table:
    """Silences with the positions received in a ship's day in the coarse cell where they begin, in thousandths."""
    there = engine.keep(known_slots(engine.keep(heard_slots(positions, rule.reception)), rule.reception))
    counted = there.group_by("coarse").aggregate(reports=there.reports.sum(), known=there.count())
    days = counted.known.cast("float64") * (rule.reception.slot_h / 24.0)
    counted = counted.select("coarse", per_day_milli=whole(counted.reports.cast("float64") / days * 1000.0))
    placed = with_cells(rows, rule.reception, coarse=rule.reception.coarse_deg)
    placed = placed.left_join(counted, "coarse", rname="__{name}")
    satellites = positions.aggregate(any_satellite=(positions.receiver == "satellite").sum().fill_null(0))
    return placed.drop(*[word for word in placed.columns if word.startswith("__")]).cross_join(satellites)


def _with_shore(rows: ir.Table, engine: Engine) -> ir.Table:
    """Silences with the distance from shore of their start, in hundredths of a nautical mile.

    The silences alone, a few numbers each, come into this process: what an engine cannot say.
    """
    starts = engine.arrow(rows.select("track_id", "start_us", lat=degrees(rows.lat_e10), lon=degrees(rows.lon_e10)))
    places = zip(starts["lat"].to_pylist(), starts["lon"].to_pylist(), strict=True)
    shore = pa.array([round(from_shore_nm(*place) * 100.0) for place in places], pa.int64())
    told = engine.table(starts.select(["track_id", "start_us"]).append_column("shore_cnm", shore))
    return rows.join(told, ["track_id", "start_us"])
