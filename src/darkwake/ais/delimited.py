"""Delimited text in blocks: bounded memory, true line numbers, no line lost, as fast as Arrow reads.

A block is some megabytes that end with a line end. Arrow reads the numbers of a block directly; when one value of it does
not fit, the block is read again as text and only the bad rows are set aside. One physical line is one row: a quote that is
never closed spoils its own line, not the rest of the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv

from darkwake.ais.batch import POSITION_NUMBERS, RAW_MAX, Batch, Field, Wholes
from darkwake.ais.layout import Layout
from darkwake.ais.sources import Member
from darkwake.errors import InputError

BLOCK_BYTES = 4 << 20
LINE_MAX_BYTES = 1 << 20
"""Longest line that is believed; assumed, because an AIS row is a hundred bytes."""
_LINE_END = 10
_BOM = b"\xef\xbb\xbf"
DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Block:
    """Whole lines of a member and the number of lines before them."""

    text: bytes
    lines_before: int
    lines: int


def blocks(member: Member, size: int = BLOCK_BYTES) -> Iterator[Block]:
    """The member's bytes cut behind line ends.

    Raises:
        InputError: a line is longer than :data:`LINE_MAX_BYTES`.
    """
    rest, before = b"", 0
    while read := member.stream.read(size):
        cut = read.rfind(b"\n") + 1
        if not cut:
            rest += read
        else:
            text, rest = rest + read[:cut], read[cut:]
            lines = line_ends(text)
            yield Block(text, before, lines)
            before += lines
        if len(rest) > LINE_MAX_BYTES + size:
            what = f"a line is longer than {LINE_MAX_BYTES} bytes, so this is no text in lines"
            raise InputError(what, do="give an AIS file", source=member.path, place=member.place(f"line {before + 1}"))
    if rest:
        yield Block(rest, before, 1)


def line_ends(text: bytes) -> int:
    """How many line ends; several times as fast as ``bytes.count``."""
    return int(np.count_nonzero(np.frombuffer(text, dtype=np.uint8) == _LINE_END))


def header_of(head: bytes) -> tuple[list[str], str]:
    """The column names in the first line, and the delimiter."""
    line = head.removeprefix(_BOM).split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8", errors="replace")
    delimiter = max(DELIMITERS, key=line.count)
    # A return inside the first line is no line end here, and the csv module refuses it: such a line names no known columns.
    row = next(csv.reader([line.replace("\r", " ").replace("\0", " ")], delimiter=delimiter), [])
    return [name.strip() for name in row], delimiter


@dataclass
class Delimited:
    """How the blocks of one member become batches."""

    header: Sequence[str]
    delimiter: str
    fields: dict[str, Field]
    null_tokens: tuple[str, ...]
    zoned: bool
    """Whether the first time carries a zone; Arrow reads only the one kind or the other directly."""

    def batch(self, block: Block) -> Batch:
        """The rows of one block."""
        text, first, lines = block.text, block.lines_before + 1, block.lines
        if not block.lines_before:
            # The first line is the header.
            text, first, lines = text.partition(b"\n")[2], 2, lines - 1
        table, skipped = self._parsed(text)
        # A quote that swallows a line end and a return that makes one could cancel out in the count.
        if table.num_rows + len(skipped) != lines or (b'"' in text and text.count(b"\r") != text.count(b"\r\n")):
            table, skipped = self._parsed(_one_line_a_row(text, self.delimiter))
        raw = _Raw(text, np.delete(np.arange(lines), [number - 1 for number in skipped]))
        batch = Batch(raw.rows + first, self._columns(table), self.fields, raw, rows_in=lines, last_line=first + lines - 1)
        for number in skipped:
            batch.set_aside.append(
                (first + number - 1, "the row has another number of columns than the header", raw.line(number - 1))
            )
        return _without_blank_lines(batch, raw)

    def _columns(self, table: pa.Table) -> dict[str, pa.Array]:
        return {word: table.column(self._name(field)).combine_chunks() for word, field in self.fields.items()}

    def _name(self, field: Field) -> str:
        return f"c{list(self.header).index(field.column)}"

    def _types(self, as_text: set[str]) -> dict[str, pa.DataType]:
        types = {self._name(field): pa.string() for field in self.fields.values()}
        for word, field in self.fields.items():
            if field.pattern or word in as_text:
                continue
            if word in POSITION_NUMBERS or (word == "time" and field.time_format in ("epoch_s", "epoch_ms")):
                types[self._name(field)] = pa.float64()
            elif word == "time" and field.time_format == "iso":
                types[self._name(field)] = pa.timestamp("us", tz="UTC" if self.zoned else None)
        return types

    def _parsed(self, text: bytes) -> tuple[pa.Table, list[int]]:
        """The columns, and the number (from 1) of rows with another number of values.

        Starts anew with every block: what one block cannot be read as must not change how another one is read.
        """
        as_text: set[str] = set()
        while True:
            try:
                return self._read(text, as_text)
            except pa.ArrowInvalid as fault:
                if not (learnt := self._column_of(str(fault)) - as_text):
                    if as_text >= self.fields.keys():
                        raise
                    # Bytes that are no UTF-8, in a column that is text anyhow.
                    learnt = set(self.fields)
                    text = text.decode("utf-8", errors="replace").encode()
                as_text |= learnt

    def _column_of(self, fault: str) -> set[str]:
        return {word for word, field in self.fields.items() if f"CSV column #{self._place(field)}:" in fault}

    def _place(self, field: Field) -> int:
        return list(self.header).index(field.column)

    def _read(self, text: bytes, as_text: set[str]) -> tuple[pa.Table, list[int]]:
        skipped: list[int] = []

        def skip(row: pcsv.InvalidRow) -> str:
            skipped.append(row.number)
            return "skip"

        names = [f"c{i}" for i in range(len(self.header))]
        types = self._types(as_text)
        if not text:
            return pa.schema(list(types.items())).empty_table(), skipped
        table = pcsv.read_csv(
            pa.py_buffer(text),
            read_options=pcsv.ReadOptions(column_names=names, use_threads=False, block_size=len(text) + 1),
            parse_options=pcsv.ParseOptions(
                delimiter=self.delimiter, ignore_empty_lines=False, invalid_row_handler=skip
            ),
            convert_options=pcsv.ConvertOptions(
                column_types=types,
                include_columns=list(types),
                null_values=["", *self.null_tokens],
                strings_can_be_null=True,
            ),
        )  # fmt: skip
        return table, skipped


@dataclass
class _Raw:
    """The text of row ``i`` of a block, cut only when asked for."""

    text: bytes
    rows: Wholes
    """The line in the block of each row."""

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.text.split(b"\n")

    def line(self, number: int) -> str:
        """Line ``number`` (from 0) of the block."""
        return self._lines[number].rstrip(b"\r").decode("utf-8", errors="replace")[:RAW_MAX]

    def __call__(self, index: int) -> str:
        return self.line(int(self.rows[index]))


def _without_blank_lines(batch: Batch, raw: _Raw) -> Batch:
    empty = np.flatnonzero(batch.columns["mmsi"].is_null().to_numpy(zero_copy_only=False))
    blank = [i for i in empty if not raw(int(i)).strip()]
    if not blank:
        return batch
    kept = np.ones(len(batch), dtype=bool)
    kept[blank] = False
    batch.other["blank line"] += int((~kept).sum())
    batch.lines, raw.rows = batch.lines[kept], raw.rows[kept]
    batch.columns = {word: column.filter(pa.array(kept)) for word, column in batch.columns.items()}
    return batch


def _one_line_a_row(text: bytes, delimiter: str) -> bytes:
    """The same lines with quotes that span lines, and line ends inside a line, made harmless."""
    return b"\n".join(_tamed(line, delimiter) for line in text.removesuffix(b"\n").split(b"\n")) + b"\n"


def _tamed(line: bytes, delimiter: str) -> bytes:
    line = line.rstrip(b"\r").replace(b"\r", b" ")
    if b'"' not in line or _quotes_close(line, delimiter):
        return line
    return line.replace(b'"', b"'") + delimiter.encode() * 100


def _quotes_close(line: bytes, delimiter: str) -> bool:
    """Whether every quoted value of a line ends on it; a quote inside a plain value is an ordinary character."""
    try:
        next(csv.reader([line.decode("utf-8", errors="replace")], delimiter=delimiter, strict=True), None)
    except csv.Error:
        return False
    return True


def reader(member: Member, layout: Layout, null_tokens: tuple[str, ...] = ()) -> Delimited:
    """A reader for a member with this layout.

    Raises:
        InputError: a column that the layout needs is missing.
    """
    header, delimiter = header_of(member.head)
    fields = layout.check(header, source=member.path, place=member.place("line 1"))
    return Delimited(header, delimiter, fields, null_tokens, _zoned(member.head, header, delimiter, fields))


def _zoned(head: bytes, header: list[str], delimiter: str, fields: dict[str, Field]) -> bool:
    lines = head.split(b"\n", 2)
    if "time" not in fields or len(lines) < 2:
        return False
    row = next(csv.reader([lines[1].decode("utf-8", errors="replace").rstrip("\r")], delimiter=delimiter), [])
    place = header.index(fields["time"].column)
    value = row[place].strip() if place < len(row) else ""
    return value.endswith("Z") or "+" in value or value[10:].count("-") > 0
