"""Custody: a log that cannot be altered unseen, and evidence that is hashed again."""

from __future__ import annotations

from pathlib import Path

import pytest

from darkwake.custody import append_log, read_log, root_hash, verify
from darkwake.errors import StoreDamaged
from darkwake.ids import file_sha256


def evidence(name: str, sha256: str | None) -> dict[str, object]:
    return {"evidence_id": f"file-{name}", "sha256": sha256, "href": name, "title": name}


def test_the_log_grows_and_reads_back(tmp_path: Path) -> None:
    log = tmp_path / "custody.jsonl"
    append_log(log, [{"n": 1}])
    append_log(log, [{"n": 2}, {"n": 3, "é": "字"}])
    assert read_log(log) == [{"n": 1}, {"n": 2}, {"n": 3, "é": "字"}]


@pytest.mark.parametrize("change", [("1", "9"), ('{"entry": {"n": 2}', '{"entry": {"n": 5}')])
def test_an_altered_line_breaks_the_chain(tmp_path: Path, change: tuple[str, str]) -> None:
    log = tmp_path / "custody.jsonl"
    append_log(log, [{"n": n} for n in (1, 2, 3)])
    log.write_text(log.read_text().replace(*change, 1))
    with pytest.raises(StoreDamaged, match=r"custody\.jsonl:\d: (the chain|not a custody line)"):
        read_log(log)


def test_a_line_taken_out_breaks_the_chain(tmp_path: Path) -> None:
    log = tmp_path / "custody.jsonl"
    append_log(log, [{"n": n} for n in (1, 2, 3)])
    first, _, third = log.read_text().splitlines(keepends=True)
    log.write_text(first + third)
    with pytest.raises(StoreDamaged, match="chain of hashes is broken"):
        read_log(log)


def test_a_line_cut_off_by_a_crash_is_written_over(tmp_path: Path) -> None:
    log = tmp_path / "custody.jsonl"
    append_log(log, [{"n": 1}, {"n": 2}])
    log.write_text(log.read_text()[:-20])
    append_log(log, [{"n": 3}])
    assert read_log(log) == [{"n": 1}, {"n": 3}]


def test_changed_and_missing_files_are_named(tmp_path: Path) -> None:
    for name in ("kept", "altered", "gone"):
        (tmp_path / name).write_text(name)
    rows = [evidence(name, file_sha256(tmp_path / name)) for name in ("kept", "altered", "gone")]
    (tmp_path / "altered").write_text("something else")
    (tmp_path / "gone").unlink()
    found = verify([*rows, evidence("cited", None)], tmp_path, tmp_path / "no-log")
    assert (found.checked, found.changed, found.missing, found.not_stored) == (3, ("altered",), ("gone",), 1)


def test_the_root_hash_does_not_depend_on_the_order_of_evidence() -> None:
    rows = [evidence("a", "1" * 64), evidence("b", "2" * 64), evidence("c", None)]
    assert root_hash(rows) == root_hash(rows[::-1]) != root_hash(rows[:2])
