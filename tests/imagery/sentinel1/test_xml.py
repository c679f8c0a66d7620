from __future__ import annotations

import pytest

from darkwake.errors import InputError
from darkwake.imagery.sentinel1.xml import MAX_XML_BYTES, parsed

BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "a.xml:line 1: not well-formed XML"),
        (b"<a><b></a>", "a.xml:line 1: not well-formed XML: mismatched tag"),
        (b"\x00\x01", "a.xml:line 1: not well-formed XML"),
        (BOMB, "a.xml: the XML declares a document type or entities"),
        (b"<a>" * 50 + b"</a>" * 50, "a.xml: nests deeper than 40 levels"),
        (b" " * (MAX_XML_BYTES + 1), "a.xml: 67,108,865 bytes of XML"),
    ],
)
def test_damaged_and_hostile_xml_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        parsed(data, "a.xml")
