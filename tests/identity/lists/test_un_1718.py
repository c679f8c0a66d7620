"""The UN 1718 designated vessels."""

from __future__ import annotations

from collections import Counter

from darkwake.identity.lists import bundled, read_lists
from darkwake.identity.lists.reading import Reading
from darkwake.identity.measures import kind_of
from tests.identity.conftest import by_name


def test_59_ships_of_which_one_has_no_number(readings: dict[str, Reading]):
    rows = readings["un-1718"].listings.to_pylist()
    assert (len(rows), sum(bool(row["imo_ok"]) for row in rows)) == (59, 58)
    assert [(row["name"], row["imo"], row["imo_ok"]) for row in rows if row["imo"] is None] == [
        ("MIN NING DE YOU 078", None, None)
    ]


def test_measures_are_kept_apart(readings: dict[str, Reading]):
    """22 ships of OMM, 15 de-registered and banned, 13 frozen and banned, 7 banned, 2 frozen under 1718."""
    rows = readings["un-1718"].listings.to_pylist()
    assert Counter(tuple(kind_of(m) for m in row["measures"]) for row in rows) == {
        ("economic resource of OMM",): 22,
        ("de-registration", "port ban"): 15,
        ("asset freeze", "port ban"): 13,
        ("port ban",): 7,
        ("asset freeze",): 2,
    }


def test_27_foreign_and_dprk_ships_were_designated_on_one_day(readings: dict[str, Reading]):
    """The press count of 30 March 2018 was 27 ships; HAO FAN 6 is of that day by its second date."""
    rows = readings["un-1718"].listings.to_pylist()
    first = [row["name"] for row in rows if row["listed_on"] == "2018-03-30"]
    second = [row["name"] for row in rows if "date_second: 2018-03-30" in row["text"]]
    assert (len(first), second) == (26, ["HAO FAN 6"])


def test_the_paragraph_of_each_measure_is_said(readings: dict[str, Reading]):
    row = by_name(readings["un-1718"])["CHON MA SAN"]
    assert row["measures"] == ["asset freeze (2321 (2016) para 12(d))", "port ban (2371 (2017) para 6; 2375 (2017) para 6)"]


def test_names_elsewhere_are_names_of_the_entry(readings: dict[str, Reading]):
    assert "EVER BRIGHT 88" in by_name(readings["un-1718"])["FAN KE"]["names"]


def test_the_bundled_table_says_what_the_shared_one_says(readings: dict[str, Reading]):
    words = ["entry_id", "imo", "name", "names", "measures", "listed_on", "line", "version"]
    ours = read_lists([bundled()]).readings[0].listings
    assert ours.select(words).equals(readings["un-1718"].listings.select(words))
