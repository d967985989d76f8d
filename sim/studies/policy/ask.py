"""Policies of one actor that hold up whatever comes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.own import own_beliefs
from sim.engine.request import check_request
from sim.engine.uncertain import Entry, free_numbers
from sim.reading.numbers import whole_of
from sim.scenario.load import Scenario, as_scenario
from sim.studies.policy.candidates import knobs_of
from sim.studies.policy.choice import choice_of
from sim.studies.policy.journal import Journal, journal_of
from sim.studies.policy.objectives import DEFAULT, Objective, judged, objectives_of, wants_of
from sim.studies.policy.policies import Policies
from sim.studies.policy.regret import least_regret
from sim.studies.policy.search import check_installed, search
from sim.studies.policy.settings import Deeds, settings_of
from sim.studies.policy.worlds import Field, Luck
from sim.writing.manifest import made_with
from sim.writing.progress import Progress, reporting

MOST_DRAWS, MOST_RUNS, MOST_CANDIDATES = 10**4, 10**4, 10**5
LEAST_DRAWS, LEAST_RUNS = 4, 4
"""Draws, and runs of each, that a search has at least."""

PART_OF_DRAWS, PART_OF_RUNS = 10, 5
"""The search makes do with one of so many of those that tell what was found."""


def policy(
    scenario: Scenario | str | Path,
    want: Iterable[str],
    *,
    actor: str | None = None,
    summaries: Iterable[str] = DEFAULT,
    theories: Iterable[str] | None = None,
    others: Deeds = (),
    candidates: int = 800,
    draws: int = 200,
    runs: int = 40,
    seed: int = 1,
    threads: int | None = None,
    folder: str | Path | None = None,
    progress: Progress = None,
) -> Policies:
    """What an actor can do with the levers that the file gives it, judged over many worlds.

    want: outcomes in words, `"OUTCOME by 2029-05 > 0.5"` (the level that is good enough) or `"OUTCOME
    falls"`; more is better if nothing is said. summaries: of each over worlds, "mean", "worst" (tenth of
    worlds), "share" (of worlds that reach the level); cost is judged besides. theories: of choice, all
    that are shipped if None. others: what others may do, each a world beside that of the file. candidates:
    how many are tried. draws, runs: of the uncertain numbers, and futures under each, that tell what was
    found, none of which the search has seen. folder: where results will be, beside which the search notes
    what it tried, to go on from if it is killed. Raises BadInput, ScenarioError.

    >>> import sim
    >>> asked = {"actor": "West", "theories": ["qre"], "candidates": 9, "draws": 40, "runs": 20}
    >>> found = sim.policy("mongolia-2024", ["autonomy by 2024-12"], **asked)
    >>> found.table()["policy"].iloc[0]
    'status quo'
    """
    seed, threads = check_request(1, seed, None, threads)[1::2]
    draws = whole_of("draws", draws, LEAST_DRAWS * PART_OF_DRAWS, MOST_DRAWS)
    runs = whole_of("runs", runs, LEAST_RUNS * PART_OF_RUNS, MOST_RUNS) // 2 * 2
    most = whole_of("candidates", candidates, 1, MOST_CANDIDATES)
    check_installed()
    base = as_scenario(scenario)
    knobs, wants = knobs_of(base, actor), wants_of(base, want)
    objectives = objectives_of(wants, summaries)
    settings = settings_of(knobs, theories, others)
    few, fewer = draws // PART_OF_DRAWS, max(runs // PART_OF_RUNS // 2 * 2, LEAST_RUNS)
    entries, values = _uncertain(base, few + draws, seed)
    with reporting(progress, None) as tell:
        field = Field(knobs, wants, settings, entries, values, seed, threads, tell)
        known, fresh = Luck(range(few), fewer, 0), Luck(range(few, few + draws), runs, few * fewer)
        file = None
        if folder is not None:
            file = journal_of(Path(folder), _identity(field, objectives, known))
        journal = Journal(file, len(objectives))
        tried = search(
            knobs, lambda some: judged(objectives, field.performance(some, known)), len(objectives), most,
            seed, journal,
        )  # fmt: skip
        choice = choice_of(knobs, tried, np.array([journal.known[each] for each in tried]))
        best = least_regret(field.performance(choice.policies, known), wants)
        told = field.performance(choice.policies, fresh)
    return Policies(field, objectives, choice, told, best, (known, fresh), journal, tuple(sys.argv))


def _uncertain(base: Scenario, draws: int, seed: int) -> tuple[tuple[Entry, ...], dict[str, np.ndarray]]:
    """Draws of the uncertain numbers, as the file says; none where it calls none uncertain."""
    if not free_numbers(base):
        return (), {}
    beliefs = own_beliefs(base, draws, seed)
    return beliefs.free, dict(beliefs.values)


def _identity(field: Field, objectives: Sequence[Objective], luck: Luck) -> dict[str, Any]:
    """What the numbers of a journal follow from."""
    drawn = {name: each.tolist() for name, each in field.values.items()}
    return {
        "as_run": [setting.scenario.raw for setting in field.settings],
        "actor": field.knobs.actor,
        "wants": list(map(str, field.wants)),
        "objectives": [each.name for each in objectives],
        "values": drawn,
        "luck": [list(luck.draws), luck.runs, luck.first, field.seed],
        # the same bits on any version of Python
        "versions": made_with("pymoo")["versions"] | {"python": None},
    }
