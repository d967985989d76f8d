"""What a report about a scenario tells: studies of it, each done once, by the first section that asks."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.assimilation.given import Given
from sim.engine.setups import Setup
from sim.engine.uncertain import Entry
from sim.outcomes.target import Target, target_of
from sim.refusal import BadInput, one_line
from sim.scenario.asked import simulated
from sim.scenario.load import Scenario
from sim.studies.check.mechanisms.trial import Tried
from sim.studies.explain.explained import Explained
from sim.studies.report.because import Untold, explained_cost, explained_of, tried_cost, tried_of
from sim.studies.report.model import pack
from sim.studies.report.moved import MOST as MOST_DRIVERS
from sim.studies.report.moved import RUNS as TORNADO_RUNS
from sim.studies.report.moved import drivers_of, ends_of, large_of
from sim.studies.report.outcome import Row, outcome_of
from sim.studies.report.past import RUN_MONTHS as PAST_RUN_MONTHS
from sim.studies.report.past import Past, past_of
from sim.studies.report.ranges import RUNS as WIDE_RUNS
from sim.studies.report.ranges import Wide, wide_of
from sim.studies.report.study import Tell, study
from sim.studies.report.told import EACH, PASTS, Spread, from_month, spread_of, sure
from sim.studies.report.typical import RUNS as STORY_RUNS
from sim.studies.report.typical import Story, story_of
from sim.studies.report.ways import RUNS as WAYS_RUNS
from sim.studies.report.ways import Moved, Way, moved_by, ways_of
from sim.studies.run.ask import run
from sim.studies.run.ensemble import Ensemble
from sim.writing.progress import Progress

LARGEST = 5 * 2**20
"""Size of the model's data from which a page leaves it out [bytes]: who is sent it has to open it."""


@dataclass(frozen=True)
class Findings:
    """A scenario with what is found out about it.

    setup: what is run; asked: the words of the command by which others make the same (file and changes);
    drawn: those that say what is drawn, for commands that draw; known: those that say what is known of the
    past; of: the outcome that the page is about; lives: whether the model is to be in the page.
    """

    setup: Setup
    asked: tuple[str, ...]
    of: str | None
    runs: int
    seed: int
    threads: int | None = None
    progress: Progress = None
    drawn: tuple[str, ...] = ()
    lives: bool = False
    known: tuple[str, ...] = ()

    @property
    def scenario(self) -> Scenario:
        return self.setup.scenario

    @property
    def given(self) -> Given | None:
        """What is run where runs keep to what is known of their past; None where nothing is."""
        if isinstance(self.setup, Given):
            return self.setup
        return None

    @property
    def free(self) -> int:
        """The first month [after the start] that is free."""
        return 0 if self.given is None else self.given.past.lived

    @cached_property
    def target(self) -> Target:
        """What the page is about, by each of its months that are free. Raises BadInput."""
        asked = target_of(self.scenario, self.of)
        if self.given is None:
            return asked
        return from_month(asked, self.given.month)

    @cached_property
    def first(self) -> Target:
        """The same by its first month alone, which sections that explain are about."""
        return target_of(self.scenario, self.target.name, self.target.dates[0])

    @property
    def months(self) -> int:
        """Months that are simulated."""
        return self.scenario.case.time.months

    @property
    def dates(self) -> list[str]:
        """The simulated months, such as `2024-06`."""
        return simulated(self.scenario.case, self.months)

    @study(lambda found: found.runs * found.months)
    def ensemble(self, tell: Tell) -> Ensemble:
        """The runs behind the answer."""
        return run(self.setup, self.runs, self.seed, threads=self.threads, progress=tell)

    @study(lambda found: (found.given is not None) * found.runs * found.months)
    def plain(self, tell: Tell) -> Ensemble:
        """The same runs where nothing is known of their past."""
        setup = self.setup if self.given is None else self.given.past.setup
        return run(setup, self.runs, self.seed, threads=self.threads, progress=tell)

    @study(lambda found: (found.given is not None) * PASTS * EACH * found.months)
    def spread(self, tell: Tell) -> Spread | Untold:
        """What some pasts expect of the answer, each by itself."""
        if self.given is None:
            return Untold("nothing is known of the past")
        return spread_of(self.given, self.target, self.seed, self.threads, tell)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Chances by month (`Ensemble.events`), with intervals of the runs that count."""
        rows = self.ensemble.events()
        return rows if self.given is None else sure(rows, "probability", self.given.past)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The headlines (`Ensemble.table`), outcomes with intervals of the runs that count."""
        rows = self.ensemble.table()
        if self.given is None:
            return rows
        outcomes = rows["kind"] == "outcome"
        return pd.concat([sure(rows[outcomes], "value", self.given.past), rows[~outcomes]])

    @cached_property
    def model(self) -> tuple[dict[str, Any] | None, str]:
        """The data of the living model; none, and why, where the scenario cannot travel or is too large."""
        try:
            made = pack(self.setup, self.of, self.seed, self.own_command, self._drivers)
        except BadInput as error:
            return None, one_line(error)
        if len(made["blob"]) > LARGEST:
            return None, f"it takes more than {LARGEST // 2**20} MB"
        # the words by which commands of the page name the scenario, changes included
        return made | {"scenario": shlex.join(self.asked), "known": shlex.join(self.known)}, ""

    @property
    def counted(self) -> int:
        """Runs that did not fail."""
        return self.ensemble.runs - self.ensemble.failed

    @cached_property
    def outcome(self) -> tuple[Row, ...]:
        """What came of the target by each of its months."""
        return outcome_of(self)

    @property
    def start(self) -> float | None:
        """Where a path that is asked about started; None for what has no start."""
        if self.target.name not in self.ensemble.paths:
            return None
        start = self.ensemble.start(self.target.name)
        if np.isnan(start):
            return None
        return start

    @cached_property
    def drivers(self) -> pd.DataFrame | Untold:
        """What share of the doubt each number in doubt explains."""
        return drivers_of(self.ensemble, self.first)

    @property
    def _drivers(self) -> tuple[str, ...]:
        """Names of the numbers in doubt, those first that explain most; none where nothing tells."""
        if isinstance(self.drivers, Untold):
            return ()
        return tuple(filter(None, self.drivers["driver"]))

    @property
    def large(self) -> tuple[Entry, ...]:
        """The entries that explain most, beyond chance."""
        return large_of(self.ensemble, self.drivers)

    @study(lambda found: (2 * MOST_DRIVERS + 1) * TORNADO_RUNS * found.first.months)
    def ends(self, tell: Tell) -> pd.DataFrame | Untold:
        """The answer with each of these at either end."""
        return ends_of(self.scenario, self.large, self.first, self.seed, self.threads, tell)

    @study(lambda found: explained_cost(found.scenario, found.first))
    def explained(self, tell: Tell) -> Explained | Untold:
        """What each mechanism adds to the answer."""
        return explained_of(self.scenario, self.first, self.seed, self.threads, tell)

    @study(lambda found: tried_cost(found.scenario))
    def tried(self, tell: Tell) -> tuple[Tried, ...] | Untold:
        """What came of the claims of the file."""
        return tried_of(self.scenario, tell)

    @cached_property
    def doable(self) -> list[Way]:
        """Anything that can be done about the answer."""
        return ways_of(self.scenario, self.first)

    @study(lambda found: (1 + len(found.doable)) * WAYS_RUNS * found.first.months)
    def ways(self, tell: Tell) -> tuple[Moved, ...] | Untold:
        """What anything that can be done does to the answer, the strongest first."""
        return moved_by(self.scenario, self.doable, self.first, self.seed, self.threads, tell)

    @study(lambda found: STORY_RUNS * found.months)
    def story(self, tell: Tell) -> Story | Untold:
        """A typical future."""
        return story_of(self.scenario, self.first, self.seed, self.threads, tell)

    @study(lambda found: WIDE_RUNS * found.first.months)
    def wide(self, tell: Tell) -> Wide | Untold:
        """The answer over the ranges of all numbers."""
        return wide_of(self.scenario, self.first, self.seed, self.threads, tell)

    @study(lambda found: PAST_RUN_MONTHS * (found.scenario.case.posterior is not None))
    def past(self, tell: Tell) -> Past | Untold:
        """How the rules score against history."""
        return past_of(self.scenario, self.seed, self.threads, tell)

    @property
    def beyond(self) -> Wide | None:
        """The same where it says more than the runs themselves do; None else."""
        beliefs = self.ensemble.beliefs
        drawn = beliefs is not None and beliefs.from_ranges
        # what is known is known of no number that is drawn anew
        drawn = drawn or self.given is not None
        return None if drawn or isinstance(self.wide, Untold) else self.wide

    def command(self, name: str, *words: str, **options: Any) -> str:
        """A command about the same world, to be pasted; options by the names of its parameters.

        >>> import sim
        >>> from sim.engine.setups import Plain
        >>> found = Findings(Plain(sim.load("mongolia-2024")), ("mongolia-2024",), None, 8, 1)
        >>> found.command("run", runs=8)
        'steppe run mongolia-2024 --runs 8'
        """
        return command_of(name, *self.asked, *words, **options)

    @property
    def run_command(self) -> str:
        """The command that makes the runs behind the answer."""
        return command_of("run", *self.asked, *self.drawn, *self.known, runs=self.runs, seed=self.seed)

    @property
    def plain_command(self) -> str:
        """The command that makes the same runs where nothing is known of their past."""
        return command_of("run", *self.asked, *self.drawn, runs=self.runs, seed=self.seed)

    @property
    def own_command(self) -> str:
        """The command that makes this page; what it takes by default is said, since defaults may change."""
        told = {"of": self.of, "runs": self.runs, "seed": self.seed, "static": not self.lives or None}
        return command_of("report", *self.asked, *self.drawn, *self.known, **told)


def command_of(name: str, *words: str, **options: Any) -> str:
    """A command to be pasted; True is an option without a value, None is left out, a tuple one option each.

    >>> command_of("compare", "a b.toml", fixed=True, b_do=("x=1", "y=2"), of=None)
    "steppe compare 'a b.toml' --fixed --b-do x=1 --b-do y=2"
    """
    given = [word for key, value in options.items() for word in _option(key, value)]
    return shlex.join(["steppe", name, *words, *given])


def _option(key: str, value: Any) -> list[str]:
    option = f"--{key.replace('_', '-')}"
    if value is None:
        return []
    if value is True:
        return [option]
    if isinstance(value, tuple):
        return [word for each in value for word in (option, str(each))]
    return [option, str(value)]
