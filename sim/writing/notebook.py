"""How results show themselves in a notebook: a sentence, and a table below it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from sim.refusal import cleaned

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 20

LEAST_SHOWN = 0.001
"""The least size of a number of which three decimals tell something."""

ROUNDING = 1e-9
"""What sums leave of a zero lies below."""


def card(told: str, table: pd.DataFrame | None = None, below: str = "") -> str:
    """A sentence, the first rows of a table and a line below it as HTML; nothing in them is taken for HTML.

    >>> card("2 runs of <b>", below="not a forecast")
    '<div><p>2 runs of &lt;b&gt;</p><p>not a forecast</p></div>'
    """
    parts = [_paragraph(told)]
    if table is not None:
        parts += _first_rows(table)
    if below:
        parts.append(_paragraph(below))
    return f"<div>{''.join(parts)}</div>"


def _paragraph(text: str) -> str:
    """A text as HTML: a scenario may come from somebody else, and a notebook runs what it shows."""
    return f"<p>{escape(cleaned(text))}</p>"


def _first_rows(table: pd.DataFrame) -> Iterator[str]:
    """The first rows of a table, and how many more there are."""
    first = table.head(MOST_ROWS).map(_cell).set_axis([_cell(str(name)) for name in table.columns], axis=1)
    yield first.to_html(index=False, border=0, na_rep="", float_format=_number, escape=True)
    rest = len(table) - MOST_ROWS
    if rest > 0:
        yield _paragraph(f"and {rest:,} rows more")


def _cell(value: Any) -> Any:
    """A cell; a text without what turns the direction of writing, which no escaping takes away."""
    if isinstance(value, str):
        return cleaned(value)
    return value


def _number(value: float) -> str:
    """A number with three decimals, a smaller one with two digits: not everything near zero is zero."""
    decimals = 3
    if ROUNDING < abs(value) < LEAST_SHOWN:
        decimals = 1 - math.floor(math.log10(abs(value)))
    return f"{value:.{decimals}f}"
