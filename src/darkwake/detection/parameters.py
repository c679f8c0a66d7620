"""Every number of the detector, with its unit and its reason, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SearchParameters:
    """How the sea is searched. Lengths are metres on the ground, so one set serves every pixel spacing.

    Attributes:
        largest_ship_m: the longest ship afloat is 400 m (container ships of the Ever A class); what is longer is a structure.
        cell_m: the sea's statistics are kept in cells of about this size: far smaller than the ring, far larger than speckle.
        guard_m: half the side of the inner square that is left out of the ring: half the largest ship and its smear.
        ring_m: half the side of the outer square: wide enough for thousands of pixels, narrower than fronts are apart.
        smoothing_m: radar finer than this is averaged to it; smaller ships than 10 m are not sought (assumed).
        link_m: hits closer than this belong to one object: a hull breaks into bright points in fine radar images (assumed).
        smallest_m2: an object needs hits over this area: a craft of 15 m by 6 m (assumed).
        false_alarm_rate: expected number of separate false detections a searched pixel of pure clutter, over all windows and
            bands together (``windows.py``).
        growth_rate: share of the pixels of pure clutter above the lower threshold at which an object is followed outwards from
            a pixel that passed; it shows the plateau of an island and the line of a breakwater (assumed).
        least_px: an object in an optical image needs so many pixels: one alone is a spike.
        border_m: sea so near to an area without data is not searched: the swath's edge is dark and uneven (Paolo et al. 2024
            clip 500 m off Sentinel-1 scenes).
        threads: tiles are searched on so many threads; the result does not depend on it.
        tile_px: side of a tile; memory grows with its square, the result does not depend on it.
    """

    largest_ship_m: float = 400.0
    cell_m: float = 40.0
    guard_m: float = 240.0
    ring_m: float = 520.0
    smoothing_m: float = 10.0
    link_m: float = 10.0
    smallest_m2: float = 90.0
    false_alarm_rate: float = 1e-7
    growth_rate: float = 1e-4
    least_px: int = 3
    border_m: float = 500.0
    threads: int = 2
    tile_px: int = 2048


@dataclass(frozen=True)
class ContrastParameters:
    """What stands out of optical water.

    Attributes:
        deviations: robust standard deviations over the local water. Waves, glint and wakes have heavy tails, so that a
            Gaussian rate would promise too much; 7 was chosen by looking at the bundled kinds of scenes, not derived.
        growth_deviations: the lower threshold at which an object is followed outwards (half of the first).
        share: least contrast as a share of the local water's own level (assumed), so that flat water raises nothing.
        quantum: least standard deviation, in stored values: rounding of 8 bit data.
    """

    deviations: float = 7.0
    growth_deviations: float = 3.5
    share: float = 0.25
    quantum: float = 1.0


@dataclass(frozen=True)
class LandParameters:
    """How land is told from sea without a coastline file (see ``land.py``).

    Attributes:
        separation: least distance of the bright from the dark class, in pooled standard deviations of the logarithm.
            Uniform noise cut in two gives 2.6 to 2.7; scenes with a coast gave 3.3 and more.
        opening_m: bright shapes narrower than twice this are not land: ships, side lobes, breakwaters.
        smallest_km2: smaller bright areas are objects: two of the largest ships side by side with their smear cover 0.1,
            the glare of the brightest one at 30 m pixels 0.2.
        reach_m: bright ground this near to land is part of it: quays and piers, and the ships at them, which are missed.
        smallest_water_km2: darker patches enclosed by land are land: fields, airfields, ponds; small docks too (assumed).
        coast: a file of land polygons (GeoJSON, GeoPackage, Shapefile) that is added to what the image shows; none where empty.
        coast_accuracy_m: how far the true coast may lie from that file's, which is the margin around it (assumed where the
            file does not say: that of OpenStreetMap's coastline, traced from images of 10 to 30 m).
        near_shore_m: water within this distance of land is harbour and anchorage, where quays and piers stand.
        largest_cells: the map of land holds at most so many cells, so that its memory does not follow the image.
    """

    separation: float = 3.2
    opening_m: float = 60.0
    smallest_km2: float = 0.25
    reach_m: float = 160.0
    smallest_water_km2: float = 3.0
    coast: str = ""
    coast_accuracy_m: float = 60.0
    near_shore_m: float = 1000.0
    largest_cells: int = 4_000_000


@dataclass(frozen=True)
class ShapeParameters:
    """How an object is cut out of its hits, measured and named.

    Attributes:
        core_db: radar pixels this far below the object's peak are side lobes, not hull: the first side lobe of an unweighted
            aperture lies at -13.3 dB (Cumming and Wong 2005, section 2.3), of Sentinel-1's weighting below -20 dB; the
            hull away from the superstructure lies 5 to 15 dB below it (assumed).
        second_db: within one cluster of hits, a piece no further than this below the brightest is no side lobe.
        hull_gap_m: such pieces closer than this are one hull with bright ends, as long as they fit the largest ship together
            (assumed); two ships side by side become one detection.
        arm_reach_m: side lobes are sought up to this far from a bright core: arms of 1.8 km were seen at 30 m pixels.
        arm_deg: and within this angle of the image's rows and columns: a map projection turns the flight direction by up to
            13 degrees at middle latitudes (Sentinel-1's inclination of 98.2 degrees).
        arm_db: an object this far below the core in that direction may be an arm.
        widest_ship_m: what seems wider is a structure: the widest ships are 68 m, half as much again for glare and smear.
        shortest_ship_m: what is shorter is a boat, not a ship that should be heard: fishing vessels carry AIS from 15 m on
            (Directive 2009/17/EC, article 6a); 0 calls every hull a ship.
        optical_share: optical pixels above this share of the object's own contrast are hull (half the maximum).
    """

    core_db: float = 16.0
    second_db: float = 10.0
    hull_gap_m: float = 160.0
    arm_reach_m: float = 2000.0
    arm_deg: float = 15.0
    arm_db: float = 17.0
    widest_ship_m: float = 102.0
    shortest_ship_m: float = 15.0
    optical_share: float = 0.5


@dataclass(frozen=True)
class DetectionParameters:
    """All of them; ``[parameters.detection]`` of a case fills it."""

    search: SearchParameters = SearchParameters()
    contrast: ContrastParameters = ContrastParameters()
    land: LandParameters = LandParameters()
    shape: ShapeParameters = ShapeParameters()
