"""``darkwake plan``: what to look at next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from darkwake.case import Case
from darkwake.cli.output import emit
from darkwake.errors import InputError, UsageError
from darkwake.pipeline import STAGES
from darkwake.stage import rules
from darkwake.store import Store
from darkwake.tasking import Days, outlook


def command(
    folder: Annotated[Path, typer.Argument(metavar="CASE", help="Folder of the case; it has to have been run.")],
    *,
    days: Annotated[float | None, typer.Option("--days", help="Length of the window in days, up to 60.")] = None,
    budget: Annotated[int | None, typer.Option("--budget", min=1, help="How many looks the plan may hold.")] = None,
    elements: Annotated[
        list[Path] | None, typer.Option("--elements", help="File of two-line element sets, plain or gzip; may be repeated.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="ISO", help="Start of the window in UTC; else the newest elements' epoch.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """When could which satellite look at the places of a case, and which looks to order first.

    Elements come from --elements, else from the case, else a small set that ships with the program. They age: fetch new ones.

    Example: darkwake plan my-case --days 3 --elements active.tle --from 2025-09-14
    """
    case = Case.read(folder)
    rule = rules(STAGES, case)["tasking"]
    ahead = outlook(
        _places(case),
        elements=tuple(elements or ()) or case.files(case.sources.orbits, "sources.orbits"),
        window=Days(_time(start) or case.plan.start, case.plan.days if days is None else days),
        rule=rule if budget is None else replace(rule, budget=budget),
    )
    emit(ahead.result(), as_json=as_json, text=ahead.text)


def _places(case: Case) -> object:
    remedy = f"run it first: darkwake run {case.folder}"
    if not case.store.is_dir():
        raise InputError("the case has not been run yet, so it has no places", do=remedy, source=case.folder)
    with Store.open(case.store) as store:
        places = store.arrow("places")
    if not places.num_rows:
        raise InputError("the case has no places", do=remedy, source=case.folder)
    return places


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError as fault:
        raise UsageError(f"--from {text!r} is not a time", do="write it as 2025-09-13T18:00Z") from fault
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
