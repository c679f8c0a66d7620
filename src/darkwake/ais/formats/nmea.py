"""Raw NMEA: AIVDM, BSVDM and every other talker, with tag blocks, wrappers or nothing around, any number of parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from darkwake.ais.batch import Batch
from darkwake.ais.delimited import blocks
from darkwake.ais.messages import Decoder
from darkwake.ais.reading import Reading, Settings
from darkwake.ais.sources import Member

BLOCK_BYTES = 1 << 20
_SENTENCE = re.compile(rb"^(\\[^\\\r\n]{0,200}\\)?\s*[!$][A-Z0-9-]{2}VD[MO],|^\$PGHP,\d", re.MULTILINE)


def recognises(head: bytes, settings: Settings) -> bool:  # noqa: ARG001
    """Whether an AIS sentence or a wrapper stands at the start of one of the first lines."""
    return _SENTENCE.search(head) is not None


def read(member: Member, settings: Settings) -> Reading:
    """The member as batches. Parts of one message may lie in two blocks, so batches are decoded in order."""
    return Reading("NMEA", _batches(member, Decoder(settings.moment)))


def _batches(member: Member, decoder: Decoder) -> Iterator[Callable[[], Batch]]:
    for block in blocks(member, BLOCK_BYTES):
        batch = decoder.decode(block.text, block.lines_before)
        yield partial(_given, batch)
    yield decoder.finish


def _given(batch: Batch) -> Batch:
    return batch
