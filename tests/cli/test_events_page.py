"""``darkwake events --out F.html``: a page beside the tables, whole or not at all; a wrong id is one clear line."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from darkwake.cli.app import call
from darkwake.schema import Positions
from darkwake.store import Store
from tests.events.rows import fixes, sea, still
from tests.faults.test_crash import LISTENING

SEA = sea(fixes("a", [*still(range(0, 301, 10), 42.0, 133.0), (1200, 43.0, 134.0, 9.0)]))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with positions of one ship, who is silent for 15 hours."""
    with Store.open(tmp_path / "sea", write=True, create=True) as made:
        made.commit([made.staged("positions", Positions.check(SEA))])
    return tmp_path / "sea"


def ids(folder: Path) -> list[str]:
    return [line.split(",")[0] for line in (folder / "events.csv").read_text(encoding="utf-8").splitlines()[1:]]


def test_a_page_and_a_table_hold_the_same_events(store: Path, tmp_path: Path) -> None:
    for name in ("events.csv", "events.html"):
        assert call(["events", str(store), "--kinds", "gap,loiter", "--out", str(tmp_path / name)]) == 0
    page = (tmp_path / "events.html").read_text(encoding="utf-8")
    assert "<h1>Events in sea</h1>" in page
    assert len(ids(tmp_path)) == 2
    assert [one for one in ids(tmp_path) if f'data-event="{one}"' not in page] == []
    assert str(tmp_path) not in page


def test_the_page_of_one_event_is_asked_for_by_its_id(store: Path, tmp_path: Path) -> None:
    assert call(["events", str(store), "--kinds", "gap", "--out", str(tmp_path / "events.csv")]) == 0
    one = ids(tmp_path)[0]
    assert call(["events", str(store), "--kinds", "gap", "--event", one, "--out", str(tmp_path / "one.html")]) == 0
    page = (tmp_path / "one.html").read_text(encoding="utf-8")
    assert one in page
    assert "Silent for 15 h" in page


def test_a_wrong_id_is_refused_with_the_nearest_and_nothing_is_written(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(["events", str(store), "--kinds", "gap", "--event", "event-0", "--out", str(tmp_path / "one.html")]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: no event has the id 'event-0'; nearest: event-")
    assert err.count("\n") == 1
    assert not (tmp_path / "one.html").exists()


def test_one_event_needs_a_page_to_stand_on(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for out in ([], ["--out", str(tmp_path / "one.csv")]):
        assert call(["events", str(store), "--event", "event-0", *out]) == 2
        assert capsys.readouterr().err == "error: --event makes the page of one event; add --out F.html\n"


def test_a_store_without_events_makes_a_page_that_says_so(tmp_path: Path) -> None:
    with Store.open(tmp_path / "calm", write=True, create=True) as made:
        made.commit([made.staged("positions", Positions.check(SEA.slice(0, 1)))])
    assert call(["events", str(tmp_path / "calm"), "--kinds", "loiter", "--out", str(tmp_path / "calm.html")]) == 0
    assert "No event was found (looked for: slow spells)." in (tmp_path / "calm.html").read_text(encoding="utf-8")


def test_an_interrupted_run_leaves_the_page_that_was_there(tmp_path: Path) -> None:
    page, scratch, log = tmp_path / "events.html", tmp_path / "scratch", tmp_path / "day.csv"
    scratch.mkdir()
    page.write_text("as it was", encoding="utf-8")
    rows = [f"200000010,2024-05-01T{at // 60:02}:{at % 60:02}:00,42.0,133.0,0.0,0.0,511.0" for at in range(1440)]
    log.write_text("\n".join(["MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading", *rows]), encoding="utf-8")
    assert call(["ais", "ingest", str(log), "--store", str(tmp_path / "sea")]) == 0
    words = [*LISTENING, "events", str(tmp_path / "sea"), "--out", str(page)]
    world = os.environ | {"TMPDIR": str(scratch)}
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=world) as child:
        # Positions are laid down there for the time of the work alone, so it is in the middle of it.
        while child.poll() is None and not list(scratch.iterdir()):
            time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate()
    assert (child.returncode, err) == (130, "error: interrupted; nothing half-written was kept\n")
    assert page.read_text(encoding="utf-8") == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["day.csv", "events.html", "scratch", "sea"]
