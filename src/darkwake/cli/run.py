"""``darkwake run``: bring a case up to date."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from darkwake.cli.output import emit, note
from darkwake.pipeline import StageResult
from darkwake.work import Worked, work


def command(
    folder: Annotated[Path, typer.Argument(metavar="CASE", help="Folder of the case.")],
    engine: Annotated[str, typer.Option(help="Where expressions run: duckdb or spark.")] = "duckdb",
    master: Annotated[str | None, typer.Option(help="Spark's master, such as spark://host:7077.")] = None,
    stages: Annotated[str, typer.Option(help="Names of stages to run alone, with commas.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run all stages of a case that are stale, then say the finding and where the dossier is.

    Example: darkwake run my-case
    """
    names = [name.strip() for name in stages.split(",") if name.strip()]
    now = datetime.now(UTC).replace(microsecond=0)
    done = work(folder, engine=engine, master=master, stages=names, now=now, progress=lambda name: note(f"stage {name}"))
    result = {
        "stages": [{"stage": s.stage, "state": s.state, "seconds": round(s.seconds, 3), "rows": s.rows} for s in done.stages],
        "finding": done.finding,
        "caps": [state.to_dict() for state in done.states],
        "dossier": done.dossier,
    }
    emit(result, as_json=as_json, text=lambda: _words(done))


def _words(done: Worked) -> str:
    return "\n".join([*map(_line, done.stages), "", done.finding, f"dossier: {done.dossier}"])


def _line(result: StageResult) -> str:
    rows = ", ".join(f"{count:,} {table}" for table, count in result.rows.items())
    return f"{result.stage:14s}{result.state:6s}{result.seconds:7.2f} s  {rows}"
