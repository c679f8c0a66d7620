"""The columns of each table of published facts: what a cell holds, whether it may be empty, whether a header may lack it.

No other column is accepted.
"""

from __future__ import annotations

from darkwake.claims.sheets import (
    Field,
    address,
    amount,
    day,
    degrees,
    flag,
    goods,
    one_of,
    published,
    text,
    texts,
    unit,
    whole,
)
from darkwake.schema import LADEN_STATES, Caps, Claims, Places

UNITS = (
    "bbl",
    "t",
    "bbl/year",
    "containers",
    "rounds",
    "persons",
    "vehicles",
    "wagons",
    "trips",
    "fraction",
    "times",
    "percent",
)
"""Units of a published quantity."""

ACTIVITIES = Claims.columns["activity"].allowed
BOUNDS = Claims.columns["bound"].allowed

CARRIAGES = Claims.columns["carriage"].allowed

WHEN = "what has no day cannot be counted: give the first and last day on which it can have been, or take the row out"
"""What to do about a fact without a date."""

SOURCE = {
    "source_publisher": Field(text),
    "source_title": Field(text),
    "source_date": Field(published),
    "source_where": Field(text),
    "source_url": Field(address),
    "verified": Field(flag, must=True),
    "note": Field(text),
}
"""Last columns of every table: where the statement stands, and whether it was read there."""

EACH = {
    "carriage": Field(one_of(*CARRIAGES), optional=True),
    "bbl_each_low": Field(amount, optional=True),
    "bbl_each_high": Field(amount, optional=True),
}
"""Columns that a header may lack: how the goods went, and the range that a source gives for each visit of a count."""

MEASURED = {
    "laden_in": Field(one_of(*LADEN_STATES), optional=True),
    "laden_out": Field(one_of(*LADEN_STATES), optional=True),
    "draught_in_m": Field(amount, optional=True),
    "draught_out_m": Field(amount, optional=True),
    "draught_sd_m": Field(amount, optional=True),
    "freeboard_in_m": Field(amount, optional=True),
    "freeboard_out_m": Field(amount, optional=True),
    "freeboard_sd_m": Field(amount, optional=True),
}
"""Columns that a header may lack: what a source read from the ship herself on arrival and departure."""

PLACES = {
    "id": Field(text, must=True),
    "name": Field(text, must=True),
    "kind": Field(one_of(*Places.columns["kind"].allowed), must=True),
    "parent_id": Field(text),
    "country": Field(text),
    "lat": Field(degrees(90), must=True),
    "lon": Field(degrees(180), must=True),
    "extent_m": Field(amount, must=True),
    "accuracy": Field(text, must=True),
    "role": Field(text),
    "licence": Field(text),
    **SOURCE,
}

VESSELS = {
    "id": Field(text, must=True),
    "name": Field(text, must=True),
    "aliases": Field(texts),
    "imo": Field(whole),
    "imo_verified": Field(flag),
    "type": Field(text),
    "flag": Field(text),
    "dwt_t": Field(amount),
    "gt": Field(amount),
    "length_m": Field(amount),
    "beam_m": Field(amount),
    "depth_m": Field(amount, optional=True),
    "draught_m": Field(amount, optional=True),
    "lightship_t": Field(amount, optional=True),
    "tpc_t_per_cm": Field(amount, optional=True),
    "built": Field(whole),
    "role": Field(text),
    **SOURCE,
}

SIGHTINGS = {
    "id": Field(text, must=True),
    "kind": Field(one_of("visit", "position", "transfer", "other"), must=True),
    "what": Field(text, must=True),
    "vessel": Field(text),
    "vessel_id": Field(text),
    "activity": Field(one_of(*ACTIVITIES), must=True),
    "place_id": Field(text),
    "place": Field(text, must=True),
    "count": Field(whole),
    "product": Field(goods),
    "lo": Field(amount, optional=True),
    "central": Field(amount, optional=True),
    "hi": Field(amount, optional=True),
    "unit": Field(unit(*UNITS), optional=True),
    "bound": Field(one_of(*BOUNDS), optional=True),
    "date_from": Field(day, must=True, if_empty=WHEN),
    "date_to": Field(day, must=True, if_empty=WHEN),
    "date_precision": Field(one_of("day", "range", "month"), must=True),
    "laden": Field(text),
    "transponder": Field(text),
    **EACH,
    **MEASURED,
    **SOURCE,
}

AGGREGATES = {
    "id": Field(text, must=True),
    "kind": Field(one_of("aggregate", "munitions", "other"), must=True),
    "claimant": Field(text, must=True),
    "what": Field(text, must=True),
    "vessel": Field(text),
    "vessel_id": Field(text),
    "place_id": Field(text),
    "place": Field(text, must=True),
    "activity": Field(one_of(*ACTIVITIES), must=True),
    "product": Field(goods),
    "count": Field(whole),
    "lo": Field(amount),
    "central": Field(amount),
    "hi": Field(amount),
    "unit": Field(unit(*UNITS)),
    "bound": Field(one_of(*BOUNDS), must=True),
    "fill": Field(text),
    "dwt_lo": Field(amount),
    "dwt_hi": Field(amount),
    "period_start": Field(day, must=True, if_empty=WHEN),
    "period_end": Field(day, must=True, if_empty=WHEN),
    **EACH,
    **SOURCE,
}

REPORTED_IMPORTS = {
    "id": Field(text, must=True),
    "supplier": Field(text, must=True),
    "product": Field(one_of("refined", "crude", "other"), must=True),
    "period_start": Field(day, must=True),
    "period_end": Field(day, must=True),
    "status": Field(one_of("reported", "missing", "rejected"), must=True),
    "tonnes": Field(amount),
    "barrels": Field(amount),
    "as_published_on": Field(published, must=True),
    "derived": Field(text),
    **SOURCE,
}

CAPS = {
    "id": Field(text, must=True),
    "title": Field(text, must=True),
    "product": Field(one_of(*Caps.columns["product"].allowed), must=True),
    "amount": Field(amount, must=True),
    "unit": Field(unit(*Caps.columns["unit"].allowed), must=True),
    "year_starts": Field(text),
    "period_start": Field(day, must=True),
    "period_end": Field(day, must=True),
    "instrument": Field(text, must=True),
    "alt_amount": Field(amount, optional=True),
    "alt_unit": Field(unit(*Caps.columns["unit"].allowed), optional=True),
    "set_by": Field(text, optional=True),
    "replaced_by": Field(text, optional=True),
    **SOURCE,
}

CONTRADICTIONS = {
    "id": Field(text, must=True),
    "subject": Field(text, must=True),
    "statement_a": Field(text, must=True),
    "statement_b": Field(text, must=True),
    "kind": Field(text, must=True),
    "handling": Field(text, must=True),
    **SOURCE,
}

SHEETS = {
    "places": PLACES,
    "vessels": VESSELS,
    "sightings": SIGHTINGS,
    "aggregates": AGGREGATES,
    "munitions": AGGREGATES,
    "reported_imports": REPORTED_IMPORTS,
    "caps": CAPS,
    "contradictions": CONTRADICTIONS,
}
"""Columns by the name of the table."""
