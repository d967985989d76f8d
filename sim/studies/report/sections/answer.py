"""The answer: how likely, with chance's doubt and that of the numbers."""

from __future__ import annotations

import pandas as pd

from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Section, Table, Words
from sim.writing.text import percent


def answer(found: Findings) -> Section:
    """The table of what was asked, by month."""
    table = found.ensemble.table()
    asked = table[table["name"] == found.target.name]
    shown = pd.DataFrame({
        "By the end of": asked["date"],
        "%": asked["value"].map(percent),
        "again with other luck": _between(asked["low"], asked["high"]),
    })  # fmt: skip
    command = found.command("run", runs=found.runs, seed=found.seed)
    told = Table("answer", found.target.label, shown, asked, command)
    return Section("answer", "The answer", [Words.of(found.target.label, kind="lead"), told])


def _between(low: pd.Series, high: pd.Series) -> list[str]:
    return [f"{percent(one)} to {percent(other)}" for one, other in zip(low, high, strict=True)]
