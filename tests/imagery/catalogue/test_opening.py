from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from darkwake.errors import InputError, UsageError
from darkwake.ids import file_sha256
from darkwake.imagery import Options, Window, open_product
from darkwake.imagery.catalogue import read_item
from darkwake.imagery.catalogue.client import Client, Patience
from darkwake.imagery.catalogue.fetching import Wanted, fetch
from darkwake.imagery.catalogue.opening import READ_BY_RANGES, open_item
from darkwake.imagery.catalogue.windows import Circle
from tests.imagery.catalogue.conftest import Waits
from tests.imagery.catalogue.products import PLACE, SIDE_PX, save, write_item, write_product
from tests.imagery.catalogue.servers import Count, Handler, catalogue_app, faulty, served

WHOLE = Window(0, 0, SIDE_PX, SIDE_PX)


class Product:
    """A product as a SAFE folder and as an item of a running catalogue."""

    def __init__(self, safe: Path, item: dict[str, Any], count: Count, files: Path) -> None:
        self.safe, self.item, self.count, self.files = safe, item, count, files

    def saved(self, folder: Path, **assets: Any) -> Path:
        """The item's file in a folder; assets given replace its own, None takes them out."""
        kept = {name: asset for name, asset in (self.item["assets"] | assets).items() if asset is not None}
        return save(self.item | {"assets": kept}, folder / "item.json")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("product")
    files = folder / "files"
    files.mkdir()
    safe = write_product(folder)
    app = catalogue_app([], files)
    with served(app) as address:
        yield Product(safe, write_item(safe, files, f"{address}files/"), app, files)


def test_a_product_read_by_ranges_equals_the_one_on_disk(product: Product, tmp_path: Path) -> None:
    here, there = open_product(product.safe), open_product(product.saved(tmp_path))
    window = Window(100, 120, 612, 632)
    assert there.about.bands == ("VV", "VH")
    assert np.array_equal(there.read(window).values, here.read(window).values)
    assert np.array_equal(there.locate([10.0], [20.0]), here.locate([10.0], [20.0]))
    assert (there.about.time, READ_BY_RANGES in there.about.notes) == (here.about.time, True)


def test_a_second_run_asks_nothing(product: Product, tmp_path: Path) -> None:
    path = product.saved(tmp_path)
    first = open_product(path).read(WHOLE)
    began = product.count.requests
    assert np.array_equal(open_product(path).read(WHOLE).values, first.values)
    assert product.count.requests == began


def test_what_is_fetched_is_read_without_the_server(product: Product, waits: Waits, tmp_path: Path) -> None:
    item = read_item(product.saved(tmp_path / "found"))
    done = fetch(item, tmp_path, client=waits.client())
    assert (done.requests, len(done.files)) == (9, 9)
    again = fetch(item, tmp_path, client=waits.client())
    assert (again.requests, again.received_bytes) == (0, 0)
    began = product.count.requests
    assert np.array_equal(open_product(done.item).read(WHOLE).values, open_product(product.safe).read(WHOLE).values)
    assert product.count.requests == began


def test_a_fetched_item_carries_the_hash_of_each_file(product: Product, waits: Waits, tmp_path: Path) -> None:
    item = read_item(product.saved(tmp_path / "found"))
    done = fetch(item, tmp_path, Wanted(polarisations=("VH",)), client=waits.client())
    read = read_item(done.item)
    assert list(read.assets) == ["schema-product-vh", "schema-calibration-vh", "schema-noise-vh", "safe-manifest", "vh"]
    assert {name: asset.sha256 for name, asset in read.assets.items()} == {
        name: file_sha256(path) for name, path in done.files.items()
    }


def test_a_place_is_fetched_without_the_rest_of_the_image(product: Product, waits: Waits, tmp_path: Path) -> None:
    item = read_item(product.saved(tmp_path / "found"))
    done = fetch(item, tmp_path, Wanted(window=Circle(*PLACE, radius_km=0.5)), client=waits.client())
    part, whole = open_product(done.item), open_product(product.safe)
    x0, y0, x1, y1 = json.loads(done.item.read_text())["properties"]["darkwake:window_px"]
    assert (x0, y0, x1, y1) == pytest.approx((270, 270, 370, 370), abs=3)
    window = Window(x0, y0, x1, y1)
    assert np.array_equal(part.read(window).values, whole.read(window).values)
    assert part.read(window).valid.all()
    assert not part.read(Window(512, 0, 640, 640)).valid.any()


def test_a_place_or_a_window_outside_the_scene_is_refused(product: Product, waits: Waits, tmp_path: Path) -> None:
    item = read_item(product.saved(tmp_path / "found"))
    with pytest.raises(InputError, match=r"45\.0, 133\.2 is more than 5\.0 km outside the scene"):
        fetch(item, tmp_path, Wanted(window=Circle(45.0, 133.2, 5.0)), client=waits.client())
    with pytest.raises(UsageError, match="give X0,Y0,X1,Y1 within 0,0,640,640"):
        fetch(item, tmp_path, Wanted(window=Window(600, 0, 641, 10)), client=waits.client())


def test_metadata_alone_are_fetched(product: Product, waits: Waits, tmp_path: Path) -> None:
    done = fetch(read_item(product.saved(tmp_path / "found")), tmp_path, Wanted(measurements=False), client=waits.client())
    assert {path.suffix for path in done.files.values()} == {".xml"}


@pytest.mark.parametrize(
    ("assets", "told"),
    [
        ({"vv": {"href": "s3://bucket/iw-vv.tiff"}}, "in a store that wants an account"),
        ({"vv": {"href": "../../etc/passwd"}}, "leads out of the item's folder"),
        ({"vv": {"href": "nowhere.tif"}}, "no such file"),
        ({"schema-product-vv": None, "schema-product-vh": None}, "the annotation of VV and VH is absent"),
        ({"vv": None, "vh": None}, "no asset is a measurement"),
        ({"schema-product-vv": {"href": "torn.xml"}}, "not well-formed XML"),
    ],
)
def test_an_item_whose_files_cannot_be_had_is_told_in_one_line(
    product: Product, tmp_path: Path, assets: dict[str, Any], told: str
) -> None:
    (tmp_path / "torn.xml").write_text("<product>")
    with pytest.raises(InputError, match=told) as caught:
        open_product(product.saved(tmp_path, **assets))
    assert "\n" not in caught.value.line()


def test_an_item_without_calibration_or_noise_says_so(product: Product, tmp_path: Path) -> None:
    bare = {f"schema-{kind}-{channel}": None for kind in ("calibration", "noise") for channel in ("vv", "vh")}
    about = open_product(product.saved(tmp_path, **bare)).about
    assert about.radiometry == "dn"
    assert any(note.startswith("no calibration of VV and VH") for note in about.notes)


def test_a_fault_of_the_server_in_the_middle_is_told_as_such_not_as_damage(
    product: Product, waits: Waits, tmp_path: Path
) -> None:
    content = (product.files / "iw-vv.tiff").read_bytes()

    def fails_later(handler: Handler) -> None:
        if int(handler.headers["Range"].removeprefix("bytes=").split("-")[0]) < 200_000:
            handler.range(content)
        else:
            handler.reply(403, {"Content-Length": "0"})

    with faulty(fails_later) as server:
        path = product.saved(tmp_path, vv={"href": f"{server.address}vv.tif?sig=hush"}, vh=None)
        opened = open_item(path, client=waits.client())
        with pytest.raises(InputError, match=r"^http://127.*/vv\.tif: access refused \(403\); sign the addresses"):
            opened.read(WHOLE)


def test_an_interruption_while_the_server_is_waited_for_is_one(product: Product, tmp_path: Path) -> None:
    content = (product.files / "iw-vv.tiff").read_bytes()

    def busy_later(handler: Handler) -> None:
        handler.range(content) if handler.turn == 1 else handler.reply(503, {"Content-Length": "0"})

    def interrupted(pause_s: float) -> None:
        raise KeyboardInterrupt

    with faulty(busy_later) as server:
        path = product.saved(tmp_path, vv={"href": f"{server.address}vv.tif"}, vh=None)
        opened = open_item(path, client=Client(Patience(wait=interrupted)))
        with pytest.raises(KeyboardInterrupt):
            opened.read(WHOLE)


def test_a_remote_file_that_is_no_image_is_told_by_its_name(product: Product, tmp_path: Path) -> None:
    page = b"<html>sign in</html>" * 50
    with faulty(lambda handler: handler.range(page)) as server:
        path = product.saved(tmp_path, vv={"href": f"{server.address}vv.tif"}, vh=None)
        with pytest.raises(InputError, match=r"^vv\.tif: the image is damaged"):
            open_product(path)


def test_a_radar_item_is_not_declared_optical_and_other_json_is_no_item(product: Product, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a radar product, declared optical"):
        open_product(product.saved(tmp_path), Options(kind="optical"))
    (tmp_path / "table.json").write_text('{"rows": []}')
    with pytest.raises(InputError, match=r"table\.json: not a STAC item"):
        open_product(tmp_path / "table.json")


def test_an_item_that_is_here_is_not_fetched(product: Product, waits: Waits, tmp_path: Path) -> None:
    for name in product.files.iterdir():
        shutil.copy(name, tmp_path)
    local = {name: {"href": Path(asset["href"]).name} for name, asset in product.item["assets"].items()}
    with pytest.raises(InputError, match="is a file on this machine; read the item as it is"):
        fetch(read_item(product.saved(tmp_path, **local)), tmp_path / "out", client=waits.client())


def test_an_id_that_could_leave_the_folder_is_refused(product: Product, waits: Waits, tmp_path: Path) -> None:
    path = save(product.item | {"id": "../out"}, tmp_path / "item.json")
    with pytest.raises(InputError, match=r"'\.\./out' is no name for a file"):
        fetch(read_item(path), tmp_path, client=waits.client())
