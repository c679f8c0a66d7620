from __future__ import annotations

from itertools import count

import pytest

from darkwake.errors import InputError
from darkwake.imagery.catalogue.client import MAX_REDIRECTS, MAX_WHOLE_BYTES, Part
from tests.imagery.catalogue.conftest import Waits
from tests.imagery.catalogue.servers import Answerer, Handler, faulty

CONTENT = bytes(range(256)) * 40


def right(handler: Handler) -> None:
    handler.range(CONTENT)


def on_second_try(wrong: Answerer) -> Answerer:
    return lambda handler: wrong(handler) if handler.turn == 1 else right(handler)


def cut(handler: Handler) -> None:
    """Promises the range and sends half of it."""
    start, last = (int(number) for number in handler.headers["Range"].removeprefix("bytes=").split("-"))
    handler.range(
        CONTENT[: (start + last) // 2], Content_Length=str(last - start + 1), Content_Range=f"bytes {start}-{last}/10240"
    )


def test_a_range_is_what_was_asked_for_and_ends_with_the_file(waits: Waits) -> None:
    with faulty(right) as server:
        client = waits.client()
        assert client.part(server.address, 100, 200) == Part(CONTENT[100:200], 10240, '"1"')
        assert client.part(server.address, 10_000, 20_000).content == CONTENT[10_000:]
        assert (client.request_count, client.received_bytes, waits.pauses) == (2, 340, [])


@pytest.mark.parametrize(
    ("wrong", "pauses"),
    [
        (lambda handler: handler.reply(503, {"Content-Length": "0"}), [1.0]),
        (lambda handler: handler.reply(503, {"Content-Length": "0", "Retry-After": "7"}), [7.0]),
        (lambda handler: handler.reply(429, {"Content-Length": "0", "Retry-After": "0"}), [1.0]),
        (lambda handler: handler.reply(503, {"Content-Length": "0", "Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}), [1.0]),
        (cut, [1.0]),
        (lambda handler: handler.wfile.write(b""), [1.0]),
        (lambda handler: handler.wfile.write(b"not http at all\r\n\r\n"), [1.0]),
    ],
    ids=["503", "retry-after", "429", "retry-after-date", "cut", "closed", "nonsense"],
)
def test_what_may_pass_is_asked_again_after_a_pause(waits: Waits, wrong: Answerer, pauses: list[float]) -> None:
    with faulty(on_second_try(wrong)) as server:
        assert waits.client().part(server.address, 0, 100).content == CONTENT[:100]
    assert waits.pauses == pauses


def test_a_server_that_stalls_is_given_up_in_the_end(waits: Waits) -> None:
    def stall(handler: Handler) -> None:
        handler.reply(206, {"Content-Length": "100", "Content-Range": "bytes 0-99/10240"}, b"begun")
        handler.server.stopped.wait(5.0)

    with faulty(stall) as server, pytest.raises(InputError, match=r"no whole answer in 3 tries \(.*\); try again later"):
        waits.client(silence_s=0.1, tries=3).part(server.address, 0, 100)
    assert waits.pauses == [1.0, 2.0]


def test_a_server_that_drips_is_given_up_by_the_clock(waits: Waits) -> None:
    ticks = count(step=400.0)
    with faulty(right) as server, pytest.raises(InputError, match="slower than 100 bytes in 300 s"):
        waits.client(tries=2, now=lambda: next(ticks)).part(server.address, 0, 100)


def test_tries_are_bounded_and_their_pauses_double(waits: Waits) -> None:
    with faulty(cut) as server, pytest.raises(InputError, match="no whole answer in 5 tries"):
        waits.client().part(server.address, 0, 100)
    assert waits.pauses == [1.0, 2.0, 4.0, 8.0]


def test_a_pause_longer_than_patience_is_not_made(waits: Waits) -> None:
    with faulty(lambda handler: handler.reply(503, {"Content-Length": "0", "Retry-After": "86400"})) as server:
        with pytest.raises(InputError, match="the server asks to wait 86400 s"):
            waits.client().part(server.address, 0, 100)
        assert (len(server.asked), waits.pauses) == (1, [])


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda handler: handler.range(CONTENT, Content_Range="bytes 0-99/*"), "does not say which bytes"),
        (lambda handler: handler.range(CONTENT, Content_Range="bytes 500-599/10240"), "it answers with 500 to 599 of 10240"),
        (lambda handler: handler.range(CONTENT, Content_Range="bytes 0-99/50"), "does not say which bytes"),
        (lambda handler: handler.range(CONTENT, Content_Range="items 0-99/10240"), "does not say which bytes"),
        (lambda handler: handler.range(CONTENT, Content_Encoding="gzip"), "packs what was asked for plain"),
        (lambda handler: handler.reply(403, {"Content-Length": "0"}), r"access refused \(403\); sign the addresses"),
        (lambda handler: handler.reply(404, {"Content-Length": "0"}), r"nothing there \(404\)"),
        (lambda handler: handler.reply(416, {"Content-Length": "0"}), r"shorter than it said \(416\)"),
        (lambda handler: handler.reply(204, {}), "status 204"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_at_once(waits: Waits, answer: Answerer, told: str) -> None:
    with faulty(answer) as server:
        with pytest.raises(InputError, match=told) as caught:
            waits.client().part(f"{server.address}vv.tif?sig=hush", 0, 100)
        assert (len(server.asked), waits.pauses) == (1, [])
    assert "hush" not in caught.value.line()


def test_more_bytes_than_the_range_are_refused(waits: Waits) -> None:
    def more(handler: Handler) -> None:
        handler.reply(206, {"Content-Range": "bytes 0-99/10240"}, CONTENT[:1000])

    with faulty(more) as server, pytest.raises(InputError, match="more than the 100 bytes that it may send"):
        waits.client().part(server.address, 0, 100)


def test_a_small_file_is_taken_whole_from_a_server_without_ranges(waits: Waits) -> None:
    with faulty(lambda handler: handler.reply(200, {"Content-Length": "10240"}, CONTENT)) as server:
        assert waits.client().part(server.address, 100, 200) == Part(CONTENT[100:200], 10240, None)


@pytest.mark.parametrize("stated", [True, False])
def test_a_large_file_is_not(waits: Waits, stated: bool) -> None:
    def whole(handler: Handler) -> None:
        length = {"Content-Length": str(MAX_WHOLE_BYTES + 1)} if stated else {}
        handler.reply(200, length, b"" if stated else bytes(MAX_WHOLE_BYTES + 1))

    told = "ignores ranges and would send all 8,388,609 bytes" if stated else "more than the 8,388,608 bytes"
    with faulty(whole) as server, pytest.raises(InputError, match=told):
        waits.client().part(server.address, 0, 100)


def test_a_redirect_is_followed_to_another_host_without_cookie_or_password(waits: Waits) -> None:
    with faulty(right) as there:
        location = there.address.replace("127.0.0.1", "localhost") + "vv.tif"
        answer = {"Location": location, "Set-Cookie": "session=hush", "Content-Length": "0"}
        with faulty(lambda handler: handler.reply(302, answer)) as here:
            assert waits.client().part(here.address, 0, 10).content == CONTENT[:10]
        ((path, headers),) = there.asked
    assert (path, headers["Range"]) == ("/vv.tif", "bytes=0-9")
    assert not {"Cookie", "Authorization"} & set(headers)


def test_a_redirect_to_a_file_is_refused(waits: Waits) -> None:
    answer = {"Location": "file:///etc/passwd", "Content-Length": "0"}
    with faulty(lambda handler: handler.reply(302, answer)) as server, pytest.raises(InputError, match="no address on the web"):
        waits.client().part(server.address, 0, 10)


def test_redirects_are_bounded(waits: Waits) -> None:
    with faulty(lambda handler: handler.reply(302, {"Location": "/again", "Content-Length": "0"})) as server:
        with pytest.raises(InputError, match="more than 5 redirects"):
            waits.client().part(server.address, 0, 10)
        assert len(server.asked) == MAX_REDIRECTS + 1


def test_a_port_where_nobody_listens_is_told_in_one_line(waits: Waits) -> None:
    with faulty(right) as server:
        address = server.address
    with pytest.raises(InputError, match=r"^http://127.*no whole answer in 5 tries \(no connection"):
        waits.client().part(address, 0, 10)
