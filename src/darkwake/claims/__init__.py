"""Published facts of a case: read strictly, kept with their sources, set into one another, checked against each other.

This room knows nothing of images or AIS; it turns tables that a person keeps into ``places``, ``vessels``, ``claims``,
``contradictions``, ``caps`` and ``evidence``.
"""

from __future__ import annotations

from darkwake.claims.containment import contain
from darkwake.claims.reading import claims

__all__ = ["claims", "contain"]
