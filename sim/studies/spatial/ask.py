"""The forecasts of the spatial models of politics as lines of text, beside what the runs of a scenario say."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.outcomes.columns import end_column
from sim.refusal import BadInput, did_you_mean
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.statistics.voting import ELECTIONS, VICTORIES, VOTES, condorcet, weighted_mean, weighted_median
from sim.studies.run.ask import run
from sim.studies.spatial.stakeholders import Stakeholders, of_world, read, to_scale

WIDTH = 100
MOST_ACTORS = 3
"""Actors that are named at a position; the others are counted."""


KINDS = {
    "incentive": "contests without end, challenged by incentive",
    "uniform": "contests without end, challenged by all alike",
    "conditional": "one round, won against all others",
}


@dataclass(frozen=True)
class Election:
    """How votes, contests and elections are counted; KTAB's own default kind is `conditional`, its other
    defaults are these.
    """

    vote: str = "proportional"
    victory: str = "linear"
    kind: str = "incentive"


@dataclass(frozen=True)
class Own:
    """What the runs of a scenario say: positions [0, 100] of the target in the last month, by question, each
    (runs,).
    """

    month: str
    positions: Mapping[str, np.ndarray]


def election_of(vote: str, victory: str, kind: str) -> Election:
    """The rules of an election by name. Raises BadInput for an unknown name."""
    for option, name, known in (
        ("vote", vote, VOTES),
        ("victory", victory, VICTORIES),
        ("election", kind, ELECTIONS),
    ):
        if name not in known:
            raise BadInput(f"--{option} {name}: choose one of {', '.join(known)}")
    return Election(vote, victory, kind)


def stakeholders_of(file: Path | None, scenario: Scenario | None) -> Stakeholders:
    """The table of a CSV file, else of a scenario. Raises BadInput."""
    if file is not None:
        return read(file)
    assert scenario is not None
    return of_world(lower(scenario))


def own_of(scenario: Scenario, table: Stakeholders, runs: int, seed: int, months: int | None) -> Own:
    """Where the target stands at the end of many runs, on each question that is an axis of the scenario.
    Raises BadInput.
    """
    axes = [axis.removeprefix("alignment.") for axis in lower(scenario, 1).parts.axes]
    asked = [question for question in table.questions if question in axes]
    if not asked:
        raise BadInput(
            f"no question of the table is an axis of {scenario.name}; call the column of positions {' or '.join(axes)}"
            f"{did_you_mean(table.questions[0], axes)}"
        )
    ensemble = run(scenario, runs, seed, months=months)
    ended = ensemble.outcomes.loc[lambda rows: ~rows["failed"]]
    return Own(
        ensemble.dates[-1],
        {axis: to_scale(ended[end_column(f"alignment.{axis}")].to_numpy()) for axis in asked},
    )


def summary(table: Stakeholders, election: Election, own: Own | None = None) -> Iterator[str]:
    """Every question of the table: who weighs how much, the three forecasts, and the runs beside them."""
    yield from textwrap.wrap(table.title, WIDTH)
    yield from textwrap.wrap(table.text, WIDTH)
    yield f"{len(table.names)} actors; weight is influence x salience, in % of all."
    for place, question in enumerate(table.questions):
        runs = None if own is None else own.positions.get(question)
        yield from _actors(table, place)
        yield from _forecasts(table, place, election, runs, "" if own is None else own.month)
    yield ""
    yield from textwrap.wrap(
        f"PCE: probabilistic Condorcet election between the actors' positions; {election.vote} votes, {election.victory} "
        f"victory, {KINDS[election.kind]}. The spatial models look once at where actors stand: no events, no dates.", WIDTH,
    )  # fmt: skip


def _actors(table: Stakeholders, place: int) -> Iterator[str]:
    yield ""
    yield f"{table.questions[place]:<52}{'influence':>10}{'position':>10}{'salience':>10}{'weight %':>10}"
    share, called = 100 * table.weight[:, place] / table.weight[:, place].sum(), table.told
    for i in np.argsort(table.position[:, place], kind="stable"):
        own = (table.position[i, place], table.salience[i, place], share[i])
        numbers = f"{table.influence[i]:>10.2f}" + "".join(f"{value:>10.1f}" for value in own)
        yield f"  {called[i][:49]:<50}{numbers}"


def _forecasts(
    table: Stakeholders, place: int, election: Election, runs: np.ndarray | None, month: str
) -> Iterator[str]:
    position, weight = table.position[:, place], table.weight[:, place]
    option, chance = condorcet(position, weight, 100.0, election.vote, election.victory, election.kind)
    yield ""
    yield f"  {'Forecast':<50}{'models':>10}" + (
        "" if runs is None else f"{'runs':>10}  in {month}, {len(runs):,} runs"
    )
    for name, value, ours, label in (
        ("Weighted mean", weighted_mean(position, weight), np.mean, "mean"),
        ("Weighted median", weighted_median(position, weight), np.median, "median"),
        ("PCE, mean of its distribution", float(option @ chance), None, ""),
    ):
        beside = "" if runs is None or ours is None else f"{ours(runs):>10.1f}  {label}"
        yield f"  {name:<50}{value:>10.1f}{beside}"
    if runs is not None:
        low, high = np.quantile(runs, [0.05, 0.95], method="inverted_cdf")
        yield f"  {'90 % of runs':<50}{'':>10}{f'{low:.1f} to {high:.1f}':>16}"
    yield ""
    yield f"  {'Probability (%) of each position':<50}{'PCE':>10}" + (
        "" if runs is None else f"{'runs':>10}  nearest to it"
    )
    near = np.zeros(len(option)) if runs is None else nearest(option, runs)
    for at, probability, share in zip(option, chance, near, strict=True):
        beside = "" if runs is None else f"{100 * share:>10.1f}"
        name = textwrap.shorten(f"{at:.1f} {_standing(table, place, at)}", 49, placeholder=" ...")
        yield f"  {name:<50}{100 * probability:>10.1f}{beside}"


def nearest(option: np.ndarray, runs: np.ndarray) -> np.ndarray:
    """Share of runs whose position is nearest to each option (options,); options must rise."""
    edges = 0.5 * (option[:-1] + option[1:])
    return np.bincount(np.searchsorted(edges, runs), minlength=len(option)) / len(runs)


def _standing(table: Stakeholders, place: int, at: float) -> str:
    called = table.told
    there = [
        called[i] for i in np.flatnonzero((table.position[:, place] == at) & (table.weight[:, place] > 0))
    ]
    more = f" and {len(there) - MOST_ACTORS} more" if len(there) > MOST_ACTORS else ""
    return ", ".join(there[:MOST_ACTORS]) + more
