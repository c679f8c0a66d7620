"""The stages of a case: listings from files, links from vessels to listings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from darkwake.identity import links, listings
from darkwake.identity.lists import bundled
from darkwake.identity.lists.reading import Reading
from darkwake.identity.screening import together
from darkwake.identity.stages import listing_id
from darkwake.schema import Links, Listings, Vessels


def vessel(**said: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"vessel_id": "v1", "name": "RUNG RA 2", "verified": True, "origin": "published", "evidence": ["e1"]}
    row |= said
    return row | {"names": row.get("names") or [row["name"]]}


def test_listings_and_their_evidence_come_together(folder: Path):
    made = listings(lists=(bundled(), folder / "eu_vessels_2026-03.csv"))
    assert (made["listings"].num_rows, made["evidence"].num_rows, made["quarantine"].num_rows) == (59 + 597, 2, 0)
    named = set(made["listings"].column("source_id").to_pylist())
    assert named == set(made["evidence"].column("evidence_id").to_pylist())


def test_a_case_without_lists_has_no_listings():
    made = listings(lists=())
    assert {name: table.num_rows for name, table in made.items()} == {"listings": 0, "evidence": 0, "quarantine": 0}


def test_an_equal_number_says_is_listed_as_and_states_the_listing(readings: dict[str, Reading]):
    un = readings["un-1718"].listings
    (link,) = links(Vessels.rows([vessel(imo=9020534)]), un).to_pylist()
    assert (link["kind"], link["since"], link["origin"]) == ("is listed as", "2017-12-28", "published")
    assert link["to_id"] == listing_id("un-1718", "2018-10-16", "imo-9020534")
    assert link["evidence"] == ["e1", un.column("source_id")[0].as_py()]
    assert link["sentence"] == (
        "RUNG RA 2 is listed as RUNG RA 2 on un-1718 of 2018-10-16 (line 40), listed on 2017-12-28: "
        "port ban (2371 (2017) para 6; 2375 (2017) para 6). Because: IMO number 9020534 is equal; name RUNG RA 2 is equal."
    )


def test_a_name_alone_says_only_that_the_name_is_the_same(readings: dict[str, Reading]):
    (link,) = links(Vessels.rows([vessel()]), readings["un-1718"].listings).to_pylist()
    assert (link["kind"], link["origin"]) == ("has the same name as", "inferred")


@pytest.mark.parametrize("imo", [9074729])
def test_the_same_name_with_another_number_is_no_link(readings: dict[str, Reading], imo: int):
    assert links(Vessels.rows([vessel(imo=imo)]), readings["un-1718"].listings).num_rows == 0


def test_a_listing_without_a_number_may_be_of_a_ship_that_another_list_numbers(readings: dict[str, Reading]):
    """The UK gives no IMO number for DPR0094; the UN lists RUNG RA 2 under the number of the vessel asked for."""
    both = together([readings["un-1718"], readings["uk-sanctions-ships"]])
    made = links(Vessels.rows([vessel(imo=9020534, name="PAEK YANG SAN 1")]), both).to_pylist()
    assert [(link["kind"], link["origin"]) for link in made] == [
        ("is listed as", "published"),
        ("may be listed as", "inferred"),
    ]
    assert "RUNG RA 2 is a name of IMO 9020534 on un-1718 2018-10-16" in made[1]["sentence"]


def test_a_number_that_fails_its_check_digit_does_not_link_by_number(readings: dict[str, Reading]):
    (link,) = links(Vessels.rows([vessel(imo=9020535)]), readings["un-1718"].listings).to_pylist()
    assert link["kind"] == "has the same name as"


def test_what_stands_on_something_simulated_is_simulated(readings: dict[str, Reading]):
    (link,) = links(Vessels.rows([vessel(imo=9020534, origin="simulated")]), readings["un-1718"].listings).to_pylist()
    assert link["origin"] == "simulated"


def test_nothing_gives_nothing():
    assert links(Vessels.empty(), Listings.empty()).equals(Links.empty())
