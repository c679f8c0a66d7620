"""Ids come from content alone."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from darkwake.ids import content_id, file_sha256, source_id, tree_sha256

PARTS = st.lists(st.one_of(st.none(), st.integers(), st.text(st.characters(exclude_categories=["Cc", "Cs"]))), min_size=1)


@given(PARTS, PARTS)
def test_different_parts_give_different_ids(first: list[str | int | None], second: list[str | int | None]) -> None:
    same = [None if p is None else str(p) for p in first] == [None if p is None else str(p) for p in second]
    assert (content_id("x", *first) == content_id("x", *second)) == same


def test_an_id_never_changes_between_versions() -> None:
    assert content_id("event", "gap", 273215713, None, "2024-05-01") == "event-e6bbfb4c22df765a"


def test_a_file_is_named_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    # FIPS 180-4, appendix B.1: the digest of "abc".
    assert file_sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert source_id(file_sha256(path)) == "file-ba7816bf8f01cfea"


def test_a_folder_is_named_by_its_files_names_and_bytes_in_any_order(tmp_path: Path) -> None:
    for name, content in (("a", b"1"), ("b", b"2")):
        (tmp_path / name).write_bytes(content)
    both = tree_sha256(tmp_path, ["a", "b"])
    assert tree_sha256(tmp_path, ["b", "a"]) == both
    (tmp_path / "a").rename(tmp_path / "c")
    assert tree_sha256(tmp_path, ["c", "b"]) != both
