"""The number of visits that nobody saw: known answers, priors, and whether its interval holds the truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.csv
import pytest

from darkwake.cargo import Factor
from darkwake.draws import generator
from darkwake.errors import InputError
from darkwake.ledger import Look, UnseenVisits, WatchRule, unseen_visits
from darkwake.simulation.looking import STAY_SHAPE, Berth, Watched, watch

START, END = datetime(2024, 3, 7, tzinfo=UTC), datetime(2024, 11, 6, tzinfo=UTC)
SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
WORLDS, DRAWS = 400, 200
ALL_NOTICED = {"ships noticed in a clear look": 1.0}
A_DAY_ALONGSIDE = {
    "clear share of looks": 0.5,
    "hours alongside": 24,
    "hours alongside, own": 1,
    "half-life of cloud": 0.1,
    "ships noticed in a clear look": 1,
}


def test_43_seen_at_even_chances_are_compatible_with_43_to_about_90() -> None:
    """Daily looks, every other one clear, a day alongside: as many again were missed, give or take a third."""
    found = unseen_visits(43, START, END, factors=A_DAY_ALONGSIDE)
    low, middle, high = 43 + np.quantile(found.unseen, (0.05, 0.5, 0.95))
    assert middle == pytest.approx(86, abs=2)
    assert 65 < low < 75
    assert 95 < high < 110
    assert np.quantile(found.chance, 0.5) == pytest.approx(0.5, abs=0.01)


def test_with_a_known_chance_the_number_unseen_is_negative_binomial() -> None:
    """Against the posterior on a grid of N, prior N ** -1/2 in the limit: the sum over the binomial."""
    known = tuple(Look(START + timedelta(days=n + 0.5), float(n % 2)) for n in range(244))
    found = unseen_visits(
        20, START, END, looks=known, factors=A_DAY_ALONGSIDE, watching=WatchRule(prior_power=0.0), draws=40_000
    )
    unseen = np.arange(200)
    weights = np.cumsum(np.log(np.maximum((unseen + 20) / np.maximum(unseen, 1), 1))) + unseen * np.log(0.5)
    weights[0] = 0.0
    exact = np.cumsum(np.exp(weights - weights.max()))
    exact /= exact[-1]
    drawn = np.searchsorted(np.sort(found.unseen), unseen, side="right") / len(found.unseen)
    assert np.abs(drawn - exact).max() < 0.01


def test_a_flat_prior_gives_more_and_a_prior_of_one_over_the_rate_fewer() -> None:
    medians = [
        np.median(unseen_visits(8, START, END, watching=WatchRule(prior_power=power)).unseen) for power in (0.0, 0.5, 1.0)
    ]
    assert medians[0] > medians[1] > medians[2] > 0


def test_none_seen_is_not_none_there() -> None:
    found = unseen_visits(0, START, END, factors=A_DAY_ALONGSIDE)
    assert np.quantile(found.unseen, 0.5) == 0
    assert np.quantile(found.unseen, 0.95) >= 1


def test_visits_while_nobody_looked_are_wholly_unseen_and_counted_as_such() -> None:
    """Scans that stop for 42 days of 244 miss what came then: about 43 x 42 / 202 more."""
    every_day = tuple(Look(START + timedelta(days=n + 0.5), 1.0) for n in range(244))
    blind = every_day[:100] + every_day[142:]
    whole, broken = (unseen_visits(43, START, END, looks=looks, factors=A_DAY_ALONGSIDE) for looks in (every_day, blind))
    assert np.median(whole.unseen) <= 1
    assert np.median(broken.unseen) == pytest.approx(43 * 42 / 202, abs=1.5)


def test_the_same_seed_gives_the_same_worlds_and_another_place_another_sky() -> None:
    one, same, other = (unseen_visits(43, START, END, place=place) for place in ("a", "a", "b"))
    assert (one.unseen == same.unseen).all()
    assert (one.chance != other.chance).any()


@pytest.mark.parametrize(
    ("seen", "looks", "message"),
    [(-1, None, "-1 visits seen"), (3, (), "nobody looked"), (3, (Look(START + timedelta(days=1), 0.0),), "nobody looked")],
)
def test_what_cannot_be_estimated_is_refused(seen: int, looks: tuple[Look, ...] | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        unseen_visits(seen, START, END, looks=looks)


def flagged(world: Watched, berth: Berth, random: np.random.Generator) -> tuple[list[Look], dict[str, object]]:
    """All looks tell whether they were clear."""
    return [Look(_at(hour), float(clear)) for hour, clear in zip(world.looks_h, world.clear, strict=True)], {}


def partly_flagged(world: Watched, berth: Berth, random: np.random.Generator) -> tuple[list[Look], dict[str, object]]:
    """Six looks in ten tell it; the share of clear ones among them stands for the rest."""
    told = random.random(len(world.looks_h)) < 0.6
    pairs = zip(world.looks_h, np.where(told, world.clear, np.nan), strict=True)
    return [Look(_at(hour), None if np.isnan(clear) else float(clear)) for hour, clear in pairs], {}


def share_stated(world: Watched, berth: Berth, random: np.random.Generator) -> tuple[list[Look], dict[str, object]]:
    """No look tells it; a source states the share of clear days with an error of 0.05."""
    stated = float(np.clip(berth.clear_share + random.normal(0, 0.05), 0.06, 0.94))
    share = Factor("clear share of looks", "normal", 0.05, stated, 0.95, "of looks", "a source", True, "", spread=0.05)
    return [Look(_at(hour)) for hour in world.looks_h], {share.name: share}


def _at(hour: float) -> datetime:
    return START + timedelta(hours=float(hour))


def estimate(berth: Berth, name: str, know, world_number: int) -> tuple[Watched, UnseenVisits]:
    """One world and what is made of it; of stays a hundred others were timed, of cloud the half-life is known."""
    random = generator(world_number, name, str(berth.clear_share))
    world = watch(berth, random)
    looks, said = know(world, berth, random)
    timed_h = random.gamma(STAY_SHAPE, berth.mean_stay_h / STAY_SHAPE, 100)
    known = {"half-life of cloud": berth.cloud_half_life_h, "ships noticed in a clear look": 1.0, **said}
    span = START, START + timedelta(days=berth.days)
    seen = int(world.seen.sum())
    found = unseen_visits(seen, *span, looks=looks, stays_h=timed_h, factors=known, draws=DRAWS, seed=world_number)
    return world, found


KNOWING = [(flagged, share) for share in SHARES] + [(share_stated, share) for share in SHARES]
KNOWING += [(partly_flagged, share) for share in SHARES[::2]]


@pytest.mark.parametrize(("know", "clear_share"), KNOWING)
def test_the_interval_holds_the_true_number_unseen_nine_times_in_ten(know, clear_share: float) -> None:
    """Four hundred seeded worlds of another making for each clear share: 86 to 94 %."""
    berth = Berth(clear_share, days=120, visits_a_day=0.5)
    pairs = [estimate(berth, know.__name__, know, number) for number in range(WORLDS)]
    held = [np.quantile(found.unseen, 0.05) <= world.unseen <= np.quantile(found.unseen, 0.95) for world, found in pairs]
    assert 0.86 <= np.mean(held) <= 0.94
    truth, middle = np.mean([w.unseen for w, _ in pairs]), np.mean([np.median(found.unseen) for _, found in pairs])
    assert middle == pytest.approx(truth, rel=0.15)


@pytest.mark.parametrize(("days_apart", "clear_share"), [(1, 0.5), (3, 0.3), (3, 0.5), (3, 0.8), (7, 0.8)])
def test_real_calls_that_looks_now_and_then_miss_are_estimated(shared: Path, days_apart: int, clear_share: float) -> None:
    """Real arrivals and stays of two years at four terminals, known from hourly scans; looks and cloud are put over them."""
    calls = _calls(shared / "ais" / "real_vancouver_2024_2026" / "presence_scans.csv.gz")
    start, end = min(first for first, _ in calls), max(last for _, last in calls)
    stays_h = [(last - first).total_seconds() / 3600 for first, last in calls]
    calls_s = np.array([(first.timestamp(), last.timestamp()) for first, last in calls])
    held, totals = [], []
    for number in range(20):
        random = generator(number, "terminals", str(days_apart), str(clear_share))
        count = (end - start).days // days_apart
        moments = [start + timedelta(days=days_apart * (n + random.random())) for n in range(count)]
        looks = [Look(moment, float(random.random() < clear_share)) for moment in moments]
        served_s = np.array([look.time.timestamp() for look in looks if look.clear])
        seen = int(((calls_s[:, :1] <= served_s) & (served_s <= calls_s[:, 1:])).any(axis=1).sum())
        found = unseen_visits(seen, start, end, looks=looks, stays_h=stays_h, factors=ALL_NOTICED, draws=DRAWS, seed=number)
        low, middle, high = np.quantile(found.unseen, (0.05, 0.5, 0.95))
        held.append(low <= len(calls) - seen <= high)
        totals.append(seen + middle)
    assert np.mean(totals) == pytest.approx(len(calls), rel=0.08)
    assert np.mean(held) >= 0.75


def _calls(path: Path) -> list[tuple[datetime, datetime]]:
    """First and last scan of each call: one ship, seen again within a day."""
    table = pyarrow.csv.read_csv(path)
    times = [moment.replace(tzinfo=UTC) for moment in table["scan_utc"].to_pylist()]
    ships: dict[int, list[datetime]] = {}
    for ship, moment in zip(table["imo"].to_pylist(), times, strict=True):
        ships.setdefault(ship, []).append(moment)
    calls = []
    for moments in map(sorted, ships.values()):
        first = last = moments[0]
        for moment in moments[1:]:
            if moment - last > timedelta(days=1):
                calls.append((first, last))
                first = moment
            last = moment
        calls.append((first, last))
    return calls
