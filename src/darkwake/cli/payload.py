"""``darkwake payload``: what one ship carries, from what is known of her."""

from __future__ import annotations

from typing import Annotated

import typer

from darkwake import cargo
from darkwake.cli.output import emit


def command(
    imo: Annotated[int | None, typer.Option(help="IMO number of a ship whose deadweight the bundled facts hold.")] = None,
    dwt: Annotated[float | None, typer.Option(metavar="T", help="Deadweight, tonnes.")] = None,
    length: Annotated[float | None, typer.Option(metavar="M", help="Length over all, metres (with --beam).")] = None,
    beam: Annotated[float | None, typer.Option(metavar="M", help="Beam, metres.")] = None,
    laden: Annotated[
        str | None, typer.Option(metavar="F", help="Cargo over deadweight: 0.9, 90% or 1/3; else a prior.")
    ] = None,
    product: Annotated[str, typer.Option(metavar="P", help="What she carries.")] = "gas oil",
    bbl_per_t: Annotated[float | None, typer.Option(metavar="X", help="Barrels per tonne; else the published spread.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tonnes and barrels of one ship, with the interval, the basis and which unknown matters most.

    With --dwt, --laden and --bbl-per-t all given it is the plain product that reports print.

    Example: darkwake payload --dwt 3000 --laden 1/3 --bbl-per-t 7.46
    """
    share = None if laden is None else cargo.fraction(laden)
    found = cargo.payload(
        imo=imo, dwt_t=dwt, length_m=length, beam_m=beam, laden=share, product=product, bbl_per_t=bbl_per_t, seed=seed
    )
    emit(found.to_dict(), as_json=as_json, text=found.words)
