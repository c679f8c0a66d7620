"""``darkwake published``: figures in print, each reproduced, explained or rejected."""

from __future__ import annotations

from typing import Annotated

import typer

from darkwake.cli.output import emit
from darkwake.ledger.in_print import InPrint, figures_in_print


def command(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check published figures of the case: equal, inside the model's interval, explained, rejected; with the reason.

    Ends with 1 where one of them does not come out.

    Example: darkwake published --json
    """
    tell(figures_in_print(), as_json=as_json)


def tell(found: InPrint, *, as_json: bool) -> None:
    """Print what was found; exit code 1 where a figure does not come out."""
    emit(found.to_dict(), as_json=as_json, text=found.words)
    if not found.reproduced:
        raise typer.Exit(1)
