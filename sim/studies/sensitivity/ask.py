"""What an outcome hangs on: screening of all numbers in doubt, shares of the doubt, and both ends of each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.engine.doubts import RANGES, doubts
from sim.engine.request import check_request
from sim.outcomes.target import Target, target_of
from sim.reading.numbers import whole_of
from sim.refusal import BadInput
from sim.scenario.load import Scenario, as_scenario
from sim.studies.response import Response
from sim.studies.sensitivity.found import Sensitivity
from sim.studies.sensitivity.indices import check_samples, decompose
from sim.studies.sensitivity.screening import part_of, screen
from sim.studies.sensitivity.tornado import tornado
from sim.writing.progress import Progress, reporting

TORNADO_RUNS = 2_048
"""Runs at each end of a range."""

MOST_SEED = 2**32 - 1
"""The largest seed that SALib takes."""


@dataclass(frozen=True)
class Asked:
    """A sensitivity analysis that was asked for and can be made."""

    scenario: Scenario
    response: Response[Target]
    prior: str
    numbers: int
    trajectories: int
    samples: int
    seed: int

    @classmethod
    def of(
        cls, scenario: Scenario | str | Path, of: str | None, by: str | Sequence[str] | None,
        vary: Sequence[str], prior: str, numbers: int, trajectories: int, samples: int, runs: int, seed: int,
        threads: int | None,
    ) -> Asked:  # fmt: skip
        """Check a request. Raises ScenarioError, BadInput."""
        scenario = as_scenario(scenario)
        target = target_of(scenario, of, by)
        runs, seed, _, threads = check_request(runs, seed, None, threads)
        if runs < 2:
            raise BadInput("one run at a point does not tell chance from the numbers; ask for 2 runs or more")
        whole_of("seed", seed, 0, MOST_SEED)
        numbers = whole_of("numbers", numbers, 1, 1000)
        trajectories = whole_of("trajectories", trajectories, 2, 1000)
        samples = whole_of("samples", samples, 2, 2**20)
        check_samples(samples)
        response = Response(scenario, doubts(scenario, vary, prior), target, runs, seed, threads)
        return cls(scenario, response, prior, numbers, trajectories, samples, seed)

    @property
    def target(self) -> Target:
        return self.response.target

    @property
    def parts(self) -> list[str]:
        """The part of the file that each entry belongs to."""
        return [part_of(entry) for entry in self.response.entries]

    @property
    def run_months(self) -> int:
        """Months of all runs together."""
        entries, parts = len(self.response.entries), len(set(self.parts))
        kept = min(self.numbers, entries)
        has_rest = int(kept < entries)
        screened = self.trajectories * (entries + 1 + parts + 1)
        decomposed = self.samples * (kept + has_rest + 2)
        at_ends = (2 * kept + 1) * TORNADO_RUNS
        return ((screened + decomposed) * self.response.runs + at_ends) * self.target.months

    def done(self, tell: Callable[[int], Any]) -> Sensitivity:
        """Run it all. Raises ScenarioError, BadInput."""
        response, target = self.response, self.target
        screened, lost = screen(response, self.trajectories, self.seed, None, tell)
        by_part, lost_too = screen(response, self.trajectories, self.seed, self.parts, tell)
        most = screened.groupby("name", sort=False)["mu_star"].max()
        chosen = list(most.sort_values(ascending=False, kind="stable").index[: self.numbers])
        found = decompose(response, chosen, self.samples, self.seed, tell)
        ends = tornado(response, chosen, TORNADO_RUNS, tell)
        return Sensitivity(
            self.scenario, target, response.entries, self.prior, screened, by_part, found.table, ends,
            found.together, found.worlds, found.chance, lost + lost_too + found.left_out, response.runs,
            TORNADO_RUNS, self.trajectories, self.samples, self.seed, tuple(sys.argv),
        )  # fmt: skip


def sensitivity(
    scenario: Scenario | str | Path,
    of: str | None = None,
    by: str | Sequence[str] | None = None,
    *,
    vary: Sequence[str] = ("*",),
    prior: str = RANGES,
    numbers: int = 20,
    trajectories: int = 10,
    samples: int = 1_024,
    runs: int = 64,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress = None,
) -> Sensitivity:
    """What an outcome hangs on, over the plausible ranges of a scenario's numbers.

    of: an outcome, event or path, by its name or label; the first outcome if None. by: a month or months such
    as `2024-12`; those of the outcome if None. vary: patterns, paths or names of the numbers that are in
    doubt, all with a range by default. prior: `ranges`, each value as plausible as any other, or `file`, the
    entries of [uncertain]. numbers: of how many the indices are worked out, those that screening finds to
    move most; all others make one group. trajectories: of the screening; samples: base points of the indices,
    a power of two. runs: at each point, the same ones with the same luck everywhere.

    Raises ScenarioError, BadInput for what cannot be asked, and where a run has a number that is not finite.

    >>> import sim
    >>> found = sim.sensitivity("armenia-2024", "eu_deal", "2024-12", vary=["actors.*.valuations.*"],
    ...                         numbers=3, trajectories=4, samples=32, runs=16)
    >>> found.table()["measure"].unique().tolist()
    ['mu', 'mu_star', 'sigma', 'first', 'total', 'at_low', 'at_high']
    """
    asked = Asked.of(scenario, of, by, vary, prior, numbers, trajectories, samples, runs, seed, threads)
    with reporting(progress, asked.run_months) as tell:
        return asked.done(tell)
