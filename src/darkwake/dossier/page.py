"""The dossier: one self-contained HTML page made from a case's tables; the same tables give the same bytes.

No script, no font, no address is loaded; pictures are SVG within the page. Nothing is computed here that the tables do not
hold: the page rounds, sorts, counts and says. Text from data is escaped by Jinja2 (autoescape) and by ``svg.element``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import count
from typing import Any

import jinja2
import pyarrow as pa

from darkwake.dossier import (
    account,
    charts,
    dependence,
    exchange,
    factors,
    finding,
    overlaps,
    seen,
    ships,
    sources,
    unseen,
    width,
    words,
)
from darkwake.dossier.book import Book
from darkwake.dossier.header import Header
from darkwake.dossier.map import maps
from darkwake.dossier.sections import section
from darkwake.dossier.stands import limits, stands_on
from darkwake.dossier.templating import templates
from darkwake.dossier.timeline import timeline

TABLES_READ = (
    "evidence",
    "quarantine",
    "places",
    "scenes",
    "detections",
    "listings",
    "claims",
    "contradictions",
    "positions",
    "events",
    "vessels",
    "parties",
    "links",
    "sightings",
    "visits",
    "voyages",
    "payloads",
    "ledger",
    "causes",
    "influence",
    "unseen",
    "exchange",
    "overlaps",
    "caps",
    "opportunities",
    "plan",
)
"""The tables that the page shows."""


def dossier(tables: Mapping[str, pa.Table], header: Header) -> str:
    """The page as text.

    Args:
        tables: the case's tables by their names in ``darkwake.schema``; any may be missing or empty.
        header: what the case is about and how the page is rebuilt.

    Returns:
        HTML, complete in itself.

    >>> from datetime import date
    >>> page = dossier({}, Header("A case", "Was the cap passed?", (date(2024, 1, 1), date(2024, 12, 31))))
    >>> page.startswith("<!doctype html>"), "No visit was" in page
    (True, True)
    """
    environment = _environment()
    numbers = count(1)
    return environment.get_template("page.html.j2").render(_content(Book(tables), header), number=lambda: next(numbers)) + "\n"


@cache
def _environment() -> jinja2.Environment:
    return templates(words=words, section=section)


def _content(book: Book, header: Header) -> dict[str, Any]:
    """All that the templates show."""
    standings = finding.standings(book, cap_id=header.cap_id, mode=header.mode)
    plan, looks = seen.next_looks(book)
    curves = [_curves(book, one, k) for k, one in enumerate(standings)]
    settle = header.settle or (curves[0]["width"].settle if curves else ())
    return {
        "header": header,
        "style": (files("darkwake.dossier") / "assets" / "dossier.css").read_text(encoding="utf-8"),
        "book": book,
        "standings": standings,
        "answer": finding.first_words(book, header, standings),
        "points": [("", one) for one in header.points] or finding.points(book, standings, settle),
        "dependence": dependence.dependence(book, standings[0] if standings else None),
        "totals": dependence.totals_in_print(book, standings[0] if standings else None),
        "curves": curves,
        "stands": [*header.basis, *stands_on(book, standings[0] if standings else None)],
        "limits": limits(book, header.left_out),
        "influence": width.influence(book, standings[0] if standings else None),
        "settle": settle,
        "unseen": unseen.unseen(book),
        "rests_on": unseen.rests_on(book),
        "apart": unseen.APART,
        "exchanges": exchange.exchanges(book),
        "overlaps": overlaps.overlaps(book, standings[0] if standings else None),
        "maps": maps(book),
        "places": sources.places(book),
        "timelines": [timeline(book, header.period, narrow=narrow, key=f"time-{narrow}".lower()) for narrow in (False, True)],
        "visits": account.visits(book),
        "voyages": account.voyages(book),
        "ships": ships.ships(book),
        "seen": seen.seen(book),
        "plan": plan,
        "looks": looks,
        "contradictions": sources.contradictions(book),
        "claims": sources.claims(book),
        "evidence": sources.evidence(book),
        "quarantine": sources.quarantine(book),
        "factors": factors.factors(book),
    }


def _curves(book: Book, one: finding.Standing, k: int) -> dict[str, Any]:
    """One reckoning of the ledger: both pictures and the table under them."""
    return {
        "standing": one,
        "wide": charts.ledger_curve(one, charts.WIDE, f"ledger-{k}-wide"),
        "narrow": charts.ledger_curve(one, charts.NARROW, f"ledger-{k}-narrow"),
        "months": account.monthly(one),
        "width": width.width(book, one),
        "rule": one.cap.get("instrument") or "",
    }
