from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from darkwake.errors import InputError, UsageError
from darkwake.imagery.catalogue.boxes import around
from darkwake.imagery.catalogue.searching import Found, search
from tests.imagery.catalogue.conftest import Served, Waits, item
from tests.imagery.catalogue.servers import Handler, faulty

MAY = (datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 5, 31, tzinfo=UTC))
VOSTOCHNY = around(42.74, 133.08, 30.0)
DATELINE = around(0.0, 180.0, 200.0)


def numbers(found: Found) -> list[int]:
    return [int(one.item_id[-2:]) for one in found.items]


def test_scenes_of_a_place_and_a_period_are_found(catalogue: Served, waits: Waits) -> None:
    found = search(catalogue.address, box=VOSTOCHNY, period=MAY, client=waits.client())
    assert (numbers(found), found.more, found.set_aside) == ([11], False, ())
    assert found.items[0].where("vv") == f"{catalogue.address}files/vv.tif?sig=hush"
    earlier = (MAY[0], datetime(2024, 5, 2, tzinfo=UTC))
    assert search(catalogue.address, box=VOSTOCHNY, period=earlier, client=waits.client()).items == ()


def test_both_sides_of_the_antimeridian_are_searched_and_sorted_by_time(catalogue: Served, waits: Waits) -> None:
    assert numbers(search(catalogue.address, box=DATELINE, period=MAY, client=waits.client())) == list(range(11))


def test_pages_are_followed_to_the_limit_and_more_is_said(catalogue: Served, waits: Waits) -> None:
    east = (178.0, -1.0, 179.9, 1.0)
    found = search(catalogue.address, box=east, period=MAY, limit=3, client=waits.client())
    assert (numbers(found), found.more) == ([1, 3, 5], True)
    assert search(catalogue.address, box=east, period=MAY, limit=5, client=waits.client()).more is False


def test_a_search_asks_the_catalogue_and_none_of_its_files(catalogue: Served, waits: Waits) -> None:
    began = catalogue.count.requests
    search(catalogue.address, box=DATELINE, period=MAY, client=waits.client())
    assert catalogue.count.requests == began


def test_another_collection_is_empty(catalogue: Served, waits: Waits) -> None:
    found = search(catalogue.address, box=DATELINE, period=MAY, collections=["landsat"], client=waits.client())
    assert found == Found((), False)


def landing(address: str) -> dict[str, Any]:
    conforms = ["https://api.stacspec.org/v1.0.0/core", "https://api.stacspec.org/v1.0.0/item-search"]
    links = [{"rel": "search", "href": f"{address}search", "type": "application/geo+json", "method": "GET"}]
    told = {"type": "Catalog", "stac_version": "1.0.0", "id": "a", "description": "a"}
    return told | {"conformsTo": conforms, "links": [*links, {"rel": "root", "href": address}]}


def pages(handler: Handler, page: Any) -> None:
    """A landing page, then this page for every search."""
    body = json.dumps(landing(handler.server.address) if handler.path == "/" else page).encode()
    handler.reply(200, {"Content-Length": str(len(body)), "Content-Type": "application/json"}, body)


def collection(items: list[Any], following: str | None = None) -> dict[str, Any]:
    links = [{"rel": "next", "href": following, "method": "GET"}] if following else []
    return {"type": "FeatureCollection", "features": items, "links": links}


def test_an_item_that_cannot_be_used_is_set_aside_and_told(waits: Waits) -> None:
    page = collection([item(1), item(2) | {"properties": {}}, "not an item", item(3)])
    with faulty(lambda handler: pages(handler, page)) as server:
        found = search(server.address, box=DATELINE, period=MAY, client=waits.client())
    assert numbers(found) == [1, 3]
    assert sorted(sentence.partition(": ")[2] for sentence in set(found.set_aside)) == [
        "an item without a time; fetch it again",
        "not a STAC item; give the JSON of one item (a Feature with stac_version)",
    ]


def test_more_is_said_also_where_what_was_read_could_not_be_used(waits: Waits) -> None:
    page = collection([item(number) | {"properties": {}} for number in range(5)])
    with faulty(lambda handler: pages(handler, page)) as server:
        found = search(server.address, box=VOSTOCHNY, period=MAY, limit=3, client=waits.client())
    assert (found.items, found.more, len(found.set_aside)) == ((), True, 4)


def test_a_catalogue_that_leads_in_a_circle_is_left(waits: Waits) -> None:
    with faulty(lambda handler: pages(handler, collection([item(1)], f"{handler.server.address}search?again"))) as server:
        with pytest.raises(InputError, match="the catalogue leads in a circle"):
            search(server.address, box=VOSTOCHNY, period=MAY, client=waits.client())
        assert len(server.asked) < 50


@pytest.mark.parametrize("following", ["http://localhost:9/search", "file:///etc/passwd", "/etc/passwd"])
def test_a_page_elsewhere_is_not_asked_for(waits: Waits, following: str) -> None:
    with faulty(lambda handler: pages(handler, collection([item(1)], following))) as server:
        with pytest.raises(InputError, match=r"another host|no address on the web"):
            search(server.address, box=VOSTOCHNY, period=MAY, client=waits.client())
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    "body", [b"<html>hello</html>", b"{}", b"[]", b"null", b"[" * 200_000, b'{"type": "Catalog"}', b"\xff"]
)
def test_what_is_no_catalogue_is_told_in_one_line(waits: Waits, body: bytes) -> None:
    def answer(handler: Handler) -> None:
        handler.reply(200, {"Content-Length": str(len(body))}, body)

    with faulty(answer) as server, pytest.raises(InputError, match=r"^http://127.*; ") as caught:
        search(server.address, box=VOSTOCHNY, period=MAY, client=waits.client())
    assert "\n" not in caught.value.line()


@pytest.mark.parametrize("page", [[], {"features": 7}, {"features": [7], "links": [7]}, {"features": [1], "links": [{}]}, None])
def test_a_page_that_is_none_is_told_in_one_line(waits: Waits, page: Any) -> None:
    with faulty(lambda handler: pages(handler, page)) as server, pytest.raises(InputError, match=r"^http://127.*; "):
        search(server.address, box=VOSTOCHNY, period=MAY, client=waits.client())


def test_a_catalogue_that_is_busy_is_asked_again(waits: Waits) -> None:
    def busy(handler: Handler) -> None:
        if handler.turn in (1, 3):
            handler.reply(503, {"Content-Length": "0", "Retry-After": "3"})
        else:
            pages(handler, collection([item(1)]))

    with faulty(busy) as server:
        assert numbers(search(server.address, box=VOSTOCHNY, period=MAY, client=waits.client())) == [1]
    assert waits.pauses == [3.0, 3.0]


def test_a_page_without_end_is_refused(waits: Waits) -> None:
    def endless(handler: Handler) -> None:
        handler.reply(200, {}, b" " * (65 << 20))

    with faulty(endless) as server, pytest.raises(InputError, match="more than the 67,108,864 bytes"):
        search(server.address, box=VOSTOCHNY, period=MAY, client=waits.client())


def test_a_period_or_a_limit_that_cannot_be_is_refused(waits: Waits) -> None:
    with pytest.raises(UsageError, match="a period from 2024-05-31"):
        search("https://stac.example", box=VOSTOCHNY, period=MAY[::-1], client=waits.client())
    with pytest.raises(UsageError, match="a limit of 0"):
        search("https://stac.example", box=VOSTOCHNY, period=MAY, limit=0, client=waits.client())
