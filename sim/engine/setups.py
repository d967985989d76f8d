"""What is run: a scenario by itself, the branches of a past, or (see `beliefs`) a scenario under draws.

All of them know their scenario, and `prepared` makes what it takes to run them; nobody else tells them apart.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from sim.engine.engine import Engine, Trunk
from sim.engine.history import month_label
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
        """The scenario with the numbers under which a run lives."""
        return self.scenario

    def _repr_html_(self) -> str:
        """What is run, in a notebook."""
        return card(repr(self)[1:-1])


@dataclass(frozen=True)
class Plain(Setup):
    """A scenario with the numbers of its file."""

    scenario: Scenario

    def prepared(self, world: World, seed: int) -> Lots:
        return OneEngine(Engine.of(world))


@dataclass(frozen=True)
class Branch(Setup):
    """A scenario whose runs share one run's past, lived under `trunk`, until a month such as `2025-01`."""

    scenario: Scenario
    run: int
    month: str
    trunk: Scenario

    def __repr__(self) -> str:
        past = f"all runs are run {self.run} of {self.trunk!r} until {self.month}"
        return f"<Branch {one_line(f'{self.scenario!r}: {past}')}>"

    def prepared(self, world: World, seed: int) -> Lots:
        past = self.past(world, seed)
        return OneEngine(Engine.of(past.resume(world)), past)

    def past(self, world: World, seed: int) -> Trunk:
        """What the branches share. Raises BadInput for a month outside the simulated ones."""
        first = month_number(world.scenario.case.time.start)
        lived = month_number(self.month) - first
        if not 0 < lived < world.months:
            within = f"after {month_label(first)} and by {month_label(first + world.months - 1)}"
            raise BadInput(f"a branch leaves a run {within}, not in {self.month}")
        return Engine.of(lower(self.trunk, world.months)).trunk(seed, self.run, lived)


def branch(
    scenario: Scenario | str | Path, run: int, month: str, *, trunk: Scenario | str | Path | None = None
) -> Branch:
    """A scenario all of whose runs share the past of one run until a month, such as `2025-01`.

    The past is lived under the scenario `trunk`, this one by default; so a branch that changes something asks
    what would have come of one future if it had been changed then. The branch of the same number goes the way
    of the run itself. Pass it to `sim.run`. Raises ScenarioError, BadInput.

    >>> import sim
    >>> base = sim.load("mongolia-2024")
    >>> shock = base.override({"paths.sanctions": [["2024-06", 0.7], ["2024-12", 0.95]]})
    >>> ensemble = sim.run(sim.branch(shock, run=3, month="2024-09", trunk=base), runs=8, months=12)
    >>> ensemble.runs
    8
    """
    scenario = past = as_scenario(scenario)
    if month_of(month) is None:
        raise BadInput(f"the month of a branch is written such as 2025-01, not {shown(str(month))}")
    run = check_run(run)
    if trunk is not None:
        past = as_scenario(trunk)
    return Branch(scenario, run, month, past)


def setup_of(given: Setup | Scenario | str | Path) -> Setup:
    """What a caller wants to be run: a scenario, its file or shipped name, or a setup as it is.

    Raises ScenarioError, and TypeError for anything else.
    """
    if isinstance(given, Setup):
        return given
    return Plain(as_scenario(given))
