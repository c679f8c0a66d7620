"""Visits that nobody saw: an estimate beside what was seen, added to nothing."""

from __future__ import annotations

from markupsafe import Markup

from darkwake.dossier import words
from darkwake.dossier.bars import seen_and_unseen
from darkwake.dossier.book import Book, Row, real_first
from darkwake.dossier.factors import listed
from darkwake.dossier.tables import Cell, Column, Grid, grid, lines, origin, small

APART = "Nothing in this section is added to any sum, any chance or any other table of this page."


def unseen(book: Book) -> Grid:
    """Each place and span: what was seen, how likely a visit was to be seen, and how many nobody saw."""
    rows = sorted(book.rows("unseen"), key=lambda r: (book.place(r["place_id"]), r["period_start"], r["place_id"]))
    most = max((max(row["seen"], row["unseen_p95"]) for row in rows), default=0.0)
    columns = (
        Column("Place and days", lambda r: lines((_bold(book.place(r["place_id"])), small(_days(r))))),
        Column("Seen or published", lambda r: f"{r['seen']:,}", numeric=True),
        Column("Chance that a visit was seen", _chance, numeric=True),
        Column("Visits nobody saw (5 % – median – 95 %)", lambda r: _span(r, "unseen", "visits"), numeric=True),
        Column("Seen (full), nobody saw (hollow)", lambda r: _picture(r, most)),
        Column("Barrels of those nobody saw", lambda r: _span(r, "bbl", "bbl"), numeric=True),
        Column("On what it stands", lambda r: _basis(book, r)),
    )
    return grid("Visits that nobody saw, by place", columns, real_first(rows), fold_from=40)


def _bold(text: str) -> Markup:
    return Markup("<b>{}</b>").format(text)


def _days(row: Row) -> str:
    return words.days(row["period_start"], row["period_end"])


def _chance(row: Row) -> Cell:
    low, middle, high = (words.percent(row[f"chance_{word}"]) for word in ("p05", "p50", "p95"))
    return lines((_bold(middle), small(f"{low} to {high}")))


def _span(row: Row, stem: str, unit: str) -> Cell:
    if row[f"{stem}_p50"] is None:
        return "not known: no visit there has a payload"
    low, middle, high = (words.significant(row[f"{stem}_{word}"]) for word in ("p05", "p50", "p95"))
    return Markup("{} – <b>{}</b> – {} {}").format(low, middle, high, unit)


def _picture(row: Row, most: float) -> Markup:
    return seen_and_unseen(row["seen"], row["unseen_p05"], row["unseen_p50"], row["unseen_p95"], most)


def _basis(book: Book, row: Row) -> Cell:
    held = words.count(row["looks"], "image held", "images held")
    notes = Markup("{} {}").format(origin(row), book.notes(row["evidence"]))
    return lines((row["basis"], small(f"{held} of the place in these days"), notes))


def rests_on(book: Book) -> Grid:
    """The numbers behind the estimates, each with its interval and source."""
    rows = [
        {"place": f"{book.place(row['place_id'])}, {_days(row)}", "factor": one, "origin": row["origin"]}
        for row in sorted(book.rows("unseen"), key=lambda r: (book.place(r["place_id"]), r["period_start"], r["place_id"]))
        for one in listed(row["factors"])
    ]
    columns = (
        Column("Number", lambda r: r["factor"].name),
        Column("Value", lambda r: r["factor"].value, numeric=True),
        Column("Interval", lambda r: r["factor"].interval, numeric=True),
        Column("Source", lambda r: lines((r["factor"].source, small(r["factor"].sentence)))),
        Column("For", lambda r: r["place"]),
    )
    return grid("Numbers that the estimate rests on", columns, real_first(rows), fold_from=1)
