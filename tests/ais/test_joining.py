"""Parts of messages put together: all at once as one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from darkwake.ais.joining import PART_LINES, Parts, join

Messages = set[tuple[int, ...]]
STEPS = st.tuples(
    st.integers(1, 3), st.integers(2, 3), st.integers(1, 3), st.sampled_from([1, 1, 2, PART_LINES, PART_LINES + 1])
)


def parts(rows: list[tuple[int, int, int, int]]) -> Parts:
    """Parts of (key, number of parts, part, lines behind the one before)."""
    key, count, part, step = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    nothing = np.zeros(len(rows), dtype=np.int64)
    return Parts(np.cumsum(step), key * 10 + count, count, np.minimum(part, count), *[nothing] * 6)


def one_by_one(given: Parts, give_up_before: int) -> tuple[Messages, Messages, Messages]:
    """Whole, given up, waiting: each key holds one message, which a part that cannot be of it ends."""
    whole: Messages = set()
    given_up: Messages = set()
    waiting: dict[int, list[int]] = {}
    for row in range(len(given)):
        held = waiting.setdefault(int(given.key[row]), [])
        late = held and given.line[row] - given.line[held[0]] > PART_LINES
        if late or given.part[row] in [given.part[other] for other in held]:
            given_up.add(tuple(held))
            held.clear()
        held.append(row)
        if len(held) == given.parts[row]:
            whole.add(tuple(waiting.pop(int(given.key[row]))))
    old = {tuple(held) for held in waiting.values() if given.line[held[0]] < give_up_before}
    return whole, given_up | old, {tuple(held) for held in waiting.values()} - old


@given(st.lists(STEPS, max_size=40), st.integers(0, 3000))
def test_any_order_of_parts_gives_the_messages_that_one_by_one_gives(
    rows: list[tuple[int, int, int, int]], before: int
) -> None:
    """Two and three parts of three keys in any order, some repeated, some missing, some too late."""
    joined = join(parts(rows), give_up_before=before)
    whole = {tuple(members) for table in joined.whole for members in table.tolist()}
    found = whole, set(map(tuple, joined.given_up)), set(map(tuple, joined.waiting))
    assert found == one_by_one(parts(rows), before)


def test_the_second_part_may_come_first() -> None:
    joined = join(parts([(1, 2, 2, 1), (2, 2, 1, 1), (1, 2, 1, 1), (2, 2, 2, 1)]), give_up_before=0)
    assert [table.tolist() for table in joined.whole] == [[[0, 2], [1, 3]]]
    assert joined.waiting == joined.given_up == []
