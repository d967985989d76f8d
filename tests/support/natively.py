"""Settings of a page outside the page: the scenario that they mean, and what the ensemble says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engine.engine import PAGE, Engine
from sim.engine.fingerprint import fingerprint
from sim.outcomes.happenings import Findings, happening_of
from sim.scenario.asked import asked, simulated
from sim.scenario.interventions import label
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.scenario.schema import month_number

Settings = Mapping[str, Any]
"""What a reader has moved: `set`, values by path; `do`, a list of path, value and month (from the first on);
`theory`, a name or None.
"""

NOTHING: Settings = {"set": {}, "do": [], "theory": None}
"""The scenario as it stands."""


@dataclass(frozen=True)
class Answer:
    """What comes of settings: a hash over all that is recorded (see `fingerprint`), and chances [0, 1] of
    each outcome by each of its months.
    """

    hash: str
    chances: dict[str, dict[str, float]]


def under(scenario: Scenario, settings: Settings) -> Scenario:
    """The scenario that settings mean: read otherwise, and with interventions. Raises ScenarioError.

    >>> import sim
    >>> less = under(sim.load("mongolia-2024"), NOTHING | {"set": {"decision.precision": 0.5}})
    >>> less.numbers["decision.precision"]
    0.5
    """
    read = dict(settings["set"])
    if settings["theory"] is not None:
        read["decision.theory"] = settings["theory"]
    if read:
        scenario = scenario.override(read)
    first, done = month_number(scenario.case.time.start), dict[str, list[list[Any]]]()
    for each in sorted(settings["do"], key=lambda each: each["month"]):
        done.setdefault(each["path"], []).append([label(first + each["month"]), each["value"]])
    if done:
        scenario = scenario.intervene(done)
    return scenario


def natively(scenario: Scenario, settings: Settings, runs: int = PAGE, seed: int = 1) -> Answer:
    """What the ensemble says of futures 0 to `runs` - 1 under settings. Raises ScenarioError."""
    meant = under(scenario, settings)
    engine = Engine.of(lower(meant))
    history = engine.page(seed, np.arange(runs, dtype=np.uint64))
    found, ok = Findings(history), ~history.failed
    dates, months = simulated(meant.case, history.months), history.months
    chances = {}
    for name, outcome in meant.case.outcomes.items():
        if outcome.kind == "date":
            first = found.first(happening_of(meant, name))[ok]
            by = asked(meant.case, name, months)
            chances[name] = {dates[month]: float(np.mean(first <= month)) for month in by}
    return Answer(fingerprint([history]), chances)
