"""Tests of the house."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Before NumPy is imported: threads of two processes that multiply small matrices spend thirty times their work on waiting."""
