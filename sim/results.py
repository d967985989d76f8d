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

from sim.analysis.baselines import baselines
from sim.analysis.intervals import wilson
from sim.analysis.tally import Page, Questions, Tally
from sim.draws import MAX_SEED
from sim.ensemble.run import Engine, Trunk, pages
from sim.history import month_label
from sim.labels import BLOC, posture_label, state_label
from sim.outcomes import Outcome
from sim.refusal import BadInput
from sim.scenario.load import Scenario
from sim.scenario.lower import World, lower
from sim.scenario.schema import month_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVEL_COLUMNS = ("q05", "q25", "q50", "q75", "q95")
CONDITIONAL = "conditional on this scenario; not a forecast"
PAGES_PER_GROUP = 16
MONTE_CARLO = "95 % Monte Carlo"
BAND = "5-95 % of runs"


@dataclass
class Ensemble:
    """The results of many runs of one scenario with one seed; run k is the same future whatever the number of runs."""

    scenario: Scenario
    world: World
    seed: int
    tally: Tally
    _rows: pd.DataFrame | Path
    command: tuple[str, ...] = ()
    branch: tuple[int, str] | None = None
    trunk: Scenario | None = None
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
        """Paths that tables and figures show: those that the scenario names, else scalars, quantities and blocs."""
        named = list(self.scenario.case.headlines)
        return named or [name for name in self.paths if "." not in name or f".{BLOC}." in name]

    @property
    def columns(self) -> tuple[Outcome, ...]:
        """The outcome columns with unit and meaning."""
        return self.tally.questions.outcomes

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row per run, indexed by its number; read from the folder if the runs were streamed there."""
        if isinstance(self._rows, Path):
            return pd.read_parquet(self._rows).set_index("run")
        return self._rows

    def events(self) -> pd.DataFrame:
        """Probability that each happening has occurred by the end of each month, with a Wilson 95 % interval."""
        if "events" not in self._frames:
            parts = []
            for happening, counts in zip(self.tally.questions.happenings, self.tally.by_month, strict=True):
                parts.append(self._shares({"event": happening.name, "label": happening.label}, counts, "probability"))
            self._frames["events"] = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
        return self._frames["events"]

    def postures(self) -> pd.DataFrame:
        """Share of runs in each posture by month, with a Wilson 95 % interval."""
        case = self.scenario.case
        parts = [
            self._shares({"posture": name, "label": posture_label(case, name)}, counts, "share")
            for name, counts in zip(self.tally.questions.postures, self.tally.posture_counts, strict=True)
        ]
        return pd.concat(parts, ignore_index=True)

    def _shares(self, names: dict[str, str], counts: np.ndarray, value: str) -> pd.DataFrame:
        runs = self.tally.counted
        low, high = wilson(counts, runs)
        share = counts / runs if runs else np.full(len(counts), np.nan)
        return pd.DataFrame({**names, "date": self.dates, value: share, "low": low, "high": high, "runs": runs})

    def fan(self, name: str) -> pd.DataFrame:
        """Quantiles and mean over runs by month of a path. Raises KeyError."""
        if name not in self.paths:
            near = difflib.get_close_matches(name, self.paths, n=1)
            raise KeyError(f"no path '{name}'" + (f"; did you mean '{near[0]}'?" if near else ""))
        fans = self.tally.fans
        quantiles = dict(zip(LEVEL_COLUMNS, fans.quantiles(name), strict=True))
        index = pd.Index(self.dates, name="date")
        return pd.DataFrame({**quantiles, "mean": fans.mean(name), "sd": fans.spread(name), "runs": fans.runs}, index=index)

    @property
    def fan_runs(self) -> int:
        """Runs whose paths the fans hold: the first ones that did not fail."""
        return self.tally.fans.runs

    def start(self, name: str) -> float:
        """The value of a path at the start, before the first month; not a number where it has none."""
        start, parts = self.world.start, self.world.parts
        kind, _, rest = name.partition(".")
        owner, _, bloc = rest.partition(".")
        if owner == BLOC:
            values = [start[f"{kind}.{member}"] for member in parts.blocs[bloc]]
            return sum(values) if kind == "share" else sum(values) / len(values)
        if name == "largest_vulnerability":
            return max(start[f"vulnerability.{power.name}"] for power in parts.powers)
        return start.get(name, float("nan"))

    def table(self) -> pd.DataFrame:
        """Headline outcomes: probabilities by date beside their baselines, distributions at the end, postures at the end.

        `low` and `high` bound what `interval` says. Probabilities of failed runs are not filled in: failed runs do not count.
        """
        if "table" not in self._frames:
            rows = [*self._probabilities(), *self._distributions(), *self._posture_rows(), *self._event_rows()]
            self._frames["table"] = pd.DataFrame(rows, columns=TABLE_COLUMNS)
        return self._frames["table"]

    def _probabilities(self) -> Iterable[dict[str, Any]]:
        case, events = self.scenario.case, self.events()
        for name, outcome in case.outcomes.items():
            own = events[events["event"] == name].set_index("date")
            dates = [date for date in outcome.by if date in own.index] or [self.dates[-1]]
            for date in dates:
                row = own.loc[date]
                yield {
                    "kind": "outcome", "name": name, "label": outcome.label, "date": date, "value": row["probability"],
                    "low": row["low"], "high": row["high"], "interval": MONTE_CARLO, "runs": int(row["runs"]),
                    **baselines(case, outcome, date),
                }  # fmt: skip

    def _event_rows(self) -> Iterable[dict[str, Any]]:
        last = self.events()
        last = last[last["date"] == self.dates[-1]]
        for row in last[~last["event"].isin(self.scenario.case.outcomes)].itertuples():
            yield {
                "kind": "event", "name": row.event, "label": row.label, "date": row.date, "value": row.probability,
                "low": row.low, "high": row.high, "interval": MONTE_CARLO, "runs": row.runs,
            }  # fmt: skip

    def _posture_rows(self) -> Iterable[dict[str, Any]]:
        last = self.postures()
        for row in last[last["date"] == self.dates[-1]].itertuples():
            if row.posture in self.scenario.case.postures or row.share > 0:
                yield {
                    "kind": "posture", "name": row.posture, "label": row.label, "date": row.date, "value": row.share,
                    "low": row.low, "high": row.high, "interval": MONTE_CARLO, "runs": row.runs,
                }  # fmt: skip

    def _distributions(self) -> Iterable[dict[str, Any]]:
        case = self.scenario.case
        for name in self.headlines:
            last = self.fan(name).iloc[-1]
            yield {
                "kind": "distribution", "name": name, "label": state_label(case, name),
                "date": self.dates[-1], "value": last["q50"], "low": last["q05"], "high": last["q95"], "interval": BAND,
                "runs": int(last["runs"]), "start": self.start(name),
            }  # fmt: skip

    def plot(self, kind: str) -> Figure:
        """One of the figures of `sim.plots.figures`, by name. Raises KeyError."""
        from sim.plots import figures

        drawn = figures(self)
        if kind not in drawn:
            raise KeyError(f"no figure '{kind}'; there are {', '.join(drawn)}")
        return drawn[kind]

    def save(self, folder: str | Path, overwrite: bool = False, figures: bool = True) -> Path:
        """Write everything to a folder, all or nothing. Raises FileExistsError if it holds something and `overwrite` is false."""
        from sim.output import write

        return write(self, Path(folder), overwrite, figures)


TABLE_COLUMNS = [
    "kind", "name", "label", "date", "value", "low", "high", "interval", "runs", "start",
    "climatology", "anniversary_rule", "status_quo",
]  # fmt: skip


def frame(group: list[Page], questions: Questions) -> pd.DataFrame:
    """The outcome rows of some pages, indexed by run."""
    index = pd.Index(np.concatenate([page.runs for page in group]).astype(np.int64), name="run")
    rows = np.concatenate([page.rows for page in group], axis=1)
    table = pd.DataFrame(rows.T, index=index, columns=[outcome.name for outcome in questions.outcomes])
    postures = np.concatenate([page.postures for page in group])
    failed = ~np.concatenate([page.ok for page in group])
    return table.assign(posture=pd.Categorical.from_codes(postures, categories=list(questions.postures)), failed=failed)


def _grouped(found: Iterable[Page]) -> Iterator[list[Page]]:
    """Pages in the groups in which they are written."""
    group: list[Page] = []
    for page in found:
        group.append(page)
        if len(group) == PAGES_PER_GROUP:
            yield group
            group = []
    if group:
        yield group


def run(
    scenario: Scenario,
    runs: int = 20_000,
    seed: int = 1,
    months: int | None = None,
    threads: int | None = None,
    progress: Callable[[int], Any] | None = None,
    out: str | Path | None = None,
    overwrite: bool = False,
    figures: bool = True,
    branch: tuple[int, str] | None = None,
    trunk: Scenario | None = None,
) -> Ensemble:
    """Simulate runs 0 to `runs` - 1 of a scenario. `progress` is told the run-months done since it was last called.

    With `branch` = (run, month), all runs share that run's past, lived under the scenario `trunk` (this one by default), and go
    their own ways from that month, such as `2025-01`; the branch of the same number goes the way of the run itself.

    With `out`, rows are streamed to that folder and memory does not grow with the runs; see `Ensemble.save`.
    Raises ValueError for runs, seed or months out of range, FileExistsError as `save` does.
    """
    check_request(runs, seed, months, threads)
    world = lower(scenario, months)
    questions = Questions.of(world)
    tally = Tally.of(world, questions)
    command = tuple(sys.argv)
    shared = None if branch is None else shared_past(scenario if trunk is None else trunk, world, seed, *branch)

    def rows() -> Iterator[pd.DataFrame]:
        for group in _grouped(each_page()):
            yield frame(group, questions)

    def each_page() -> Iterator[Page]:
        for page in pages(world, runs, seed, threads, questions.ask, trunk=shared):
            tally.add(page)
            if progress is not None:
                progress(len(page.runs) * world.months)
            yield page.without_paths()

    if out is None:
        return Ensemble(scenario, world, seed, tally, frame(list(each_page()), questions), command, branch, trunk)
    from sim.output import stream

    return stream(
        rows(), lambda path: Ensemble(scenario, world, seed, tally, path, command, branch, trunk), Path(out), overwrite, figures
    )


def shared_past(scenario: Scenario, world: World, seed: int, run: int, month: str) -> Trunk:
    """What the branches of a run share. Raises ValueError for a month outside the simulated ones."""
    check_request(1, seed)
    first = month_number(world.scenario.case.time.start)
    try:
        at = month_number(month) - first
    except ValueError:
        raise BadInput(f"the month of a branch is written such as 2025-01, not {month!r}") from None
    if not 0 < at < world.months or run < 0:
        raise BadInput(
            f"a branch leaves a run (0 or more) after {month_label(first)} and by {month_label(first + world.months - 1)}"
        )
    return Engine.of(lower(scenario, world.months)).trunk(seed, run, at)


def check_request(runs: int, seed: int, months: int | None = None, threads: int | None = None) -> None:
    """Raises ValueError for a number of runs, seed, months or threads that cannot be used."""
    for name, value, low, high in (
        ("runs", runs, 1, 2**40), ("seed", seed, 0, MAX_SEED), ("months", months, 1, 1200), ("threads", threads, 1, 1024),
    ):  # fmt: skip
        if value is None and name in ("months", "threads"):
            continue
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise ValueError(f"{name} must be a whole number, not {value!r}")
        if not low <= value <= high:
            raise ValueError(f"{name} must be between {low} and {high}, not {value}")
