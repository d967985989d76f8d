"""A whole calibration: what can be learnt, whether the inference is right, and what the observations say."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.assimilation.contradictions import contradictions
from sim.assimilation.facts import Fact, in_order
from sim.assimilation.observations import Data, observations_of
from sim.engine.beliefs import Beliefs
from sim.engine.request import check_request
from sim.engine.uncertain import Free, free_numbers
from sim.reading.numbers import whole_of
from sim.reading.source import Source
from sim.refusal import BadInput, one_line
from sim.scenario.load import Scenario, ScenarioError, as_scenario
from sim.studies.calibrate import checks, yardstick
from sim.studies.calibrate.checks import Checked
from sim.studies.calibrate.errors import erring
from sim.studies.calibrate.inference import Learner, one_thread, regressor
from sim.studies.calibrate.reference import EACH, Reference, fitted_facts, simulate
from sim.studies.calibrate.ridges import Ridge, ridges
from sim.studies.calibrate.tables import Errors, entries
from sim.studies.hindcast.ask import months_needed
from sim.writing.notebook import card
from sim.writing.progress import Progress, reporting

LEARNT = 0.1
"""Contraction below which the observations are said to leave an entry its prior."""

LOST = 0.1
"""Contraction that may be missing to a linear regression before information is said to be lost."""

SURE = 0.01
"""Probability of a false alarm of the check over all entries together (Bonferroni)."""

MOST = 10**7
"""Simulations, tests and draws that may be asked for."""


@dataclass(frozen=True)
class Calibration:
    """What came of a calibration.

    data: the observations as they were given; facts: those of them that were learnt from. scores: posterior
    draws (draws, free) as standard normals of the prior; errors: what was learnt of the errors of series
    beside; checked, simulated: on synthetic data with known truth, and how many of them were learnt from;
    outside: fitted facts that no synthetic data set reaches; strange: share of held-out data sets at least as
    far from their neighbours as the observed one; linear: what a linear regression tells of each entry
    (free,), see `yardstick`.
    """

    scenario: Scenario
    data: Source
    facts: tuple[Fact, ...]
    free: tuple[Free, ...]
    scores: np.ndarray
    errors: Errors
    checked: Checked
    simulated: int
    outside: tuple[Fact, ...]
    strange: float
    linear: np.ndarray
    seed: int
    months: int
    failed: int
    command: tuple[str, ...] = ()

    def __repr__(self) -> str:
        size = (
            f"{len(self.free)} uncertain entries, {len(self.facts)} observations, {len(self.scores):,} draws"
        )
        return f"<Calibration {one_line(f'{self.scenario.name}: {size}, seed {self.seed}')}>"

    def _repr_html_(self) -> str:
        """Prior and posterior of every entry in a notebook."""
        ends = [f"{of}_{end}" for of in ("prior", "posterior") for end in ("low", "median", "high")]
        shown = self.table()[["label", "kind", *ends, "contraction", "recovery"]]
        return card(repr(self)[1:-1], shown, "; ".join(self.faults))

    @property
    def beliefs(self) -> Beliefs:
        """The scenario under the posterior: pass it to `run` or `hindcast`."""
        values = {entry.name: entry.value(self.scores[:, place]) for place, entry in enumerate(self.free)}
        return Beliefs(self.scenario, self.free, values, tuple(values))

    def table(self) -> pd.DataFrame:
        """A row for each uncertain entry: see `entries`."""
        return entries(self.free, self.scores, self.checked, self.linear)

    @property
    def ridges(self) -> tuple[Ridge, ...]:
        """Pairs of entries of which a combination is known better than either, the steepest first."""
        both = np.concatenate([self.scores, self.errors.scores], axis=1)
        return ridges((*self.free, *self.errors.entries), both)

    @property
    def faults(self) -> list[str]:
        """Entries whose truths rank unevenly, a planted error that is not seen, information that is lost.

        None if all is right.
        """
        limit, planted = self.limit, checks.evenness(self.checked.planted)
        parts = ((self.free, self.checked), (self.errors.entries, self.errors.checked))
        each = [(entries, checks.evenness(checked.ranks)) for entries, checked in parts]
        both = [pair for entries, even in each for pair in zip(entries, even, strict=True)]
        uneven = [(entry.name, p) for entry, p in both if p < limit]
        fault = "truths rank unevenly among the draws of their posteriors"
        found = [f"{name}: {fault} (p = {p:.2g})" for name, p in uneven]
        if not (planted < limit).any():
            found.append(
                f"a planted error (posterior sd x {checks.PLANTED}) goes unseen; check with more data sets"
            )
        return found + self._lost()

    @property
    def limit(self) -> float:
        """The p-value below which ranks are uneven: each entry is one more occasion for a false alarm."""
        return SURE / (len(self.free) + len(self.errors.entries))

    def _lost(self) -> list[str]:
        """A line for each entry of which the posterior tells less than a linear regression does."""
        parts = (
            (self.free, self.checked, self.linear),
            (self.errors.entries, self.errors.checked, self.errors.linear),
        )
        return [
            f"{entry.name}: told {own:.2f}, where a linear regression on the observations tells {least:.2f}: "
            "information is lost"
            for entries, checked, linear in parts
            for entry, own, least in zip(entries, checks.contraction(checked), linear, strict=True)
            if own < least - LOST
        ]

    def to_arviz(self, each: int = 16, progress: Progress = None) -> Any:
        """This as InferenceData of ArviZ, with the log likelihood of every observation.

        Groups: posterior, posterior_predictive, log_likelihood, prior, prior_predictive, observed_data;
        dimension `fact`. each: runs of a draw that its log likelihood is estimated from; draws are told to
        `progress`. Raises BadInput without ArviZ (`pip install 'steppe-sim[arviz]'`).
        """
        from sim.studies.calibrate.export import inference_data

        with reporting(progress, len(self.scores), "draws") as tell:
            return inference_data(self, each, tell)

    def save(self, folder: str | Path, overwrite: bool = False) -> tuple[str, ...]:
        """Write table, ranks, figures and `posterior.json`, which `learnt_beliefs` reads, to a folder.

        A line for each figure that could not be drawn. Raises FileExistsError (`PlaceError`).
        """
        from sim.studies.calibrate.folder import write

        return write(self, Path(folder), overwrite)

    @property
    def kept(self) -> tuple[Free, ...]:
        """Entries of which data of this kind tell next to nothing, not even the size."""
        told = np.maximum(checks.contraction(self.checked), checks.contraction_of_size(self.checked))
        return tuple(entry for entry, each in zip(self.free, told, strict=True) if each < LEARNT)


def calibrate(
    scenario: Scenario | str | Path,
    data: Data,
    simulations: int = 100_000,
    seed: int = 1,
    *,
    tests: int = 2_000,
    draws: int = 1_000,
    threads: int | None = None,
    progress: Progress = None,
    tell: Callable[[str], Any] = lambda line: None,
) -> Calibration:
    """Learn the uncertain numbers of a scenario from its in-sample observations, and check the inference.

    scenario: a Scenario, its file or the name of a shipped one; data: as `hindcast` takes it, in any order.
    simulations: draws from the priors, four runs each; tests: synthetic data sets with known truth that the
    inference is checked on; draws: of the posterior. progress: True for a bar, or a function that is told the
    draws done; `tell` hears what is being done.

    Raises BadInput where there is nothing to learn or nothing to learn from, or without scikit-learn;
    ScenarioError for an uncertain entry that means nothing, or observations that are not understood or
    contradict each other.
    """
    _, seed, _, threads = check_request(1, seed, threads=threads)
    simulations = whole_of("simulations", simulations, 1, MOST)
    tests, draws = whole_of("tests", tests, 1, MOST), whole_of("draws", draws, 1, MOST)
    regressor(seed)  # if scikit-learn is not installed, say so before minutes of runs
    scenario = as_scenario(scenario)
    facts, table = observations_of(data, scenario)
    if wrong := contradictions(facts, scenario):
        raise ScenarioError(wrong)
    # In an order of their own, so that rows of the table may stand in any.
    free, fitted = free_numbers(scenario), in_order(fitted_facts(scenario, facts))
    _check_learnable(scenario, free, fitted)
    months = months_needed(scenario, fitted)
    tell(f"{len(free)} uncertain entries, {len(fitted)} observations to fit")
    with reporting(progress, simulations + tests, "draws") as done:
        reference = simulate(scenario, fitted, months, simulations, seed, threads=threads, progress=done)
        # Of another seed: the check must not see what was learnt from.
        held_out = simulate(scenario, fitted, months, tests, (seed + 1) % 2**64, 1, threads, done)
    tell("learning summaries")
    learner = Learner.of(reference, fitted, seed, threads)
    tell("checking the inference on data sets with known truth")
    observed = np.array([[fact.value for fact in fitted]])
    # On one thread the machine's linear algebra gives the same last bits whatever else it does.
    with one_thread():
        checked = checks.check(learner, held_out, seed)
        summary = learner.summarise(observed)[0]
        scores = learner.posterior(summary, draws, np.random.default_rng([seed, 4]))
        distance = learner.neighbours(summary)[2]
        linear = yardstick.linear(reference, held_out, fitted)
    own, beyond = slice(len(free)), slice(len(free), None)
    errors = Errors(erring(scenario, fitted), scores[:, beyond], checked.of(beyond), linear[beyond])
    strange = float((checked.distances >= distance).mean())
    outside = _outside(reference, observed[0], fitted)
    failed = EACH * simulations - len(reference)
    return Calibration(
        scenario=scenario,
        data=table,
        facts=fitted,
        free=free,
        scores=scores[:, own],
        errors=errors,
        checked=checked.of(own),
        simulated=len(reference),
        outside=outside,
        strange=strange,
        linear=linear[own],
        seed=seed,
        months=months,
        failed=failed,
        command=tuple(sys.argv),
    )


def _check_learnable(scenario: Scenario, free: Sequence[Free], fitted: Sequence[Fact]) -> None:
    """Raises BadInput where there is nothing to learn, or too little to learn from."""
    if not free:
        raise BadInput(
            f"{scenario.name}: calls no number uncertain; add [uncertain.NAME] with numbers and times or plus"
        )
    if not fitted:
        raise BadInput(
            "no row of the table is in-sample; give [hindcast] fitted_until in the scenario, and rows "
            "before it"
        )
    if len(free) >= len(fitted):
        raise BadInput(
            f"{len(free)} uncertain entries and {len(fitted)} observations to fit: hopeless; "
            "free fewer or bring more"
        )


def _outside(reference: Reference, observed: np.ndarray, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts whose value (facts,) lies beyond those of all synthetic data sets."""
    # Synthetic data are kept in single precision, so the observed value is compared in it.
    value = observed.astype(np.float32)
    inside = (reference.data.min(axis=0) <= value) & (value <= reference.data.max(axis=0))
    return tuple(fact for fact, reached in zip(facts, inside, strict=True) if not reached)
