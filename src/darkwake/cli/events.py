"""``darkwake events``: what the ships of a store did."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from darkwake.cli.output import emit, note
from darkwake.engine import open_engine
from darkwake.events.find import Found, find
from darkwake.outputs import write_table


def command(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="Folder of a store (darkwake ais ingest makes one).")],
    *,
    kinds: Annotated[
        str, typer.Option(help="Kinds, with commas between: gap, encounter, loiter, call, identity, spoofing.")
    ] = "",
    places: Annotated[Path | None, typer.Option(help="CSV of places: place_id, lat, lon, extent_m; needed for calls.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the events: .parquet, .gpkg, .geojson or .csv.")] = None,
    engine: Annotated[str, typer.Option(help="duckdb, or spark.")] = "duckdb",
    master: Annotated[str | None, typer.Option(help="Spark's master, such as spark://host:7077.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Find silences, meetings, slow spells, calls, shared identities and false positions in AIS.

    An event says what stands in the data, not why: a silence may be lack of reception, a meeting may be neighbours at a
    berth. Each row carries its rule in words.

    Example: darkwake events my-store --kinds gap,encounter --out events.csv
    """
    chosen = [kind.strip() for kind in kinds.split(",") if kind.strip()] or None
    runner = open_engine(engine, master=master)
    begun = time.perf_counter()
    try:
        found = find(store, kinds=chosen, places=places, engine=runner)
    finally:
        runner.close()
    seconds = time.perf_counter() - begun
    if out:
        write_table(found.table, out)
    if not found.positions:
        note("the store has no positions to look at (ships' statements alone, or positions of unknown age)")
    if chosen is None and "call" not in found.kinds:
        note("calls were not looked for: the store has no places; give --places FILE.csv")
    result = {
        "counts": found.counts,
        "positions": found.positions,
        "rows_per_s": round(found.positions / seconds),
        "seconds": round(seconds, 3),
        "out": out,
    }
    emit(result, as_json=as_json, text=lambda: _words(found, seconds, out))


def _words(found: Found, seconds: float, out: Path | None) -> str:
    lines = [f"{kind:<10}{count:>9,}" for kind, count in found.counts.items()]
    lines.append(f"in {found.positions:,} positions, {seconds:.1f} s")
    return "\n".join(lines + ([f"written to {out}"] if out else []))
