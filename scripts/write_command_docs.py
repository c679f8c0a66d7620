"""Write docs/commands.md from the command's own --help; with --check, fail when the page is another."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
HEAD = """# Commands

Written by `make docs` from `darkwake --help`; do not edit. Exit codes: 0 done; 1 a defect of ours; 2 bad usage or input, with
one line `error: FILE:PLACE: what is wrong; what to do`; 130 interrupted, everything as it was.
"""
GROUPS = {"ais": ("ingest",), "lists": ("import", "diff")}


def shown(*words: str) -> str:
    """What ``darkwake WORDS --help`` prints, 100 columns wide."""
    command = [str(Path(sys.executable).with_name("darkwake")), *words, "--help"]
    environment = os.environ | {"COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def page() -> str:
    """The whole page."""
    from darkwake.cli.app import VERBS

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
