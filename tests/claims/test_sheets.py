"""A sheet is read whole, or its first fault is named with file, line, column and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.claims.sheets import MOST_BYTES, Field, address, amount, day, flag, published, read_sheet, text, whole
from darkwake.errors import InputError

FIELDS = {"id": Field(text, must=True), "day": Field(day), "t": Field(amount), "n": Field(whole), "read": Field(flag)}


def write(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "facts.csv"
    path.write_text(body, encoding="utf-8")
    return path


def test_an_empty_cell_is_null_and_never_zero(tmp_path: Path) -> None:
    (row,) = read_sheet(write(tmp_path, "id,day,t,n,read\nA1,,,,\n"), FIELDS)
    assert row.values == {"id": "A1", "day": None, "t": None, "n": None, "read": None}


def test_columns_may_stand_in_any_order_and_lines_are_those_of_the_file(tmp_path: Path) -> None:
    body = 't,id,read,n,day\n1.5,"A\n1",yes,3,2024-03-07\n\n,A2,no,,\n'
    rows = read_sheet(write(tmp_path, body), FIELDS)
    assert [row.line for row in rows] == [2, 5]
    assert rows[0].values == {"id": "A\n1", "day": date(2024, 3, 7), "t": 1.5, "n": 3, "read": True}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("id,day,t,n\nA1,,,\n", "facts.csv:line 1: column 'read' is missing; the columns are id, day, t, n, read"),
        ("id,day,t,n,read,tt\n", "facts.csv:line 1: no column 'tt'; did you mean t?"),
        ("id,day,t,n,read,t\n", "facts.csv:line 1: column 't' stands more than once; the columns are id, day, t, n, read"),
        ("id,day,t,n,read\nA1,,\n", "facts.csv:line 2: 3 cells under 5 columns; put text that holds a comma into quotes"),
        (
            "id,day,t,n,read\n,,,,no\n",
            "facts.csv:line 2, column id: empty, and it must not be; fill it in, or take the row out",
        ),
        ("id,day,t,n,read\nA1,7.3.2024,,,\n", "facts.csv:line 2, column day: '7.3.2024' is not a date; write it as 2024-03-07"),
        (
            "id,day,t,n,read\nA1,2024-02-30,,,\n",
            "facts.csv:line 2, column day: '2024-02-30' is not a date; write it as 2024-03-07",
        ),
        ("id,day,t,n,read\nA1,,-3,,\n", "facts.csv:line 2, column t: -3 is negative; an amount cannot be"),
        (
            "id,day,t,n,read\nA1,,,1.5,\n",
            "facts.csv:line 2, column n: 1.5 is not a whole number; round it or leave the cell empty",
        ),
        ("id,day,t,n,read\nA1,,,,maybe\n", "facts.csv:line 2, column read: 'maybe' is neither yes nor no; write one of them"),
    ],
)
def test_a_fault_names_its_place_and_the_remedy(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_sheet(write(tmp_path, body), FIELDS)
    assert caught.value.line() == message


@pytest.mark.parametrize("number", ["1,000", "1e6", "nan", "inf", "0x10", "12 t", "９", "1" * 40])
def test_only_plain_digits_are_an_amount(number: str) -> None:
    with pytest.raises(ValueError, match="is not a number; write digits"):
        amount(number)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "https://a b", 'https://a"onclick="', "seed article"]
)
def test_an_address_that_is_no_web_address_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match="is not an address"):
        address(link)


@pytest.mark.parametrize("given_date", ["2024", "2024-06", "2024-06-07"])
def test_a_date_of_publication_may_be_a_year_or_a_month(given_date: str) -> None:
    assert published(given_date) == given_date


@pytest.mark.parametrize("raw", [b"PK\x03\x04\x00\x00", b"id\xff\xfe", b"", b'id,day,t,n,read\n"A1,,,,\n'])
def test_a_file_that_is_no_such_table_is_refused_in_one_line(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "facts.csv"
    path.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        read_sheet(path, FIELDS)
    assert caught.value.line().startswith("facts.csv:")
    assert "\n" not in caught.value.line()


def test_a_huge_file_is_refused_without_reading_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    with path.open("wb") as stream:
        stream.truncate(MOST_BYTES * 64)
    with pytest.raises(InputError, match="larger than 16 MiB"):
        read_sheet(path, FIELDS)


@given(body=st.text(max_size=300))
def test_any_text_gives_rows_or_an_error_of_ours(body: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "facts.csv"
    path.write_text("id,day,t,n,read\n" + body, encoding="utf-8", errors="surrogatepass", newline="")
    try:
        rows = read_sheet(path, FIELDS)
    except InputError:
        return
    assert all(row["id"] for row in rows)
