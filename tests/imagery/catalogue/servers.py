"""Servers on loopback: a STAC API of stac-fastapi with scenes and their files, and one that answers wrongly on purpose."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attr
import uvicorn
from fastapi import Request
from shapely.geometry import box as shapely_box
from stac_fastapi.api.app import StacApi
from stac_fastapi.api.models import create_get_request_model, create_post_request_model
from stac_fastapi.extensions.pagination import TokenPaginationExtension
from stac_fastapi.types.config import ApiSettings
from stac_fastapi.types.core import BaseCoreClient
from stac_fastapi.types.errors import NotFoundError
from stac_fastapi.types.rfc3339 import str_to_interval
from stac_fastapi.types.search import BaseSearchGetRequest, BaseSearchPostRequest
from starlette.staticfiles import StaticFiles


@attr.s
class StaticCatalogue(BaseCoreClient):
    """The backend: a list of items, searched by box, time and collection, page by page."""

    items: list[dict[str, Any]] = attr.ib(factory=list)

    def get_search(  # type: ignore[override]
        self,
        collections: list[str] | None = None,
        ids: list[str] | None = None,
        bbox: list[float] | None = None,
        datetime: Any = None,
        limit: int | None = 10,
        token: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """A page of what matches, with a link to the next."""
        del ids
        request: Request = kwargs["request"]
        found = [item for item in self.items if _matches(item, collections, bbox, datetime)]
        start, size = int(token or 0), limit or 10
        links = []
        if start + size < len(found):
            following = request.url.include_query_params(token=str(start + size))
            links = [{"rel": "next", "method": "GET", "type": "application/geo+json", "href": str(following)}]
        features = [_with_addresses(item, str(request.base_url)) for item in found[start : start + size]]
        return {"type": "FeatureCollection", "features": features, "links": links}

    def post_search(self, search_request: Any, **kwargs: Any) -> Any:
        """Refused: GET is the way."""
        raise NotFoundError("this catalogue is searched by GET")

    def get_item(self, item_id: str, collection_id: str, **kwargs: Any) -> Any:
        """Not offered."""
        raise NotFoundError(f"{collection_id}/{item_id}")

    def all_collections(self, **kwargs: Any) -> Any:
        """None is described."""
        return {"collections": [], "links": []}

    def get_collection(self, collection_id: str, **kwargs: Any) -> Any:
        """Not offered."""
        raise NotFoundError(collection_id)

    def item_collection(self, collection_id: str, *args: Any, **kwargs: Any) -> Any:
        """Not offered."""
        raise NotFoundError(collection_id)


def _matches(item: dict[str, Any], collections: list[str] | None, bbox: list[float] | None, period: Any) -> bool:
    if collections and item["collection"] not in collections:
        return False
    if bbox and not shapely_box(*item["bbox"]).intersects(shapely_box(*bbox)):
        return False
    time = datetime.fromisoformat(item["properties"]["datetime"])
    first, last = str_to_interval(period) if isinstance(period, str) else period or (None, None)
    return (first is None or time >= first) and (last is None or time <= last)


def _with_addresses(item: dict[str, Any], base: str) -> dict[str, Any]:
    assets = {name: asset | {"href": base + asset["href"]} for name, asset in item["assets"].items()}
    return item | {"assets": assets}


class Count:
    """Requests and bytes of the files below /files, as the server sent them."""

    def __init__(self, app: Any) -> None:
        self.app, self.requests, self.sent_bytes, self.paths = app, 0, 0, []  # type: ignore[var-annotated]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Count, and pass on."""
        counted = scope["type"] == "http" and scope["path"].startswith("/files/")
        self.requests += counted
        if scope["type"] == "http":
            self.paths.append(scope["path"])

        async def passed_on(message: Any) -> None:
            self.sent_bytes += len(message.get("body", b"")) * counted
            await send(message)

        await self.app(scope, receive, passed_on)


def catalogue_app(items: list[dict[str, Any]], folder: Path) -> Count:
    """A STAC API of stac-fastapi over a list of items, with a folder of files below /files."""
    pages = TokenPaginationExtension()
    settings = ApiSettings(
        stac_fastapi_title="t", stac_fastapi_description="t", stac_fastapi_landing_id="t", stac_fastapi_version="1"
    )
    api = StacApi(
        settings=settings,
        client=StaticCatalogue(items=items),
        extensions=[pages],
        search_get_request_model=create_get_request_model([pages], BaseSearchGetRequest),
        search_post_request_model=create_post_request_model([pages], BaseSearchPostRequest),
    )
    api.app.mount("/files", StaticFiles(directory=folder))
    return Count(api.app)


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """An ASGI application on a free port of loopback."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join()


Answerer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers each request with the server's function; counts them."""

    protocol_version = "HTTP/1.1"
    server: Faulty

    def do_GET(self) -> None:
        """Count, and answer."""
        self.server.asked.append((self.path, dict(self.headers)))
        with contextlib.suppress(ConnectionError):
            self.server.answer(self)
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Nothing: a test is quiet."""

    @property
    def turn(self) -> int:
        """How many requests came, this one counted."""
        return len(self.server.asked)

    def reply(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        """An answer whose headers need not be true."""
        self.send_response(status)
        for name, value in ({"Connection": "close"} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def range(self, content: bytes, *, etag: str = '"1"', status: int = 206, **changed: str) -> None:
        """The range that was asked for, as it should be, but for the headers that are changed."""
        start, last = (int(number) for number in self.headers["Range"].removeprefix("bytes=").split("-"))
        body = content[start : last + 1]
        true = {
            "Content-Length": str(len(body)),
            "Content-Range": f"bytes {start}-{start + len(body) - 1}/{len(content)}",
            "ETag": etag,
        }
        self.reply(status, true | {name.replace("_", "-"): value for name, value in changed.items()}, body)


class Faulty(ThreadingHTTPServer):
    """A server that answers as a test wants it."""

    daemon_threads = True

    def __init__(self, answer: Answerer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.asked = answer, []  # type: ignore[var-annotated]
        self.stopped = threading.Event()

    @property
    def address(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_address[1]}/"


@contextlib.contextmanager
def faulty(answer: Answerer) -> Iterator[Faulty]:
    """A server with this answer, on a free port of loopback."""
    with Faulty(answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stopped.set()
            server.shutdown()
            thread.join()
