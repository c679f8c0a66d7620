"""The lengths that ships report of themselves, for the match with measured ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import ibis.expr.types as ir

from darkwake.engine import Engine
from darkwake.fusion.heard import Heard


def with_lengths(ships: Sequence[Heard], statics: ir.Table | None, engine: Engine) -> list[Heard]:
    """The ships with the length that each reports most often, the greater one of two alike; none where she reports none."""
    if statics is None or not ships:
        return list(ships)
    said = statics.filter(statics.mmsi.isin(sorted({ship.mmsi for ship in ships})), statics.length_m > 0)
    counted = said.group_by("mmsi", "length_m").aggregate(times=lambda rows: rows.count())
    most: dict[int, tuple[int, float]] = {}
    for row in engine.arrow(counted).to_pylist():
        most[row["mmsi"]] = max(most.get(row["mmsi"], (0, 0.0)), (row["times"], row["length_m"]))
    return [replace(ship, length_m=most[ship.mmsi][1]) if ship.mmsi in most else ship for ship in ships]
