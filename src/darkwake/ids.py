"""Ids made from content: the same thing has the same id on every machine, engine and run.

An id is a short prefix for a person and the first 16 hexadecimal digits of a SHA-256 over a canonical text. Floats never
go in as text (engines print them differently): scale and round them to integers first.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import ibis.expr.types as ir

DIGITS = 16
SEPARATOR = "\x1f"
NULL = "\x1e"
"""ASCII unit and record separators: no name or number holds them, and SQL takes them in a literal (it does not take NUL)."""
_BLOCK = 1 << 20


def content_id(prefix: str, *parts: str | int | None) -> str:
    """An id from ordered parts; ``None`` differs from the empty text.

    >>> content_id("visit", "P01", 7) == content_id("visit", "P01", 7)
    True
    >>> content_id("visit", None) == content_id("visit", "")
    False
    """
    text = SEPARATOR.join(NULL if part is None else str(part) for part in parts)
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:DIGITS]}"


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, read once in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def tree_sha256(folder: Path, names: Iterable[str]) -> str:
    """One SHA-256 of files of a folder: of their names below it, in order, each with the hash of its bytes."""
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(f"{name}{SEPARATOR}{file_sha256(folder / name)}{NULL}".encode())
    return digest.hexdigest()


def source_id(sha256: str) -> str:
    """The evidence id of a file whose bytes have this SHA-256.

    >>> source_id("ab" * 32)
    'file-abababababababab'
    """
    return f"file-{sha256[:DIGITS]}"


def id_column(prefix: str, *parts: ir.Value) -> ir.StringValue:
    """The same id as :func:`content_id`, as an Ibis expression (equal on DuckDB and Spark).

    ``parts`` have to be text or whole numbers; a null counts as ``None`` does in :func:`content_id`.
    """
    import ibis

    texts = [part.cast("string").fill_null(NULL) for part in parts]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined.concat(SEPARATOR, text)
    digest: ir.StringValue = joined.hexdigest("sha256").substr(0, DIGITS)
    return ibis.literal(f"{prefix}-").concat(digest)
