"""Counted once: which published claims are of the same barrels or visits, and what was not added again."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row
from darkwake.dossier.finding import Standing
from darkwake.dossier.tables import Cell, Column, Grid, grid, lines, origin, small
from darkwake.schema import weakest

RELATIONS = {
    "within": "holds, so they are not added",
    "same": "the same said twice",
    "crossing": "overlap in part, never added",
}


def overlaps(book: Book, main: Standing | None) -> tuple[Grid, ...]:
    """Pairs of claims that overlap: those of the main sum's goods and period, then all others, folded away."""
    rows = sorted(book.rows("overlaps"), key=lambda row: _order(book, row))
    near = [
        row for row in rows if main is not None and all(_concerns(book, row[word], main) for word in ("inner_id", "outer_id"))
    ]
    rest = [row for row in rows if row not in near]
    shown = ((near, "Claims of the main sum that are counted once", 16), (rest, "Other claims that are counted once", 1))
    return tuple(_grid(book, caption, part, fold_from) for part, caption, fold_from in shown if part)


def _order(book: Book, row: Row) -> tuple[object, ...]:
    """By relation, then the wider claim, then the days of the narrower one."""
    start = book.claims.get(row["inner_id"], {}).get("period_start")
    return (list(RELATIONS).index(row["relation"]), row["outer_id"], str(start), row["inner_id"], row["overlap_id"])


def _near(book: Book, row: Row, main: Standing) -> bool:
    return all(_concerns(book, row[word], main) for word in ("inner_id", "outer_id"))


def _concerns(book: Book, claim_id: str, main: Standing) -> bool:
    """Whether a claim is of the goods and of the period of the main sum."""
    claim = book.claims.get(claim_id, {})
    start, end = main.cap.get("period_start"), main.cap.get("period_end")
    if None in (claim.get("period_start"), claim.get("period_end"), start, end):
        return False
    same = claim.get("product") in (None, main.cap.get("product"))
    return bool(same and start <= claim["period_start"] and claim["period_end"] <= end)


def _grid(book: Book, caption: str, rows: Sequence[Row], fold_from: int) -> Grid:
    columns = (
        Column("This claim", lambda r: book.claim(r["outer_id"]) or ""),
        Column("How others lie to it", lambda r: RELATIONS[r["relation"]]),
        Column("The other claims", lambda r: _members(book, r)),
        Column("By which rule", lambda r: lines(sorted({one["rule"] for one in r["members"]}))),
        Column("Sources", lambda r: lines((origin(r), book.notes(r["evidence"])))),
    )
    return grid(caption, columns, _by_outer(rows), fold_from=fold_from)


def _by_outer(rows: Sequence[Row]) -> list[Row]:
    """One row for each claim and the way in which others lie to it."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["outer_id"], row["relation"]), []).append(row)
    return [
        members[0]
        | {
            "members": members,
            "origin": weakest({one["origin"] for one in members}),
            "evidence": sorted({source for one in members for source in one["evidence"]}),
        }
        for members in groups.values()
    ]


def _members(book: Book, row: Row) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(_inner(book, one)) for one in row["members"])
    return Markup("<ul>{}</ul>").format(items)


def _inner(book: Book, row: Row) -> Cell:
    """One claim that gives way, with what was not added again where that is not the amount that it prints."""
    claim = book.claims.get(row["inner_id"], {})
    printed = {claim.get(word) for word in ("lo", "central", "hi", "count")}
    alone = row["unit"] == "visits" and row["amount"] == 1
    words_of_it = book.claim(row["inner_id"]) or ""
    if row["amount"] is None or row["amount"] in printed or alone:
        return words_of_it
    return Markup("{} {}").format(words_of_it, small(f"({words.quantity(row['amount'], row['unit'])} not added again)"))
