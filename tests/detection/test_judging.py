from __future__ import annotations

import numpy as np
import pytest

from darkwake.detection.grid import Grid
from darkwake.detection.hits import Blob, Hits
from darkwake.detection.judging import OPERATING, Judged, like_a_hull, shores, squares, touches, verdict
from darkwake.detection.land import Land
from darkwake.imagery.protocol import Window


def blob(y: int, x: int, length: int = 2) -> Blob:
    ones, along = np.ones(length), np.arange(length)
    hits = Hits(y + 0 * along, x + along, ones, 0.1 * ones, 0.1 * ones, ones > 0, np.ones(length, np.uint8))
    return Blob(hits, hits)


def grid(side: int) -> Grid:
    return Grid(side, side, 10.0, 4, 6, 13)


def land(side: int) -> Land:
    return Land(np.zeros((side // 4, side // 4), np.bool_), 4)


def test_a_small_picture_is_seen_whole() -> None:
    cores = [core for core, _ in squares(grid(1024), land(1024), [])]
    assert sum(np.prod(core.shape) for core in cores) == 1024**2


def test_of_a_large_scene_only_objects_and_shores_are_looked_at() -> None:
    coast = land(4096)
    assert list(squares(grid(4096), coast, [])) == []
    coast.mask[:, :100] = True
    held = blob(3000, 3000)
    looked = list(squares(grid(4096), coast, [held]))
    assert [core.x0 for core, _ in looked].count(256) == 16
    assert [(core, objects) for core, objects in looked if core.x0 > 256] == [(Window(2816, 2816, 3072, 3072), [held])]


def test_the_inside_of_land_is_no_shore() -> None:
    coast = land(400)
    coast.mask[:, :50] = True
    edge = shores(coast)
    assert not touches(edge, Window(0, 0, 120, 400), 4)
    assert touches(edge, Window(120, 0, 240, 400), 4)


def test_land_at_the_border_of_the_image_is_no_shore() -> None:
    known = np.ones((100, 100), np.bool_)
    known[:, 90:] = False
    coast = Land(np.zeros((100, 100), np.bool_), 4, None, known)
    coast.mask[:, 50:90] = True
    edge = shores(coast)
    assert touches(edge, Window(160, 0, 240, 400), 4)
    assert not touches(edge, Window(240, 0, 400, 400), 4)


@pytest.mark.parametrize(
    ("shape", "likely", "solid", "arm", "said"),
    [
        ("ship", 0.97, 0.0, False, ("ship", 0.97)),
        ("unknown", 0.97, 0.2, False, ("ship", 0.97)),
        ("ship", 0.2, 0.1, False, ("unknown", 0.2)),
        ("ship", 0.2, 0.8, False, ("structure", 0.2)),
        ("structure", 0.97, 0.0, False, ("structure", pytest.approx(0.097))),
        ("unknown", 0.65, 0.0, True, ("unknown", OPERATING)),
    ],
)
def test_by_the_shore_the_network_and_the_shape_say_what_it_is(
    shape: str, likely: float, solid: float, arm: bool, said: tuple[str, float]
) -> None:
    assert verdict(shape, 0.5, Judged(blob(5, 5), likely, solid), near_land=True, arm=arm, wide=False) == said


def test_on_open_water_search_and_network_have_to_agree() -> None:
    found, proposed = Judged(blob(5, 5, 20), 0.9, 0.0), Judged(blob(5, 5), 0.95, 0.0, proposed=True)
    assert verdict("ship", 0.9, found, near_land=False, arm=False, wide=False) == ("ship", pytest.approx(0.9))
    assert verdict("ship", 0.1, found, near_land=False, arm=False, wide=False) == ("unknown", pytest.approx(0.081 ** (1 / 3)))
    assert verdict("ship", 0.9, proposed, near_land=False, arm=False, wide=False) == ("unknown", 0.5)


def test_where_the_network_sees_a_quay_it_may_add_a_ship_that_the_search_missed() -> None:
    moored = Judged(blob(5, 5), 0.7, 0.0, proposed=True, ashore=True)
    assert verdict("ship", 0.9, moored, near_land=False, arm=False, wide=False) == ("ship", 0.7)


def test_a_hull_narrower_than_the_search_averages_over_needs_the_network_alone_but_sure() -> None:
    likely = [Judged(blob(5, 5), score, 0.0, proposed=True, narrow=True) for score in (0.6, 0.75)]
    said = [verdict("ship", 0.9, one, near_land=False, arm=False, wide=False) for one in likely]
    assert said == [("unknown", OPERATING), ("ship", 0.75)]


def test_a_round_object_wider_than_any_ship_is_no_hull_though_it_is_few_pixels() -> None:
    y, x = np.nonzero(np.hypot(*(np.mgrid[:9, :9] - 4)) <= 3.6)
    assert (like_a_hull(y, x, 30.0), like_a_hull(y, x, 10.0)) == (False, True)
    assert like_a_hull(y // 2, x, 30.0)


def test_of_a_small_object_contrast_tells_more_than_the_network() -> None:
    large, little = Judged(blob(5, 5, 20), 0.2, 0.0), Judged(blob(5, 5, 4), 0.2, 0.0)
    assert verdict("ship", 1.0, large, near_land=False, arm=False, wide=False)[0] == "unknown"
    assert verdict("ship", 1.0, little, near_land=False, arm=False, wide=False) == ("ship", pytest.approx(0.2 ** (1 / 3)))


def test_a_small_bright_object_that_the_network_does_not_see_stays_doubtful() -> None:
    unseen = Judged(blob(5, 5, 4), 0.0, 0.0)
    assert verdict("ship", 1.0, unseen, near_land=False, arm=False, wide=False) == ("unknown", 0.45)


def test_a_glare_wider_than_ships_is_one_only_where_the_network_is_sure() -> None:
    sure, not_sure = Judged(blob(5, 5), 0.8, 0.0), Judged(blob(5, 5), 0.6, 0.0)
    assert verdict("structure", 0.1, sure, near_land=False, arm=False, wide=True) == ("ship", 0.8)
    assert verdict("structure", 0.1, not_sure, near_land=False, arm=False, wide=True)[0] == "structure"
    assert verdict("structure", 0.1, sure, near_land=False, arm=False, wide=False)[0] == "structure"


def test_what_is_bent_or_square_is_no_ship_however_sure_the_network_is() -> None:
    assert verdict("ship", 0.9, Judged(blob(5, 5), 1.0, 0.0, straight=False), near_land=True, arm=False, wide=False) == (
        "structure",
        0.1,
    )


def test_where_the_network_did_not_look_the_search_has_the_word() -> None:
    assert verdict("unknown", 0.4, Judged(blob(5, 5), None, None), near_land=True, arm=True, wide=False) == ("unknown", 0.4)
