"""Running a scenario many times, and what comes of it: an Ensemble of tables, in memory or in a folder."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.engine.beliefs import Beliefs
from sim.engine.engine import PAGE, Engine, Trunk, pages
from sim.engine.history import month_label
from sim.engine.request import check_held, check_request, check_run, check_work
from sim.engine.uncertain import free_numbers
from sim.engine.worlds import Worlds
from sim.outcomes.baselines import baselines
from sim.outcomes.columns import Column
from sim.outcomes.measures import start_of
from sim.outcomes.questions import Page, Questions
from sim.outcomes.tally import Tally
from sim.reading.dates import month_of
from sim.reading.numbers import NotANumber, number, shown, whole
from sim.reading.source import Source
from sim.reading.tables import read_table
from sim.refusal import BadInput
from sim.scenario.labels import posture_label, state_label
from sim.scenario.load import Scenario, as_scenario
from sim.scenario.lower import World, lower
from sim.scenario.names import BLOC
from sim.scenario.schema import month_number
from sim.statistics.intervals import wilson
from sim.statistics.nested import Groups, parameter_interval, parameter_share, share_interval

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVEL_COLUMNS = ("q05", "q25", "q50", "q75", "q95")
CONDITIONAL = "conditional on this scenario; not a forecast"
RUNS_PER_GROUP = 16 * PAGE
MONTE_CARLO = "95 % Monte Carlo"
BOTH = "95 % Monte Carlo over draws and runs"
BAND = "5-95 % of runs"


@dataclass
class Ensemble:
    """The results of many runs of one scenario with one seed; run k is the same future whatever the number of
    runs.

    With beliefs, run k lives under draw k modulo the number of draws of the scenario's uncertain numbers.
    `undrawn` tells, once the results are saved, which figures could not be drawn and why; all else is saved
    then.
    """

    scenario: Scenario
    world: World
    seed: int
    tally: Tally
    _rows: pd.DataFrame | Path
    command: tuple[str, ...] = ()
    branch: tuple[int, str] | None = None
    trunk: Scenario | None = None
    beliefs: Beliefs | None = None
    undrawn: tuple[str, ...] = ()
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def runs(self) -> int:
        return self.tally.runs

    @property
    def months(self) -> int:
        return self.world.months

    @property
    def failed(self) -> int:
        """Runs with a number that is not finite; they count nowhere."""
        return self.tally.failed

    @property
    def dates(self) -> list[str]:
        """The simulated months, such as `2024-06`."""
        first = month_number(self.scenario.case.time.start)
        return [month_label(first + t) for t in range(self.months)]

    @property
    def paths(self) -> tuple[str, ...]:
        """Names that `fan` knows."""
        return self.tally.fans.names

    @property
    def headlines(self) -> list[str]:
        """Paths that tables and figures show: those that the scenario names, else scalars, quantities and
        blocs.
        """
        named = list(self.scenario.case.headlines)
        return named or [name for name in self.paths if "." not in name or f".{BLOC}." in name]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The outcome columns with unit and meaning."""
        return self.tally.questions.columns

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row per run, indexed by its number; read from the folder if the runs were streamed there.

        With beliefs, a column `draw` says which draw it lives under, and rows are in the order of the draws.
        """
        if isinstance(self._rows, Path):
            return pd.read_parquet(self._rows).set_index("run")
        return self._rows

    def draws(self) -> pd.DataFrame:
        """A row for each draw and uncertain entry: draw, entry, source (posterior or prior), kind (times or
        plus), value.
        """
        return pd.DataFrame(columns=DRAW_COLUMNS) if self.beliefs is None else draws_table(self.beliefs)

    def events(self) -> pd.DataFrame:
        """Probability that each happening has occurred by the end of each month, with a Wilson 95 % interval.

        With beliefs the interval is from chance and the sampling of draws; `parameters_low` and
        `parameters_high` bound what 5 to 95 % of draws expect, and `parameters_share` is the share of the
        variance of runs that is due to the draws.
        """
        if "events" not in self._frames:
            parts, drawn = [], self.tally.by_draw
            for place, happening in enumerate(self.tally.questions.happenings):
                names = {"event": happening.name, "label": happening.label}
                groups = None if drawn is None else drawn.happened(place)
                parts.append(self._shares(names, self.tally.by_month[place], "probability", groups))
            self._frames["events"] = (
                pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=EVENT_COLUMNS)
            )
        return self._frames["events"]

    def postures(self) -> pd.DataFrame:
        """Share of runs in each posture by month, with intervals as those of `events`."""
        if "postures" not in self._frames:
            parts, drawn, case = [], self.tally.by_draw, self.scenario.case
            for place, name in enumerate(self.tally.questions.postures):
                names = {"posture": name, "label": posture_label(case, name)}
                groups = None if drawn is None else drawn.in_posture(place)
                parts.append(self._shares(names, self.tally.posture_counts[place], "share", groups))
            self._frames["postures"] = pd.concat(parts, ignore_index=True)
        return self._frames["postures"]

    def _shares(
        self, names: dict[str, str], counts: np.ndarray, value: str, groups: Groups | None
    ) -> pd.DataFrame:
        runs = self.tally.counted
        low, high = wilson(counts, runs) if groups is None else share_interval(groups)
        share = counts / runs if runs else np.full(len(counts), np.nan)
        counted = {"runs": runs, "failed": self.failed}
        beside = {} if groups is None else dict(zip(PARAMETERS, _of_parameters(groups), strict=True))
        return pd.DataFrame(
            {**names, "date": self.dates, value: share, "low": low, "high": high, **counted, **beside}
        )

    def fan(self, name: str) -> pd.DataFrame:
        """Quantiles and mean over runs by month of a path. Raises KeyError."""
        if name not in self.paths:
            near = difflib.get_close_matches(name, self.paths, n=1)
            raise KeyError(f"no path '{name}'" + (f"; did you mean '{near[0]}'?" if near else ""))
        fans = self.tally.fans
        quantiles = dict(zip(LEVEL_COLUMNS, fans.quantiles(name), strict=True))
        index = pd.Index(self.dates, name="date")
        counted = {"runs": fans.runs, "failed": self.failed}
        return pd.DataFrame(
            {**quantiles, "mean": fans.mean(name), "sd": fans.spread(name), **counted}, index=index
        )

    @property
    def fan_runs(self) -> int:
        """Runs whose paths the fans hold: the first ones that did not fail."""
        return self.tally.fans.runs

    def start(self, name: str) -> float:
        """The value of a path at the start, before the first month; not a number where it has none."""
        return start_of(self.world, name)

    def table(self) -> pd.DataFrame:
        """Headline outcomes: probabilities by date beside their baselines, distributions at the end, postures
        at the end.

        `low` and `high` bound what `interval` says. Probabilities of failed runs are not filled in: failed
        runs do not count. With beliefs, `parameters_low` and `parameters_high` bound the expected value (a
        probability, a mean at the end) in 5 to 95 % of draws, chance taken out; `parameters_share` is the
        share of the variance of single runs that is due to the draws.
        """
        if "table" not in self._frames:
            rows = [
                *self._probabilities(),
                *self._distributions(),
                *self._posture_rows(),
                *self._event_rows(),
            ]
            columns = TABLE_COLUMNS if self.beliefs is None else [*TABLE_COLUMNS, *PARAMETERS]
            self._frames["table"] = pd.DataFrame(rows, columns=columns).assign(failed=self.failed)
        return self._frames["table"]

    @property
    def _interval(self) -> str:
        return MONTE_CARLO if self.beliefs is None else BOTH

    def _beside(self, row: Any) -> dict[str, float]:
        """What the draws alone make of a row of `events` or `postures`."""
        return {} if self.beliefs is None else {name: getattr(row, name) for name in PARAMETERS}

    def _probabilities(self) -> Iterable[dict[str, Any]]:
        case, events = self.scenario.case, self.events()
        for name, outcome in case.outcomes.items():
            own = events[events["event"] == name].set_index("date")
            dates = [date for date in outcome.by if date in own.index] or [self.dates[-1]]
            for date in dates:
                row = own.loc[date]
                yield {
                    "kind": "outcome", "name": name, "label": outcome.label, "date": date,
                    "value": row["probability"], "low": row["low"], "high": row["high"],
                    "interval": self._interval, "runs": int(row["runs"]), **baselines(case, outcome, date),
                    **self._beside(row),
                }  # fmt: skip

    def _event_rows(self) -> Iterable[dict[str, Any]]:
        last = self.events()
        last = last[last["date"] == self.dates[-1]]
        for row in last[~last["event"].isin(self.scenario.case.outcomes)].itertuples():
            yield {
                "kind": "event", "name": row.event, "label": row.label, "date": row.date,
                "value": row.probability, "low": row.low, "high": row.high, "interval": self._interval,
                "runs": row.runs, **self._beside(row),
            }  # fmt: skip

    def _posture_rows(self) -> Iterable[dict[str, Any]]:
        last = self.postures()
        for row in last[last["date"] == self.dates[-1]].itertuples():
            if row.posture in self.scenario.case.postures or row.share > 0:
                yield {
                    "kind": "posture", "name": row.posture, "label": row.label, "date": row.date,
                    "value": row.share, "low": row.low, "high": row.high, "interval": self._interval,
                    "runs": row.runs, **self._beside(row),
                }  # fmt: skip

    def _distributions(self) -> Iterable[dict[str, Any]]:
        case = self.scenario.case
        for name in self.headlines:
            last, drawn = self.fan(name).iloc[-1], self.tally.by_draw
            own = (
                {}
                if drawn is None
                else pd.DataFrame(_of_parameters(drawn.end(name)), PARAMETERS)[0].to_dict()
            )
            yield {
                "kind": "distribution", "name": name, "label": state_label(case, name),
                "date": self.dates[-1], "value": last["q50"], "low": last["q05"], "high": last["q95"],
                "interval": BAND, "runs": int(last["runs"]), "start": self.start(name), **own,
            }  # fmt: skip

    def plot(self, kind: str) -> Figure:
        """One of the figures of `sim.studies.run.figures.figures`, by name. Raises KeyError."""
        from sim.studies.run.figures import figures

        drawn = figures(self)
        if kind not in drawn:
            raise KeyError(f"no figure '{kind}'; there are {', '.join(drawn)}")
        return drawn[kind]

    def save(self, folder: str | Path, overwrite: bool = False, figures: bool = True) -> Path:
        """Write everything to a folder, all or nothing.

        Raises FileExistsError (`PlaceError`) if it holds something and `overwrite` is false, or anything but
        results of runs.
        """
        from sim.studies.run.folder import write

        return write(self, Path(folder), overwrite, figures)


TABLE_COLUMNS = [
    "kind", "name", "label", "date", "value", "low", "high", "interval", "runs", "failed", "start",
    "climatology", "anniversary_rule", "status_quo",
]  # fmt: skip


EVENT_COLUMNS = ["event", "label", "date", "probability", "low", "high", "runs", "failed"]
PARAMETERS = ["parameters_low", "parameters_high", "parameters_share"]
DRAW_COLUMNS = ["draw", "entry", "source", "kind", "value"]


def _of_parameters(groups: Groups) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The columns PARAMETERS (quantities,)."""
    low, high = parameter_interval(groups)
    return low, high, parameter_share(groups)


def draws_table(beliefs: Beliefs) -> pd.DataFrame:
    """Every value of beliefs in a row of its own, draw by draw."""
    parts = [
        pd.DataFrame(
            {
                "draw": np.arange(beliefs.draws),
                "entry": entry.name,
                "source": "posterior" if entry.name in beliefs.learnt else "prior",
                "kind": "times" if entry.is_factor else "plus",
                "value": beliefs.values[entry.name],
            }
        )
        for entry in beliefs.free
    ]
    return pd.concat(parts).sort_values("draw", kind="stable", ignore_index=True)[DRAW_COLUMNS]


def draws_read(source: Source) -> dict[str, np.ndarray]:
    """The values (draws,) of each entry in a file that holds a `draws_table`. Raises BadInput."""
    found: dict[str, list[float]] = {}
    for line, row in read_table(source, DRAW_COLUMNS, DRAW_COLUMNS):
        values = found.setdefault(row["entry"], [])
        try:
            draw, value = whole(row["draw"]), float(number(row["value"]))
        except NotANumber as error:
            raise BadInput(f"{source.name}: line {line}: {error}") from None
        if draw != len(values):
            raise BadInput(
                f"{source.name}: line {line}: draw {draw} of {row['entry']} stands where {len(values)} belongs"
            )
        values.append(value)
    if len({len(values) for values in found.values()}) > 1:
        raise BadInput(f"{source.name}: its entries have different numbers of draws")
    return {name: np.array(values) for name, values in found.items()}


def frame(group: list[Page], questions: Questions, draws: int | None = None) -> pd.DataFrame:
    """The outcome rows of some pages, indexed by run; with the draw that each run lives under, if there are
    draws.
    """
    index = pd.Index(np.concatenate([page.runs for page in group]).astype(np.int64), name="run")
    rows = np.concatenate([page.rows for page in group], axis=1)
    table = pd.DataFrame(rows.T, index=index, columns=[column.name for column in questions.columns])
    postures = np.concatenate([page.postures for page in group])
    failed = ~np.concatenate([page.ok for page in group])
    table = table.assign(
        posture=pd.Categorical.from_codes(postures, categories=list(questions.postures)), failed=failed
    )
    return table if draws is None else table.assign(draw=index.to_numpy() % draws)


def _grouped(found: Iterable[Page]) -> Iterator[list[Page]]:
    """Pages in the groups in which they are written."""
    group: list[Page] = []
    for page in found:
        group.append(page)
        if sum(len(each.runs) for each in group) >= RUNS_PER_GROUP:
            yield group
            group = []
    if group:
        yield group


def run(
    scenario: Scenario | str | Path,
    runs: int = 20_000,
    seed: int = 1,
    months: int | None = None,
    threads: int | None = None,
    progress: Callable[[int], Any] | None = None,
    out: str | Path | None = None,
    overwrite: bool = False,
    figures: bool = True,
    branch: tuple[int, str] | None = None,
    trunk: Scenario | str | Path | None = None,
    beliefs: Beliefs | None = None,
) -> Ensemble:
    """Simulate runs 0 to `runs` - 1 of a scenario, or of the file of one.

    `progress` is told the run-months done since it was last called.

    With `branch` = (run, month), all runs share that run's past, lived under the scenario `trunk` (this one
    by default), and go their own ways from that month, such as `2025-01`; the branch of the same number goes
    the way of the run itself.

    With `beliefs` (see `prior_beliefs` and `learnt_beliefs`), the runs live under the draws of the scenario's
    uncertain numbers in turn, as many under each: `runs` is rounded up to a multiple of the draws, and tables
    tell chance from parameters.

    With `out`, rows are streamed to that folder and memory does not grow with the runs; see `Ensemble.save`.
    Raises ValueError for runs, seed or months out of range, FileExistsError as `save` does.
    """
    scenario, trunk = as_scenario(scenario), None if trunk is None else as_scenario(trunk)
    runs, seed, months, threads = check_request(runs, seed, months, threads)
    draws = None if beliefs is None else beliefs.draws
    if beliefs is not None:
        if branch is not None:
            raise BadInput(
                "the runs of a branch share one past and its numbers; branch without draws of uncertain numbers"
            )
        if beliefs.free != free_numbers(scenario):
            raise BadInput(
                f"these beliefs are about another scenario than {scenario.name}; make them from it"
            )
        runs = whole_draws(runs, beliefs.draws)
    world = lower(scenario, months)
    check_work(runs, world.months)
    questions = Questions.of(world)
    tally = Tally.of(world, questions, draws)
    command = tuple(sys.argv)
    shared = (
        None if branch is None else shared_past(scenario if trunk is None else trunk, world, seed, *branch)
    )

    def rows() -> Iterator[pd.DataFrame]:
        for group in _grouped(each_page()):
            yield frame(group, questions, draws)

    def found() -> Iterator[Page]:
        if beliefs is None:
            return pages(world, runs, seed, threads, questions.ask, trunk=shared, join=Page.joined)
        worlds = Worlds(scenario, beliefs.free, world.months)
        each = runs // beliefs.draws
        return worlds.pages(
            beliefs.values, each, seed, lambda _, history: questions.ask(history), threads, PAGE, Page.joined
        )

    def each_page() -> Iterator[Page]:
        for page in found():
            tally.add(page)
            if progress is not None:
                progress(len(page.runs) * world.months)
            yield page.without_paths()

    def ensemble(stored: pd.DataFrame | Path) -> Ensemble:
        return Ensemble(scenario, world, seed, tally, stored, command, branch, trunk, beliefs)

    if out is None:
        check_held(
            runs, len(questions.columns), "give a folder (out), to which rows are streamed, or fewer runs"
        )
        return ensemble(frame(list(each_page()), questions, draws))
    from sim.studies.run.folder import stream

    return stream(rows(), ensemble, Path(out), overwrite, figures)


def whole_draws(runs: int, draws: int) -> int:
    """The runs that are made when as many as these are asked for: as many under each draw. Raises BadInput."""
    if draws < 2:
        raise BadInput("one draw does not tell how uncertain the numbers are; ask for 2 draws or more")
    if runs < 2 * draws:
        raise BadInput(
            f"{runs:,} runs are too few for {draws:,} draws: chance shows from 2 runs under each; "
            f"ask for {2 * draws:,} runs or more, or fewer draws"
        )
    return -(-runs // draws) * draws


def shared_past(scenario: Scenario, world: World, seed: int, run: int, month: str) -> Trunk:
    """What the branches of a run share. Raises ValueError for a month outside the simulated ones."""
    run, seed = check_run(run), check_request(1, seed).seed
    first, at = month_number(world.scenario.case.time.start), month_of(month)
    if at is None:
        raise BadInput(f"the month of a branch is written such as 2025-01, not {shown(str(month))}")
    if not 0 < at - first < world.months:
        last = month_label(first + world.months - 1)
        raise BadInput(f"a branch leaves a run after {month_label(first)} and by {last}, not in {month}")
    return Engine.of(lower(scenario, world.months)).trunk(seed, run, at - first)
