"""Running a scenario over its past and laying the runs beside a table of what came: a Hindcast of tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.assimilation.contradictions import contradictions
from sim.assimilation.facts import SERIES, Fact, sample_of
from sim.assimilation.instruments import Instruments
from sim.assimilation.observations import Data, observations_of
from sim.engine.beliefs import Beliefs, beliefs_in
from sim.engine.history import History
from sim.engine.pages import simulate
from sim.engine.request import check_held, check_request
from sim.engine.setups import Setup, setup_of
from sim.outcomes.structural import statsmodels
from sim.reading.source import Source
from sim.refusal import BadInput, Refusal, one_line
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World, lower
from sim.scenario.schema import month_number
from sim.statistics.scores import scoringrules
from sim.studies.hindcast.horizons import horizons_of, learnt_of, rolling_scores, theories_of
from sim.studies.hindcast.pit import pits
from sim.studies.hindcast.predictive import LEVELS, QUANTILES, Predictive
from sim.studies.hindcast.rolling import Forecast, Rolling
from sim.studies.hindcast.scores import Trial
from sim.studies.hindcast.scores import scores as scores_of
from sim.studies.hindcast.targets import reliability as reliability_of
from sim.studies.hindcast.targets import targets as targets_of
from sim.writing.notebook import card
from sim.writing.progress import Progress, reporting
from sim.writing.text import CAVEAT

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Hindcast:
    """What runs of a scenario say of dated observations.

    table: the observations as they were given; facts: those that were compared; left_out: those that end
    after the simulated months. `failed` of `runs` runs had a number that is not finite and count nowhere.
    fans: quantiles by series and year, free-running and told (see `Predictive`). given: the table of what
    runs were told besides, if there was one; forecasts: what was foretold from each origin; stopped: why no
    more was, if anything stood in the way.
    """

    setup: Setup
    table: Source
    given: Source | None
    facts: tuple[Fact, ...]
    left_out: tuple[Fact, ...]
    trial: Trial
    fans: pd.DataFrame
    forecasts: tuple[Forecast, ...]
    stopped: str | None
    seed: int
    runs: int
    failed: int
    months: int
    command: tuple[str, ...] = ()

    def __repr__(self) -> str:
        runs = f"{self.runs:,} runs"
        if self.draws:
            runs += f" under {self.draws:,} draws"
        size = f"{len(self.facts)} observations, {runs} of {self.months} months"
        return f"<Hindcast {one_line(f'{self.scenario.name}: {size}, seed {self.seed}')}>"

    def _repr_html_(self) -> str:
        """The mean scores and skills in a notebook."""
        return card(repr(self)[1:-1], self.targets, CAVEAT)

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.setup.scenario

    @property
    def beliefs(self) -> Beliefs | None:
        """The draws of the uncertain numbers under which runs live, if there are any."""
        return beliefs_in(self.setup)

    @property
    def draws(self) -> int:
        """Draws of the uncertain numbers; 0 if the runs have the numbers of the file."""
        return self.setup.draws or 0

    def plot(self, name: str) -> Figure:
        """One of the figures, by name: series, reliability, or scores of a kind. Raises KeyError."""
        from sim.studies.hindcast.figures import figures

        drawn = figures(self)
        if name not in drawn:
            raise KeyError(f"no figure '{name}'; there are {', '.join(drawn)}")
        return drawn[name]

    def save(self, folder: str | Path, overwrite: bool = False, figures: bool = True) -> tuple[str, ...]:
        """Write tables, observations, scenario, figures and a manifest to a folder, all or nothing.

        A line for each figure that could not be drawn. Raises FileExistsError (`PlaceError`).
        """
        from sim.studies.hindcast.folder import write

        return write(self, Path(folder), overwrite, figures)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """A row a fact: observed, predicted, score, baselines and their scores."""
        return scores_of(self.trial)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """A row a target and sample, and one for all targets of a kind: mean scores, skill, coverage."""
        return targets_of(self.scores)

    @cached_property
    def rolling(self) -> pd.DataFrame:
        """A row a fact and origin from which it was foretold, with its score and those of baselines."""
        return rolling_scores(self.scenario, self.facts, self.forecasts)

    @cached_property
    def horizons(self) -> pd.DataFrame:
        """A row a target and years ahead: mean scores, skill and coverage of what was foretold."""
        return horizons_of(self.rolling)

    @cached_property
    def theories(self) -> pd.DataFrame:
        """A row an origin and theory of choice: its share of what is foretold from there."""
        return theories_of(self.forecasts)

    @cached_property
    def discrepancies(self) -> pd.DataFrame:
        """A row an origin and series: how far it was found to follow the model (`sim.assimilation`)."""
        return learnt_of(self.forecasts)

    @cached_property
    def reliability(self) -> pd.DataFrame:
        """A row a sample and bin of the probabilities of events: how often they happened."""
        return reliability_of(self.scores)

    @cached_property
    def pit(self) -> pd.DataFrame:
        """A row a tenth of what was said, by target and sample: how often what came lay in it."""
        return pits(self.scores, self.rolling if self.forecasts else None)


def hindcast(
    scenario: Setup | Scenario | str | Path,
    data: Data,
    runs: int = 2_000,
    seed: int = 1,
    *,
    given: Data | None = None,
    origins: tuple[int, int] | None = None,
    theories: Sequence[str] = (),
    months: int | None = None,
    threads: int | None = None,
    progress: Progress = None,
) -> Hindcast:
    """Run a scenario of the past and score the runs against dated observations.

    scenario: as `run` takes it, with draws of uncertain numbers too; runs are spread evenly over them,
    rounded up to whole runs a draw. data: a CSV file, the name of a shipped one, or a table with the same
    columns (kind, target, when, value; source, provenance, note). given: a like table of what runs are told
    besides, as it comes. origins: the first and the last year at whose ends later ones are foretold, by as
    many runs again, under draws from the priors; from ten years after the start to the last year that is
    learnt from if None. theories: of choice that foretell together, the scenario's if none are named. months:
    until the last observation if None; observations beyond them are left out. The rest as in `run`.

    Raises BadInput for a request that cannot be met or without its packages, ScenarioError for observations
    that are not understood or contradict each other, Refusal if every run failed.

    >>> import sim
    >>> found = sim.hindcast("mongolia-1995", "mongolia-1995-observations", runs=20, months=60)
    >>> list(found.targets.columns[:3])
    ['kind', 'target', 'label']
    """
    # If one is not installed, say so before minutes of runs.
    scoringrules()
    statsmodels()
    setup = setup_of(scenario)
    facts, table = observations_of(data, setup.scenario)
    besides: tuple[Fact, ...] = ()
    told = None
    if given is not None:
        besides, told = observations_of(given, setup.scenario)
    if wrong := contradictions((*facts, *besides), setup.scenario):
        raise ScenarioError(wrong)
    if months is None:
        months = months_needed(setup.scenario, facts)
    runs, seed, _, threads = check_request(runs, seed, months, threads)
    runs, world = setup.whole(runs), lower(setup.scenario, months)
    start = month_number(setup.scenario.case.time.start)
    kept = _within(facts, start, months)
    # What came first, then years to be drawn, which are measured alike but never learnt from.
    shown = (*kept, *_years(kept, start, months))
    check_held(runs, len(shown), "ask for fewer runs")
    instruments = Instruments.of(world, shown)
    rolling = Rolling.of(setup.scenario, (*kept, *besides), shown, origins, theories, runs, months)
    with reporting(progress, runs * months + rolling.run_months) as tell:
        numbers, said = _measured(setup, world, instruments, runs, seed, threads, tell)
        forecasts, stopped = rolling.made(seed, threads, tell)
    usable = ~np.isnan(said).any(axis=0)
    if not usable.any():
        raise Refusal("no run could be used: every one had a number that is not finite")
    # In one piece: the order in which numpy adds up depends on how they lie, and with it the last bit.
    observed = np.ascontiguousarray(instruments.observed(said, seed, numbers)[:, usable])
    if setup.draws is None:
        draw_of = None
    else:
        draw_of = (numbers[usable] % setup.draws).astype(int)
    known, samples = len(kept), tuple(sample_of(fact, setup.scenario) for fact in shown)
    predictive = Predictive.of(observed, shown, rolling.fitted(forecasts))
    trial = Trial(setup.scenario.case, kept, samples[:known], predictive.of_first(known), draw_of)
    fans = _fans(shown[known:], predictive, known)
    left_out = tuple(fact for fact in facts if fact.last >= start + months)
    failed = int((~usable).sum())
    return Hindcast(
        setup, table, told, kept, left_out, trial, fans, forecasts, stopped, seed, runs, failed, months,
        tuple(sys.argv),
    )  # fmt: skip


def _within(facts: tuple[Fact, ...], start: int, months: int) -> tuple[Fact, ...]:
    """The facts that end within the simulated months. Raises BadInput if there are none."""
    if not facts:
        raise BadInput("the table has no observations")
    kept = tuple(fact for fact in facts if fact.last < start + months)
    if not kept:
        raise BadInput(f"no observation ends within the {months} simulated months")
    return kept


def _measured(
    setup: Setup,
    world: World,
    instruments: Instruments,
    runs: int,
    seed: int,
    threads: int | None,
    tell: Callable[[int], Any],
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the runs (runs,) in the order in which they were made, and what they say (facts, runs)."""

    def measure(history: History) -> tuple[np.ndarray, np.ndarray]:
        return history.runs, instruments.measure(history)

    parts = []
    for part in simulate(setup.prepared(world, seed).all(runs), seed, threads, measure, _joined):
        parts.append(part)
        tell(len(part[0]) * world.months)
    return _joined(parts)


def _joined(parts: Iterable[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """What pieces say of facts, side by side."""
    numbers, said = zip(*parts, strict=True)
    return np.concatenate(numbers), np.concatenate(said, axis=1)


def months_needed(scenario: Scenario, facts: tuple[Fact, ...]) -> int:
    """Months from the start of a scenario to the end of the last observation, at least one."""
    start = month_number(scenario.case.time.start)
    return max((fact.last for fact in facts), default=start) - start + 1


def _years(facts: tuple[Fact, ...], start: int, months: int) -> list[Fact]:
    """Every simulated calendar year of every series that is observed, to be drawn; of what came, nothing."""
    names = dict.fromkeys(fact.target for fact in facts if fact.kind == SERIES)
    end = start + months - 1
    years = range(start // 12, end // 12 + 1)
    windows = [(max(12 * year, start), min(12 * year + 11, end)) for year in years]
    return [Fact(SERIES, name, first, last, np.nan) for name in names for first, last in windows]


def _fans(years: tuple[Fact, ...], predictive: Predictive, first: int) -> pd.DataFrame:
    """Quantiles by target and year; `told` rows are what runs predict once told all that is in sample."""
    rows = []
    for place, fact in enumerate(years, start=first):
        window = (fact.target, fact.first, fact.last)
        rows.append((*window, False, *np.quantile(predictive.free[place], LEVELS)))
        if predictive.is_told[place]:
            rows.append((*window, True, *np.quantile(predictive.told[place], LEVELS)))
    return pd.DataFrame(rows, columns=["target", "first", "last", "told", *QUANTILES])
