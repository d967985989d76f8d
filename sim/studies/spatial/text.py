"""The forecasts of the spatial models as lines of text, beside what the runs of a scenario say."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.statistics.voting import condorcet, weighted_mean, weighted_median
from sim.studies.spatial.ask import Election, Own
from sim.studies.spatial.stakeholders import FULL, Stakeholders
from sim.writing.text import WIDTH

MOST_NAMED = 3
"""Actors that are named at a position; the others are counted."""

KINDS = {
    "incentive": "contests without end, challenged by incentive",
    "uniform": "contests without end, challenged by all alike",
    "conditional": "one round, won against all others",
}


@dataclass(frozen=True)
class Runs:
    """Positions [0, 100] at the end of runs (runs,) on one question."""

    month: str
    positions: np.ndarray


def summary(table: Stakeholders, election: Election, own: Own | None = None) -> Iterator[str]:
    """Every question of the table: who weighs how much, the three forecasts, and the runs beside them."""
    yield from textwrap.wrap(table.title, WIDTH)
    yield from textwrap.wrap(table.text, WIDTH)
    yield f"{len(table.names)} actors; weight is influence x salience, in % of all."
    for place, question in enumerate(table.questions):
        yield from _actors(table, place)
        yield from _forecasts(table, place, election, _own(own, question))
    rules = f"{election.vote} votes, {election.victory} victory, {KINDS[election.kind]}"
    yield ""
    yield from textwrap.wrap(
        f"PCE: probabilistic Condorcet election between the actors' positions; {rules}. The spatial models "
        "look once at where actors stand: no events, no dates.",
        WIDTH,
    )


def _own(own: Own | None, question: str) -> Runs | None:
    """What runs say of a question; none if it is no axis of the scenario, or there is no scenario."""
    if own is None or question not in own.positions:
        return None
    return Runs(own.month, own.positions[question])


def _actors(table: Stakeholders, place: int) -> Iterator[str]:
    """A line an actor, from the lowest position on a question to the highest."""
    yield ""
    yield f"{table.questions[place]:<52}{'influence':>10}{'position':>10}{'salience':>10}{'weight %':>10}"
    weight, called = table.weight[:, place], table.told
    share = 100 * weight / weight.sum()
    # Actors of one position stay in the order of the table.
    for actor in np.argsort(table.position[:, place], kind="stable"):
        own = (table.position[actor, place], table.salience[actor, place], share[actor])
        numbers = f"{table.influence[actor]:>10.2f}" + "".join(f"{value:>10.1f}" for value in own)
        yield f"  {called[actor][:49]:<50}{numbers}"


def _forecasts(table: Stakeholders, place: int, election: Election, runs: Runs | None) -> Iterator[str]:
    """What the models say of a question, and the runs beside them."""
    position, weight = table.position[:, place], table.weight[:, place]
    option, chance = condorcet(position, weight, FULL, election.vote, election.victory, election.kind)
    models = {
        "Forecast": "models",
        "Weighted mean": f"{weighted_mean(position, weight):.1f}",
        "Weighted median": f"{weighted_median(position, weight):.1f}",
        "PCE, mean of its distribution": f"{option @ chance:.1f}",
    }
    beside: dict[str, str] = {}
    if runs is not None:
        beside = _beside(runs)
    yield ""
    for name, cell in models.items():
        yield f"  {name:<50}{cell:>10}{beside.get(name, '')}"
    if runs is not None:
        # Quantiles are positions that some run has: between groups of runs lies nothing.
        low, high = np.quantile(runs.positions, [0.05, 0.95], method="inverted_cdf")
        yield f"  {'90 % of runs':<50}{'':>10}{f'{low:.1f} to {high:.1f}':>16}"
    yield ""
    yield from _chances(table, place, option, chance, runs)


def _beside(runs: Runs) -> dict[str, str]:
    """What stands beside a forecast of the models: the like of the runs."""
    return {
        "Forecast": f"{'runs':>10}  in {runs.month}, {len(runs.positions):,} runs",
        "Weighted mean": f"{np.mean(runs.positions):>10.1f}  mean",
        "Weighted median": f"{np.median(runs.positions):>10.1f}  median",
    }


def _chances(
    table: Stakeholders, place: int, option: np.ndarray, chance: np.ndarray, runs: Runs | None
) -> Iterator[str]:
    """A line a position: its probability (options,) in the election, and the share of runs nearest to it."""
    head, beside = "", [""] * len(option)
    if runs is not None:
        head = f"{'runs':>10}  nearest to it"
        beside = [f"{100 * share:>10.1f}" for share in nearest(option, runs.positions)]
    yield f"  {'Probability (%) of each position':<50}{'PCE':>10}{head}"
    for at, probability, share in zip(option, chance, beside, strict=True):
        name = textwrap.shorten(f"{at:.1f} {_standing(table, place, at)}", 49, placeholder=" ...")
        yield f"  {name:<50}{100 * probability:>10.1f}{share}"


def nearest(option: np.ndarray, runs: np.ndarray) -> np.ndarray:
    """Share of runs (runs,) whose position is nearest to each option (options,), which must rise.

    >>> nearest(np.array([0.0, 50.0, 100.0]), np.array([10.0, 40.0, 45.0, 90.0])).tolist()
    [0.25, 0.5, 0.25]
    """
    edges = 0.5 * (option[:-1] + option[1:])
    return np.bincount(np.searchsorted(edges, runs), minlength=len(option)) / len(runs)


def _standing(table: Stakeholders, place: int, at: float) -> str:
    """The actors with weight at a position, the first by name."""
    # Options are the actors' own positions, to the bit: no tolerance is needed.
    here = (table.position[:, place] == at) & (table.weight[:, place] > 0)
    called = table.told
    names = [called[actor] for actor in np.flatnonzero(here)]
    first = ", ".join(names[:MOST_NAMED])
    if len(names) <= MOST_NAMED:
        return first
    return f"{first} and {len(names) - MOST_NAMED} more"
