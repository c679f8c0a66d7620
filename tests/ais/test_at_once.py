"""Lines read all at once: as line by line, wherever the blocks are cut and whatever is wrong with the lines."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from darkwake.ais import odd_lines, usual
from darkwake.ais.batch import Batch
from darkwake.ais.marks import Marks
from darkwake.ais.messages import Decoder
from darkwake.ais.sentences import key_number, read_tag
from darkwake.ais.times import NO_TIME
from tests.ais.damage import MOMENT, against_pyais, block, damaged, differences, pyais_alone, sample_lines, signed
from tests.ais.reading import unpacked
from tests.ais.test_layouts import LOGS

TYPE_1 = b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23"


def in_blocks(text: bytes, lines: int, *, at_once: bool = True) -> list[Batch]:
    """A log in blocks of so many lines."""
    decoder, rows = Decoder(MOMENT, at_once=at_once), text.splitlines(keepends=True)
    cuts = [*range(0, len(rows), lines), len(rows)]
    return [*(decoder.decode(b"".join(rows[a:b]), a) for a, b in pairwise(cuts)), decoder.finish()]


def content(batches: list[Batch]) -> list[object]:
    """All that a log gave, in the order of lines."""
    tables = [pa.table(dict(batch.columns)).append_column("line", pa.array(batch.lines)) for batch in batches if len(batch)]
    rows = pa.concat_tables(tables, promote_options="default").sort_by("line").to_pylist() if tables else []
    aside = sorted(entry for batch in batches for entry in batch.set_aside)
    other = sum((batch.other for batch in batches), start=batches[0].other.__class__())
    return [[{word: str(value) for word, value in row.items()} for row in rows], aside, other, sum(b.rows_in for b in batches)]


@pytest.mark.parametrize("log", LOGS)
def test_a_real_log_read_at_once_gives_what_it_gives_line_by_line(shared: Path, log: str) -> None:
    text = unpacked(shared / "ais/nmea" / log)
    for lines in (10_000, 400):
        pairs = zip(in_blocks(text, lines), in_blocks(text, lines, at_once=False), strict=True)
        assert [difference for pair in pairs for difference in differences(*pair)] == []


def test_where_blocks_are_cut_changes_nothing(shared: Path) -> None:
    text = unpacked(shared / "ais/nmea/denmark_20100611_stream.nmea.gz")[:10_000].rpartition(b"\n")[0]
    whole = content(in_blocks(text, 10_000))
    assert [content(in_blocks(text, lines)) == whole for lines in (1, 7, 50)] == [True] * 3


def test_damaged_lines_give_nothing_that_the_single_lines_or_pyais_do_not_give(shared: Path) -> None:
    """Bytes changed, lines cut, glued, stuffed and swollen, most with checksums put right; nothing may be raised."""
    pair, lines = (Decoder(MOMENT), Decoder(MOMENT, at_once=False)), damaged(sample_lines(), np.random.default_rng(7))
    agreed = 0
    for before in range(0, 16_000, 4_000):
        text = block(lines, 4_000)
        batches = [decoder.decode(text, before) for decoder in pair]
        counts, wrong = against_pyais(batches[0], text.split(b"\n"), before)
        assert differences(batches[0], batches[1]) + wrong == []
        agreed += counts["pyais reads the sentence"]
    assert agreed > 2_000
    assert differences(*(decoder.finish() for decoder in pair)) == []


def test_of_undamaged_lines_pyais_alone_reads_those_without_place_or_name_and_the_faulty(shared: Path) -> None:
    lines = sample_lines()
    alone = pyais_alone(Decoder(MOMENT).decode(b"\n".join(lines), 0), lines, 0)
    assert alone.keys() <= {"counted by its kind", "bad checksum", "no checksum", "payload too short for type N"}
    assert alone["counted by its kind"] > 0


@pytest.mark.parametrize(
    ("tag", "time_us", "station"),
    [
        (b"c:1565218798*53", 1565218798000000, None),
        (b"s:r3669946,c:1565218798500*00", 1565218798500000, "r3669946"),
        (b"g:1-2-9999,s:b-12,n:4,c:1565218798*00", 1565218798000000, "b-12"),
        (b"s:Ny-\xc5lesund,c:1565218798*00", 1565218798000000, None),
        (b"s:a,s:b*00", NO_TIME, "a"),
        (b"c:15652,c:1565218798*00", NO_TIME, None),
        (b"c:9999999999*00", NO_TIME, None),
        (b"*00", NO_TIME, None),
    ],
)
def test_tag_blocks_say_time_and_station_at_once_and_one_by_one(tag: bytes, time_us: int, station: str | None) -> None:
    line = signed(b"\\" + tag + b"\\" + TYPE_1)
    marks = Marks(line + b"\n")
    found, odd = usual.read(marks)
    others = odd_lines.read(marks, odd.tolist()).rows
    read = found.with_others(others)
    name = line[int(read.station[0]) : int(read.station_end[0])].decode() or None
    assert (read.tag_us.tolist(), name) == ([time_us], station)
    assert len(found) + len(others) == 1


def test_a_tag_block_with_a_wrong_checksum_says_nothing() -> None:
    line = b"\\s:r3669946,c:1565218798*00\\" + TYPE_1
    found, odd = usual.read(Marks(line))
    assert (found.tag_us.tolist(), found.station_end.tolist(), odd.tolist()) == ([NO_TIME], [0], [])
    assert read_tag(b"s:r3669946,c:1565218798*00") == read_tag(b"")


def test_the_key_of_parts_tells_talker_sequence_channel_and_number_apart() -> None:
    keys = {
        key_number(talker, sequence, channel, parts)
        for talker in (0x4149, 0x4253)
        for sequence in range(257)
        for channel in (0, 1, 66, 256)
        for parts in (2, 9)
    }
    assert len(keys) == 2 * 257 * 4 * 2
    assert max(keys) + 10_000_000 < 2**63
