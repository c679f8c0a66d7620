"""Where to look next: passes of satellites over places, opportunities, a plan.

It predicts when a satellite could look. It does not order images, and it does not say that a satellite images then.
"""

from __future__ import annotations

from darkwake.tasking.elements import Elements, ElementSet, newest, read_elements
from darkwake.tasking.opportunities import opportunities
from darkwake.tasking.outlook import Outlook, outlook
from darkwake.tasking.passes import Pass, Passes, passes
from darkwake.tasking.plan import plan
from darkwake.tasking.rule import Days, TaskingRule
from darkwake.tasking.satellites import BUNDLED_ELEMENTS

__all__ = [
    "BUNDLED_ELEMENTS",
    "Days",
    "ElementSet",
    "Elements",
    "Outlook",
    "Pass",
    "Passes",
    "TaskingRule",
    "newest",
    "opportunities",
    "outlook",
    "passes",
    "plan",
    "read_elements",
]
