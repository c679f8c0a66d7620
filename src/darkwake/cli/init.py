"""``darkwake init``: a new case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from darkwake.cli.output import emit
from darkwake.work import init


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the case.")],
    template: Annotated[str, typer.Option(help="What to start from: empty, or a bundled case.")] = "empty",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a new case folder with a commented case.toml.

    Example: darkwake init my-case --template vostochny-2024
    """
    made = init(folder, template)
    emit({"case": made.folder, "title": made.about.title}, as_json=as_json, text=f"{folder}: {made.about.title}")
