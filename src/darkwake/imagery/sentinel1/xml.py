"""XML of a Sentinel-1 product: bounded in size and depth, no document types, no entities."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, TreeBuilder

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from numpy.typing import NDArray

from darkwake.errors import InputError

MAX_XML_BYTES = 64 << 20
"""Largest annotation, bytes: 1.8 MB is usual, a strip of many slices has some ten times that."""

MAX_DEPTH = 40
"""Deepest nesting: the manifest of a product has about 25 levels."""

DO = "fetch the product again"


class _Bounded(TreeBuilder):
    """Builds the tree and refuses to go too deep."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """An element begins."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise InputError(f"nests deeper than {MAX_DEPTH} levels", do=DO)
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        """An element ends."""
        self._depth -= 1
        return super().end(tag)


def parsed(data: bytes, source: str) -> Element:
    """The root of a document; an InputError naming the file where it is none."""
    if len(data) > MAX_XML_BYTES:
        raise InputError(f"{len(data):,} bytes of XML, more than {MAX_XML_BYTES:,}", do=DO, source=source)
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except ParseError as fault:
        what, line = f"not well-formed XML: {str(fault).partition(':')[0]}", fault.position[0]
        raise InputError(what, do=DO, source=source, place=f"line {line}") from fault
    except DefusedXmlException as fault:
        raise InputError("the XML declares a document type or entities", do=DO, source=source) from fault
    except InputError as fault:
        raise InputError(fault.what, do=fault.do, source=source) from fault
    return root


def text(parent: Element, path: str, source: str) -> str:
    """The text of an element that has to be there."""
    found = (parent.findtext(path) or "").strip()
    if not found:
        raise InputError(f"the element {path} is missing or empty", do=DO, source=source, place=parent.tag)
    return found


def number(parent: Element, path: str, source: str) -> float:
    """A finite number."""
    return float(numbers(text(parent, path, source), f"{parent.tag}/{path}", source)[0])


def numbers(told: str, place: str, source: str) -> NDArray[np.float64]:
    """Finite numbers parted by blanks."""
    try:
        values = np.array(told.split(), np.float64)
    except ValueError as fault:
        raise InputError(f"not numbers: {told[:40]!r}", do=DO, source=source, place=place) from fault
    if not values.size or not np.isfinite(values).all():
        raise InputError("numbers are missing or not finite", do=DO, source=source, place=place)
    return values


def moment(parent: Element, path: str, source: str) -> np.datetime64:
    """An instant in UTC, to the microsecond."""
    told = text(parent, path, source)
    try:
        return np.datetime64(told.removesuffix("Z"), "us")
    except ValueError as fault:
        raise InputError(f"not an instant: {told[:40]!r}", do=DO, source=source, place=f"{parent.tag}/{path}") from fault
