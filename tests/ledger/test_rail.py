"""Rail and pipeline are modes like ships: a small folder of facts, from the sheet to the cap."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from darkwake.cargo import payloads
from darkwake.claims import claims
from darkwake.fusion import MergeRule, deliveries, visits
from darkwake.ledger import BOTH, LedgerRule, LinkRule, ledger
from darkwake.schema import Events, Sightings
from tests.cargo.rows import FAST

YEAR = (date(2024, 1, 1), date(2024, 12, 31))
CITED = "P,T,2024-12-01,body,,yes,"
LAST = "source_publisher,source_title,source_date,source_where,source_url,verified,note"
PLACES = f"""id,name,kind,parent_id,country,lat,lon,extent_m,accuracy,role,licence,{LAST}
bridge,Friendship Bridge,rail crossing,,,42.4153,130.6411,400,bridge,,,{CITED}
rajin,Rajin,port,,KP,42.2333,130.3,3000,port point,,,{CITED}
"""
SIGHTINGS = f"""id,kind,what,vessel,vessel_id,activity,place_id,place,count,product,\
date_from,date_to,date_precision,laden,transponder,carriage,central,lo,unit,bound,{LAST}
R1,visit,tank wagons cross,,,discharge,bridge,bridge,,diesel,2024-03-02,2024-03-02,day,,,rail,1000,,t,exact,{CITED}
R2,visit,tank wagons cross,,,discharge,bridge,bridge,,diesel,2024-03-02,2024-03-02,day,,,rail,1000,,t,exact,Q,T2,2024,,,yes,
R3,visit,pipeline opened,,,discharge,bridge,bridge,,refined,2024-05-01,2024-05-31,month,,,pipeline,,20000,bbl,at least,{CITED}
R4,visit,tank wagons seen,,,discharge,bridge,bridge,,diesel,2024-08-02,2024-08-02,day,,,rail,,,,,{CITED}
S1,visit,tanker unloads,,,discharge,rajin,Rajin,,diesel,2024-03-02,2024-03-02,day,,,,5000,,bbl,exact,{CITED}
"""
TOTALS = f"""id,kind,claimant,what,vessel,vessel_id,place_id,place,activity,product,count,lo,central,hi,unit,bound,fill,\
dwt_lo,dwt_hi,period_start,period_end,carriage,{LAST}
A1,aggregate,P,by rail in spring,,,bridge,bridge,discharge,diesel,,,1500,,t,exact,,,,2024-03-01,2024-04-30,rail,{CITED}
A2,aggregate,P,tankers,,,rajin,Rajin,discharge,refined,2,,,,,none,,,,2024-03-01,2024-04-30,,{CITED}
"""
CAP = f"""id,title,product,amount,unit,year_starts,period_start,period_end,instrument,{LAST}
own,Cap,refined,30000,bbl,01-01,2024-01-01,2024-12-31,test,{CITED}
"""


@pytest.fixture
def made(tmp_path: Path) -> dict[str, pa.Table]:
    """The tables from facts to the ledger."""
    for name, text in (("places", PLACES), ("sightings", SIGHTINGS), ("aggregates", TOTALS), ("caps", CAP)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    facts = claims(facts=tmp_path)
    tables = (facts["places"], facts["vessels"], facts["claims"], Sightings.empty(), Events.empty())
    stays = visits(*tables, period=YEAR, merging=MergeRule())
    loads = payloads(stays, facts["vessels"], seed=1, cargo=FAST)
    given = (stays, loads["payloads"], loads["draws"], *(facts[word] for word in ("claims", "caps", "places", "vessels")))
    rule = LedgerRule(assumptions=False)
    sums = ledger(*given, seed=1, ledger=rule, linking=LinkRule(), cargo=FAST)
    return facts | loads | {"visits": stays, "ledger": sums}


def test_what_went_overland_is_a_visit_without_a_ship(made):
    rows = {(row["carriage"], row["t_stated"], row["bbl_stated"]) for row in made["visits"].to_pylist()}
    assert rows == {("rail", 1500.0, None), ("pipeline", None, 20_000.0), (None, None, 5000.0), (None, None, None)}


def test_a_train_within_the_total_of_its_railway_is_not_added_again(made):
    parts = {row["claim_id"]: row["part_of"] for row in made["claims"].to_pylist()}
    assert (parts["R1"], parts["R2"], parts["S1"], parts["R3"]) == ("A1", "A1", "A2", None)
    assert sum(row["t_stated"] or 0 for row in made["visits"].to_pylist()) == 1500.0


def test_its_amount_stands_on_what_was_stated_and_counts_towards_the_cap(made):
    tiers = {row["visit_id"]: (row["tier"], row["t_p50"]) for row in made["payloads"].to_pylist()}
    overland = [row for row in made["visits"].to_pylist() if row["carriage"] is not None]
    assert {tiers[row["visit_id"]][0] for row in overland} == {"stated"}
    rail = next(tiers[row["visit_id"]][1] for row in overland if row["carriage"] == "rail")
    assert rail == pytest.approx(1500.0, rel=0.05)
    counted = deliveries(made["visits"], made["places"], linking=LinkRule()).counted
    assert set(counted["visit_id"].to_pylist()) == set(made["visits"]["visit_id"].to_pylist())
    last = made["ledger"].to_pylist()[-1]
    assert (last["mode"] != BOTH, last["bbl_p50"] > 1500 * 7.2 + 20_000, last["chance_exceeded"] > 0.5) == (True, True, True)


def test_wagons_of_which_no_source_states_an_amount_are_not_weighed(made):
    assert "R4" not in {look for row in made["visits"].to_pylist() for look in row["sightings"]}
