"""What ``darkwake events --history`` and ``--as-of`` say: the events that a store kept."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from darkwake.cli.output import emit
from darkwake.errors import UsageError
from darkwake.events.history import as_of, history
from darkwake.outputs import write_table
from darkwake.store import Store


def kept_before(folder: Path, run: int | None, out: Path | None, *, as_json: bool) -> None:
    """Say what events said from run to run, or write them as they stood after one.

    Raises:
        UsageError: the file's ending makes a page, or there is no such run.
    """
    if out and out.suffix.lower() == ".html":
        raise UsageError("what was kept before is written as a table", do="end it with .csv, .parquet or .geojson", source=out)
    with Store.open(folder) as store:
        table = history(store) if run is None else as_of(store, run)
        runs = store.arrow("runs").drop_columns(["sources", "inputs"]).to_pylist()
    if out:
        write_table(table, out)
    if run is not None:
        counts = dict(sorted(Counter(table["kind"].to_pylist()).items()))
        result = {"counts": counts, "run": run, "runs": len(runs), "out": out}
        emit(result, as_json=as_json, text=lambda: _counted(counts, run))
        return
    rows = table.to_pylist()
    emit({"runs": runs, "revisions": rows, "out": out}, as_json=as_json, text=lambda: _told(runs, rows))


def _counted(counts: dict[str, int], run: int) -> str:
    return "\n".join([*(f"{kind:<10}{count:>9,}" for kind, count in counts.items()), f"as they stood after run {run}"])


def _told(runs: list[dict[str, Any]], rows: list[dict[str, Any]]) -> str:
    """A line a run, then each event that was more than found, with a line a revision."""
    lines = [_run(row) for row in runs]
    again = Counter(row["event_id"] for row in rows)
    for row in rows:
        if again[row["event_id"]] > 1:
            lines += [] if row["revision"] else ["", f"{row['event_id']} {row['kind']} of {_ships(row)}"]
            lines.append(_revision(row))
    return "\n".join(lines)


def _run(row: dict[str, Any]) -> str:
    counts = ", ".join(f"{row[state]:,} {state}" for state in ("found", "revised", "withdrawn", "returned"))
    gone = f", {len(row['removed'])} files fewer" if row["removed"] else ""
    return f"run {row['run']}: {counts}; {len(row['added'])} new files{gone}"


def _ships(row: dict[str, Any]) -> str:
    return f"{row['mmsi']} and {row['other_mmsi']}" if row["other_mmsi"] is not None else str(row["mmsi"])


def _revision(row: dict[str, Any]) -> str:
    end = f"{row['end']:%Y-%m-%d %H:%M:%S}" if row["end"] else "still open"
    said = f"{row['start']:%Y-%m-%d %H:%M:%S} to {end} UTC, probability {row['probability']:.2f}"
    into = f", now part of {row['into_id']}" if row["into_id"] else ""
    split = f", split from {row['parent_id']}" if row["parent_id"] else ""
    return f"  run {row['run']} {row['state']}{split}{into}: {said}\n    {row['why']}"
