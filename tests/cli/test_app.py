"""The list of verbs, which waits for the libraries of none; and Ctrl-C within a query."""

from __future__ import annotations

import signal
import subprocess
import sys
from importlib import import_module

import duckdb
import pytest

from darkwake.cli.app import DUCKDB_INTERRUPTED, GROUPS, VERBS, call

HEAVY = {"duckdb", "ibis", "matplotlib", "numpy", "onnxruntime", "pandas", "pyarrow", "pydantic", "rasterio", "scipy"}


def test_each_verb_of_the_list_is_a_module_with_a_command_or_an_app() -> None:
    for verb in VERBS:
        assert hasattr(import_module(f"darkwake.cli.{verb}"), "app" if verb in GROUPS else "command")


def test_each_verb_has_a_line_of_its_own_in_the_help(capsys) -> None:
    assert call(["--help"]) == 0
    listed = capsys.readouterr().out.split("Commands:\n")[1].splitlines()
    assert listed == [f"  {verb:<9}  {words}" for verb, words in VERBS.items()]


def test_help_and_version_import_no_library_of_a_verb() -> None:
    for option in ("--help", "--version"):
        code = f"import sys\nfrom darkwake.cli.app import call\ncall(['{option}'])\nprint(*sys.modules, file=sys.stderr)"
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert HEAVY & set(ended.stderr.split()) == set()


def test_duckdb_says_of_ctrl_c_within_a_query_what_the_command_knows_it_by() -> None:
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(RuntimeError, match=f"^{DUCKDB_INTERRUPTED}$"):
            duckdb.sql("SELECT sum(hash(a.range + b.range)) FROM range(1000000) a, range(1000000) b").fetchall()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
