"""What a page says of an event: no more than its factors carry, of the right ship, in words for a report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from darkwake.dossier import events_words as say
from darkwake.dossier.events_reasons import readings, reasons
from darkwake.dossier.events_shown import Shown, span_of
from darkwake.dossier.events_values import measured, share_of

START, END = datetime(2024, 5, 1, 20, 5, tzinfo=UTC), datetime(2024, 5, 2, 4, 35, tzinfo=UTC)


def event(kind: str, *, other: int | None = None, chance: float = 0.5, **factors: Any) -> Shown:
    """An event of MMSI 200000010, perhaps with another ship."""
    row = {
        "event_id": "event-1",
        "kind": kind,
        "mmsi": 200_000_010,
        "other_mmsi": other,
        "start": START,
        "end": factors.pop("end", END),
        "lat": 42.5,
        "lon": -133.25,
        "end_lat": 42.6,
        "end_lon": -133.25,
        "place_id": None,
        "probability": chance,
        "origin": "observed",
        "factors": factors,
    }
    return Shown(row, span_of(row))


@pytest.mark.parametrize(
    ("chance", "factors", "words"),
    [
        (0.95, {"class": "transfer drifting"}, "Probable transfer drifting"),
        (0.79, {"class": "transfer drifting"}, "Possible transfer drifting"),
        (0.95, {"class": "transfer at anchor", "heard": "one side"}, "Possible transfer at anchor, one ship silent"),
        (0.3, {"class": "transfer at anchor", "heard": "neither side"}, "Possible transfer at anchor, both ships silent"),
        (0.01, {"class": "berth neighbours"}, "Berth neighbours"),
        (0.01, {"class": "bunkering", "chances": {"bunkering": 0.5}}, "Two ships near each other, perhaps bunkering"),
        (1.0, {}, "Two ships near each other"),
    ],
)
def test_a_meeting_is_called_probable_only_where_both_were_heard_and_it_is_very_likely(chance, factors, words) -> None:
    assert say.title(event("encounter", other=200_000_011, chance=chance, **factors).row) == words


def test_where_one_side_was_silent_each_ship_has_her_own_name_and_draught() -> None:
    silent = {"mmsi": 200_000_010, "name": "DAUGHTER", "chance": 0.9, "silent_hours": 9.0, "draughts_m": [2.7, 4.3]}
    silent |= {"could_be_there_hours": 8.0, "fell_silent_nm_away": 1.9}
    met = event("encounter", other=200_000_011, heard="one side", name="MOTHER", draughts_m=[6.6, 5.8], candidates=[silent])
    assert say.names(met) == ("DAUGHTER (MMSI 200000010)", "MOTHER (MMSI 200000011)")
    assert say.draughts(met.row) == [(2.7, 4.3), (6.6, 5.8)]
    assert [one.words for one in reasons(met)] == [
        (
            "DAUGHTER (MMSI 200000010) was silent for 9 h, could have been here for 8 h of it, and fell silent 1.9 nm away: "
            "90 % that it was she"
        )
    ]


def test_two_transmitters_of_one_number_are_two() -> None:
    shared = event("identity", other=200_000_010, what="shared MMSI")
    assert say.names(shared) == ("MMSI 200000010, first track", "MMSI 200000010, other track")


def test_the_sentence_for_a_report_says_when_where_how_likely_and_what_it_is_not() -> None:
    silent = event("gap", chance=0.912)
    assert say.sentence(silent).replace("\N{NO-BREAK SPACE}", " ") == (
        "MMSI 200000010 was not heard from 2024-05-01 20:05 UTC to 2024-05-02 04:35 UTC; she was last heard at 42°30.00′ N "
        "133°15.00′ W and heard again at 42°36.00′ N 133°15.00′ W. Chance that the silence was chosen: 91 %. Based on AIS "
        "alone. It is not a finding that the crew switched off. Darkwake event-1."
    )


def test_an_open_silence_has_no_end_and_a_slow_spell_no_chance() -> None:
    still_silent = event("gap", end=None, minutes=900)
    assert say.ends(still_silent) == ("2024-05-01 20:05 UTC", "still open at the end of the data")
    assert say.title(still_silent.row) == "Silent to the end of the data"
    slow = event("loiter", chance=1.0, mean_speed_kn=0.4)
    assert (say.chance(slow.row), say.full_chance(slow.row)[:19]) == ("as heard", "No chance is given:")


def test_a_silence_where_nothing_can_be_told_says_so() -> None:
    assert say.full_chance(event("gap", cannot_tell=True).row).endswith("the number says little.")


def test_uncertain_ends_are_given_as_half_their_span() -> None:
    met = event("encounter", other=200_000_011, start_uncertain_minutes=11, end_uncertain_minutes=None)
    assert say.ends(met) == ("2024-05-01 20:05 UTC (within ± 6 min)", "2024-05-02 04:35 UTC")


def test_weights_are_told_with_what_was_measured_the_heaviest_first() -> None:
    met = event(
        "encounter", other=200_000_011, weights={"swing": -0.5, "hull distance": 2.3}, hull_distance_m=4.4, swing_deg=0.1
    )
    assert [(one.words, one.times, one.speaks_for) for one in reasons(met)] == [
        ("The sides were about 4.4 m apart", "× 10", True),
        ("They turned by 0.1°", "÷ 1.6", False),
    ]


def test_readings_stand_in_order_of_their_chances() -> None:
    met = event("encounter", other=200_000_011, chances={"bunkering": 0.2, "berth neighbours": 0.8})
    assert readings(met.row) == [("berth neighbours", 0.8), ("bunkering", 0.2)]


def test_a_factor_that_is_not_known_here_is_told_by_its_name() -> None:
    told = measured(
        {"weights": {}, "odd_thing_m": 6250.4, "minutes": 850, "list": [1, None], "nested": {"a_kn": 2.5}, "ok": True}
    )
    assert told == [
        ("Odd thing", "6.3 km"),
        ("Minutes", "14 h 10 min"),
        ("List", "1 / not known"),
        ("Nested", "a: 2.5 kn"),
        ("Ok", "yes"),
    ]


def test_no_share_but_all_is_said_to_be_all() -> None:
    assert [share_of(part) for part in (1.0, 0.99999, 0.0)] == ["100 %", "99.99 %", "0 %"]
