"""Addresses of assets: which are followed, and how they are written where a person or a file name shows them.

An address in an item was written by others. It is ``http(s)``, or a path below the item's own folder; everything else (``s3:``,
``file:``, a path that climbs out) is refused. A signature in an address opens an archive for whoever reads it, so that it never
stands in a message, a table or the name of a cached file.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from darkwake.errors import InputError

MAX_ADDRESS = 8192
"""Longest address that is followed, characters; servers commonly take 8 KiB."""

SECRET_WORDS = frozenset(
    {
        *("sig", "signature", "token", "sas", "se", "st", "sp", "sr", "sv", "ske", "skoid", "sks", "skt", "sktid", "skv"),
        *("expires", "policy", "key-pair-id", "access_token", "accesstoken", "api_key", "apikey", "key", "awsaccesskeyid"),
        *("auth", "authorization", "password", "secret", "googleaccessid"),
    }
)
"""Parameters of signed addresses: Azure's shared access signature, CloudFront, Amazon and Google (V2), and plain tokens."""

SECRET_STARTS = ("x-amz-", "x-goog-", "x-ms-")
"""First letters of the parameters of signatures of Amazon (V4), Google (V4) and Azure."""


def shown(href: str) -> str:
    """An address for a message or a table: no user, no password, no query.

    >>> shown("https://me:secret@blob.example/a/b.tif?sig=abc&x=1#part")
    'https://blob.example/a/b.tif'
    """
    try:
        parts = urlsplit(href)
    except ValueError:
        return "an address that is none"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))[:300]


def without_signature(href: str) -> str:
    """The address of the content: what signs it is cut, what chooses the content stays.

    >>> without_signature("https://blob.example/a.tif?id=7&sig=abc&X-Amz-Date=1")
    'https://blob.example/a.tif?id=7'
    """
    parts = urlsplit(href)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _secret(name)]
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, urlencode(kept), ""))


def _secret(name: str) -> bool:
    return name.lower() in SECRET_WORDS or name.lower().startswith(SECRET_STARTS)


def web_address(href: str, *, source: str | Path = "") -> str:
    """An address that may be asked: http or https, with a host, without a password in it; refused otherwise."""
    try:
        parts = urlsplit(href)
        host, _ = parts.hostname, parts.port
    except ValueError as fault:
        raise InputError("an address that cannot be read", do="mend it", source=source or shown(href)) from fault
    told = source or shown(href)
    if parts.scheme == "s3":
        do = "download it with your own account and give the folder, or name a catalogue that serves https"
        raise InputError(f"{shown(href)} is in a store that wants an account", do=do, source=source)
    if parts.scheme not in ("http", "https") or not host:
        raise InputError(f"{shown(href)} is no address on the web", do="give one of http or https", source=source)
    if len(href) > MAX_ADDRESS or any(ord(letter) <= 32 or ord(letter) == 127 for letter in href):
        raise InputError("an address with blanks, or longer than 8 KiB", do="mend it", source=told)
    if "@" in parts.netloc:
        raise InputError("an address with a user in it", do="take the user and the password out", source=told)
    return href


def onward(href: str, location: str) -> str:
    """Where a redirect leads; refused where it leaves the web, loses encryption, or turns into a private network."""
    there = web_address(urljoin(href, location))
    if urlsplit(href).scheme == "https" and urlsplit(there).scheme == "http":
        raise InputError("redirected to an address without encryption", do="ask who runs it", source=shown(href))
    if inward(there) and not inward(href):
        raise InputError("redirected to an address of a private network", do="ask who runs it", source=shown(href))
    return there


def inward(href: str) -> bool:
    """Whether an address names this machine or a private network, as far as its words tell (no name is looked up).

    >>> [inward(f"http://{host}/") for host in ("localhost", "169.254.169.254", "[::1]", "example.org")]
    [True, True, True, False]
    """
    host = (urlsplit(href).hostname or "").rstrip(".")
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def resolved(href: str, folder: Path | None, base: str | None, *, source: str | Path) -> str | Path:
    """What an item's href means: an address on the web, or a file below the item's folder.

    Args:
        href: as the item has it.
        folder: where the item's file lies; None for an item that a catalogue handed out.
        base: the item's own address, against which a relative href counts; None for a file.
        source: what a refusal names.
    """
    if base is not None:
        return web_address(urljoin(base, href), source=source)
    if ":" in href.partition("/")[0]:
        return web_address(href, source=source)
    if folder is None:
        raise InputError(f"{href[:100]!r} is relative to nothing", do="save the item beside its files", source=source)
    if "\\" in href or "\x00" in href or href.startswith("/"):
        raise InputError(f"{href[:100]!r} is no path beside the item", do="write it relative, with /", source=source)
    place = (folder / href).resolve()
    if not place.is_relative_to(folder.resolve()):
        raise InputError(f"{href[:100]!r} leads out of the item's folder", do="put the file beside the item", source=source)
    return place
