"""Write docs/commands.md from the command's own --help; with --check, fail when the page is another."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

from darkwake.cli.app import VERBS, call

PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
HEAD = """# Commands

Written by `make docs` from `darkwake --help`; do not edit. Exit codes: 0 done; 1 a defect of ours; 2 bad usage or input, with
one line `error: FILE:PLACE: what is wrong; what to do`; 130 interrupted, everything as it was.
"""
GROUPS = {"ais": ("ingest",), "lists": ("import", "diff"), "scenes": ("search", "fetch")}


def shown(*words: str) -> str:
    """What ``darkwake WORDS --help`` prints, 100 columns wide."""
    os.environ["COLUMNS"] = "100"
    with redirect_stdout(io.StringIO()) as printed:
        call([*words, "--help"])
    return "\n".join(line.rstrip() for line in printed.getvalue().strip().splitlines())


def page() -> str:
    """The whole page."""
    commands = [f"{verb} {sub}".strip() for verb in VERBS for sub in GROUPS.get(verb, ("",))]
    parts = [f"## darkwake {command}\n\n```\n{shown(*command.split())}\n```\n" for command in commands]
    return HEAD + "\n" + "\n".join(parts)


def main() -> None:
    """Write the page, or compare it."""
    text = page()
    if "--check" in sys.argv:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
            sys.exit(f"{PAGE.name} is not what the command says; run: make docs")
    else:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
