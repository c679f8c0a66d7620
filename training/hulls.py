# ruff: noqa: T201 (what it prints is its result)
"""Fit the relations between a ship's particulars, print how well they hold, and write ``bundled/hulls.csv``.

Run: ``python training/hulls.py STATIC LABELS PARTICULARS`` with ``opensarship_v1_ais_static.parquet``,
``opensarship_train_labels.parquet`` (both of OpenSARShip, Huang et al., IEEE JSTARS 2018) and ``particulars_ais.csv.gz``
(cynsky/vessel-trajectory-modeller, 2016). One row a ship (by MMSI or IMO); folds are cut by ship; nothing is random but the
folds, which are seeded. Every relation is linear in logarithms of length over all / 100 m and beam / 15 m. What these data do
not hold (lightship, depth) comes from the ships in ``training/ships.csv`` and from the formulas cited below.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from fitting import (
    BETWEEN_PERPENDICULARS_OVER_LENGTH,
    CLASSES_M,
    KINDS,
    KNOTS_M,
    SEA_T_PER_M3,
    SHORT_M,
    WATERLINE_OVER_LENGTH,
    WRONG,
    Draught,
    Fit,
    Numbers,
    at_knots,
    bent,
    design,
    draughts,
    draughts_held_out,
    hats,
    held_out,
    least_squares,
    proportional,
    read_labels,
    read_particulars,
    read_tankers,
    robust,
    spread,
    spreads,
    with_tpc,
)

STEEPEST_FULLNESS = 0.2
"""Greatest power of length in the block coefficient: assumed, because it takes 0.65 at 80 m to 0.85 at 300 m already."""
# "shared" below is the part of a relation's variance that all ships have in common: assumed, because few tell its level.
FEW = 60
"""With fewer ships than this, deadweight is fitted on length x beam x draught, as one number, and spread no less than 20 %."""
USUAL_BEAM = (0.0875, 1.0415)
"""Logarithm of the beam (of 15 m) of a tanker of 100 m, and its power of the length (particulars, as ``fleet`` has it)."""
BLOCK_SD = 0.055
"""Spread of the block coefficient once length, beam and deadweight are known: assumed, because the tonnes per centimetre of 120
tankers of 60 to 130 m, read by the waterplane relations of Schneekluth and Kristensen in turn, scatter it by 0.06; the six of
Watson's Table 1.1, which are long and of one age, lie 0.804 to 0.849."""
BLOCK_SOURCE = "tonnes per centimetre read by the relations of Schneekluth and Kristensen scatter it by 6 %"
LIGHT_SDS, LIGHT_ON_WEIGHT = {"sd short": 0.15, "sd long": 0.12}, -0.1
"""Spreads of lightship given all else: assumed, because twelve values tell none and small tankers differ more. Its power
of the excess of deadweight: assumed, because a ship carries more by being deeper (her steel goes with the draught to the 0.35,
Watson) and by being lighter."""
FREEBOARD_A_M = (0.573, 0.841, 1.135, 1.632, 2.393, 3.012, 3.358)
"""Least summer freeboard of tankers (type A) at these lengths: Load Line Convention 1966, regulation 28, table A, from memory;
its end (3.460 m at 400 m) was read. No tanker of these lengths is shallower, whatever the tonnage says."""
STATIC = "OpenSARShip 1.0 (Huang et al., IEEE JSTARS 2018), AIS dimensions and register deadweight"
LABELS = "OpenSARShip 2.0 labels (Li et al., 2017), register dimensions and deadweight"
PARTICULARS = "particulars of 4,665 ships (cynsky/vessel-trajectory-modeller, 2016)"
WATSON = "Watson, Practical Ship Design, 1998"
HERE = Path(__file__).parent


def watson_lightship_t(length_m: float, beam_m: float, depth_m: float, draught_m: float, power_kw: float) -> float:
    """Lightship of a tanker by groups, for the small ones of which no weight was read.

    Steel ``0.032 E^1.36`` (Watson 1998, Table 4.1; exponent and numeral ``E`` from memory), a tenth on ``E`` for
    superstructure (assumed); outfit 0.28 t/m2 of Lpp x B (Schneekluth and Bertram, 1998, crude tankers of about 150 m);
    machinery ``0.72 P^0.78`` (Watson and Gilfillan 1976, from memory); margin 2 %.
    """
    lpp = BETWEEN_PERPENDICULARS_OVER_LENGTH * length_m
    numeral = 1.1 * lpp * (beam_m + draught_m + 0.85 * (depth_m - draught_m))
    return 1.02 * float(0.032 * numeral**1.36 + 0.28 * lpp * beam_m + 0.72 * power_kw**0.78)


WORKED = ((60.0, 10.0, 736.0), (75.0, 12.0, 1324.0), (85.0, 14.0, 1790.0), (100.0, 16.0, 2311.0), (120.0, 18.5, 3310.0))
"""Length, beam (tankers of the sample) and power (median of the particulars, +- 7 % in length) of the worked lightships."""


def published(kind: str) -> pd.DataFrame:
    """The ships of ``ships.csv``, with length over all and lightship."""
    rows = pd.read_csv(HERE / "ships.csv").set_index("kind").loc[[kind]].reset_index()
    rows = rows.assign(lightship_t=rows.lightship_t.fillna(rows.displacement_t - rows.deadweight_t))
    return rows.assign(length_m=rows.length_m / BETWEEN_PERPENDICULARS_OVER_LENGTH)


def hull_volume_m3(gross: Numbers) -> Numbers:
    """Enclosed volume of a gross tonnage: GT = V (0.2 + 0.02 log10 V) (Tonnage Convention 1969, Annex I, regulation 3)."""
    volume = gross / 0.25
    for _ in range(30):
        volume = gross / (0.2 + 0.02 * np.log10(volume))
    return volume


def depth_over_draught(tankers: pd.DataFrame, draught: Draught) -> tuple[Numbers, dict[str, float]]:
    """ln(depth / draught) at the knots, and the spread of depth once length, beam and deadweight are known.

    Depth = volume / (Lpp B 0.86 (1 + e)); 0.86: block coefficient at the depth (Watson 1998, Table 1.3: 0.838 to 0.872);
    e: share of superstructures, 5 % at 300 m, 15 % at 100 m: assumed, because no source gives it.
    """
    oil = tankers[(tankers.dwt_t / tankers.gross).between(1.1, 2.2)]
    erections = 1 + 0.05 * (300 / oil.length_m)
    area_m2 = BETWEEN_PERPENDICULARS_OVER_LENGTH * oil.length_m * oil.beam_m
    depth_m = hull_volume_m3(oil.gross.to_numpy()) / (area_m2 * 0.86 * erections)
    ratio = np.log(depth_m) - draught.of(oil)
    found = robust(hats(oil), ratio.to_numpy())
    least = np.log1p(np.array(FREEBOARD_A_M) / np.exp(draught.of(ship_at_knots())))
    residual, weight = ratio.to_numpy() - hats(oil) @ found, np.log(oil.dwt_t.to_numpy())
    heavier, sides = weight - design(oil) @ robust(design(oil), weight), {}
    for side, chosen in (("sd short", oil.length_m < SHORT_M), ("sd long", oil.length_m >= SHORT_M)):
        slope = robust(heavier[chosen][:, None], residual[chosen])
        sides[side] = spread(residual[chosen] - slope[0] * heavier[chosen])
    return np.maximum(found, least), sides


def ship_at_knots() -> pd.DataFrame:
    """A tanker of the usual beam at every knot."""
    level, power = USUAL_BEAM
    beams_m = 15 * np.exp(level + power * np.log(np.array(KNOTS_M) / 100))
    return pd.DataFrame({"length_m": KNOTS_M, "beam_m": beams_m})


class Table:
    """The rows of ``hulls.csv``."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def add(self, kind: str, quantity: str, terms: dict[str, float], source: str, verified: bool) -> None:
        """One row a coefficient."""
        for term, value in terms.items():
            row = {"kind": kind, "quantity": quantity, "term": term, "value": f"{value:.6g}"}
            self.rows.append({**row, "source": source, "verified": "yes" if verified else "no"})

    def write(self, path: Path) -> None:
        """Write them."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(self.rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)


def terms(coefficients: Numbers, short_sd: float, long_sd: float) -> dict[str, float]:
    """The coefficients of a regression on length and beam, by name."""
    named = dict(zip(("level", "length", "beam"), map(float, coefficients), strict=True))
    return {**named, "sd short": short_sd, "sd long": long_sd}


def ranges(ships: pd.DataFrame) -> dict[str, float]:
    """What dimensions the ships have."""
    found: dict[str, float] = {}
    columns = {"length": ships.length_m, "beam": ships.beam_m, "slenderness": ships.length_m / ships.beam_m}
    for name, values in columns.items():
        found |= {f"{name} from": float(values.min()), f"{name} to": float(values.max())}
    return found


def fleet(ships: pd.DataFrame) -> tuple[dict[str, float], dict[str, float]]:
    """How lengths are spread, and beams about a power of the length."""
    length, beam = np.log(ships.length_m / 100).to_numpy(), np.log(ships.beam_m / 15).to_numpy()
    x = np.c_[np.ones(len(ships)), length]
    found = least_squares(x, beam)
    lengths = {"level": float(length.mean()), "sd": float(length.std())}
    return lengths, {"level": float(found[0]), "length": float(found[1]), "sd": spread(beam - x @ found)}


def lightships(kind: str, draught: Draught) -> tuple[dict[str, float], str]:
    """Lightship on length x beam, in logarithms; the power is that of tankers for kinds of which few weights are known."""
    ships = published("tanker")
    worked = [(a, b, _worked(a, b, power, draught)) for a, b, power in WORKED]
    known = [*zip(ships.length_m, ships.beam_m, ships.lightship_t, strict=True), *worked]
    x = np.array([[1.0, np.log(a / 100 * b / 15)] for a, b, _ in known])
    found = least_squares(x, np.log([weight for *_, weight in known]))
    level, power, sides = float(found[0]), float(found[1]), LIGHT_SDS
    source = (
        f"{WATSON}, Table 1.1 (displacement less deadweight of six tankers of 171 to 315 m); below 130 m worked out "
        "from his Table 4.1 with outfit of Schneekluth and Bertram 1998; spread of 15 % (130 m and more: 12 %) assumed, "
        "because twelve values tell none"
    )
    if kind != "tanker":
        few = published(kind).dropna(subset=["lightship_t"])
        level = float((np.log(few.lightship_t) - power * np.log(few.length_m / 100 * few.beam_m / 15)).mean())
        sides = {"sd short": 0.2, "sd long": 0.2}
        source = f"{'; '.join(sorted(set(few.source)))}; power of length x beam as of tankers and spread of 20 %: assumed"
        if kind == "general cargo ship":
            level = (level + float(found[0])) / 2
            source += "; level midway between these refrigerated ships and tankers: assumed, because insulation is heavy"
    powers = {"level": level, "length": power, "beam": power, "deadweight": LIGHT_ON_WEIGHT}
    return {**powers, **sides, "shared": 0.5}, source


def _worked(length_m: float, beam_m: float, power_kw: float, draught: Draught) -> float:
    draught_m = float(np.exp(draught.of(pd.DataFrame({"length_m": [length_m], "beam_m": [beam_m]})))[0])
    return watson_lightship_t(length_m, beam_m, 1.24 * draught_m, draught_m, power_kw)


def implied(ships: pd.DataFrame, light: dict[str, float], draught: Draught, weight: Numbers) -> tuple[Numbers, Numbers]:
    """Logarithm of the block coefficient that closes the weights of such ships, and deadweight over displacement."""
    x = design(ships)
    lightship_t, dwt_t = np.exp(x @ np.array([light["level"], light["length"], light["beam"]])), np.exp(x @ weight)
    prism_t = SEA_T_PER_M3 * WATERLINE_OVER_LENGTH * (ships.length_m * ships.beam_m).to_numpy() * np.exp(draught.of(ships))
    return np.log((dwt_t + lightship_t) / prism_t), dwt_t / (dwt_t + lightship_t)


def fullness(ships: pd.DataFrame, light: dict[str, float], draught: Draught, weight: Numbers) -> dict[str, float]:
    """Block coefficient at the summer draught that closes the weights.

    Where the draught bends at the knots so does the block coefficient, or else the draught would be wrong there; its power of
    the beam is the one that closes those of weights and draught. Else ln Cb = level + power ln(length/100 m), which is all
    that few weights tell.
    """
    if draught.columns is bent:
        along = implied(ship_at_knots(), light, draught, weight)[0]
        dwt_part = float(implied(ships, light, draught, weight)[1].mean())
        beam = dwt_part * weight[2] + (1 - dwt_part) * light["beam"] - 1 - draught.coefficients[-1]
        return {**at_knots(along - beam * design(ship_at_knots())[:, 2]), "beam": float(beam)}
    x, closing = design(ships), implied(ships, light, draught, weight)[0]
    power = float(np.clip(robust(x[:, :2], closing)[1], 0.0, STEEPEST_FULLNESS))
    return {"level": float(np.median(closing - power * x[:, 1])), "length": power, "beam": 0.0}


def fuller(
    ships: pd.DataFrame, light: dict[str, float], draught: Draught, weight: dict[str, float], share: Numbers
) -> dict[str, float]:
    """How much of what a ship carries more than others of her size makes her fuller; the rest makes her deeper.

    As much as leaves the draught the spread of the records: var T = (share of dwt in the displacement + lighter - fuller)^2
    var dwt + what lightship and block coefficient have of their own.
    """
    found = {}
    for side, chosen in (("short", ships.length_m < SHORT_M), ("long", ships.length_m >= SHORT_M)):
        part = float(share[chosen.to_numpy()].mean() if chosen.any() else share.mean())
        own = ((1 - part) * light[f"sd {side}"]) ** 2 + BLOCK_SD**2
        deeper = np.sqrt(max(draught.sides[f"sd {side}"] ** 2 - own, 0.0)) / weight[f"sd {side}"]
        found[f"deadweight {side}"] = float(np.clip(part + (1 - part) * light["deadweight"] - deeper, 0.0, 0.5))
    return found


def weight_fit(ships: pd.DataFrame, draught: Draught) -> Fit:
    """How deadweight is fitted to that many ships."""
    return least_squares if len(ships) >= FEW else proportional(draught)


def build(static: Path, labels: Path, particulars: Path) -> Table:
    """All coefficients of all kinds."""
    table = Table()
    for kind in KINDS:
        ships = read_tankers(static) if kind == "tanker" else read_labels(labels, kind)
        records = read_particulars(particulars, kind)
        source = f"{STATIC if kind == 'tanker' else LABELS}: {len(ships)} ships"
        lengths, beams = fleet(records)
        table.add(kind, "range", ranges(ships if kind == "tanker" else records), source, True)
        table.add(kind, "length", lengths, f"{PARTICULARS}: {len(records)} ships", True)
        table.add(kind, "beam", beams, f"{PARTICULARS}: {len(records)} ships", True)
        _add_weights(table, kind, ships, records, source)
    return table


def _add_weights(table: Table, kind: str, ships: pd.DataFrame, records: pd.DataFrame, source: str) -> None:
    drawn, draught = draughts(records)
    fitted = weight_fit(ships, draught)(design(ships), np.log(ships.dwt_t.to_numpy()))
    weight = terms(fitted, *spreads(ships, "dwt_t", fitted))
    table.add(kind, "deadweight", weight, source, True)
    beyond = f"robust; {draught.sides['wrong']:.1%} of them more than {WRONG:g} (of the logarithm) off, taken for wrong"
    table.add(kind, "draught", draught.terms(), f"{PARTICULARS}: {len(drawn)} ships, {beyond}", True)
    light, light_source = lightships(kind, draught)
    table.add(kind, "lightship", light, light_source, False)
    known = records if len(ships) < FEW else ships
    closing = fullness(known, light, draught, fitted)
    more = fuller(known, light, draught, weight, implied(known, light, draught, fitted)[1])
    spread_of = {**more, "sd short": BLOCK_SD, "sd long": BLOCK_SD, "shared": 0.3}
    block_source = (
        "worked out: closes deadweight, lightship and design draught and the spreads of these (sources there); spread of its "
        f"own assumed, because {BLOCK_SOURCE}"
    )
    table.add(kind, "block coefficient", {**closing, **spread_of}, block_source, False)
    _add_depths(table, kind, ships, draught)
    _add_tpc(table, kind, records, closing)


def _add_depths(table: Table, kind: str, ships: pd.DataFrame, draught: Draught) -> None:
    if kind == "tanker":
        knots, sides = depth_over_draught(ships, draught)
        source = f"{STATIC}: gross tonnage as volume (Tonnage Convention 1969); share of superstructures assumed"
    else:
        known = published(kind)
        ratio = np.log(known.depth_m / known.draught_m)[known.block_coefficient.notna()]
        knots, sides = np.full(len(KNOTS_M), float(ratio.mean())), {"sd short": 0.12, "sd long": 0.12}
        source = f"{'; '.join(sorted(set(known.source[known.block_coefficient.notna()])))}; spread of 12 % assumed"
    table.add(kind, "depth over draught", {**at_knots(knots), **sides, "shared": 0.5}, source, False)


def _add_tpc(table: Table, kind: str, records: pd.DataFrame, closing: dict[str, float]) -> None:
    known = with_tpc(records)
    if len(known) >= 30:
        found = robust(design(known), np.log(known.tpc_t_per_cm.to_numpy()))
        values = {**terms(found, *spreads(known, "tpc_t_per_cm", found)), "block": 0.4}
        source = f"{PARTICULARS}: {len(known)} ships, robust; 0.4 of block: Cwp = 0.55 + 0.45 Cb (Kristensen)"
        table.add(kind, "tonnes per centimetre", values, source, True)
        return
    # Cwp = (1 + 2 Cb) / 3 (Schneekluth), by its tangent in ln Cb at the middle of the kind
    block = float(np.exp(closing["level"] + closing["length"] * np.log(1.3)))
    slope = 2 * block / (1 + 2 * block)
    level = np.log(SEA_T_PER_M3 * WATERLINE_OVER_LENGTH * 15 * (1 + 2 * block) / 3)
    values = {"level": float(level), "length": 1.0, "beam": 1.0, "block": slope, "shared": 0.5}
    source = "Cwp = (1 + 2 Cb) / 3 (Schneekluth); spread of 5 % assumed, because no ship of this kind has it on record"
    table.add(kind, "tonnes per centimetre", {**values, "sd short": 0.05, "sd long": 0.05}, source, False)


def report(static: Path, labels: Path, particulars: Path) -> None:
    """Print errors and coverage on ships held out."""
    tankers = read_tankers(static)
    errors = held_out(tankers, "dwt_t", least_squares)
    oil = errors[errors.dwt_t / errors.gross > 1.1]
    parts = [("tankers", errors), ("tankers of 1,000-9,000 t", errors[errors.dwt_t.between(1000, 9000)])]
    parts += [("without gas carriers", oil), ("of 1,000-9,000 t without them", oil[oil.dwt_t.between(1000, 9000)])]
    for kind in ("container ship", "general cargo ship"):
        ships = read_labels(labels, kind)
        fit = weight_fit(ships, draughts(read_particulars(particulars, kind))[1])
        parts.append((kind, held_out(ships, "dwt_t", fit)))
    for name, part in parts:
        print(f"deadweight, {name}: {_words(part)}")
    known = with_tpc(read_particulars(particulars, "tanker"))
    print(f"tonnes per centimetre, tankers: {_words(held_out(known, 'tpc_t_per_cm', robust))}")
    errors = draughts_held_out(draughts(read_particulars(particulars, "tanker"))[0])
    for low, high in CLASSES_M:
        part = errors[errors.length_m.between(low, high, inclusive="left")]
        bias, inside = part.error[part.right].median(), part.inside[part.right].mean()
        said = f"{len(part)} ships, {1 - part.right.mean():.1%} wrong, of the others bias {bias:+.1%}, inside 90 % {inside:.1%}"
        print(f"draught, tankers of {low:.0f}-{high:.0f} m: {said} ({part.inside.mean():.1%} of all)")


def _words(errors: pd.DataFrame) -> str:
    return f"{len(errors)} ships, median error {errors.error.median():.1%}, inside 90 % {errors.inside.mean():.1%}"


def main() -> None:
    """Print the errors and write the table."""
    static, labels, particulars = (Path(word) for word in sys.argv[1:4])
    report(static, labels, particulars)
    table = build(static, labels, particulars)
    table.write(HERE.parent / "src" / "darkwake" / "bundled" / "hulls.csv")
    for row in table.rows:
        print(f"{row['kind']:>18} {row['quantity']:>22} {row['term']:>16} {row['value']:>12}")


if __name__ == "__main__":
    main()
