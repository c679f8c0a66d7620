"""The map of the system: every stage, what it reads, what it writes; and the run that does what is stale.

A stage is a plain function of a room. Its positional parameters are named after the tables that it reads, its keyword-only
parameters are what the case gives: ``seed``, ``period``, files, or a frozen dataclass of parameters that
``[parameters.<name>]`` in ``case.toml`` fills. A name that nothing provides is an error before anything runs. A stage runs
again only when its inputs, its parameters or its code changed; its result appears whole or not at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from darkwake import ais, cargo, claims, detection, events, fusion, identity, ledger, tasking
from darkwake.custody import portable_href
from darkwake.errors import UsageError, nearest
from darkwake.ids import file_sha256
from darkwake.imagery import content_sha256
from darkwake.schema import TABLES
from darkwake.stage import Stage, check_map, files_in, fingerprint, rules
from darkwake.store import Append, PartFile, Replace, StageRecord

if TYPE_CHECKING:
    from darkwake.case import Case
    from darkwake.engine import Engine
    from darkwake.store import Store

STAGES: tuple[Stage, ...] = (
    # What comes in: published facts, lists, AIS files, images.
    Stage("facts", claims.claims, ("places", "vessels", "claims", "contradictions", "caps", "evidence")),
    Stage("lists", identity.listings, ("listings", "quarantine", "evidence")),
    Stage("ais", ais.reports, ("reports", "statics", "quarantine", "evidence")),
    Stage("images", detection.detections, ("scenes", "detections", "searched", "evidence")),
    # What is worked out: behaviour, who is who, what was seen, what was carried, what it adds up to.
    Stage("tracks", ais.tracks, ("tracks", "positions", "rejected")),
    Stage("reception", events.receptions, ("reception",)),
    Stage("events", events.events, ("events", "runs", "revisions")),
    Stage("reachable", events.reachable_sets, ("reachable",)),
    Stage("links", identity.links, ("links",)),
    Stage("sightings", fusion.sightings, ("sightings",)),
    Stage("visits", fusion.visits, ("visits",)),
    Stage("overlaps", fusion.overlaps, ("overlaps",)),
    Stage("voyages", fusion.voyages, ("voyages",)),
    Stage("payloads", cargo.payloads, ("payloads", "draws")),
    Stage("ledger", ledger.account, ("ledger", "causes", "influence")),
    Stage("unseen", ledger.unseen, ("unseen",)),
    Stage("exchange", ledger.exchange, ("exchange",)),
    # Where to look next.
    Stage("opportunities", tasking.opportunities, ("opportunities", "quarantine", "evidence")),
    Stage("plan", tasking.plan, ("plan",)),
)

SHARED_TABLES = ("evidence", "quarantine")
"""Tables that several stages write: each stage has its own part of them."""


@dataclass(frozen=True)
class StageResult:
    """What became of one stage of a run."""

    stage: str
    state: str
    """``ran`` or ``fresh`` (nothing that it stands on had changed)."""
    seconds: float
    rows: dict[str, int] = field(default_factory=dict)


def run(
    case: Case,
    store: Store,
    engine: Engine,
    *,
    stages: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> list[StageResult]:
    """Run the stages of a case that are stale, in the order of the map.

    Args:
        case: the case.
        store: its store, opened for writing.
        engine: where expressions run.
        stages: names of stages to run alone; all of them when empty.
        progress: called with the name of each stage before it runs.

    Raises:
        UsageError: an unknown stage.
        CaseError: something in ``case.toml`` that no stage knows.
    """
    given = checked(case, stages) | {"store": store, "engine": engine}
    chosen = [stage for stage in STAGES if not stages or stage.name in stages]
    _check_made(chosen, store)
    return [_bring_up_to_date(stage, store, engine, given, progress) for stage in chosen]


def checked(case: Case, stages: Sequence[str] = ()) -> dict[str, Any]:
    """All that a case gives to the stages, checked as far as it can be before anything runs or is written.

    Raises:
        UsageError: an unknown stage.
        CaseError: a path, a key or a value of ``case.toml`` that cannot be used.
    """
    names = [stage.name for stage in STAGES]
    for name in stages:
        if name not in names:
            raise UsageError(f"no stage {name!r}", do=nearest(name, names))
    given = provided(case)
    cargo.chosen(case.factors)
    check_map(STAGES, (*given, "store", "engine"))
    return given | rules(STAGES, case)


def _check_made(chosen: Sequence[Stage], store: Store) -> None:
    """A stage that runs alone needs what it reads: an empty table that nobody made would pass for a finding of nothing."""
    maker = {table: stage for stage in STAGES for table in stage.writes}
    for stage in chosen:
        for table in stage.reads():
            needed = maker[table]
            if needed not in chosen and not store.stage(needed.name):
                do = f"run {needed.name} first, or all stages"
                raise UsageError(f"stage {stage.name!r} reads {table!r}, which no run has made yet", do=do, source=store.folder)


def provided(case: Case) -> dict[str, Any]:
    """What a case gives to the stages, by the name under which they ask for it."""
    sources = case.sources
    return {
        "root": str(case.folder.resolve()),
        "seed": case.about.seed,
        "period": case.about.period,
        "factors": case.factors,
        "own_caps": case.caps,
        "facts": case.folder_of(sources.facts, "sources.facts") if sources.facts else None,
        "lists": case.files(sources.lists, "sources.lists"),
        "ais_files": tuple((case.files(said.files, "sources.ais"), said) for said in sources.ais),
        "images": tuple((case.files(said.files, "sources.images"), said) for said in sources.images),
        "elements": case.files(sources.orbits, "sources.orbits") or (tasking.BUNDLED_ELEMENTS,),
        "window": case.plan,
    }


def _bring_up_to_date(
    stage: Stage, store: Store, engine: Engine, given: dict[str, Any], progress: Callable[[str], None]
) -> StageResult:
    mark = fingerprint(stage, store, given)
    before = store.stage(stage.name)
    if before and before.fingerprint == mark:
        return StageResult(stage.name, "fresh", 0.0, _counts(stage, store))
    progress(stage.name)
    start = time.perf_counter()
    tables = {
        table: store.table(engine, table) if kind == "expression" else store.arrow(table)
        for table, kind in stage.reads().items()
    }
    asked = {word: given[word] for word in stage.asks()}
    made = _changes(stage, stage.run(**tables, **asked), store, engine, _hrefs(asked, Path(given["root"])))
    parts = tuple(sorted((change.table, change.part) for change in made if isinstance(change, Append) and not change.lasting))
    gone = [Append(*part, []) for part in (before.parts if before else ()) if part not in parts]
    read = {table: store.version(table) for table in stage.reads()}
    record = StageRecord(stage.name, mark, time.perf_counter() - start, read, parts)
    store.commit([*made, *gone], record)
    return StageResult(stage.name, "ran", record.seconds, _counts(stage, store))


def _changes(stage: Stage, result: Any, store: Store, engine: Engine, hrefs: Mapping[str, str]) -> list[Append | Replace]:
    """A stage gives one table, several by name, or finished changes of the store (bulk that never was in memory)."""
    if isinstance(result, list):
        return result
    made = result if isinstance(result, dict) else {stage.writes[0]: result}
    return [_change(stage, store, engine, table, _with_hrefs(table, rows, hrefs)) for table, rows in made.items()]


def _change(stage: Stage, store: Store, engine: Engine, table: str, rows: Any) -> Append | Replace:
    if isinstance(rows, pa.Table):
        files = store.staged(table, rows).files
    else:
        columns = TABLES[table].ibis()
        expression = rows.select(**{word: rows[word].cast(kind) for word, kind in columns.items()})
        files = [PartFile(path) for path in engine.write(expression, store.staging())]
    return Append(table, f"stage {stage.name}", files) if table in SHARED_TABLES else Replace(table, files)


def _hrefs(asked: Mapping[str, Any], root: Path) -> dict[str, str]:
    """Hash to portable name of every file that a stage was given, and of every product that is a folder."""
    folders = [path for files, _ in asked.get("images", ()) for path in files if path.is_dir()]
    names = {file_sha256(path): portable_href(path, root) for path in files_in(list(asked.values()))}
    return names | {content_sha256(folder): portable_href(folder, root) for folder in folders}


def _with_hrefs(table: str, rows: Any, hrefs: Mapping[str, str]) -> Any:
    """Rows that name files, with names that mean the same on every machine that holds the case."""
    if not {"href", "sha256"} <= TABLES[table].columns.keys():
        return rows
    return TABLES[table].rows([row | {"href": hrefs.get(row["sha256"], row["href"])} for row in rows.to_pylist()])


def _counts(stage: Stage, store: Store) -> dict[str, int]:
    return {table: store.count(table) for table in stage.writes if table not in SHARED_TABLES}
