"""Detections of a file against the AIS of a store: the function behind ``darkwake match``."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from darkwake.ais.cleaned import positions_of
from darkwake.engine import Engine, open_engine
from darkwake.events import GapRule, gaps
from darkwake.fusion.looks import read_looks
from darkwake.fusion.rule import MatchRule
from darkwake.fusion.sightings import Seen, see
from darkwake.store import Store


@dataclass(frozen=True)
class Matched:
    """What became of each detection of a file."""

    seen: list[Seen]
    left_out: dict[str, int]
    rule: MatchRule

    def rows(self) -> list[dict[str, Any]]:
        """One row a detection: id, MMSI (or nothing), probability, reason, place and time."""
        return [
            {
                "detection_id": one.look.detection_id,
                "mmsi": one.match.ship.mmsi if one.match.ship else None,
                "probability": round(one.match.probability, 4),
                "reason": one.words(self.rule),
                "distance_m": one.match.distance_m,
                "time": one.look.time,
                "lat": one.look.lat,
                "lon": one.look.lon,
            }
            for one in self.seen
        ]

    def table(self) -> pa.Table:
        """The same rows as a table."""
        kinds = {"detection_id": pa.string(), "mmsi": pa.int64(), "probability": pa.float64(), "reason": pa.string()}
        kinds |= {"distance_m": pa.float64(), "time": pa.timestamp("us", "UTC"), "lat": pa.float64(), "lon": pa.float64()}
        return pa.Table.from_pylist(self.rows(), schema=pa.schema(list(kinds.items())))

    def summary(self) -> dict[str, Any]:
        """What the command prints: matches, the unmatched with their reasons, and what could not be matched at all."""
        rows = list(zip(self.rows(), self.seen, strict=True))
        return {
            "matches": [row for row, one in rows if one.match.ship],
            "unmatched": [
                row | {"reasons": one.silence.facts() if one.silence else {}} for row, one in rows if not one.match.ship
            ],
            "left_out": self.left_out,
        }


def match(detections: Path, store: Path, *, rule: MatchRule | None = None, engine: Engine | None = None) -> Matched:
    """Which ship was that, and why unmatched.

    Args:
        detections: file of detections (``.parquet``, ``.csv``, ``.geojson``, ``.gpkg``) with ``time``, ``lat``, ``lon``.
        store: folder of a store with AIS.
        rule: parameters.
        engine: where to run; DuckDB in this process when left out.

    Raises:
        InputError: the file or the store cannot be read.
    """
    looks, left_out = read_looks(detections)
    settled = rule or MatchRule()
    with ExitStack() as stack:
        opened = stack.enter_context(Store.open(store))
        if engine is None:
            engine = open_engine()
            stack.callback(engine.close)
        positions, _ = stack.enter_context(positions_of(opened, engine))
        events = opened.table(engine, "events") if opened.has("events") else gaps(positions, engine, GapRule(judge="none"))
        statics = opened.table(engine, "statics") if opened.has("statics") else None
        return Matched(see(looks, positions, events, engine, settled, statics), left_out, settled)
