"""A store into which data come late: ids stay, old words are kept, and in the end the events are those of all the data."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from darkwake.engine import Engine
from darkwake.errors import InputError, UsageError
from darkwake.events import GapRule, find
from darkwake.events.history import as_of, history, judged
from darkwake.geo import cells
from darkwake.schema import Events, Evidence, Judgements, Reports
from darkwake.store import Append, Store
from darkwake.work import init, work
from tests.faults.telling import COMMAND, answer, done, refused

EVENING = datetime(2024, 5, 1, 18, tzinfo=UTC)
"""Six hours before midnight."""
SHIP, OTHER = 273_215_713, 273_215_714
Fixes = list[tuple[int, float, float]]
"""MMSI, hours from the evening, latitude; all sail east at 5 kn."""


def sailing(mmsi: int, first: float, last: float, lat: float = 43.0) -> Fixes:
    """A position every half hour."""
    return [(mmsi, first + n / 2, lat) for n in range(int((last - first) * 2) + 1)]


HEARD = {"early": sailing(OTHER, 0, 48, 44.0) + sailing(SHIP, 0, 6), "next-day": sailing(SHIP, 20, 48)}
"""One ship is silent for fourteen hours, from midnight."""
FILLED = {"late": sailing(SHIP, 6.5, 13)}
"""The first half of that silence."""
STARTED = {"late": sailing(SHIP, 6.5, 7)}
"""Its first hour."""


def put(folder: Path, files: dict[str, Fixes]) -> None:
    """Take reports into a store, file by file."""
    with Store.open(folder, create=True) as store:
        for name, fixes in files.items():
            title: dict[str, object] = {"evidence_id": name, "kind": "file", "title": f"{name}.csv", "origin": "observed"}
            rows = [_row(name, line, *fix) for line, fix in enumerate(fixes, 1)]
            tables = {"reports": Reports.rows(rows), "evidence": Evidence.rows([title])}
            store.commit([Append(table, name, store.staged(table, made).files) for table, made in tables.items()])


def _row(name: str, line: int, mmsi: int, hours: float, lat: float) -> dict[str, Any]:
    lon = 133.0 + 0.115 * hours + (lat - 43.0) / 2
    at = {"time": EVENING + timedelta(hours=hours), "lat": lat, "lon": lon, "sog_kn": 5.0, "cog_deg": 90.0}
    return {"source_id": name, "line": line, "mmsi": mmsi, "cell": int(cells([lat], [lon])[0]), "origin": "observed"} | at


def kept(folder: Path, engine: Engine, **given: Any) -> list[dict[str, Any]]:
    """The silences of a store, which keeps them."""
    rule = GapRule(min_hours=3, judge="none")
    rows: list[dict[str, Any]] = find(folder, kinds=["gap"], rules=[rule], engine=engine, keep=True, **given).table.to_pylist()
    return rows


def hours(row: dict[str, Any]) -> tuple[float, float | None]:
    """Start and end of an event in hours from the evening."""
    ends = [(at - EVENING) / timedelta(hours=1) if at else None for at in (row["start"], row["end"])]
    assert ends[0] is not None
    return ends[0], ends[1]


def test_a_late_file_that_fills_half_a_silence_revises_it_and_the_store_keeps_what_it_said(
    tmp_path: Path, duck: Engine
) -> None:
    put(tmp_path, HEARD)
    (first,) = kept(tmp_path, duck)
    put(tmp_path, FILLED)
    (then,) = kept(tmp_path, duck)
    assert (hours(first), hours(then)) == ((6, 20), (13, 20))
    assert (then["event_id"], then["revision"]) == (first["event_id"], 1)
    old, new = history(tmp_path).to_pylist()
    assert {word: old[word] for word in first if word in old} == {word: first[word] for word in first if word in old}
    assert (new["state"], new["changed"], new["because"]) == ("revised", "start, lon, factors", ["late"])
    assert new["why"] == "14 new reports between 2024-05-02 00:30:00 UTC and 2024-05-02 07:00:00 UTC from late.csv (late)"
    assert as_of(tmp_path, 1).to_pylist() == [first]


def test_looking_again_without_new_data_adds_no_revision_nor_do_the_same_reports_again_in_any_order(
    tmp_path: Path, duck: Engine
) -> None:
    put(tmp_path, HEARD)
    first = kept(tmp_path, duck)
    assert kept(tmp_path, duck) == first
    put(tmp_path, {"overlap": random.Random(1).sample(HEARD["next-day"] + HEARD["early"], 120)})
    again = kept(tmp_path, duck)
    assert [row | {"evidence": []} for row in again] == [row | {"evidence": []} for row in first]
    with Store.open(tmp_path) as store:
        assert [(row["run"], row["added"], row["found"], row["revised"]) for row in store.arrow("runs").to_pylist()] == [
            (1, ["early", "next-day"], 1, 0),
            (2, ["overlap"], 0, 0),
        ]
        assert store.count("revisions") == 1


def test_a_silence_that_a_late_file_fills_is_kept_as_withdrawn_and_a_judgement_on_it_stays(
    tmp_path: Path, duck: Engine
) -> None:
    put(tmp_path, HEARD)
    (event,) = kept(tmp_path, duck)
    put(tmp_path, {"late": sailing(SHIP, 6.5, 19.5)})
    assert kept(tmp_path, duck) == []
    said = history(tmp_path).to_pylist()[-1]
    assert (said["event_id"], said["state"], hours(said)) == (event["event_id"], "withdrawn", (6, 20))
    judgement = {
        "judgement_id": "j",
        "about_id": event["event_id"],
        "verdict": "yes",
        "who": "A",
        "when": EVENING,
        "why": "dark",
    }
    (found,) = judged(Judgements.rows([judgement]), history(tmp_path))
    assert (found.verdict, found.state, found.now_id) == ("yes", "withdrawn", event["event_id"])
    reports = "27 new reports between 2024-05-02 00:30:00 UTC and 2024-05-02 13:30:00 UTC from late.csv (late)"
    assert found.words == f"withdrawn in run 2: {reports}."


def test_a_silence_cut_in_two_a_file_taken_out_again_and_an_open_one_that_closes(tmp_path: Path, duck: Engine) -> None:
    """The id goes with the start; what was split off says from what, and what is found again is the old one."""
    put(tmp_path, {"early": HEARD["early"]})
    (silence,) = kept(tmp_path, duck)
    assert hours(silence) == (6, None)
    put(tmp_path, HEARD | {"late": sailing(SHIP, 12, 13)})
    one, other = kept(tmp_path, duck)
    assert ((one["event_id"], *hours(one)), hours(other)) == ((silence["event_id"], 6, 12), (13, 20))
    assert {row["event_id"]: row["parent_id"] for row in history(tmp_path).to_pylist()}[other["event_id"]] == silence[
        "event_id"
    ]
    with Store.open(tmp_path, write=True) as store:
        store.commit([Append("reports", "late", [])])
    (whole,) = kept(tmp_path, duck)
    assert (whole["event_id"], whole["revision"], *hours(whole)) == (silence["event_id"], 2, 6, 20)
    last = {row["event_id"]: row for row in history(tmp_path).to_pylist()}
    assert (last[other["event_id"]]["state"], last[other["event_id"]]["into_id"]) == ("withdrawn", silence["event_id"])
    assert last[silence["event_id"]]["why"].startswith("no new report of its ships in its time; what changed: files that were")


SPLIT = {f"hour-{at:02}": [fix for fix in HEARD["early"] + HEARD["next-day"] if fix[1] // 2 == at] for at in range(24)}
"""The same reports in 24 files of two hours; some hold the one ship alone."""


@pytest.mark.parametrize("seed", [0])
def test_files_in_any_order_give_in_the_end_the_events_of_all_at_once_and_a_journal_without_holes(
    tmp_path: Path, duck: Engine, seed: int
) -> None:
    """Looked at five times on the way."""
    order = random.Random(seed).sample(sorted(SPLIT), 24)
    for first in range(0, 24, 5):
        put(tmp_path / "late", {name: SPLIT[name] for name in order[first : first + 5]})
        late = kept(tmp_path / "late", duck)
    put(tmp_path / "whole", SPLIT)
    whole = kept(tmp_path / "whole", duck)
    assert [row | {"event_id": "", "revision": 0} for row in late] == [row | {"event_id": ""} for row in whole]
    said: dict[str, list[int]] = {}
    for row in history(tmp_path / "late").to_pylist():
        said.setdefault(row["event_id"], []).append(row["revision"])
    assert all(numbers == list(range(len(numbers))) for numbers in said.values())
    assert as_of(tmp_path / "late", 5) == Events.rows(late)
    found = {row["event_id"]: row["found_id"] for row in history(tmp_path / "late").to_pylist()}
    assert [found[row["event_id"]] for row in late] == [row["event_id"] for row in whole]


def test_a_ship_that_a_late_file_makes_the_second_of_her_number_keeps_her_silence(tmp_path: Path, duck: Engine) -> None:
    """Her track gets another id, for another ship of the same MMSI turns out to have been there first."""
    put(tmp_path, {"first": sailing(SHIP, 30, 36) + sailing(SHIP, 44, 60)})
    (first,) = kept(tmp_path, duck)
    put(tmp_path, {"late": sailing(SHIP, 0, 60, -30.0)})
    (then,) = kept(tmp_path, duck)
    assert then["track_id"] != first["track_id"]
    assert (then["event_id"], then["revision"], hours(then)) == (first["event_id"], 1, (36, 44))


@pytest.mark.parametrize("seed", [1])
def test_a_search_that_is_killed_leaves_the_old_events_and_their_history_whole(tmp_path: Path, duck: Engine, seed: int) -> None:
    put(tmp_path, HEARD)
    line = [*COMMAND, "events", str(tmp_path), "--kinds", "gap"]
    assert find(tmp_path, kinds=["gap"], engine=duck, keep=True).counts == {"gap": 1}
    old = history(tmp_path)
    put(tmp_path, STARTED)
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        time.sleep(random.Random(seed).uniform(0.5, 4))
        child.send_signal(signal.SIGKILL)
    left = history(tmp_path)
    assert left.slice(0, 1) == old
    subprocess.run(line, check=True, capture_output=True)
    assert [row["revision"] for row in history(tmp_path).to_pylist()] == [0, 1]
    assert not list(tmp_path.rglob(".staging"))


def test_a_store_that_another_writes_to_still_gives_its_events_and_says_that_it_did_not_keep_them(
    tmp_path: Path, duck: Engine
) -> None:
    put(tmp_path, HEARD)
    with Store.open(tmp_path, write=True):
        found = find(tmp_path, kinds=["gap"], engine=duck, keep=True)
    assert found.counts == {"gap": 1}
    assert "the store is held by process" in str(found.unkept)
    with pytest.raises(InputError, match="no events were kept here yet; find some first: darkwake events"):
        history(tmp_path)


def test_runs_and_events_that_never_were_are_named(tmp_path: Path, duck: Engine) -> None:
    put(tmp_path, HEARD)
    kept(tmp_path, duck)
    with pytest.raises(UsageError, match="no run 2; the store has runs 1 to 1"):
        as_of(tmp_path, 2)
    with pytest.raises(UsageError, match="no event 'event-0' was ever kept here"):
        history(tmp_path, ["event-0"])


def test_a_case_keeps_its_events_when_it_is_run_and_a_search_in_its_store_follows_their_ids(
    tmp_path: Path, duck: Engine
) -> None:
    case = init(tmp_path / "case")
    stages = ["facts", "lists", "ais", "tracks", "events"]
    put(case.store, HEARD)
    work(case.folder, stages=stages)
    put(case.store, STARTED)
    for state in ("ran", "fresh"):
        assert {one.stage: one.state for one in work(case.folder, stages=stages).stages}["events"] == state
    rows = [row for row in history(case.store).to_pylist() if row["kind"] == "gap"]
    assert [(row["event_id"], row["revision"], row["run"], row["state"]) for row in rows] == [
        (rows[0]["event_id"], 0, 1, "found"),
        (rows[0]["event_id"], 1, 2, "revised"),
    ]
    with Store.open(case.store) as store:
        stands = [row["event_id"] for row in store.arrow("events").to_pylist() if row["kind"] == "gap"]
    assert stands == [row["event_id"] for row in kept(case.store, duck)] == [rows[0]["event_id"]]
    assert history(case.store)["run"].to_pylist().count(3) == 0


def test_the_command_says_what_events_said_before_and_keeps_nothing_when_it_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "store", HEARD)
    refused(capfd, tmp_path, "events", tmp_path / "store", "--kinds", "gap", "--out", tmp_path / "events.doc")
    done("events", tmp_path / "store", "--kinds", "gap")
    put(tmp_path / "store", STARTED)
    done("events", tmp_path / "store", "--kinds", "gap", "--no-keep")
    assert answer(capfd, "events", tmp_path / "store", "--as-of", 1)["counts"] == {"gap": 1}
    assert [row["revision"] for row in answer(capfd, "events", tmp_path / "store", "--history")["revisions"]] == [0]
    done("events", tmp_path / "store", "--kinds", "gap")
    capfd.readouterr()
    done("events", tmp_path / "store", "--history")
    assert [line.split(":")[0] for line in capfd.readouterr().out.splitlines() if line.startswith("  run")] == [
        "  run 1 found",
        "  run 2 revised",
    ]
