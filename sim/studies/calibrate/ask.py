"""A whole calibration: what can be learnt, whether the inference is right, and what the observations say."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.drawing.saving import draw, into
from sim.engine.beliefs import Beliefs, write_posterior
from sim.engine.request import check_request
from sim.engine.uncertain import CUT, Free, free_numbers
from sim.reading.numbers import whole_of
from sim.reading.source import Source
from sim.refusal import BadInput, one_line
from sim.scenario.load import Scenario, ScenarioError, as_scenario
from sim.studies.calibrate import checks
from sim.studies.calibrate.checks import Checked
from sim.studies.calibrate.inference import Learner, kernels, one_thread, regressor
from sim.studies.calibrate.reference import Reference, fitted_facts, simulate
from sim.studies.hindcast.ask import months_needed
from sim.studies.hindcast.contradictions import contradictions
from sim.studies.hindcast.facts import Fact, in_order
from sim.studies.hindcast.observations import Data, observations_of
from sim.studies.manifest import scenario_of
from sim.writing.folders import replacing
from sim.writing.manifest import CALIBRATE, made_with, seal
from sim.writing.notebook import card
from sim.writing.progress import Progress, reporting
from sim.writing.tables import write_csv

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEARNT = 0.1
"""Contraction below which the observations are said to leave an entry its prior."""

SURE = 0.01
"""Probability of a false alarm of the check over all entries together (Bonferroni)."""

QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Calibration:
    """What came of a calibration.

    data: the observations as they were given; facts: those of them that were learnt from. scores: posterior
    draws (draws, free) as standard normals of the prior; reference, checked: sizes of the
    synthetic data; outside: fitted facts that no synthetic data set reaches; strange: share of held-out data
    sets at least as far from their neighbours as the observed one.
    """

    scenario: Scenario
    data: Source
    facts: tuple[Fact, ...]
    free: tuple[Free, ...]
    scores: np.ndarray
    checked: Checked
    simulated: int
    outside: tuple[Fact, ...]
    strange: float
    seed: int

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
        """One row per uncertain entry: prior and posterior (5, 50, 95 %), what data can tell of it, and how
        truths ranked.
        """
        checked = self.checked
        even, planted = checks.evenness(checked.ranks), checks.evenness(checked.planted)
        (wide, low, high), planted_wide = checks.width(checked.ranks), checks.width(checked.planted)[0]
        told = {"contraction": checks.contraction(checked), "recovery": checks.recovery(checked)}
        rows = []
        for place, entry in enumerate(self.free):
            prior = entry.value(_normal(np.array(QUANTILES)))
            found = np.quantile(entry.value(self.scores[:, place]), QUANTILES)
            rows.append(
                {
                    "name": entry.name, "label": entry.label,
                    "kind": "factor" if entry.is_factor else "shift", "numbers": len(entry.paths),
                    **_ends("prior", prior), **_ends("posterior", found), **{name: column[place] for name,
                    column in told.items()},
                    "narrower": 1.0 - self.scores[:, place].std() / checked.truth[:, place].std(),
                    "evenness_p": even[place], "width": wide[place], "width_low": low[place],
                    "width_high": high[place], "lean": checks.lean(checked.ranks)[place],
                    **{f"covered_{int(100 * level)}": checks.covered(checked.ranks, level)[place] for level in checks.LEVELS},
                    "planted_evenness_p": planted[place], "planted_width": planted_wide[place],
                }
            )  # fmt: skip
        return pd.DataFrame(rows)

    @property
    def faults(self) -> list[str]:
        """Entries whose truths do not rank evenly, and entries for which a planted error is not seen: none if
        all is right.
        """
        limit = SURE / len(self.free)
        even, planted = checks.evenness(self.checked.ranks), checks.evenness(self.checked.planted)
        found = [
            f"{entry.name}: truths rank unevenly among the draws of their posteriors (p = {p:.2g})"
            for entry, p in zip(self.free, even, strict=True)
            if p < limit
        ]
        if not (planted < limit).any():
            found.append(
                f"a planted error (posterior sd x {checks.PLANTED}) goes unseen; check with more data sets"
            )
        return found

    def save(self, folder: str | Path, overwrite: bool = False) -> tuple[str, ...]:
        """Write the table, the ranks, figures and `posterior.json`, which `learnt_beliefs` reads, to a folder.

        A line for each figure that could not be drawn. Raises FileExistsError (`PlaceError`).
        """
        with replacing(folder, CALIBRATE, overwrite) as work:
            write_csv(self.table(), work / "calibration.csv")
            ranks = pd.DataFrame(self.checked.ranks, columns=[entry.name for entry in self.free])
            write_csv(ranks, work / "ranks.csv")
            manifest = self.manifest()
            short = {key: value for key, value in manifest["scenario"].items() if key != "as_run"}
            write_posterior(
                work / "posterior.json", self.free, self.beliefs.values, manifest | {"scenario": short}
            )
            undrawn = draw(self.figures, into(work))
            seal(work, CALIBRATE, manifest)
        return undrawn

    def priors(self) -> pd.DataFrame:
        """Density of each entry's prior, over factors by unit of their log, over shifts by unit: columns
        name, value, density.
        """
        z = np.linspace(-CUT, CUT, 121)
        parts = []
        for entry in self.free:
            density = np.exp(-0.5 * z**2) / (2 * np.pi) ** 0.5 / entry.sd
            parts.append(pd.DataFrame({"name": entry.name, "value": entry.value(z), "density": density}))
        return pd.concat(parts, ignore_index=True)

    def figures(self) -> dict[str, Figure]:
        """What was learnt, and how truths ranked, by name of the file."""
        from sim.drawing.caption import Caption
        from sim.studies.calibrate import figures as learnt

        table, names = self.table(), [entry.name for entry in self.free]
        draws = pd.DataFrame(self.beliefs.values)
        ranks, planted = (
            pd.DataFrame(each, columns=names) for each in (self.checked.ranks, self.checked.planted)
        )
        made = Caption(self.scenario.title, self.simulated, self.seed, changes=tuple(self.scenario.overrides))
        return {
            "learnt": learnt.figure(table, draws, self.priors(), made, len(self.facts)),
            "ranks": learnt.ranks_figure(
                table, ranks, planted, checks.DRAWS, checks.BINS, replace(made, runs=len(ranks))
            ),
        }

    def manifest(self) -> dict[str, Any]:
        """What the posterior came from: what it takes to make it again."""
        split = self.scenario.case.hindcast
        return {
            "title": self.scenario.title,
            "scenario": scenario_of(self.scenario),
            "data": self.data.name,
            "data_sha256": self.data.sha256,
            "fitted_until": None if split is None else split.fitted_until,
            "observations": len(self.facts),
            "free": len(self.free),
            "synthetic_data_sets": self.simulated,
            "checked_data_sets": len(self.checked.truth),
            "draws": len(self.scores),
            "seed": self.seed,
            "keeps_prior": [entry.name for entry in self.kept],
            "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
            "linear_algebra": kernels(),
            **made_with("scipy", "scikit-learn"),
        }

    @property
    def kept(self) -> tuple[Free, ...]:
        """Entries of which data of this kind tell next to nothing."""
        told = checks.contraction(self.checked)
        return tuple(entry for entry, each in zip(self.free, told, strict=True) if each < LEARNT)


def _normal(levels: np.ndarray) -> np.ndarray:
    from scipy.stats import norm

    return np.asarray(norm.ppf(levels))


def _ends(name: str, values: np.ndarray) -> dict[str, float]:
    return {
        f"{name}_{suffix}": float(value)
        for suffix, value in zip(("low", "median", "high"), values, strict=True)
    }


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
    simulations, tests, draws = (
        whole_of(name, value, 1, 10**7)
        for name, value in (("simulations", simulations), ("tests", tests), ("draws", draws))
    )
    regressor(seed)
    scenario = as_scenario(scenario)
    facts, table = observations_of(data, scenario)
    if wrong := contradictions(facts, scenario):
        raise ScenarioError(wrong)
    free, fitted = free_numbers(scenario), in_order(fitted_facts(scenario, facts))
    if not free:
        raise BadInput(
            f"{scenario.name}: calls no number uncertain; add [uncertain.NAME] with numbers and times or plus"
        )
    if not fitted:
        raise BadInput(
            "no row of the table is in-sample; give [hindcast] fitted_until in the scenario, and rows before it"
        )
    if len(free) >= len(fitted):
        raise BadInput(
            f"{len(free)} uncertain entries and {len(fitted)} observations to fit: hopeless; free fewer or bring more"
        )
    months = months_needed(scenario, fitted)
    tell(f"{len(free)} uncertain entries, {len(fitted)} observations to fit")
    with reporting(progress, simulations + tests, "draws") as done:
        reference = simulate(scenario, fitted, months, simulations, seed, threads=threads, progress=done)
        held_out = simulate(scenario, fitted, months, tests, (seed + 1) % 2**64, 1, threads, done)
    tell("learning summaries")
    learner = Learner.of(reference, fitted, seed, threads)
    tell("checking the inference on data sets with known truth")
    observed = np.array([[fact.value for fact in fitted]])
    with one_thread():
        checked = checks.check(learner, held_out, seed)
        summary = learner.summarise(observed)[0]
        scores = learner.posterior(summary, draws, np.random.default_rng([seed, 4]))
        distance = learner.neighbours(summary)[2]
    strange = float((checked.distances >= distance).mean())
    outside = _outside(reference, observed[0], fitted)
    return Calibration(scenario, table, fitted, free, scores, checked, len(reference), outside, strange, seed)


def _outside(reference: Reference, observed: np.ndarray, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    low, high = reference.data.min(axis=0), reference.data.max(axis=0)
    return tuple(
        fact
        for fact, value, a, b in zip(facts, observed, low, high, strict=True)
        if not a <= np.float32(value) <= b
    )
