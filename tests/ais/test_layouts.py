"""Fields of payloads read together: each equals what pyais reads from the one payload."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyais.bit_vector import bit_vector
from pyais.messages import MSG_CLASS
from pyais.stream import FileReaderStream

from darkwake.ais.layouts import BITS, LAYOUTS, NAME_ONLY, SIZE_ONLY
from darkwake.ais.sixbit import Payloads, unarmoured
from tests.ais.reading import unpacked

LOGS = sorted(path.name for path in (Path(__file__).parents[3] / "shared/data/ais/nmea").glob("*.nm*.gz"))
PADDING = b"0" * 128
ARMOUR = bytes(range(48, 88)) + bytes(range(96, 120))


def unequal(layout: int, payloads: list[bytes], messages: list[Any]) -> list[tuple[str, Any, Any]]:
    """Fields of which two decoders give other values; text and numbers alike have to be equal to the last bit."""
    starts = np.cumsum([0, *map(len, payloads[:-1])])
    columns = Payloads(unarmoured(b"".join(payloads) + PADDING), starts, -(-BITS[layout] // 6))
    found = []
    for field in LAYOUTS[layout]:
        values = field.of(columns)
        ours = values.to_pylist() if isinstance(values, pa.Array) else values.tolist()
        theirs = [getattr(message, field.name) for message in messages]
        found += [(field.name, own, other) for own, other in zip(ours, theirs, strict=True) if own != other]
    return found


@pytest.mark.parametrize("log", LOGS)
def test_every_field_of_every_message_in_the_logs_equals_pyais(shared: Path, tmp_path: Path, log: str) -> None:
    (tmp_path / "log").write_bytes(unpacked(shared / "ais/nmea" / log))
    found: dict[int, list[Any]] = defaultdict(list)
    with FileReaderStream(str(tmp_path / "log")) as stream:
        for sentence in (one for one in stream if one.payload):
            kind = sentence.ais_id
            layout = kind if kind != 24 else (NAME_ONLY, SIZE_ONLY, 0, 0)[sentence.bv.get(38, 2)]
            if layout in BITS and len(sentence.bv) >= BITS[layout]:
                found[layout].append((sentence.payload, sentence.decode()))
    assert found
    assert {layout: unequal(layout, *map(list, zip(*pairs, strict=True))) for layout, pairs in found.items()} == {
        layout: [] for layout in found
    }


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_any_bits_give_the_values_of_pyais(layout: int) -> None:
    """Fields at any value, reserved ones too; the type stands in the first six bits, the part of type 24 in 38 and 39."""
    kind = 24 if layout in (NAME_ONLY, SIZE_ONLY) else layout
    codes = np.random.default_rng(layout).integers(0, 64, (400, -(-BITS[layout] // 6)))
    codes[:100] = np.where(codes[:100] % 2, 0, 63)
    codes[:, 0] = kind
    if kind == 24:
        codes[:, 6] = codes[:, 6] & 0b110011 | (layout == SIZE_ONLY) << 2
        codes[:, 1] = 0  # No auxiliary craft, whose layout is another one.
    payloads = [bytes(ARMOUR[code] for code in row) for row in codes.tolist()]
    messages = [MSG_CLASS[kind].from_vector(bit_vector(payload, 0)) for payload in payloads]
    assert unequal(layout, payloads, messages) == []


def test_layouts_are_there_for_the_types_that_make_up_the_traffic() -> None:
    kinds = Counter(24 if layout in (NAME_ONLY, SIZE_ONLY) else layout for layout in LAYOUTS)
    assert kinds == Counter([1, 2, 3, 4, 5, 9, 11, 18, 19, 21, 24, 24, 27])
