"""``darkwake payload``: what one ship carries, from what is known of her."""

from __future__ import annotations

from typing import Annotated

import typer

from darkwake import cargo
from darkwake.cli.output import emit


def command(
    imo: Annotated[int | None, typer.Option(help="IMO number of a ship whose size the bundled facts hold.")] = None,
    dwt: Annotated[float | None, typer.Option(metavar="T", help="Deadweight, tonnes.")] = None,
    length: Annotated[float | None, typer.Option(metavar="M", help="Length over all, metres (with --beam).")] = None,
    beam: Annotated[float | None, typer.Option(metavar="M", help="Beam, metres.")] = None,
    depth: Annotated[float | None, typer.Option(metavar="M", help="Depth from keel to deck, metres.")] = None,
    kind: Annotated[str, typer.Option(metavar="K", help="tanker, general cargo ship or container ship.")] = "tanker",
    draught_in: Annotated[float | None, typer.Option(metavar="M", help="Mean draught on arrival, metres.")] = None,
    draught_out: Annotated[float | None, typer.Option(metavar="M", help="Mean draught on departure, metres.")] = None,
    draught_sd: Annotated[
        float | None, typer.Option(metavar="M", help="Standard error of each draught; without it, as typed into AIS.")
    ] = None,
    freeboard_in: Annotated[float | None, typer.Option(metavar="M", help="Freeboard on arrival, metres.")] = None,
    freeboard_out: Annotated[float | None, typer.Option(metavar="M", help="Freeboard on departure, metres.")] = None,
    freeboard_sd: Annotated[float | None, typer.Option(metavar="M", help="Standard error of each freeboard, metres.")] = None,
    activity: Annotated[str, typer.Option(metavar="A", help="load or discharge.")] = "load",
    place: Annotated[str | None, typer.Option(metavar="ID", help="Place, for the density of its water.")] = None,
    density: Annotated[float | None, typer.Option(metavar="X", help="Density of the water, t/m3, instead of --place.")] = None,
    hours: Annotated[float | None, typer.Option(metavar="H", help="Longest time alongside, hours.")] = None,
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

    Example: darkwake payload --dwt 3000 --length 90 --beam 14 --freeboard-in 3.7 --freeboard-out 1.2 --freeboard-sd 0.3
    """
    found = cargo.payload(
        imo=imo,
        dwt_t=dwt,
        length_m=length,
        beam_m=beam,
        depth_m=depth,
        kind=kind,
        laden=None if laden is None else cargo.fraction(laden),
        draught_in_m=draught_in,
        draught_out_m=draught_out,
        draught_sd_m=draught_sd,
        freeboard_in_m=freeboard_in,
        freeboard_out_m=freeboard_out,
        freeboard_sd_m=freeboard_sd,
        activity=activity,
        place=place,
        density_t_m3=density,
        hours=hours,
        product=product,
        bbl_per_t=bbl_per_t,
        seed=seed,
    )
    emit(found.to_dict(), as_json=as_json, text=found.words)
