"""What two tracks did near each other: whether they lay hull to hull, how rigidly, how they moved, when it began and ended.

Two hulls made fast keep their places to each other within metres while both swing, drift or sail; seen from the one's
deck the other stands still. Two ships that are near for other reasons do not, unless both are fixed to the ground.

    heard      x xx x x  x x          x x x x     x x
    touching           --------      ---------            hulls within TOUCH_M of each other
    held               --------      ---------            and the other where she mostly is, seen from the deck
    contact            |---------------------|            through silences, with a chance that they never parted
"""

from darkwake.events.alongside.contact import contacts
from darkwake.events.alongside.measures import Contacts, Silence
from darkwake.events.alongside.reports import Reports
from darkwake.events.alongside.scene import BESIDE_US, REPORTS_US, Meetings

__all__ = ["BESIDE_US", "REPORTS_US", "Contacts", "Meetings", "Reports", "Silence", "contacts"]
