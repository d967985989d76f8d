"""What a study asks about: one outcome or path, by one month or by several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.engine.history import History
from sim.outcomes.columns import SHARES, Column, Kind, came, columns_of, end_column
from sim.outcomes.happenings import Findings
from sim.outcomes.measures import measured, measures_of, paths_of
from sim.refusal import BadInput
from sim.scenario.asked import asked, place_of, simulated
from sim.scenario.labels import state_label
from sim.scenario.load import Scenario
from sim.scenario.lookup import choice
from sim.scenario.lower import World, lower


@dataclass(frozen=True)
class Target:
    """An outcome, event or path of a scenario by some months: `of(history)` gives (dates, runs).

    name: of the outcome or path; label: what tables and figures call it; dates: months such as `2024-12`, in
    order; months: how many are simulated for it.
    """

    name: str
    label: str
    column: Column
    dates: tuple[str, ...]
    places: tuple[int, ...]

    @property
    def months(self) -> int:
        return self.places[-1] + 1

    @property
    def is_share(self) -> bool:
        """Whether its mean is a probability."""
        return self.column.kind in SHARES

    @property
    def has_course(self) -> bool:
        """Whether it has a number in each month, and not one for the whole of a run."""
        return _has_course(self.name, self.column)

    def of(self, history: History) -> np.ndarray:
        """The number of each run by each date (dates, runs): 1 or 0 of what happens or does not.

        Not a number for runs that failed.
        """
        found = np.array([*self._by_date(history)], dtype=float)
        found[:, history.failed] = np.nan
        return found

    def _by_date(self, history: History) -> Iterator[np.ndarray]:
        kind, months = self.column.kind, np.array(self.places)
        if kind is Kind.VALUE and self.column.name == end_column(self.name):
            yield from measured(history.world, history.__getitem__)(self.name)[months]
            return
        values = self.column.of(Findings(history))
        if kind is Kind.DATE:
            # what never comes, not a number, is by no month
            yield from values <= months[:, None]
        elif kind is Kind.YES_NO:
            yield came(kind, values)
        else:
            yield values


def target_of(scenario: Scenario, name: str | None = None, by: str | Sequence[str] | None = None) -> Target:
    """What is asked by the name or label of an outcome, event, path or column.

    name: the scenario's first outcome if None. by: a month or months such as `2024-12`; if None those of the
    outcome within the simulated time, of anything else the last month. Raises BadInput.

    >>> import sim
    >>> target = target_of(sim.load("mongolia-2024"), "autonomy", "2024-12")
    >>> target.label, target.months
    ('Autonomy', 7)
    """
    world = lower(scenario)
    known = _known(world)
    if name is None:
        name = next(iter(scenario.case.outcomes), None)
    if name is None:
        raise BadInput(f"{scenario.name}: has no outcome to ask about; name an event or a path")
    meant = choice("outcome, event or path", name, {key: label for key, (_, label) in known.items()})
    column, label = known[meant]
    if column.kind is Kind.AVERAGE:
        raise BadInput(f"{meant}: not every run has it; ask about {column.over} instead")
    places, dates = _places(world, meant, column, by), simulated(scenario.case, world.months)
    return Target(meant, label, column, tuple(dates[place] for place in places), places)


def _known(world: World) -> dict[str, tuple[Column, str]]:
    """Columns with labels by what names them: outcomes and events, paths, then columns by their own names."""
    case = world.scenario.case
    by_name = {column.name: column for column in columns_of(world)}
    found = {}
    for column in by_name.values():
        if column.happening is not None and column.kind is Kind.DATE:
            found[column.happening.name] = column, column.happening.label
        elif column.own is not None:
            found[column.own] = column, column.label
    paths = [*paths_of(world), *(measure.name for measure in measures_of(world))]
    found |= {path: (by_name[end_column(path)], state_label(case, path)) for path in paths}
    return found | {name: (column, column.label) for name, column in by_name.items() if name not in found}


def _places(world: World, name: str, column: Column, by: str | Sequence[str] | None) -> tuple[int, ...]:
    """The months [after the start] that are asked about, in order. Raises BadInput."""
    case, months = world.scenario.case, world.months
    if by is None:
        return tuple(asked(case, name, months))
    if isinstance(by, str):
        by = [by]
    places = {place_of(case, date, months) for date in by}
    if len(places) > 1 and not _has_course(name, column):
        raise BadInput(f"{name}: has one number for the whole of a run; ask by one month")
    return tuple(sorted(places))


def _has_course(name: str, column: Column) -> bool:
    return column.kind is Kind.DATE or column.name == end_column(name)
