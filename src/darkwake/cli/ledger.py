"""``darkwake ledger``: how a case's barrels add up against its caps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from darkwake.cli.output import emit
from darkwake.ledger import SCALE_SOURCE, CapState, finding
from darkwake.work import ledger_of


def command(
    folder: Annotated[Path, typer.Argument(metavar="CASE", help="Folder of the case.")],
    cap: Annotated[str | None, typer.Option(metavar="ID", help="One cap alone.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """The sum against each cap, the chance that it was exceeded, the day, the basis and what is left out.

    Example: darkwake ledger my-case --cap unscr-2397-refined-2024
    """
    states = ledger_of(folder, cap)
    result = {"finding": finding(states), "scale": SCALE_SOURCE, "caps": [state.to_dict() for state in states]}
    emit(result, as_json=as_json, text=lambda: "\n\n".join(_words(state) for state in states))


def _words(state: CapState) -> str:
    said = state.to_dict()
    lines = [f"{said['cap_id']}: {said['finding']}", f"  basis: {said['basis']}"]
    lines += [f"  {one.words()}" for one in state.otherwise if state.headline and one.mode == state.headline.mode]
    return "\n".join([*lines, *(f"  not in it: {text}" for text in state.left_out)])
