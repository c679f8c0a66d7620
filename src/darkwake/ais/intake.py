"""One AIS file from its bytes to Parquet files in a folder: what one process of ``ingest`` does.

Blocks are read in order, parsed and cleaned in a few threads, and settled and written in order again, so that the result
does not depend on timing. Memory is bounded by the number of blocks under way and the rows that wait to be written.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from darkwake.ais.batch import Batch
from darkwake.ais.cleaning import Clean, clean
from darkwake.ais.formats import recognised, unknown
from darkwake.ais.parts import Part, Writer
from darkwake.ais.reading import Reading, Settings
from darkwake.ais.sources import Member, members
from darkwake.ais.statics import Memory
from darkwake.errors import InputError

CLOCKS_LEAST = 10
"""So many messages of base stations tell how far a receiver's clock is off (assumed: some of them have wrong clocks)."""
CLOCK_OFF_S = 30
"""A clock that is off by more is told (assumed: a report older than that is of another place)."""

Progress = Callable[[Path, int], None]
"""Told the file and how many of its bytes have been read."""


@dataclass(frozen=True)
class Job:
    """A file to take in, and where its Parquet files go."""

    path: Path
    sha256: str
    source_id: str
    origin: str
    folder: Path
    settings: Settings
    threads: int = 1


@dataclass
class Account:
    """What became of every row of a file."""

    path: Path
    sha256: str
    source_id: str
    formats: list[str] = field(default_factory=list)
    rows_in: int = 0
    positions: int = 0
    statics: int = 0
    both: int = 0
    """Rows that gave a position and static values."""
    other: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    clock_off: Counter[int] = field(default_factory=Counter)
    """How far the times of the file's lines lie behind those that base stations say in them, seconds; how often each."""
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    parts: list[Part] = field(default_factory=list)

    def add(self, result: Clean) -> None:
        """Count a batch, but for its static rows."""
        self.rows_in += result.rows_in
        self.positions += result.reports.num_rows
        self.other += result.other
        self.quarantined += Counter(reason for _, reason, _ in result.quarantine)
        self.clock_off += result.clock_off_s

    @property
    def clock_off_s(self) -> int | None:
        """Their median; null where fewer than :data:`CLOCKS_LEAST` base stations' messages say."""
        said = sorted(self.clock_off.elements())
        return said[len(said) // 2] if len(said) >= CLOCKS_LEAST else None

    def balanced(self) -> bool:
        """Whether every row is in exactly one place."""
        kept = self.positions + self.statics - self.both
        return self.rows_in == kept + self.other.total() + self.quarantined.total()


def take_in(job: Job, progress: Progress | None = None) -> Account:
    """Read a file and write its rows as Parquet files into ``job.folder``.

    Raises:
        InputError: the file, or a member of it, cannot be read; what was written is to be thrown away.
    """
    started = perf_counter()
    account = Account(job.path, job.sha256, job.source_id)
    writer = Writer(job.folder, job.source_id, job.origin)
    memory = Memory()
    lines_before = 0
    for member in members(job.path):
        reading = recognised(member, job.settings)
        if reading is None:
            if not member.name:
                raise unknown(member)
            account.notes.append(f"{member.name} is in no known AIS format and was left out")
            continue
        _note(account, reading)
        lines_before += _take_member(reading, lines_before, account, writer, memory, job.threads, _told(progress, member))
    if not account.formats:
        raise InputError("no member of the archive is in a known AIS format", do="unpack it and look", source=job.path)
    account.parts = writer.finish()
    if abs(account.clock_off_s or 0) > CLOCK_OFF_S:
        account.notes.append(
            f"the times lie {account.clock_off_s} s behind those that base stations say in {account.clock_off.total()} "
            "messages (median): the receiver's clock, or its file; they are kept as they stand"
        )
    account.seconds = perf_counter() - started
    return account


def _told(progress: Progress | None, member: Member) -> Callable[[], None]:
    return (lambda: progress(member.path, member.packed_position())) if progress else (lambda: None)


def _note(account: Account, reading: Reading) -> None:
    if reading.format not in account.formats:
        account.formats.append(reading.format)
    if reading.position_age == "unknown":
        note = "positions carry no age: the time is that of the collection, so none was taken as a report"
        if note not in account.notes:
            account.notes.append(note)


def _take_member(
    reading: Reading,
    lines_before: int,
    account: Account,
    writer: Writer,
    memory: Memory,
    threads: int,
    tell: Callable[[], None],
) -> int:
    """Take in one member; the lines of an archive's members are numbered through. Returns how many lines it had."""
    last_line = 0
    for result in _cleaned(reading, lines_before, threads):
        last_line = max(last_line, result.last_line)
        kept = memory.settle(result.said)
        account.add(result)
        account.statics += kept.rows.num_rows
        account.both += kept.both
        writer.reports(result.reports)
        writer.statics(kept.rows)
        writer.quarantine(result.quarantine)
        tell()
    return last_line - lines_before if last_line else 0


def _cleaned(reading: Reading, lines_before: int, threads: int) -> Iterator[Clean]:
    """The batches of a member, cleaned, in order."""

    def one(batch: Callable[[], Batch]) -> Clean:
        return clean(batch().moved(lines_before), position_age=reading.position_age)

    if threads <= 1:
        yield from map(one, reading.batches)
        return
    with ThreadPoolExecutor(threads) as pool:
        under_way: deque[Future[Clean]] = deque()
        try:
            for batch in reading.batches:
                under_way.append(pool.submit(one, batch))
                if len(under_way) > threads + 1:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()
