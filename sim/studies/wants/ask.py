"""Learning what actors want from what they did: dated offers, answers and refusals."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.assimilation.contradictions import contradictions
from sim.assimilation.facts import Fact
from sim.assimilation.observations import Data, observations_of
from sim.engine.request import check_request
from sim.engine.setups import Setup, setup_of
from sim.reading.numbers import whole_of
from sim.reading.source import Source
from sim.refusal import BadInput, Refusal
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import lower
from sim.scenario.schema import month_number
from sim.studies.wants.deeds import Deed, Known, known
from sim.studies.wants.entries import SD, Entries, entries_of
from sim.studies.wants.found import Wants
from sim.studies.wants.likelihood import Likelihood
from sim.studies.wants.past import Past
from sim.studies.wants.posterior import posterior
from sim.studies.wants.recovered import Recovered, recover
from sim.studies.wants.stakes import Stakes
from sim.writing.progress import Progress, reporting

THEORY = "qre"
"""The theory of choice under which odds follow from worths as this study takes them to."""

MOST_LIVED, MOST_DRAWS, MOST_TESTS = 10_000, 10**6, 10**5


@dataclass(frozen=True)
class Asked:
    """What deeds say of wants, asked for in a way that can be answered."""

    past: Past
    facts: tuple[Fact, ...]
    table: Source
    known: Known
    runs: int
    draws: int
    tests: int
    seed: int
    threads: int | None

    @classmethod
    def of(
        cls, scenario: Setup | Scenario | str | Path, deeds: Data, runs: int, draws: int, tests: int,
        seed: int, threads: int | None, sd: float,
    ) -> Asked:  # fmt: skip
        """Check a request. Raises ScenarioError, BadInput."""
        setup = setup_of(scenario)
        case = setup.scenario.case
        if case.decision.theory != THEORY:
            told = f"wants are learnt under decision.theory = {THEORY}, not {case.decision.theory}"
            raise BadInput(f"{setup.scenario.name}: {told}; change it for this study")
        facts, table = observations_of(deeds, setup.scenario)
        if wrong := contradictions(facts, setup.scenario):
            raise ScenarioError(wrong)
        runs, seed, _, threads = check_request(runs, seed, None, threads)
        runs = setup.whole(whole_of("runs", runs, 1, MOST_LIVED))
        draws, tests = whole_of("draws", draws, 100, MOST_DRAWS), whole_of("tests", tests, 0, MOST_TESTS)
        world = lower(setup.scenario, _months(setup.scenario, facts))
        found = known(facts, world)
        if not found.deeds:
            reasons = "; ".join(f"{target} {reason}" for target, reason in found.left_out.items())
            raise BadInput(f"{table.name}: no deed tells of anybody's wants ({reasons or 'no events'})")
        past = Past(setup, world.months, entries_of(world, found.rows, sd), found.rows)
        return cls(past, facts, table, found, runs, draws, tests, seed, threads)

    @property
    def work(self) -> int:
        """Run-months of the past, which are told one by one, and of data sets with known truth."""
        return (self.runs + self.tests) * self.past.months

    def done(self, tell: Callable[[int], Any] = lambda done: None) -> Wants:
        """Live through what is known, and learn. Raises Refusal if no run can be used."""
        past = self.past.others
        noted = past.noted(
            past.knowing(self.facts, self.known.deeds), (), self.runs, self.seed, self.threads, tell
        )
        stakes, failed = noted.stakes, self.runs - len(noted.runs)
        if not len(noted.runs):
            raise Refusal("no run could be used: every one had a number that is not finite")
        asked, left_out = possible(self.known, stakes)
        if not asked:
            raise BadInput(f"{self.table.name}: by the rules none of these deeds can come in these months")
        rows = tuple(dict.fromkeys(row for deed in asked for row in deed.rows))
        entries = self.past.entries.of(self.past.world, rows)
        likelihood = Likelihood(asked, entries.all, {row: stakes[row] for row in rows})
        rng = np.random.default_rng([self.seed, 0])
        learnt = posterior(likelihood, likelihood.rough, len(entries.all), self.draws, rng)
        checked = self._checked(entries, asked, rows, tell)
        counted = likelihood.spread(learnt.scores)
        return Wants(
            self.past.setup, self.table, asked, left_out, entries, learnt, checked, counted, self.seed,
            self.runs, failed, self.past.months, tuple(sys.argv),
        )  # fmt: skip

    def _checked(
        self, entries: Entries, deeds: tuple[Deed, ...], rows: tuple[str, ...], tell: Callable[[int], Any]
    ) -> Recovered | None:
        if not self.tests:
            return None
        past = replace(self.past, entries=entries, rows=rows)
        return recover(past, deeds, self.tests, self.seed, self.threads, tell)


def _months(scenario: Scenario, facts: tuple[Fact, ...]) -> int:
    """Months from the start of a scenario to the end of the last fact, at least one."""
    start = month_number(scenario.case.time.start)
    return max((fact.last for fact in facts), default=start) - start + 1


def possible(known: Known, stakes: Mapping[str, Stakes]) -> tuple[tuple[Deed, ...], dict[str, str]]:
    """The deeds that may come in the months that are known of, and why the others are left out."""
    kept, left_out = list[Deed](), dict(known.left_out)
    for deed in known.deeds:
        months = Likelihood((deed,), (), dict(stakes)).months[deed.target]
        came = [window for window in deed.came if set(window) & set(months)]
        if len(came) < len(deed.came):
            left_out[deed.target] = "came while the rules have it wait, or let it come not at all"
        elif not months:
            left_out[deed.target] = "cannot come by the rules in any month in which something is known of it"
        else:
            kept.append(deed)
    return tuple(kept), left_out


def wants(
    scenario: Setup | Scenario | str | Path,
    deeds: Data,
    *,
    runs: int = 32,
    draws: int = 4_000,
    tests: int = 0,
    seed: int = 1,
    threads: int | None = None,
    sd: float = SD,
    progress: Progress = None,
) -> Wants:
    """What actors want, by what they did: scales of their valuations, learnt from dated deeds.

    scenario: as `run` takes it, with draws of uncertain numbers too; what is learnt here is not drawn. deeds:
    a CSV file, the name of a shipped one, or a table with the columns of observations; rows of series count
    nowhere. runs: that live through what is known; draws: of the posterior; tests: data sets with known truth
    on which the inference is checked. sd: of the log of a scale before any deed, log 2 by default.

    Raises BadInput for what cannot be asked, ScenarioError for deeds that are not understood or contradict
    each other, Refusal if every run failed.

    >>> import sim
    >>> found = sim.wants("mongolia-1995", "mongolia-1995-deeds", runs=4, draws=200)
    >>> bool(found.table().set_index("name").loc["Russia.status", "contraction"] > 0.5)
    True
    """
    asked = Asked.of(scenario, deeds, runs, draws, tests, seed, threads, sd)
    with reporting(progress, asked.work) as tell:
        return asked.done(tell)
