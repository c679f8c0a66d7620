"""NMEA: agreement with two decoders on real logs, and no line that can stop the stream."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.ais.cleaning import Clean, clean
from darkwake.ais.messages import NO_DATE, Decoder
from tests.ais.damage import signed
from tests.ais.reading import taken, unpacked

LOGS = json.loads(Path(__file__).with_name("decoder_counts.json").read_text(encoding="utf-8"))
TYPE_5 = (
    b"!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C",
    b"!AIVDM,2,2,1,A,88888888880,2*25",
)
TYPE_1 = b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23"
MOMENT = datetime(2020, 1, 1, tzinfo=UTC)


def read(*lines: bytes, moment: datetime | None = MOMENT) -> tuple[list[Clean], Decoder]:
    decoder = Decoder(moment)
    return [clean(decoder.decode(b"\n".join(lines), 0)), clean(decoder.finish())], decoder


def balance(results: list[Clean]) -> tuple[int, int]:
    """Rows in, and where they went (no type here gives both)."""
    kept = sum(r.reports.num_rows + r.said.rows.num_rows for r in results)
    return sum(r.rows_in for r in results), kept + sum(r.other.total() + len(r.quarantine) for r in results)


def types(path: Path) -> Counter[int]:
    decoder = Decoder(MOMENT)
    decoder.decode(unpacked(path), 0)
    return decoder.types


@pytest.mark.parametrize("name", [log for log in LOGS if log not in ("mixed_faults_897.nmea", "mixed_gps_ais.nmea")])
def test_messages_by_type_agree_with_pyais_on_real_logs(shared: Path, name: str) -> None:
    expected = {int(kind): count for kind, count in LOGS[name]["pyais"].items()}
    assert dict(types(shared / f"ais/nmea/{name}.gz")) == expected


def test_on_the_faulty_log_nothing_but_the_empty_payloads_is_lost(shared: Path) -> None:
    """The other decoder returns the 100 empty payloads as records without type and joins one stray part to a type 1."""
    found = types(shared / "ais/nmea/mixed_faults_897.nmea.gz")
    assert dict(found) == {int(kind): count for kind, count in LOGS["mixed_faults_897.nmea"]["pyais"].items()}


def test_a_sentence_without_checksum_is_set_aside_as_one_decoder_does(shared: Path, tmp_path: Path) -> None:
    found = types(shared / "ais/nmea/mixed_gps_ais.nmea.gz")
    assert dict(found) == {int(kind): count for kind, count in LOGS["mixed_gps_ais.nmea"]["aiscat"].items()}
    done = taken(shared / "ais/nmea/mixed_gps_ais.nmea.gz", tmp_path / "out", moment=MOMENT)
    assert done.reasons() == {14: "no NMEA sentence", 21: "no NMEA sentence", 23: "no checksum"}


def test_positions_are_those_on_which_two_decoders_agree(shared: Path, tmp_path: Path) -> None:
    """All 747 of them but for five "not available"; one decoder lost the last line, which has no line end."""
    agreed = list(csv.DictReader(io.StringIO(unpacked(shared / "ais/nmea/kystverket_20190807_positions.csv.gz").decode())))
    expected = Counter(_place(r) for r in agreed if float(r["lat"]) != 91)
    rows = taken(shared / "ais/nmea/kystverket_20190807_1000.nm4.gz", tmp_path / "out").rows("reports")
    found = Counter(_place(row) for row in rows)
    assert (len(agreed), expected.total(), found.total()) == (747, 742, 743)
    assert not expected - found


def _place(row: dict[str, Any]) -> tuple[int, float, float]:
    """MMSI and place to 1e-4 degrees, which is coarser than the 2e-5 of the agreement."""
    return int(row["mmsi"]), round(float(row["lat"]), 4), round(float(row["lon"]), 4)


def test_every_type_5_record_is_kept_as_decoded(shared: Path, tmp_path: Path) -> None:
    """570 records of name, IMO number, draught and destination; one of MMSI 0, which is nobody's, is set aside."""
    expected: Counter[tuple[Any, ...]] = Counter()
    for r in csv.DictReader(io.StringIO(unpacked(shared / "ais/nmea/type5_static.csv.gz").decode())):
        key = (r["file"], int(r["mmsi"]), int(r["imo"]) or None, r["name"] or None, r["callsign"] or None)
        expected[(*key, float(r["draught_m"]) or None, r["destination"] or None)] += 1
    found: Counter[tuple[Any, ...]] = Counter()
    for name in {key[0] for key in expected}:
        for r in taken(shared / f"ais/nmea/{name}.gz", tmp_path / name, moment=MOMENT).rows("statics"):
            key = (name, r["mmsi"], r["imo"], r["name"], r["callsign"])
            found[(*key, r["draught_m"], r["destination"])] += 1
    assert expected.total() == 570
    assert [key[:2] for key in expected - found] == [("denmark_20100611_stream.nmea", 0)]


def test_each_of_the_26_types_is_named(shared: Path) -> None:
    assert sorted(types(shared / "ais/nmea/all_types_26.nmea.gz")) == [*range(1, 19), *range(20, 28)]


def test_values_equal_an_independent_decoder_on_one_message_of_each_position_type(shared: Path, tmp_path: Path) -> None:
    lines = gzip.decompress((shared / "ais/nmea/all_types_26.expected.json.gz").read_bytes()).decode().splitlines()
    expected = {r["mmsi"]: r for r in map(json.loads, lines) if r["type"] in (1, 3, 11, 18)}
    rows = {r["mmsi"]: r for r in taken(shared / "ais/nmea/all_types_26.nmea.gz", tmp_path / "out").rows("reports")}
    for mmsi, other in expected.items():
        assert rows[mmsi]["lat"] == pytest.approx(other["lat"], abs=2e-5)
        assert rows[mmsi]["lon"] == pytest.approx(other["lon"], abs=2e-5)
        if "speed" in other:
            assert rows[mmsi]["sog_kn"] == pytest.approx(other["speed"], abs=0.05)


def test_parts_with_other_lines_between_them_are_put_together() -> None:
    results, _ = read(TYPE_5[0], b"$GPGGA,184353.07,1929.045,S*00", TYPE_1, TYPE_5[1])
    static = results[0].said.rows.to_pylist()[0]
    assert (static["mmsi"], static["line"]) == (351759000, 4)
    assert results[0].other == {"other sentence": 1, "part of a message": 1}


def test_a_type_5_whose_last_part_is_missing_keeps_what_came_of_it_and_says_so() -> None:
    """The draught stands in the first part; of the destination half came, and half a word is none."""
    results, decoder = read(TYPE_5[0], TYPE_1)
    torn, whole = (read(*lines)[0] for lines in ((TYPE_5[0],), TYPE_5))
    kept = results[1].said.rows.to_pylist()
    assert kept == [whole[0].said.rows.to_pylist()[0] | {"line": 1, "destination": None, "incomplete": True}]
    assert (kept[0]["draught_m"], kept, balance(results)) == (12.2, torn[1].said.rows.to_pylist(), (2, 2))
    assert decoder.types == {1: 1}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (TYPE_5[1], "part missing: the first"),
        (b"!AIVDM,2,1,1,A,55?MbV02;H;,0*18", "part missing of a type 5"),
        (b"!AIVDM,2,1,3,A,802R5Ph0Bk@Ch@Fln<ljQhs2HGwwwwwwwwwwwwwwwwwwwwwwwwwwwwww,0*48", "part missing of a type 8"),
    ],
)
def test_a_message_that_is_not_worth_keeping_without_its_other_parts_is_set_aside(line: bytes, reason: str) -> None:
    results, _ = read(line, TYPE_1)
    assert [(number, why) for number, why, _ in results[1].quarantine] == [(1, reason)]
    assert balance(results) == (2, 2)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (TYPE_1[:-2] + b"24", "bad checksum"),
        (b"!AIVDM,1,1,,B,,0*25", "empty payload"),
        (b"!AIVDM,0,0,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23", "fragment count, number or fill bits cannot be"),
        (b"!AIVDM,1,1,,A,13HOI:0P0000,0*30", "payload too short for type 1"),
        (b"\\c:1565218798*53!AIVDM", "tag block is not closed"),
        (b"\xff\xfe\x00 rubbish", "no NMEA sentence"),
    ],
)
def test_a_faulty_line_is_set_aside_with_its_reason_and_the_next_one_is_read(line: bytes, reason: str) -> None:
    results, _ = read(line, TYPE_1)
    assert [(number, why) for number, why, _ in results[0].quarantine] == [(1, reason)]
    assert results[0].reports.column("line").to_pylist() == [2]


@pytest.mark.parametrize(
    ("before", "behind", "moment"),
    [
        (b"\\c:1565218798*53\\", b"", datetime(2019, 8, 7, 22, 59, 58, tzinfo=UTC)),
        (b"\\c:1565218798500*66\\", b"", datetime(2019, 8, 7, 22, 59, 58, 500_000, tzinfo=UTC)),
        (b"\\c:1565218798*53\\\n", b"", datetime(2019, 8, 7, 22, 59, 58, tzinfo=UTC)),
        (b"$PGHP,1,2012,12,6,9,53,48,612,244,,,1,02*21\n", b"", datetime(2012, 12, 6, 9, 53, 48, 612_000, tzinfo=UTC)),
        (b"", b",r003669946,1325394060,1325394001", datetime(2012, 1, 1, 5, 1, tzinfo=UTC)),
    ],
)
def test_the_time_stands_around_the_sentence(before: bytes, behind: bytes, moment: datetime) -> None:
    """In a tag block (seconds or milliseconds), on the line before, or behind the checksum."""
    results, _ = read(*(before + TYPE_1 + behind).split(b"\n"), moment=None)
    assert results[0].reports.column("time").to_pylist() == [moment]


def test_a_position_without_any_date_is_set_aside_and_a_static_message_is_kept() -> None:
    results, _ = read(TYPE_1, *TYPE_5, moment=None)
    assert [reason for _, reason, _ in results[0].quarantine] == [NO_DATE]
    assert results[0].said.rows.column("time").to_pylist() == [None]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_line_loses_a_line(data: st.DataObject) -> None:
    """Bytes changed, cut out or put in anywhere: every line still ends in exactly one place."""
    lines = [b"\\c:1565218798*53\\" + TYPE_1, TYPE_5[0], TYPE_1, TYPE_5[1], b"# end"]
    text = bytearray(b"\n".join(lines))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    whole = bytes(text)
    results, _ = read(*whole.split(b"\n"))
    went_in, came_out = balance(results)
    assert went_in == came_out == len(whole.split(b"\n")) - whole.endswith(b"\n")


def test_the_station_that_heard_stands_in_every_position_that_names_one() -> None:
    results, _ = read(signed(b"\\s:r3669946,c:1565218798*00\\" + TYPE_1), TYPE_1)
    assert results[0].reports.column("station").to_pylist() == ["r3669946", None]


def test_fill_bits_are_the_last_field_where_lines_were_glued_together() -> None:
    glued = b"!AIVDM,1,1,,B,H3@o4TmS653hhhi?EnlmiP0`7DM,1,1,,B,H3@o4TmS653hhhi?EnlmiP0`7220,0*72"
    results, _ = read(glued)
    assert results[0].said.rows.column("to_starboard_m").to_pylist() == [29.0]


def test_parts_that_two_stations_number_alike_are_told_apart_by_their_groups() -> None:
    """The destination of the one ship does not get into the message of the other."""
    other = re.sub(rb",55\?", b",54?", TYPE_5[0])
    one, two = (
        [signed(b"\\g:%d-2-%d*00\\%b" % (part, group, line)) for part, line in ((1, first), (2, TYPE_5[1]))]
        for group, first in ((71, TYPE_5[0]), (72, other))
    )
    results, _ = read(one[0], two[0], one[1], two[1])
    rows = results[0].said.rows.to_pylist()
    assert [(row["line"], row["mmsi"], row["incomplete"]) for row in rows] == [(3, 351759000, False), (4, 284650136, False)]
    assert balance(results) == (4, 4)


def base_station(minute: int) -> bytes:
    """A base station's message (type 4) of 2024-05-01 00:MM:00, as a receiver heard it whose clock is an hour slow."""
    bits = f"{4:06b}{0:02b}{2190071:030b}{2024:014b}{5:04b}{1:05b}{1:05b}{minute:06b}{0:06b}".ljust(168, "0")
    codes = [int(bits[at : at + 6], 2) for at in range(0, 168, 6)]
    payload = "".join(chr(code + 48 + 8 * (code > 39)) for code in codes)
    line: bytes = signed(b"\\c:%d*00\\!AIVDM,1,1,,A,%b,0*00" % (1714521600 + 60 * minute, payload.encode()))
    return line


def test_a_receiver_whose_clock_is_an_hour_slow_is_told_by_what_base_stations_say(tmp_path: Path) -> None:
    (tmp_path / "log.nmea").write_bytes(b"\n".join(base_station(minute) for minute in range(12)))
    account = taken(tmp_path / "log.nmea", tmp_path / "out").account
    assert account.clock_off_s == -3600
    assert any("-3600 s behind those that base stations say in 12 messages" in note for note in account.notes)


def test_the_receivers_of_a_real_log_are_a_second_late(shared: Path, tmp_path: Path) -> None:
    account = taken(shared / "ais/nmea/denmark_20100611_stream.nmea.gz", tmp_path / "out").account
    assert (account.clock_off.total(), account.clock_off_s) == (114, 1)
    assert not any("clock" in note for note in account.notes)
