"""Queries: what a person types, and files of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from darkwake.errors import InputError
from darkwake.identity.query import Query, read_queries


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("9020534", Query("9020534", imo=9020534)),
        (" IMO 9020534 ", Query("IMO 9020534", imo=9020534)),
        ("445539000", Query("445539000", mmsi=445539000)),
        ("SAM JONG 1", Query("SAM JONG 1", names=("SAM JONG 1",))),
    ],
)
def test_digits_are_numbers_and_the_rest_is_a_name(text: str, query: Query):
    assert Query.read(text) == query


def test_a_bad_check_digit_is_said_and_not_searched():
    query = Query.read("8405317")
    assert query.imo is None
    assert query.note == "IMO number 8405317 fails its check digit (840531 would end in 1) and was not searched for"


def test_a_companys_number_is_called_one():
    assert Query.read("IMO 5936312").note.endswith("it could be a company's number")


def test_an_imo_number_of_the_wrong_length_is_no_name():
    assert Query.read("IMO 90205345") == Query("IMO 90205345", note="IMO 90205345 is not seven digits and was not searched for")


def test_a_table_gives_one_query_a_row(tmp_path: Path):
    path = tmp_path / "ships.csv"
    path.write_text("Name,flag,IMO\nRUNG RA 2,KP,9020534\n,,\nSAM JONG 1,KP,\n", encoding="utf-8")
    assert read_queries(path) == [
        Query("9020534 RUNG RA 2", imo=9020534, names=("RUNG RA 2",)),
        Query("SAM JONG 1", names=("SAM JONG 1",)),
    ]


def test_a_text_file_gives_one_query_a_line(tmp_path: Path):
    path = tmp_path / "ships.txt"
    path.write_text("9020534\n\nSAM JONG 1\r\n", encoding="utf-8")
    assert read_queries(path) == [Query("9020534", imo=9020534), Query("SAM JONG 1", names=("SAM JONG 1",))]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"imo,name\n90205,RUNG RA 2\n", "ships.csv:line 2: '90205' is no IMO; mend the cell or leave it empty"),
        (b"ship,flag\nRUNG RA 2,KP\n", "ships.csv:line 1: no column imo, mmsi or name; the first line has ship, flag"),
        (b"\n\n", "ships.csv: holds no query; write one IMO number, MMSI or name a line"),
        (b"\x89PNG\0\1", "ships.csv:byte 4: is a binary file, not text; give the list as published"),
    ],
)
def test_a_file_without_queries_is_one_clear_line(tmp_path: Path, content: bytes, message: str):
    path = tmp_path / "ships.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as fault:
        read_queries(path)
    assert fault.value.line().endswith(message)
