"""Working a case: make it, bring it up to date, say what was found.

This is what ``darkwake init`` and ``darkwake run`` do, for programs and notebooks. The custody log, the dossier and the
finding are made here, from what the stages of ``pipeline.py`` left in the store.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from darkwake import case as cases
from darkwake import identity
from darkwake.case import Case
from darkwake.custody import LOG, append_log, read_log, root_hash
from darkwake.dossier import Header, dossier
from darkwake.engine import open_engine
from darkwake.errors import InputError
from darkwake.ledger import CapState, finding, ledger_state
from darkwake.outputs import write_text
from darkwake.pipeline import STAGES, StageResult, checked, run
from darkwake.simulation import write_layer
from darkwake.stage import rules
from darkwake.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

SIMULATED_LAYER = "simulated"
"""Folder of a case for the layer that ``init`` makes where a template asks for it."""

BULK = ("reports", "statics", "rejected", "draws", "runs", "revisions")
"""Tables that the dossier does not read: too large, or of no use on a page."""


LEDGER_TABLES = ("ledger", "caps", "visits", "payloads", "claims", "places", "causes", "influence")
"""What the state of a cap is read from."""


@dataclass(frozen=True)
class Worked:
    """What a run of a case came to."""

    stages: list[StageResult]
    states: list[CapState]
    finding: str
    dossier: Path


def init(folder: Path, template: str = "empty") -> Case:
    """Make a new case from a template; a template that has a simulated layer gets it written.

    Raises:
        UsageError: the folder is in use, or there is no such template.

    >>> import tempfile
    >>> init(Path(tempfile.mkdtemp()) / "mine").about.title
    'A new case'
    """
    return cases.init(folder, template, furnish=_furnish)


def _furnish(folder: Path) -> None:
    """Add to a new case what its template names and does not hold itself, so that the case stands on its own."""
    case = Case.read(folder)
    if case.sources.lists and not (folder / "lists").exists():
        (folder / "lists").mkdir()
        shutil.copy(identity.bundled(), folder / "lists")
    if case.sources.simulated:
        write_layer(folder / case.sources.simulated, case.about.seed)


def work(
    folder: Path,
    *,
    engine: str = "duckdb",
    master: str | None = None,
    stages: Sequence[str] = (),
    now: datetime | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Worked:
    """Run what is stale in a case, log new evidence, write the dossier.

    Args:
        folder: the case.
        engine: ``duckdb`` or ``spark``.
        master: Spark's master.
        stages: stages to run alone.
        now: the time that the custody log notes for evidence that is new; not noted when it is ``None``.
        progress: called with the name of each stage before it runs.

    Raises:
        CaseError: ``case.toml`` cannot be used.
        StoreBusy: another process works on the case.
    """
    case = Case.read(folder)
    checked(case, stages)
    read_log(case.folder / LOG)
    with closing(open_engine(engine, master=master)) as opened, Store.open(case.store, write=True, create=True) as store:
        done = run(case, store, opened, stages=stages, progress=progress)
        log_evidence(case, store.arrow("evidence").to_pylist(), now)
        tables = {name: store.arrow(name) for name in store.names() if name not in BULK}
    states = cap_states(case, tables)
    case.out.mkdir(exist_ok=True)
    return Worked(done, states, finding(states), write_dossier(case, tables, states, case.out / "dossier.html"))


def cap_states(case: Case, tables: Mapping[str, pa.Table], cap_id: str | None = None) -> list[CapState]:
    """How the case stands against each of its caps, or against one; none before the ledger was run."""
    if "ledger" not in tables or "caps" not in tables:
        return []
    return ledger_state(tables, cap_id, rules(STAGES, case)["linking"])


def ledger_of(folder: Path, cap_id: str | None = None) -> list[CapState]:
    """How a case that was run stands against its caps: the sum, the chance, the day, the basis, what is left out.

    Raises:
        InputError: the case was not run yet.
        UsageError: no such cap, with the nearest names.
    """
    case = Case.read(folder)
    not_run = InputError("has no ledger yet", do=f"run: darkwake run {folder}", source=folder)
    if not case.store.is_dir():
        raise not_run
    with Store.open(case.store) as store:
        if not all(store.has(table) for table in LEDGER_TABLES):
            raise not_run
        return cap_states(case, {table: store.arrow(table) for table in LEDGER_TABLES}, cap_id)


def log_evidence(case: Case, evidence: Sequence[dict[str, Any]], now: datetime | None) -> None:
    """Append to the custody log what it does not hold yet."""
    path = case.folder / LOG
    known = {(entry.get("evidence_id"), entry.get("sha256")) for entry in read_log(path)}
    entries = [
        {
            "evidence_id": row["evidence_id"],
            "sha256": row["sha256"],
            "href": row["href"],
            "title": row["title"],
            "taken_in": now.isoformat() if now else None,
            "by": f"darkwake {version('darkwake')}",
        }
        for row in sorted(evidence, key=lambda row: str(row["evidence_id"]))
        if (row["evidence_id"], row["sha256"]) not in known
    ]
    append_log(path, entries)


def write_dossier(case: Case, tables: Mapping[str, pa.Table], states: Sequence[CapState], path: Path) -> Path:
    """Write the dossier of a case; the same tables give the same bytes."""
    return write_text(dossier(tables, header(case, tables, states)), path)


def header(case: Case, tables: Mapping[str, pa.Table], states: Sequence[CapState]) -> Header:
    """What stands at the head of a case's page and of its workbook."""
    first = states[0] if states else None
    return Header(
        title=case.about.title,
        question=case.about.question,
        period=case.about.period,
        finding="" if first and first.headline else finding(states),
        seed=case.about.seed,
        root_hash=root_hash(tables["evidence"].to_pylist()) if "evidence" in tables else None,
        version=version("darkwake"),
        rebuild=f"darkwake run {case.folder.resolve().name}",
        cap_id=first.cap.cap_id if first else None,
        mode=first.headline.mode if first and first.headline else None,
        basis=(first.basis,) if first else (),
        left_out=first.left_out if first else (),
        settle=_settle(first),
    )


def _settle(state: CapState | None) -> tuple[str, ...]:
    """What would settle whether a cap was exceeded, sentence by sentence."""
    parts = state.settle.words().split("; ") if state and state.settle else ()
    return tuple(f"{part[0].upper()}{part[1:]}." for part in parts)
