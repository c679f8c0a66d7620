"""Several AIS files at once, each in a process of its own (``engine.processes``), with the memory that they took together."""

from __future__ import annotations

import os
from collections.abc import Sequence

from darkwake.ais.intake import Account, Job, Progress, take_in
from darkwake.engine import workers
from darkwake.engine.processes import Tell, peak_memory_mib, run_all


def run(jobs: Sequence[Job], progress: Progress | None) -> tuple[list[Account], float]:
    """Take every file in; the accounts in order, and the peak memory of all processes together (an upper bound).

    Raises:
        InputError: the first file (in order) that failed; the others were stopped.
    """
    if len(jobs) == 1 or workers() == 1:
        return [take_in(job, progress) for job in jobs], peak_memory_mib()
    done = run_all(_work, jobs, at_once=workers(), progress=progress, fewer="read fewer files at once")
    peaks: dict[int, float] = {}
    for _, process, peak in done:
        peaks[process] = max(peak, peaks.get(process, 0.0))
    return [account for account, _, _ in done], peak_memory_mib() + sum(peaks.values())


def _work(job: Job, tell: Tell) -> tuple[Account, int, float]:
    return take_in(job, tell), os.getpid(), peak_memory_mib()
