# ruff: noqa: T201 (what it prints is its result)
"""Estimate how wrong draughts typed into AIS are, and print the constants that ``bundled/afloat.csv`` carries.

Run: ``python training/draughts.py DATA/ais``. Rounding from the last digits that crews type; spread from ships that come to
one loading terminal again and again, always in ballast; "says nothing" from laden draughts on arrival there; not retyped from
the few calls with two reports; wrong ones from reports far above the design draught.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import beta

NONE_DM = 255
"""25.5 m: AIS for "deeper than can be said"."""
CALL_DAYS = 6
"""Reports of one ship at one terminal within so many days are one call."""
LADEN_M = 10.5
"""Above this no tanker of 240 to 260 m is in ballast: her ballast draughts end at 10 m, her laden ones begin at 11 m."""
FAR_OVER = 1.25
"""Reported over design draught beyond which no load line explains it."""


def rounding(draughts_dm: pd.Series) -> dict[str, float]:
    """Shares rounded to whole metres, to half metres and to decimetres, from the last digit."""
    share = (draughts_dm.round().astype(int) % 10).value_counts(normalize=True)
    plain = float(np.mean([share.get(digit, 0.0) for digit in (1, 2, 3, 4, 6, 7, 8, 9)]))
    halves = 2 * (float(share.get(5, 0.0)) - plain)
    return {"whole": float(share.get(0, 0.0)) - plain - halves / 2, "half": halves, "decimetre": 10 * plain}


def baltic(folder: Path) -> pd.Series:
    """Draughts of tankers, decimetres, as they stood on one evening."""
    rows = pd.read_csv(folder / "real_baltic_20251211" / "snapshot_20251211T204450Z_full.csv.gz")
    return rows.draught[rows.ship_type.between(80, 89) & rows.draught.between(1, NONE_DM - 1)]


def particulars(folder: Path) -> pd.DataFrame:
    """Tankers with a reported and a design draught; a design draught out of all proportion to the beam is left out."""
    rows = pd.read_csv(folder / "particulars_ais.csv.gz")
    tankers = rows[rows.ship_type.fillna("").str.contains("Tanker") & rows.draught_reported_dm.between(1, NONE_DM - 1)].copy()
    tankers["beam_m"] = tankers.to_port_m + tankers.to_starboard_m
    tankers["ratio"] = tankers.draught_reported_dm / 10 / tankers.draught_design_m
    return tankers[(tankers.beam_m / tankers.draught_design_m).between(1.6, 3.5)]


def terminal_reports(folder: Path) -> pd.DataFrame:
    """Reports of tankers at four terminals, each with the call it belongs to."""
    rows = pd.read_csv(folder / "real_vancouver_2024_2026" / "ships_static_by_visit.csv.gz")
    rows = rows.assign(draught_m=rows.MaximumStaticDraught, day=pd.to_datetime(rows.date))
    rows["length_m"] = rows.Dimension.str.partition(":")[0].astype(float)
    rows = rows[rows.draught_m > 0].sort_values(["ImoNumber", "day"])
    first = rows.groupby("ImoNumber").day.diff().dt.days.gt(CALL_DAYS) | ~rows.duplicated("ImoNumber")
    return rows.assign(call=first.cumsum())


def at_loading_terminal(reports: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Reports of tankers of 240 to 260 m on arrival at Westridge, where they load: laden draughts, and draughts in ballast."""
    loading = reports[(reports.terminal == "Westridge") & reports.length_m.between(240, 260)]
    return loading[loading.draught_m > LADEN_M], loading[loading.draught_m <= LADEN_M]


def pooled_sd_m(ballast: pd.DataFrame) -> float:
    """Standard deviation among reports of one ship, pooled over ships with three or more."""
    again = ballast.groupby("ImoNumber").draught_m.agg(["std", "size"]).query("size >= 3")
    weights = again["size"] - 1
    return float(np.sqrt((weights * again["std"] ** 2).sum() / weights.sum()))


def reported_twice(reports: pd.DataFrame) -> tuple[int, int]:
    """Calls with two reports: in how many the draught did not change, and how many there are."""
    two = reports.groupby("call").draught_m.agg(["size", "first", "last"]).query("size > 1")
    return int((two["first"] == two["last"]).sum()), len(two)


def main() -> None:
    """Print the estimates."""
    folder = Path(sys.argv[1])
    tankers = particulars(folder)
    for name, typed in (("tankers 2013-14", tankers.draught_reported_dm), ("tankers in the Baltic 2025", baltic(folder))):
        shares = ", ".join(f"{word} {share:.3f}" for word, share in rounding(typed).items())
        print(f"rounding, {name}: {len(typed)} reports: {shares}")
    reports = terminal_reports(folder)
    laden, ballast = at_loading_terminal(reports)
    met = len(laden) + len(ballast)
    print(f"laden draught on arrival at a loading terminal: {len(laden)} of {met} = {len(laden) / met:.3f}")
    print(f"ballast draughts of one ship at one terminal: pooled sd {pooled_sd_m(ballast):.3f} m")
    unchanged, calls = reported_twice(reports)
    low, high = (float(beta.ppf(share, unchanged + 0.5, calls - unchanged + 0.5)) for share in (0.05, 0.95))
    print(f"calls with two reports: {calls} of {reports.call.nunique()}, unchanged in {unchanged}: {low:.2f} to {high:.2f}")
    far = (tankers.ratio > FAR_OVER).sum()
    print(f"reported over {FAR_OVER} of design draught: {far} of {len(tankers)} = {far / len(tankers):.3f}")
    small = tankers[(tankers.to_bow_m + tankers.to_stern_m).between(50, 130)]
    for name, part in (("all", tankers), ("50 to 130 m", small)):
        spread = part.ratio.quantile([0.05, 0.25, 0.5, 0.75, 0.95]).round(2).tolist()
        print(f"reported over design, {name}: {spread} of {len(part)}")
    lightly = small.ratio[small.ratio < 0.8]
    print(f"reported over design below 0.8, 50 to 130 m: median {lightly.median():.2f} of {len(lightly)}")


if __name__ == "__main__":
    main()
