"""The maps: a real coastline, labels that do not meet, and nothing drawn where nobody knows the way."""

from __future__ import annotations

import math
import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from darkwake.dossier.book import Book
from darkwake.dossier.coast import INSETS, OVERVIEW, Box, Projection, fitted, northing, piece
from darkwake.dossier.labels import Area, Labeller
from darkwake.dossier.map import maps
from darkwake.dossier.movements import movements


@pytest.mark.parametrize("key", [OVERVIEW, *INSETS])
def test_the_coast_is_whole_and_lies_in_its_box(key: str) -> None:
    coast = piece(key)
    points = [point for ring in coast.land for point in ring]
    assert len(points) > 100
    assert all(ring[0] == ring[-1] for ring in coast.land)
    assert all(coast.box.holds(lat, lon) for lon, lat in points)


def test_known_places_lie_on_land_or_at_sea() -> None:
    import shapely

    land = shapely.union_all([shapely.Polygon(ring) for ring in piece(OVERVIEW).land])
    assert land.contains(shapely.Point(131.9, 43.4))  # north of Vladivostok
    assert not land.contains(shapely.Point(131.5, 41.5))  # open sea


def test_the_stored_coastlines_stay_small() -> None:
    from importlib.resources import files

    sizes = [len((files("darkwake.dossier") / "assets" / f"coast_{key}.json").read_bytes()) for key in (OVERVIEW, *INSETS)]
    assert sum(sizes) < 150_000


@given(st.floats(-80, 80), st.floats(-179, 179))
def test_the_projection_is_conformal_and_its_scale_is_that_of_the_geodesic(lat: float, lon: float) -> None:
    projection = Projection(Box(-180, -84, 180, 84), 3600.0)
    east_lon, _, _ = Geod(a=6_371_008.8, b=6_371_008.8).fwd(lon, lat, 90.0, 1000.0)
    (x0, y0), (x1, _) = projection(lat, lon), projection(lat, east_lon)
    drawn = math.remainder(x1 - x0, 3600.0)
    assert drawn == pytest.approx(projection.length(1000.0, lat), rel=1e-3)
    north = projection(lat + 0.001, lon)[1] - y0
    assert -north == pytest.approx(projection.length(math.radians(0.001) * 6_371_008.8, lat), rel=1e-3)


def test_northing_agrees_with_the_published_formula() -> None:
    """Snyder 1987, Map Projections, eq. 7-2: ln tan(45 deg + lat / 2)."""
    for lat in (-60.0, 0.0, 42.74, 80.0):
        assert math.radians(northing(lat)) == pytest.approx(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)), abs=1e-12)


@given(st.lists(st.tuples(st.floats(5, 295), st.floats(5, 195)), min_size=1, max_size=40))
def test_labels_never_meet_each_other_and_never_leave_the_map(points: list[tuple[float, float]]) -> None:
    labeller = Labeller(Area(0, 0, 300, 200), 12.0)
    placed = [label for x, y in points if (label := labeller.place("Vostochny oil products berth", x, y, wrap=12))]
    areas = labeller.taken
    assert len(areas) == len(placed)
    assert all(area.inside(labeller.frame) for area in areas)
    assert not any(a.meets(b) for k, a in enumerate(areas) for b in areas[k + 1 :])


def test_a_track_is_broken_where_the_ship_was_silent(tables: dict[str, pa.Table]) -> None:
    tracks = {one.mmsi: one for one in movements(Book(tables)).tracks}
    assert [len(one.legs) for _, one in sorted(tracks.items())] == [1, 2]


def test_a_simulated_gap_says_so_and_how_long_it_was(tables: dict[str, pa.Table]) -> None:
    drawn = maps(Book(tables))
    for picture in drawn.overview:
        assert "simulated: silent 61 h" in re.sub(r"</tspan><tspan[^>]*>", " ", picture)
        assert 'class="track simulated"' in picture


def test_simulated_marks_are_drawn_and_explained_as_such_even_without_room_for_a_label(tables: dict[str, pa.Table]) -> None:
    drawn = maps(Book(tables))
    assert 'class="encounter matched simulated"' in drawn.overview[0]
    assert 'class="seen dark simulated"' in next(one for one in drawn.insets if "Nakhodka Bay" in one)
    meanings = [one.split("</svg> ")[1] for one in drawn.legend.split("</li>")[:-1]]
    assert sum(one.startswith("simulated, not evidence: ") for one in meanings) == 4
    assert not any("heard on AIS" in one and not one.startswith("simulated") for one in meanings)


def test_a_place_that_was_not_verified_is_hollow_and_has_a_question_mark(tables: dict[str, pa.Table]) -> None:
    inset = next(one for one in maps(Book(tables)).insets if "Nakhodka Bay" in one)
    assert "Kozmino (?)" in inset
    assert inset.count('class="place unverified"') == 2


def test_places_far_away_are_named_in_words(tables: dict[str, pa.Table]) -> None:
    assert any("Tikhoretsk" in remark for remark in maps(Book(tables)).remarks)


def test_a_case_elsewhere_is_drawn_without_a_coast_and_says_so(tables: dict[str, pa.Table]) -> None:
    far = tables["places"].filter(pa.compute.field("place_id") == "P28")
    drawn = maps(Book({"places": far}))
    assert 'class="land"' not in drawn.overview[0]
    assert drawn.remarks[0].startswith("No coastline of this region is stored")


def test_the_box_holds_its_points_with_a_margin() -> None:
    box = fitted([(42.73, 133.05), (41.77, 129.82)], None, least_deg=2.0, aspect=(0.7, 1.15))
    height = northing(box.north) - northing(box.south)
    assert all(box.holds(lat, lon) for lat, lon in ((42.73, 133.05), (41.77, 129.82)))
    assert 0.65 < height / (box.east - box.west) < 1.2
