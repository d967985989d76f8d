"""What the figures of a hindcast share: marks of the samples, the caption, the numbers of the runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.drawing.caption import Caption
from sim.drawing.colours import BLACK, GREEN, VERMILION

if TYPE_CHECKING:
    from sim.studies.hindcast.ask import Hindcast

SAMPLES = {"in-sample": ("o", BLACK), "validation": ("D", VERMILION), "out-of-sample": ("^", GREEN)}
"""Marker and colour of observations."""


def samples_in(table: pd.DataFrame) -> list[str]:
    """The samples that a table has a row of, in the order of time."""
    there = set(table["sample"])
    return [sample for sample in SAMPLES if sample in there]


def caption_of(found: Hindcast) -> Caption:
    """The foot of every figure of a hindcast."""
    changes = found.scenario.changes
    return Caption(found.scenario.title, found.runs, found.seed, found.failed, changes)


def numbers(found: Hindcast) -> str:
    """With which numbers the runs were made."""
    if not found.draws:
        return "Numbers of the file; doubt about them is not in the intervals."
    whence = "prior"
    if found.beliefs is not None and found.beliefs.learnt:
        whence = "posterior"
    return f"Uncertain numbers: {found.draws:,} draws from the {whence}."
