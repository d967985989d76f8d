"""Addresses in a text become links: those of the web alone, shown by their hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from sim.refusal import cleaned

ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^]+")
"""What is an address of the web, wherever it stands in a text."""

BEHIND = ".,;:!?"
"""Signs that end a sentence and no address."""

CLOSING = {")": "(", "]": "["}
"""Brackets that end an address only if they were opened in it."""


class Address(NamedTuple):
    """An address of a text, the host that it leads to, and where in the text it begins."""

    whole: str
    host: str
    begin: int


def addresses(text: str) -> Iterator[Address]:
    """The addresses of a text that have a host, in order.

    >>> [found.whole for found in addresses("(see https://example.org/a_(b), and <https://example.org/c>.)")]
    ['https://example.org/a_(b)', 'https://example.org/c']
    """
    for found in ADDRESS.finditer(text):
        # Within a sentence an address is followed by its signs, not ended by them.
        whole = _ended(found.group())
        host = _host(whole)
        if host is not None:
            yield Address(whole, host, found.start())


def linked(text: str) -> Markup:
    """A text, escaped, with its addresses as links that tell nobody where they were followed.

    >>> print(linked("see <b>https://example.org/a?b=1&c, 1999"))
    see &lt;b&gt;<a href="https://example.org/a?b=1&amp;c" rel="noreferrer">example.org</a>, 1999
    """
    text, end, parts = cleaned(text), 0, list[Markup]()
    for found in addresses(text):
        shown = Markup('<a href="{}" rel="noreferrer">{}</a>').format(found.whole, found.host)
        parts += [escape(text[end : found.begin]), shown]
        end = found.begin + len(found.whole)
    return Markup("").join([*parts, escape(text[end:])])


def _ended(address: str) -> str:
    """An address without the signs behind it."""
    end, held = len(address), {sign: address.count(sign) for sign in "()[]"}
    while end:
        last = address[end - 1]
        is_too_many = last in CLOSING and held[last] > held[CLOSING[last]]
        if last not in BEHIND and not is_too_many:
            break
        if last in CLOSING:
            held[last] -= 1
        end -= 1
    return address[:end]


def _host(address: str) -> str | None:
    """Where an address leads: what stands before an @ in it is not that."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
