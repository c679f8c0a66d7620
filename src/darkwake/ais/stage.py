"""The step of a case that takes its AIS files in: straight into parts of the store, never whole in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from darkwake.ais.ingest import changes, settings_of, stage
from darkwake.custody import portable_href
from darkwake.store import Append, Store


class Said(Protocol):
    """What a case says of some AIS files."""

    @property
    def origin(self) -> str:
        """``observed`` or ``simulated``."""
        ...

    @property
    def day(self) -> date | None:
        """The day of messages that carry none."""
        ...

    @property
    def columns(self) -> dict[str, Any] | None:
        """The column mapping of a table of an unknown layout."""
        ...


def reports(*, ais_files: Sequence[tuple[Sequence[Path], Said]], store: Store, root: str) -> list[Append]:
    """Read the AIS files of a case into the staging folder of its store.

    Args:
        ais_files: groups of files, each with what the case says of them.
        store: the case's store, open for writing.
        root: the case's folder; evidence names its files relative to it.

    Returns:
        The parts of ``reports``, ``statics``, ``quarantine`` and ``evidence`` that each file makes.

    Raises:
        InputError: a file cannot be read.
    """
    made = []
    for paths, said in ais_files:
        settings = settings_of(said.columns, said.day)
        accounts, _ = stage(paths, store.staging(), origin=said.origin, settings=settings)
        for account in accounts:
            made += changes(account, said.origin, store.staging(), portable_href(account.path, Path(root)))
    return made
