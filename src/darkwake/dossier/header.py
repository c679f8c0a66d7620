"""What the caller says about a case: it stands at the head of the page and on the first sheet of the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Header:
    """What the caller says about the case; there is no clock in here."""

    title: str
    question: str
    period: tuple[date, date]
    """First and last day of the case."""
    finding: str = ""
    """The finding in one sentence; where it is empty, the page makes it from the ledger."""
    points: tuple[str, ...] = ()
    """What belongs to the finding, point by point."""
    settle: tuple[str, ...] = ()
    """What would settle it; where it is empty, the page takes it from the causes of the width."""
    seed: int | None = None
    root_hash: str | None = None
    """Root hash of the evidence manifest."""
    version: str = ""
    """Version of Darkwake."""
    produced_on: date | str | None = None
    """Date that stands on the page, if any."""
    rebuild: str = ""
    """The command that makes this page again."""
    cap_id: str | None = None
    """Cap that stands first; by default a cap on refined products."""
    mode: str | None = None
    """Reckoning that stands first; by default the visits seen and published."""
    basis: tuple[str, ...] = ()
    """Further sentences on what the finding stands on."""
    left_out: tuple[str, ...] = ()
    """Further sentences on what is not in the finding."""
