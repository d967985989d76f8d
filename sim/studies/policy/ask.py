"""Policies of one actor that hold up whatever comes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.own import own_beliefs
from sim.engine.request import check_request
from sim.engine.uncertain import Entry, free_numbers
from sim.reading.numbers import whole_of
from sim.refusal import BadInput
from sim.rules.decisions import THEORIES
from sim.scenario.load import Scenario, as_scenario
from sim.studies.policy.candidates import Knobs, Places, knobs_of
from sim.studies.policy.journal import Journal, journal_of
from sim.studies.policy.objectives import DEFAULT, Objective, judged, objectives_of, wants_of
from sim.studies.policy.policies import Policies
from sim.studies.policy.regret import least_regret
from sim.studies.policy.search import check_installed, front, search, spread_out
from sim.studies.policy.worlds import Field, Luck, Setting
from sim.writing.progress import Progress, reporting

MOST_DRAWS, MOST_RUNS, MOST_CANDIDATES = 10**4, 10**4, 10**5
LEAST_DRAWS, LEAST_RUNS = 4, 4
"""Draws, and runs of each, that a search has at least."""

PART_OF_DRAWS, PART_OF_RUNS = 10, 5
"""The search makes do with one of so many of those that tell what was found."""

SHOWN = 8
"""Policies of the front that stand for all, besides those that are there to be compared with."""

Deeds = Sequence[Mapping[str, Any]]
"""What others may do, each by what it sets: a value, or months with values such as `[["2025-01", 0.9]]`."""


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
    settings = settings_of(base, theories, others)
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
        found = np.array([journal.known[each] for each in tried])
        chosen = _chosen(knobs, tried, found)
        best = least_regret(field.performance(chosen, known), wants)
        told = field.performance(chosen, fresh)
    is_front = front(found)
    waits = np.array([knobs.waits(each) for each in tried])
    counts = {"tried": len(tried), "front": int(is_front.sum()), "waiting": int((is_front & waits).sum())}
    return Policies(
        field, objectives, tuple(chosen), told, best, counts, (known, fresh), journal, tuple(sys.argv)
    )


def settings_of(base: Scenario, theories: Iterable[str] | None, others: Deeds) -> tuple[Setting, ...]:
    """Theories of choice, each with nothing that others do and with each of what they may do.

    Raises BadInput, ScenarioError.
    """
    if isinstance(theories, str):
        raise BadInput(f"theories are a list, such as ['{theories}']")
    named = list(dict.fromkeys(THEORIES.shipped if theories is None else theories))
    if not named:
        raise BadInput("no theory of choice is named; name some, or leave them out for all")
    found = []
    for deed in ({}, *others):
        did = base
        if deed:
            did = base.intervene(dict(deed))
        for theory in named:
            label = ", ".join([theory, *(f"{key} {_short(value)}" for key, value in deed.items())])
            found.append(Setting(label, did.override({"decision.theory": theory})))
    return tuple(found)


def _short(value: Any) -> str:
    """What is done, and from when on, in few signs."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return ", ".join(f"{each} from {month}" for month, each in value)
    return str(value)


def _uncertain(base: Scenario, draws: int, seed: int) -> tuple[tuple[Entry, ...], dict[str, np.ndarray]]:
    """Draws of the uncertain numbers, as the file says; none where it calls none uncertain."""
    if not free_numbers(base):
        return (), {}
    beliefs = own_beliefs(base, draws, seed)
    return beliefs.free, dict(beliefs.values)


def _chosen(knobs: Knobs, tried: Sequence[Places], found: np.ndarray) -> list[Places]:
    """The status quo, a few that stand for the front, and a rival of the best of them that waits."""
    on_front = np.flatnonzero(front(found))
    taken = on_front[spread_out(found[on_front], SHOWN)].tolist()
    waiting = [place for place in taken if knobs.waits(tried[place])]
    if waiting:
        best = min(waiting, key=lambda place: found[place, 0])
        fixed = [place for place, each in enumerate(tried) if not knobs.waits(each)]
        affordable = [place for place in fixed if found[place, -1] <= found[best, -1]]
        taken += sorted(affordable, key=lambda place: found[place, 0])[:1]
    return list(dict.fromkeys([knobs.status_quo, *(tried[place] for place in taken)]))


def _identity(field: Field, objectives: Sequence[Objective], luck: Luck) -> dict[str, Any]:
    """What the numbers of a journal follow from."""
    from sim.writing.manifest import made_with

    return {
        "as_run": [setting.scenario.raw for setting in field.settings],
        "actor": field.knobs.actor,
        "wants": [str(want) for want in field.wants],
        "objectives": [each.name for each in objectives],
        "values": {name: each.tolist() for name, each in field.values.items()},
        "luck": [list(luck.draws), luck.runs, luck.first, field.seed],
        "versions": made_with("pymoo")["versions"] | {"python": None},
    }
