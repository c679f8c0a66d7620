"""How pages are filled in: every value is escaped, and a word that a template asks for in vain is an error."""

from __future__ import annotations

from typing import Any

import jinja2

from darkwake.dossier import words


def templates(**given: Any) -> jinja2.Environment:
    """The templates of this room, with what they may use besides the usual words."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("darkwake.dossier", "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["tight"] = words.tight
    environment.globals.update(plural=words.count, **given)
    return environment
