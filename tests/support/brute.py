"""Conditioning by brute force, the judge of the particle filter: free runs, of which those are kept that did
what is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.assimilation.deeds import known_of
from sim.assimilation.facts import EVENT, TIME, Fact
from sim.assimilation.instruments import Instruments
from sim.engine.history import NODES, History
from sim.engine.knowing import knowing
from sim.engine.pages import pages
from sim.outcomes.happenings import Findings, happenings_of
from sim.rules.known import LOG_ODDS
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from tests.support.small import small

START = 2010 * 12


def event(target: str, month: int, came: bool = True, months: int = 1) -> Fact:
    """Whether something happened in some months after the start."""
    return Fact(EVENT, target, START + month, START + month + months - 1, float(came))


def first_time(target: str, month: float, months: int) -> Fact:
    """When something first happened [months after the start], within so many months; never if infinite."""
    return Fact(TIME, target, START, START + months - 1, START + month)


def busy(changes: dict[str, Any] | None = None, months: int = 8) -> Scenario:
    """The small case with a row of every kind, all of which are likely within a few months."""
    push = lambda size: {"accepted": {"wealth": size}}  # noqa: E731
    rows: dict[str, Any] = {
        "loan": {"base_logit": -1.0, "response_logit": 0.0, "cooldown": 1, "retry": 1},
        "aid": {"base_logit": -0.5, "once": True},
        "raid": {"base_logit": -1.5, "shifts": {"change(wealth)": -8.0}},
        # announced, and called off now and then
        "summit": _row("North", "Buffer", -0.5, 0.5) | push(0.08)
        | {"lead": 2, "cancel": {"base_logit": -1.0}, "cancelled": {"war": 0.1}},
        "mission": _row("South", "Buffer", -1.0, 0.5) | push(0.05)
        | {"lead": 2, "cancel": {"base_logit": 0.0}, "cancelled": {"war": -0.1}},
        # announced, and never called off
        "visit": _row("South", "Buffer", -0.7, 0.5) | {"lead": 1, "cooldown": 1} | push(-0.06),
        "threat": _row("North", "Buffer", -0.8, -0.4)
        | {"execution_logit": 0.3, "accepted": {"war": -0.05}, "executed": {"war": 0.15}},
        "first": _row("North", "Buffer", -0.4, 0.3) | {"group": "talks", "retry": 1} | push(0.07),
        "second": _row("South", "Buffer", 0.0, -0.3) | {"group": "talks"} | push(-0.07),
        "third": _row("South", None, -0.6) | {"group": "talks", "effects": {"wealth": 0.1}},
        "vote": {
            "label": "vote", "initiator": "calendar", "dates": ["2010-03", "2010-06"], "responder": "contest",
            "response_logit": 0.2, "response_shifts": {"change(wealth)": 6.0}, "accepted": {"wealth": 0.1},
        },
        "fair": {
            "label": "fair", "initiator": "calendar", "dates": ["2010-04"], "effects": {"wealth": 0.01},
        },
    }  # fmt: skip
    any_of = lambda node, *names: {"label": node, "any_of": list(names), "node": node}  # noqa: E731
    outcomes = {
        "deal": any_of("took_place", "loan", "aid"),
        "talked": any_of("took_place", "first", "second"),
        "mixed": any_of("took_place", "first", "aid", "second", "raid"),
        "asked": any_of("proposed", "loan"),
        "asked_any": any_of("proposed", "loan", "threat"),
        "met": any_of("took_place", "third", "second"),
        "gathered": any_of("took_place", "summit", "visit"),
        "journeys": any_of("took_place", "summit", "mission"),
        "received": any_of("took_place", "summit", "raid"),
        "either": any_of("took_place", "loan", "threat"),
    }
    case = {
        "time": {"months": months}, "events": rows, "outcomes": outcomes | {"loan": None},
        "quantities": {"wealth": {"noise": 0.03}},
    }  # fmt: skip
    found = small(case)
    return found.override(changes) if changes else found


def _row(initiator: str, responder: str | None, base: float, response: float | None = None) -> dict[str, Any]:
    row = {"label": "row", "initiator": initiator, "base_logit": base}
    if responder is None:
        return row
    return row | {"responder": responder, "response_logit": response}


@dataclass(frozen=True)
class Told:
    """What is told of some runs: (questions, runs), and weights (runs,) that are to have the mean of the
    evidence.
    """

    told: np.ndarray
    weights: np.ndarray

    @property
    def evidence(self) -> tuple[float, float]:
        """How likely the facts are, and its standard error."""
        count = len(self.weights)
        return float(self.weights.mean()), float(self.weights.std() / np.sqrt(count))

    @property
    def means(self) -> tuple[np.ndarray, np.ndarray]:
        """Means under the weights (questions,), and their standard errors (of a ratio of means)."""
        share = self.weights / self.weights.sum()
        means = self.told @ share
        return means, np.sqrt((((self.told - means[:, None]) * share) ** 2).sum(axis=1))


def questions(history: History) -> np.ndarray:
    """Paths of states and whether each row ever came to each node, in the first half and after
    (questions, runs).
    """
    paths = [history[name] for name in ("wealth", "war", "alignment.order", "goodwill.North")]
    found = [path[month] for path in paths for month in range(0, history.months, 2)]
    half = history.months // 2
    for row in history.world.parts.event:
        for node in NODES:
            came = history.happened(row, node)
            found += [came[:half].any(axis=0), came[half:].any(axis=0)]
    return np.array(found, dtype=float)


def right(said: np.ndarray, facts: Sequence[Fact]) -> np.ndarray:
    """Which runs say (facts, runs) just what facts of events say (runs,)."""
    wanted = np.array([fact.value for fact in facts])
    return (said == wanted[:, None]).all(axis=0)


@dataclass(frozen=True)
class Free:
    """Free runs, of which those can be picked that did what is known: told (questions, runs), and their rows.

    came: by target, whether it came in each month (months, runs).
    """

    told: np.ndarray
    came: dict[str, np.ndarray]

    def who(self, facts: Sequence[Fact]) -> Told:
        """Those that did it count, the others do not."""
        return Told(self.told, right(np.array([self._said(fact) for fact in facts]), facts).astype(float))

    def _said(self, fact: Fact) -> np.ndarray:
        came = self.came[fact.target][fact.first - START : fact.last + 1 - START]
        if fact.kind == EVENT:
            return came.any(axis=0).astype(float)
        return np.where(came.any(axis=0), fact.first + came.argmax(axis=0), np.inf)


def free_runs(scenario: Scenario, runs: int, seed: int = 5) -> Free:
    """Runs of which nothing is known."""
    targets = happenings_of(scenario)

    def work(history: History) -> tuple[np.ndarray, list[np.ndarray]]:
        findings = Findings(history)
        return questions(history), [findings.occurred(each) for each in targets]

    told, came = zip(*pages(lower(scenario), runs, seed, 2, work), strict=True)
    joined = [np.concatenate(each, axis=1) for each in zip(*came, strict=True)]
    return Free(
        np.concatenate(told, axis=1),
        {each.name: found for each, found in zip(targets, joined, strict=True)},
    )


def by_knowing(scenario: Scenario, facts: tuple[Fact, ...], runs: int, seed: int = 6) -> Told:
    """Runs whose luck keeps to what is known, weighted by the odds that they gave to it."""
    world = lower(scenario)
    known = knowing(world, known_of(world, facts))
    instruments = Instruments.of(known, facts)

    def work(history: History) -> tuple[np.ndarray, np.ndarray]:
        logs = history[LOG_ODDS].sum(axis=0) if known.parts.deeds else np.zeros(len(history.runs))
        return questions(history), right(instruments.measure(history), facts) * np.exp(logs)

    told, weights = zip(*pages(known, runs, seed, 2, work), strict=True)
    return Told(np.concatenate(told, axis=1), np.concatenate(weights))


def apart(one: Told, other: Told) -> float:
    """How far evidence and posterior means lie apart at most, in standard errors of the difference."""
    (means, errors), (others, their) = one.means, other.means
    own, their_evidence = one.evidence, other.evidence
    gaps = np.append(means - others, own[0] - their_evidence[0])
    spread = np.sqrt(np.append(errors**2 + their**2, own[1] ** 2 + their_evidence[1] ** 2))
    # what is the same in all runs has no error, and may not differ
    return float((np.abs(gaps) / np.maximum(spread, 1e-9)).max())
