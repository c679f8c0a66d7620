from __future__ import annotations

import numpy as np

from darkwake.detection.abreast import lie_abreast
from darkwake.detection.hits import Hits
from darkwake.detection.scene import _identified


def hull(y: int, x: int, *, rows: int = 3, columns: int = 20) -> Hits:
    down, right = (side.ravel() for side in np.mgrid[y : y + rows, x : x + columns])
    ones = np.ones(len(down))
    return Hits(down, right, ones, 0 * ones, ones, ones > 0, np.ones(len(down), np.uint8))


def rows_of(*hulls: Hits, kind: str = "ship") -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"kind": kind, "x0": int(h.x.min()), "y0": int(h.y.min()), "x1": int(h.x.max()) + 1, "y1": int(h.y.max()) + 1}
        for h in hulls
    ]
    lie_abreast(list(hulls), rows, 10.0)
    return rows


def test_two_hulls_side_by_side_name_each_other() -> None:
    one, other = rows_of(hull(0, 0), hull(5, 3))
    assert (one["beside"], other["beside"]) == ((3, 5, 23, 8), (0, 0, 20, 3))


def test_hulls_in_a_row_across_each_other_or_far_apart_do_not() -> None:
    behind, crossing, far = hull(0, 24), hull(5, 8, rows=20, columns=3), hull(12, 0)
    for other in (behind, crossing, far):
        assert all("beside" not in row for row in rows_of(hull(0, 0), other))
    assert all("beside" not in row for row in rows_of(hull(0, 0), hull(5, 0), kind="structure"))


def test_of_three_abreast_each_names_its_nearest() -> None:
    first, second, third = rows_of(hull(0, 0), hull(4, 0), hull(9, 0))
    assert (first["beside"], second["beside"], third["beside"]) == ((0, 4, 20, 7), (0, 0, 20, 3), (0, 4, 20, 7))


def test_the_box_of_the_other_becomes_her_id() -> None:
    one, other = rows_of(hull(0, 0), hull(5, 3))
    told = [_identified("ab", row) for row in (one, other)]
    assert told[0]["pair_id"] == told[1]["detection_id"]
    assert told[1]["pair_id"] == told[0]["detection_id"]
    assert "beside" not in one
