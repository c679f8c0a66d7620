from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.windows import Window

from darkwake.errors import InputError
from darkwake.imagery.catalogue.blocks import BLOCK_BYTES, DIGEST_BYTES, Blocks
from darkwake.imagery.catalogue.remote import Remote, RemoteFile, opener_of
from darkwake.imagery.catalogue.windows import REMOTE_SETTINGS
from tests.imagery.catalogue.conftest import Served, Waits
from tests.imagery.catalogue.servers import Handler, faulty

CONTENT = np.random.default_rng(2).bytes(5 * BLOCK_BYTES + 777)


def window_of(remote: Remote, x0: int, y0: int, side: int) -> NDArray[np.uint16]:
    with rasterio.Env(**REMOTE_SETTINGS), rasterio.open("a.tif", opener=opener_of(remote, "a.tif"), driver="GTiff") as image:
        read: NDArray[np.uint16] = image.read(1, window=Window(x0, y0, side, side))
        return read


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_window_takes_a_small_share_of_the_file_and_a_second_run_takes_nothing(
    catalogue: Served, waits: Waits, tmp_path: Path
) -> None:
    began, size = catalogue.count.sent_bytes, (catalogue.folder / "vv.tif").stat().st_size
    expected = catalogue.pixels[1024:1536, 768:1280]
    assert np.array_equal(window_of(Remote(catalogue.measurement, waits.client(), Blocks(tmp_path)), 768, 1024, 512), expected)
    assert size > 8_000_000
    assert 0 < catalogue.count.sent_bytes - began < 0.1 * size
    again = waits.client()
    assert np.array_equal(window_of(Remote(catalogue.measurement, again, Blocks(tmp_path)), 768, 1024, 512), expected)
    assert again.request_count == 0


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_reading_the_whole_takes_each_byte_once_and_few_requests(catalogue: Served, waits: Waits) -> None:
    client = waits.client()
    assert np.array_equal(window_of(Remote(catalogue.measurement, client), 0, 0, 2560), catalogue.pixels)
    size = (catalogue.folder / "vv.tif").stat().st_size
    assert client.received_bytes <= size
    assert client.request_count < 40


def test_any_reading_equals_that_of_the_file_on_disk(waits: Waits) -> None:
    rng = np.random.default_rng(3)
    with faulty(lambda handler: handler.range(CONTENT)) as server, RemoteFile(Remote(server.address, waits.client())) as stream:
        for start, length in zip(rng.integers(0, len(CONTENT), 50), rng.integers(0, 3 * BLOCK_BYTES, 50), strict=True):
            stream.seek(int(start))
            assert stream.read(int(length)) == CONTENT[start : start + length]
        assert (stream.seek(-7, 2), stream.read()) == (len(CONTENT) - 7, CONTENT[-7:])
        assert (stream.tell(), stream.read(10)) == (len(CONTENT), b"")


def test_a_run_that_was_cut_asks_only_for_what_is_not_there(waits: Waits, tmp_path: Path) -> None:
    with faulty(lambda handler: handler.range(CONTENT)) as server:
        Remote(server.address, waits.client(), Blocks(tmp_path)).read(0, 2 * BLOCK_BYTES)
        later = waits.client()
        assert Remote(server.address, later, Blocks(tmp_path)).read(0, len(CONTENT)) == CONTENT
    assert later.received_bytes == len(CONTENT) - 2 * BLOCK_BYTES


def test_a_renewed_signature_finds_what_the_old_one_fetched_and_neither_stands_on_disk(waits: Waits, tmp_path: Path) -> None:
    with faulty(lambda handler: handler.range(CONTENT)) as server:
        Remote(f"{server.address}a.tif?sig=hush", waits.client(), Blocks(tmp_path)).read(0, len(CONTENT))
        later = waits.client()
        assert Remote(f"{server.address}a.tif?sig=new", later, Blocks(tmp_path)).read(0, len(CONTENT)) == CONTENT
    assert later.request_count == 0
    assert not [
        path for path in tmp_path.rglob("*") if path.is_file() and (b"hush" in path.read_bytes() or "hush" in path.name)
    ]


def test_a_file_that_changes_in_the_middle_is_refused_and_the_next_run_begins_anew(waits: Waits, tmp_path: Path) -> None:
    def changed(handler: Handler) -> None:
        handler.range(CONTENT, etag='"1"' if handler.turn == 1 else '"2"')

    with faulty(changed) as server:
        first = Remote(server.address, waits.client(), Blocks(tmp_path))
        first.read(0, BLOCK_BYTES)
        with pytest.raises(InputError, match="the file changed at the server"):
            first.read(2 * BLOCK_BYTES, 3 * BLOCK_BYTES)
        assert Remote(server.address, waits.client(), Blocks(tmp_path)).read(0, len(CONTENT)) == CONTENT


def test_a_file_whose_size_changes_without_a_word_is_refused(waits: Waits) -> None:
    def shrunk(handler: Handler) -> None:
        handler.range(CONTENT if handler.turn == 1 else CONTENT[:-5])

    with faulty(shrunk) as server:
        remote = Remote(server.address, waits.client())
        remote.read(0, 10)
        with pytest.raises(InputError, match="the file changed at the server"):
            remote.read(2 * BLOCK_BYTES, 3 * BLOCK_BYTES)


def test_a_file_without_a_version_is_read_but_not_kept(waits: Waits, tmp_path: Path) -> None:
    with faulty(lambda handler: handler.range(CONTENT, etag="")) as server:
        assert Remote(server.address, waits.client(), Blocks(tmp_path)).read(0, 10) == CONTENT[:10]
    assert list(tmp_path.rglob("*.block")) == []


def test_a_size_beyond_belief_is_refused(waits: Waits) -> None:
    def vast(handler: Handler) -> None:
        handler.range(CONTENT, Content_Range=f"bytes 0-{BLOCK_BYTES - 1}/{10**17}")

    with faulty(vast) as server, pytest.raises(InputError, match="a file of 100,000,000,000,000,000 bytes"):
        Remote(server.address, waits.client()).read(0, 10)


def test_a_fault_that_gdal_swallows_is_kept_and_not_asked_for_again(waits: Waits) -> None:
    with faulty(lambda handler: handler.reply(403, {"Content-Length": "0"})) as server:
        remote = Remote(server.address, waits.client())
        with pytest.raises(RasterioError):
            window_of(remote, 0, 0, 10)
        assert len(server.asked) == 1
    assert remote.fault is not None
    assert remote.fault.what == "access refused (403)"


def test_a_damaged_block_is_fetched_again(waits: Waits, tmp_path: Path) -> None:
    with faulty(lambda handler: handler.range(CONTENT)) as server:
        Remote(server.address, waits.client(), Blocks(tmp_path)).read(0, len(CONTENT))
        torn, bent, *_ = sorted(tmp_path.rglob("*.block"))
        torn.write_bytes(torn.read_bytes()[:-1])
        bent.write_bytes(bent.read_bytes()[:-1] + bytes([bent.read_bytes()[-1] ^ 1]))
        later = waits.client()
        assert Remote(server.address, later, Blocks(tmp_path)).read(0, len(CONTENT)) == CONTENT
    assert later.request_count >= 1


def test_the_folder_of_blocks_stays_within_its_bound(waits: Waits, tmp_path: Path) -> None:
    limit = 3 * (BLOCK_BYTES + DIGEST_BYTES)
    with faulty(lambda handler: handler.range(CONTENT)) as server:
        remote = Remote(server.address, waits.client(), Blocks(tmp_path, limit))
        assert remote.read(0, len(CONTENT)) == CONTENT
    assert 0 < sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= limit


def test_a_folder_that_takes_no_files_does_not_stop_the_reading(waits: Waits, tmp_path: Path) -> None:
    (tmp_path / "blocks").write_text("in the way")
    with faulty(lambda handler: handler.range(CONTENT)) as server:
        assert Remote(server.address, waits.client(), Blocks(tmp_path / "blocks")).read(0, 10) == CONTENT[:10]
