from __future__ import annotations

from pathlib import Path

import pytest

from darkwake.errors import InputError
from darkwake.imagery.catalogue.addresses import onward, resolved, shown, web_address, without_signature

SIGNED = "https://blob.example/s1/iw-vv.tif?st=1&se=2&sp=rl&sv=3&sr=c&skoid=4&sig=abc%3D&id=7"


def test_what_signs_an_address_is_neither_shown_nor_part_of_its_name() -> None:
    assert shown(SIGNED) == "https://blob.example/s1/iw-vv.tif"
    assert without_signature(SIGNED) == "https://blob.example/s1/iw-vv.tif?id=7"
    assert without_signature(SIGNED.replace("abc", "def")) == without_signature(SIGNED)


@pytest.mark.parametrize(
    ("href", "told"),
    [
        ("s3://sentinel-s1-l1c/GRD/iw-vv.tiff", "in a store that wants an account; download it with your own account"),
        ("file:///etc/passwd", "no address on the web"),
        ("ftp://example.org/a.tif", "no address on the web"),
        ("gopher://example.org", "no address on the web"),
        ("https:///a.tif", "no address on the web"),
        ("https://me:hush@example.org/a.tif", "a user in it"),
        ("https://example.org/a b.tif", "with blanks"),
        ("https://example.org/\r\nHost: x", "with blanks"),
        ("https://example.org:no/", "cannot be read"),
        ("https://[::1/", "cannot be read"),
    ],
)
def test_an_address_that_is_not_on_the_web_is_refused_without_its_secrets(href: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        web_address(href, source="S1A_1")
    assert "hush" not in caught.value.line()


def test_the_assets_of_a_file_lie_below_its_folder(tmp_path: Path) -> None:
    def where(href: str) -> str | Path:
        return resolved(href, tmp_path, None, source="S1A_1")

    assert where("./vv.tif") == tmp_path.resolve() / "vv.tif"
    assert where("annotation/vv.xml") == tmp_path.resolve() / "annotation" / "vv.xml"
    assert where(SIGNED) == SIGNED


@pytest.mark.parametrize(
    "href", ["../vv.tif", "a/../../vv.tif", "/etc/passwd", "..\\vv.tif", "file:vv.tif", "C:\\vv.tif", "out/vv.tif"]
)
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, href: str) -> None:
    home = tmp_path / "item"
    home.mkdir()
    (home / "out").symlink_to(tmp_path)
    with pytest.raises(InputError, match="S1A_1: "):
        resolved(href, home, None, source="S1A_1")


def test_the_assets_of_a_catalogue_are_relative_to_its_own_address_and_stay_on_the_web(tmp_path: Path) -> None:
    base = "https://stac.example/items/S1A_1"
    assert resolved("../files/vv.tif", None, base, source="S1A_1") == "https://stac.example/files/vv.tif"
    assert resolved("/etc/passwd", None, base, source="S1A_1") == "https://stac.example/etc/passwd"
    with pytest.raises(InputError, match="no address on the web"):
        resolved("file:///etc/passwd", None, base, source="S1A_1")


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("file:///etc/passwd", "no address on the web"),
        ("http://example.org/a.tif", "without encryption"),
        ("https://169.254.169.254/latest/meta-data", "private network"),
        ("https://localhost/a.tif", "private network"),
        ("https://a:b@example.org/", "a user in it"),
    ],
)
def test_a_redirect_that_leaves_the_open_web_is_not_followed(location: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        onward("https://example.com/a.tif", location)
    assert onward("https://example.com/x/a.tif", "b.tif") == "https://example.com/x/b.tif"
