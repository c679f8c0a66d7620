"""``darkwake detect``: ships in images."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import Progress

from darkwake.cli.output import emit
from darkwake.detection import Detected, detect
from darkwake.detection.outputs import write_detections
from darkwake.detection.several import size
from darkwake.detection.sheet import by_scene, check_folder, check_sheet, rows_of, write_all_chips, write_sheet
from darkwake.detection.told import counts, doubt_words, length_words, searched_summary, searched_words
from darkwake.engine import workers
from darkwake.errors import UsageError
from darkwake.imagery import Options
from darkwake.imagery.protocol import Kind
from darkwake.outputs import write_table
from darkwake.schema import Detections

Declared = Literal["db", "linear", "dn"]


WORTH_BYTES = 100_000_000
"""A process takes about 2 s to start; a core searches about as many bytes of a radar image in that time (assumed)."""


def command(
    products: Annotated[
        list[Path], typer.Argument(metavar="PRODUCT...", help="SAFE folder or zip, GeoTIFF, JPEG 2000, PNG or JPEG.")
    ],
    spacing: Annotated[float | None, typer.Option(metavar="METRES", help="Pixel of an image without georeference.")] = None,
    sensor: Annotated[Kind | None, typer.Option(help="Where the file does not tell.")] = None,
    radiometry: Annotated[Declared | None, typer.Option(help="Of radar pixels; inferred and stated if not given.")] = None,
    time: Annotated[str | None, typer.Option(metavar="ISO", help="Time of acquisition, UTC unless it says otherwise.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Table: .parquet, .gpkg, .geojson or .csv.")] = None,
    sheet: Annotated[Path | None, typer.Option(metavar="FILE", help="Contact sheet: .png or .html.")] = None,
    chips: Annotated[Path | None, typer.Option(metavar="DIR", help="A PNG of each detection, into a new folder.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Scenes at once, each with its own memory. By default as many as there are cores.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Ships in images: pixel boxes, lengths, places where the image is georeferenced, and what was searched.

    Example: darkwake detect scene.tif --sheet sheet.png --out ships.geojson
    """
    options = Options(sensor, radiometry, spacing, _moment(time))
    _check_outputs(out, sheet, chips)
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bars:
        tasks = {path: bars.add_task(path.name, total=1.0) for path in products}
        found = detect(
            products,
            spacing_m=spacing,
            sensor=sensor,
            radiometry=radiometry,
            time=options.time,
            progress=lambda path, share: bars.update(tasks[path], completed=share),
            at_once=jobs or _at_once(products),
        )
    if out is not None:
        write_detections(found, out, options)
    if sheet is not None:
        write_sheet(found, sheet, options)
    if chips is not None:
        write_all_chips(found, chips, options)
    emit(_result(found), as_json=as_json, text=lambda: _words(found))


def _at_once(products: list[Path]) -> int:
    """As many scenes at once as there are cores; one where all of them are done before a process has started."""
    there = sum(size(path) for path in products if path.exists())
    return workers() if there >= WORTH_BYTES else 1


def _check_outputs(out: Path | None, sheet: Path | None, chips: Path | None) -> None:
    """Refuse what cannot be written before the work begins, so that no output is left without the others."""
    if sheet is not None:
        check_sheet(sheet)
    if chips is not None:
        check_folder(chips)
    if out is not None:
        with tempfile.TemporaryDirectory() as folder:
            try:
                write_table(Detections.empty(), Path(folder) / f"empty{out.suffix}")
            except UsageError as fault:
                raise UsageError(fault.what, do=fault.do, source=out) from fault


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise UsageError(f"{text!r} is no time", do="write it as 2021-01-05T14:00:00Z", source="--time") from fault
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _result(found: Detected) -> dict[str, Any]:
    scenes = []
    for (scene, rows), seconds in zip(by_scene(found), found.seconds, strict=True):
        told = {"path": scene["href"], "detections": rows, "seconds": round(seconds, 3)}
        words = ("scene_id", "sensor", "radiometry", "time", "width_px", "height_px", "spacing_m", "searched_px")
        more = ("platform", "polarisation", "looks", "passing", "incidence_deg")
        said = {
            "notes": list(found.notes[str(scene["scene_id"])]),
            "searched": searched_summary(scene, rows_of(found.searched, scene)),
        }
        scenes.append(told | {word: scene[word] for word in (*words, *more)} | said)
    return {"scenes": scenes}


def _words(found: Detected) -> str:
    return "\n".join(_scene_words(scene) for scene in _result(found)["scenes"])


def _scene_words(scene: dict[str, Any]) -> str:
    lines = [f"{scene['path']}: {counts(scene['detections'])}; {searched_words(scene['searched'])}; {scene['seconds']:.1f} s"]
    lines += [f"  note: {note}" for note in scene["notes"]]
    lines += [_detection_words(row) for row in scene["detections"]]
    return "\n".join(lines)


def _detection_words(row: dict[str, Any]) -> str:
    place = "not located" if row["lat"] is None else f"{row['lat']:9.4f} {row['lon']:10.4f}"
    box = ",".join(f"{row[side]:.0f}" for side in ("x0", "y0", "x1", "y1"))
    doubt = f"  doubt: {doubt_words(row)}" if row["doubts"] else ""
    return f"  {row['score']:.2f} {row['kind']:<9} {length_words(row):<22} {place}  box {box}{doubt}"
