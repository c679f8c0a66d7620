"""Files and words that cannot be used: each is one line that names file, place and remedy, and nothing is half-written."""

from __future__ import annotations

import gzip
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darkwake.cli.app import call
from tests.faults.telling import answer, done, refused, tree

Capture = pytest.CaptureFixture[str]


def noise(count: int) -> bytes:
    """Bytes of no format, the same each time."""
    return random.Random(count).randbytes(count)


def parquet(path: Path, **columns: list[object]) -> None:
    pq.write_table(pa.table(columns), path)


def cut(path: Path, less: int) -> None:
    path.write_bytes(path.read_bytes()[:-less])


def scramble(path: Path, start: int, count: int) -> None:
    data = bytearray(path.read_bytes())
    data[start : start + count] = bytes(byte ^ 0x5A for byte in data[start : start + count])
    path.write_bytes(data)


# --- AIS ---


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing.csv", b"", "the file is empty"),
        ("noise.csv", bytes(range(256)) * 20, "binary data in no known AIS format"),
        ("zeros.csv", b"\0" * 5000, "binary data in no known AIS format"),
        ("nolon.csv", b"MMSI,BaseDateTime,LAT\n1,2024-01-01T00:00:00,2\n", "nolon.csv:line 1: no column LON"),
        ("cut.csv.gz", gzip.compress(noise(9000), mtime=0)[:-9], "the data end too early"),
        ("a name, [of] знаков\n.csv", b"", "the file is empty"),
    ],
)
def test_an_ais_file_that_cannot_be_used_makes_no_store(
    tmp_path: Path, capfd: Capture, name: str, content: bytes, said: str
) -> None:
    """Empty, binary, cut, without a column, under an odd name."""
    (tmp_path / name).write_bytes(content)
    line = refused(capfd, tmp_path, "ais", "ingest", tmp_path / name, "--store", tmp_path / "store")
    assert said in line
    assert " ".join(name.split()) in line


def test_a_torn_or_altered_archive_is_refused(tmp_path: Path, capfd: Capture, shared: Path) -> None:
    """The archive's directory cut off, or bytes changed in the middle."""
    torn = Path(shutil.copy(shared / "ais/synthetic/scene_a.zip", tmp_path / "torn.zip"))
    altered = Path(shutil.copy(torn, tmp_path / "altered.zip"))
    cut(torn, torn.stat().st_size // 2)
    scramble(altered, 60_000, 400)
    assert "torn.zip: the zip archive is torn" in refused(capfd, tmp_path, "ais", "ingest", torn, "--store", tmp_path / "s")
    line = refused(capfd, tmp_path, "ais", "ingest", altered, "--store", tmp_path / "s")
    assert "altered.zip:scene_a.csv byte " in line


def test_a_torn_parquet_or_one_without_columns_is_refused(tmp_path: Path, capfd: Capture) -> None:
    """The footer is named, or the column that is missing."""
    path = tmp_path / "a.parquet"
    parquet(path, mmsi=[273000001] * 5000)
    assert "a.parquet:schema: no column" in refused(capfd, tmp_path, "ais", "ingest", path, "--store", tmp_path / "s")
    cut(path, 100)
    assert "a.parquet:footer: " in refused(capfd, tmp_path, "ais", "ingest", path, "--store", tmp_path / "s")


def test_one_bad_file_among_good_ones_keeps_all_out(new_case: Path, capfd: Capture) -> None:
    """All of the files or none; a store with data stays as it was."""
    good, bad, store = new_case / "simulated/ais.csv", new_case / "bad.csv", new_case / "held"
    bad.write_bytes(bytes(range(256)) * 20)
    refused(capfd, new_case, "ais", "ingest", good, bad, "--store", store)
    assert not store.exists()
    done("ais", "ingest", good, "--store", store)
    refused(capfd, new_case, "ais", "ingest", bad, "--store", store)


def test_sentences_with_bad_checksums_are_set_aside_and_stop_nothing(tmp_path: Path, capfd: Capture, shared: Path) -> None:
    """Every other sentence is damaged: the rest still comes in, and each is accounted for."""
    with gzip.open(shared / "ais/nmea/kystverket_20190807_1000.nm4.gz", "rt") as stream:
        lines = stream.read().splitlines()
    whole, hurt = tmp_path / "whole.nmea", tmp_path / "hurt.nmea"
    whole.write_text("\n".join(lines) + "\n")
    hurt.write_text("\n".join(line[:-1] + ("0" if line[-1] != "0" else "1") if n % 2 else line for n, line in enumerate(lines)))
    counts = [answer(capfd, "ais", "ingest", path, "--store", tmp_path / path.stem) for path in (whole, hurt)]
    assert 0 < counts[1]["positions"] < counts[0]["positions"]
    assert sum(counts[1]["quarantined"].values()) >= len(lines) // 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--origin", "fake"), "no origin 'fake'"),
        (("--columns", "nope"), "no column mapping 'nope'"),
        (("--date", "soon"), "'--date'"),
        (("--stor", "x"), "No such option: --stor"),
    ],
)
def test_odd_words_beside_a_good_file_are_refused(new_case: Path, capfd: Capture, words: tuple[str, ...], said: str) -> None:
    """The option and the known words are named."""
    file = new_case / "simulated/ais.csv"
    assert said in refused(capfd, new_case, "ais", "ingest", file, "--store", new_case / "s", *words)


# --- stores ---


def text_for_store(store: Path) -> None:
    (store / "store.duckdb").write_text("hello")


def cut_store(store: Path) -> None:
    cut(store / "store.duckdb", (store / "store.duckdb").stat().st_size - 6000)


def scrambled_store(store: Path) -> None:
    scramble(store / "store.duckdb", 12_288, 40_000)


def foreign_store(store: Path) -> None:
    (store / "store.duckdb").unlink()
    with duckdb.connect(str(store / "store.duckdb")) as catalogue:
        catalogue.execute("CREATE TABLE files (a INT)")


def store_that_reaches_out(store: Path) -> None:
    with duckdb.connect(str(store / "store.duckdb")) as catalogue:
        catalogue.execute("UPDATE files SET path = '../../' || path WHERE table_name = 'ledger'")


def table_gone(store: Path) -> None:
    next((store / "tables/ledger").glob("*.parquet")).unlink()


@pytest.mark.parametrize(
    "hurt", [text_for_store, cut_store, scrambled_store, foreign_store, store_that_reaches_out, table_gone]
)
def test_a_damaged_store_is_told_by_readers_and_writers(run_case: Path, capfd: Capture, hurt: Callable[[Path], None]) -> None:
    """Nothing is taken from it and nothing is written to it."""
    hurt(run_case / "store")
    for verb in ("ledger", "run"):
        line = refused(capfd, run_case, verb, run_case)
        assert str(run_case / "store") in line
        assert "restore the folder from a copy" in line


@pytest.mark.parametrize(("table", "words"), [("ledger", ("ledger", "")), ("positions", ("events", "store"))])
def test_a_damaged_table_is_named(run_case: Path, capfd: Capture, table: str, words: tuple[str, str]) -> None:
    """A Parquet file that lost its end."""
    path = next((run_case / "store/tables" / table).rglob("*.parquet"))
    cut(path, 200)
    assert f"error: {path}: cannot be read" in refused(capfd, run_case, words[0], run_case / words[1])


def test_a_store_that_is_not_there_or_is_a_file_is_told(new_case: Path, capfd: Capture) -> None:
    """Each verb that reads one, and the one that makes one."""
    for words in (("events", new_case / "s"), ("verify", new_case), ("ledger", new_case), ("plan", new_case)):
        assert "error: " + str(new_case) in refused(capfd, new_case, *words)
    (new_case / "s").write_text("x")
    file = new_case / "simulated/ais.csv"
    assert "not a folder" in refused(capfd, new_case, "ais", "ingest", file, "--store", new_case / "s")


# --- facts and lists ---


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("caps", b"500000", b"lots", "caps.csv:line 2, column amount: 'lots' is not a number"),
        ("caps", b"amount", b"ammount", "caps.csv:line 1: no column 'ammount'"),
        ("caps", b"2024-01-01", b"2024-02-30", "column period_start: '2024-02-30' is not a date; write it as"),
        ("places", b"42.", b"142.", "places.csv:line 2, column lat: 142."),
        ("vessels", b"9020534", b"902053", "vessels.csv:line 2, column imo: 902053 has not seven digits"),
        ("sightings", b"vostochny", b"vostochni", "column place_id: 'vostochni' does not stand in places.csv; did you mean"),
        ("aggregates", b"\n", b"\n\xff\xfe,\n", "aggregates.csv: not UTF-8"),
        ("contradictions", b"\n", b'\n"open', "contradictions.csv:line "),
    ],
)
def test_a_bad_row_among_the_facts_is_named_with_its_line(
    new_case: Path, capfd: Capture, name: str, old: bytes, new: bytes, said: str
) -> None:
    """Nothing of the facts enters the store."""
    path = new_case / f"facts/{name}.csv"
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    assert said in refused(capfd, new_case, "run", new_case)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", noise(999)])
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, capfd: Capture, content: bytes) -> None:
    """Empty, of other columns, binary."""
    (tmp_path / "list.csv").write_bytes(content)
    for words in (("lists", "import", tmp_path / "list.csv", "--store", tmp_path / "s"), ("screen", tmp_path / "list.csv")):
        assert "list.csv" in refused(capfd, tmp_path, *words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("screen", ""), "an empty query"),
        (("screen", "9020534", "--on", "2024-13-01"), "--on: '2024-13-01' is not a day"),
        (("screen", "9020534", "--lists", "nowhere"), "nowhere: is not a folder"),
        (("lists", "diff", "nowhere", "nowhere"), "nowhere: cannot be read"),
        (("lists", "import", "nowhere", "--store", "s", "--version", "soon"), "--version: 'soon' is not a day"),
        (("payload",), "nothing tells the ship's deadweight"),
        (("payload", "--dwt", "nan"), "a deadweight of nan t is none"),
        (("payload", "--dwt", "3000", "--product", "beer"), "no product 'beer'"),
        (("payload", "--dwt", "3000", "--laden", "2"), "a laden fraction of 2 is none"),
        (("init", "x", "--template", "vostochny-2042"), "no template 'vostochny-2042'; did you mean vostochny-2024?"),
        (("rum", "x"), "No such command 'rum'"),
        (("run", "x", "--fast"), "No such option: --fast"),
        (("run",), "Missing argument 'CASE'"),
        (("run", "nowhere"), "nowhere: is not a folder, so it is no case"),
    ],
)
def test_words_that_cannot_be_used_are_refused(tmp_path: Path, capfd: Capture, words: tuple[str, ...], said: str) -> None:
    """Unknown verbs, options, products, days, templates, folders."""
    assert said in refused(capfd, tmp_path, *words)


# --- images ---


@pytest.mark.parametrize("content", [b"", b"hello\n", noise(999)])
def test_a_file_that_is_no_image_is_refused(tmp_path: Path, capfd: Capture, content: bytes) -> None:
    """Empty, text, noise, all under the name of a TIFF."""
    (tmp_path / "a.tif").write_bytes(content)
    assert "a.tif: " in refused(capfd, tmp_path, "detect", tmp_path / "a.tif", "--out", tmp_path / "o.csv")


def test_a_torn_image_is_refused_alone_and_in_a_case(new_case: Path, capfd: Capture) -> None:
    """The stages before it are kept whole, the image leaves nothing."""
    path = new_case / "simulated/radar-1.tif"
    cut(path, 20_000)
    assert "radar-1.tif: " in refused(capfd, new_case, "detect", path, "--out", new_case / "o.csv")
    assert "radar-1.tif: " in refused(capfd, new_case, "run", new_case, "--stages", "images")


# --- outputs and cases ---


def test_an_output_that_cannot_be_written_is_refused(run_case: Path, capfd: Capture) -> None:
    """An unknown ending, a folder that is not there, a folder in place of the file."""
    (run_case / "taken.csv").mkdir()
    store = run_case / "store"
    for name in ("x.foo", "no/x.csv", "taken.csv"):
        assert name in refused(capfd, run_case, "events", store, "--kinds", "gap", "--out", run_case / name)
    for name in ("x.pdf", "no/x.html"):
        assert name in refused(capfd, run_case, "dossier", run_case, "--out", run_case / name)
    assert "no format 'xls'" in refused(capfd, run_case, "export", run_case, "--out", run_case / "x", "--format", "xls")


def test_a_folder_in_use_is_never_written_over(run_case: Path, capfd: Capture) -> None:
    """Neither by a new case nor by tables."""
    assert "is there already; name a new folder" in refused(capfd, run_case, "init", run_case)
    assert "is there already" in refused(capfd, run_case, "init", run_case / "case.toml")
    assert "case.toml" in refused(capfd, run_case, "init", run_case / "case.toml" / "x")
    assert "is there already" in refused(capfd, run_case, "export", run_case, "--out", run_case)


def test_what_the_machine_refuses_is_one_line_with_the_path(tmp_path: Path, capfd: Capture) -> None:
    """A name that is too long, a file system that takes no folder."""
    assert "file name too long" in refused(capfd, tmp_path, "init", tmp_path / ("x" * 300))
    assert "error: /proc/" in refused(capfd, tmp_path, "init", "/proc/case")


def test_an_unknown_cap_is_refused_with_the_nearest(run_case: Path, capfd: Capture) -> None:
    """A mistyped year."""
    line = refused(capfd, run_case, "ledger", run_case, "--cap", "unscr-2397-refined-2042")
    assert "no cap 'unscr-2397-refined-2042'; did you mean unscr-2397-refined-2024" in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--days", "nan"), "a window of nan days"),
        (("--days", "99"), "a window of 99 days"),
        (("--from", "soon"), "--from 'soon' is not a time"),
        (("--from", "2095-01-01"), "days from the newest element set"),
        (("--elements", "nowhere.tle"), "nowhere.tle: cannot be read"),
    ],
)
def test_a_plan_that_cannot_be_made_is_refused(undisturbed: Path, capfd: Capture, words: tuple[str, ...], said: str) -> None:
    """Windows that are none, or that lie where the elements tell nothing."""
    assert said in refused(capfd, undisturbed, "plan", undisturbed, *words)


@pytest.mark.parametrize("content", ["", "hello\n", "a,b\n1,2\n"])
def test_detections_that_cannot_be_read_are_refused(undisturbed: Path, tmp_path: Path, capfd: Capture, content: str) -> None:
    """As a table, as a map, under an ending that nobody knows."""
    for ending in ("csv", "geojson", "parquet", "foo"):
        path = tmp_path / f"found.{ending}"
        path.write_text(content)
        words = ("match", "--detections", path, "--store", undisturbed / "store")
        assert f"error: {path}: " in refused(capfd, tmp_path, *words)


def test_an_altered_or_missing_file_of_the_evidence_is_named(run_case: Path, capfd: Capture) -> None:
    """``verify`` says which, and that the custody log was altered, cut, or taken away."""
    log = run_case / "custody.jsonl"
    whole = log.read_text(encoding="utf-8")
    log.write_text("".join(whole.splitlines(keepends=True)[1:]), encoding="utf-8")
    assert "custody.jsonl:1: the chain of hashes is broken" in refused(capfd, run_case, "verify", run_case)
    log.unlink()
    assert "custody.jsonl: says nothing of " in refused(capfd, run_case, "verify", run_case)
    log.write_text(whole, encoding="utf-8")
    scramble(run_case / "facts/caps.csv", 500, 1)
    (run_case / "lists/un_1718.csv").unlink()
    line = refused(capfd, run_case, "verify", run_case)
    assert "the evidence is not what was taken in: facts/caps.csv, lists/un_1718.csv; restore" in line


def test_a_defect_of_ours_would_be_one_line_too(tmp_path: Path, capfd: Capture) -> None:
    """The line end in a file's name does not break the line."""
    before = tree(tmp_path)
    assert call(["detect", str(tmp_path / "a\nb.tif")]) == 2
    assert capfd.readouterr().err.count("\n") == 1
    assert tree(tmp_path) == before
