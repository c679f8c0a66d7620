"""``case.toml`` with every kind of mistake: refused before anything runs or is written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.telling import COMMAND, answer, refused, told, tree

Capture = pytest.CaptureFixture[str]


def edit(case: Path, old: str, new: str) -> None:
    path = case / "case.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title =", "titel =", "case.titel (line 5): unknown key 'titel'; did you mean title?"),
        ("[sources]", "[sorces]", "unknown key 'sorces'; did you mean sources?"),
        ("lists =", "list =", "sources.list (line 13): unknown key 'list'; did you mean lists?"),
        ('files = ["simulated/ais.csv"]', 'file = ["a.csv"]', "unknown key 'file'; did you mean files?"),
        ("sensor =", "sensr =", "sources.images.0.sensr (line 24): unknown key 'sensr'; did you mean sensor?"),
        ("days = 3", "dys = 3", "plan.dys (line 36): unknown key 'dys'; did you mean days?"),
        ("[parameters.gap]", "[parameters.gop]", "parameters.gop: unknown parameters 'gop'; did you mean gap?"),
        ("min_hours", "min_hour", "parameters.gap.min_hour: unknown key 'min_hour'; did you mean min_hours?"),
    ],
)
def test_a_mistyped_key_is_named_with_its_line_and_the_nearest_known(
    new_case: Path, capfd: Capture, old: str, new: str, said: str
) -> None:
    """In every section."""
    edit(new_case, old, new)
    line = refused(capfd, new_case, "run", new_case)
    assert line.startswith(f"error: {new_case}/case.toml:")
    assert said in line


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("period = [2024-01-01, 2024-12-31]", 'period = "2024"', "case.period"),
        ("period = [2024-01-01, 2024-12-31]", "period = [2024-12-31]", "case.period"),
        ("period = [2024-01-01, 2024-12-31]", "period = [2024-12-31, 2024-01-01]", "ends (2024-01-01) before it begins"),
        ("seed = 20240307", 'seed = "x"', "case.seed"),
        ("seed = 20240307", "seed = true", "case.seed"),
        ('lists = ["lists/*"]', 'lists = "lists/*"', "sources.lists"),
        ('origin = "simulated"', 'origin = "fake"', "sources.ais.0.origin"),
        ('sensor = "sar"', "spacing_m = -1.0", "sources.images.0.spacing_m"),
        ("time = 2024-05-03T21:10:00Z", "time = 2024-05-03T21:10:00", "timezone"),
        ("days = 3", "days = nan", "plan.days"),
        ("days = 3", "start = 2025-09-13T18:00:00", "timezone"),
        ("min_hours = 6.0", 'min_hours = "six"', "parameters.gap.min_hours: 'six' is not of the kind float"),
        ("min_hours = 6.0", "min_hours = nan", "parameters.gap.min_hours: nan"),
        ("min_hours = 6.0", "min_hours = inf", "parameters.gap.min_hours: inf"),
        ("min_hours = 6.0", "min_hours = -6.0", "parameters.gap: min_hours"),
        ("[case]", "[case", "not TOML"),
        ("[case]", "factors = 3\n[case]", "factors (line 4)"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_with_its_place(
    new_case: Path, capfd: Capture, old: str, new: str, place: str
) -> None:
    """Numbers that are none, days in the wrong order, times without a zone, text where a list belongs."""
    edit(new_case, old, new)
    line = refused(capfd, new_case, "run", new_case)
    assert line.startswith(f"error: {new_case}/case.toml:")
    assert place in line


@pytest.mark.parametrize("content", [b"", b"\xff\xfe" * 90, b"\xef\xbb\xbf[case]\n"])
def test_a_case_file_that_is_no_case_file_is_refused(new_case: Path, capfd: Capture, content: bytes) -> None:
    """Empty, binary, or with a mark that TOML does not know."""
    (new_case / "case.toml").write_bytes(content)
    assert "case.toml" in refused(capfd, new_case, "run", new_case)


def test_a_folder_without_a_case_file_is_no_case(new_case: Path, capfd: Capture) -> None:
    """The folder is named, and how to make one."""
    (new_case / "case.toml").unlink()
    for verb in ("run", "ledger", "verify", "plan"):
        assert "holds no case.toml, so it is no case; make one with" in refused(capfd, new_case, verb, new_case)


@pytest.mark.parametrize(
    "word", ["/etc/hostname", "../ais.csv", "simulated/../../ais.csv", "", ".", "a**b", "none.csv", "a\\u0000"]
)
def test_a_path_that_leaves_the_case_or_names_nothing_is_refused(new_case: Path, capfd: Capture, word: str) -> None:
    """Before anything is read or written."""
    edit(new_case, '"simulated/ais.csv"', f'"{word}"')
    assert "case.toml:sources.ais: " in refused(capfd, new_case, "run", new_case)


@pytest.mark.parametrize(("key", "word"), [("facts", ".."), ("facts", "/etc"), ("facts", "case.toml"), ("orbits", ["o/*"])])
def test_folders_and_lists_of_files_may_not_leave_the_case_either(
    new_case: Path, capfd: Capture, key: str, word: str | list[str]
) -> None:
    """Nor may they be missing, or be something else."""
    edit(new_case, 'facts = "facts"', f"{key} = {word!r}")
    assert f"case.toml:sources.{key}: " in refused(capfd, new_case, "run", new_case)


def test_a_missing_list_is_named(new_case: Path, capfd: Capture) -> None:
    """The pattern that matches nothing stands in the line."""
    shutil.rmtree(new_case / "lists")
    assert "sources.lists: 'lists/*' names no file; mend the path" in refused(capfd, new_case, "run", new_case)


@pytest.mark.parametrize("name", ["simulated/ais.csv", "facts/caps.csv", "lists/un_1718.csv", "facts"])
def test_a_link_out_of_the_case_is_refused(new_case: Path, tmp_path: Path, capfd: Capture, name: str) -> None:
    """A file, a folder, or a file in a folder."""
    (new_case / name).rename(tmp_path / "outside")
    (new_case / name).symlink_to(tmp_path / "outside")
    assert f"{new_case / name}:" in refused(capfd, new_case, "run", new_case)


def test_a_file_whose_name_holds_signs_of_patterns_is_found(new_case: Path, capfd: Capture) -> None:
    """Spaces, letters of other scripts, brackets, a line end."""
    name = "sim ул [1]\n.csv"
    (new_case / "simulated/ais.csv").rename(new_case / name)
    edit(new_case, '"simulated/ais.csv"', '"sim ул [1]\\n.csv"')
    (stage,) = answer(capfd, "run", new_case, "--stages", "ais")["stages"]
    assert stage["rows"]["reports"] > 2000


def test_an_unknown_factor_is_refused_with_the_nearest(new_case: Path, capfd: Capture) -> None:
    """Before any stage runs."""
    edit(new_case, "[plan]", '[factors]\n"laden fracton" = 0.9\n[plan]')
    line = refused(capfd, new_case, "run", new_case)
    assert "case.toml:[factors]: no factor 'laden fracton'; did you mean laden fraction" in line


def test_a_stage_alone_needs_what_it_reads(new_case: Path, capfd: Capture) -> None:
    """Tables that nobody made yet would pass for a finding of nothing."""
    line = refused(capfd, new_case, "run", new_case, "--stages", "payloads")
    assert "stage 'payloads' reads 'visits', which no run has made yet; run visits first, or all stages" in line


def test_without_java_the_other_engine_is_one_clear_line(new_case: Path, tmp_path: Path) -> None:
    """The case stays as it was."""
    before = tree(new_case)
    words = [*COMMAND, "run", str(new_case), "--engine", "spark"]
    ended = subprocess.run(
        words,
        env={"PATH": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, tree(new_case)) == (2, before)
    assert "--engine spark needs" in told(ended.stderr)
