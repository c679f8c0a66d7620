"""What the rest of the house may ask of an engine, and what both engines share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import ibis.expr.types as ir

GroupFunction = Callable[[pa.Table], pa.Table]
"""A pure function over all rows of one group; it must be importable by name, for it travels to other processes."""
Result = TypeVar("Result")
Job = Callable[["Engine"], Result]
"""Work on an engine."""


class Engine(Protocol):
    """What the rest of the house may ask of an engine."""

    name: str
    at_once: int
    """Rows that it works on comfortably in one piece; much larger work is better given in parts (:meth:`gather`)."""

    def parquet(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        """A table over Parquet files, in the columns of ``schema``; an empty table where there are none."""
        ...

    def table(self, rows: pa.Table) -> ir.Table:
        """A table over rows in memory."""
        ...

    def arrow(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression, brought into this process; times are ``timestamp[us, UTC]``."""
        ...

    def keep(self, expression: ir.Table) -> ir.Table:
        """The same rows, worked out now and once, for an expression that others stand on many times; not in this process."""
        ...

    def keep_alone(self, make: Callable[[], ir.Table]) -> ir.Table:
        """The rows of what is made, kept like :meth:`keep`; what was taken in or kept to make it is let go."""
        ...

    def gather(self, parts: Sequence[ir.Table]) -> ir.Table:
        """The rows of one or more expressions of the same columns together, kept like :meth:`keep`.

        They are worked out one after the other, so that memory holds what one of them needs.
        """
        ...

    def write(self, expression: ir.Table, folder: Path) -> list[Path]:
        """Write an expression's rows as Parquet files into an empty folder, without holding them all in memory."""
        ...

    def map_groups(self, table: ir.Table, by: str, function: GroupFunction, schema: pa.Schema) -> ir.Table:
        """Apply ``function`` to the rows of each value of ``by``; the result has ``schema``, in no promised order."""
        ...

    def scoped(self) -> AbstractContextManager[None]:
        """What is taken in, kept, gathered or mapped meanwhile is let go at the end, and may not be asked for any more."""
        ...

    def side_by_side(self, jobs: Sequence[Job[Result]]) -> list[Result]:
        """What jobs make that do not know of each other, in their order; begun in it too, and some at once where cores are.

        Each is given an engine to work with, maybe on a thread of its own. It may use whatever is on this engine; what it
        takes in, keeps, gathers or maps itself is let go when it is done, as in a scope.
        """
        ...

    def close(self) -> None:
        """Give back what the engine holds."""
        ...


def utc(rows: pa.Table) -> pa.Table:
    """The same rows with every time as ``timestamp[us, UTC]``: engines give other zones and units back."""
    fields = [
        pa.field(f.name, pa.timestamp("us", tz="UTC"), f.nullable) if pa.types.is_timestamp(f.type) else f for f in rows.schema
    ]
    return rows.cast(pa.schema(fields))


def split_groups(rows: pa.Table, by: str) -> Iterator[pa.Table]:
    """The rows of each value of ``by``, one table after the other, rows in their given order."""
    ordered = rows.append_column("__row", pa.array(np.arange(rows.num_rows))).sort_by(
        [(by, "ascending"), ("__row", "ascending")]
    )
    yield from _cut(ordered.drop_columns(["__row"]), by)


def _cut(ordered: pa.Table, by: str) -> Iterator[pa.Table]:
    """Rows that are sorted by ``by``, cut where its value changes."""
    if not ordered.num_rows:
        return
    keys = ordered[by].combine_chunks().dictionary_encode(null_encoding="encode").indices.to_numpy(zero_copy_only=False)
    starts = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist(), len(keys)]
    for first, last in pairwise(starts):
        yield ordered.slice(first, last - first)


def sorted_groups(batches: Iterable[pa.RecordBatch], by: str) -> Iterator[pa.Table]:
    """The rows of each value of ``by`` from a stream that is sorted by it; one group and one batch are held at a time."""
    held: list[pa.Table] = []
    for batch in batches:
        for part in _cut(pa.Table.from_batches([batch]), by):
            if held and held[0][by][0].as_py() != part[by][0].as_py():
                yield pa.concat_tables(held)
                held = []
            held.append(part)
    if held:
        yield pa.concat_tables(held)


def workers() -> int:
    """How many processes to use: the cores that this process may run on."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
