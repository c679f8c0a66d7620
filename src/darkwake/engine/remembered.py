"""DuckDB's connection, which translates expressions of one form once: the same questions come again about other tables.

Translating takes longer than answering where tables are small: a search for events asks some fifty questions, each a few
hundred operations. What an expression is made of, but for the names of its tables, is its form; forms with their SQL are
kept for the process.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.common.grounds import Concrete

KEPT = 2_000
"""Translations, some kilobytes each."""
MOST_PARTS = 300_000
"""Operations of all forms that are kept, some hundred bytes each; beyond, all are let go."""
MADE_UP = re.compile(r"\w+_[0-9a-z]{26,}")
"""Names of tables that nothing else in a statement is called."""


class Forms:
    """What expressions are made of, by numbers: two operations of one form have the same number."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def of(self, nodes: Sequence[ops.Node]) -> tuple[int, list[str]] | None:
        """The number of an expression's form, and its tables in their order; ``None`` for what has no form to compare.

        Args:
            nodes: its operations, inner ones first.
        """
        tables: dict[str, int] = {}
        references: dict[int, int] = {}
        done: dict[int, int] = {}
        try:
            for node in nodes:
                parts = type(node), *_parts(node, done, tables, references)
                done[id(node)] = self._numbers.setdefault(parts, len(self._numbers))
        except TypeError:  # a part that cannot be compared
            return None
        return done[id(nodes[-1])], list(tables)


def inner_first(root: ops.Node) -> list[ops.Node]:
    """Every operation of an expression once, after those that it stands on."""
    seen: set[int] = set()
    found: list[ops.Node] = []
    waiting = [(root, False)]
    while waiting:
        node, ready = waiting.pop()
        if ready:
            found.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting += [(inner, False) for part in node.__args__ for inner in _nodes(part)]
    return found


def _nodes(part: Any) -> Iterator[ops.Node]:
    if isinstance(part, ops.Node):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from _nodes(one)
    elif isinstance(part, Mapping) and not isinstance(part, Concrete):
        for one in part.values():
            yield from _nodes(one)


def _parts(node: ops.Node, done: dict[int, int], tables: dict[str, int], references: dict[int, int]) -> Iterator[Hashable]:
    if isinstance(node, ops.DatabaseTable | ops.InMemoryTable):
        # What a table holds, and where, is not of the statement.
        yield tables.setdefault(node.name, len(tables))
        yield node.schema
        yield getattr(node, "namespace", None)
    elif isinstance(node, ops.SelfReference | ops.JoinReference):
        yield done[id(node.parent)]
        yield references.setdefault(node.identifier, len(references))
    else:
        yield from (_part(part, done) for part in node.__args__)


def _part(part: Any, done: dict[int, int]) -> Hashable:
    """A part of an operation; numbers with their kind and sign, for 1 == True and 0.0 == -0.0."""
    if isinstance(part, ops.Node):
        return ops.Node, done[id(part)]
    if isinstance(part, tuple):
        return tuple(_part(one, done) for one in part)
    if isinstance(part, Mapping) and not isinstance(part, Concrete):
        return tuple((name, _part(one, done)) for name, one in part.items())
    return type(part), repr(part) if isinstance(part, float) else part


class Statements:
    """Translations by form, those asked for last."""

    def __init__(self, kept: int = KEPT) -> None:
        self._most = kept
        self._forms = Forms()
        self._kept: OrderedDict[int, tuple[list[str], str]] = OrderedDict()

    def of(self, expression: ir.Table, translate: Callable[[ir.Table], str]) -> str:
        """The SQL of an expression: of one of its form, with the names of its own tables, or as it is translated now."""
        if len(self._forms) > MOST_PARTS:
            self._forms = Forms()
            self._kept.clear()
        form = self._forms.of(inner_first(expression.op()))
        if form is None or not all(map(MADE_UP.fullmatch, form[1])):
            return translate(expression)
        number, tables = form
        if number not in self._kept:
            self._kept[number] = tables, translate(expression)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(number)
        before, statement = self._kept[number]
        names = dict(zip(before, tables, strict=True))
        return MADE_UP.sub(lambda found: names.get(found[0], found[0]), statement)


STATEMENTS = Statements()
"""One for the process."""


class Connection(Backend):  # type: ignore[misc]
    """Ibis's own, but for that."""

    def compile(self, expr: ir.Expr, /, *, limit: Any = None, params: Any = None, pretty: bool = False) -> str:
        """The SQL of an expression."""
        if limit is not None or params or pretty:
            return str(super().compile(expr, limit=limit, params=params, pretty=pretty))
        return STATEMENTS.of(expr.as_table(), super().compile)

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """The rows of an expression as a temporary table."""
        self._run_pre_execute_hooks(expression)
        return self._filled(name, expression.schema(), self.compile(expression))

    def taken_in(self, name: str, rows: pa.Table) -> ir.Table:
        """Rows of this process as a temporary table."""
        given = f"given_{name}"
        self.con.register(given, rows)
        try:
            return self._filled(name, ibis.schema(rows.schema), f'SELECT * FROM "{given}"')
        finally:
            self.con.unregister(given)

    def _filled(self, name: str, schema: ibis.Schema, statement: str) -> ir.Table:
        self.raw_sql(f'CREATE TEMPORARY TABLE "temp"."main"."{name}" ({_columns(schema)})')
        self.raw_sql(f'INSERT INTO "temp"."main"."{name}" {statement}')
        return self.table(name, database=("temp", "main"))


@lru_cache(maxsize=KEPT)
def _columns(schema: ibis.Schema) -> str:
    return ", ".join(column.sql("duckdb") for column in schema.to_sqlglot_column_defs("duckdb"))
