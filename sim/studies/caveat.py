"""What every report ends with: how well founded the scenario's numbers are, and that all is conditional."""

from __future__ import annotations

import textwrap

from sim.scenario.load import Scenario
from sim.scenario.provenance import tiers_of
from sim.writing.text import CAVEAT, WIDTH

IN_WORDS = {"literature": "from the literature"}
"""Tiers whose names do not say of numbers what they are."""


def caveat(*scenarios: Scenario) -> list[str]:
    """Lines with the numbers of scenarios by tier, once where they are the same, and what a result is not.

    >>> import sim
    >>> caveat(sim.load("armenia-2024"))[-1]
    'Conditional on this scenario; not a forecast.'
    """
    lines = []
    for told in dict.fromkeys(map(_founded, scenarios)):
        lines += textwrap.wrap(told, WIDTH)
    return [*lines, CAVEAT]


def _founded(scenario: Scenario) -> str:
    """How many numbers a scenario has of each tier, in words."""
    known = scenario.provenance
    counts = [f"{count} {IN_WORDS.get(tier, tier)}" for tier, count in tiers_of(known.values()).items()]
    return f"The scenario's {len(known)} numbers: {', '.join(counts)}."
