"""What is run: a scenario by itself, the branches of a past, or (see `beliefs`) a scenario under draws.

All of them know their scenario, and `prepared` makes what it takes to run them; nobody else tells them apart.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from pathlib import Path

from sim.engine.engine import Engine, Trunk, check_goes_on
from sim.engine.history import month_label
from sim.engine.life import Life, Phase, before
from sim.engine.pages import Lots, OneEngine
from sim.engine.request import check_run
from sim.reading.dates import month_of
from sim.reading.numbers import shown
from sim.refusal import BadInput, one_line
from sim.scenario.load import Scenario, as_scenario
from sim.scenario.lower import World, lower
from sim.scenario.schema import month_number
from sim.writing.notebook import card


class Setup(ABC):
    """What can be run many times."""

    scenario: Scenario

    @property
    def draws(self) -> int | None:
        """Draws of uncertain numbers under which runs live in turn; None if all have the file's numbers."""
        return None

    def whole(self, runs: int, least: int = 1) -> int:
        """The runs that are made when so many are asked for: as many under each draw, `least` or more.

        Raises BadInput for too few.
        """
        return runs

    @abstractmethod
    def prepared(self, world: World, seed: int) -> Lots:
        """What it takes to run the scenario, lowered to `world` for as many months as are asked for.

        Raises BadInput for a past that does not lie within these months.
        """

    def lived(self, run: int) -> Scenario:
        """The scenario with the numbers under which a run lives. Raises BadInput if there is no such run."""
        return self.scenario

    @property
    def known(self) -> int:
        """Months at the start in which runs keep to what is known of a past."""
        return 0

    @property
    def has_past(self) -> bool:
        """Whether runs do not live by themselves from the start."""
        return self.known > 0

    @abstractmethod
    def under(self, other: Scenario) -> Setup:
        """The same of another scenario, which begins where this one is free. Raises ScenarioError."""

    def life(self, run: int, seed: int, months: int | None = None) -> Life:
        """What a run of the ensemble goes through; months: the scenario's own if None. Raises BadInput."""
        world = lower(self.lived(run), months)
        return (Phase(world, world.months, seed, run),)

    def trunk_of(self, run: int, seed: int, month: int, months: int) -> Trunk:
        """A run up to a month [after the start] of so many, from where it can branch. Raises BadInput."""
        return Engine.of(lower(self.lived(run), months)).trunk(seed, run, month)

    def _repr_html_(self) -> str:
        """What is run, in a notebook."""
        return card(repr(self)[1:-1])


@dataclass(frozen=True)
class Plain(Setup):
    """A scenario with the numbers of its file."""

    scenario: Scenario

    def under(self, other: Scenario) -> Plain:
        return Plain(other)

    def prepared(self, world: World, seed: int) -> Lots:
        return OneEngine(Engine.of(world))


@dataclass(frozen=True)
class Branch(Setup):
    """A scenario whose runs share the past of one run of `trunk` until a month such as `2025-01`.

    They live under the numbers of that run, where its numbers are drawn.
    """

    scenario: Scenario
    run: int
    month: str
    trunk: Setup

    def __repr__(self) -> str:
        past = f"all runs are run {self.run} of {self.trunk.scenario!r} until {self.month}"
        return f"<Branch {one_line(f'{self.scenario!r}: {past}')}>"

    @property
    def has_past(self) -> bool:
        return True

    def under(self, other: Scenario) -> Branch:
        return replace(self, scenario=other)

    def lived(self, run: int) -> Scenario:
        return self.trunk.under(self.scenario).lived(self.run)

    def prepared(self, world: World, seed: int) -> Lots:
        past, own = self.past(world, seed), self.lived(self.run)
        if own is not self.scenario:
            world = lower(own, world.months)
        return OneEngine(Engine.of(past.resume(world)), past)

    def past(self, world: World, seed: int) -> Trunk:
        """What the branches share. Raises BadInput for a month outside those in which a run can branch."""
        return self.trunk.trunk_of(self.run, seed, self._leaves(world), world.months)

    def life(self, run: int, seed: int, months: int | None = None) -> Life:
        world = lower(self.lived(run), months)
        shared = self.trunk.life(self.run, seed, world.months)
        check_goes_on(shared[-1].world, world)
        return (*before(shared, self._leaves(world)), Phase(world, world.months, seed, run))

    def _leaves(self, world: World) -> int:
        """The month [after the start] from which on branches part."""
        first = month_number(world.scenario.case.time.start)
        lived, earliest = month_number(self.month) - first, max(self.trunk.known, 1)
        if not earliest <= lived < world.months:
            until = month_label(first + world.months - 1)
            within = f"after {month_label(first + earliest - 1)} and by {until}"
            raise BadInput(f"a branch leaves a run {within}, not in {self.month}")
        return lived


def branch(
    scenario: Setup | Scenario | str | Path,
    run: int,
    month: str,
    *,
    trunk: Setup | Scenario | str | Path | None = None,
) -> Branch:
    """A scenario all of whose runs share the past of one run until a month, such as `2025-01`.

    The past is that of a run of `trunk`, of this scenario by default; so a branch that changes something asks
    what would have come of one future if it had been changed then. The branch of the same number goes the way
    of the run itself. Of a living ensemble (`given`) a run branches once it is free. Pass it to `sim.run`.
    Raises ScenarioError, BadInput.

    >>> import sim
    >>> base = sim.load("mongolia-2024")
    >>> shock = base.override({"paths.sanctions": [["2024-06", 0.7], ["2024-12", 0.95]]})
    >>> ensemble = sim.run(sim.branch(shock, run=3, month="2024-09", trunk=base), runs=8, months=12)
    >>> ensemble.runs
    8
    """
    own = past = setup_of(scenario)
    if month_of(month) is None:
        raise BadInput(f"the month of a branch is written such as 2025-01, not {shown(str(month))}")
    run = check_run(run)
    if trunk is not None:
        past = setup_of(trunk)
    if isinstance(past, Branch):
        raise BadInput("a branch cannot branch again; take a run of what it leaves")
    return Branch(own.scenario, run, month, past)


def setup_of(given: Setup | Scenario | str | Path) -> Setup:
    """What a caller wants to be run: a scenario, its file or shipped name, or a setup as it is.

    Raises ScenarioError, and TypeError for anything else.
    """
    if isinstance(given, Setup):
        return given
    return Plain(as_scenario(given))
