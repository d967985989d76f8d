"""The columns of the outcome rows: one number for each run, a small function of its history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np

from sim.outcomes.happenings import Findings, Happening, happenings_of
from sim.outcomes.measures import Measure, measures_of, paths_of
from sim.outcomes.own import asked
from sim.registry import OUTCOMES
from sim.rules.numbers import total
from sim.rules.state import at
from sim.scenario.labels import plain, state_label
from sim.scenario.lower import World


class Kind(StrEnum):
    """What the number of a column is, and so how it is summed up over runs."""

    DATE = "date"
    """Months after the start, not a number if it never comes: a share of runs."""
    COUNT = "count"
    """How often [1]: a mean."""
    VALUE = "value"
    """A number of the state: a mean and quantiles."""
    YES_NO = "yes_no"
    """One or zero: a share of runs."""
    AVERAGE = "average"
    """A mean over what a run has some of, not a number where it has none: a mean over all of them."""


SHARES = (Kind.DATE, Kind.YES_NO)
"""Kinds of which the share of runs is asked, not the mean."""


@dataclass(frozen=True)
class Column:
    """One number per run: `of(Findings(history))` gives (runs,)."""

    name: str
    label: str
    unit: str
    meaning: str
    kind: Kind
    of: Callable[[Findings], np.ndarray]
    own: str | None = None
    """The outcome of the scenario whose registered function this is, if it has no month."""
    happening: Happening | None = None
    """What it is the first month or the count of."""
    over: str | None = None
    """The column of how many it is the average of."""


def date_column(happening: str) -> str:
    """The name of the column of the month in which something first happens."""
    return f"first.{happening}"


def end_column(path: str) -> str:
    """The name of the column of a path in the last month."""
    return f"end.{path}"


def own_column(outcome: str, kind: str) -> str:
    """The name of the column of an outcome of one's own that has no month."""
    return f"{kind}.{outcome}"


def count_column(happening: str) -> str:
    """The name of the column of how often something happens."""
    return f"count.{happening}"


def columns_of(world: World) -> tuple[Column, ...]:
    """Every column of a world, in order."""
    average = _of_average("autonomy", world)
    return (*_of_happenings(world), *_of_ends(world), average, *_of_deals(world), *_of_functions(world))


def kinds_of(world: World) -> dict[str, Kind]:
    """The kind of each column."""
    return {column.name: column.kind for column in columns_of(world)}


def happening_in(column: str) -> str:
    """What a column of first months is of."""
    return column.removeprefix(date_column(""))


def came(kind: Kind, values: np.ndarray, by: float = np.inf) -> np.ndarray:
    """Whether it happened in each run, from a column of one of the kinds SHARES, in its shape.

    by: the last month [after the start] that counts, of what has a month.
    """
    if kind is Kind.DATE:
        # What never comes, not a number, is at no month or before it.
        return values <= by
    return values == 1


def _of_happenings(world: World) -> Iterator[Column]:
    for happening in happenings_of(world.scenario):
        name, label = happening.name, happening.label
        first, each = _meanings(happening)
        month = partial(Findings.first, happening=happening)
        times = partial(Findings.count, happening=happening)
        since = "months after the start"
        yield Column(
            date_column(name), f"{label}: first time", since, first, Kind.DATE, month, happening=happening
        )
        yield Column(
            count_column(name), f"{label}: count", "months", each, Kind.COUNT, times, happening=happening
        )


def _meanings(happening: Happening) -> tuple[str, str]:
    """What the columns of the first month and of the count mean."""
    first, each = "the first occurrence", "months with an occurrence"
    if happening.node != "took_place":
        node = plain(happening.node)
        first, each = f"{first} ({node})", f"{each} ({node})"
    if not happening.of_events_alone:
        first, each = "the first month in which it holds", "months in which it holds"
    return f"months from the first simulated month to {first}; empty if never", each


def _of_ends(world: World) -> Iterator[Column]:
    case = world.scenario.case
    for name in paths_of(world):
        label, of = f"{state_label(case, name)} at the end", partial(end, name=name)
        yield Column(end_column(name), label, "1", "value in the last month", Kind.VALUE, of)
    for measure in measures_of(world):
        label, meaning = f"{state_label(case, measure.name)} at the end", f"{measure.meaning}, last month"
        at_end = partial(measured_at_end, measure=measure)
        yield Column(end_column(measure.name), label, "1", meaning, Kind.VALUE, at_end)


def _of_functions(world: World) -> Iterator[Column]:
    """Outcomes of one's own that have no month; those that have one are happenings."""
    for name, outcome in world.scenario.case.outcomes.items():
        if outcome.function is None or outcome.kind == Kind.DATE:
            continue
        rule, of = OUTCOMES[outcome.function].rule, partial(own, name=outcome.function)
        column = own_column(name, rule.kind)
        yield Column(column, outcome.label, rule.unit, rule.meaning, Kind(rule.kind), of, name)


def _of_deals(world: World) -> Iterator[Column]:
    """At which terms each deal took place."""
    for event in world.parts.deals:
        label, of = f"{event.label}: terms", partial(agreed, event=event.name)
        name, meaning = f"agreed.{event.name}", "mean concession whenever it took place; empty if never"
        yield Column(name, label, "1", meaning, Kind.AVERAGE, of, over=count_column(event.name))


def _of_average(name: str, world: World) -> Column:
    label = f"{state_label(world.scenario.case, name)} on average"
    return Column(f"mean.{name}", label, "1", "mean over all months", Kind.VALUE, partial(mean, name=name))


def end(found: Findings, name: str) -> np.ndarray:
    """A number of the state in the last month (runs,)."""
    return found.history.last(name)


def measured_at_end(found: Findings, measure: Measure) -> np.ndarray:
    """A measure in the last month (runs,)."""
    return measure.of(found.history.last)


def agreed(found: Findings, event: str) -> np.ndarray:
    """The mean concession of a deal whenever it took place (runs,) [1]; not a number if it never did."""
    often, conceded = (
        found.count(Happening(event, event, (event,))),
        found.history.last(at("conceded", event)),
    )
    return np.divide(conceded, often, out=np.full(often.shape, np.nan), where=often > 0)


def weighed(average: np.ndarray, often: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum and count of what an average of each run is made of, both (runs,); of none, both are 0.

    >>> [each.tolist() for each in weighed(np.array([0.5, np.nan]), np.array([2.0, 0.0]))]
    [[1.0, 0.0], [2.0, 0.0]]
    """
    return np.where(often > 0, average, 0.0) * often, often


def mean(found: Findings, name: str) -> np.ndarray:
    """A number of the state, averaged over all months (runs,)."""
    return total(found.history[name]) / float(found.history.months)


def own(found: Findings, name: str) -> np.ndarray:
    """What a registered function gives (runs,). Raises RuleError."""
    return asked(found.history, name)
