"""Addresses in a text become links: those of the web alone, shown by their hosts."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from sim.refusal import cleaned

ADDRESS = re.compile(r"(https?://[^\s<>\"'`{}|\\^]+)")
"""What is an address of the web, wherever it stands in a text."""

BEHIND = ".,;:!?)]"
"""Signs that end a sentence and no address."""


def linked(text: str) -> Markup:
    """A text, escaped, with its addresses as links that tell nobody where they were followed.

    >>> print(linked("see <b>https://example.org/a?b=1&c, 1999"))
    see &lt;b&gt;<a href="https://example.org/a?b=1&amp;c" rel="noreferrer">example.org</a>, 1999
    """
    # every second part is an address
    parts = enumerate(ADDRESS.split(cleaned(text)))
    return Markup("").join(_link(part) if place % 2 else escape(part) for place, part in parts)


def _link(address: str) -> Markup:
    """An address by the name of its host; as a text where it has none."""
    # Within a sentence an address is followed by its signs, not ended by them.
    whole = address.rstrip(BEHIND)
    rest = address[len(whole) :]
    host = _host(whole)
    if host is None:
        return escape(address)
    shown = Markup('<a href="{}" rel="noreferrer">{}</a>').format(whole, host)
    return shown + escape(rest)


def _host(address: str) -> str | None:
    """Where an address leads: what stands before an @ in it is not that."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
