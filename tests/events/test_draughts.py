"""Draughts around a call: in force on arrival, retyped or not, stale or not; and loadings at four real terminals."""

from __future__ import annotations

import csv
import gzip
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from darkwake.ais import ingest
from darkwake.ais.columns import named_mapping
from darkwake.engine import DuckDB
from darkwake.events.draughts import DraughtRule, Draughts, Said, draught_runs, draughts_of
from darkwake.events.track import US_PER_HOUR, US_PER_MINUTE
from darkwake.schema import Statics
from darkwake.store import Store
from darkwake.units import EPOCH, epoch_us

RULE = DraughtRule()


def call(*said, lasts=72):
    """The draughts of a call from hour 0; said: (draught, first hour, last hour, messages)."""
    runs = [Said(draught, first * US_PER_HOUR, last * US_PER_HOUR, messages) for draught, first, last, messages in said]
    return draughts_of(runs, 0, lasts * US_PER_HOUR, RULE)


def test_a_deeper_draught_typed_on_leaving_is_a_sign_of_loading():
    assert call((8.5, -200, 3, 90), (12.8, 70, 80, 9)) == Draughts(
        8.5, 200.0, 12.8, 2.0, True, "retyped, deeper: a sign of loading"
    )


def test_a_draught_that_stayed_as_it_was_says_nothing_of_the_cargo():
    told = call((8.5, -200, 90, 900))
    assert (told.retyped, told.change_m, told.says) == (False, None, "not retyped while heard: says nothing of the cargo")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ([], "no draught heard"),
        ([(8.5, 1, 1, 1)], "one report only: whether it was retyped is not known"),
        ([(8.5, -20, -10, 8)], "no draught heard after arrival"),
        ([(9.7, -1, 0, 2), (7.6, 70, 75, 2)], "retyped, shallower: a sign of discharging"),
        ([(8.5, -9, 0, 2), (8.9, 70, 75, 2)], "retyped, by less than 1 m: no sign of cargo"),
        ([(8.5, -9, 0, 2), (12.0, 20, 30, 2), (8.5, 50, 75, 2)], "not retyped while heard: says nothing of the cargo"),
    ],
)
def test_what_was_heard_decides_what_is_said(said, says):
    assert call(*said).says == says


def test_the_draught_of_the_last_voyage_is_not_the_one_on_arrival():
    """The value last heard three weeks before belongs to another voyage; the first of the call counts."""
    told = call((12.8, -600, -500, 50), (8.5, 1, 80, 50))
    assert (told.arrival_m, told.arrival_age_h, told.retyped) == (8.5, -1.0, False)


def test_a_draught_typed_at_the_next_port_is_not_the_one_on_leaving():
    told = call((8.5, -5, 70, 50), (12.8, 72 + 97, 300, 50))
    assert (told.departure_m, told.retyped) == (8.5, False)


def test_repeats_are_one_value_whatever_the_order_of_rows(duck):
    def said(hour, draught, line):
        row = {"source_id": "s", "line": line, "mmsi": 7, "draught_m": draught, "origin": "observed"}
        return row | {"time": datetime.fromisoformat("2024-05-01T00:00:00Z") + timedelta(hours=hour)}

    rows = [
        said(0, 8.5, 1),
        said(1, 8.5, 2),
        said(2, None, 3),
        said(3, 0.0, 4),
        said(4, 12.8, 5),
        said(9, 8.5, 6),
        said(106, 8.5, 7),
    ]
    runs = draught_runs(duck.table(Statics.rows(rows[::-1])), [7, 8], duck, RULE)
    begun = epoch_us(rows[0]["time"])
    assert [(run.draught_m, (run.first_us - begun) // US_PER_HOUR, run.messages) for run in runs[7]] == [
        (8.5, 0, 2),
        (12.8, 4, 1),
        (8.5, 9, 1),
        (8.5, 106, 1),
    ]
    assert runs.keys() == {7}


def test_a_value_heard_before_and_long_after_with_silence_between_is_as_old_as_its_first_message():
    assert call((8.5, -900, -800, 5), (8.5, -3, 5, 2)).arrival_age_h == 900.0


@pytest.mark.parametrize("rule", [{"within_h": 0}, {"least_change_m": -1}])
def test_a_rule_that_makes_no_sense_is_refused(rule):
    with pytest.raises(ValueError, match="above 0"):
        DraughtRule(**rule)


NAMED = {
    (412245000, "2026-02-03"): 4.3,
    (219190000, "2026-02-11"): 2.9,
    (241467000, "2025-11-25"): 2.2,
    (636024356, "2025-10-28"): 2.1,
    (538008154, "2025-08-06"): -2.1,
    (538005016, "2025-06-30"): -1.9,
}
"""MMSI and day of arrival to the change of draught, metres: YU FU ZUO, MAERSK TEESPORT, MARAN GAS VERGINA and NEW GREEN
loaded, AEGEAN STAR and THE PROSPECTOR discharged (notes of the data set)."""


def _presence(path: Path, mmsi_of: dict[int, int]) -> list[tuple[int, int, int]]:
    """MMSI, first and last scan of each presence at the terminals; scans of one presence are less than a day apart."""
    seen: dict[int, set[int]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            mmsi = mmsi_of.get(int(row["imo"]), 0)
            seen.setdefault(mmsi, set()).add(epoch_us(datetime.fromisoformat(row["scan_utc"])))
    found = []
    for mmsi in sorted(seen.keys() - {0}):
        times = sorted(seen[mmsi])
        breaks = [at for at in range(1, len(times)) if times[at] - times[at - 1] > 24 * US_PER_HOUR]
        for first, last in zip([0, *breaks], [*breaks, len(times)], strict=True):
            found.append((mmsi, times[first], times[last - 1]))
    return found


def test_the_loadings_named_at_four_real_terminals_are_found(shared, tmp_path):
    """Scans of who lay there stand for the calls, which have no positions; the draughts are from the ships' own messages.

    Draught was retyped in few of the calls, so a call without a change says nothing of the cargo.
    """
    folder = shared / "ais" / "real_vancouver_2024_2026"
    ingest([folder / "ships_static_by_visit.csv.gz"], tmp_path / "store", columns=named_mapping("vancouver-visits"))
    with Store.open(tmp_path / "store") as store:
        statics = store.arrow("statics")
    mmsi_of = dict(zip(statics["imo"].to_pylist(), statics["mmsi"].to_pylist(), strict=True))
    present = _presence(folder / "presence_scans.csv.gz", mmsi_of)
    engine = DuckDB()
    runs = draught_runs(engine.table(statics), sorted({mmsi for mmsi, _, _ in present}), engine, RULE)
    engine.close()
    told = {(mmsi, start): draughts_of(runs.get(mmsi, []), start, end, RULE) for mmsi, start, end in present}
    changed = {key: said.change_m for key, said in told.items() if said.change_m and abs(said.change_m) >= RULE.least_change_m}
    assert _days(changed) == NAMED | {(538005016, "2025-12-20"): -2.8}
    retyped = sum(said.retyped is True for said in told.values())
    assert (len(present), retyped, sum(said.retyped is False for said in told.values())) == (704, 8, 8)


def _days(changed: dict[tuple[int, int], float]) -> dict[tuple[int, str], float]:
    """The same by MMSI and day; a scan follows the first message within an hour and a half, so the evening's day is kept."""
    return {
        (mmsi, f"{EPOCH + timedelta(microseconds=us - 90 * US_PER_MINUTE):%Y-%m-%d}"): round(m, 1)
        for (mmsi, us), m in changed.items()
    }
