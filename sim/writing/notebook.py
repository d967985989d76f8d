"""How results show themselves in a notebook: a sentence, and a table below it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from sim.refusal import cleaned

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 20


def card(told: str, table: pd.DataFrame | None = None, below: str = "") -> str:
    """A sentence, the first rows of a table and a line below it as HTML; nothing in them is taken for HTML.

    >>> card("2 runs of <b>", below="not a forecast")
    '<div><p>2 runs of &lt;b&gt;</p><p>not a forecast</p></div>'
    """
    shown = ""
    if table is not None:
        shown = table.head(MOST_ROWS).to_html(
            index=False, border=0, na_rep="", float_format="{:.3f}".format, escape=True
        )
        rest = len(table) - MOST_ROWS
        shown += f"<p>and {rest:,} rows more</p>" if rest > 0 else ""
    last = f"<p>{escape(cleaned(below))}</p>" if below else ""
    return f"<div><p>{escape(cleaned(told))}</p>{shown}{last}</div>"
