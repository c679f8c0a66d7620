"""Tables as bytes, for the way to another process.

Pickled, a slice of an Arrow table takes along all that it was cut from; as a stream it is its own rows alone.
"""

from __future__ import annotations

import pyarrow as pa


def packed(table: pa.Table) -> bytes:
    """A table as an Arrow stream.

    >>> unpacked(packed(pa.table({"a": [1, 2]}))).to_pylist()
    [{'a': 1}, {'a': 2}]
    """
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def unpacked(stream: bytes) -> pa.Table:
    """A table from its Arrow stream."""
    with pa.ipc.open_stream(stream) as rows:
        return rows.read_all()
