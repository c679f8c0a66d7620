"""Versions of a list against each other."""

from __future__ import annotations

import pytest

from darkwake.errors import UsageError
from darkwake.identity.lists import bundled, read_lists
from darkwake.identity.lists.reading import Reading
from darkwake.identity.versions import Changed, difference, version_before
from darkwake.schema import Listings


def changed(**said: object):
    """The bundled list with its first row changed."""
    first, *rest = read_lists([bundled()]).readings[0].listings.to_pylist()
    return Listings.rows([first | said, *rest])


def test_a_list_against_itself_has_no_difference(readings: dict[str, Reading]):
    table = readings["ofac-sdn"].listings
    one = difference(table, table)
    assert (one.entries, one.added, one.removed, one.changed) == (7379, (), (), ())


def test_a_changed_measure_is_named_and_a_moved_line_is_no_change(readings: dict[str, Reading]):
    un = readings["un-1718"].listings
    before = changed(measures=["port ban (x)"], line=7, source_id="file-x", text=un.column("text")[0].as_py())
    assert difference(before, un.slice(0, 1)).changed == (Changed("imo-7303803", "AN SAN 1", 7303803, ("measures",)),)


def test_who_came_and_who_went_are_told(readings: dict[str, Reading]):
    un = readings["un-1718"].listings
    one = difference(un.slice(1), un.slice(0, 58))
    assert [entry.name for entry in one.added] == ["AN SAN 1"]
    assert [entry.name for entry in one.removed] == ["YUK TUNG"]


def test_the_first_version_is_all_new(readings: dict[str, Reading]):
    one = difference(None, readings["un-1718"].listings)
    assert (one.before, len(one.added), one.removed) == (None, 59, ())


def test_two_lists_are_not_two_versions(readings: dict[str, Reading]):
    with pytest.raises(UsageError, match="ofac-sdn and un-1718 are different lists"):
        difference(readings["ofac-sdn"].listings, readings["un-1718"].listings)


def test_an_empty_version_is_refused(readings: dict[str, Reading]):
    with pytest.raises(UsageError, match="the later version has no entries"):
        difference(readings["un-1718"].listings, Listings.empty())


def test_the_version_before_is_the_newest_older_one():
    held = Listings.rows([changed(version=v).slice(0, 1).to_pylist()[0] for v in ("2017-12", "2018-10-16", "2019-01-01")])
    before = version_before(held, "un-1718", "2018-10-16")
    assert before is not None
    assert before.column("version").to_pylist() == ["2017-12"]
    assert version_before(held, "un-1718", "2017-12") is None
    assert version_before(held, "ofac-sdn", "2030-01-01") is None
