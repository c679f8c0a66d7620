"""The one tree of errors that Darkwake raises on purpose.

A message is one line: what is wrong, then what to do. ``source`` is the file (or table, or case) and ``place`` where in
it; the command line prints ``error: SOURCE:PLACE: what; do`` and exits with ``exit_code``. Anything that is not a
:class:`DarkwakeError` is a defect of ours.

    DarkwakeError            exit 2
    ├── InputError           a file, a row, a number that cannot be used
    │   └── TableError       a table that does not keep its promise in schema.py
    ├── CaseError            case.toml
    ├── UsageError           arguments that do not go together
    ├── StoreBusy            another process holds the store
    ├── StoreDamaged         the store on disk contradicts its catalogue
    └── MissingTool          an optional part (Java, an extra) is not installed
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class DarkwakeError(Exception):
    """Base of every error that a user can act on."""

    exit_code = 2

    def __init__(self, what: str, *, do: str = "", source: str | Path = "", place: str | int = "") -> None:
        self.what = what
        self.do = do
        self.source = str(source)
        self.place = str(place)
        super().__init__(self.line())

    def line(self) -> str:
        """The message as one line, without the leading ``error:``.

        >>> InputError("no column LON", do="name it in case.toml", source="a.csv", place="line 1").line()
        'a.csv:line 1: no column LON; name it in case.toml'
        """
        where = ":".join(part for part in (self.source, self.place) if part)
        text = "; ".join(part for part in (self.what, self.do) if part)
        return " ".join(f"{where}: {text}".split() if where else text.split())


class InputError(DarkwakeError):
    """A file, a row or a number that cannot be used."""


class TableError(InputError):
    """A table that does not keep its promise in ``schema.py``."""


class CaseError(DarkwakeError):
    """A ``case.toml`` that cannot be used."""


class UsageError(DarkwakeError):
    """Arguments that do not go together."""


class StoreBusy(DarkwakeError):
    """Another process holds the store."""


class StoreDamaged(DarkwakeError):
    """The files of a store contradict its catalogue."""


class MissingTool(DarkwakeError):
    """An optional part (Java, an extra) is not installed."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the closest known words, for the ``do`` part of a message.

    >>> nearest("vostochny-2042", ["vostochny-2024", "empty"])
    'did you mean vostochny-2024?'
    >>> nearest("zzz", ["a", "b"])
    'known: a, b'
    """
    words = sorted(known)
    close = get_close_matches(word, words, n=2, cutoff=0.6)
    between = " | " if any("," in one for one in words) else ", "
    return f"did you mean {' or '.join(close)}?" if close else f"known: {between.join(words)}"
