"""What is asked of runs, and of history: expressions, postures, outcomes, headlines, observations."""

from __future__ import annotations

from collections.abc import Iterator

from sim.refusal import did_you_mean
from sim.scenario.drivers import expression_problems
from sim.scenario.index import expression_names, kept_names, path_names, state_names
from sim.scenario.outcomes import bound_problems, outcome_problems
from sim.scenario.references.told import no_such
from sim.scenario.rows import Row
from sim.scenario.schema import Case


def reading_problems(case: Case, rows: dict[str, Row]) -> Iterator[str]:
    """One line for each thing that reads a number which it cannot read."""
    # Dictionaries, not sets: a hint lists names, and the order of a set is another in every process.
    known = dict.fromkeys(expression_names(case, rows))
    state = dict.fromkeys(state_names(case, rows))
    recorded = state | dict.fromkeys(case.drivers)
    yield from expression_problems(case, rows, known, state)
    for name, posture in case.postures.items():
        yield from bound_problems(f"postures.{name}", posture, known, recorded)
    yield from outcome_problems(case, rows, known, recorded)


def asking_problems(case: Case, rows: dict[str, Row]) -> Iterator[str]:
    """One line for each event or path that is asked for and is none."""
    # Rows, not events: of an event that is written for each of some powers one is forced at a time.
    yield from no_such("interventions.forced", "event", case.interventions.forced, rows)
    yield from no_such("interventions.forbidden", "event", case.interventions.forbidden, rows)
    paths = path_names(case)
    yield from no_such("headlines", "path", case.headlines, paths)
    yield from no_such(
        "keep_paths", "path or driver", case.keep_paths, dict.fromkeys([*paths, *case.drivers])
    )
    measures = [*case.drivers, *kept_names(case)]
    otherwise = "; add a driver that says how it follows from the state"
    for name, observation in case.observations.items():
        measure = observation.measure
        if measure not in measures:
            hint = did_you_mean(measure, measures) or otherwise
            yield f"observations.{name}.measure: no driver or recorded number '{measure}'{hint}"
    yield from _repeated(case)
    if case.posterior is not None and not case.uncertain:
        yield "posterior: tells of uncertain numbers, and there are none; add [uncertain] or leave it out"


def _repeated(case: Case) -> Iterator[str]:
    """What observed series say of each other, and of paths."""
    for name, observation in case.observations.items():
        where, first = f"observations.{name}", observation.follows
        yield from no_such(f"{where}.inputs", "path of [paths]", observation.inputs, case.paths)
        if first is None:
            continue
        yield from no_such(f"{where}.follows", "observed series", [first], case.observations)
        # One that is itself left out of pools would leave the pool without either.
        if first == name or (first in case.observations and case.observations[first].follows is not None):
            yield f"{where}.follows: '{first}' follows another itself; name the one that counts"
