"""What is wrong with outcomes and postures: unknown names, bounds that are no numbers, circles."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from graphlib import CycleError, TopologicalSorter

from sim.refusal import did_you_mean
from sim.rules.numbers import is_number
from sim.scenario.contents import shown
from sim.scenario.hints import unknown
from sim.scenario.index import path_names
from sim.scenario.rows import Row, flatten, written_twice
from sim.scenario.schema import Case, Outcome, Posture


def bound_problems(
    where: str, asked: Posture | Outcome, known: Collection[str], recorded: Collection[str]
) -> Iterator[str]:
    """What is wrong with bounds: only numbers of the state and drivers can be `recorded`."""
    asking = _asking(asked)
    for side, table in (("above", asked.above), ("below", asked.below)):
        place = f"{where}.{side}"
        # In flatten() one spelling would silently replace the other.
        if twice := written_twice(table):
            yield f"{place}.{twice}: is written twice, in two spellings; write it once"
        for key, value in flatten(table).items():
            if key not in recorded:
                yield f"{place}.{key}: {_unrecorded(key, asking, known)}"
            if not is_number(value):
                yield f"{place}.{key}: must be a number (found {shown(value)})"


def _asking(asked: Posture | Outcome) -> str:
    if isinstance(asked, Posture):
        return "a posture"
    return "an outcome"


def _unrecorded(key: str, asking: str, known: Collection[str]) -> str:
    # Parameters and calendars may stand in expressions, but runs record neither.
    if key in known:
        return f"{asking} reads the state and drivers; add a driver that is '{key}'"
    return f"no '{key}' in this scenario{unknown(key, known)}"


def outcome_problems(
    case: Case, rows: dict[str, Row], known: Collection[str], recorded: Collection[str]
) -> Iterator[str]:
    """One line for each thing that does not fit in [outcomes]."""
    paths = {*recorded, *path_names(case)}
    for name, outcome in case.outcomes.items():
        yield from bound_problems(f"outcomes.{name}", outcome, known, paths)
        yield from _events(name, outcome, case, rows)
        yield from _others(name, outcome, case, rows)
        yield from _baselines(name, outcome, case)
    yield from _circles(case)


def _events(name: str, outcome: Outcome, case: Case, rows: dict[str, Row]) -> Iterator[str]:
    """Events that are none; and the name of an event for something else."""
    known = {*rows, *case.events}
    given = outcome.any_of or []
    strangers = [event for event in given if event not in known]
    for event in strangers:
        hint = did_you_mean(event, rows)
        if event in case.outcomes:
            hint = "; other outcomes stand in all_of"
        yield f"outcomes.{name}.any_of: no event '{event}'{hint}"
    # With a name that is none, nobody knows what is asked for: the slip may be in it.
    if not strangers and _misleads(name, outcome, rows):
        told = "is also the name of an event, but asks for something else; give it another name"
        yield f"outcomes.{name}: {told}"


def _misleads(name: str, outcome: Outcome, rows: dict[str, Row]) -> bool:
    """Whether an outcome is called as an event, and asks for anything but that this event takes place."""
    named = _rows_called({name}, rows)
    if not named:
        return False
    asked = _rows_called(set(outcome.any_of or ()), rows)
    return asked != named or _asks_more(outcome)


def _rows_called(names: set[str], rows: dict[str, Row]) -> set[str]:
    """Rows that some names mean: by their own name, or by that of the event that they are written from."""
    return {name for name, row in rows.items() if {name, row.template} & names}


def _asks_more(outcome: Outcome) -> bool:
    """Whether an outcome asks for more than that events take place."""
    conditions = (outcome.above, outcome.below, outcome.all_of, outcome.before)
    return any(conditions) or outcome.node != "took_place"


def _others(name: str, outcome: Outcome, case: Case, rows: dict[str, Row]) -> Iterator[str]:
    """What has to have happened, or not, that nothing is called or that has no month."""
    known = dict.fromkeys([*case.outcomes, *rows, *case.events])
    for key, other in _others_of(outcome):
        if other not in known:
            yield f"outcomes.{name}.{key}: no event or outcome '{other}'{did_you_mean(other, known)}"
        elif other in case.outcomes and case.outcomes[other].kind != "date":
            kind = case.outcomes[other].kind
            yield f"outcomes.{name}.{key}: '{other}' is a {kind} of the whole run and happens in no month"


def _others_of(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Events and outcomes that an outcome rests on, each with the key that names it."""
    for other in outcome.all_of or ():
        yield "all_of", other
    if outcome.before is not None:
        yield "before", outcome.before


def _baselines(name: str, outcome: Outcome, case: Case) -> Iterator[str]:
    """A rule by an anniversary that is none."""
    rule = outcome.baselines.anniversary
    if rule is None:
        return
    if rule.calendar not in case.calendars or not case.calendars[rule.calendar].anniversary_of:
        where = f"outcomes.{name}.baselines.anniversary.calendar"
        yield f"{where}: no anniversary '{rule.calendar}'{did_you_mean(rule.calendar, case.calendars)}"


def _circles(case: Case) -> Iterator[str]:
    """Outcomes that would have to be known before they are."""
    graph: dict[str, list[str]] = {}
    for name, outcome in case.outcomes.items():
        # A list, not a set: which of two circles is told of must be the same in every process.
        graph[name] = [other for _, other in _others_of(outcome)]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"outcomes: {' needs '.join(error.args[1])}; outcomes cannot need each other in a circle"
