"""The documents are true: every command in the README runs, and the generated pages are what the code says."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from darkwake.cli.app import VERBS, call

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = re.findall(r"^darkwake [^#\n]*", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture
def desk(tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with real files under the names that the README uses."""
    for name, source in {
        "AIS_2024_05_01.zip": "ais/AIS_2023_01_11_us_1000ships.zip",
        "log.nm4.gz": "ais/nmea/kystverket_20190807_1000.nm4.gz",
        "scene.tif": "sar/s1_los_angeles_20210105_db_30m.tif",
    }.items():
        shutil.copy(shared / source, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_of_the_readme_runs(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(COMMANDS) >= 11
    for command in COMMANDS:
        assert call(shlex.split(command)[1:]) == 0, f"{command}: {capsys.readouterr().err}"
    assert {"events.csv", "sheet.html", "ships.gpkg", "my-case", "my-store"} <= {path.name for path in desk.iterdir()}


def test_every_verb_has_its_place_in_the_command_reference() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [verb for verb in VERBS if f"## darkwake {verb}" not in page] == []


@pytest.mark.parametrize("script", ["write_table_docs.py", "write_command_docs.py", "write_fact_docs.py"])
def test_a_generated_page_is_what_the_code_says(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script ends with a message where the page is another."""
    monkeypatch.setattr(sys, "argv", [script, "--check"])
    monkeypatch.setenv("COLUMNS", "100")
    runpy.run_path(str(ROOT / "scripts" / script), run_name="__main__")


def test_the_repository_names_no_machine_and_no_registry() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    text = {".py", ".md", ".toml", ".txt", ".in", ".yaml", ""}
    for path in (ROOT / name for name in tracked if Path(name).suffix in text and (ROOT / name).is_file()):
        found = re.search(r"(/(home|root|work)/|--index-url|pypi[.]org)", path.read_text(encoding="utf-8"))
        assert found is None or path.name == "test_docs.py", f"{path.name}: {found}"
