"""A contact sheet: every detection of every scene at a glance, as one picture or one page.

Above, what was searched and the scene with numbered boxes; below, a chip of each detection, the highest score first, with
its number, kind, score, length with its interval, heading, place and doubts. A person should be able to check a hundred
detections in a few minutes.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image, ImageDraw

from darkwake.detection.chips import CHIP_PX, COLOURS, Row, chip, font, number, numbered, scene_picture, write_chips
from darkwake.detection.detecting import Detected
from darkwake.detection.told import (
    beam_words,
    counts,
    doubt_words,
    heading_words,
    length_words,
    place_words,
    searched_summary,
    searched_words,
)
from darkwake.errors import UsageError
from darkwake.imagery import Options, open_product
from darkwake.outputs import whole, write_text

MOST_CHIPS = 300
"""Chips of one scene on a sheet, the highest scores first; the sheet says how many more there are."""

WIDTH_PX, CAPTION_PX, GAP_PX, MARGIN_PX = 1500, 82, 10, 16
"""Of the sheet as a picture."""


@dataclass(frozen=True)
class ScenePage:
    """What the sheet shows of a scene."""

    title: str
    facts: list[str]
    """Sentences: what it is, what was found, what was searched, what was inferred."""
    overview: Image.Image
    scale: float
    """Pixels of the overview for one of the scene."""
    rows: list[Row]
    chips: list[Image.Image]


def write_sheet(detected: Detected, path: Path, options: Options | None = None) -> Path:
    """Write a contact sheet; the ending chooses a picture (.png) or a page (.html).

    Raises:
        UsageError: for another ending.
    """
    check_sheet(path)
    pages = list(scene_pages(detected, options or Options()))
    if path.suffix.lower() == ".html":
        from darkwake.detection.page import as_page

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
        yield scene, rows_of(detected.detections, scene)


def rows_of(table: pa.Table, scene: Row) -> list[Row]:
    """The rows of a table that belong to a scene."""
    rows: list[Row] = table.filter(pc.equal(table.column("scene_id"), scene["scene_id"])).to_pylist()
    return rows


def scene_pages(detected: Detected, options: Options) -> Iterator[ScenePage]:
    """What the sheet shows, scene by scene."""
    for scene, rows in by_scene(detected):
        ordered = sorted(rows, key=lambda row: -number(row, "score"))[:MOST_CHIPS]
        facts = _facts(detected, scene, rows)
        product = open_product(Path(str(scene["href"])), options)
        try:
            overview, scale = scene_picture(product)
            yield ScenePage(_title(scene, rows), facts, overview, scale, ordered, [chip(product, row) for row in ordered])
        finally:
            product.close()


def _title(scene: Row, rows: list[Row]) -> str:
    more = f", the {MOST_CHIPS} of highest score drawn" if len(rows) > MOST_CHIPS else ""
    return f"{Path(str(scene['href'])).name}: {counts(rows)}{more}"


def _facts(detected: Detected, scene: Row, rows: list[Row]) -> list[str]:
    words = [str(scene[word]) for word in ("platform", "sensor", "polarisation") if scene.get(word)]
    time = f", {scene['time']:%Y-%m-%d %H:%M:%S} UTC" if scene["time"] else ", time not known"
    spacing = f", pixels of {number(scene, 'spacing_m'):.3g} m"
    searched = searched_summary(scene, rows_of(detected.searched, scene))
    notes = detected.notes.get(str(scene["scene_id"]), ())
    doubtful = sum(bool(row.get("doubts")) for row in rows)
    told = [f"{doubtful} of {len(rows)} with doubts"] if doubtful else []
    return [" ".join(words) + time + spacing, searched_words(searched), *told, *notes]


def caption(position: int, row: Row) -> list[str]:
    """Short lines under a chip; empty ones are left out.

    >>> row = {"kind": "ship", "score": 0.93, "length_m": 181.0, "length_lo": 120.0, "length_hi": 260.0}
    >>> caption(1, row | {"doubts": ["side lobe"]})
    ['1 ship 0.93', '181 m (120-260)', 'doubt: side lobe']
    """
    doubt = doubt_words(row)
    across = ", ".join(filter(None, (beam_words(row), heading_words(row))))
    lines = (length_words(row), across, place_words(row), f"doubt: {doubt}" if doubt else "")
    return [f"{position} {row['kind']} {number(row, 'score'):.2f}", *filter(None, lines)]


def as_picture(pages: list[ScenePage]) -> Image.Image:
    """All pages below each other in one picture."""
    drawn = [_page_picture(page) for page in pages]
    sheet = Image.new("RGB", (WIDTH_PX + 2 * MARGIN_PX, max(1, sum(picture.height for picture in drawn))), "white")
    top = 0
    for picture in drawn:
        sheet.paste(picture, (0, top))
        top += picture.height
    return sheet


def _page_picture(page: ScenePage) -> Image.Image:
    wide = max((small.width for small in page.chips), default=CHIP_PX)
    across = max(1, (WIDTH_PX + GAP_PX) // (wide + GAP_PX))
    step_x, step_y = wide + GAP_PX, CHIP_PX + CAPTION_PX + GAP_PX
    above = 34 + 18 * len(page.facts)
    top = above + page.overview.height + 2 * GAP_PX
    picture = Image.new("RGB", (WIDTH_PX + 2 * MARGIN_PX, top + -(-len(page.chips) // across) * step_y + MARGIN_PX), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((MARGIN_PX, 8), _plain(page.title), fill="black", font=font(18))
    draw.multiline_text((MARGIN_PX, 34), "\n".join(_plain(fact)[:200] for fact in page.facts), fill=(70, 70, 70), font=font(13))
    picture.paste(numbered(page.overview, page.rows, page.scale), (MARGIN_PX, above + GAP_PX))
    for n, (small, row) in enumerate(zip(page.chips, page.rows, strict=True)):
        x, y = MARGIN_PX + n % across * step_x, top + n // across * step_y
        _card(picture, small, caption(n + 1, row), COLOURS[str(row["kind"])], (x, y))
    return picture


def _card(
    picture: Image.Image, small: Image.Image, lines: list[str], colour: tuple[int, int, int], at: tuple[int, int]
) -> None:
    x, y = at
    draw = ImageDraw.Draw(picture)
    picture.paste(small, at)
    draw.rectangle([x, y + CHIP_PX, x + small.width - 1, y + CHIP_PX + 3], fill=colour)
    draw.text((x, y + CHIP_PX + 5), lines[0], fill="black", font=font(13))
    most = small.width // 6
    below = "\n".join(_plain(line)[:most] for line in lines[1:])
    draw.multiline_text((x, y + CHIP_PX + 21), below, fill=(60, 60, 60), font=font(11), spacing=2)


def _plain(words: str) -> str:
    """Words that the built-in font can draw."""
    return words.encode("latin-1", "replace").decode("latin-1")
