"""The limits within which positions are taken for false, each with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SpoofingRule:
    """When positions are false."""

    fast_kn: float = 3.0
    """A ship that says so makes way (assumed: above the drift of a ship at anchor)."""
    frozen_minutes: float = 30.0
    """Shortest time at the same coordinates (assumed)."""
    frozen_reports: int = 10
    """Fewest reports there (assumed)."""
    off_kn: float = 5.0
    """Made good and reported speed may differ by this (assumed: current and cut seconds),"""
    off_share: float = 0.25
    """and by this share of the speed."""
    off_deg: float = 60.0
    """Course made good and reported may differ by this (assumed: current and turns)."""
    off_reports: int = 10
    """So many reports in a row have to contradict (assumed)."""
    turns: float = 2.0
    """Fewest rounds of a circle (assumed: a sea trial makes one and a half)."""
    smallest_radius_m: float = 150.0
    """Smaller circles are ships that swing at anchor (assumed)."""
    largest_radius_m: float = 20_000.0
    """Larger ones take longer than a spell is watched (assumed)."""
    spread: float = 0.08
    """Standard deviation of the distance from the middle, as a share of it beyond the error of the positions (assumed)."""
    steady_turn: float = 0.9
    """How steadily a circle is run: length of the mean of unit vectors that turn back with it (assumed; 1 is a clock)."""
    land_reports: int = 5
    """Fewest reports on dry land (assumed)."""
    land_minutes: float = 10.0
    """Shortest time there (assumed)."""
    land_cells: int = 4
    """So many cells of 463 m around hold no water (assumed: 1.9 km; harbour basins and river mouths are narrower than the
    bundled coast knows)."""
    others_on_land: int = 2
    """Where more ships are heard than so many, there is water that the coast does not know: a river, a dock (assumed)."""
    copied_steps: int = 20
    """Fewest sequences of five steps that two tracks share (assumed)."""
    at_once_km: float = 200.0
    """Ships with the same fault within this (assumed: the reach of a strong jammer at sea level over aerials)"""
    at_once_hours: float = 3.0
    """and within this time are told of together (assumed)."""

    def __post_init__(self) -> None:
        """Refuse limits that make no sense.

        Raises:
            ValueError: a limit is not above zero.
        """
        if min(vars(self).values()) <= 0:
            raise ValueError("every limit has to be above 0")

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"the same coordinates for {self.frozen_minutes:g} min at {self.fast_kn:g} kn and more by report; or "
            f"{self.off_reports} reports in a row whose way differs from the reported speed by {self.off_kn:g} kn and "
            f"{100 * self.off_share:g} % or from the course by {self.off_deg:g} degrees; or {self.turns:g} rounds of a "
            f"circle; or {self.land_reports} reports over {self.land_minutes:g} min on land {self.land_cells} cells of 463 m "
            f"from water where no more than {self.others_on_land} ships are heard; or {self.copied_steps} sequences of five "
            "steps that another track has too, or its way again at another time; the probability says that the positions are "
            "false, NOT that the crew falsified them (jamming, a stuck receiver, a wrong clock or log, inland water explain "
            "some)"
        )
