"""Decode an NMEA log with a program of others, in its own environment (``make peers``); prints what it took.

aiscat (C++, GPL) and libais (C++) are peers to measure against, not dependencies. Run: ``python decode.py JOB LOG``.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from time import perf_counter


def aiscat_stream(path: str) -> int:
    """A dictionary for each message, as its documentation shows."""
    return sum(1 for _ in import_module("aiscat").from_file(path))


def libais_stream(path: str) -> int:
    """Its file reader, which also joins multi-part messages."""
    return sum(1 for _ in import_module("ais").open(path))


JOBS: dict[str, Callable[[str], int]] = {"aiscat_stream": aiscat_stream, "libais_stream": libais_stream}


def main() -> None:
    """Do one job."""
    job, path = sys.argv[1], sys.argv[2]
    started = perf_counter()
    messages = JOBS[job](path)
    seconds = perf_counter() - started
    usage = resource.getrusage(resource.RUSAGE_SELF)
    core, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "core_seconds": core, "peak_mib": peak, "messages": messages}))


if __name__ == "__main__":
    main()
