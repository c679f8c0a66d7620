"""``darkwake ais``: AIS files into a store."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from darkwake.cli.output import emit

app = typer.Typer(help="Take AIS files into a store.", add_completion=False, rich_markup_mode=None)


@app.callback()
def ais() -> None:
    """AIS files: take them into a store."""


@app.command(name="ingest")
def command(
    files: Annotated[
        list[Path], typer.Argument(help="CSV, Parquet or NMEA, packed or not; told by content.", metavar="FILE...")
    ],
    store: Annotated[Path, typer.Option("--store", help="Folder of the store; made where it is not there.")],
    origin: Annotated[str, typer.Option(help="observed, or simulated for files from a simulation.")] = "observed",
    columns: Annotated[
        str | None, typer.Option(help="How an unknown CSV is read: a TOML file, or the name of a bundled mapping.")
    ] = None,
    date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Time (UTC) of NMEA messages that carry none."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Take AIS files into a store, all of them or none; every row is kept or set aside with its reason.

    Example: darkwake ais ingest AIS_2024_05_01.zip nmea/*.nm4.gz --store store
    """
    from darkwake.ais import ingest
    from darkwake.ais.columns import named_mapping
    from darkwake.cli.progress import file_bars

    mapping = named_mapping(columns) if columns else None
    with file_bars(files) as progress:
        done = ingest(files, store, origin=origin, columns=mapping, date=date, progress=progress)
    summary = done.summary()
    emit(summary, as_json=json_, text=lambda: _words(summary))


def _words(summary: dict[str, Any]) -> str:
    lines = [
        f"{file['path']} ({file['format']})" + "".join(f"\n  note: {note}" for note in file["notes"])
        for file in summary["files"]
    ]
    lines.append(
        f"{summary['rows_in']:,} rows in: {summary['positions']:,} positions and {summary['statics']:,} static rows"
        f" ({summary['both']:,} gave both), in {summary['seconds']:.1f} s and {summary['peak_mib']:.0f} MiB"
    )
    lines += [f"{count:>12,}  set aside: {reason}" for reason, count in summary["quarantined"].items()]
    lines += [f"{count:>12,}  {what}" for what, count in summary["other"].items()]
    return "\n".join(lines)
