"""A scenario as a model of other packages: SALib's problems, and the EMA workbench's models."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.ranged import Ranged, ranged_numbers
from sim.engine.request import check_request
from sim.outcomes.target import Target, target_of
from sim.refusal import BadInput
from sim.scenario.load import Scenario, as_scenario
from sim.studies.response import Response

NEEDS_EMA = "models of the EMA workbench need it: pip install 'steppe-sim[ema]'"


def to_salib(
    scenario: Scenario | str | Path,
    of: str | None = None,
    by: str | None = None,
    *,
    vary: Sequence[str] = ("*",),
    runs: int = 64,
    seed: int = 1,
    threads: int | None = None,
) -> tuple[dict[str, Any], Callable[[np.ndarray], np.ndarray]]:
    """A problem for SALib's samplers, and a function from their samples (points, numbers) to means (points,).

    The problem names numbers by path, with their plausible ranges as bounds; the mean is that of an outcome,
    event or path `of` by a month, its last one if None, over `runs` on the same luck. Raises ScenarioError,
    BadInput.

    >>> from SALib.sample import latin
    >>> from SALib.analyze import rbd_fast
    >>> import sim
    >>> problem, means = sim.to_salib("armenia-2024", "eu_deal", "2024-12", vary=["*.base_logit"], runs=16)
    >>> sampled = latin.sample(problem, 64, seed=1)
    >>> found = rbd_fast.analyze(problem, sampled, means(sampled), seed=1)
    >>> problem["names"][int(np.argmax(found["S1"]))]
    'events.eu_deal.base_logit'
    """
    response = _response(as_scenario(scenario), of, by, vary, runs, seed, threads)
    bounds = [entry.ends.tolist() for entry in response.entries]
    names = [entry.name for entry in response.entries]
    problem = {"num_vars": len(names), "names": names, "bounds": bounds}

    def means(sampled: np.ndarray) -> np.ndarray:
        points = np.asarray(sampled, dtype=float).reshape(-1, len(names))
        values = response.values(dict(zip(names, points.T, strict=True)))
        return values[-1].mean(axis=1)

    return problem, means


def to_ema(
    scenario: Scenario | str | Path,
    of: str | Sequence[str] | None = None,
    by: str | None = None,
    *,
    vary: Sequence[str] = ("*",),
    runs: int = 64,
    seed: int = 1,
) -> Any:
    """A `Model` of the EMA workbench: its uncertainties are numbers with their ranges, its outcomes means.

    of: outcomes, events or paths, the first outcome if None. by: a month, the last of each if None. The
    workbench takes no dots in names: `paths_in` gives the names that it takes for paths. Experiments are run
    one by one; `sim.sweep` is many times as fast. Raises ScenarioError, BadInput.

    >>> from ema_workbench import perform_experiments
    >>> import sim
    >>> model = sim.to_ema("armenia-2024", ["eu_deal", "autonomy"], "2024-12", vary=["*.base_logit"], runs=8)
    >>> experiments, outcomes = perform_experiments(model, scenarios=3)
    >>> sorted(outcomes), outcomes["autonomy"].shape
    (['autonomy', 'eu_deal'], (3,))
    """
    try:
        from ema_workbench import Model, RealParameter, ScalarOutcome
    except ImportError:
        raise BadInput(NEEDS_EMA) from None
    scenario = as_scenario(scenario)
    asked = [of] if of is None or isinstance(of, str) else list(of)
    responses = [_response(scenario, name, by, vary, runs, seed, 1) for name in asked]
    paths = paths_in([entry.name for entry in responses[0].entries])
    run = Experiment(tuple(responses), paths)
    model = Model("".join(filter(str.isalnum, scenario.name)), function=run)
    model.uncertainties = [
        RealParameter(word, *entry.ends.tolist())
        for word, entry in zip(paths, responses[0].entries, strict=True)
    ]
    model.outcomes = [ScalarOutcome(name) for name in run.names]
    return model


def paths_in(paths: Sequence[str]) -> dict[str, str]:
    """Paths by names without signs, as the EMA workbench takes them.

    >>> paths_in(["parameters.cost", 'couplings.trade."war + 1"'])
    {'parameters__cost': 'parameters.cost', 'couplings__trade__war_1': 'couplings.trade."war + 1"'}
    """
    found: dict[str, str] = {}
    for path in paths:
        word, twin = _word(path), 2
        # two paths that differ in signs alone need two names
        while word in found:
            word, twin = f"{_word(path)}_{twin}", twin + 1
        found[word] = path
    return found


@dataclass(frozen=True)
class Experiment:
    """What the workbench calls: a function of numbers by name that gives outcomes by name."""

    responses: tuple[Response[Target], ...]
    paths: Mapping[str, str]

    @property
    def names(self) -> list[str]:
        """Outcomes by the names that the workbench takes."""
        return [_word(response.target.name) for response in self.responses]

    # the workbench tells functions apart by their names
    __name__ = "experiment"

    def __call__(self, **numbers: float) -> dict[str, float]:
        return dict(zip(self.names, self._means(numbers), strict=True))

    def _means(self, numbers: Mapping[str, float]) -> Iterator[float]:
        points = {self.paths[word]: np.array([value]) for word, value in numbers.items()}
        for response in self.responses:
            yield float(response.values(points)[-1].mean())


def _response(
    scenario: Scenario, of: str | None, by: str | None, vary: Sequence[str], runs: int, seed: int,
    threads: int | None,
) -> Response[Target]:  # fmt: skip
    """What numbers over their ranges make of an outcome. Raises ScenarioError, BadInput."""
    runs, seed, _, threads = check_request(runs, seed, None, threads)
    entries: tuple[Ranged, ...] = ranged_numbers(scenario, vary)
    return Response(scenario, entries, target_of(scenario, of, by), runs, seed, threads)


def _word(name: str) -> str:
    """A name as a word of Python: steps of a path part at two underscores."""
    return re.sub(r"[^0-9A-Za-z_]+", "_", name.replace(".", "__").replace('"', "")).strip("_")
