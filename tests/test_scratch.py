"""Scratch folders: gone with their engine, with their process however it ends, and after SIGKILL with the next process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from darkwake.engine.scratch import HELD, PREFIX

OPEN = """
import signal, sys, time
from darkwake.engine.scratch import Scratch
signal.signal(signal.SIGINT, signal.default_int_handler)
scratch = Scratch("test")
(scratch.folder / "rows").write_text("1")
print(scratch.folder, flush=True)
"""
WAIT = "sys.stdin.read()"


def process(code: str, folder: Path) -> subprocess.Popen[str]:
    """Python that has its temporary folder in ``folder``."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-c", OPEN + code], env=os.environ | {"TMPDIR": str(folder)}, text=True, **pipes)


def opened(child: subprocess.Popen[str]) -> Path:
    """The scratch folder that a process has just made."""
    assert child.stdout is not None
    return Path(child.stdout.readline().strip())


def test_nothing_is_left_when_a_process_ends_by_itself_or_by_ctrl_c(tmp_path: Path) -> None:
    ended = [process(end, tmp_path) for end in ("sys.exit(3)", "raise ValueError", "scratch.close()", WAIT)]
    folders = [opened(child) for child in ended]
    ended[-1].send_signal(signal.SIGINT)
    for child in ended:
        child.communicate(timeout=60)
    assert {folder.parent for folder in folders} == {tmp_path}
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next_and_what_a_live_one_holds_stays(tmp_path: Path) -> None:
    (tmp_path / f"{PREFIX}of-a-user").mkdir()
    (tmp_path / f"{PREFIX}of-a-user" / ".lock").touch()
    with process(WAIT, tmp_path) as living, process(WAIT, tmp_path) as killed:
        held, left = opened(living), opened(killed)
        killed.kill()
        killed.wait()
        assert (left / HELD).is_file()
        with process("pass", tmp_path) as third:
            opened(third)
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([held.name, f"{PREFIX}of-a-user"])
        living.kill()
