"""What is asked of runs: one small function History -> one value per run for each outcome, with its unit and
meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.engine.history import History
from sim.rules.health import HEALTH
from sim.rules.numbers import total
from sim.scenario.labels import plain, state_label
from sim.scenario.load import Scenario
from sim.scenario.lower import World, state_name
from sim.scenario.names import BLOC, UNCLASSIFIED
from sim.scenario.rows import flatten
from sim.scenario.schema import Case

Get = Callable[[str], np.ndarray]


@dataclass(frozen=True)
class Outcome:
    """One number per run: `of(history)` gives (runs,)."""

    name: str
    label: str
    unit: str
    meaning: str
    of: Callable[[History], np.ndarray]


@dataclass(frozen=True)
class Measure:
    """A number that is computed from recorded ones: `of(get)`, where get(name) gives a path or its last
    month.
    """

    name: str
    meaning: str
    of: Callable[[Get], np.ndarray]


@dataclass(frozen=True)
class Happening:
    """Something that may happen: any of these event rows reaching a node such as `took_place`."""

    name: str
    label: str
    events: tuple[str, ...]
    node: str = "took_place"


# -- what happened ---------------------------------------------------------------------------------


def happenings_of(world: World) -> tuple[Happening, ...]:
    """Those of the scenario of a world."""
    return happenings_in(world.scenario)


def happenings_in(scenario: Scenario) -> tuple[Happening, ...]:
    """The groups of [outcomes], then every event row that no group is named after."""
    case, rows = scenario.case, scenario.rows
    groups = [
        Happening(
            name,
            group.label,
            tuple(row for row in rows if {row, rows[row].template} & set(group.any_of)),
            group.node,
        )
        for name, group in case.outcomes.items()
    ]
    return (
        *groups,
        *(Happening(name, row.label, (name,)) for name, row in rows.items() if name not in case.outcomes),
    )


def occurred(history: History, happening: Happening) -> np.ndarray:
    """Whether it happened in that month (months, runs)."""
    if len(happening.events) == 1:
        return history.happened(happening.events[0], happening.node)
    found = history.happened(happening.events[0], happening.node)
    for event in happening.events[1:]:
        found = found | history.happened(event, happening.node)
    return found


def first_month(history: History, happening: Happening) -> np.ndarray:
    """Months from the first simulated month to the first occurrence [month]; not a number if it never occurs."""
    found = occurred(history, happening)
    month = found.argmax(axis=0)
    return np.where(found[month, np.arange(found.shape[1])], month, np.nan)


def count(history: History, happening: Happening) -> np.ndarray:
    """Months in which it occurs [1]."""
    return occurred(history, happening).sum(axis=0, dtype=np.uint16).astype(float)


# -- where the run ends up -------------------------------------------------------------------------


def end(history: History, name: str) -> np.ndarray:
    """A number of the state in the last month."""
    return history.last(name)


def mean(history: History, name: str) -> np.ndarray:
    """A number of the state, averaged over all months."""
    return total(history[name]) / float(history.months)


def bloc_share(get: Get, members: tuple[str, ...]) -> np.ndarray:
    """Share of all influence on the target that a bloc holds together [0, 1]."""
    return total(get(f"share.{member}") for member in members)


def bloc_closeness(get: Get, members: tuple[str, ...]) -> np.ndarray:
    """Closeness of the target's position to a bloc, averaged over its members [0, 1]."""
    return total(get(f"closeness.{member}") for member in members) / float(len(members))


def largest_vulnerability(get: Get, powers: tuple[str, ...]) -> np.ndarray:
    """The largest weighted share of the target's needs that one power supplies [0, 1]."""
    return np.max([get(f"vulnerability.{power}") for power in powers], axis=0)


def paths_of(world: World) -> tuple[str, ...]:
    """Names of the recorded state that mean something to a reader."""
    return tuple(name for name in world.recorded if name != HEALTH)


def measures_of(world: World) -> tuple[Measure, ...]:
    """Paths that are computed from the recorded state: of blocs, and the largest vulnerability."""
    blocs = [(name, world.parts.blocs[name]) for name in world.scenario.case.blocs]
    found = [
        Measure(
            f"share.{BLOC}.{name}",
            "share of all influence that the bloc holds",
            partial(bloc_share, members=members),
        )
        for name, members in blocs
    ]
    found += [
        Measure(
            f"closeness.{BLOC}.{name}",
            "mean closeness to the bloc's members",
            partial(bloc_closeness, members=members),
        )
        for name, members in blocs
    ]
    if world.parts.powers:
        meaning = "largest weighted share of the target's needs that one power supplies"
        powers = tuple(power.name for power in world.parts.powers)
        found.append(Measure("largest_vulnerability", meaning, partial(largest_vulnerability, powers=powers)))
    return tuple(found)


# -- postures --------------------------------------------------------------------------------------


def posture_names(case: Case) -> tuple[str, ...]:
    """The classes in order, and the class of what fits none of them."""
    return (*case.postures, UNCLASSIFIED)


def posture(history: History) -> np.ndarray:
    """The first class whose bounds all hold, by month (months, runs), as its place in `posture_names`."""
    return _classified(history.world.scenario.case, history.__getitem__, (history.months, len(history.runs)))


def last_posture(history: History) -> np.ndarray:
    """The posture in the last month (runs,), as its place in `posture_names`."""
    return _classified(history.world.scenario.case, history.last, (len(history.runs),))


def _classified(case: Case, get: Get, shape: tuple[int, ...]) -> np.ndarray:
    places = np.full(shape, len(case.postures), dtype=np.int8)
    for place, rule in reversed(list(enumerate(case.postures.values()))):
        fits = np.ones(shape, dtype=bool)
        for name, bound in flatten(rule.above).items():
            fits &= get(state_name(case, name)) >= bound
        for name, bound in flatten(rule.below).items():
            fits &= get(state_name(case, name)) <= bound
        places[fits] = place
    return places


# -- all of them -----------------------------------------------------------------------------------


def outcomes_of(world: World) -> tuple[Outcome, ...]:
    """Every outcome of a world, in the order of its columns."""
    case = world.scenario.case
    found = []
    for happening in happenings_of(world):
        name, label = happening.name, happening.label
        node = "" if happening.node == "took_place" else f" ({plain(happening.node)})"
        meaning = f"months from the first simulated month to the first occurrence{node}; empty if never"
        first, times = partial(first_month, happening=happening), partial(count, happening=happening)
        found.append(
            Outcome(f"first.{name}", f"{label}: first time", "months after the start", meaning, first)
        )
        found.append(
            Outcome(f"count.{name}", f"{label}: count", "months", f"months with an occurrence{node}", times)
        )
    for name in paths_of(world):
        label = state_label(case, name)
        found.append(
            Outcome(
                f"end.{name}", f"{label} at the end", "1", "value in the last month", partial(end, name=name)
            )
        )
    for measure in measures_of(world):
        label, meaning = f"{state_label(case, measure.name)} at the end", f"{measure.meaning}, last month"
        found.append(Outcome(f"end.{measure.name}", label, "1", meaning, partial(_last, measure=measure)))
    found.append(
        Outcome(
            "mean.autonomy",
            "Autonomy on average",
            "1",
            "mean over all months",
            partial(mean, name="autonomy"),
        )
    )
    return tuple(found)


def _last(history: History, measure: Measure) -> np.ndarray:
    return measure.of(history.last)
