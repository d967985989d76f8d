"""How likely dated deeds are under scales of wants and shifts of base rates, given what runs had at stake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from scipy.special import expit, logsumexp

from sim.engine.uncertain import Free
from sim.rules.nodes import Node
from sim.rules.reasons import ANSWER, EXECUTION, PROPOSAL
from sim.studies.wants.deeds import Deed
from sim.studies.wants.stakes import Stakes

AT_ONCE = 2**18
"""Numbers of one row that are held at once."""


@dataclass(frozen=True)
class Likelihood:
    """Deeds, the entries that they are to teach, and what was at stake in each row (by name), run by run.

    weights (runs,): log of the weight of each run, as a particle filter gives it; all alike if None.
    """

    deeds: tuple[Deed, ...]
    entries: tuple[Free, ...]
    stakes: dict[str, Stakes]
    weights: np.ndarray | None = None

    def __call__(self, scores: np.ndarray) -> np.ndarray:
        """Log likelihood (points,) of standard normals of the entries' priors (points, entries).

        Of each run the log odds of all deeds are added up, and the mean is taken over runs of what that
        makes: a run is one whole past, and its months are not independent of each other.
        """
        by_run = self.by_run(scores)
        if self.weights is None:
            return np.asarray(logsumexp(by_run, axis=1) - np.log(by_run.shape[1]))
        return np.asarray(logsumexp(by_run + self.weights, axis=1) - logsumexp(self.weights))

    def by_run(self, scores: np.ndarray) -> np.ndarray:
        """Log odds of all deeds (points, runs) under each run."""
        found = [self._by_run(some) for some in np.array_split(scores, self._pieces(len(scores)))]
        return np.concatenate(found)

    @property
    def rough(self) -> Likelihood:
        """The same of one run that has the mean of all at stake: to find out where to look."""
        mean = {row: own.mean for row, own in self.stakes.items()}
        return Likelihood(self.deeds, self.entries, mean)

    def spread(self, scores: np.ndarray) -> float:
        """How many of the runs count in the mean under the mean of some points (points, entries)."""
        logs = self.by_run(scores.mean(axis=0)[None])[0]
        weights = np.exp(logs - logsumexp(logs))
        return float(1.0 / (weights * weights).sum())

    def _pieces(self, points: int) -> int:
        largest = max(row.may.size for row in self.stakes.values())
        return max(1, min(points, points * largest // AT_ONCE))

    def _by_run(self, scores: np.ndarray) -> np.ndarray:
        values = dict(zip((entry.name for entry in self.entries), moved(self.entries, scores), strict=True))
        found = np.zeros((len(scores), next(iter(self.stakes.values())).may.shape[1]))
        for deed in self.deeds:
            found = found + self._deed(deed, values)
        return found

    def _deed(self, deed: Deed, values: Values) -> np.ndarray:
        """Log odds of what is known of one deed (points, runs)."""
        none, months = self._none(deed, values), self.months[deed.target]
        place = {month: at for at, month in enumerate(months)}
        found = none[:, [place[month] for month in deed.quiet if month in place]].sum(axis=1)
        for window in deed.came:
            some = none[:, [place[month] for month in window if month in place]].sum(axis=1)
            with np.errstate(divide="ignore"):
                found = found + np.log(-np.expm1(some))
        return np.asarray(found)

    def _none(self, deed: Deed, values: Values) -> np.ndarray:
        """Log odds that none of its rows comes to it, month by month (points, months, runs)."""
        found: Any = 0.0
        for row in deed.rows:
            # what is sure has odds of none that are 0
            with np.errstate(divide="ignore"):
                found = found + np.log1p(-self._asked[deed.target, row].chance(deed.node, values))
        return np.asarray(found)

    @cached_property
    def months(self) -> dict[str, list[int]]:
        """The months in which something is known of each deed, and it may come in some run."""
        found = {}
        for deed in self.deeds:
            months = sorted({*deed.quiet, *chain.from_iterable(deed.came)})
            rows = [allowed(self.stakes[row], months, deed.node) for row in deed.rows]
            may = np.any([own.any(axis=1) for own in rows], axis=0)
            found[deed.target] = [month for month, can in zip(months, may, strict=True) if can]
        return found

    @cached_property
    def _asked(self) -> dict[tuple[str, str], Asked]:
        """What decides each row of a deed in the months that are asked about."""
        return {
            (deed.target, row): Asked.of(self.stakes[row], self.months[deed.target], deed.node)
            for deed in self.deeds
            for row in deed.rows
        }


Sum = list[tuple[str, np.ndarray]]
"""Something linear in scales: by the name of each scale what it multiplies (months, runs)."""

Values = dict[str, np.ndarray]
"""Factors of the file's valuations, and shifts of its base rates, by the name of the entry (points,)."""


@dataclass(frozen=True)
class Asked:
    """A row in the months in which what is asked about was decided.

    allowed (months, runs): odds that it may be proposed, is due, and is not called off before it takes place;
    given: by side and pair of endings, what the one is worth more than the other.
    """

    stakes: Stakes
    allowed: np.ndarray
    given: dict[tuple[str, str, str], Sum]

    @classmethod
    def of(cls, stakes: Stakes, months: Sequence[int], node: str) -> Asked:
        """What takes place in some months was proposed and accepted a lead before."""
        able, at = allowed(stakes, months, node), np.array(months, dtype=int) - _lead(stakes, node)
        stakes = stakes.at(np.maximum(at, 0))
        given = {}
        for side in ("initiator", "responder"):
            for pair in PAIRS:
                given[side, *pair] = _difference(stakes, side, *pair)
        return cls(stakes, able, given)

    def chance(self, node: str, values: Values) -> np.ndarray:
        """Odds that the row comes to a node in each month (points, months, runs)."""
        proposal, answer, execution = self.odds(values)
        if node == Node.PROPOSED:
            return proposal * self.allowed
        if node in (Node.TOOK_PLACE, Node.ACCEPTED):
            return proposal * answer * self.allowed
        found = proposal * (1.0 - answer) * self.allowed
        if node == Node.EXECUTED:
            return found * execution
        if node == Node.BACKED_DOWN:
            return found * (1.0 - execution)
        return found

    def odds(self, values: Values) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Odds of a proposal, of a yes and of an execution, each (points, months, runs): `sim.rules.choice`.

        Under quantal response who proposes knows the odds of a yes, and who answers those of an execution.
        """
        event, precision = self.stakes.event, self.stakes.precision
        execution = answer = np.ones((1, 1, 1))
        threat: Any = 0.0
        if event.is_threat:
            execution = expit(
                precision * self._worth("initiator", EXECUTED, values) + self._logit(EXECUTION, values)
            )
            threat = execution * self._worth("responder", EXECUTED, values)
        if event.can_fail:
            gained = self._worth("responder", ACCEPTED, values) - threat
            answer = expit(precision * gained + self._logit(ANSWER, values))
        if event.is_dated:
            return np.ones((1, 1, 1)), answer, execution
        no = self._worth("initiator", REFUSED, values)
        gained = self._worth("initiator", ACCEPTED, values)
        if event.is_threat:
            threat = execution * self._worth("initiator", EXECUTED, values)
            no, gained = no + threat, gained - threat
        return expit(precision * (no + answer * gained) + self._logit(PROPOSAL, values)), answer, execution

    def _worth(self, side: str, pair: tuple[str, str], values: Values) -> np.ndarray:
        """What one ending is worth more than another to a side under some scales (points, months, runs)."""
        points = len(next(iter(values.values())))
        found = np.zeros((points, *self.allowed.shape))
        for scale, worth in self.given[side, *pair]:
            found += values[scale][:, None, None] * worth
        return found

    def _logit(self, step: str, values: Values) -> np.ndarray:
        """What stands in the odds of a step besides wants (points, months, runs)."""
        logit = self.stakes.logits[step][None]
        if step in self.stakes.shifts:
            logit = logit + values[self.stakes.shifts[step]][:, None, None]
        return logit


NOTHING = "nothing"
ACCEPTED, EXECUTED, REFUSED = ("accepted", "refused"), ("executed", "refused"), ("refused", NOTHING)
PAIRS = (ACCEPTED, EXECUTED, REFUSED)
"""Pairs of endings of which the difference in worth decides something."""


def _difference(stakes: Stakes, side: str, one: str, other: str) -> Sum:
    """What one ending is worth more than another to a side, want by want."""
    found: dict[str, Any] = {}
    for term in stakes.terms:
        if term.side == side and term.ending in (one, other):
            sign = 1.0 if term.ending == one else -1.0
            found[term.scale] = found.get(term.scale, 0.0) + sign * term.worth
    return list(found.items())


def _lead(stakes: Stakes, node: str) -> int:
    """Months from the decision to what is asked about."""
    if node == Node.TOOK_PLACE:
        return stakes.event.lead
    return 0


def allowed(stakes: Stakes, months: Sequence[int], node: str) -> np.ndarray:
    """Odds (months, runs) that a row may be proposed, is due, and is not called off until some months."""
    lead = _lead(stakes, node)
    at = np.array(months, dtype=int) - lead
    # what takes place in the first months was announced before the simulated ones, that is never
    inside, at = at >= 0, np.maximum(at, 0)
    kept = np.ones((len(at), stakes.may.shape[1]))
    for ahead in range(1, lead + 1):
        kept = kept * stakes.keeps[at + ahead]
    return np.asarray(stakes.may[at] * stakes.due[at] * kept * inside[:, None])


def moved(entries: Sequence[Free], scores: np.ndarray) -> np.ndarray:
    """Factors and shifts of the file's numbers (entries, points) of standard normals (points, entries)."""
    pairs = zip(entries, scores.T, strict=True)
    return np.array([entry.applied(float(entry.is_factor), entry.value(z)) for entry, z in pairs])
