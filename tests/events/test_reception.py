"""Reception: who was known to be where, and how often she was heard there."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.reception import of_store

from darkwake.ais import ingest
from darkwake.ais.columns import named_mapping
from darkwake.events.reception import NOBODY, SOMEBODY, UNHEARD, ReceptionRule, heard_slots, receptions, seen_slots, with_chance
from darkwake.schema import Reception
from tests.events.rows import EVENING, fixes, sea, shuffled, still

RULE = ReceptionRule()


def known_hours(duck, rows):
    """Track, hours after the start, whether heard, and what the others show."""
    _, seen, _ = seen_slots(duck.table(rows), duck, RULE)
    start = int(EVENING.timestamp()) // 3600
    told = duck.arrow(seen).to_pylist()
    return sorted((row["track_id"], row["slot"] - start, row["heard"], row["others"]) for row in told)


def test_an_hour_is_known_where_the_ship_was_heard_soon_before_and_after_it(duck):
    rows = fixes("a", still([0, 60, 180], 42.0, 133.0))
    assert [row[1:3] for row in known_hours(duck, rows)] == [(1, 1), (2, 0)]


def test_a_ship_that_lay_still_is_known_to_have_been_there_all_day_and_one_that_sailed_off_is_not(duck):
    assert len(known_hours(duck, fixes("a", still([0, 1440], 42.0, 133.0)))) == 23
    assert known_hours(duck, fixes("a", still([0, 1440], 42.0, 133.0, 12.0))) == []


def test_a_ship_that_kept_her_speed_is_known_along_the_straight_way(duck):
    rows = fixes("a", [(0, 42.0, 133.0, 10.0), (600, 42.0 + 100 / 60, 133.0, 10.0)])
    _, seen, _ = seen_slots(duck.table(rows), duck, RULE)
    lats = sorted(lat / 1e10 for lat in duck.arrow(seen)["lat_e10"].to_pylist())
    assert lats == pytest.approx([42 + hour / 6 for hour in range(1, 10)], abs=1e-6)


def test_other_ships_tell_whether_the_receivers_worked(duck):
    rows = sea(fixes("a", still([0, 180], 42.0, 133.0)), fixes("b", still([0, 60, 180], 42.1, 133.1)))
    told = {(track, hour): others for track, hour, _, others in known_hours(duck, rows)}
    assert told == {("a", 1): SOMEBODY, ("a", 2): UNHEARD, ("b", 1): UNHEARD, ("b", 2): UNHEARD}
    alone = known_hours(duck, fixes("a", still([0, 180], 42.0, 133.0)))
    assert {row[3] for row in alone} == {NOBODY}


def test_the_ship_herself_is_left_out_of_what_she_is_predicted_from(duck):
    others = [fixes(name, still(range(0, 6000, 60), 42.0, 133.0)) for name in "bcd"]
    silent = fixes("a", still([*range(0, 600, 60), *range(3000, 6000, 60)], 42.0, 133.0))
    _, seen, _ = seen_slots(duck.table(sea(silent, *others)), duck, RULE)
    told = duck.arrow(with_chance(seen, seen, RULE)).to_pylist()
    assert min(row["chance"] for row in told if row["track_id"] == "a") > 0.99
    assert max(row["chance"] for row in told if row["track_id"] == "b") < 0.95


def test_the_table_counts_hours_by_class_state_and_receiver_and_coarse_cells_by_hour(duck):
    rows = fixes("a", still([0, 60, 120, 240], 42.0, 133.0))
    told = Reception.check(duck.arrow(receptions(duck.table(rows), engine=duck, reception=RULE))).to_pylist()
    [fine] = [row for row in told if row["level"] == "fine"]
    assert (fine["known"], fine["heard"], fine["still"], fine["receiver"]) == (3, 2, True, None)
    assert [row["heard"] for row in sorted(told, key=lambda row: str(row["hour"])) if row["level"] == "coarse"] == [1, 1, 0]


def test_the_order_of_the_rows_changes_no_count(duck):
    random = np.random.default_rng(5)
    tracks = [fixes(name, still(np.sort(random.uniform(0, 3000, 60)), 42.0, 133.0 + at / 50)) for at, name in enumerate("abc")]
    rows = sea(*tracks)
    before, after = (duck.arrow(heard_slots(duck.table(table), RULE)).to_pylist() for table in (rows, shuffled(rows, 2)))
    assert sorted(map(str, before)) == sorted(map(str, after))


def test_sizes_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="above 0"):
        ReceptionRule(fine_deg=0.0)


@pytest.mark.parametrize(
    ("file", "columns"), [("synthetic/scene_a.zip", None), ("real_singapore_2013_2014/tankers_raw.zip", "singapore-raw")]
)
def test_what_is_predicted_of_a_ship_from_all_others_is_what_was_heard(duck, shared, tmp_path, file, columns):
    store = tmp_path / "store"
    ingest([shared / "ais" / file], store, columns=named_mapping(columns) if columns else None)
    told = of_store(file, store, duck)
    assert told.hours.sum() > 3000
    assert told.error < 0.05
