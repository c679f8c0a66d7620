"""Where silent ships could have called: reachable sets of the gaps of a store or of positions at hand, and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from darkwake.events.find import looked
from darkwake.events.kinds import Known
from darkwake.events.reachable import ReachRule, reachable_sets

if TYPE_CHECKING:
    from darkwake.engine import Engine
    from darkwake.store import Store

SAID = 5
"""So many places are named in words; the others are counted."""


def reach(
    source: Path | Store | pa.Table,
    *,
    places: Path | pa.Table | None = None,
    statics: pa.Table | None = None,
    rules: Sequence[Any] = (),
    engine: Engine | None = None,
) -> pa.Table:
    r"""The places that each silent ship could have called at, as rows of ``Reachable``: by sea, in the time, with a chance.

    A place that could be reached is one that cannot be excluded, no more.

    Args:
        source: folder of a store, an open store, or rows of ``Positions`` (degrees, knots, UTC).
        places: CSV file or rows of ``Places``; the store's own places when left out.
        statics: rows of ``Statics`` beside positions at hand (speeds go by ship type); a store's own when left out.
        rules: parameters that differ from the defaults: a ``GapRule``, a ``ReachRule``.
        engine: where to run; DuckDB in this process when left out.

    Raises:
        InputError: no store, a store without AIS, or places that cannot be read.

    >>> from datetime import UTC, datetime, timedelta
    >>> from darkwake.events import GapRule
    >>> from darkwake.schema import Places, Positions
    >>> def heard(line, hours, lat, lon):
    ...     time = datetime(2024, 5, 1, tzinfo=UTC) + timedelta(hours=hours)
    ...     row = {"track_id": "t", "source_id": "file", "line": line, "mmsi": 273000001, "time": time, "cell": 0}
    ...     return row | {"lat": lat, "lon": lon, "sog_kn": 10.0, "origin": "observed"}
    >>> off_chongjin = Positions.rows([heard(1, 0, 41.75, 129.85), heard(2, 40, 41.75, 129.85)])
    >>> port = {"place_id": "vostochny", "name": "Vostochny", "kind": "port", "lat": 42.73, "lon": 133.05, "extent_m": 2000.0}
    >>> ports = Places.rows([port | {"verified": False, "origin": "published", "evidence": ["a list"]}])
    >>> speeds = ReachRule(median_kn=10.0, greatest_kn=13.0)
    >>> rows = reach(off_chongjin, places=ports, rules=[GapRule(judge="none"), speeds])
    >>> print(*said(rows.to_pylist(), {"vostochny": "Vostochny"}).split("; "), sep=",\n")
    Vostochny (chance 0.84, up to 16 h alongside, way 157 + 157 nm, 18.0 kn for a usual stay),
    none of the listed places: 0.16
    """
    rule = next((rule for rule in rules if isinstance(rule, ReachRule)), None)
    others = [one for one in rules if not isinstance(one, ReachRule)]
    with looked(source, kinds=["gap"], places=places, statics=statics, rules=others, engine=engine) as (found, known):
        return reached(found.table, known, rule)


def reached(events: pa.Table, known: Known, rule: ReachRule | None = None) -> pa.Table:
    """Rows of ``Reachable`` for the gaps among rows of ``Events``."""
    gaps = known.engine.table(events.filter(pc.equal(events["kind"], "gap")))
    return reachable_sets(gaps, known.statics, known.places, engine=known.engine, reach=rule or ReachRule())


def could_have_called(events: pa.Table, known: Known, rule: ReachRule | None = None) -> dict[str, str]:
    """For each gap among rows of ``Events`` the places that its ship could have called at, in words (:func:`said`)."""
    names = dict(zip(known.places["place_id"].to_pylist(), known.places["name"].to_pylist(), strict=True))
    rows: dict[str, list[Mapping[str, Any]]] = {
        event_id: [] for event_id in events.filter(pc.equal(events["kind"], "gap"))["event_id"].to_pylist()
    }
    for row in reached(events, known, rule).to_pylist():
        rows[row["event_id"]].append(row)
    return {event_id: said(places, names) for event_id, places in rows.items()}


def said(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """One silence's rows of ``Reachable`` in words, the likeliest places first.

    Args:
        rows: the rows of one silence.
        names: name of each place by its id.
    """
    possible = sorted((row for row in rows if row["possible"]), key=lambda row: (-row["probability"], row["place_id"]))
    if not possible:
        return "none of the listed places"
    told = [f"{names.get(row['place_id'], row['place_id'])} ({_told(row)})" for row in possible[:SAID]]
    more = [f"and {len(possible) - SAID} more"] if len(possible) > SAID else []
    none = f"none of the listed places: {possible[0]['none_probability']:.2f}"
    return f"{', '.join(told + more)}; {none}"


def _told(row: Mapping[str, Any]) -> str:
    """A place in numbers; the mean speed is that which a stay of the usual length asks for."""
    legs = [row["way_in_nm"], *([] if row["way_out_nm"] is None else [row["way_out_nm"]])]
    parts = [
        f"chance {row['probability']:.2f}",
        f"up to {row['alongside_longest_h']:.0f} h alongside",
        f"way {' + '.join(f'{leg:.0f}' for leg in legs)} nm",
        *([] if row["speed_needed_kn"] is None else [f"{row['speed_needed_kn']:.1f} kn for a usual stay"]),
    ]
    return ", ".join(parts)
