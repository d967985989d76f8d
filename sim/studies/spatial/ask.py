"""The spatial models of politics asked of a table of actors, beside what the runs of a scenario say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.outcomes.columns import end_column
from sim.reading.numbers import shown
from sim.refusal import BadInput, did_you_mean
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.statistics.voting import ELECTIONS, VICTORIES, VOTES
from sim.studies.run.ask import run
from sim.studies.spatial.ktab import read
from sim.studies.spatial.stakeholders import Stakeholders, of_world, questions_of, to_scale


@dataclass(frozen=True)
class Election:
    """How votes, contests and elections are counted.

    KTAB's own default kind is `conditional`; its other defaults are these.
    """

    vote: str = "proportional"
    victory: str = "linear"
    kind: str = "incentive"


@dataclass(frozen=True)
class Own:
    """What the runs of a scenario say: positions [0, 100] of the target at the end, by question (runs,)."""

    month: str
    positions: Mapping[str, np.ndarray]


def election_of(vote: str, victory: str, kind: str) -> Election:
    """The rules of an election by name. Raises BadInput for an unknown name."""
    rules = (("vote", vote, VOTES), ("victory", victory, VICTORIES), ("election", kind, ELECTIONS))
    for rule, name, known in rules:
        if name not in known:
            raise BadInput(f"{rule} {shown(name)}: choose one of {', '.join(known)}")
    return Election(vote, victory, kind)


def stakeholders_of(file: Path | None, scenario: Scenario | None) -> Stakeholders:
    """The table of a CSV file, else of a scenario. Raises BadInput."""
    if file is not None:
        return read(file)
    assert scenario is not None
    return of_world(lower(scenario))


def own_of(scenario: Scenario, table: Stakeholders, runs: int, seed: int, months: int | None) -> Own:
    """Where the target stands at the end of many runs, on each question that is an axis of the scenario.

    Raises BadInput if no question is.
    """
    # One month is enough to know the axes.
    axes = questions_of(lower(scenario, 1))
    asked = [question for question in table.questions if question in axes]
    if not asked:
        raise BadInput(
            f"no question of the table is an axis of {scenario.name}; call the column of positions "
            f"{' or '.join(axes)}{did_you_mean(table.questions[0], axes)}"
        )
    ensemble = run(scenario, runs, seed, months=months)
    # A run that failed ended nowhere.
    ended = ensemble.outcomes.loc[lambda rows: ~rows["failed"]]
    positions = {}
    for axis in asked:
        column = ended[end_column(f"alignment.{axis}")]
        positions[axis] = to_scale(column.to_numpy())
    return Own(ensemble.dates[-1], positions)
