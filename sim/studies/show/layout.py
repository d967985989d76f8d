"""Lines of at most WIDTH characters, as every part of a scenario in words is laid out."""

from __future__ import annotations

import textwrap

WIDTH = 100
"""Characters of a line."""


def wrapped(text: str, indent: str = "", hang: str | None = None) -> list[str]:
    """A text in lines; the first begins with `indent`, the others with `hang` where that is given.

    >>> wrapped("a  b")
    ['a b']
    """
    if hang is None:
        hang = indent
    # words stay whole even where they are too long for a line: paths are there to be copied
    return textwrap.wrap(
        " ".join(text.split()), WIDTH, initial_indent=indent, subsequent_indent=hang,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def heading(text: str) -> list[str]:
    """A heading with a blank line above it."""
    return ["", text, "-" * len(text)]
