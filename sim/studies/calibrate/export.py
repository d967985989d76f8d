"""A calibration as InferenceData of ArviZ, which knows how to draw, summarise and compare posteriors."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.assimilation.facts import Fact
from sim.assimilation.instruments import Instruments
from sim.engine.history import History, month_label
from sim.engine.pages import simulate as run_all
from sim.engine.worlds import UnderDraws, Worlds
from sim.refusal import BadInput
from sim.studies.calibrate.ask import Calibration
from sim.studies.calibrate.errors import erring, lay
from sim.studies.calibrate.pointwise import log_likelihood
from sim.studies.calibrate.reference import simulate
from sim.writing.places import PlaceError, new_file
from sim.writing.whole import make_folder, partial

EACH = 16
"""Runs of a draw that its log likelihood is estimated from."""

OBSERVED, FACT = "observed", "fact"
"""The name of what was observed, in all groups, and of its dimension."""

MOST_NAMED = 3
"""Observations with a large k that are named."""

SIGN = b"\x89HDF\r\n\x1a\n"
"""What a file of NetCDF 4 begins with."""


def arviz() -> Any:
    """The package of posteriors. Raises BadInput if it is not installed."""
    try:
        with warnings.catch_warnings():
            # It announces its next version whenever it is imported.
            warnings.simplefilter("ignore")
            import arviz as package
    except ImportError:
        raise BadInput("this needs the package arviz: pip install 'steppe-sim[arviz]'") from None
    return package


def inference_data(
    found: Calibration, each: int = EACH, progress: Callable[[int], Any] = lambda done: None
) -> Any:
    """Prior, posterior, what both predict, what was observed, and its log likelihood, as ArviZ keeps them.

    each: runs of a draw of the posterior that its log likelihood is estimated from; progress is told draws.
    The log likelihood is that of `sim.studies.calibrate.pointwise`. Raises BadInput without ArviZ.
    """
    package = arviz()
    beyond = _Beyond.of(found, each, progress)
    learnt = {**found.beliefs.values, **found.errors.values}
    groups = {
        "posterior": _one_chain(learnt),
        "posterior_predictive": _one_chain({OBSERVED: beyond.predicted}),
        "log_likelihood": _one_chain({OBSERVED: beyond.logs}),
        "prior": _one_chain(beyond.prior),
        "prior_predictive": _one_chain({OBSERVED: beyond.before}),
        "observed_data": {OBSERVED: np.array([fact.value for fact in found.facts])},
    }
    names = [str(fact) for fact in found.facts]
    told = {"inference_library": "steppe", "scenario": found.scenario.title, "seed": found.seed}
    data = package.from_dict(**groups, coords={FACT: names}, dims={OBSERVED: [FACT]}, attrs=told)
    return data.map(lambda group: _told(group, found.facts), groups=list(groups))


def _one_chain(values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Draws (draws, ...) as those of one chain (1, draws, ...)."""
    return {name: own[None] for name, own in values.items()}


def _told(group: Any, facts: tuple[Fact, ...]) -> Any:
    """A group with what each fact is of and when, where it has facts."""
    if FACT not in group.dims:
        return group
    columns = {
        "kind": [fact.kind for fact in facts],
        "target": [fact.target for fact in facts],
        "last": [month_label(fact.last) for fact in facts],
    }
    return group.assign_coords({name: (FACT, values) for name, values in columns.items()})


@dataclass(frozen=True)
class _Beyond:
    """What takes runs of its own: predictions (draws, facts), log likelihood, and draws of the prior."""

    predicted: np.ndarray
    logs: np.ndarray
    prior: dict[str, np.ndarray]
    before: np.ndarray

    @classmethod
    def of(cls, found: Calibration, each: int, progress: Callable[[int], Any]) -> _Beyond:
        """Runs of every draw of the posterior, and as many draws of the prior."""
        draws, facts, series = len(found.scores), found.facts, erring(found.scenario, found.facts)
        worlds = Worlds(found.scenario, found.free, found.months)
        instruments = Instruments.of(worlds.world, facts)
        said = np.full((draws, each, len(facts)), np.nan)

        def measure(history: History) -> int:
            run, draw = np.divmod(history.runs.astype(np.intp), draws)
            said[draw, run] = instruments.measure(history).T
            return len(history.runs)

        # Of a seed of its own: luck by which something was learnt would fit what was learnt too well.
        seed = (found.seed + 2) % 2**64
        for runs in run_all(UnderDraws(worlds, found.beliefs.values).all(draws * each), seed, None, measure):
            progress(runs // each)
        logs = log_likelihood(said, instruments, series, found.errors.scores)
        predicted = said[:, 0].T.copy()
        lay(series, instruments, predicted, found.errors.scores, seed, np.arange(draws))
        before = simulate(found.scenario, facts, found.months, draws, (found.seed + 3) % 2**64, 1)
        prior = {entry.name: entry.value(before.scores[:, place]) for place, entry in enumerate(found.free)}
        sizes = zip(found.errors.entries, found.errors.scales, before.truth.T[len(found.free) :], strict=True)
        prior |= {entry.name: scale * entry.value(own) for entry, scale, own in sizes}
        return cls(predicted.T, logs, prior, before.data.astype(float))


def left_out(data: Any) -> str:
    """How well each observation is foretold by a posterior without it, in a line, and whether that is sound.

    Importance sampling with smoothed weights (PSIS-LOO: Vehtari, Gelman and Gabry 2017, Stat. Comput.
    27:1413): where Pareto's k is large an observation moves the posterior so much that its own score is not
    to be believed.
    """
    package = arviz()
    with warnings.catch_warnings():
        # What it warns of is told below, by name.
        warnings.simplefilter("ignore")
        loo = package.loo(data, pointwise=True)
    k = np.asarray(loo.pareto_k)
    worst = [place for place in np.argsort(-k, kind="stable") if k[place] > loo.good_k]
    high = [str(name) for name in data.log_likelihood[FACT].values[worst]]
    line = f"left out one by one: elpd {loo.elpd_loo:.1f} (standard error {loo.se:.1f}), p {loo.p_loo:.1f}"
    if not high:
        return f"{line}; Pareto k at most {k.max():.2f}"
    more = f" and {len(high) - MOST_NAMED} more" if len(high) > MOST_NAMED else ""
    named = ", ".join(high[:MOST_NAMED]) + more
    return f"{line}; Pareto k above {loo.good_k:.2f}, so not to be believed, for {len(high)}: {named}"


def place_for(file: Path, overwrite: bool) -> Path:
    """Try the place of a file of InferenceData before any work is done for it. Raises PlaceError."""
    if not overwrite or not file.exists():
        return new_file(file)
    if not file.is_file() or file.is_symlink():
        raise PlaceError(f"{file} is not a plain file; choose another", about="file")
    with open(file, "rb") as opened:
        if opened.read(len(SIGN)) != SIGN:
            raise PlaceError(f"{file} is no NetCDF file, so it is not replaced", about="file")
    return file


def write(data: Any, file: Path) -> None:
    """Write InferenceData as a NetCDF file, whole or not at all. Raises OSError."""
    make_folder(file.parent)
    data.to_netcdf(str(partial(file)))
    partial(file).replace(file)
