"""At which terms deals took place, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.studies.run.text.columns import between


def terms_told(rows: pd.DataFrame) -> Iterator[str]:
    """The mean of what is conceded over all deals of all runs."""
    # of what hardly ever takes place there is no mean
    rows = rows.dropna(subset="value")
    if rows.empty:
        return
    yield ""
    yield f"{'What is conceded in a deal that takes place':<58}{'mean':>8}  {'95 % MC interval':<16}"
    for row in rows.itertuples():
        yield f"{row.label:<58}{row.value:>8.3f}  {between(row.low, row.high)}"
