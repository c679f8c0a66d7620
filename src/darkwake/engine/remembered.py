"""DuckDB's connection, which translates expressions of one form once: the same questions come again about other tables.

Translating takes longer than answering where tables are small: a search for events asks some fifty questions, each a few
hundred operations. What an expression is made of, but for the names of its tables, is its form; forms with their SQL are
kept for the process.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.common.grounds import Concrete

from darkwake.engine.lanes import Stopped

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
        self._one_at_a_time = Lock()

    def of(self, expression: ir.Table, translate: Callable[[ir.Table], str]) -> str:
        """The SQL of an expression: of one of its form, with the names of its own tables, or as it is translated now."""
        with self._one_at_a_time:
            return self._of(expression, translate)

    def _of(self, expression: ir.Table, translate: Callable[[ir.Table], str]) -> str:
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
    """Ibis's own, but for that; and there may be others beside it to the same database, for other threads.

    What is made on this one they see as well. What one of them makes is temporary: its own, and gone at once when it is
    dropped, whatever the others are in the middle of.
    """

    _in = "memory"
    _stopped = False

    def beside(self) -> Connection:
        """Another connection to the same database."""
        other: Connection = self.from_connection(self.con.cursor())
        other._in = "temp"
        other.raw_sql("SET enable_progress_bar = false")
        return other

    @contextmanager
    def threads(self, several: int) -> Iterator[None]:
        """Let questions, on any connection to the database, use so many threads meanwhile, their own among them."""
        self.raw_sql(f"SET threads = {several}")
        try:
            yield
        finally:
            self.raw_sql("RESET threads")

    def stop(self) -> None:
        """Let what is under way fail, and all that is asked later."""
        self._stopped = True
        self.con.interrupt()

    def go_on(self) -> None:
        """Do nothing, unless it was stopped.

        Raises:
            Stopped: it was.
        """
        if self._stopped:
            raise Stopped

    def compile(self, expr: ir.Expr, /, *, limit: Any = None, params: Any = None, pretty: bool = False) -> str:
        """The SQL of an expression."""
        self.go_on()
        if limit is not None or params or pretty:
            return str(super().compile(expr, limit=limit, params=params, pretty=pretty))
        return STATEMENTS.of(expr.as_table(), super().compile)

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """The rows of an expression as a table."""
        self._run_pre_execute_hooks(expression)
        return self._filled(name, expression.schema(), self.compile(expression))

    def taken_in(self, name: str, rows: pa.Table) -> ir.Table:
        """Rows of this process as a table."""
        given = f"given_{name}"
        self.con.register(given, rows)
        try:
            return self._filled(name, ibis.schema(rows.schema), f'SELECT * FROM "{given}"')
        finally:
            self.con.unregister(given)

    def _filled(self, name: str, schema: ibis.Schema, statement: str) -> ir.Table:
        self._create("TABLE", name, f"({_columns(schema)})")
        self.raw_sql(f"INSERT INTO {self._place(name)} {statement}")
        return self.table(name, database=(self._in, "main"))

    def _create_temp_view(self, table_name: str, source: Any) -> None:
        self._create("VIEW", table_name, f"AS {source.sql(dialect=self.name)}")

    def _create(self, what: str, name: str, as_what: str) -> None:
        temporary = "TEMPORARY " if self._in == "temp" else ""
        self.raw_sql(f"CREATE {temporary}{what} {self._place(name)} {as_what}")

    def _place(self, name: str) -> str:
        return f'"{self._in}"."main"."{name}"'


@lru_cache(maxsize=KEPT)
def _columns(schema: ibis.Schema) -> str:
    return ", ".join(column.sql("duckdb") for column in schema.to_sqlglot_column_defs("duckdb"))
