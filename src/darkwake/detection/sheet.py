"""A contact sheet: every detection of every scene at a glance, as one picture or one page.

Above, the scene with numbered boxes; below, a chip of each detection with its number, kind, score, length
with its interval, and place. A person should be able to check a hundred detections in a few minutes.
"""

from __future__ import annotations

import base64
import html
import io
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
from PIL import Image, ImageDraw

from darkwake.detection.chips import CHIP_PX, COLOURS, Row, chip, number, scene_picture, write_chips
from darkwake.detection.detecting import Detected
from darkwake.errors import UsageError
from darkwake.imagery import Options, open_product
from darkwake.outputs import whole, write_text

MOST_CHIPS = 300
"""Chips of one scene on a sheet, the highest scores first; the sheet says how many more there are."""

ACROSS, CAPTION_PX, GAP_PX = 8, 46, 8


@dataclass(frozen=True)
class ScenePage:
    """What the sheet shows of a scene."""

    title: str
    overview: Image.Image
    chips: list[tuple[Image.Image, list[str]]]


def write_sheet(detected: Detected, path: Path, options: Options | None = None) -> Path:
    """Write a contact sheet; the ending chooses a picture (.png) or a page (.html).

    Raises:
        UsageError: for another ending.
    """
    check_sheet(path)
    pages = list(scene_pages(detected, options or Options()))
    if path.suffix.lower() == ".html":
        return write_text(as_page(pages), path)
    return whole(path, lambda temporary: as_picture(pages).save(temporary, format="PNG"))


def check_sheet(path: Path) -> None:
    """Refuse a path that no contact sheet can be written to."""
    if path.suffix.lower() not in (".png", ".html"):
        raise UsageError(f"no contact sheet for the ending {path.suffix!r}", do="use .png or .html", source=path)
    _check_parent(path)


def check_folder(folder: Path) -> None:
    """Refuse a folder that chips cannot be written to: it must not exist, or be empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("the folder for chips is not empty", do="name a new folder", source=folder)
    _check_parent(folder)


def _check_parent(path: Path) -> None:
    if not path.absolute().parent.is_dir():
        raise UsageError(f"the folder {path.parent} does not exist", do="make it first", source=path)


def write_all_chips(detected: Detected, folder: Path, options: Options | None = None) -> int:
    """A PNG of each detection into a folder, which appears whole or not at all."""
    check_folder(folder)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.absolute().parent))
    try:
        written = 0
        for scene, rows in by_scene(detected):
            product = open_product(Path(str(scene["href"])), options)
            try:
                written += len(write_chips(product, rows, temporary))
            finally:
                product.close()
        temporary.chmod(0o755)
        temporary.replace(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return written


def by_scene(detected: Detected) -> Iterator[tuple[Row, list[Row]]]:
    """Each scene with its detections."""
    for scene in detected.scenes.to_pylist():
        chosen = pc.equal(detected.detections.column("scene_id"), scene["scene_id"])
        yield scene, detected.detections.filter(chosen).to_pylist()


def scene_pages(detected: Detected, options: Options) -> Iterator[ScenePage]:
    """What the sheet shows, scene by scene."""
    for scene, rows in by_scene(detected):
        shown = rows[:MOST_CHIPS]
        product = open_product(Path(str(scene["href"])), options)
        try:
            chips = [(chip(product, row), caption(position, row)) for position, row in enumerate(shown, start=1)]
            more = f", {len(rows) - len(shown)} more not drawn" if len(rows) > len(shown) else ""
            title = f"{Path(str(scene['href'])).name}: {len(rows)} detections{more}"
            yield ScenePage(title, scene_picture(product, shown), chips)
        finally:
            product.close()


def caption(position: int, row: Row) -> list[str]:
    """Three short lines under a chip.

    >>> row = {"kind": "ship", "score": 0.93, "length_m": 181.0, "length_lo": 120.0, "length_hi": 260.0, "lat": None}
    >>> caption(1, row)
    ['1 ship 0.93', '181 m (120-260)', '']
    """
    length = f"{number(row, 'length_m'):.0f} m ({number(row, 'length_lo'):.0f}-{number(row, 'length_hi'):.0f})"
    place = "" if row["lat"] is None else f"{number(row, 'lat'):.4f} {number(row, 'lon'):.4f}"
    return [f"{position} {row['kind']} {number(row, 'score'):.2f}", length, place]


def as_picture(pages: list[ScenePage]) -> Image.Image:
    """All pages below each other in one picture."""
    width = max([ACROSS * (CHIP_PX + GAP_PX), *(page.overview.width for page in pages)], default=CHIP_PX)
    drawn = [_page_picture(page, width) for page in pages]
    sheet = Image.new("RGB", (width, max(1, sum(picture.height for picture in drawn))), "white")
    top = 0
    for picture in drawn:
        sheet.paste(picture, (0, top))
        top += picture.height
    return sheet


def _page_picture(page: ScenePage, width: int) -> Image.Image:
    step_x, step_y = CHIP_PX + GAP_PX, CHIP_PX + CAPTION_PX + GAP_PX
    top = 20 + page.overview.height + GAP_PX
    across = max(1, width // step_x)
    picture = Image.new("RGB", (width, top + -(-len(page.chips) // across) * step_y), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((2, 4), page.title.encode("ascii", "replace").decode(), fill="black")
    picture.paste(page.overview, (0, 20))
    for n, (small, lines) in enumerate(page.chips):
        x, y = n % across * step_x, top + n // across * step_y
        picture.paste(small, (x, y))
        draw.multiline_text((x, y + CHIP_PX + 2), "\n".join(lines), fill="black")
    return picture


def as_page(pages: list[ScenePage]) -> str:
    """One self-contained HTML page; names of files are escaped."""
    legend = " ".join(f'<b style="color:rgb{colour}">{kind}</b>' for kind, colour in COLOURS.items())
    head = (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        "<title>Contact sheet</title><style>body{font:13px sans-serif;margin:1em}img{max-width:100%}"
        "figure{display:inline-block;margin:3px;width:176px;vertical-align:top}</style>"
        f"<p>Boxes: {legend}. The score is not a probability; lengths with a rough 90 % interval.</p>"
    )
    return head + "".join(_page_section(page) for page in pages) + "</html>\n"


def _page_section(page: ScenePage) -> str:
    figures = "".join(
        f"<figure><img alt='chip' src='{_inline(small)}'><figcaption>{_lines(lines)}</figcaption></figure>"
        for small, lines in page.chips
    )
    title = html.escape(page.title)
    return f"<section><h2>{title}</h2><img alt='{title}' src='{_inline(page.overview)}'><div>{figures}</div></section>"


def _lines(lines: list[str]) -> str:
    return "<br>".join(map(html.escape, lines))


def _inline(picture: Image.Image) -> str:
    stream = io.BytesIO()
    picture.save(stream, format="PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
