"""The sheets of a case's workbook: which table each shows, and its columns with their units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from darkwake.dossier.account import tier_words
from darkwake.dossier.book import Book, Row
from darkwake.dossier.sensitivity import unknowns
from darkwake.dossier.xlsx import Head, Value


@dataclass(frozen=True)
class Field:
    """A column of a sheet: its head, and what stands in it."""

    head: Head
    value: Callable[[Book, Row], Value]


@dataclass(frozen=True)
class Leaf:
    """A sheet: its name, its table, in which order its rows stand, its columns, and what a row is."""

    title: str
    table: str
    order: tuple[str, ...]
    fields: tuple[Field, ...]
    says: str


def _text(word: str, head: str, width: float = 18.0) -> Field:
    return Field(Head(head, width), lambda _, row: None if row.get(word) is None else str(row[word]))


def _bare(word: str, head: str, form: str, width: float = 13.0) -> Field:
    return Field(Head(head, width, form), lambda _, row: row.get(word))


def _quantiles(stem: str, unit: str, form: str = "whole", what: str = "") -> tuple[Field, ...]:
    said = (("p05", "5 %"), ("p50", "median"), ("p95", "95 %"))
    heads = [(word, f"{what} {name} ({unit})".strip()) for word, name in said]
    return tuple(_bare(f"{stem}_{word}", head[0].upper() + head[1:], form) for word, head in heads)


def _place(word: str = "place_id") -> Field:
    return Field(Head("Place", 26), lambda book, row: book.place(row[word]))


def _source_numbers(book: Book, row: Row) -> Value:
    found = sorted({book.numbers[one] for one in row.get("evidence") or () if one in book.numbers})
    return ", ".join(str(one) for one in found) or None


def _read(_: Book, row: Row) -> Value:
    return None if row["verified"] is None else "yes" if row["verified"] else "no"


ORIGIN = _text("origin", "Origin", 11)
SOURCES = Field(Head("Sources (numbers)", 18), _source_numbers)
READ = Field(Head("Read in a stored copy", 12), _read)
CAP = Field(Head("Cap", 34), lambda book, row: book.caps.get(row["cap_id"], {}).get("title") or row["cap_id"])
MODE = _text("mode", "What is added", 30)
PERIOD = (_bare("period_start", "First day", "day"), _bare("period_end", "Last day", "day"))


def _payload(word: str) -> Callable[[Book, Row], Value]:
    return lambda book, row: book.payloads.get(row["visit_id"], {}).get(word)


def _of_payload(what: str, unit: str, stem: str) -> tuple[Field, ...]:
    names = (("p05", "5 %"), ("p50", "median"), ("p95", "95 %"))
    return tuple(Field(Head(f"{what} {name} ({unit})", 13, "whole"), _payload(f"{stem}_{word}")) for word, name in names)


def _tier(book: Book, row: Row) -> Value:
    tier = _payload("tier")(book, row)
    return tier_words(tier) if isinstance(tier, str) else None


def _widens(book: Book, row: Row) -> Value:
    """The unknown that widens the interval most, with what would tell it."""
    found = unknowns(book.payloads.get(row["visit_id"], {}).get("sensitivity"))
    return "; ".join(one.words() for one in found[:3]) or None


def _source_number(book: Book, row: Row) -> Value:
    return book.numbers[row["evidence_id"]]


def _left_out(book: Book, row: Row) -> Value:
    return book.source(row["evidence_id"])


def _claim(word: str) -> Callable[[Book, Row], Value]:
    return lambda book, row: book.claim(row[word])


LEAVES: tuple[Leaf, ...] = (
    Leaf(
        "Ledger",
        "ledger",
        ("cap_id", "mode", "day"),
        (
            CAP,
            MODE,
            _bare("day", "Day", "day"),
            *_quantiles("bbl", "bbl", what="barrels since the period began,"),
            _bare("chance_exceeded", "Chance that the cap was exceeded (0 to 1)", "share"),
            _bare("visits", "Visits (mean)", "quantity"),
            ORIGIN,
            SOURCES,
        ),
        "a cap's state at the end of a day, for one way of adding up",
    ),
    Leaf(
        "Visits",
        "visits",
        ("arrival_lo", "place_id", "visit_id"),
        (
            _text("vessel", "Ship", 26),
            _place(),
            _bare("arrival_lo", "Arrival, earliest (UTC)", "time", 17),
            _bare("arrival_hi", "Arrival, latest (UTC)", "time", 17),
            _bare("departure_lo", "Departure, earliest (UTC)", "time", 17),
            _bare("departure_hi", "Departure, latest (UTC)", "time", 17),
            _text("activity", "What was done", 12),
            Field(Head("Product", 18), lambda book, row: _payload("product")(book, row) or row.get("product")),
            *_of_payload("Barrels", "bbl", "bbl"),
            *_of_payload("Tonnes", "t", "t"),
            Field(Head("Kind of basis", 16), _tier),
            Field(Head("Basis", 50), _payload("basis")),
            Field(Head("What widens the interval most, and what would tell it", 50), _widens),
            _bare("bbl_stated", "Barrels that a source states (bbl)", "whole"),
            _bare("probability", "Chance of the visit (0 to 1)", "share"),
            Field(Head("Counted in", 30), _claim("counted_in")),
            _text("rule", "How it was put together", 40),
            READ,
            ORIGIN,
            SOURCES,
            _text("visit_id", "Id", 24),
        ),
        "a stay of one ship at one place, counted once, with what it carried",
    ),
    Leaf(
        "Causes",
        "causes",
        ("cap_id", "mode", "cause"),
        (
            CAP,
            MODE,
            _text("cause", "Cause of the width", 30),
            _bare("half_width_bbl", "Its part of half the 90 % interval (bbl)", "whole", 18),
            _bare("share", "Share of the variance (0 to 1)", "share"),
            _text("sharing", "Shared by visits, or own", 12),
            _text("settled_by", "What would tell it", 50),
            ORIGIN,
            SOURCES,
        ),
        "an unknown that widens the interval of a sum; the half-widths of one sum add up to its own",
    ),
    Leaf(
        "Without one source",
        "influence",
        ("cap_id", "mode", "evidence_id"),
        (
            CAP,
            MODE,
            Field(Head("Source left out", 50), _left_out),
            *_quantiles("bbl", "bbl", what="barrels without it,"),
            _bare("moved_bbl", "Median moves by (bbl)", "whole"),
            _bare("chance_exceeded", "Chance that the cap was exceeded, without it (0 to 1)", "share"),
            _bare("visits", "Visits left (mean)", "quantity"),
            ORIGIN,
        ),
        "a sum on its last day when one source is left out",
    ),
    Leaf(
        "Nobody saw",
        "unseen",
        ("place_id", "period_start", "period_end"),
        (
            _place(),
            *PERIOD,
            _bare("seen", "Visits seen or published", "whole"),
            *_quantiles("chance", "0 to 1", "share", "chance that a visit was seen,"),
            *_quantiles("unseen", "visits", "quantity", "visits nobody saw,"),
            *_quantiles("bbl", "bbl", what="their barrels,"),
            _bare("looks", "Images held", "whole"),
            _text("basis", "On what the chance stands", 60),
            ORIGIN,
            SOURCES,
        ),
        "an estimate of visits that nobody saw at a place; it is in no sum",
    ),
    Leaf(
        "Exchange",
        "exchange",
        ("from_party", "to_party", "goods", "period_start", "period_end", "exchange_id"),
        (
            _text("from_party", "From whom", 10),
            _text("to_party", "To whom", 10),
            _text("goods", "Goods", 24),
            *PERIOD,
            _bare("lo", "5 % or lower end", "quantity"),
            _bare("central", "Median or as printed", "quantity"),
            _bare("hi", "95 % or upper end", "quantity"),
            _text("unit", "Unit", 11),
            Field(Head("Counted in the sums", 10), lambda _, row: "yes" if row["counted"] else "no"),
            _text("carriage", "How it went", 11),
            _text("basis", "Basis", 60),
            ORIGIN,
            SOURCES,
            _text("exchange_id", "Id", 24),
            _text("within_id", "Held in (id)", 24),
        ),
        "goods that went from one party to another in a month or over a span that cannot be split",
    ),
    Leaf(
        "Counted once",
        "overlaps",
        ("inner_id", "outer_id", "overlap_id"),
        (
            Field(Head("This claim", 50), _claim("inner_id")),
            _text("relation", "lies", 10),
            Field(Head("this other", 50), _claim("outer_id")),
            _bare("amount", "Not added again", "quantity"),
            _text("unit", "Unit", 11),
            _text("rule", "Rule", 60),
            ORIGIN,
            SOURCES,
        ),
        "two published claims of the same barrels or visits, and what was not added again",
    ),
    Leaf(
        "Contradictions",
        "contradictions",
        ("contradiction_id",),
        (
            _text("subject", "Subject", 30),
            _text("statement_a", "The one", 50),
            _text("statement_b", "The other", 50),
            _text("kind", "Kind", 18),
            _text("handling", "What is done about it", 50),
            READ,
            SOURCES,
        ),
        "two statements in print that cannot both hold",
    ),
    Leaf(
        "Caps",
        "caps",
        ("period_start", "cap_id"),
        (
            _text("title", "Cap", 44),
            _text("product", "Product", 12),
            _bare("amount", "Amount", "quantity"),
            _text("unit", "Unit", 8),
            _bare("alt_amount", "The same in another unit", "quantity"),
            _text("alt_unit", "Its unit", 8),
            *PERIOD,
            _text("instrument", "Instrument", 40),
            READ,
            SOURCES,
        ),
        "a limit: product, amount, period, and who set it",
    ),
    Leaf(
        "Sources",
        "evidence",
        ("evidence_id",),
        (
            Field(Head("No.", 6, "whole"), _source_number),
            _text("publisher", "Publisher", 26),
            _text("title", "Title", 50),
            _text("published", "Published", 12),
            _text("where_in_it", "Where in it", 26),
            _text("href", "Address", 60),
            _text("kind", "Kind", 12),
            READ,
            _text("sha256", "SHA-256 of the stored bytes", 30),
            _text("licence", "Licence", 24),
            ORIGIN,
        ),
        "a source: publication, list, file or image",
    ),
)
