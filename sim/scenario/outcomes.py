"""What is wrong with outcomes and postures: unknown names, bounds that are no numbers, outcomes in a circle."""

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
    what = "a posture" if isinstance(asked, Posture) else "an outcome"
    for side, table in (("above", asked.above), ("below", asked.below)):
        place = f"{where}.{side}"
        if twice := written_twice(table):
            yield f"{place}.{twice}: is written twice, in two spellings; write it once"
        for key, value in flatten(table).items():
            if key not in known and key not in recorded:
                yield f"{place}.{key}: no '{key}' in this scenario{unknown(key, known)}"
            elif key not in recorded:
                yield f"{place}.{key}: {what} reads the state and drivers; add a driver that is '{key}'"
            if not is_number(value):
                yield f"{place}.{key}: must be a number (found {shown(value)})"


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
    given = set(outcome.any_of or ())
    asked = {row for row in rows if {row, rows[row].template} & given}
    named = {row for row in rows if name in (row, rows[row].template)}
    more = outcome.above or outcome.below or outcome.all_of or outcome.before
    other = asked != named or outcome.node != "took_place" or more
    if named and other and given <= {*rows, *case.events}:
        yield f"outcomes.{name}: is also the name of an event, but asks for something else; give it another name"
    for event in outcome.any_of or ():
        if event not in rows and event not in case.events:
            hint = did_you_mean(event, rows)
            if event in case.outcomes:
                hint = "; other outcomes stand in all_of"
            yield f"outcomes.{name}.any_of: no event '{event}'{hint}"


def _others(name: str, outcome: Outcome, case: Case, rows: dict[str, Row]) -> Iterator[str]:
    """What has to have happened, or not, that nothing is called or that has no month."""
    places = [("all_of", other) for other in outcome.all_of or ()]
    places += [("before", other) for other in (outcome.before,) if other is not None]
    known = dict.fromkeys([*case.outcomes, *rows, *case.events])
    for key, other in places:
        if other not in known:
            yield f"outcomes.{name}.{key}: no event or outcome '{other}'{did_you_mean(other, known)}"
        elif other in case.outcomes and case.outcomes[other].kind != "date":
            kind = case.outcomes[other].kind
            yield f"outcomes.{name}.{key}: '{other}' is a {kind} of the whole run and happens in no month"


def _baselines(name: str, outcome: Outcome, case: Case) -> Iterator[str]:
    rule = outcome.baselines.anniversary
    if rule is None:
        return
    if rule.calendar not in case.calendars or not case.calendars[rule.calendar].anniversary_of:
        where = f"outcomes.{name}.baselines.anniversary.calendar"
        yield f"{where}: no anniversary '{rule.calendar}'{did_you_mean(rule.calendar, case.calendars)}"


def _circles(case: Case) -> Iterator[str]:
    """Outcomes that would have to be known before they are."""
    graph = {name: [*(outcome.all_of or ()), outcome.before] for name, outcome in case.outcomes.items()}
    try:
        TopologicalSorter({name: set(others) - {None} for name, others in graph.items()}).prepare()
    except CycleError as error:
        yield f"outcomes: {' needs '.join(error.args[1])}; outcomes cannot need each other in a circle"
