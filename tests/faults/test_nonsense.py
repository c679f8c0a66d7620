"""What cannot be is refused with its reason, one line that names file, place and remedy; nothing of it enters a store."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from darkwake.cli.app import call
from tests.faults.telling import answer, refused, tables, told

Capture = pytest.CaptureFixture[str]

SHIP = ("--length", "90", "--beam", "14", "--dwt", "3000")


def add(case: Path, table: str, like: str, **cells: str) -> None:
    """Append to a table of facts a row like another, some cells changed, with columns that it did not have."""
    path = case / "facts" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    made = next(row for row in rows if row["id"] == like) | {"id": "NEW", **cells}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], *(word for word in cells if word not in rows[0])], lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, made])


def lines(case: Path, table: str) -> int:
    return len((case / "facts" / f"{table}.csv").read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*SHIP, "--draught-in=-2.1", "--draught-out", "5.2"), "draught"),
        ((*SHIP, "--draught-in", "2.1", "--draught-out=-5.2"), "draught"),
        ((*SHIP, "--draught-in", "2.1", "--draught-out", "nan"), "draught"),
        ((*SHIP, "--draught-in", "0", "--draught-out", "5.2"), "draught"),
        ((*SHIP, "--draught-in", "2.1", "--draught-out", "52"), "draught"),
        ((*SHIP, "--draught-in", "5.2", "--draught-out", "2.1"), "draught"),
        ((*SHIP, "--activity", "discharge", "--draught-in", "2.1", "--draught-out", "5.2"), "draught"),
        ((*SHIP, "--freeboard-in", "1.0", "--freeboard-out", "4.0"), "freeboard"),
        ((*SHIP, "--freeboard-in=-4", "--freeboard-out", "1"), "freeboard"),
        (("--dwt", "2000", "--length", "300", "--beam", "48"), "does not fit a tanker of 300"),
        (("--dwt", "2000", "--length", "300"), "does not fit a tanker of 300"),
        (("--dwt=-2000",), "a deadweight of -2,000 t is none"),
        (("--dwt", "0"), "a deadweight of 0 t is none"),
        (("--dwt", "3000", "--product", "moonshine"), "no product 'moonshine'"),
        (("--dwt", "3000", "--product", "gas-oyl"), "did you mean gasoil or gas oil?"),
        (("--dwt", "3000", "--bbl-per-t", "17.9"), "barrels per tonne of 17.9"),
        (("--dwt", "3000", "--laden", "1.2"), "a laden fraction of 1.2 is none"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_ship_or_load_that_cannot_be_has_no_payload(
    tmp_path: Path, capfd: Capture, words: tuple[str, ...], said: str
) -> None:
    line = refused(capfd, tmp_path, "payload", *words)
    assert "No such option" not in line
    assert said in line


@pytest.mark.parametrize(
    ("table", "like", "cells", "said"),
    [
        ("sightings", "S001", {"draught_in_m": "-2.1", "draught_out_m": "5.4"}, "column draught_in_m: "),
        ("sightings", "S001", {"draught_in_m": "5.4", "draught_out_m": "2.1"}, "5.4 m on arrival and 2.1 m on departure"),
        ("sightings", "S001", {"freeboard_in_m": "1.0", "freeboard_out_m": "4.2"}, "1.0 m on arrival and 4.2 m on departure"),
        ("sightings", "S001", {"freeboard_in_m": "-1.0"}, "column freeboard_in_m: "),
        ("sightings", "S001", {"date_from": "", "date_to": ""}, "column date_from: "),
        ("sightings", "S001", {"date_from": "2024-03-09", "date_to": "2024-03-07"}, "2024-03-07 lies before 2024-03-09"),
        ("sightings", "S001", {"product": "moonshine"}, "column product: "),
        ("aggregates", "A002", {"unit": "gallons"}, "column unit: "),
        ("aggregates", "A002", {"lo": "-165000"}, "column lo: "),
        ("aggregates", "A002", {"product": "moonshine"}, "column product: "),
        ("aggregates", "A002", {"period_start": "", "period_end": ""}, "column period_start: "),
        ("aggregates", "A002", {"count": "1000000"}, "column count: 1000000 are more than 2000"),
        ("aggregates", "A002", {"count": "1e308"}, "column count: '1e308' is not a number"),
        ("aggregates", "A002", {"lo": "nan"}, "column lo: 'nan' is not a number"),
        ("aggregates", "A002", {"period_end": "9999-12-31"}, "column period_end: 9999-12-31 does not lie in the years"),
        ("sightings", "S001", {"date_from": "0001-01-01"}, "column date_from: 0001-01-01 does not lie in the years"),
        ("caps", "unscr-2397-refined-2024", {"amount": "0"}, "column amount: a limit of 0 is no cap"),
        ("vessels", "rung-ra-2", {"dwt_t": "-3000"}, "column dwt_t: "),
        ("caps", "unscr-2397-refined-2024", {"unit": "gallons"}, "column unit: "),
        ("caps", "unscr-2397-refined-2024", {"product": "moonshine"}, "column product: "),
    ],
)
def test_a_fact_that_cannot_be_is_named_with_file_line_and_column(
    new_case: Path, capfd: Capture, table: str, like: str, cells: dict[str, str], said: str
) -> None:
    """Draughts, loads, days, products, units, deadweights."""
    add(new_case, table, like, **cells)
    line = refused(capfd, new_case, "run", new_case)
    assert f"{table}.csv:line {lines(new_case, table)}, " in line
    assert said in line


def test_a_ship_on_record_of_300_m_and_2000_dwt_is_refused(new_case: Path, capfd: Capture) -> None:
    """She called at Vostochny on 1 April 2024. The stages before are kept, hers and what stands on them are not made."""
    path = new_case / "facts/vessels.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if row["id"] == "yu-son").update(dwt_t="2000", length_m="300", beam_m="48")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    capfd.readouterr()
    assert call(["run", str(new_case)]) == 2
    assert told(capfd.readouterr().err).startswith("error: vessels:ship yu-son: 2,000 t does not fit a tanker of 300 m")
    assert not {"payloads", "ledger"} & tables(new_case / "store").keys()


def test_overlapping_caps_of_one_instrument_are_refused(new_case: Path, capfd: Capture) -> None:
    """The same limit twice, under two names."""
    add(new_case, "caps", "unscr-2397-refined-2024")
    line = refused(capfd, new_case, "run", new_case)
    assert f"caps.csv:line {lines(new_case, 'caps')}, column period_start: overlaps 'unscr-2397-refined-2024'" in line
    assert "end the one before the other begins" in line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[factors]\n"laden fraction" = 1.4\n', "laden fraction"),
        ('[factors]\n"laden fractoin" = 0.9\n', "did you mean laden fraction"),
        ('[factors]\n"barrels per tonne, gas oil" = -7.46\n', "barrels per tonne, gas oil"),
        ('[factors]\n"water density, sea berth" = 5\n', "water density, sea berth"),
        ('[parameters.cargo]\nproduct = "moonshine"\n', "moonshine"),
        ("[parameters.cargo]\ndraws = 0\n", "0 draws; give 100 to 100000"),
        ("[parameters.cargo]\ndraws = 1000000000\n", "1000000000 draws; give 100 to 100000"),
        ('[[parameters.watching.declared]]\nsource = "me"\nclear_share = [0.9, 0.5, 0.1]\n', "clear_share is [0.9, 0.5, 0.1]"),
        ('[[caps]]\nproduct="refined"\namount=9\nunit="t"\nwho="me"\nperiod=[2024-01-01, 9999-12-31]', "caps.0.period"),
    ],
)
def test_a_factor_or_a_parameter_that_cannot_be_is_refused(new_case: Path, capfd: Capture, text: str, said: str) -> None:
    path = new_case / "case.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")
    line = refused(capfd, new_case, "run", new_case)
    assert "[factors]" in line or "case.toml" in line
    assert said in line


def test_a_speed_that_no_tanker_reaches_is_a_contradiction_and_no_voyage(new_case: Path, capfd: Capture) -> None:
    """One ship in two places on one day, 1,700 km apart, both in print: both are kept, named, and not joined."""
    far = {"place_id": "zhoushan-xinya", "place": "Zhoushan (CN)", "activity": "discharge"}
    add(new_case, "sightings", "S001", **far)
    answer(capfd, "run", new_case)
    held = tables(new_case / "store")
    speeds = [row for row in held["contradictions"].to_pylist() if row["kind"] == "speed"]
    assert len(speeds) == 1
    assert "Paek Yang San 1" in speeds[0]["subject"]
    assert "one of the two ships is another, or a date is wrong" in speeds[0]["handling"]
    at = {row["visit_id"]: row["place_id"] for row in held["visits"].to_pylist()}
    joined = [(at[row["from_visit_id"]], at[row["to_visit_id"]]) for row in held["voyages"].to_pylist()]
    assert ("vostochny", "zhoushan-xinya") not in joined
