from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from darkwake.errors import InputError
from darkwake.imagery.catalogue.downloading import Download
from darkwake.imagery.catalogue.remote import MAX_REQUEST_BYTES
from tests.imagery.catalogue.conftest import Waits
from tests.imagery.catalogue.servers import Handler, faulty

CONTENT = np.random.default_rng(5).bytes(2 * MAX_REQUEST_BYTES + 777)
FIRST = MAX_REQUEST_BYTES
IMPORTS = (
    "from pathlib import Path; from darkwake.imagery.catalogue.client import Client; "
    "from darkwake.imagery.catalogue.downloading import Download"
)


def then_nothing(handler: Handler) -> None:
    """The first piece, and no more."""
    if handler.turn == 1:
        handler.range(CONTENT)
    else:
        handler.reply(503, {"Content-Length": "0"})


def test_a_file_appears_when_it_is_whole(waits: Waits, tmp_path: Path) -> None:
    shares: list[float] = []
    with faulty(lambda handler: handler.range(CONTENT)) as server:
        came = Download(server.address, tmp_path / "a.tif", len(CONTENT)).run(waits.client(), shares.append)
    assert came == len(CONTENT)
    assert (tmp_path / "a.tif").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["a.tif"]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_download_that_was_cut_goes_on_where_it_was(waits: Waits, tmp_path: Path) -> None:
    with faulty(then_nothing) as server:
        with pytest.raises(InputError, match="no whole answer"):
            Download(server.address, tmp_path / "a.tif").run(waits.client())
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tif.part", "a.tif.part.json"]
        server.answer = lambda handler: handler.range(CONTENT)
        assert Download(server.address, tmp_path / "a.tif").run(waits.client()) == len(CONTENT) - FIRST
    assert (tmp_path / "a.tif").read_bytes() == CONTENT


def test_a_process_that_is_killed_leaves_what_the_next_one_goes_on_with(waits: Waits, tmp_path: Path) -> None:
    third = threading.Event()

    def stalls(handler: Handler) -> None:
        if handler.turn < 3:
            handler.range(CONTENT)
        else:
            third.set()
            handler.server.stopped.wait(30.0)

    with faulty(stalls) as server:
        fetched = f"Download({server.address!r}, Path({str(tmp_path / 'a.tif')!r})).run(Client())"
        process = subprocess.Popen([sys.executable, "-c", f"{IMPORTS}; {fetched}"])
        assert third.wait(30.0)
        process.kill()
        process.wait()
        assert not (tmp_path / "a.tif").exists()
        server.answer = lambda handler: handler.range(CONTENT)
        assert Download(server.address, tmp_path / "a.tif").run(waits.client()) == len(CONTENT) - 2 * FIRST
    assert (tmp_path / "a.tif").read_bytes() == CONTENT


def test_a_file_that_is_there_is_not_asked_for(waits: Waits, tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"whole")
    client = waits.client()
    assert (Download("http://127.0.0.1:9/", tmp_path / "a.tif").run(client), client.request_count) == (0, 0)


def test_another_version_is_refused_once_and_then_fetched_anew(waits: Waits, tmp_path: Path) -> None:
    changed = CONTENT[::-1]
    with faulty(then_nothing) as server:
        download = Download(server.address, tmp_path / "a.tif")
        with pytest.raises(InputError, match="no whole answer"):
            download.run(waits.client())
        server.answer = lambda handler: handler.range(changed, etag='"2"')
        with pytest.raises(InputError, match="the file changed at the server while it was fetched"):
            download.run(waits.client())
        download.run(waits.client())
    assert (tmp_path / "a.tif").read_bytes() == changed


@pytest.mark.parametrize("note", [b"", b"{}", b"[]", b'{"total": 1, "version": "1", "address": "http://else/"}'])
def test_a_part_whose_note_is_torn_or_of_another_file_is_begun_anew(waits: Waits, tmp_path: Path, note: bytes) -> None:
    (tmp_path / "a.tif.part").write_bytes(b"something else")
    (tmp_path / "a.tif.part.json").write_bytes(note)
    with faulty(lambda handler: handler.range(CONTENT)) as server:
        Download(server.address, tmp_path / "a.tif").run(waits.client())
    assert (tmp_path / "a.tif").read_bytes() == CONTENT


def test_a_size_or_a_hash_that_is_not_the_stated_one_is_refused(waits: Waits, tmp_path: Path) -> None:
    true = hashlib.sha256(CONTENT).hexdigest()
    with faulty(lambda handler: handler.range(CONTENT)) as server:
        with pytest.raises(InputError, match="the server has 8,389,385 bytes, the item states 5"):
            Download(server.address, tmp_path / "a.tif", 5).run(waits.client())
        with pytest.raises(InputError, match="not the file whose hash the item states"):
            Download(server.address, tmp_path / "a.tif", None, "0" * 64).run(waits.client())
        assert not (tmp_path / "a.tif").exists()
        Download(server.address, tmp_path / "a.tif", len(CONTENT), true).run(waits.client())
    assert (tmp_path / "a.tif").read_bytes() == CONTENT
