"""Observations that cannot all be true: one given twice, or one that happened while others say it did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.engine.history import window
from sim.outcomes.happenings import Happening, happenings_of
from sim.scenario.load import Scenario
from sim.studies.hindcast.facts import Fact

FEW = 3
"""Rows of a table that a message names one by one."""

Parts = frozenset[tuple[str, str]]
"""What a target is made of: event rows, each with the node that it has to reach."""


def contradictions(facts: Sequence[Fact], scenario: Scenario) -> list[str]:
    """A sentence for each contradiction, with the lines of the table, or with windows if of no table."""
    known: dict[tuple[str, str, int, int], Fact] = {}
    wrong: list[str] = []
    for fact in facts:
        key = fact.kind, fact.target, fact.first, fact.last
        if key in known:
            wrong.append(f"{_place(fact)}{fact}: given twice{_since(known[key])}; keep one")
        known.setdefault(key, fact)
    return wrong + list(_denied(list(known.values()), scenario))


def _denied(facts: Sequence[Fact], scenario: Scenario) -> Iterator[str]:
    """What came, but cannot have: every month in which it may have come is one in which it did not happen."""
    parts = {each.name: _parts(each) for each in happenings_of(scenario) if each.of_events_alone}
    quiet = [fact for fact in facts if fact.quiet]
    for fact in [fact for fact in facts if fact.came]:
        about = [other for other in quiet if _covers(parts, fact.target, other.target)]
        # The months before a first time are quiet by the same fact, which does not deny itself.
        others = [other for other in about if other is not fact]
        against = [other for other in others if _overlap(fact.came, other.quiet)]
        denied = {month for other in against for month in other.quiet}
        if set(fact.came) <= denied:
            claim = f"{_place(fact)}{fact.target} happened within {window(fact.came)}"
            yield f"{claim}, but {_named(fact, against)}; correct one"


def _parts(happening: Happening) -> Parts:
    return frozenset((row, happening.node) for row in happening.events)


def _covers(parts: dict[str, Parts], part: str, whole: str) -> bool:
    """Whether `whole` has happened wherever `part` has: the same target, or one that counts all its rows."""
    if part == whole:
        return True
    return part in parts and whole in parts and parts[part] <= parts[whole]


def _named(fact: Fact, against: Sequence[Fact]) -> str:
    """Those that deny it: one that does so alone, else the first few of them."""
    alone = [other for other in against if set(fact.came) <= set(other.quiet)]
    if alone:
        return _denial(alone[0], fact.target)
    more = f" and {len(against) - FEW} more say so" if len(against) > FEW else ""
    return " and ".join(_denial(other, fact.target) for other in against[:FEW]) + more


def _denial(fact: Fact, target: str) -> str:
    """For a first time, the months before it are among those in which it did not happen."""
    who = f"line {fact.line}" if fact.line else "another one"
    what = "it" if fact.target == target else fact.target
    return f"{who} says that {what} did not within {window(fact.quiet)}"


def _overlap(one: range, other: range) -> bool:
    return max(one.start, other.start) < min(one.stop, other.stop)


def _place(fact: Fact) -> str:
    return f"line {fact.line}: " if fact.line else ""


def _since(fact: Fact) -> str:
    return f", in line {fact.line} first" if fact.line else ""
