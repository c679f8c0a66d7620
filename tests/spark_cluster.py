"""A Spark standalone cluster on loopback: one master and two workers, as processes of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_S = 60.0
UNPROVEN = "-XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
BRIEF = f"-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData {UNPROVEN}"
"""Java as it suits processes of a minute: no second compiler, no threads for garbage, no proof of Spark's own classes."""


@contextmanager
def brief_java() -> Iterator[None]:
    """Every Java that starts within, driver and executors too, heeds ``BRIEF``."""
    before = os.environ.get("JAVA_TOOL_OPTIONS")
    os.environ["JAVA_TOOL_OPTIONS"] = f"{before or ''} {BRIEF}".strip()
    try:
        yield
    finally:
        os.environ.pop("JAVA_TOOL_OPTIONS")
        if before is not None:
            os.environ["JAVA_TOOL_OPTIONS"] = before


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a master and two workers; give the master's address; stop them all.

    Args:
        folder: where logs and work files go.
    """
    processes: list[subprocess.Popen[bytes]] = []
    try:
        log = folder / "master.log"
        processes.append(_start(log, "master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0"))
        address = _wait_for(log, r"spark://127\.0\.0\.1:\d+")
        for number in (1, 2):
            log = folder / f"worker-{number}.log"
            work = folder / f"work-{number}"
            arguments = ("--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "1g", "-d", str(work), address)
            processes.append(_start(log, "worker.Worker", *arguments))
            _wait_for(log, "Successfully registered with master")
        yield address
    finally:
        for process in reversed(processes):
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def _start(log: Path, part: str, *arguments: str) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        # The functions that tests send to the workers have to be importable there, as an installed package would be.
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).resolve().parents[1]), os.environ.get("PYTHONPATH", "")]),
    }
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{part}", *arguments]
    with log.open("wb") as stream:
        return subprocess.Popen(command, stdout=stream, stderr=stream, env=environment, start_new_session=True)


def _wait_for(log: Path, pattern: str) -> str:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if found := re.search(pattern, log.read_text(encoding="utf-8", errors="replace")):
            return found.group(0)
        time.sleep(0.1)
    raise TimeoutError(f"{log.name} never said {pattern!r}:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
