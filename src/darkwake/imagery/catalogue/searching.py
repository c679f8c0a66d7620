"""Search of a STAC API for scenes of a place and a period, with pystac-client.

Pages are followed up to a limit and no further, on the catalogue's own host alone. A catalogue's word that an item is in the
box is taken; that there is more than was read is said.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from darkwake.errors import InputError, UsageError
from darkwake.imagery.catalogue.addresses import shown, web_address
from darkwake.imagery.catalogue.boxes import Box, parts
from darkwake.imagery.catalogue.client import Client
from darkwake.imagery.catalogue.item import Item, item_of

SENTINEL1_GRD = "sentinel-1-grd"
"""The collection's name at Earth Search and the Planetary Computer."""

MAX_ITEMS = 10_000
PAGE_ITEMS = 100
"""Items of a page: what most servers allow."""

SPARE_PAGES = 20
"""Pages beyond those that the limit needs before a catalogue is taken to lead in a circle."""


_OF_ANOTHER_SHAPE = (NotImplementedError, LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What pystac-client meets in pages that are not as STAC has them; it does not check them first."""


@dataclass(frozen=True)
class Found:
    """What a search gave.

    Attributes:
        items: by time, then by collection and id; each once.
        more: whether the catalogue has more than the limit let through.
        set_aside: sentences about items that could not be used.
    """

    items: tuple[Item, ...]
    more: bool
    set_aside: tuple[str, ...] = ()


def search(
    catalogue: str,
    *,
    box: Box,
    period: tuple[datetime, datetime],
    collections: Sequence[str] = (SENTINEL1_GRD,),
    limit: int = 200,
    client: Client | None = None,
) -> Found:
    """Scenes of a catalogue in a box (see :func:`darkwake.imagery.catalogue.boxes.around`) and a period.

    Args:
        catalogue: address of a STAC API (its landing page).
        box: west, south, east, north in degrees; west greater than east across the antimeridian.
        period: first and last instant, with a time zone.
        collections: names of collections; all where empty.
        limit: most items that are read.
        client: asks the server; tests give their own patience.

    Raises:
        InputError: a catalogue that does not answer, or not as a STAC API does.
        UsageError: a box, a period or a limit that cannot be.
    """
    if not 0 < limit <= MAX_ITEMS:
        raise UsageError(f"a limit of {limit}", do=f"give 1 to {MAX_ITEMS:,}", source="--limit")
    asked = {"collections": list(collections) or None, "datetime": _instants(period), "limit": min(limit + 1, PAGE_ITEMS)}
    pages = _documents(web_address(catalogue), parts(box), asked, limit, client or Client())
    items: dict[tuple[str | None, str], Item] = {}
    set_aside = []
    cut = False
    for number, document in pages:
        cut |= number > limit
        try:
            item = item_of(document, source=shown(catalogue), address=_own_address(document, catalogue))
        except InputError as fault:
            set_aside.append(fault.line())
        else:
            items.setdefault((item.collection, item.item_id), item)
    ordered = sorted(list(items.values())[:limit], key=lambda item: (item.time, item.collection or "", item.item_id))
    return Found(tuple(ordered), cut or len(items) > limit, tuple(set_aside))


def _instants(period: tuple[datetime, datetime]) -> str:
    """A period as a STAC API takes it (RFC 3339)."""
    first, last = period
    if first.tzinfo is None or last.tzinfo is None or last < first:
        what = f"a period from {first.isoformat()} to {last.isoformat()}"
        raise UsageError(what, do="give its first and its last instant, with a Z", source="--from, --to")
    return "/".join(time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for time in period)


def _documents(
    catalogue: str, boxes: Sequence[Box], asked: Mapping[str, Any], limit: int, client: Client
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Items as they come, numbered within their box; one more than the limit, so that what is left out is noticed."""
    import pystac_client
    from pystac.errors import STACError
    from pystac_client.errors import ClientTypeError
    from pystac_client.exceptions import APIError

    pages = _pages(catalogue, client, 2 + len(boxes) * (limit // PAGE_ITEMS + 1 + SPARE_PAGES))
    try:
        with warnings.catch_warnings():
            # How well a catalogue keeps to STAC is its own affair as long as the search works.
            warnings.simplefilter("ignore")
            opened = pystac_client.Client.open(catalogue, stac_io=pages)
            for box in boxes:
                found = opened.search(method="GET", bbox=list(box), max_items=limit + 1, **asked)
                yield from enumerate(found.items_as_dicts(), start=1)
    except (APIError, ClientTypeError, STACError, *_OF_ANOTHER_SHAPE) as fault:
        what = f"it does not answer as a STAC API does ({type(fault).__name__})"
        raise InputError(what, do="give the landing page of a STAC API with item search", source=shown(catalogue)) from fault


def _pages(catalogue: str, client: Client, most: int) -> Any:
    """How pystac-client gets its pages: with our patience and bounds, from the catalogue's host alone."""
    from pystac_client.stac_api_io import StacApiIO

    host = urlsplit(catalogue).hostname

    class Pages(StacApiIO):  # type: ignore[misc]  # pystac-client is not followed by the type checker
        """Pages of one catalogue, so many and no more."""

        left = most

        def read_text(self, source: Any, *args: Any, **kwargs: Any) -> str:
            """A page; never a file of this machine, which an address without a scheme would name."""
            if isinstance(source, str):
                web_address(source)
            text: str = super().read_text(source, *args, **kwargs)
            return text

        def request(
            self,
            href: str,
            method: str | None = None,
            headers: Mapping[str, str] | None = None,
            parameters: Mapping[str, Any] | None = None,
        ) -> str:
            """The text of a page; headers that a page asks for are not sent."""
            del headers
            self.left -= 1
            if self.left < 0:
                raise InputError(f"more than {most} pages", do="the catalogue leads in a circle", source=shown(catalogue))
            if urlsplit(web_address(href)).hostname != host:
                what = f"it leads to another host: {shown(href)}"
                raise InputError(what, do="give the address of the catalogue that is meant", source=shown(catalogue))
            if (method or "GET").upper() == "POST":
                return client.text("POST", href, body=parameters)
            return client.text("GET", href, parameters=parameters)

    return Pages()


def _own_address(document: Mapping[str, Any], catalogue: str) -> str:
    """An item's own address, against which its relative hrefs count; the catalogue's where it names none on the web."""
    links = document.get("links") if isinstance(document, Mapping) else None
    for link in links if isinstance(links, list) else []:
        if (
            isinstance(link, Mapping)
            and link.get("rel") == "self"
            and str(link.get("href", "")).startswith(("http:", "https:"))
        ):
            return str(link["href"])
    return catalogue
