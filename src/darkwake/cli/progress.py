"""Bars on standard error, when it is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def file_bars(files: Sequence[Path]) -> Iterator[Callable[[Path, int], None]]:
    """One bar for the bytes of all files; call what it gives with a file and how many of its bytes are done."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    console = Console(stderr=True)
    total = sum(path.stat().st_size for path in files if path.is_file())
    done: dict[Path, int] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"{len(files)} files" if len(files) > 1 else files[0].name, total=total)

        def tell(path: Path, count: int) -> None:
            done[path] = count
            bar.update(task, completed=sum(done.values()))

        yield tell
