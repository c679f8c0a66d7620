"""Factors that no source gives as a distribution, each with its reason in the words "assumed, because", and their names.

Nothing of the field is assumed anywhere else but in ``bundled/afloat.csv``, which holds the same for ships afloat.
"""

from __future__ import annotations

from darkwake.cargo.factor import Factor

LADEN = "laden fraction"
LADEN_OWN = "laden fraction, own"
DEADWEIGHT = "deadweight of an unknown tanker"
DEADWEIGHT_LEVEL = "deadweight level of unknown tankers"
DEADWEIGHT_RECORD = "deadweight on record, relative"
FLEET = "ships in an unnamed fleet"
STATED = "stated barrels, relative"
CLEAR_SHARE = "clear share of looks"
CLOUD_HALF_LIFE = "half-life of cloud"
HOURS_ALONGSIDE = "hours alongside"
HOURS_OWN = "hours alongside, own"
LOOKS_A_DAY = "looks a day"
NOTICED = "ships noticed in a clear look"
TRANSMITS = "ships that transmit alongside"
RANGE = "barrels a visit, place within the range in print"
CALL_LOADED = "chance that a call moved cargo"
STATE_READ = "chance that a state is read right"
IDLE_HOURS = "hours alongside without cargo moving"
CONTAINERS_PER_TRIP = "containers per trip"
ROUNDS_PER_CONTAINER = "rounds per container"
KG_PER_ROUND = "kilograms per round"

ASSUMED: tuple[Factor, ...] = (
    Factor(
        LADEN_OWN,
        "normal",
        -1.0,
        0.0,
        1.0,
        "log-odds",
        "assumed, because no source gives loads ship by ship: 0.3 in log-odds is about 4 % of deadweight at a level of 85 %",
        False,
        "Ships of one trade do not all load alike; this is how one visit differs from the level of all.",
        spread=0.3,
    ),
    Factor(
        DEADWEIGHT_RECORD,
        "normal",
        0.9,
        1.0,
        1.1,
        "relative",
        "assumed, because registers and press differ by a few percent and some print a tonnage without saying which",
        False,
        "A deadweight on record holds at the summer draught and may be another register's figure.",
        spread=0.02,
    ),
    Factor(
        STATED,
        "triangular",
        0.89,
        1.0,
        1.11,
        "relative",
        "assumed, because the conversion alone moved one cargo by 11 % in print (17,877 t as 134,000 and as 149,000 bbl, 2021)",
        False,
        "A printed number of barrels carries no error; this is what the choice of factor alone can move it.",
    ),
    Factor(
        DEADWEIGHT,
        "lognormal",
        1000.0,
        2943.0,
        9000.0,
        "t",
        "range of Seatrade Maritime, 2024-11-22 (1,000 to 9,000, mostly at the low end); median and spread are those of the "
        "six product tankers of the flag with a printed deadweight in that range (1,200, 2,070, 2,998, 3,003, 4,999, 5,807; of "
        "the 2,998 it is not said whether they are deadweight or gross); "
        "lognormal: assumed, because the sizes of ships are skewed and six ships cannot tell a shape",
        False,
        "Ships that nobody named are drawn from what is printed of the fleet's sizes.",
        spread=0.578,
    ),
    Factor(
        DEADWEIGHT_LEVEL,
        "lognormal",
        0.5,
        1.0,
        2.0,
        "relative",
        "worked out: standard error of the logarithmic mean of the six deadweights: 0.578 / sqrt(6) = 0.236",
        False,
        "Six ships tell the fleet's typical size only roughly; the error is shared by every unnamed visit.",
        spread=0.236,
    ),
    Factor(
        FLEET,
        "triangular",
        12.0,
        15.0,
        25.0,
        "ships",
        "more than a dozen tankers (BBC News / Open Source Centre, 2024-11-22); six listed and at least nine others (Seatrade "
        "Maritime, 2024-11-22); upper end 25: assumed, because both counts are lower bounds (25 tankers called in early 2023)",
        False,
        "Unnamed visits are calls of a few ships that come again: one unknown ship calling often is one unknown.",
    ),
    Factor(
        CLEAR_SHARE,
        "triangular",
        0.3,
        0.55,
        0.8,
        "of looks",
        "assumed, because no open table of cloud by month was found for this coast; the ends leave room for "
        "foggy springs and clear winters",
        False,
        "Under cloud an optical satellite sees no ship; how often the place lay clear is not known.",
    ),
    Factor(
        CLOUD_HALF_LIFE,
        "triangular",
        5.0,
        14.0,
        40.0,
        "h",
        "P. A. Jones, Cloud-Cover Distributions and Correlations, J. Appl. Meteorol. 31, 1992, as the manual of STACIE tells "
        "it: the autocorrelation falls exponentially, by half in 5 to 40 hours; peak at their geometric mean: assumed, "
        "because no value for this coast was found",
        False,
        "Overcast lasts: two looks in one spell are no two chances.",
    ),
    Factor(
        HOURS_ALONGSIDE,
        "triangular",
        8.0,
        24.0,
        72.0,
        "h",
        "worked out: 3,500 m3 at 300 m3/h (100 to 800) take 12 h (4 to 35) [X063, a guess], mooring, sampling and papers as "
        "long again: assumed, because no stay was timed; upper end: five ships took turns at one berth, 7 to 22 March 2024, "
        "and others lay there on 1, 3, 7 and 10 April 2024 [S002, S004 to S007]",
        False,
        "The shorter a ship lies at the berth, the more easily she comes and goes between two looks.",
    ),
    Factor(
        HOURS_OWN,
        "triangular",
        0.0,
        1.1,
        1.6,
        "relative",
        "measured: 716 stays at four terminals near Vancouver, 2024 to 2026 (scans of tanker-tracker), had quartiles at 0.8 "
        "and 1.04 of their median and 5 and 95 % at 0.1 and 1.5; that they spread alike elsewhere: assumed, because none was "
        "timed there",
        False,
        "Stays differ from visit to visit: few last much longer than usual, some are far shorter.",
    ),
    Factor(
        LOOKS_A_DAY,
        "point",
        1.0,
        1.0,
        1.0,
        "per day",
        "PlanetScope looks at every place about once a day, nominally, clouds not counted (Leaf, Satellite overview) [I04]; "
        "that somebody read every picture: assumed, because no publisher says which were read",
        False,
        "Where nobody says when one looked, the densest archive in common use stands in for it.",
    ),
    Factor(
        NOTICED,
        "triangular",
        0.8,
        0.95,
        1.0,
        "of ships",
        "assumed, because no publisher says how many ships alongside its readers missed in clear pictures",
        False,
        "A ship alongside a quay can be overlooked in a clear picture.",
    ),
    Factor(
        RANGE,
        "uniform",
        0.0,
        0.5,
        1.0,
        "of the range",
        "assumed, because a range in print says no more than its ends: each place within it alike, and one place for all "
        "visits of all counts, for whoever prints a range means one practice",
        False,
        "What a source gives for a visit like these lies somewhere in its range; nobody says where.",
    ),
    Factor(
        CALL_LOADED,
        "point",
        1.0,
        1.0,
        1.0,
        "of calls",
        "as stated: the source says of these visits that they loaded or discharged. One is assumed, because nobody counted "
        "the calls that did neither; of "
        "the six calls at Vladivostok in June 2017 none loaded (Maritime Herald with data of Argus, September 2017) [S037]",
        False,
        "A call is no delivery; set this below 1 to weigh what was seen of the ship against what the source says.",
    ),
    Factor(
        STATE_READ,
        "triangular",
        0.70,
        0.90,
        0.98,
        "of looks",
        "assumed, because no reader of images printed how often he was right: between laden and empty lie 2.5 to 3.5 m of "
        "draught on a ship of 3,000 t, easy to tell at 0.5 m pixels and doubtful at 3 m",
        False,
        "Whether a ship lies deep or high is read by eye.",
    ),
    Factor(
        IDLE_HOURS,
        "triangular",
        1.0,
        3.0,
        6.0,
        "h",
        "assumed, because mooring, hoses, sampling and papers take hours at each end and no source timed them",
        False,
        "A ship alongside is not being pumped all the time.",
    ),
    Factor(
        TRANSMITS,
        "point",
        0.0,
        0.0,
        0.0,
        "of ships",
        "assumed, because the ships of published visits were reported silent (transponders off) [S001 to S007]; a case "
        "whose ships transmit says so",
        False,
        "A ship that transmits is heard wherever others near her are; one that is silent is not seen by AIS.",
    ),
    Factor(
        CONTAINERS_PER_TRIP,
        "triangular",
        222.0,
        250.0,
        300.0,
        "containers",
        "2,000 containers in nine trips of Maia-1 (Open Source Centre, 2025-02-18) [M22]; 16,000 in 64 trips (Reuters, from "
        "memory) [M24]; 300 on one ship (White House, October 2023) [M02]; triangle between them: assumed, because no source "
        "gives loads trip by trip",
        False,
        "What a ship takes is one unknown for all trips: the same few ships made them.",
    ),
    Factor(
        ROUNDS_PER_CONTAINER,
        "triangular",
        429.0,
        455.0,
        500.0,
        "rounds",
        "12,000,000 in 28,000 [M21], 3,000,000 in 6,700 [M12], 6,000,000 in 13,000 [M18], 5,000,000 in 10,000 [M15]; "
        "triangle between them, peak at the median: assumed, because all four counts come from one rule of thumb",
        False,
        "All counts of rounds in print are containers times one rule of thumb: one unknown for all, not four witnesses.",
    ),
    Factor(
        KG_PER_ROUND,
        "triangular",
        41.6,
        46.25,
        50.9,
        "kg",
        "74,000 t for 1,600,000 rounds (C4ADS and Washington Post, 2024-06-22) [M17]; a tenth either way: assumed, because one "
        "ratio has no spread and calibres differ",
        False,
        "The one count in print that was weighed; the rest takes its weight.",
    ),
)
"""Distributions that no source gives as such, each with its reason."""
