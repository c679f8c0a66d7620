"""Damaged NMEA logs, and whether reading them all at once gives what reading line by line and what pyais gives.

A million lines: ``python -m tests.ais.damage --lines 1000000``; the tests read some thousands.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import numpy as np
from pyais import decode as pyais_decode
from pyais.bit_vector import bit_vector
from pyais.exceptions import AISBaseException
from pyais.messages import MSG_CLASS

from darkwake.ais.batch import Batch
from darkwake.ais.decoding import MOVES, SAYS, STATIC
from darkwake.ais.messages import Decoder
from darkwake.ais.sentences import checksum

LOGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "ais" / "nmea"
MOMENT = datetime(2020, 1, 1, tzinfo=UTC)
SENTENCE = re.compile(rb"[!$][A-Z0-9-]{2}VD[MO],[^*]*\*..", re.DOTALL)
Rng = np.random.Generator


def flipped(line: bytes, other: bytes, rng: Rng) -> bytes:
    """One to three bytes are any others."""
    changed = bytearray(line)
    for at in rng.integers(0, max(len(changed), 1), rng.integers(1, 4)):
        changed[at : at + 1] = rng.bytes(1)
    return bytes(changed)


def retyped(line: bytes, other: bytes, rng: Rng) -> bytes:
    """A character is another of those that such lines are written in."""
    at = rng.integers(0, max(len(line), 1))
    return line[:at] + bytes([rng.integers(32, 123)]) + line[at + 1 :]


def cut(line: bytes, other: bytes, rng: Rng) -> bytes:
    """The end or a piece in the middle is missing."""
    start, end = np.sort(rng.integers(0, len(line) + 1, 2))
    return line[:start] if rng.random() < 0.5 else line[:start] + line[end:]


def spliced(line: bytes, other: bytes, rng: Rng) -> bytes:
    """It goes over into another line."""
    return line[: rng.integers(0, len(line) + 1)] + other[rng.integers(0, len(other) + 1) :]


def renumbered(line: bytes, other: bytes, rng: Rng) -> bytes:
    """A field is another number: wrong fill bits, a part that cannot be, more digits than any number has."""
    fields = re.split(rb"([,*:])", line)
    numbers = (b"0", b"1", b"2", b"5", b"6", b"9", b"-1", b" 3", b"1_0", b"", b"00", b"9" * 400, b"\xd9\xa3", b"1e9")
    fields[rng.integers(0, len(fields))] = numbers[rng.integers(0, len(numbers))]
    return b"".join(fields)


def stuffed(line: bytes, other: bytes, rng: Rng) -> bytes:
    """Bytes stand where none belong."""
    stuff = (b"\x00", b"\xff\xfe", "Ж".encode(), b"\r", b"\t ", b"\\", b"*", b",", b"!", b"c:1", b"\x0b", b"\x85")
    at = rng.integers(0, len(line) + 1)
    return line[:at] + stuff[rng.integers(0, len(stuff))] + line[at:]


def lengthened(line: bytes, other: bytes, rng: Rng) -> bytes:
    """A stretch comes over and over, up to some thousand characters."""
    start, end = np.sort(rng.integers(0, len(line) + 1, 2))
    return line[:end] + line[start:end] * int(rng.choice([1, 2, 3, 10, 100])) + line[end:]


def repacked(line: bytes, other: bytes, rng: Rng) -> bytes:
    """The payload is that of any message, with any fill bits."""
    fields = line.split(b",")
    if len(fields) > 6:
        codes = rng.integers(0, 64, rng.integers(1, 75))
        codes[0] = rng.choice([1, 2, 3, 4, 5, 9, 11, 18, 19, 21, 24, 27, 30])
        fields[5] = bytes((codes + 48 + 8 * (codes > 39)).astype(np.uint8))
        fields[6] = b"%d" % rng.integers(0, 6) + fields[6][1:]
    return b",".join(fields)


def unchanged(line: bytes, other: bytes, rng: Rng) -> bytes:
    """As it was, so that what stands around a damaged line is seen too."""
    return line


DAMAGES: tuple[Callable[[bytes, bytes, Rng], bytes], ...] = (
    flipped, retyped, cut, spliced, renumbered, stuffed, lengthened, repacked, repacked, unchanged,
)  # fmt: skip


def signed(line: bytes) -> bytes:
    """The line with the checksums of tag block and sentence put right, so that the damage gets past them."""
    tag, sentence = b"", line
    if line.startswith(b"\\") and line.count(b"\\") > 1:
        tag, sentence = line[1:].split(b"\\", 1)
        body = tag.rpartition(b"*")[0] or tag
        tag = b"\\%b*%02X\\" % (body, checksum(body))
    body, star, behind = sentence.partition(b"*")
    return tag + (b"%b*%02X%b" % (body, checksum(body[1:]), behind[2:]) if star else sentence)


def damaged(logs: Sequence[bytes], rng: Rng) -> Iterator[bytes]:
    """Lines without end, in their order but for some that are left out or come twice, most of them damaged."""
    while True:
        at = int(rng.integers(0, len(logs)))
        for line in logs[at : at + int(rng.integers(1, 200))]:
            changed = DAMAGES[rng.integers(0, len(DAMAGES))](line, logs[int(rng.integers(0, len(logs)))], rng)
            changed = signed(changed) if rng.random() < 0.7 else changed
            yield from [changed.replace(b"\n", b"\r")] * int(rng.choice([0, 1, 1, 1, 1, 1, 2]))


def sample_lines() -> list[bytes]:
    """The lines of every log in the data."""
    return [line for path in sorted(LOGS.glob("*.nm*.gz")) for line in gzip.decompress(path.read_bytes()).split(b"\n")]


def block(lines: Iterator[bytes], count: int) -> bytes:
    """So many lines as a block."""
    return b"".join(next(lines) + b"\n" for _ in range(count))


def differences(one: Batch, other: Batch) -> list[str]:
    """Where two batches differ; nothing may."""
    found = []
    if one.lines.tolist() != other.lines.tolist():
        return [f"rows {sorted(set(one.lines.tolist()) ^ set(other.lines.tolist()))[:5]}"]
    for word, column in one.columns.items():
        pair = [values.columns[word].to_numpy(zero_copy_only=False) for values in (one, other)]
        same = (pair[0] == pair[1]) | ((pair[0] != pair[0]) & (pair[1] != pair[1]))
        if not same.all() and column.to_pylist() != other.columns[word].to_pylist():
            row = int(np.flatnonzero(~same)[0])
            found.append(f"{word} of line {one.lines[row]}: {pair[0][row]!r} and {pair[1][row]!r}, {one.raw(row)!r}")
    for word in ("rows_in", "set_aside", "other", "last_line"):
        pair = [getattr(batch, word) for batch in (one, other)]
        found += [f"{word}: {str(pair[0])[:300]} and {str(pair[1])[:300]}"] if pair[0] != pair[1] else []
    if [one.raw(i) for i in range(len(one))] != [other.raw(i) for i in range(len(other))]:
        found.append("raw lines")
    return found


def against_pyais(batch: Batch, lines: Sequence[bytes], lines_before: int) -> tuple[Counter[str], list[str]]:
    """How many rows pyais reads from the same line, and the values that it would not give."""
    counts, wrong = Counter[str](), []
    columns = {word: batch.columns[word].to_pylist() for word in (*MOVES, *SAYS)}
    for row in range(len(batch)):
        index = int(batch.lines[row]) - lines_before - 1
        found = SENTENCE.findall(lines[index]) if 0 <= index < len(lines) else []
        if len(found) != 1 or found[0].split(b",")[1].strip() != b"1":
            counts["of several sentences, or not to be found again"] += 1
            continue
        try:
            message = pyais_decode(found[0])
            counts["pyais reads the sentence"] += 1
        except (AISBaseException, ValueError, TypeError):
            fields = found[0].split(b",")
            message = MSG_CLASS[fields[5][0] - 48].from_vector(bit_vector(fields[5], int(fields[-1].split(b"*")[0])))
            counts["pyais reads the payload and refuses the sentence"] += 1
        wrong += [f"{text} in {found[0]!r}" for text in _not_of(message, {word: columns[word][row] for word in columns})]
    return counts, wrong


def pyais_alone(batch: Batch, lines: Sequence[bytes], lines_before: int) -> Counter[str]:
    """Why lines of one sentence give no row, of which pyais makes a message: it takes bits that a line does not vouch for.

    It says of a wrong checksum that it is wrong, and decodes; of a payload that ends too soon it gives the fields that are
    there; characters that are no six-bit code it takes for some; and it reads types that carry neither place nor name.
    """
    kept, why = set(batch.lines.tolist()), {line: re.sub(r"\d+", "N", reason) for line, reason, _ in batch.set_aside}
    found = Counter[str]()
    for line, text in enumerate(lines, lines_before + 1):
        if line in kept or not text:
            continue
        try:
            pyais_decode(text)
        except (AISBaseException, ValueError, TypeError, IndexError, AttributeError, KeyError):
            continue
        found[why.get(line, "counted by its kind")] += 1
    return found


def _not_of(message: object, values: dict[str, object]) -> Iterator[str]:
    """The values of a row that a message does not have."""
    kind = int(message.msg_type)  # type: ignore[attr-defined]
    for ours, theirs in (MOVES | (SAYS if kind in STATIC else {})).items():
        value, expected = values[ours], getattr(message, theirs, None)
        if kind == 27 and ours == "sog_kn" and expected == 63:
            expected = None
        none = value is None or value != value
        if value != expected and not (none and expected in (None, "")):
            yield f"{ours}: {value!r} for {expected!r} of type {kind}"


def main() -> None:
    """Read damaged lines three ways and print what came of them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=1_000_000)
    asked.add_argument("--seed", type=int, default=12)
    asked.add_argument("--block", type=int, default=8_000)
    chosen = asked.parse_args()
    fast, slow = Decoder(MOMENT), Decoder(MOMENT, at_once=False)
    lines, seconds, reasons = damaged(sample_lines(), np.random.default_rng(chosen.seed)), [0.0, 0.0], Counter[str]()
    rows, done, agreed, alone = 0, 0, Counter[str](), Counter[str]()
    while done < chosen.lines:
        text = block(lines, min(chosen.block, chosen.lines - done))
        pair = []
        for way, decoder in enumerate((fast, slow)):
            started = process_time()
            pair.append(decoder.decode(text, done))
            seconds[way] += process_time() - started
        counts, wrong = against_pyais(pair[0], text.split(b"\n"), done)
        for fault in differences(*pair) + wrong:
            raise SystemExit(fault)
        agreed, alone = agreed + counts, alone + pyais_alone(pair[0], text.split(b"\n"), done)
        done, rows = pair[0].last_line, rows + len(pair[0])
        reasons += Counter(re.sub(r"\d+", "N", reason) for _, reason, _ in pair[0].set_aside)
    took = f"{seconds[0]:.1f} s at once, {seconds[1]:.1f} s singly"
    said = f"{done:,} lines, {rows:,} rows, nothing raised, nothing differs; {took}\n"
    told = [*agreed.most_common(), *reasons.most_common()]
    told += [(f"pyais alone makes a message: {name}", count) for name, count in alone.most_common()]
    sys.stdout.writelines([said, *(f"{count:>9,}  {name}\n" for name, count in told)])


if __name__ == "__main__":
    main()
