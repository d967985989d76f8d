"""The results of many runs of one scenario with one seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sim.engine.beliefs import Beliefs, beliefs_in
from sim.engine.setups import Branch, Setup
from sim.outcomes.columns import Column
from sim.outcomes.tally import Tally
from sim.refusal import one_line
from sim.scenario.load import Scenario
from sim.scenario.lower import World
from sim.studies.run.draws import DRAW_COLUMNS, draws_table
from sim.studies.run.drivers import DRIVER_COLUMNS, Drivers
from sim.studies.run.given import Condition, condition_of, given
from sim.studies.run.kept import Kept, path_of
from sim.studies.run.rows import Rows
from sim.studies.run.tables import Tables
from sim.writing.notebook import card
from sim.writing.text import CAVEAT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = ("label", "date", "value", "low", "high", "parameters_low", "parameters_high", "parameters_share")
"""Columns of the table that a notebook shows; those of parameters are there under draws only."""


@dataclass
class Ensemble:
    """The results of many runs; run k is the same future whatever the number of runs.

    Under draws of uncertain numbers, run k lives under draw k modulo their number. `condition`, if any, is
    what paths are told apart by in the folder that is saved. `undrawn` tells, once the results are saved,
    which figures could not be drawn and why; all else is saved then.

    >>> import sim
    >>> ensemble = sim.run("mongolia-2024", runs=8, months=6)
    >>> list(ensemble.table().columns[:6])
    ['kind', 'name', 'label', 'date', 'value', 'low']
    >>> ensemble.fan("autonomy").shape
    (6, 9)
    """

    setup: Setup
    world: World
    seed: int
    tally: Tally
    rows: Rows
    kept: Kept
    command: tuple[str, ...] = ()
    condition: Condition | None = None
    undrawn: tuple[str, ...] = ()

    def __repr__(self) -> str:
        first, last = self.dates[0], self.dates[-1]
        under = past = failed = ""
        if self.beliefs is not None:
            under = f" under {self.beliefs.draws:,} draws"
        if self.branch is not None:
            past = f", all of them run {self.branch[0]} until {self.branch[1]}"
        if self.failed:
            failed = f", {self.failed:,} failed"
        size = f"{self.runs:,} runs{under}, {first} to {last}, seed {self.seed}{past}{failed}"
        return f"<Ensemble {one_line(f'{self.scenario.name}: {size}')}>"

    def _repr_html_(self) -> str:
        """What came of it in a notebook: the headline outcomes with both intervals, where there are two."""
        rows = self.table()
        told = [name for name in SHOWN if name in rows.columns]
        return card(repr(self)[1:-1], rows.loc[rows["kind"] != "event", told], CAVEAT)

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.setup.scenario

    @property
    def branch(self) -> tuple[int, str] | None:
        """The run whose past all runs share, and the month until which they do, if they are branches."""
        if isinstance(self.setup, Branch):
            return (self.setup.run, self.setup.month)
        return None

    @property
    def beliefs(self) -> Beliefs | None:
        """The draws of the uncertain numbers under which runs live, if there are any."""
        return beliefs_in(self.setup)

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

    @cached_property
    def _tables(self) -> Tables:
        return Tables(self.world, self.tally)

    @property
    def dates(self) -> list[str]:
        """The simulated months, such as `2024-06`."""
        return self._tables.dates

    @property
    def paths(self) -> tuple[str, ...]:
        """Names that `fan` knows."""
        return self._tables.paths

    @property
    def headlines(self) -> list[str]:
        """Paths that tables and figures show: those that the scenario names, else scalars and blocs."""
        return self._tables.headlines

    @property
    def columns(self) -> tuple[Column, ...]:
        """The outcome columns with unit and meaning."""
        return self.tally.questions.columns

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row per run, indexed by its number; read from the folder if the runs were streamed there.

        Under draws, a column `draw` says which one it lives under, and rows are in the order of the draws.
        """
        return self.rows.read()

    def draws(self) -> pd.DataFrame:
        """A row for each draw and uncertain entry: draw, entry, source (posterior or prior), kind, value."""
        if self.beliefs is None:
            return pd.DataFrame(columns=DRAW_COLUMNS)
        return draws_table(self.beliefs)

    def events(self) -> pd.DataFrame:
        """Probability that each happening has occurred by the end of each month, with a Wilson 95 % interval.

        Under draws the interval is from chance and the sampling of draws; `parameters_low` and
        `parameters_high` bound what 5 to 95 % of draws expect, and `parameters_share` is the share of the
        variance of runs that is due to the draws.
        """
        return self._tables.events

    def postures(self) -> pd.DataFrame:
        """Share of runs in each posture by month, with intervals as those of `events`."""
        return self._tables.postures

    def fan(self, name: str) -> pd.DataFrame:
        """Quantiles and mean over runs by month of a path. Raises KeyError."""
        return self._tables.fan(name)

    def given(self, outcome: str, by: str | None = None, paths: Sequence[str] | None = None) -> pd.DataFrame:
        """Paths among runs in which something had happened by a month, and among those in which it had not.

        outcome: an outcome or event, by name or label; by: such as `2024-09`, the last month if None; paths:
        as `fan` knows them, the headlines if None. A row for each path, month and group (`with`, `without`):
        mean and quantiles over the first runs, whose paths the fans hold.

        This is association, not effect: whatever makes the outcome likelier differs between the groups too,
        under draws the uncertain numbers among it. The effect is the difference between the same futures with
        and without it: `sim.compare(scenario, scenario.intervene({"interventions.forbidden": [EVENT]}))`.
        Raises BadInput, and KeyError for a path that there is not.

        >>> import sim
        >>> table = sim.run("mongolia-2024", runs=40, months=6).given("russian_visit", paths=["autonomy"])
        >>> table[table["date"] == "2024-11"]["group"].tolist()
        ['with', 'without']
        """
        condition = condition_of(self.scenario, outcome, by, self.months)
        if paths is None:
            paths = self.headlines
        return given(self, condition, [self._tables.recorded(name) for name in paths])

    def path(self, name: str) -> pd.DataFrame:
        """A path of every run, month by month: rows are dates, columns runs. Raises KeyError.

        The scenario names the paths that are kept run by run, in `keep_paths`; drivers are `driver.NAME`.

        >>> import sim
        >>> scenario = sim.load("mongolia-2024").override({"keep_paths": ["autonomy"]})
        >>> sim.run(scenario, runs=8, months=6).path("autonomy").shape
        (6, 8)
        """
        return path_of(self.kept, name, self.dates)

    @property
    def fan_runs(self) -> int:
        """Runs whose paths the fans hold: the first ones that did not fail."""
        return self.tally.fans.runs

    def start(self, name: str) -> float:
        """The value of a path at the start, before the first month; not a number where it has none."""
        return self._tables.start(name)

    def table(self) -> pd.DataFrame:
        """Headline outcomes by date beside their baselines, distributions and postures at the end.

        `low` and `high` bound what `interval` says. Failed runs do not count. Under draws, `parameters_low`
        and `parameters_high` bound the expected value (a probability, a mean at the end) in 5 to 95 % of
        draws, chance taken out; `parameters_share` is the share of the variance of single runs that is due to
        the draws.
        """
        return self._tables.table

    def drivers(self, outcome: str | None = None, by: str | None = None) -> pd.DataFrame:
        """What drives an outcome over the draws: of the variance between them, chance taken out, the share
        that each uncertain entry explains by itself, with a 95 % interval; a row with an empty `driver` has
        what is left, because entries act together or not in a straight line.

        outcome: an outcome, an event or a headline path by name or label, or all outcomes and paths; by: a
        month such as `2024-09`, or those of the table. direction: 1 where more of the entry means more of the
        outcome, -1 where less; told: whether its share can be told from none. Without rows where there are no
        draws, or where they do not differ beyond chance. Raises BadInput.

        >>> import sim
        >>> ensemble = sim.run(sim.own_beliefs("mongolia-2024", draws=40), runs=400, months=6)
        >>> ensemble.drivers("russian_visit")["driver"].iloc[0]
        'pull'
        """
        if self.beliefs is None or self.tally.by_draw is None:
            return pd.DataFrame(columns=DRIVER_COLUMNS)
        return Drivers(self._tables, self.beliefs, self.tally.by_draw).table(outcome, by)

    def plot(self, kind: str) -> Figure:
        """One of the figures of `sim.studies.run.figures.FIGURES`, by name. Raises KeyError."""
        # Here and not above: who draws nothing does not wait for matplotlib to load.
        from sim.studies.run.figures import FIGURES

        if kind not in FIGURES:
            raise KeyError(f"no figure '{kind}'; there are {', '.join(FIGURES)}")
        return FIGURES[kind](self)

    def save(self, folder: str | Path, overwrite: bool = False, figures: bool = True) -> Path:
        """Write everything to a folder, all or nothing.

        Raises FileExistsError (`PlaceError`) if it holds something and `overwrite` is false, or anything but
        results of runs.
        """
        from sim.studies.run.folder import write

        return write(self, Path(folder), overwrite, figures)
