"""Factors as JSON text, built from whole numbers."""

from __future__ import annotations

import json

import ibis
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.events.record import decimal, flag, json_object


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(st.one_of(st.none(), st.integers(0, 10**12)), min_size=1, max_size=20))
def test_a_decimal_reads_back_as_the_number_that_it_was_made_from(values):
    rows = ibis.memtable(pa.table({"value": pa.array(values, pa.int64())}))
    text = json_object({"whole": rows.value, "kn": decimal(rows.value, 3), "low": flag(rows.value < 500)})
    read = [json.loads(row) for row in rows.select(text=text).to_pyarrow()["text"].to_pylist()]
    wanted = [(v, None if v is None else v / 1000, None if v is None else v < 500) for v in values]
    assert [(row["whole"], row["kn"], row["low"]) for row in read] == wanted
