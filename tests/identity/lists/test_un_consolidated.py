"""The UN consolidated list, and XML that means harm."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest

from darkwake.errors import InputError
from darkwake.identity.lists import read_lists, un_consolidated
from darkwake.identity.lists.reading import Reading
from darkwake.identity.lists.sources import open_source

ROOT = '<CONSOLIDATED_LIST dateGenerated="2018-10-29T19:09:49.856-04:00">{}</CONSOLIDATED_LIST>'
ENTITY = """<ENTITIES><ENTITY><DATAID>1</DATAID><FIRST_NAME> RI  CO </FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
<REFERENCE_NUMBER>KPe.001</REFERENCE_NUMBER><LISTED_ON>2009-04-24</LISTED_ON><COMMENTS1>IMO number: 5936312</COMMENTS1>
<ENTITY_ALIAS><QUALITY/><ALIAS_NAME/></ENTITY_ALIAS></ENTITY></ENTITIES>"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "consolidated.xml"
    path.write_text(text, encoding="utf-8")
    return path


def test_703_persons_390_entities_155_of_the_dprk_and_no_vessel(readings: dict[str, Reading]):
    rows = readings["un-consolidated"].listings.to_pylist()
    assert Counter(row["kind"] for row in rows) == {"person": 703, "entity": 390}
    assert Counter(row["entry_id"][:3] for row in rows if row["programmes"] == ["UN DPRK"]) == {"KPi": 80, "KPe": 75}


def test_names_are_trimmed_and_empty_aliases_are_no_names(readings: dict[str, Reading]):
    rows = {row["entry_id"]: row for row in readings["un-consolidated"].listings.to_pylist()}
    assert rows["KPi.033"]["names"] == ["RI WON HO"]
    assert rows["KPi.038"]["names"] == ["CHO CHUN RYONG", "Jo Chun Ryong"]
    assert all(name.strip() == name and name for row in rows.values() for name in row["names"])


def test_each_entry_is_found_on_its_line(folder: Path, readings: dict[str, Reading]):
    lines = gzip.decompress((folder / "un_consolidated_2018-10-29.xml.gz").read_bytes()).decode().splitlines()
    for row in readings["un-consolidated"].listings.to_pylist():
        assert "<INDIVIDUAL>" in lines[row["line"] - 1] or "<ENTITY>" in lines[row["line"] - 1]


def test_measures_are_stated_for_the_dprk_only(readings: dict[str, Reading]):
    rows = readings["un-consolidated"].listings.to_pylist()
    assert {row["programmes"][0] for row in rows if row["measures"]} == {"UN DPRK"}


def test_a_companys_number_is_not_taken_for_a_ships(tmp_path: Path):
    draft = un_consolidated.read(open_source(written(tmp_path, ROOT.format(ENTITY))), {})
    assert [(e.names, e.imo, e.line) for e in draft.entries] == [(("RI CO",), None, 1)]
    assert draft.stated_version == "2018-10-29"


def test_an_entry_without_any_id_is_set_aside(tmp_path: Path):
    text = ROOT.format(ENTITY.replace("<DATAID>1</DATAID>", "").replace("KPe.001", ""))
    draft = un_consolidated.read(open_source(written(tmp_path, text)), {})
    assert [s.reason for s in draft.set_aside] == ["it has neither a reference nor a data id"]


def test_an_unknown_element_is_warned_of(tmp_path: Path):
    text = ROOT.format(ENTITY.replace("<DATAID>", "<COLOUR>red</COLOUR><DATAID>"))
    draft = un_consolidated.read(open_source(written(tmp_path, text)), {})
    assert draft.warnings == ["consolidated.xml: element COLOUR is not known and is in the text only"]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE l [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE l SYSTEM "http://127.0.0.1/evil.dtd">',
    ],
    ids=["billion laughs", "external entity", "external type"],
)
def test_document_types_and_entities_are_refused(tmp_path: Path, doctype: str):
    path = written(tmp_path, doctype + ROOT.format(ENTITY.replace("RI  CO", "&l9;&x;")))
    with pytest.raises(
        InputError, match=r"consolidated.xml:line 1: declares a document type or an entity.*do not trust this file"
    ):
        read_lists([path])


def test_deep_nesting_is_refused(tmp_path: Path):
    path = written(tmp_path, ROOT.format("<a>" * 100_000 + "</a>" * 100_000))
    with pytest.raises(InputError, match=r"consolidated.xml:line 1: nests deeper than 32 levels"):
        read_lists([path])


def test_a_cut_file_is_refused_with_its_line(folder: Path, tmp_path: Path):
    text = gzip.decompress((folder / "un_consolidated_2018-10-29.xml.gz").read_bytes()).decode()
    path = written(tmp_path, text[: len(text) // 2])
    with pytest.raises(InputError, match=r"consolidated.xml:line \d+: not well-formed XML"):
        read_lists([path])


def test_a_whole_file_with_few_entries_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="1 entries where un-consolidated has at least 600"):
        read_lists([written(tmp_path, ROOT.format(ENTITY))])
