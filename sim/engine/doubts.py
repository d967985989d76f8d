"""What of a scenario is in doubt: its numbers over their ranges, or the entries of [uncertain]."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from sim.engine.ranged import ranged_numbers
from sim.engine.uncertain import Entry, free_numbers
from sim.reading.numbers import shown
from sim.refusal import BadInput
from sim.scenario.load import Scenario
from sim.scenario.lookup import choice, is_pattern

RANGES, FILE = "ranges", "file"
"""What entries are drawn from: plausible ranges, one number an entry, or the priors of the file."""


def doubts(scenario: Scenario, names: Iterable[str] = ("*",), prior: str = RANGES) -> tuple[Entry, ...]:
    """The entries that patterns or names mean, of either kind.

    Raises ScenarioError, and BadInput for another prior and for what means nothing.

    >>> import sim
    >>> [entry.name for entry in doubts(sim.load("mongolia-2024"), ["*visit_rate"], "file")]
    ['visit_rate', 'china_visit_rate', 'third_visit_rate']
    """
    if isinstance(names, str):
        raise BadInput(f"the numbers in doubt are a list of names, such as ['{names}']")
    if prior == RANGES:
        return ranged_numbers(scenario, names)
    if prior != FILE:
        raise BadInput(f"prior is {RANGES} or {FILE}, not {shown(str(prior))}")
    free = free_numbers(scenario)
    if not free:
        raise BadInput(f"{scenario.name}: says of no number that it is uncertain; take the ranges")
    labels = {entry.name: entry.label for entry in free}
    meant = {name for pattern in names for name in _named(pattern, labels)}
    return tuple(entry for entry in free if entry.name in meant)


def _named(pattern: str, labels: Mapping[str, str]) -> list[str]:
    """Names of entries that a pattern fits, or the one that it means. Raises Unknown."""
    if is_pattern(pattern):
        found = [name for name in labels if fnmatchcase(name, pattern)]
        if found:
            return found
    return [choice("uncertain entry", pattern, labels)]
