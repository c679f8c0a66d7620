"""Asking servers over HTTP with bounds: timeouts, tries, redirects, sizes; what they answer is checked before it is believed.

Built on requests. No cookie, password or ``.netrc`` entry is ever sent, and each redirect is judged before it is followed.
Sources: RFC 9110 (ranges in section 14, Retry-After in 10.2.3), RFC 6585 (429).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests
from requests.cookies import RequestsCookieJar
from urllib3.exceptions import HTTPError

from darkwake.errors import InputError
from darkwake.imagery.catalogue.addresses import onward, shown, web_address

MAX_REDIRECTS = 5
MAX_WHOLE_BYTES = 8 << 20
"""Largest file that is taken whole from a server that ignores ranges; annotation has 1 to 2 MB."""

MAX_TEXT_BYTES = 64 << 20
"""Largest page of a catalogue: a hundred items of 20 kB have 2 MB."""

PIECE_BYTES = 1 << 16

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be another one a little later."""

_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Patience:
    """How long a server is waited for, and how often it is asked.

    Attributes:
        tries: questions in all, before it is given up.
        connect_s: longest wait for a connection.
        silence_s: longest wait for the next piece of an answer.
        answer_s: longest time of one answer, so that one that drips byte by byte ends.
        first_wait_s: pause before the second try; it doubles with each try (assumed).
        longest_wait_s: longest pause, also one that a server asks for.
        wait: how a pause is made.
        now: seconds of a steady clock, for ``answer_s`` alone.
    """

    tries: int = 5
    connect_s: float = 10.0
    silence_s: float = 30.0
    answer_s: float = 300.0
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    wait: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic

    def pause_s(self, tried: int) -> float:
        """Seconds before the next try after so many.

        >>> [Patience().pause_s(tried) for tried in (1, 2, 3, 9)]
        [1.0, 2.0, 4.0, 60.0]
        """
        return min(self.first_wait_s * 2.0 ** (tried - 1), self.longest_wait_s)


class Passing(Exception):
    """A fault that another try may not meet; ``after_s`` is the pause that the server asks for."""

    def __init__(self, why: str, after_s: float | None = None) -> None:
        self.after_s = after_s
        super().__init__(why)


@dataclass(frozen=True)
class Part:
    """Bytes of a file, the size of the whole, and what names its version (ETag, else the time of its last change)."""

    content: bytes
    total: int
    version: str | None


def _no_password(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stands where requests would look for a password in the user's ``.netrc``."""
    return request


def _session() -> requests.Session:
    session = requests.Session()
    session.auth = _no_password
    session.headers["User-Agent"] = "darkwake"
    session.headers["Accept-Encoding"] = "identity"
    return session


@dataclass
class Client:
    """Asks servers; counts its requests and the bytes that came."""

    patience: Patience = field(default_factory=Patience)
    session: requests.Session = field(default_factory=_session, repr=False)
    request_count: int = 0
    received_bytes: int = 0

    def part(self, href: str, start: int, stop: int) -> Part:
        """Bytes ``start`` to ``stop`` (exclusive) of a file, fewer where it ends before."""
        asked = {"Range": f"bytes={start}-{stop - 1}"}
        return self._patiently(href, lambda: self._part(href, start, stop, asked))

    def text(self, method: str, href: str, *, body: Any = None, parameters: Mapping[str, Any] | None = None) -> str:
        """The text of a page, whole and within bounds."""
        return self._patiently(href, lambda: self._text(method, href, body, parameters))

    def _patiently(self, href: str, ask: Callable[[], Answer]) -> Answer:
        """Ask until an answer comes, as often and as long as patience has it."""
        web_address(href)
        patience = self.patience
        for tried in range(1, patience.tries + 1):
            try:
                return ask()
            except Passing as fault:
                last = fault
                if (fault.after_s or 0) > patience.longest_wait_s:
                    what = f"the server asks to wait {fault.after_s:.0f} s ({fault})"
                    raise InputError(what, do="try again then; what was read is kept", source=shown(href)) from fault
                if tried < patience.tries:
                    patience.wait(max(fault.after_s or 0.0, patience.pause_s(tried)))
        what = f"no whole answer in {patience.tries} tries ({last})"
        raise InputError(what, do="try again later; what was read is kept", source=shown(href)) from last

    def _part(self, href: str, start: int, stop: int, asked: Mapping[str, str]) -> Part:
        with self._answer("GET", href, headers=asked) as answer:
            version = answer.headers.get("ETag") or answer.headers.get("Last-Modified")
            if answer.status_code == 206:
                first, last, total = _content_range(answer, href)
                if first != start or last != min(stop, total) - 1:
                    what = f"asked for bytes {start} to {stop - 1}, it answers with {first} to {last} of {total}"
                    raise InputError(what, do="its ranges cannot be used: download the file whole", source=shown(href))
                return Part(self._body(answer, href, exactly=last - first + 1), total, version)
            whole = self._small(answer, href)
            return Part(whole[start:stop], len(whole), version)

    def _small(self, answer: requests.Response, href: str) -> bytes:
        """A file from a server that knows no ranges, if it is small."""
        stated = answer.headers.get("Content-Length", "")
        length = int(stated) if stated.isdecimal() and len(stated) < 19 else None
        if length is not None and length > MAX_WHOLE_BYTES:
            what = f"the server ignores ranges and would send all {length:,} bytes"
            raise InputError(what, do="download the file by other means and put it beside the item", source=shown(href))
        return self._body(answer, href, exactly=length)

    def _text(self, method: str, href: str, body: Any, parameters: Mapping[str, Any] | None) -> str:
        with self._answer(method, href, json=body, params=parameters) as answer:
            content = self._body(answer, href, at_most=MAX_TEXT_BYTES)
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise InputError("the answer is no text", do="check the address", source=shown(href)) from fault

    @contextmanager
    def _answer(self, method: str, href: str, **given: Any) -> Iterator[requests.Response]:
        """An answer with a good status, after redirects; its connection is let go of at the end of the block."""
        at = href
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._send(method, at, **given)
            try:
                if answer.is_redirect or answer.is_permanent_redirect:
                    at = onward(at, answer.headers["Location"])
                    continue
                _check_status(answer, href)
                yield answer
            except (requests.RequestException, HTTPError, OSError) as fault:
                raise Passing(f"the connection broke: {type(fault).__name__}") from fault
            finally:
                answer.close()
            return
        raise InputError(f"more than {MAX_REDIRECTS} redirects", do="check the address", source=shown(href))

    def _send(self, method: str, href: str, **given: Any) -> requests.Response:
        timeout = (self.patience.connect_s, self.patience.silence_s)
        self.request_count += 1
        self.session.cookies = RequestsCookieJar()
        try:
            return self.session.request(method, href, timeout=timeout, stream=True, allow_redirects=False, **given)
        except (requests.ConnectionError, requests.Timeout) as fault:
            raise Passing(f"no connection: {type(fault).__name__}") from fault
        except (requests.RequestException, HTTPError, ValueError) as fault:
            what = f"the address cannot be asked ({type(fault).__name__})"
            raise InputError(what, do="check the address", source=shown(href)) from fault

    def _body(
        self, answer: requests.Response, href: str, *, exactly: int | None = None, at_most: int = MAX_WHOLE_BYTES
    ) -> bytes:
        """The body, piece by piece: of exactly the length stated, else no longer than a bound."""
        bound = at_most if exactly is None else exactly
        pieces, length, began = [], 0, self.patience.now()
        while piece := answer.raw.read1(PIECE_BYTES):
            length += len(piece)
            self.received_bytes += len(piece)
            if length > bound:
                what = f"more than the {bound:,} bytes that it may send"
                raise InputError(what, do="the server cannot be used as it is", source=shown(href))
            if self.patience.now() - began > self.patience.answer_s:
                raise Passing(f"slower than {bound:,} bytes in {self.patience.answer_s:.0f} s")
            pieces.append(piece)
        if exactly is not None and length != exactly:
            raise Passing(f"{length:,} of {exactly:,} bytes came")
        return b"".join(pieces)


def _content_range(answer: requests.Response, href: str) -> tuple[int, int, int]:
    """First byte, last byte and size of the whole, as a 206 states them."""
    match = _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    first, last, total = (int(number) for number in match.groups()) if match else (0, 0, 0)
    if not first <= last < total:
        raise InputError("the server does not say which bytes it sends", do="download the file whole", source=shown(href))
    return first, last, total


def _check_status(answer: requests.Response, href: str) -> None:
    """Raise what a status of 300 and more means."""
    status = answer.status_code
    if status in (200, 206):
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise InputError("the server packs what was asked for plain", do="download the file whole", source=shown(href))
        return
    if status in PASSING:
        asked = answer.headers.get("Retry-After", "")
        raise Passing(f"status {status}", float(asked) if asked.isdecimal() and len(asked) < 10 else None)
    means = {
        401: ("access refused (401)", "sign the addresses of the item, or get access"),
        403: ("access refused (403)", "sign the addresses of the item anew, or get access"),
        404: ("nothing there (404)", "search again: the item may have moved"),
        410: ("no longer there (410)", "search again: the item may have moved"),
        416: ("shorter than it said (416)", "fetch it again: the file changed"),
    }
    what, do = means.get(status, (f"status {status}", "check the address"))
    raise InputError(what, do=do, source=shown(href))
