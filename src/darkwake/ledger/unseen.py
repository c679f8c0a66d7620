"""The stage of the visits that nobody saw: by place and span, beside what was seen, added to no sum.

The number is that of :mod:`darkwake.ledger.missed`; how a place was watched is that of :mod:`darkwake.ledger.watching`. The
unseen are taken to have carried what the visits seen at the same place carried, in the same worlds: an error that those share,
the unseen share with them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from darkwake.cargo import CargoRule, chosen
from darkwake.cargo.assumed import TRANSMITS
from darkwake.cargo.factors import (
    CLEAR_SHARE,
    CLOUD_HALF_LIFE,
    HOURS_ALONGSIDE,
    HOURS_OWN,
    LOOKS_A_DAY,
    NOTHING_SET,
    NOTICED,
    Numbers,
)
from darkwake.draws import generator, quantiles
from darkwake.errors import InputError
from darkwake.ledger.counted import SIMULATED_ORIGIN
from darkwake.ledger.looking import HOURS_PER_DAY, Look
from darkwake.ledger.missed import UnseenVisits, unseen_visits
from darkwake.ledger.parts import Load, loads_of
from darkwake.ledger.watching import Watch, WatchRule, counted_spans, looks_at
from darkwake.ledger.words import between
from darkwake.schema import Unseen, weakest
from darkwake.units import SECONDS_PER_HOUR, epoch_us

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

Row = Mapping[str, Any]

PRIORS = {"a flat prior": 0.0, "a prior of 1/rate": 1.0}
"""Other priors on the rate of visits under which the number is shown as well, by the power of the rate."""
SHOWN = (LOOKS_A_DAY, CLEAR_SHARE, CLOUD_HALF_LIFE, HOURS_ALONGSIDE, HOURS_OWN, NOTICED, TRANSMITS)
KM_PER_DEGREE = 111.195
"""Kilometres in a degree of a great circle on a sphere of 6,371.0 km."""
LEAST_COSINE = 0.01
"""Cosine of the latitude beyond which a box of degrees is not made wider."""
SECONDS_PER_DAY = 86_400
LONG_GAP_DAYS = 7.0
"""Days without a look that the row names; assumed, because no stay at an oil berth is taken to last so long."""


def unseen(
    visits: pa.Table,
    sightings: pa.Table,
    scenes: pa.Table,
    claims: pa.Table,
    payloads: pa.Table,
    draws: pa.Table,
    places: pa.Table,
    positions: ir.Table,
    *,
    engine: Engine,
    seed: int,
    period: tuple[date, date],
    watching: WatchRule,
    cargo: CargoRule,
    factors: Mapping[str, object] = NOTHING_SET,
) -> pa.Table:
    """The visits that nobody saw, for each place and span in which somebody looked or counted.

    Nothing reads this table to add it up. What is simulated is neither seen nor a look. Without a look and without a count
    there is no row: not watched is not zero. Where pictures of the case and a published count speak of the same days, the
    pictures count.

    Args:
        visits: Rows of ``schema.Visits``.
        sightings: Rows of ``schema.Sightings``, for the visits that pictures of the case show.
        scenes: Rows of ``schema.Scenes``.
        claims: Rows of ``schema.Claims``, for the spans of published counts.
        payloads: Rows of ``schema.Payloads``.
        draws: Rows of ``schema.Draws``.
        places: Rows of ``schema.Places``.
        positions: Expression on ``schema.Positions``: where one was received near a place, a ship that transmits is heard.
        engine: Where it runs.
        seed: Seed of the case.
        period: First and last day of the case.
        watching: Declared looks and the parameters of the estimate.
        cargo: Parameters that the payloads were made with.
        factors: Factors that the case sets, by name.

    Returns:
        Rows of ``schema.Unseen``, in order of place and span.
    """
    real = [row for row in visits.to_pylist() if row["origin"] != SIMULATED_ORIGIN]
    spots = {row["place_id"]: row for row in places.to_pylist()}
    watching.check_places(spots)
    pictures = [row for row in scenes.to_pylist() if row["origin"] != SIMULATED_ORIGIN]
    shown = {row["sighting_id"] for row in sightings.to_pylist() if row["how"] == "image"}
    counts = {row["claim_id"]: row for row in claims.to_pylist()}
    by_others = list(_counted(real, counts, watching))
    watches = [
        *by_others,
        *_declared(real, by_others, watching, period),
        *_pictured([row for row in real if shown.intersection(row["sightings"])], spots, pictures, watching, period),
    ]
    heard = [replace(watch, heard_days=_heard_days(watch, spots, positions, engine, watching)) for watch in watches]
    by_key = {(watch.place_id, watch.start, watch.end): watch for watch in heard}
    loads = loads_of(payloads, draws)
    estimates = [(by_key[key], *_estimate(by_key[key], seed, watching, cargo, factors)) for key in sorted(by_key)]
    return Unseen.rows([_row(watch, found, told, loads, seed) for watch, found, told in estimates])


def _pictured(
    shown: list[Row], places: Mapping[str, Row], pictures: list[Row], rule: WatchRule, period: tuple[date, date]
) -> Iterator[Watch]:
    """Places of which the case holds pictures: the visits that they show, by when they were taken."""
    for place_id in sorted(({row["place_id"] for row in shown} | rule.named()) & places.keys()):
        watch = Watch(place_id, *period, (), "pictures that the case holds")
        found = looks_at(places[place_id], pictures, watch.span, rule.coarsest_m)
        if any(look.clear != 0 for look, _ in found):
            seen = tuple(row for row in shown if row["place_id"] == place_id)
            looks = tuple(look for look, _ in found)
            evidence = tuple(sorted({scene["scene_id"] for _, scene in found}))
            yield replace(watch, seen=seen, looks=looks, held=len(looks), factors=rule.factors(place_id), evidence=evidence)


def _counted(visits: list[Row], counts: Mapping[str, Row], rule: WatchRule) -> Iterator[Watch]:
    """Places at which others counted: their looks are not in the case, so they are declared or assumed."""
    for place_id, start, end, seen, used in counted_spans(visits, counts):
        who = ", ".join(sorted({f"{counts[one]['publisher']} ({counts[one]['count']})" for one in used}))
        said = rule.of(place_id)
        how = f"declared ({said[0]['source']})" if said else "assumed"
        basis = f"counts of {who}; the looks behind them are not in the case, those reckoned with are {how}"
        evidence = tuple(sorted({one for claim in used for one in counts[claim]["evidence"]}))
        looks, said_too = rule.looks(place_id, start, end), rule.factors(place_id)
        yield Watch(place_id, start, end, tuple(seen), basis, looks=looks, factors=said_too, evidence=evidence)


def _declared(visits: list[Row], counted: Iterable[Watch], rule: WatchRule, period: tuple[date, date]) -> Iterator[Watch]:
    """Places for which the case declares looks and that nobody counted at."""
    counted_at = {watch.place_id for watch in counted}
    for place_id in sorted(rule.named() - counted_at):
        start, end = rule.span(place_id, period)
        seen = tuple(row for row in visits if row["place_id"] == place_id and start <= row["arrival_lo"].date() <= end)
        basis = f"looks that the case declares ({rule.of(place_id)[0]['source']})"
        looks = rule.looks(place_id, start, end)
        yield Watch(place_id, start, end, seen, basis, looks=looks, factors=rule.factors(place_id))


def _heard_days(watch: Watch, places: Mapping[str, Row], positions: ir.Table, engine: Engine, rule: WatchRule) -> int:
    """Days of a watch on which a real position near the place was received, in a box of equal reach about it."""
    place = places.get(watch.place_id)
    if place is None:
        return 0
    north_deg = rule.reception_km / KM_PER_DEGREE
    east_deg = north_deg / max(math.cos(math.radians(place["lat"])), LEAST_COSINE)
    apart_deg = (positions.lon - place["lon"]).abs()
    start_s, end_s = (epoch_us(moment) // 1_000_000 for moment in watch.span)
    time_s = positions.time.epoch_seconds()
    near = positions.filter(
        positions.origin != SIMULATED_ORIGIN,
        (positions.lat - place["lat"]).abs() <= north_deg,
        (apart_deg <= east_deg) | (apart_deg >= 360.0 - east_deg),
        time_s >= start_s,
        time_s < end_s,
    )
    midnight_s = time_s - time_s % SECONDS_PER_DAY
    return int(engine.arrow(near.select(day=midnight_s).distinct()).num_rows)


def _estimate(
    watch: Watch, seed: int, rule: WatchRule, cargo: CargoRule, factors: Mapping[str, object]
) -> tuple[UnseenVisits, list[dict[str, object]]]:
    """The estimate, and the factors that it stands on with what other priors would make of it."""
    said = {**factors, **watch.factors}
    estimate = partial(
        unseen_visits,
        len(watch.seen),
        *watch.span,
        looks=watch.looks,
        heard_share=watch.heard_days / watch.days,
        factors=said,
        seed=seed,
        draws=cargo.draws,
        place=watch.place_id,
    )
    found = estimate(watching=rule)
    known = chosen(said)
    told = [known[name].row() for name in SHOWN if watch.looks is None or name != LOOKS_A_DAY]
    for words, power in PRIORS.items():
        told.append(_prior_row(words, estimate(watching=replace(rule, prior_power=power)), rule))
    return found, told


def _prior_row(words: str, other: UnseenVisits, rule: WatchRule) -> dict[str, object]:
    low, middle, high = quantiles(other.unseen)
    source = f"the same estimate; the row itself has a prior of rate ** -{rule.prior_power:g} (0.5: Jeffreys, 1946)"
    sentence = "What is held of the rate of visits before any is seen moves the number; this is how far."
    interval = {"value": middle, "lo": low, "hi": high, "unit": "visits"}
    return {"name": f"visits nobody saw, under {words}", **interval, "source": source, "verified": True, "sentence": sentence}


def _barrels(watch: Watch, found: UnseenVisits, loads: Mapping[str, Load], seed: int) -> Numbers | None:
    """Barrels of the unseen by world: each carried what one of those seen carried in that world, drawn anew each time."""
    carried = [loads[row["visit_id"]].bbl for row in watch.seen if row["visit_id"] in loads]
    if not carried:
        return None
    table = np.stack(carried)
    if table.shape[1] != len(found.unseen):
        what = f"{table.shape[1]} draws of payloads for {len(found.unseen)} worlds"
        raise InputError(what, do="run the stage payloads again", source="draws", place=watch.place_id)
    random = generator(seed, "unseen", watch.place_id, "which cargo")
    times = random.multinomial(found.unseen.astype(np.int64), np.full(len(table), 1 / len(table)))
    barrels: Numbers = (times.T * table).sum(axis=0)
    return barrels


def _row(
    watch: Watch, found: UnseenVisits, told: list[dict[str, object]], loads: Mapping[str, Load], seed: int
) -> dict[str, object]:
    barrels = _barrels(watch, found, loads, seed)
    bbl = (None, None, None) if barrels is None else quantiles(barrels)
    return {
        "place_id": watch.place_id,
        "period_start": watch.start,
        "period_end": watch.end,
        "seen": found.seen,
        **dict(zip(("chance_p05", "chance_p50", "chance_p95"), quantiles(found.chance), strict=True)),
        **dict(zip(("unseen_p05", "unseen_p50", "unseen_p95"), quantiles(found.unseen), strict=True)),
        **dict(zip(("bbl_p05", "bbl_p50", "bbl_p95"), bbl, strict=True)),
        "looks": watch.held,
        "basis": _basis(watch),
        "factors": json.dumps(told, ensure_ascii=False),
        "origin": weakest({"inferred", *(row["origin"] for row in watch.seen)}),
        "evidence": sorted({*watch.evidence, *(one for row in watch.seen for one in row["evidence"])}),
    }


def _basis(watch: Watch) -> str:
    said = f"{len(watch.seen)} visits by {watch.basis}; arrivals at any hour of the span are taken to be alike likely"
    ais = f"AIS near the place was received on {watch.heard_days} of {watch.days} days, which shows ships that transmit"
    return "; ".join([said, *_gaps(watch), ais, "added to no sum"])


def _gaps(watch: Watch) -> list[str]:
    """Spans without a look, in words; visits there were not seen by anybody and count as unseen at the rate of the rest."""
    looks: tuple[Look, ...] = watch.looks or ()
    if not looks:
        return []
    start, end = watch.span
    moments = [start, *(look.time for look in looks if look.clear != 0), end]
    longest = max(pairwise(moments), key=lambda pair: pair[1] - pair[0])
    days = (longest[1] - longest[0]).total_seconds() / SECONDS_PER_HOUR / HOURS_PER_DAY
    if days < LONG_GAP_DAYS:
        return []
    return [f"no look {between(longest[0].date(), (longest[1] - timedelta(microseconds=1)).date())} ({days:.0f} days)"]
