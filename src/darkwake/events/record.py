"""One event as a row of ``darkwake.schema.Events``, and its factors as JSON text that is equal on every engine.

Engines print floats differently, so a number enters the text as a whole number of its smallest unit and gets its decimal
point there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis

from darkwake.events.track import degrees, moment, origin_of
from darkwake.ids import id_column
from darkwake.schema import Events

if TYPE_CHECKING:
    import ibis.expr.types as ir

NULL_TEXT = "null"


def decimal(value: ir.IntegerValue, places: int) -> ir.StringValue:
    """A count of 10**-places, never negative, as JSON text with that many decimals: 12345 with 3 is ``12.345``."""
    unit = 10**places
    # Adding the unit keeps the zeros in front; padding would make each engine work the number out three times.
    return (value // unit).cast("string") + "." + (value % unit + unit).cast("string").right(places)


def flag(value: ir.BooleanValue) -> ir.StringValue:
    """A truth value as JSON text."""
    return ibis.cases((value, "true"), (~value, "false"))


def json_object(factors: Mapping[str, ir.Value]) -> ir.StringValue:
    """A JSON object from whole numbers and ready JSON texts (:func:`decimal`, :func:`flag`); what is null is ``null``."""
    text = ibis.literal("{")
    for at, (word, value) in enumerate(factors.items()):
        comma = ", " if at else ""
        text = text + f'{comma}"{word}": ' + value.cast("string").fill_null(NULL_TEXT)
    return text + "}"


def sources(*source_ids: ir.StringValue) -> ir.ArrayValue:
    """Evidence ids, each once, sorted."""
    return ibis.array(list(source_ids)).unique().sort()


def record(
    rows: ir.Table,
    kind: str,
    rule: str,
    *,
    factors: Mapping[str, ir.Value] | ir.StringValue,
    evidence: ir.ArrayValue,
    place_id: ir.StringValue | None = None,
) -> ir.Table:
    """Rows of ``Events`` from rows that carry the track, ``start_us``, ``end_us``, places in 1e-10 degrees and ``rank``.

    The id is made of the kind, the tracks, the place and the start. ``other_track_id`` and ``other_mmsi`` are taken where
    the rows have them.

    The probability is 1 where the rows carry none: the rule then states what stands in the data, and says in words that it is
    nothing more. Factors come as their values, or as JSON text that is ready.
    """
    other = "other_track_id" in rows.columns
    given = {
        "kind": ibis.literal(kind),
        "track_id": rows.track_id,
        "other_track_id": rows.other_track_id if other else None,
        "mmsi": rows.mmsi,
        "other_mmsi": rows.other_mmsi if other else None,
        "start": moment(rows.start_us),
        "end": moment(rows.end_us),
        "lat": degrees(rows.lat_e10),
        "lon": degrees(rows.lon_e10),
        "end_lat": degrees(rows.end_lat_e10),
        "end_lon": degrees(rows.end_lon_e10),
        "place_id": place_id,
        "probability": rows.probability if "probability" in rows.columns else ibis.literal(1.0),
        "rule": ibis.literal(rule),
        "factors": json_object(factors) if isinstance(factors, Mapping) else factors,
        "revision": ibis.literal(0),
        "origin": origin_of(rows["rank"]),
        "evidence": evidence,
    }
    # Whether an engine could know a column to be free of nulls differs from kind to kind; a union wants them alike.
    types = {word: kind_of.copy(nullable=True) for word, kind_of in Events.ibis().items()}
    typed = {word: ibis.null(types[word]) if value is None else value.cast(types[word]) for word, value in given.items()}
    key = [rows.track_id, *([rows.other_track_id] if other else []), *([place_id] if place_id is not None else [])]
    event_id = id_column("event", ibis.literal(kind), *key, rows.start_us)
    return rows.select(event_id=event_id, **typed).select(*types)
