"""The command ``darkwake``: finds the verb, and turns faults into one line and an exit code.

Exit codes: 0 done; 1 a defect of ours; 2 bad usage or bad input; 130 interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from darkwake.errors import DarkwakeError

VERBS = {
    "init": "Make a new case folder with a commented case.toml.",
    "run": "Run the stages of a case that are stale, say the finding.",
    "ais": "Take AIS files into a store.",
    "events": "Find silences, meetings, calls, false positions in AIS.",
    "scenes": "Scenes of a catalogue: search them, fetch them.",
    "detect": "Find ships in images, measure them.",
    "match": "Match detections with the ships heard at that time.",
    "screen": "Search sanctions lists for ships.",
    "lists": "Versions of sanctions lists: take them in, compare them.",
    "payload": "Tonnes and barrels of one ship, with their interval.",
    "ledger": "The sum against each cap, and the chance of exceedance.",
    "plan": "Which satellite could look at the places of a case, when.",
    "dossier": "Write the dossier of a case: one HTML file.",
    "export": "Write every table of a case, or its workbook.",
    "verify": "Hash all stored evidence again, say what changed.",
    "published": "Check published figures of a case.",
}
"""The verbs, in the order of a case's life, in a few words each; each is a module here with a ``command`` or an ``app``."""

INTERRUPTED = 130
"""Exit code after Ctrl-C or SIGTERM: 128 and the number of SIGINT, as shells have it."""

DUCKDB_INTERRUPTED = "Query interrupted"
"""What DuckDB makes of a Ctrl-C that comes within a query: a RuntimeError with these words."""

GROUPS = ("ais", "lists", "scenes")
"""Verbs that have verbs of their own."""


class Verbs(TyperGroup):
    """The verbs, each imported when it is asked for: neither a quick verb nor ``--help`` waits for the libraries of others."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All verbs."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One verb, or ``None``."""
        del ctx
        if cmd_name not in VERBS:
            return None
        module = import_module(f"darkwake.cli.{cmd_name}")
        verb = typer.Typer(**STYLE)
        if cmd_name in GROUPS:
            verb = module.app
        else:
            verb.command(cmd_name)(module.command)
        made = typer.main.get_command(verb)
        made.name = cmd_name
        return made

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The verbs in the text of ``--help``."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


STYLE: dict[str, Any] = {"add_completion": False, "pretty_exceptions_enable": False, "rich_markup_mode": None}

app = typer.Typer(
    name="darkwake",
    cls=Verbs,
    help="Show, from evidence, which ships hid, where they went and what they carried.",
    **(STYLE | {"add_completion": True}),
)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"darkwake {version('darkwake')}\n")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something of ours fails.")] = False,
    version_: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    del debug, version_


def main() -> None:
    """Run the command line and leave with its exit code; SIGTERM ends it as Ctrl-C does, with nothing left behind."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(call(sys.argv[1:]))


def call(arguments: list[str]) -> int:
    """Run one command line and give its exit code.

    >>> call(["--version"])  # doctest: +ELLIPSIS
    darkwake ...
    0
    """
    if not arguments or arguments in ([verb] for verb in GROUPS):
        arguments = [*arguments, "--help"]
    try:
        ended = app(args=arguments, standalone_mode=False, prog_name="darkwake")
        if ended == INTERRUPTED:  # Typer gives a code for Ctrl-C, where others raise
            raise KeyboardInterrupt
    except typer.Exit as end:
        return end.exit_code
    except (Exception, KeyboardInterrupt) as fault:  # noqa: BLE001 - the last door: every fault becomes a line and a code
        return _told(fault, debug="--debug" in arguments)
    return ended if isinstance(ended, int) else 0


def _told(fault: BaseException, *, debug: bool) -> int:
    """Tell a fault in one line on standard error; a defect of ours shows its traceback with ``--debug`` only."""
    if isinstance(fault, BrokenPipeError):
        # The reader of our output went away (head, less); what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    line, code = _line(fault)
    if debug:
        traceback.print_exception(fault)
    sys.stderr.write(f"error: {line}\n")
    return code


def _line(fault: BaseException) -> tuple[str, int]:
    if isinstance(fault, DarkwakeError):
        return fault.line(), fault.exit_code
    if isinstance(fault, TyperException):
        return f"command line: {fault.format_message().rstrip('.')}; see --help", 2
    if isinstance(fault, KeyboardInterrupt | typer.Abort) or str(fault) == DUCKDB_INTERRUPTED:
        return "interrupted; nothing half-written was kept", INTERRUPTED
    if isinstance(fault, MemoryError):
        return "out of memory; give fewer or smaller files at once", 1
    if isinstance(fault, OSError) and fault.filename is not None:
        # What the machine refuses: a folder that is read-only, a disk that is full, a name that is too long.
        why = (fault.strerror or type(fault).__name__).lower()
        return DarkwakeError(why, do="mend the path, its permissions or the disk", source=os.fsdecode(fault.filename)).line(), 2
    told = " ".join(str(fault).split())
    return f"a defect of darkwake: {type(fault).__name__}: {told}; please report it with --debug", 1
