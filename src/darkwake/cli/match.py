"""``darkwake match``: which ship was that, and why unmatched."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from darkwake.cli.output import emit
from darkwake.fusion import Matched, match
from darkwake.outputs import write_table


def command(
    detections: Annotated[Path, typer.Option(metavar="F", help="Detections: what darkwake detect --out wrote.")],
    store: Annotated[Path, typer.Option(metavar="DIR", help="Store with AIS (darkwake ais ingest makes one).")],
    out: Annotated[Path | None, typer.Option(metavar="F", help="Table: .parquet, .gpkg, .geojson or .csv.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Match detections with the ships heard at the time of the image; say of the rest what was and was not observable.

    Example: darkwake match --detections ships.geojson --store my-store --out matches.csv
    """
    found = match(detections, store)
    if out:
        write_table(found.table(), out)
    emit(found.summary(), as_json=as_json, text=lambda: _words(found))


def _words(found: Matched) -> str:
    lines = [
        f"{row['time']:%Y-%m-%d %H:%M}  {row['lat']:9.4f} {row['lon']:10.4f}  "
        f"{'unmatched' if row['mmsi'] is None else format(row['mmsi'], '09d'):9s}  {row['probability']:.2f}  {row['reason']}"
        for row in found.rows()
    ]
    left = [f"left out, {reason}: {count}" for reason, count in found.left_out.items()]
    return "\n".join([*lines, *left]) or "no detections"
