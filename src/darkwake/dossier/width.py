"""Why a sum's interval is as wide as it is, what each source moves, and what would settle it.

The parts of the width stand in the table ``causes`` and add up to half the interval; the sums without one source stand in
``influence``. Nothing is reckoned here but differences and shares of what those tables hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from darkwake.dossier import words
from darkwake.dossier.bars import bar
from darkwake.dossier.book import Book, Row, simulated
from darkwake.dossier.finding import Standing
from darkwake.dossier.tables import Column, Grid, grid, lines, small

SHARING = {
    "shared": "Shared by all visits (full bars), which more visits do not even out",
    "own": "Each visit’s own (hollow bars), which evens out over many visits",
}
SMALL = 0.005
"""Shares of the variance below this are told together in a sentence."""
NO_WIDTH = "This sum has no interval: it adds up amounts as they were printed."
NOT_RECKONED = "What the width of this sum is made of was not reckoned."
MOST_SOURCES = 10
MOVES_LITTLE = 0.01
"""A source that moves the median by less than this share of it is told with the others that do."""


@dataclass(frozen=True)
class Width:
    """The parts of an interval: in words, and as two lists, what is shared by visits and what is their own."""

    says: str
    parts: tuple[Grid, ...]
    settle: tuple[str, ...]


def width(book: Book, one: Standing) -> Width:
    """The causes of the width of one sum."""
    rows = [row for row in book.rows("causes") if (row["cap_id"], row["mode"]) == (one.cap["cap_id"], one.mode)]
    rows.sort(key=lambda r: (-r["share"], r["cause"]))
    if not rows:
        return Width(NO_WIDTH if one.last["bbl_p05"] == one.last["bbl_p95"] else NOT_RECKONED, (), ())
    most = max(row["share"] for row in rows)
    parts = tuple(_part(sharing, [row for row in rows if row["sharing"] == sharing], most) for sharing in SHARING)
    return Width(_says(one, rows), tuple(part for part in parts if part.lines), _settle(rows))


def _says(one: Standing, rows: Sequence[Row]) -> str:
    half = (one.last["bbl_p95"] - one.last["bbl_p05"]) / 2
    shared = sum(row["share"] for row in rows if row["sharing"] == "shared")
    return (
        f"Half the 90 % interval is {words.barrels(half)}. It falls to the unknowns below, and their parts add up to it; "
        f"{words.share(shared)} of the variance falls to what all visits share."
    )


def _part(sharing: str, rows: Sequence[Row], most: float) -> Grid:
    shown = [row for row in rows if row["share"] >= SMALL]
    rest = [row for row in rows if row["share"] < SMALL]
    columns = (
        Column("Unknown", lambda r: r["cause"]),
        Column("Its part", lambda r: bar(r["share"] / most if most > 0 else 0.0, sharing)),
        Column("Part of half the interval (bbl)", lambda r: words.significant(max(r["half_width_bbl"], 0.0)), numeric=True),
        Column("Share", lambda r: words.share(r["share"]), numeric=True),
        Column("What would tell it", lambda r: r["settled_by"] or "no single observation"),
    )
    remark = f"Under {SMALL * 100:g} % each: {', '.join(row['cause'] for row in rest)}." if shown and rest else ""
    caption = f"{SHARING[sharing]}: {words.share(sum(row['share'] for row in rows))} of the variance"
    return grid(caption, columns, shown or rest, remark=remark, fold_from=40, style="bars")


def _settle(rows: Sequence[Row]) -> tuple[str, ...]:
    """The observations that would narrow the interval most, each with what it is worth."""
    worth: dict[str, tuple[float, list[str]]] = {}
    for row in rows:
        if row["settled_by"] and row["share"] >= SMALL:
            share, causes = worth.get(row["settled_by"], (0.0, []))
            worth[row["settled_by"]] = (share + row["share"], [*causes, row["cause"]])
    ordered = sorted(worth.items(), key=lambda item: (-item[1][0], item[0]))
    first = ["Most would be told by", *(["Then by"] * len(ordered))]
    return tuple(
        f"{begins} {settled} ({words.share(share)} of the variance of the sum: {', '.join(causes)})."
        for begins, (settled, (share, causes)) in zip(first, ordered, strict=False)
    )


def influence(book: Book, one: Standing | None) -> Grid:
    """The main sum when one source is left out, the source first that moves it most."""
    if one is None:
        return grid("", (), ())
    rows = [row for row in book.rows("influence") if (row["cap_id"], row["mode"]) == (one.cap["cap_id"], one.mode)]
    rows.sort(key=lambda r: (-abs(r["moved_bbl"]), book.numbers.get(r["evidence_id"], 0), r["evidence_id"]))
    shown = [row for row in rows if _moves(row, one)][:MOST_SOURCES]
    columns = (
        Column("Without", lambda r: lines((book.source(r["evidence_id"]), small(_left(r))))),
        Column("Median moves by (bbl)", lambda r: words.moved(r["moved_bbl"]), numeric=True),
        Column("Barrels then (5 % – median – 95 %)", _span, numeric=True),
        Column("Chance that the cap was passed, then", _chance, numeric=True),
    )
    return grid("The sum made anew without each source", columns, shown, remark=_compared(one, rows, shown), fold_from=40)


def _moves(row: Row, one: Standing) -> bool:
    return bool(abs(row["moved_bbl"]) >= MOVES_LITTLE * one.last["bbl_p50"])


def _left(row: Row) -> str:
    return f"{row['visits']:,.0f} visits are left (mean)" if row["bbl_p50"] is not None else "nothing is left to add up"


def _span(row: Row) -> str:
    if row["bbl_p50"] is None:
        return "nothing known"
    return " – ".join(words.significant(row[f"bbl_{word}"]) for word in ("p05", "p50", "p95"))


def _chance(row: Row) -> str:
    return "cannot be said" if row["chance_exceeded"] is None else words.percent(row["chance_exceeded"])


def _compared(one: Standing, rows: Sequence[Row], shown: Sequence[Row]) -> str:
    """What the rows are held against, and how many sources are not shown."""
    if not rows:
        return ""
    rest = len(rows) - len(shown)
    little = f" {words.count(rest, 'further source moves', 'further sources move')} it less." if rest else ""
    first = "" if shown else "No source that is left out alone moves the median by a hundredth."
    label = "In the simulated layer, with" if simulated(rows[0]) else "With"
    return (
        f"Each row is the sum made anew as if that source had never been read. {label} all of them the median is "
        f"{words.barrels(one.last['bbl_p50'])} and the chance {words.percent(one.chance)}.{little if shown else ''} {first}"
    ).strip()
