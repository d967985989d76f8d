"""Many states conditioned on their pasts, what they have in common, and what that is worth to each."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.engine.request import check_request
from sim.engine.uncertain import Free, free_numbers
from sim.reading.dates import YEAR
from sim.reading.numbers import shown
from sim.refusal import BadInput, Refusal, did_you_mean
from sim.statistics.scores import scoringrules
from sim.studies.panel import roles as roles_shipped
from sim.studies.panel import tables as tables_shipped
from sim.studies.panel.borrowed import Borrowed, borrowed
from sim.studies.panel.evidence import Evidence, evidence_of, evidence_together
from sim.studies.panel.lived import At, How, Lived, Shelf, each_lived, run_months
from sim.studies.panel.population import Population, pooled
from sim.studies.panel.scenarios import Scenarios, scenarios_of
from sim.studies.panel.scores import WAYS, rows_of, table_of
from sim.studies.panel.summed import skill_of
from sim.writing.notebook import card
from sim.writing.progress import Progress, reporting
from sim.writing.text import CAVEAT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEWEST_STATES = 3
"""States of which something in common can be said."""


@dataclass(frozen=True)
class Panel:
    """States of a panel, what each was taught by its past, and what they teach each other.

    lived: by code; populations: by origin, of sets of states: each state left out in turn, in the order of
    `codes`, and at last all together; ways: weights of each state's particles at each origin.
    """

    scenarios: Scenarios
    how: How
    lived: Mapping[str, Lived]
    entries: tuple[Free, ...]
    populations: Mapping[int, Population]
    weights: Mapping[tuple[str, int], Mapping[str, Borrowed]]
    command: tuple[str, ...] = ()

    def __repr__(self) -> str:
        origins = f"{min(self.populations)}-{max(self.populations)}"
        return f"<Panel {len(self.lived)} states, origins {origins}, {self.how.particles:,} particles each>"

    def _repr_html_(self) -> str:
        """The skills in a notebook."""
        return card(repr(self)[1:-1], self.skill, CAVEAT)

    @property
    def codes(self) -> tuple[str, ...]:
        """The states, in order."""
        return tuple(self.lived)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """A row a state, origin and fact: what was foretold in each of three ways, what came, baselines."""
        rows: list[dict[str, Any]] = []
        for code, lived in self.lived.items():
            for at in lived.origins:
                ways = {way: each.weights for way, each in self.weights[code, at.year].items()}
                rows += rows_of(lived, self.scenarios.states[code], at, ways)
        return table_of(rows)

    @cached_property
    def skill(self) -> pd.DataFrame:
        """Skill and coverage of each way by series, state and horizon, and of all together."""
        return skill_of(self.scores, self.scenarios.roles)

    @cached_property
    def numbers(self) -> pd.DataFrame:
        """A row an origin and uncertain entry: what states have in common, and how far they differ."""
        from sim.studies.panel.learnt import numbers_of

        return numbers_of(self)

    @cached_property
    def particles(self) -> pd.DataFrame:
        """A row a state and origin: how many particles count in each way, and what part of what others teach
        they carry."""
        from sim.studies.panel.learnt import particles_of

        return particles_of(self)

    @cached_property
    def trust(self) -> pd.DataFrame:
        """A row a state and series at its last origin: how likely it is to follow the model's changes."""
        from sim.studies.panel.learnt import trust_of

        return trust_of(self)

    def plot(self, name: str) -> Figure:
        """One of the figures, by name: skill or numbers. Raises KeyError."""
        from sim.studies.panel.figures import figures

        drawn = figures(self)
        if name not in drawn:
            raise KeyError(f"no figure '{name}'; there are {', '.join(drawn)}")
        return drawn[name]

    def save(self, folder: str | Path, overwrite: bool = False, figures: bool = True) -> tuple[str, ...]:
        """Write tables, scenarios, figures and a manifest to a folder, all or nothing.

        A line for each figure that could not be drawn. Raises FileExistsError (`PlaceError`).
        """
        from sim.studies.panel.folder import write

        return write(self, Path(folder), overwrite, figures)


def chosen(data: str | Path | None, roles: str | Path | None, states: Sequence[str] | None) -> Scenarios:
    """The scenarios of a folder of tables, the shipped ones if None, of all states or some by code.

    Raises BadInput, TableError.
    """
    only = tuple(states or ())
    folder = tables_shipped.SHIPPED if data is None else Path(data)
    file = roles_shipped.SHIPPED if roles is None else Path(roles)
    found = scenarios_of(folder, file, only)
    codes = {state.code for state in found.tables.buffers}
    for code in only:
        if code not in codes:
            raise BadInput(f"no buffer state {code!r} in {folder}{did_you_mean(code, codes)}", about="state")
    if not found.states:
        raise BadInput("; ".join(found.left_out) or f"{folder}: no state has the role of a buffer")
    return found


def panel(
    data: str | Path | None = None,
    states: Sequence[str] | None = None,
    runs: int = 2_000,
    seed: int = 1,
    *,
    roles: str | Path | None = None,
    origins: tuple[int, int] | None = None,
    threads: int | None = None,
    progress: Progress = None,
    results: str | Path | None = None,
) -> Panel:
    """Learn what states have in common, and what that is worth to each of them when it is left out.

    data: a folder of tables; states: codes of those that take part, all by default; runs: particles a state;
    origins: the first and last year at whose ends is asked. results: a folder beside which each state is kept
    as soon as it is done, so that work that was killed goes on. The rest as in `run`.

    Raises BadInput for a request or tables that cannot be used, Refusal if too few states are left.

    >>> import sim
    >>> found = sim.panel(states=["MNG", "NPL", "KHM"], runs=300, origins=(2008, 2008))
    >>> sorted(found.scores["horizon"].unique().tolist())
    [1, 2, 3]
    """
    scoringrules()  # if it is not installed, say so before minutes of runs
    scenarios = chosen(data, roles, states)
    runs, seed, _, threads = check_request(runs, seed, None, threads)
    how = How(runs, seed, years_of(scenarios, origins), threads)
    if len(scenarios.states) < FEWEST_STATES:
        told = f"{len(scenarios.states)} states have little in common"
        raise BadInput(f"{told}; ask for {FEWEST_STATES} or more")
    shelf = Shelf(None)
    if results is not None:
        shelf = Shelf.beside(Path(results), identity(scenarios, how))
    total = sum(run_months(built, how) for built in scenarios.states.values())
    with reporting(progress, total) as tell:
        lived = {each.code: each for each in each_lived(scenarios.states, how, shelf, tell)}
    usable = {code: each for code, each in lived.items() if each.origins}
    if len(usable) < FEWEST_STATES:
        raise Refusal("; ".join(f"{code}: {each.broke}" for code, each in lived.items() if each.broke))
    entries = free_numbers(next(iter(scenarios.states.values())).scenario)
    populations = {year: population_at(usable, year, seed) for year in how.origins}
    known = {year: each for year, each in populations.items() if each is not None}
    weights = {
        (code, at.year): ways_of(at, known[at.year], place)
        for place, (code, each) in enumerate(usable.items())
        for at in each.origins
    }
    return Panel(scenarios, how, usable, entries, known, weights, tuple(sys.argv))


def identity(scenarios: Scenarios, how: How) -> dict[str, object]:
    """What decides the particles of a state."""
    own = {code: [built.source.sha256, built.observations.sha256] for code, built in scenarios.states.items()}
    return {"states": own, "particles": how.particles, "seed": how.seed, "origins": how.origins}


def years_of(scenarios: Scenarios, origins: tuple[int, int] | None) -> tuple[int, ...]:
    """The years at whose ends is asked. Raises BadInput."""
    if origins is None:
        return scenarios.origins
    first, last = origins
    if not first <= last < scenarios.last:
        told = f"origins are two years, the second before {scenarios.last}, the last of the tables"
        raise BadInput(f"{told}, not {first} and {last}", about="origins")
    return tuple(range(first, last + 1))


def span_of(text: str | None) -> tuple[int, int] | None:
    """First and last year of `2005-2018`. Raises BadInput.

    >>> span_of("2005-2018")
    (2005, 2018)
    """
    if text is None:
        return None
    first, _, last = text.partition("-")
    if not YEAR.fullmatch(first) or not YEAR.fullmatch(last):
        raise BadInput(f"origins are two years, such as 2005-2018, not {shown(text)}", about="origins")
    return int(first), int(last)


def population_at(lived: Mapping[str, Lived], year: int, seed: int) -> Population | None:
    """What states have in common by the end of a year: each left out in turn, and all together."""
    found = [at_year(each, year) for each in lived.values()]
    if not any(found):
        return None
    known = evidence_together([_evidence(at, found) for at in found])
    count = len(found)
    sets = np.vstack([~np.eye(count, dtype=bool), np.ones((1, count), dtype=bool)])
    sets &= np.array([at is not None for at in found])
    return pooled(Evidence(known.precision, known.shift), sets, seed, f"panel/{year}")


def _evidence(at: At | None, others: Sequence[At | None]) -> tuple[np.ndarray, np.ndarray]:
    """What a state knows; nothing where it is not there."""
    if at is not None:
        return evidence_of(at.z, at.weights, at.ancestors)
    size = next(len(each.z) for each in others if each is not None)
    return np.zeros((size, size)), np.zeros(size)


def at_year(lived: Lived, year: int) -> At | None:
    """A state at an origin, if it has got there."""
    return next((at for at in lived.origins if at.year == year), None)


def ways_of(at: At, population: Population, place: int) -> dict[str, Borrowed]:
    """The particles of a state, weighted by each of WAYS; place: of the state among the sets."""
    alone, others, everyone = WAYS
    found = {alone: Borrowed(at.weights, 1.0)}
    for way, each in ((others, place), (everyone, -1)):
        mean, covariance = population.mean[each], population.new_covariance[each]
        found[way] = borrowed(at.z, at.log_weights, mean, covariance)
    return found
