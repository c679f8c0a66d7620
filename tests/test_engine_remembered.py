"""A question of one form is translated once, and answered from the tables that it is asked about."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.engine import Engine
from darkwake.engine.remembered import Statements


def rows(*numbers: float) -> pa.Table:
    return pa.table({"n": pa.array(numbers, pa.float64())})


def sums(one: ir.Table, other: ir.Table) -> ir.Table:
    """A question about two tables, each with a view of itself."""
    met = one.join(other, one.n < other.n).select(a=one.n, b=other.n)
    twice = met.join(met.view(), "a", rname="{name}_too")
    return twice.aggregate(total=(twice.a + twice.b).sum())


def counted(statements: Statements, *expressions: ir.Table) -> list[str]:
    """What was translated, not remembered."""
    asked: list[str] = []
    for expression in expressions:
        statements.of(expression, lambda asked_for: asked.append(repr(asked_for)) or "SELECT 1")
    return asked


def test_the_same_question_about_other_tables_is_answered_from_those(duck: Engine) -> None:
    said = [
        duck.arrow(sums(duck.table(rows(*some)), duck.table(rows(*others)))).to_pylist()
        for some, others in (((1, 2), (5,)), ((1, 2), (7,)), ((5,), (1, 2)))
    ]
    assert said == [[{"total": 13.0}], [{"total": 17.0}], [{"total": None}]]


def test_a_form_is_translated_once_whichever_tables_it_is_asked_about(duck: Engine) -> None:
    tables = [duck.table(rows(at)) for at in range(4)]
    asked = counted(Statements(), sums(tables[0], tables[1]), sums(tables[2], tables[3]), sums(tables[1], tables[0]))
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 2), (1, True), (0.0, -0.0), (1, 1.0), ("a", "b"), (1.0, 1.5), (None, 0)],
    ids=repr,
)
def test_questions_that_differ_in_a_value_or_its_kind_are_two(duck: Engine, one: object, other: object) -> None:
    table = duck.table(rows(1))
    assert len(counted(Statements(), *(table.mutate(said=ibis.literal(value)) for value in (one, other)))) == 2


def test_a_table_met_with_itself_is_another_question_than_two_tables(duck: Engine) -> None:
    one, other = duck.table(rows(1)), duck.table(rows(2))
    assert len(counted(Statements(), one.union(one), one.union(other), other.union(one))) == 2


def test_a_table_with_a_name_that_could_be_said_elsewhere_is_translated_each_time() -> None:
    named = ibis.duckdb.connect().create_table("n", rows(1))
    assert len(counted(Statements(), named, named)) == 2


@settings(max_examples=25)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=5))
def test_answers_of_remembered_questions_are_those_of_the_questions(duck: Engine, numbers: list[int]) -> None:
    table = duck.table(rows(*numbers))
    said = duck.arrow(duck.keep(table.filter(table.n > numbers[0])).aggregate(rows=ibis._.count()))
    assert said.to_pylist() == [{"rows": sum(number > numbers[0] for number in numbers)}]


def test_no_more_statements_are_kept_than_asked_for_and_the_last_ones(duck: Engine) -> None:
    table = duck.table(rows(1))
    one, other, third = (table.filter(table.n > at) for at in range(3))
    assert counted(Statements(kept=2), one, other, one, third, one, other) == [repr(at) for at in (one, other, third, other)]
