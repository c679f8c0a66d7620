"""Counted once: which published claims are of the same barrels or visits, and what was not added again."""

from __future__ import annotations

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row
from darkwake.dossier.tables import Cell, Column, Grid, grid, lines, origin

RELATIONS = {"within": "lies within", "same": "says the same as", "crossing": "overlaps in part with"}


def overlaps(book: Book) -> Grid:
    """Each pair of claims that overlap, the inner one first."""
    rows = sorted(
        book.rows("overlaps"), key=lambda r: (r["relation"] != "within", r["outer_id"], r["inner_id"], r["overlap_id"])
    )
    columns = (
        Column("This claim", lambda r: book.claim(r["inner_id"]) or ""),
        Column("How it lies", lambda r: RELATIONS[r["relation"]]),
        Column("The other claim", lambda r: book.claim(r["outer_id"]) or ""),
        Column("Not added again", _not_added, numeric=True),
        Column("By which rule", lambda r: r["rule"]),
        Column("Sources", lambda r: lines((origin(r), book.notes(r["evidence"])))),
    )
    return grid("Claims that are counted once", columns, rows, fold_from=16)


def _not_added(row: Row) -> Cell:
    return words.quantity(row["amount"], row["unit"]) if row["amount"] is not None else "no amount given"
