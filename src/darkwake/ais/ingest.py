"""AIS files into a store: several at once over the cores, all of them or none.

A file is known by the hash of its bytes, so taking the same file in again changes nothing. Each file is read in its own
process into the store's staging folder; only when every file was read does one step of the store make them count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow.parquet as pq

from darkwake.ais.columns import mapping_layout
from darkwake.ais.intake import Account, Job, Progress
from darkwake.ais.reading import Settings
from darkwake.ais.workforce import run
from darkwake.custody import portable_href
from darkwake.engine import workers
from darkwake.errors import InputError, UsageError, nearest
from darkwake.ids import file_sha256, source_id
from darkwake.schema import Evidence
from darkwake.store import Append, PartFile, Store

ORIGINS = ("observed", "simulated")
_TABLES = ("reports", "statics", "quarantine")


@dataclass
class Ingested:
    """What came of taking files in."""

    accounts: list[Account] = field(default_factory=list)
    seconds: float = 0.0
    peak_mib: float = 0.0
    """Largest resident memory of this process and of its workers together, an upper bound."""

    def summary(self) -> dict[str, Any]:
        """The fields that the command prints."""
        return {
            "files": [_file(account) for account in self.accounts],
            "rows_in": sum(account.rows_in for account in self.accounts),
            "positions": sum(account.positions for account in self.accounts),
            "statics": sum(account.statics for account in self.accounts),
            "both": sum(account.both for account in self.accounts),
            "other": _sum(account.other for account in self.accounts),
            "quarantined": _sum(account.quarantined for account in self.accounts),
            "seconds": round(self.seconds, 3),
            "peak_mib": round(self.peak_mib, 1),
        }


def _file(account: Account) -> dict[str, Any]:
    return {
        "path": str(account.path),
        "source_id": account.source_id,
        "format": " and ".join(account.formats),
        "rows_in": account.rows_in,
        "positions": account.positions,
        "statics": account.statics,
        "both": account.both,
        "other": account.other.total(),
        "quarantined": account.quarantined.total(),
        "clock_off_s": account.clock_off_s,
        "notes": account.notes,
        "seconds": round(account.seconds, 3),
    }


def _sum(counters: Any) -> dict[str, int]:
    return dict(sorted(sum(counters, Counter[str]()).items()))


def ingest(
    paths: Sequence[Path],
    store: Path,
    *,
    origin: str = "observed",
    columns: Mapping[str, Any] | None = None,
    date: date | datetime | None = None,
    progress: Progress | None = None,
) -> Ingested:
    r"""Take AIS files into a store, all of them or none.

    The format is told by each file's bytes. Every row becomes a position (``reports``), what a ship says of itself
    (``statics``), both, something counted under ``other``, or a row of ``quarantine`` with the reason.

    Args:
        paths: AIS files: CSV, Parquet or NMEA, packed or not.
        store: the store's folder; made where it is not there.
        origin: ``observed``, or ``simulated`` for files from a simulation.
        columns: a column mapping for tables of an unknown layout (:mod:`darkwake.ais.columns`).
        date: the time (UTC) of messages that carry none; a day counts as its midnight.
        progress: told a file and how many of its bytes have been read.

    Raises:
        InputError: a file cannot be read; the store is as it was.
        UsageError: no file, an unknown origin, or a mapping that cannot be followed.
        StoreBusy: another process writes to the store.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.csv").write_text("MMSI,BaseDateTime,LAT,LON\n273215713,2024-05-01T00:00:00,42.7,133.1\n")
    >>> done = ingest([folder / "a.csv"], folder / "store").summary()
    >>> done["rows_in"], done["positions"], done["quarantined"]
    (1, 1, {})
    """
    started = perf_counter()
    _check(paths, origin)
    settings = settings_of(columns, date)
    with Store.open(store, write=True, create=True) as opened:
        accounts, peak_mib = stage(paths, opened.staging(), origin=origin, settings=settings, progress=progress)
        opened.commit(
            [
                change
                for account in accounts
                for change in changes(account, origin, opened.staging(), portable_href(account.path, store.parent))
            ]
        )
    return Ingested(accounts, perf_counter() - started, peak_mib)


def _check(paths: Sequence[Path], origin: str) -> None:
    if not paths:
        raise UsageError("no AIS file is named", do="name one or more files")
    if origin not in ORIGINS:
        raise UsageError(f"no origin {origin!r} for AIS", do=nearest(origin, ORIGINS))


def settings_of(columns: Mapping[str, Any] | None, day: date | datetime | None) -> Settings:
    """The settings of a reader from a column mapping and the time of messages that carry none."""
    moment = day if isinstance(day, datetime) or day is None else datetime.combine(day, time(), UTC)
    return Settings(mapping_layout(columns) if columns else None, moment)


def stage(
    paths: Sequence[Path], folder: Path, *, origin: str, settings: Settings, progress: Progress | None = None
) -> tuple[list[Account], float]:
    """Read files into Parquet files under ``folder``; the accounts in the order of the paths, and the peak memory in MiB.

    Two paths with the same bytes are read once.
    """
    jobs: dict[str, Job] = {}
    notes: dict[str, list[str]] = {}
    for path in paths:
        sha256 = _sha256(path)
        source = source_id(sha256)
        if source in jobs:
            notes.setdefault(source, []).append(f"{path} has the same bytes and was not taken in twice")
            continue
        place = folder / source
        place.mkdir()
        jobs[source] = Job(path, sha256, source, origin, place, settings, threads=max(1, workers() // len(paths)))
    accounts, peak_mib = run(list(jobs.values()), progress)
    for account in accounts:
        account.notes.extend(notes.get(account.source_id, []))
    return accounts, peak_mib


def _sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as fault:
        raise InputError(f"cannot be opened ({fault.strerror})", do="mend the path", source=path) from fault


def changes(account: Account, origin: str, folder: Path, href: str) -> list[Append]:
    """What a file changes in the store: its part of each table, and its row of evidence (written under ``folder``).

    ``href`` is how evidence names the file.
    """
    files: dict[str, list[PartFile]] = {name: [] for name in _TABLES}
    for part in account.parts:
        files[part.table].append(PartFile(part.path, part.folder))
    evidence = folder / "evidence.parquet"
    pq.write_table(Evidence.rows([_evidence(account, origin, href)]), evidence, compression="zstd")
    files["evidence"] = [PartFile(evidence)]
    return [Append(name, account.source_id, held) for name, held in files.items()]


def _evidence(account: Account, origin: str, href: str) -> dict[str, object]:
    return {
        "evidence_id": account.source_id,
        "kind": "file",
        "title": account.path.name,
        "href": href,
        "sha256": account.sha256,
        "bytes": account.path.stat().st_size,
        "origin": origin,
    }
