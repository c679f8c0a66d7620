"""What ships said of who they are, in order of time, for those that said more than one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from darkwake.ais.tracks import NO_SHIPS
from darkwake.engine.clock import clock_us

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

LAST_US = (1 << 63) - 1
"""Later than any time."""
_WHOSE = pa.schema([("mmsi", pa.int64()), ("origin", pa.string())])


@dataclass(frozen=True)
class Said:
    """A static message, as far as it tells who a ship is."""

    us: int
    until_us: int
    """Until when she is known to have said so: a message tells of its own time, a table repeats what was said last."""
    source_id: str
    imo: int | None
    name: str | None
    callsign: str | None
    length_m: float | None
    beam_m: float | None


def said_of(statics: ir.Table, positions: ir.Table, engine: Engine) -> dict[tuple[int, str], list[Said]]:
    """What the MMSIs said that said more than one thing, or an IMO number that another one said too; in order of time."""
    ships = statics.filter(statics.time.notnull(), *(~statics.mmsi.between(low, high) for low, high in NO_SHIPS))
    whose = ["mmsi", "origin"]
    fields = ("imo", "name", "callsign", "length_m", "beam_m")
    counted = ships.group_by(whose).aggregate(**{word: ships[word].nunique() for word in fields})
    several = counted.filter(ibis.or_(*(counted[word] > 1 for word in fields))).select(*whose)
    imos = ships.filter(_valid(ships.imo)).group_by("imo").aggregate(mmsis=ships.mmsi.nunique())
    twice = ships.semi_join(imos.filter(imos.mmsis > 1), "imo").select(*whose)
    asked = pa.concat_tables([engine.arrow(table).cast(_WHOSE) for table in (several, twice)])
    chosen = ships.semi_join(engine.table(asked.group_by(whose).aggregate([])), whose)
    told = chosen.select(*whose, *fields, "source_id", "line", "incomplete", us=clock_us(chosen.time)).distinct()
    rows = engine.arrow(_with_until(told, positions)).sort_by(
        [(word, "ascending") for word in (*whose, "us", "source_id", "line")]
    )
    found: dict[tuple[int, str], list[Said]] = {}
    for row in rows.to_pylist():
        imo = row["imo"] if row["imo"] and imo_holds(row["imo"]) else None
        until_us = max(row["us"], row["until_us"] or row["us"])
        said = Said(row["us"], until_us, row["source_id"], imo, _letters(row["name"]), _letters(row["callsign"]), *_size(row))
        found.setdefault((row["mmsi"], row["origin"]), []).append(said)
    return found


def _with_until(told: ir.Table, positions: ir.Table) -> ir.Table:
    """Rows of a table with the last position before she said anything else, however the table was cut into files.

    From a table a row of ``statics`` is kept where it differs from the row before in its file, so how often it comes again
    says nothing.
    """
    spans = told.filter(told.incomplete.isnull()).select("mmsi", "origin", "us").distinct()
    after = ibis.window(group_by=["mmsi", "origin"], order_by="us")
    spans = spans.mutate(next_us=spans.us.lead().over(after).fill_null(LAST_US))
    heard = positions.select(of_mmsi="mmsi", of_origin="origin", at_us=clock_us(positions.time))
    within = [
        spans.mmsi == heard.of_mmsi,
        spans.origin == heard.of_origin,
        heard.at_us >= spans.us,
        heard.at_us < spans.next_us,
    ]
    met = spans.join(heard, within)
    until = met.group_by(["mmsi", "origin", "us"]).aggregate(until_us=met.at_us.max())
    joined = told.left_join(until, ["mmsi", "origin", "us"], rname="{name}_right")
    return joined.select(*told.columns, until_us=ibis.ifelse(joined.incomplete.isnull(), joined.until_us, ibis.null("int64")))


def _valid(imo: ir.IntegerValue) -> ir.BooleanValue:
    """Whether a number is an IMO number by its check digit."""
    digits = [imo // 10**at % 10 for at in range(7)]
    total = digits[1] * 2
    for at in range(2, 7):
        total = total + digits[at] * (at + 1)
    return imo.between(1_000_000, 9_999_999) & (total % 10 == digits[0])


def imo_holds(imo: int) -> bool:
    """Whether a number is an IMO number by its check digit.

    >>> imo_holds(9074729), imo_holds(9074728), imo_holds(907472)
    (True, False, False)
    """
    digits = [int(digit) for digit in str(imo)]
    return len(digits) == 7 and sum((7 - at) * digit for at, digit in enumerate(digits[:6])) % 10 == digits[6]


def _letters(text: str | None) -> str | None:
    kept = "".join(letter for letter in (text or "").upper() if letter.isalnum())
    return kept or None


def _size(row: dict[str, Any]) -> tuple[float | None, float | None]:
    return row["length_m"] or None, row["beam_m"] or None
