from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from darkwake.errors import InputError
from darkwake.imagery.catalogue import read_item
from darkwake.imagery.catalogue.item import MAX_ASSETS, MAX_ITEM_BYTES, item_of
from darkwake.imagery.catalogue.listing import described, table_of
from darkwake.imagery.catalogue.roles import roles_of
from tests.imagery.catalogue.conftest import item


def test_an_item_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(item(11)))
    read = read_item(tmp_path / "a.json")
    told = (read.item_id, read.collection, read.time, read.footprint, read.platform, read.passing, read.polarisations)
    time = datetime(2024, 5, 12, 9, tzinfo=UTC)
    box = (132.0, 42.0, 133.8, 44.0)
    assert told == ("S1A_IW_GRDH_11", "sentinel-1-grd", time, box, "SENTINEL-1A", "descending", ("VV", "VH"))
    assert list(read.assets) == ["vv", "schema-product-vv"]


def test_a_signature_stands_in_no_row() -> None:
    one = item_of(item(1), source="a catalogue", address="https://stac.example/items/1")
    assert "hush" not in str(described(one))
    table = table_of([one])
    assert table.column("hrefs").to_pylist() == [["files/vv.tif", "files/vv.xml"]]
    assert (table["lat"][0].as_py(), table["lon"][0].as_py()) == pytest.approx((0.0, 178.9))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"type": "FeatureCollection"}, "not a STAC item"),
        ({"id": ""}, "whose id is no plain text"),
        ({"id": "a\nb"}, "whose id is no plain text"),
        ({"id": 7}, "whose id is no plain text"),
        ({"properties": None}, "without properties"),
        ({"properties": {}}, "without a time"),
        ({"bbox": [1, 2, 3]}, "no box on Earth"),
        ({"bbox": [0, 10, 1, -10]}, "no box on Earth"),
        ({"assets": None}, "without assets"),
        ({"assets": {"vv": {}}}, "asset vv has no href"),
        ({"assets": {"vv": "a.tif"}}, "asset vv has no href"),
        ({"assets": {str(n): {"href": "a"} for n in range(MAX_ASSETS + 1)}}, "with more than 500"),
    ],
)
def test_an_item_that_lacks_what_is_needed_is_refused_by_name(change: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=rf"^a\.json: .*{told}"):
        item_of(item(1) | change, source="a.json")


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 100_000, b"\xff\xfe", b"null"])
def test_a_file_that_is_no_item_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.json: not"):
        read_item(tmp_path / "a.json")


def test_a_file_too_large_for_an_item_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.json").open("wb") as stream:
        stream.truncate(MAX_ITEM_BYTES + 1)
    with pytest.raises(InputError, match="more than 4 MB"):
        read_item(tmp_path / "a.json")


def test_assets_are_told_apart_by_the_names_of_the_great_catalogues() -> None:
    names = ["vh", "vv", "schema-product-vv", "schema-calibration-vv", "schema-noise-vv", "safe-manifest", "thumbnail"]
    roles = roles_of(item_of(item(1) | {"assets": {name: {"href": "a"} for name in names}}, source="a"))
    assert roles.measurements == {"VV": "vv", "VH": "vh"}
    assert roles.metadata() == ["schema-product-vv", "schema-calibration-vv", "schema-noise-vv", "safe-manifest"]


def test_an_item_of_another_kind_has_no_measurement() -> None:
    optical = item_of(item(1) | {"assets": {"B04": {"href": "a"}}}, source="a")
    with pytest.raises(InputError, match=r"^S1A_IW_GRDH_01: no asset is a measurement"):
        roles_of(optical)
