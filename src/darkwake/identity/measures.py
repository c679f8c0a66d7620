"""Measures: what a listing orders. They are kept apart, for a port ban is not an asset freeze.

A measure is written ``kind (basis)``: the kind is one of ``KINDS`` where the list's meaning is plain, else the list's own
words; the basis is the paragraph, or where else the kind comes from.
"""

from __future__ import annotations

ASSET_FREEZE = "asset freeze"
PORT_BAN = "port ban"
DE_REGISTRATION = "de-registration"
SERVICES_BAN = "services ban"
TRAVEL_BAN = "travel ban"
OMM_RESOURCE = "economic resource of OMM"
SHIPPING_SANCTIONS = "shipping sanctions"
TRADE_SANCTIONS = "trade sanctions"
NOT_SAID = "restrictive measures"

KINDS = (
    ASSET_FREEZE,
    PORT_BAN,
    DE_REGISTRATION,
    SERVICES_BAN,
    TRAVEL_BAN,
    OMM_RESOURCE,
    SHIPPING_SANCTIONS,
    TRADE_SANCTIONS,
    NOT_SAID,
)


def measure(kind: str, basis: str) -> str:
    """A measure with its basis.

    >>> measure(PORT_BAN, "2371 (2017) para 6")
    'port ban (2371 (2017) para 6)'
    """
    return f"{kind} ({basis})"


def kind_of(written: str) -> str:
    """The kind of a written measure, without its basis.

    >>> kind_of("port ban (2371 (2017) para 6)")
    'port ban'
    """
    return written.partition(" (")[0]
