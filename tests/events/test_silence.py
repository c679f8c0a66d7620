"""How likely a silence was chosen: told from what other ships went through at the same place and time."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from darkwake.events import GapRule
from darkwake.events.silence import SilenceRule
from tests.events.rows import fixes, sea, shuffled

HOURS = 72
RULE = GapRule(min_hours=6)


def fleet(silent, ships=40, seed=7):
    """Ships at anchor or going round in a bay, heard every 15 minutes but in ``silent(ship, hour, lon)``."""
    random = np.random.default_rng(seed)
    parts = []
    for ship in range(ships):
        minutes = np.arange(random.uniform(0, 15), HOURS * 60, 15.0)
        lat, lon = 42.0 + random.uniform(0, 0.3), 132.2 + random.uniform(0, 0.6)
        speed = 8.0 if ship % 2 else 0.1
        away = speed * minutes / 60 % 20 / 60
        rows = [
            (minute, lat, lon + min(east, 20 / 60 - east), speed)
            for minute, east in zip(minutes, away, strict=True)
            if not silent(ship, minute / 60, lon)
        ]
        parts.append(fixes(np.base_repr(ship + 40, 36).lower(), rows))
    return sea(*parts)


def of_ship(gaps, ship):
    """The silences of a ship of the fleet."""
    return [gap for gap in gaps if gap["mmsi"] == 200_000_000 + ship + 40]


def chances(gaps):
    return [gap["probability"] for gap in gaps]


def factors(gap):
    return json.loads(gap["factors"])


def switched_off(ship, hour, lon):
    return ship == 4 and 30 <= hour < 48


@pytest.fixture(scope="module")
def hiding():
    return fleet(switched_off)


def test_a_ship_that_alone_falls_silent_among_ships_that_are_heard_is_likely_to_have_chosen_it(found, hiding):
    [gap] = found(hiding, "gap", RULE)
    assert gap["mmsi"] == 200_000_044
    assert gap["probability"] > 0.7
    assert factors(gap)["others_heard_ship_hours"] > 100
    assert not factors(gap)["cannot_tell"]


def test_the_same_silence_while_the_receivers_hear_nobody_is_not_called_chosen(found):
    out = fleet(lambda ship, hour, lon: 30 <= hour < 48)
    gaps = found(out, "gap", RULE)
    assert len(gaps) == 40
    assert max(chances(gaps)) < 0.1


def test_ships_that_sail_out_of_the_reach_of_the_receivers_are_not_called_hiding(found):
    """All ships go east for 30 h and come back; nobody is heard beyond the 133rd meridian."""
    parts = []
    for ship in range(30):
        minutes = np.arange(ship * 20.0, HOURS * 60, 15.0)
        east = np.abs((minutes - ship * 20.0) / 60 - 30.0)
        lon = 136.0 - east * 0.15
        rows = [(m, 42.0 + ship / 300, at, 8.0) for m, at in zip(minutes, lon, strict=True) if at < 133.0]
        parts.append(fixes(np.base_repr(ship + 40, 36).lower(), rows))
    gaps = [gap for gap in found(sea(*parts), "gap", RULE) if gap["end"]]
    assert len(gaps) == 30
    assert max(chances(gaps)) < 0.05
    assert min(factors(gap)["left_coverage"] for gap in gaps) > 0.01


def test_thinning_one_ship_raises_the_chance_and_thinning_all_that_are_near_does_not(found):
    alone = of_ship(found(fleet(switched_off), "gap", RULE), 4)
    together = of_ship(found(fleet(lambda ship, hour, lon: 30 <= hour < 48 and ship < 36), "gap", RULE), 4)
    assert min(chances(alone)) > 0.7
    assert max(chances(together)) < 0.1


def test_a_ship_alone_at_sea_cannot_be_judged_and_the_factors_say_so(found):
    [gap] = found(fixes("a", [(at * 15.0, 42.0, 133.0, 0.1) for at in [*range(100), *range(180, 300)]]), "gap", RULE)
    assert factors(gap)["cannot_tell"]
    assert gap["probability"] < 0.1


def test_the_chance_rises_with_the_rate_at_which_crews_switch_off(found, hiding):
    rates = [1e-5, 1e-4, 1e-3]
    rules = [GapRule(min_hours=6, silence=SilenceRule(chosen_per_hour=rate)) for rate in rates]
    told = [found(hiding, "gap", rule)[0]["probability"] for rule in rules]
    assert told == sorted(told)
    assert told[0] < 0.3 < 0.7 < told[-1]


def test_bayes_rule_can_be_followed_from_the_factors(found, hiding):
    [gap] = found(hiding, "gap", RULE)
    told = factors(gap)
    weight = told["prior_per_hour"] / (told["prior_per_hour"] + SilenceRule().failed_per_hour + told["chance_if_transmitting"])
    assert gap["probability"] == pytest.approx(weight, abs=1e-3)


def test_neither_the_order_of_rows_nor_the_antimeridian_changes_a_judgement(found, hiding):
    before = found(hiding, "gap", RULE)
    assert found(shuffled(hiding, 3), "gap", RULE) == before
    lon = (np.asarray(hiding["lon"]) + 47.5 + 180) % 360 - 180
    moved = found(hiding.set_column(hiding.column_names.index("lon"), hiding.schema.field("lon"), pa.array(lon)), "gap", RULE)
    assert chances(moved) == pytest.approx(chances(before), abs=0.05)


@pytest.mark.parametrize("rates", [{"chosen_per_hour": 0.0}, {"failed_per_hour": 1.0}, {"persistence": 0}])
def test_rates_that_make_no_sense_are_refused(rates):
    with pytest.raises(ValueError, match="have to"):
        SilenceRule(**rates)


def test_losing_most_messages_of_one_ship_is_suspicious_and_losing_those_of_all_alike_is_coverage(found):
    random = np.random.default_rng(11)
    lost = random.random((40, HOURS + 1, 4)) > 0.04
    alone = of_ship(
        found(fleet(lambda ship, hour, lon: ship == 4 and lost[ship, int(hour), int(hour % 1 * 4)]), "gap", RULE), 4
    )
    all_alike = of_ship(found(fleet(lambda ship, hour, lon: lost[ship, int(hour), int(hour % 1 * 4)]), "gap", RULE), 4)
    assert len(alone) == len(all_alike) > 2
    assert max(chances(alone)) > 0.5
    assert max(chances(all_alike)) < 0.01
