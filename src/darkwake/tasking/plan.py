"""The plan: which of the opportunities to order, in which order, and why.

A first, simple ranking that can be checked by eye: usable looks only; radar before optics, for cloud is not known; radar
by how near its incidence comes to the middle of what the rule allows, optics by height; and no second look at a place
within the rule's spread. It does not yet know what a look is worth in barrels, what
it costs, or when a ship is likely to lie there, and says so nowhere else. Being planned is a wish, not an image.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from darkwake.schema import Plan
from darkwake.tasking.rule import TaskingRule

Row = dict[str, Any]

SAME_PASS = timedelta(minutes=2)
"""Looks of one satellite this close in time are one pass over neighbouring places. Assumed: 800 km of its way."""


def plan(opportunities: pa.Table, *, tasking: TaskingRule) -> pa.Table:
    """What to look at next, in order (a stage).

    Args:
        opportunities: ``schema.Opportunities``.
        tasking: its budget says how many looks at most, its spread how far apart two looks at one place lie.

    Returns:
        ``schema.Plan``, ranked from 1.
    """
    rows = sorted((row for row in opportunities.to_pylist() if row["usable"]), key=lambda row: _order(row, tasking))
    chosen: list[Row] = []
    for row in rows:
        if len(chosen) == tasking.budget:
            break
        if all(_apart(row, other, timedelta(hours=tasking.spread_h)) for other in chosen):
            chosen.append(row)
    return Plan.rows([_planned(rank, row, rows, tasking) for rank, row in enumerate(chosen, start=1)])


def _order(row: Row, rule: TaskingRule) -> tuple[bool, float, datetime, str]:
    radar = row["sensor"] == "sar"
    middle = (rule.sar_incidence_min_deg + rule.sar_incidence_max_deg) / 2 if radar else 0.0
    # Rounded, so that a last bit of a computed angle does not change the order between machines.
    off = round(abs(90.0 - row["elevation_deg"] - middle), 3)
    return not radar, off, row["culmination"], row["opportunity_id"]


def _apart(row: Row, other: Row, spread: timedelta) -> bool:
    away: timedelta = abs(row["culmination"] - other["culmination"])
    if row["place_id"] == other["place_id"]:
        return away >= spread
    return row["norad_id"] != other["norad_id"] or away > SAME_PASS


def _planned(rank: int, row: Row, usable: list[Row], rule: TaskingRule) -> Row:
    also = sorted(
        str(other["place_id"])
        for other in usable
        if other["norad_id"] == row["norad_id"]
        and other["place_id"] != row["place_id"]
        and abs(other["culmination"] - row["culmination"]) <= SAME_PASS
    )
    return {
        "rank": rank,
        "opportunity_id": row["opportunity_id"],
        "place_id": row["place_id"],
        "why": _why(row, also, rule),
        "origin": row["origin"],
        "evidence": row["evidence"],
    }


def _why(row: Row, also: list[str], rule: TaskingRule) -> str:
    light = "in the dark" if row["sun_elevation_deg"] < 0 else "by day"
    radar = "radar, which needs neither light nor a clear sky" if row["sensor"] == "sar" else "optics; a cloud would hide it"
    parts = [
        f"{row['satellite']} {light} at {row['culmination']:%Y-%m-%d %H:%M:%S} UTC, {row['elevation_deg']:.0f} degrees high",
        radar,
        f"{rule.spread_h:g} h or more from every other planned look at this place",
    ]
    if also:
        parts.append(f"the same pass comes in reach of {', '.join(also)}")
    return "; ".join(parts)
