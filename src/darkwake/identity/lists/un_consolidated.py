"""The United Nations Security Council consolidated list, the published XML: persons and entities of all regimes.

It holds no vessel: the designated ships are a list of their own (``un_1718``); here only their owners stand, and a ship may
be named in an owner's comments. A number called ``IMO number`` there is the company's own, so no IMO is read from this list.
The file does not say what each regime orders; the measures of the DPRK regime (resolution 1718, paragraphs 8(d) and 8(e))
are stated here, those of others are left empty.

XML from outside is hostile: document types and entities are refused (defusedxml), depth and size are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from darkwake.errors import InputError
from darkwake.identity.lists.reading import Draft, Entry, ListFormat, distinct, own_text, set_aside
from darkwake.identity.lists.sources import Source, iso_date
from darkwake.identity.measures import ASSET_FREEZE, TRAVEL_BAN, measure

MAX_DEPTH = 32
"""Deepest nesting that is read: the published list has five levels."""

KINDS = {"INDIVIDUAL": "person", "ENTITY": "entity"}
_FREEZE = measure(ASSET_FREEZE, "1718 (2006) para 8(d)")
MEASURES = {("DPRK", "entity"): (_FREEZE,), ("DPRK", "person"): (_FREEZE, measure(TRAVEL_BAN, "1718 (2006) para 8(e)"))}
_NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_KNOWN = frozenset(
    {*_NAME_PARTS, "DATAID", "VERSIONNUM", "UN_LIST_TYPE", "REFERENCE_NUMBER", "LISTED_ON", "COMMENTS1", "DESIGNATION"}
    | {"NATIONALITY", "LIST_TYPE", "LAST_DAY_UPDATED", "SORT_KEY", "SORT_KEY_LAST_MOD", "NAME_ORIGINAL_SCRIPT", "TITLE"}
    | {"GENDER", "SUBMITTED_BY", "SUBMITTED_ON", "NATIONALITY2", "DELISTED_ON"}
    | {f"{kind}_{part}" for kind in KINDS for part in ("ALIAS", "ADDRESS", "DOCUMENT", "DATE_OF_BIRTH", "PLACE_OF_BIRTH")}
)


class _Lines(TreeBuilder):
    """Builds the tree, notes on which line each entry begins, and refuses to go too deep."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []
        self.expat: Any = None
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """An element begins."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise InputError(f"nests deeper than {MAX_DEPTH} levels", do="give the list as published")
        if tag in KINDS:
            self.lines.append(self.expat.CurrentLineNumber)
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        """An element ends."""
        self._depth -= 1
        return super().end(tag)


def read(source: Source, companions: Mapping[str, Source]) -> Draft:
    """Read the list; its version is ``dateGenerated``."""
    del companions
    root, lines = _tree(source)
    draft = Draft(rows=len(lines), entries=[], stated_version=iso_date(root.get("dateGenerated", "")))
    unknown: set[str] = set()
    for line, element in zip(lines, _elements(root), strict=True):
        reference = _text(element, "REFERENCE_NUMBER") or _text(element, "DATAID")
        if reference:
            draft.entries.append(_entry(element, line, reference))
        else:
            draft.set_aside.append(set_aside(source, line, "it has neither a reference nor a data id", _own(element)))
        unknown |= {child.tag for child in element} - _KNOWN
    draft.warnings += [f"{source.path.name}: element {tag} is not known and is in the text only" for tag in sorted(unknown)]
    return draft


def _tree(source: Source) -> tuple[Element, list[int]]:
    builder = _Lines()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.expat = parser.parser
    try:
        parser.feed(source.data)
        return parser.close(), builder.lines
    except ParseError as fault:
        what, place = f"not well-formed XML: {str(fault).partition(':')[0]}", f"line {fault.position[0]}"
        raise InputError(what, do="fetch the list again", source=source.path, place=place) from fault
    except DefusedXmlException as fault:
        what = "declares a document type or an entity, which a list has no use for"
        place = f"line {builder.expat.CurrentLineNumber}"
        raise InputError(what, do="do not trust this file", source=source.path, place=place) from fault
    except InputError as fault:
        place = f"line {builder.expat.CurrentLineNumber}"
        raise InputError(fault.what, do=fault.do, source=source.path, place=place) from fault


def _elements(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if element.tag in KINDS)


def _text(element: Element, tag: str) -> str:
    return " ".join((element.findtext(tag) or "").split())


def _entry(element: Element, line: int, reference: str) -> Entry:
    kind = KINDS[element.tag]
    regime = _text(element, "UN_LIST_TYPE")
    main = " ".join(part for tag in _NAME_PARTS if (part := _text(element, tag)))
    aliases = [alias.findtext("ALIAS_NAME") or "" for alias in element.findall(f"{element.tag}_ALIAS")]
    return Entry(
        entry_id=reference,
        kind=kind,
        names=distinct([main, _text(element, "NAME_ORIGINAL_SCRIPT"), *aliases]),
        line=line,
        text=_own(element),
        measures=MEASURES.get((regime, kind), ()),
        programmes=(f"UN {regime}",) if regime else (),
        listed_on=iso_date(_text(element, "LISTED_ON")),
    )


def _own(element: Element) -> str:
    parts: dict[str, list[str]] = {}
    for child in element:
        words = ", ".join(word for text in child.itertext() if (word := " ".join(text.split())))
        parts.setdefault(child.tag, []).append(words)
    return own_text({tag: " | ".join(filter(None, values)) for tag, values in parts.items()})


FORMAT = ListFormat(
    list="un-consolidated",
    title="United Nations Security Council consolidated list",
    publisher="United Nations Security Council",
    licence="UN public information",
    recognise=lambda head: "<CONSOLIDATED_LIST" in head,
    read=read,
    least=600,
    most=1_500,
)
