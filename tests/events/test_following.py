"""Which event found in more data is which event found before."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from darkwake.events.following import Spell, Step, follow, overlap_us
from darkwake.ids import content_id

HOUR = 3_600_000_000


def spell(start: int, end: int, **other: object) -> Spell:
    """A silence of one ship from one hour to another, with the id that its content gives."""
    plain = Spell("", "", 0, "gap", None, "track-a", None, 200_000_001, None, None, start * HOUR, end * HOUR, 42.0, 133.0)
    made = replace(plain, **other)  # type: ignore[arg-type]
    named = content_id("event", made.kind, made.track_id, made.other_track_id, made.place_id, made.start_us)
    return replace(made, event_id=named, found_id=named)


def told(steps: list[Step]) -> dict[str, tuple[str, int, int | None]]:
    """Id to state, revision and the hour at which it starts now."""
    return {step.event_id: (step.state, step.revision, step.now.start_us // HOUR if step.now else None) for step in steps}


def test_a_silence_whose_first_half_is_filled_keeps_its_id() -> None:
    before, now = spell(2, 14), spell(8, 14)
    assert told(follow([before], [], [now])) == {before.event_id: ("revised", 1, 8)}


def test_a_silence_cut_in_two_goes_on_in_the_part_that_starts_alike_and_the_other_says_where_it_came_from() -> None:
    before, first, second = spell(2, 14), spell(2, 5), spell(6, 14)
    steps = follow([before], [], [second, first])
    assert told(steps) == {before.event_id: ("revised", 1, 2), second.event_id: ("found", 0, 6)}
    assert {step.event_id: step.parent_id for step in steps} == {before.event_id: None, second.event_id: before.event_id}


def test_of_two_events_that_merge_the_longer_stays_and_the_other_says_where_it_went() -> None:
    one, other, now = spell(2, 4), spell(5, 14), spell(1, 14)
    steps = follow([one, other], [], [now])
    assert told(steps) == {one.event_id: ("withdrawn", 1, None), other.event_id: ("revised", 1, 1)}
    assert next(step.into_id for step in steps if step.state == "withdrawn") == other.event_id


def test_silences_that_only_touch_are_two() -> None:
    before, now = spell(2, 8), spell(8, 14)
    assert told(follow([before], [], [now])) == {before.event_id: ("withdrawn", 1, None), now.event_id: ("found", 0, 8)}


def test_an_event_that_is_found_again_after_it_was_withdrawn_has_its_id_again() -> None:
    gone = replace(spell(2, 14), revision=3)
    assert told(follow([], [gone], [spell(3, 14)])) == {gone.event_id: ("returned", 4, 3)}


def test_an_id_that_an_event_took_along_is_not_given_to_another_that_starts_where_it_did() -> None:
    moved = replace(spell(8, 14), event_id=spell(2, 14).event_id, revision=1)
    steps = follow([moved], [], [spell(2, 5), spell(8, 14, lat=42.1)], frozenset({moved.event_id}))
    assert told(steps) == {moved.event_id: ("revised", 2, 8), content_id("event", moved.event_id, 2): ("found", 0, 2)}


def test_a_track_that_got_another_id_takes_its_events_along_but_not_those_of_a_ship_elsewhere() -> None:
    before, elsewhere = spell(2, 14), spell(2, 14, track_id="track-b", lat=-10.0)
    near = spell(3, 14, track_id="track-b")
    assert told(follow([before], [], [near])) == {before.event_id: ("revised", 1, 3)}
    assert {step.state for step in follow([before], [], [elsewhere])} == {"withdrawn", "found"}


def test_a_meeting_with_a_silent_ship_stays_the_same_when_the_other_is_heard() -> None:
    alone = spell(2, 8, kind="encounter")
    both = spell(2, 8, kind="encounter", track_id="track-A", other_track_id="track-a", mmsi=200_000_009, other_mmsi=200_000_001)
    assert told(follow([alone], [], [both])) == {alone.event_id: ("revised", 1, 2)}


def test_an_event_of_another_kind_or_place_or_of_other_words_is_another() -> None:
    before = spell(2, 14, kind="spoofing", what="circle")
    for other in (
        {"kind": "gap"},
        {"kind": "spoofing", "what": "frozen"},
        {"kind": "spoofing", "what": "circle", "place_id": "p"},
    ):
        assert {step.state for step in follow([before], [], [spell(3, 14, **other)])} == {"withdrawn", "found"}


SPELLS = st.lists(
    st.builds(
        lambda start, hours, track: spell(start, start + hours, track_id=track),
        st.integers(0, 30),
        st.integers(0, 12),
        st.sampled_from(["track-a", "track-b"]),
    ),
    max_size=6,
    unique_by=lambda one: one.found_id,
)


@given(SPELLS, SPELLS, st.randoms(use_true_random=False))
def test_every_event_has_one_end_and_the_order_of_the_rows_does_not_matter(
    before: list[Spell], now: list[Spell], random: Random
) -> None:
    steps = follow(before, [], now)
    assert sorted(step.now.found_id for step in steps if step.now) == sorted(one.found_id for one in now)
    assert sorted(step.before.event_id for step in steps if step.before) == sorted(one.event_id for one in before)
    assert len({step.event_id for step in steps}) == len(steps)
    random.shuffle(before)
    random.shuffle(now)
    assert follow(before, [], now) == steps


@given(SPELLS, SPELLS)
def test_an_event_keeps_its_id_only_where_the_two_overlap_or_start_alike(before: list[Spell], now: list[Spell]) -> None:
    for step in follow(before, [], now):
        if step.before and step.now:
            assert step.before.found_id == step.now.found_id or overlap_us(step.before, step.now) > 0


def silences(heard: set[int]) -> list[Spell]:
    """The silences over three hours of a ship that was heard at these hours, the last one open until hour 48."""
    hours = sorted(heard)
    return [spell(one, other) for one, other in zip(hours, [*hours[1:], 48], strict=False) if other - one > 3]


@given(st.sets(st.integers(0, 47), min_size=1), st.permutations(range(24)))
def test_whatever_order_24_files_come_in_the_last_events_are_those_of_all_and_no_event_is_lost_on_the_way(
    heard: set[int], order: list[int]
) -> None:
    """A file holds two hours; after each one the events are looked for."""
    known: set[int] = set()
    last: dict[str, Spell] = {}
    standing: set[str] = set()
    for file in order:
        known |= {hour for hour in heard if hour // 2 == file}
        before = [last[one] for one in sorted(standing)]
        same = {one.found_id for one in before} & {one.found_id for one in silences(known) if one in map(plain, before)}
        old, new = ([one for one in side if one.found_id not in same] for side in (before, silences(known)))
        gone = [one for name, one in last.items() if name not in standing]
        for step in follow(old, gone, new, frozenset(last)):
            assert step.revision == (last[step.event_id].revision + 1 if step.event_id in last else 0)
            last[step.event_id] = replace(step.now or last[step.event_id], event_id=step.event_id, revision=step.revision)
            standing = (standing - {step.event_id}) | ({step.event_id} if step.now else set())
    whole = sorted(silences(heard), key=lambda one: one.start_us)
    assert sorted((plain(last[one]) for one in standing), key=lambda one: one.start_us) == whole


def plain(kept: Spell) -> Spell:
    """An event as it would be in a store that took all in at once."""
    return replace(kept, event_id=kept.found_id, revision=0)
