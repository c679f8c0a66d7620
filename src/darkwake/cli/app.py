"""The command ``darkwake``: finds the verb, and turns faults into one line and an exit code.

Exit codes: 0 done; 1 a defect of ours; 2 bad usage or bad input; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from importlib.metadata import version
from typing import Annotated

import click
import typer

from darkwake.cli import ais, detect, dossier, events, export, init, ledger, lists, match, payload, plan, run, screen, verify
from darkwake.errors import DarkwakeError

app = typer.Typer(
    name="darkwake",
    help="Show, from evidence, which ships hid, where they went and what they carried.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
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


app.command("init")(init.command)
app.command("run")(run.command)
app.add_typer(ais.app, name="ais", help="Take AIS files into a store.")
app.command("events")(events.command)
app.command("detect")(detect.command)
app.command("match")(match.command)
app.command("screen")(screen.command)
app.add_typer(lists.app, name="lists", help="Versions of sanctions lists.")
app.command("payload")(payload.command)
app.command("ledger")(ledger.command)
app.command("plan")(plan.command)
app.command("dossier")(dossier.command)
app.command("export")(export.command)
app.command("verify")(verify.command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(call(sys.argv[1:]))


def call(arguments: list[str]) -> int:
    """Run one command line and give its exit code.

    >>> call(["--version"])  # doctest: +ELLIPSIS
    darkwake ...
    0
    """
    try:
        app(args=arguments, standalone_mode=False)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (Exception, KeyboardInterrupt) as fault:  # noqa: BLE001 - the last door: every fault becomes a line and a code
        return _told(fault, debug="--debug" in arguments)
    return 0


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
    if isinstance(fault, click.ClickException):
        return f"command line: {fault.format_message().rstrip('.')}; see --help", 2
    if isinstance(fault, KeyboardInterrupt | click.Abort):
        return "interrupted; nothing half-written was kept", 130
    if isinstance(fault, MemoryError):
        return "out of memory; give fewer or smaller files at once", 1
    return f"a defect of darkwake: {type(fault).__name__}: {fault}; please report it with --debug", 1
