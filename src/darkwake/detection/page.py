"""The contact sheet as one self-contained HTML page: no scripts, no addresses, pictures inside, all words escaped."""

from __future__ import annotations

import base64
import html
import io

from PIL import Image

from darkwake.detection.chips import COLOURS, Row, number
from darkwake.detection.sheet import ScenePage, caption

QUALITY = 82
"""Of the JPEG pictures: a chip of two polarisations takes about 15 KB, so that 300 of them stay below 10 MB."""

STYLE = """
:root{--ink:#1d2328;--soft:#5c6770;--line:#dfe3e6;--paper:#fff}
*{box-sizing:border-box}
body{font:13px/1.4 system-ui,sans-serif;margin:0;padding:20px 24px;color:var(--ink);background:#f4f5f6}
h1{font-size:18px;margin:0 0 4px} h2{font-size:15px;margin:0 0 4px;overflow-wrap:anywhere}
section{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:16px;margin:16px 0}
ul.facts{margin:0 0 12px;padding:0;list-style:none;color:var(--soft)}
.scene{position:relative;display:inline-block;max-width:100%;line-height:0}
.scene img{max-width:100%;max-height:88vh;border-radius:4px}
.scene a{position:absolute;border:1.5px solid var(--kind);min-width:7px;min-height:7px;transform:translate(-2px,-2px)}
.scene a span{position:absolute;left:100%;bottom:100%;font:600 10px/1 system-ui,sans-serif;color:#fff;padding:1px 3px;
background:var(--kind);border-radius:2px;opacity:.9}
.scene a:hover,.scene a:target{outline:3px solid #fff;z-index:2}
.chips{display:flex;flex-wrap:wrap;gap:10px;margin-top:14px}
figure{margin:0;border:1px solid var(--line);border-top:4px solid var(--kind);border-radius:4px;background:var(--paper)}
figure:target{outline:3px solid var(--kind)}
figure img{display:block}
figcaption{padding:4px 6px 6px;color:var(--soft);font-size:12px;max-width:354px;font-variant-numeric:tabular-nums}
figcaption b{color:var(--ink);display:flex;gap:6px;align-items:baseline}
figcaption b a{color:inherit} figcaption b span{margin-left:auto}
figcaption em{display:block;font-style:normal;color:#a33b00}
.legend i{display:inline-block;width:10px;height:10px;margin:0 4px 0 12px;background:var(--kind);border-radius:2px}
@media print{body{background:#fff;padding:0} figure,section{break-inside:avoid}}
"""


def as_page(pages: list[ScenePage]) -> str:
    """The page of all scenes."""
    legend = "".join(f"<i style='{_kind(kind)}'></i>{kind}" for kind in COLOURS)
    head = (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Contact sheet</title><style>{STYLE}</style><h1>Contact sheet</h1>"
        "<div>Highest score first; a number leads from the scene to its chip and back. The score is not a probability; lengths "
        "and beams with 90 % intervals; ticks along the axis of the hull, an arrow where the bow is known.</div>"
        f"<div class=legend>{legend}</div>"
    )
    return head + "".join(_section(n, page) for n, page in enumerate(pages, 1)) + "</html>\n"


def _section(scene: int, page: ScenePage) -> str:
    facts = "".join(f"<li>{html.escape(fact)}</li>" for fact in page.facts)
    marks = "".join(_mark(scene, n, row, page) for n, row in enumerate(page.rows, 1))
    figures = "".join(
        _figure(scene, n, row, small) for n, (row, small) in enumerate(zip(page.rows, page.chips, strict=True), 1)
    )
    return (
        f"<section><h2>{html.escape(page.title)}</h2><ul class=facts>{facts}</ul>"
        f"<div class=scene><img alt='the scene' src='{_inline(page.overview)}'>{marks}</div>"
        f"<div class=chips>{figures}</div></section>"
    )


def _mark(scene: int, position: int, row: Row, page: ScenePage) -> str:
    """A box on the overview that leads to the chip."""
    x0, y0, x1, y1 = (number(row, side) * page.scale for side in ("x0", "y0", "x1", "y1"))
    across, down = 100 / page.overview.width, 100 / page.overview.height
    place = f"left:{x0 * across:.2f}%;top:{y0 * down:.2f}%;width:{(x1 - x0) * across:.2f}%;height:{(y1 - y0) * down:.2f}%"
    style = f"{place};{_kind(str(row['kind']))}"
    return f"<a id=m{scene}-{position} href=#d{scene}-{position} style='{style}'><span>{position}</span></a>"


def _figure(scene: int, position: int, row: Row, small: Image.Image) -> str:
    first, *lines = caption(position, row)
    kind, score = first.split(" ", 1)[1].rsplit(" ", 1)
    head = f"<b><a href=#m{scene}-{position}>{position}</a> {html.escape(kind)} <span>{html.escape(score)}</span></b>"
    told = "".join(
        f"<em>{html.escape(line)}</em>" if line.startswith("doubt") else f"<div>{html.escape(line)}</div>" for line in lines
    )
    image = f"<img alt='chip {position}' width={small.width} height={small.height} src='{_inline(small)}'>"
    words = f"<figcaption style='width:{small.width}px'>{head}{told}</figcaption>"
    return f"<figure id=d{scene}-{position} style='{_kind(str(row['kind']))}'>{image}{words}</figure>"


def _kind(kind: str) -> str:
    return f"--kind:rgb{COLOURS[kind]}".replace(" ", "")


def _inline(picture: Image.Image) -> str:
    stream = io.BytesIO()
    picture.save(stream, format="JPEG", quality=QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()
