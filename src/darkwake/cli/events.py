"""``darkwake events``: what the ships of a store did."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from darkwake.cli.kept_events import kept_before
from darkwake.cli.output import emit, note
from darkwake.cli.within_reach import reach_words, within_reach
from darkwake.dossier.events_writing import write_page
from darkwake.engine import open_engine
from darkwake.errors import UsageError
from darkwake.events.find import Found, looked
from darkwake.outputs import check_table_path, write_table

PAGES = {".html", ".htm"}
"""Endings of a page to look at; other endings are those of tables."""


def command(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="Folder of a store (darkwake ais ingest makes one).")],
    *,
    kinds: Annotated[
        str, typer.Option(help="Kinds, with commas between: gap, encounter, loiter, call, identity, spoofing.")
    ] = "",
    places: Annotated[Path | None, typer.Option(help="CSV of places: place_id, lat, lon, extent_m; needed for calls.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the events: .parquet, .gpkg, .geojson, .csv, or .html to look at.")
    ] = None,
    event: Annotated[str | None, typer.Option(metavar="ID", help="With --out F.html: the page of this one event.")] = None,
    reach: Annotated[
        bool, typer.Option("--reach", help="Say at which places each silent ship could have called; needs places.")
    ] = False,
    engine: Annotated[str, typer.Option(help="duckdb, or spark.")] = "duckdb",
    master: Annotated[str | None, typer.Option(help="Spark's master, such as spark://host:7077.")] = None,
    keep: Annotated[
        bool, typer.Option(help="Tell the store's journal what changed, so that ids stay and old words are kept.")
    ] = True,
    history: Annotated[bool, typer.Option("--history", help="Only say what the events kept in the store said before.")] = False,
    as_of: Annotated[int | None, typer.Option(help="Only give the events as they stood after this run.", metavar="RUN")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Find silences, meetings, slow spells, calls, shared identities and false positions in AIS.

    An event says what stands in the data, not why: a silence may be lack of reception, a meeting may be neighbours at a
    berth. Each row carries its rule in words.

    A store keeps its events: when later data revise one, its id stays, and what it said before stays too (--history, and
    --as-of for all of them at once). A case keeps them when it is run.

    A page (.html) has a map with a time slider, and for each event its tracks, distance, speed and what spoke for and against;
    with --event it is one sheet about one event.

    Example: darkwake events my-store --kinds gap,encounter --out events.csv
    """
    page = out is not None and out.suffix.lower() in PAGES
    if event is not None and not page:
        raise UsageError("--event makes the page of one event", do="add --out F.html")
    if out and not page:
        check_table_path(out)
    if history or as_of is not None:
        kept_before(store, as_of, out, as_json=as_json)
        return
    chosen = [kind.strip() for kind in kinds.split(",") if kind.strip()] or None
    runner = open_engine(engine, master=master)
    begun = time.perf_counter()
    try:
        with looked(store, kinds=chosen, places=places, engine=runner, keep=keep) as (found, known):
            seconds = time.perf_counter() - begun
            called = within_reach(found, known) if reach else None
            if out and page:
                write_page(found, known, out, store=store, event=event)
    finally:
        runner.close()
    if out and not page:
        write_table(found.table, out)
    if found.unkept:
        note(f"not kept in the store: {found.unkept}")
    if not found.positions:
        note("the store has no positions to look at (ships' statements alone, or positions of unknown age)")
    if chosen is None and "call" not in found.kinds:
        note("calls were not looked for: the store has no places; give --places FILE.csv")
    result = {
        "counts": found.counts,
        "positions": found.positions,
        "rejected": dict(found.rejected),
        "rows_per_s": round(found.positions / seconds),
        "seconds": round(seconds, 3),
        "out": out,
    }
    if called is not None:
        result["reachable"] = called
    emit(result, as_json=as_json, text=lambda: "\n".join([*reach_words(called or []), _words(found, seconds, out)]))


def _words(found: Found, seconds: float, out: Path | None) -> str:
    lines = [f"{kind:<10}{count:>9,}" for kind, count in found.counts.items()]
    lines.append(f"in {found.positions:,} positions, {seconds:.1f} s")
    lines += [f"{count:>12,}  reports on no track: {reason}" for reason, count in found.rejected.items() if count]
    return "\n".join(lines + ([f"written to {out}"] if out else []))
