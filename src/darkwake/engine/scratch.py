"""Folders for what does not fit in memory: gone when they are closed, and when the process ends, in order or by Ctrl-C.

A process that is killed outright leaves its folders behind. The system lets their locks go, and the next process that
needs a folder removes those of the same user that nobody holds.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "darkwake-scratch-"
HELD = ".scratch"
"""The file in each folder that its process holds locked; no folder without it is ever swept."""


class Scratch:
    """A new folder below the system's temporary folder, held until :meth:`close` or the end of the process.

    >>> scratch = Scratch("doctest")
    >>> (scratch.folder / "rows").mkdir()
    >>> scratch.close()
    >>> scratch.folder.exists()
    False
    """

    def __init__(self, purpose: str) -> None:
        made = Path(tempfile.mkdtemp(prefix=f".{PREFIX}{purpose}-"))
        lock = FileLock(made / HELD, thread_local=False)
        lock.acquire()
        # It takes the name that others look for once it is locked, so nobody finds it unlocked while its owner lives.
        self.folder = made.rename(made.with_name(made.name.removeprefix(".")))
        self._end = weakref.finalize(self, _remove, self.folder, lock)
        _sweep(self.folder.parent, self.folder.stat().st_uid)

    def close(self) -> None:
        """Remove the folder and all in it."""
        self._end()


def _remove(folder: Path, lock: FileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()


@cache
def _sweep(parent: Path, user: int) -> None:
    """Remove the folders that killed processes of this user left, once in the life of a process."""
    for folder in parent.glob(f"{PREFIX}*"):
        try:
            if folder.lstat().st_uid == user and (folder / HELD).is_file():
                with FileLock(folder / HELD).acquire(timeout=0):
                    shutil.rmtree(folder, ignore_errors=True)
        except (OSError, Timeout):
            continue  # held by a process that lives, or gone this instant
