"""``darkwake events --reach``: the places that each silent ship could have called at, in words, as JSON and on the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from darkwake.cli.app import call
from darkwake.schema import Positions
from darkwake.store import Store
from tests.events.rows import fixes, sea, still

SHUTTLE = sea(fixes("s", [*still(range(0, 301, 10), 41.75, 129.85, 9.0), *still(range(2700, 2800, 10), 41.75, 129.85, 9.0)]))
PLACES = "place_id,name,lat,lon,extent_m\nvostochny,Vostochny,42.73,133.05,3000\nrotterdam,Rotterdam,51.95,4.05,3000\n"


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    """The words of the command for a store with a ship that is silent for 40 hours, and two ports."""
    with Store.open(tmp_path / "sea", write=True, create=True) as made:
        made.commit([made.staged("positions", Positions.check(SHUTTLE))])
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    return ["events", str(tmp_path / "sea"), "--kinds", "gap", "--places", str(tmp_path / "places.csv")]


def test_each_silence_is_told_with_the_places_that_she_could_have_called_at(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call([*asked, "--reach", "--json"]) == 0
    [gap] = json.loads(capsys.readouterr().out)["reachable"]
    assert [place["place_id"] for place in gap["places"]] == ["vostochny"]
    assert gap["places"][0]["way_in_nm"] == pytest.approx(156, abs=3)
    assert gap["places"][0]["probability"] + gap["none_probability"] == pytest.approx(1.0)
    assert gap["said"].startswith("Vostochny (chance 0.")
    assert "rotterdam" not in json.dumps(gap)


def test_the_page_says_it_beside_what_else_was_measured(asked: list[str], tmp_path: Path) -> None:
    assert call([*asked, "--out", str(tmp_path / "F.html")]) == 0
    page = (tmp_path / "F.html").read_text(encoding="utf-8")
    assert "Could have called at" in page
    assert "Vostochny (chance 0." in page


def test_without_places_there_is_nothing_to_reach(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert call([*asked[:4], "--reach"]) == 2
    assert "--reach needs places" in capsys.readouterr().err
