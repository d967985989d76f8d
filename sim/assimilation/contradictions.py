"""Observations that cannot all be true: one given twice, or one that happened while others say it did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.assimilation.facts import Fact
from sim.engine.history import window
from sim.outcomes.happenings import Happening, happenings_of
from sim.scenario.load import Scenario

FEW = 3
"""Rows of a table that a message names one by one."""

Parts = frozenset[tuple[str, str]]
"""What a target is made of: event rows, each with the node that it has to reach."""


def contradictions(facts: Sequence[Fact], scenario: Scenario | None) -> list[str]:
    """A sentence for each contradiction, with the lines of the table, or with windows if of no table.

    Without a scenario nobody knows which targets are part of others: each is compared with itself alone.
    """
    known: dict[tuple[str, str, int, int], Fact] = {}
    wrong: list[str] = []
    for fact in facts:
        key = fact.kind, fact.target, fact.first, fact.last
        if key in known:
            wrong.append(f"{_place(fact)}{fact}: given twice{_since(known[key])}; keep one")
        known.setdefault(key, fact)
    return wrong + list(_denied(list(known.values()), scenario))


def _denied(facts: Sequence[Fact], scenario: Scenario | None) -> Iterator[str]:
    """What came, but cannot have: every month in which it may have come is one in which it did not happen."""
    parts: dict[str, Parts] = {}
    if scenario is not None:
        # Of what also asks for states, the rows do not say whether it happened.
        parts = {each.name: _parts(each) for each in happenings_of(scenario) if each.of_events_alone}
    quiet = [fact for fact in facts if fact.quiet]
    for fact in facts:
        if not fact.came:
            continue
        against = _against(fact, quiet, parts)
        # One may deny some months and another the rest: only all of them together are a contradiction.
        denied = set[int]().union(*(other.quiet for other in against))
        if set(fact.came) <= denied:
            claim = f"{_place(fact)}{fact.target} happened within {window(fact.came)}"
            yield f"{claim}, but {_named(fact, against)}; correct one"


def _against(fact: Fact, quiet: Sequence[Fact], parts: dict[str, Parts]) -> list[Fact]:
    """The quiet facts that deny some of the months in which a fact may have come."""
    found = []
    for other in quiet:
        # The months before a first time are quiet by the same fact, which does not deny itself.
        if other is fact or not _covers(parts, fact.target, other.target):
            continue
        if _overlap(fact.came, other.quiet):
            found.append(other)
    return found


def _parts(happening: Happening) -> Parts:
    return frozenset((row, happening.node) for row in happening.events)


def _covers(parts: dict[str, Parts], part: str, whole: str) -> bool:
    """Whether `whole` has happened wherever `part` has: the same target, or one that counts all its rows."""
    if part == whole:
        return True
    if part not in parts or whole not in parts:
        return False
    return parts[part] <= parts[whole]


def _named(fact: Fact, against: Sequence[Fact]) -> str:
    """Those that deny it: one that does so alone, else the first few of them."""
    for other in against:
        if set(fact.came) <= set(other.quiet):
            return _denial(other, fact.target)
    named = " and ".join(_denial(other, fact.target) for other in against[:FEW])
    if len(against) <= FEW:
        return named
    return f"{named} and {len(against) - FEW} more say so"


def _denial(fact: Fact, target: str) -> str:
    """For a first time, the months before it are among those in which it did not happen."""
    who, what = "another one", "it"
    if fact.line:
        who = f"line {fact.line}"
    if fact.target != target:
        what = fact.target
    return f"{who} says that {what} did not within {window(fact.quiet)}"


def _overlap(one: range, other: range) -> bool:
    return max(one.start, other.start) < min(one.stop, other.stop)


def _place(fact: Fact) -> str:
    if fact.line:
        return f"line {fact.line}: "
    return ""


def _since(fact: Fact) -> str:
    if fact.line:
        return f", in line {fact.line} first"
    return ""
