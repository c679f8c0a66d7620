"""``darkwake scenes``: scenes of a catalogue, found and fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from darkwake.cli.output import emit, note
from darkwake.errors import UsageError

if TYPE_CHECKING:
    from darkwake.imagery.catalogue.boxes import Box
    from darkwake.imagery.catalogue.fetching import Fetched
    from darkwake.imagery.catalogue.item import Item
    from darkwake.imagery.catalogue.searching import Found
    from darkwake.imagery.catalogue.windows import Circle
    from darkwake.imagery.protocol import Window

app = typer.Typer(help="Scenes of a catalogue: search them, fetch them.", add_completion=False, rich_markup_mode=None)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@app.command("search")
def search(
    catalogue: Annotated[str, typer.Argument(metavar="CATALOGUE", help="Address of a STAC API (https).")],
    *,
    start: Annotated[str, typer.Option("--from", metavar="ISO", help="First day or instant, UTC.")],
    end: Annotated[str, typer.Option("--to", metavar="ISO", help="Last day (whole) or instant, UTC.")],
    place: Annotated[str | None, typer.Option("--place", metavar="LAT,LON", help="Middle of the search, degrees.")] = None,
    radius_km: Annotated[float, typer.Option("--radius", metavar="KM", help="Around the place.")] = 50.0,
    box: Annotated[str | None, typer.Option("--box", metavar="W,S,E,N", help="Instead of a place; degrees.")] = None,
    collection: Annotated[list[str] | None, typer.Option(help="May be repeated; sentinel-1-grd if not given.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most scenes that are read.")] = 200,
    into: Annotated[Path | None, typer.Option("--into", metavar="DIR", help="Write each item as a JSON file there.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Table: .parquet, .gpkg, .geojson or .csv.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Search a STAC catalogue for scenes of a place and a period; only descriptions are fetched, no image.

    Example: darkwake scenes search https://stac.example/v1 --place 41.77,129.80 --radius 40 --from 2024-05-01 --to 2024-05-31
    """
    from darkwake.imagery.catalogue.searching import SENTINEL1_GRD
    from darkwake.imagery.catalogue.searching import search as search_catalogue

    period = (_instant(start, "--from"), _instant(end, "--to", whole_day=True))
    found = search_catalogue(
        catalogue,
        box=_box(place, radius_km, box),
        period=period,
        collections=collection or [SENTINEL1_GRD],
        limit=limit,
    )
    for sentence in found.set_aside:
        note(f"set aside: {sentence}")
    written = _write(found, into, out)
    emit(_result(found, written), as_json=as_json, text=lambda: _words(found))


@app.command("fetch")
def fetch(
    items: Annotated[list[Path], typer.Argument(metavar="ITEM...", help="JSON files of items (search --into writes them).")],
    into: Annotated[Path, typer.Option("--into", metavar="DIR", help="A folder for each item is made there.")],
    *,
    place: Annotated[str | None, typer.Option("--place", metavar="LAT,LON", help="Measurements around here alone.")] = None,
    radius_km: Annotated[float, typer.Option("--radius", metavar="KM", help="Around the place.")] = 10.0,
    window: Annotated[str | None, typer.Option(metavar="X0,Y0,X1,Y1", help="These pixels of them alone.")] = None,
    polarisation: Annotated[list[str] | None, typer.Option(help="VV, VH, HH or HV; may be repeated; all if not given.")] = None,
    measurements: Annotated[bool, typer.Option(help="Fetch measurements, or metadata alone.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Fetch scenes: metadata always, measurements whole or a window of them; what was cut goes on where it was.

    Example: darkwake scenes fetch found/S1A_IW_GRDH_1SDV_20240512.json --into scenes --place 41.77,129.80
    """
    from darkwake.imagery.catalogue.fetching import Wanted
    from darkwake.imagery.catalogue.fetching import fetch as fetch_item
    from darkwake.imagery.catalogue.item import read_item

    read = [read_item(path) for path in items]
    wanted = Wanted(measurements, _part(place, radius_km, window), _polarisations(polarisation or []))
    done = []
    for item in read:
        with _bars() as progress:
            done.append(fetch_item(item, into, wanted, progress=progress))
    result = {"items": [_fetched(item, one) for item, one in zip(read, done, strict=True)]}
    emit(result, as_json=as_json, text=lambda: "\n".join(_fetched_words(one) for one in result["items"]))


def _instant(text: str, option: str, *, whole_day: bool = False) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as fault:
        raise UsageError(f"{text!r} is no time", do="write it as 2024-05-01 or 2024-05-01T14:00Z", source=option) from fault
    if whole_day and _DAY.fullmatch(text):
        time += timedelta(days=1, seconds=-1)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def _box(place: str | None, radius_km: float, box: str | None) -> Box:
    from darkwake.imagery.catalogue.boxes import around

    if (place is None) == (box is None):
        raise UsageError("a place or a box is needed, not both", do="give --place LAT,LON or --box W,S,E,N")
    if place is not None:
        lat, lon = _numbers(place, 2, "--place", "LAT,LON")
        return around(lat, lon, radius_km)
    west, south, east, north = _numbers(box or "", 4, "--box", "W,S,E,N")
    return west, south, east, north


def _numbers(text: str, count: int, option: str, form: str) -> list[float]:
    try:
        numbers = [float(word) for word in text.split(",")]
    except ValueError as fault:
        raise UsageError(f"{text!r} is not {form}", do="write numbers with commas between", source=option) from fault
    if len(numbers) != count:
        raise UsageError(f"{text!r} has {len(numbers)} numbers", do=f"write {form}", source=option)
    return numbers


def _polarisations(names: list[str]) -> tuple[str, ...]:
    from darkwake.imagery.catalogue.item import POLARISATIONS

    for name in names:
        if name.upper() not in POLARISATIONS:
            raise UsageError(f"no polarisation {name!r}", do=f"known: {', '.join(POLARISATIONS)}", source="--polarisation")
    return tuple(name.upper() for name in names)


def _part(place: str | None, radius_km: float, window: str | None) -> Window | Circle | None:
    """What part of the measurements is wanted; all where neither a place nor a window is given."""
    from darkwake.imagery.catalogue.boxes import around
    from darkwake.imagery.catalogue.windows import Circle
    from darkwake.imagery.protocol import Window

    if place is not None and window is not None:
        raise UsageError("a place or a window, not both", do="leave one out", source="--window")
    if place is not None:
        lat, lon = _numbers(place, 2, "--place", "LAT,LON")
        around(lat, lon, radius_km)  # refuses what is no place, or no radius
        return Circle(lat, lon, radius_km)
    if window is not None:
        return Window(*(int(one) for one in _numbers(window, 4, "--window", "X0,Y0,X1,Y1")))
    return None


def _write(found: Found, into: Path | None, out: Path | None) -> dict[str, Path]:
    """Items as files, and the table; gives the files by item."""
    from darkwake.imagery.catalogue.listing import plain, table_of
    from darkwake.outputs import write_table, write_text

    written = {}
    if into is not None:
        into.mkdir(parents=True, exist_ok=True)
        for item in found.items:
            text = json.dumps(item.absolute(), ensure_ascii=False, indent=1)
            written[item.item_id] = write_text(text, into / f"{plain(item.item_id, item)}.json")
    if out is not None:
        write_table(table_of(found.items), out)
    return written


def _result(found: Found, written: dict[str, Path]) -> dict[str, Any]:
    from darkwake.imagery.catalogue.listing import described

    items = [described(item) | {"file": written.get(item.item_id)} for item in found.items]
    return {"items": items, "more": found.more, "set_aside": list(found.set_aside)}


def _words(found: Found) -> str:
    lines = [_item_words(item) for item in found.items]
    lines.append(f"{len(found.items)} scenes" + ("; there are more: raise --limit, or ask for less" if found.more else ""))
    return "\n".join(lines)


def _item_words(item: Item) -> str:
    said = [item.platform, item.passing, " ".join(item.polarisations) or None]
    return f"{item.time:%Y-%m-%d %H:%M:%S}Z  {item.item_id}  {', '.join(word for word in said if word)}".rstrip()


def _fetched(item: Item, one: Fetched) -> dict[str, Any]:
    files = {name: str(path) for name, path in one.files.items()}
    told = {"item_id": item.item_id, "file": one.item, "files": files}
    return told | {"requests": one.requests, "received_bytes": one.received_bytes}


def _fetched_words(one: dict[str, Any]) -> str:
    return f"{one['file']}: {len(one['files'])} files, {one['received_bytes']:,} bytes in {one['requests']} requests"


@contextmanager
def _bars() -> Iterator[Any]:
    """Bars of the files of an item on standard error, when it is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def tell(name: str, share: float) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=1.0)
            bars.update(tasks[name], completed=share)

        yield tell
