"""A case as a workbook: a sheet to read first, then the ledger by day, visits, causes, exchange, contradictions, sources.

Each number stands with its interval, its basis and the numbers of its sources, which are those of the dossier. Nothing is
reckoned here. A table that has no rows has its sheet all the same, with its heads, so that a missing answer is seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from darkwake.dossier import words
from darkwake.dossier.book import Book
from darkwake.dossier.finding import first_words, points, standings
from darkwake.dossier.header import Header
from darkwake.dossier.sheets import LEAVES, Leaf
from darkwake.dossier.xlsx import Head, Sheet, Value, write_xlsx

BATCH_ROWS = 4096
"""Rows that are held as Python values at a time."""


def write_spreadsheet(tables: Mapping[str, pa.Table], header: Header, path: Path) -> dict[str, int]:
    """Write a case's tables as one Excel workbook, whole or not at all; the same tables give the same bytes.

    Returns:
        How many rows each sheet has, by the name of its table.

    Raises:
        UsageError: a table has more rows than a sheet of Excel holds.
    """
    book = Book(tables)
    sheets = [_read_me(book, header), *(_sheet(book, leaf) for leaf in LEAVES)]
    write_xlsx(sheets, path, title=header.title)
    return {leaf.table: book.count(leaf.table) for leaf in LEAVES}


def _sheet(book: Book, leaf: Leaf) -> Sheet:
    return Sheet(leaf.title, tuple(field.head for field in leaf.fields), book.count(leaf.table), _rows(book, leaf))


def _rows(book: Book, leaf: Leaf) -> Iterator[list[Value]]:
    table = book.arrow(leaf.table)
    if leaf.table == "evidence":
        yield from ([field.value(book, row) for field in leaf.fields] for row in book.sources)
    elif table.num_rows:
        ordered = table.sort_by([(word, "ascending") for word in leaf.order])
        for batch in ordered.to_batches(max_chunksize=BATCH_ROWS):
            yield from ([field.value(book, row) for field in leaf.fields] for row in batch.to_pylist())


def _read_me(book: Book, header: Header) -> Sheet:
    rows = [*_about(book, header), ("", ""), ("Sheet", "What a row is")]
    rows += [(leaf.title, f"{leaf.says} ({words.count(book.count(leaf.table), 'row', 'rows')})") for leaf in LEAVES]
    rows += [("", ""), ("Scale of likelihood", words.SCALE_SOURCE)]
    rows += [(step.words, f"{step.low * 100:.0f} to {step.high * 100:.0f} %") for step in words.SCALE]
    rows += [("", ""), ("Origin of a row", "")]
    rows += [*words.ORIGIN_WORDS.items(), ("", ""), *((name, said) for name, said in _TO_MIND)]
    return Sheet("Read me", (Head("", 26), Head("", 120)), len(rows), rows, plain=True)


_TO_MIND = (
    ("Intervals", "5 % and 95 % are the ends of an interval that holds 90 % of the draws; the median halves them."),
    ("Empty cells", "Not known, not said or not applicable; never zero."),
    ("Sources", "Numbers lead to the sheet Sources; they are those of the dossier."),
    ("Adding up", "Medians and quantiles must not be added: errors that visits share do not cancel. The sums are in Ledger."),
    ("Counting once", "Published totals overlap; Counted once says which lies in which. What nobody saw is in no sum."),
)


def _about(book: Book, header: Header) -> Iterator[tuple[str, str]]:
    yield header.title, ""
    yield "Question", header.question
    found = standings(book, cap_id=header.cap_id, mode=header.mode)
    yield "Finding", first_words(book, header, found)
    yield from (("", one) for one in header.points) if header.points else points(book, found, header.settle)
    yield "Period", words.days(*header.period)
    yield "Seed", str(header.seed) if header.seed is not None else "not given"
    yield "Root hash of the evidence", header.root_hash or "not given"
    yield "Made by", f"Darkwake {header.version or '(version not given)'}"
    if header.rebuild:
        yield "To make the tables again", header.rebuild
