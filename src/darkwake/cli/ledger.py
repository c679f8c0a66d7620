"""``darkwake ledger``: how a case's barrels add up against its caps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from darkwake.cli.output import emit
from darkwake.ledger import SCALE_SOURCE, CapState, finding
from darkwake.ledger.state import sentence
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
    emit(result, as_json=as_json, text=lambda: _text(states, one_alone=cap is not None))


def _text(states: Sequence[CapState], *, one_alone: bool) -> str:
    """The caps of which anything is known, and in one line the names of the others."""
    told = [state for state in states if state.headline or one_alone]
    empty = [state.cap.cap_id for state in states if state not in told]
    found = [_words(state) for state in told]
    return "\n\n".join([*found, f"no data for {', '.join(empty)} (--cap ID says what is missing)"] if empty else found)


def _words(state: CapState) -> str:
    """The cap in words: the finding, and under it in paragraphs what it stands on."""
    first = state.headline.mode if state.headline else None
    paragraphs = (
        ("basis", state.basis.split("; ")),
        ("why the interval is as wide as it is", [one.words() for one in state.causes if one.mode == first]),
        ("on other assumptions", [one.words() for one in state.otherwise if one.mode == first]),
        ("without one source", _sources(state, first)),
        ("totals in print", [one.words() for one in state.in_print]),
        ("what would settle it", state.settle.words().split("; ") if state.settle else []),
        ("not in it", list(state.left_out)),
    )
    lines = [f"{state.cap.cap_id}: {sentence(state)}"]
    for title, said in paragraphs:
        lines += [f"  {title}:", *(f"    - {text}" for text in said)] if said else []
    return "\n".join(lines)


def _sources(state: CapState, mode: str | None) -> list[str]:
    """Sources that move the sum, one a line, and how many do not."""
    all_of_it = [one for one in state.influence if one.mode == mode]
    found = [one.words() for one in all_of_it if one.matters]
    rest = len(all_of_it) - len(found)
    return found + ([f"{rest} other{'' if rest == 1 else 's'}: each moves it by less than half a percent"] if rest else [])
