"""The log odds of a decision in parts: what each cause adds, in the runs and months in which it is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.engine.history import History
from sim.engine.telling import Told
from sim.rules.nodes import Node
from sim.rules.reasons import ANSWER, BASE, CALLING_OFF, EXECUTION, MAY, PRECISION, PROPOSAL, reason
from sim.rules.state import at

STEPS = {
    Node.PROPOSED: PROPOSAL, Node.ACCEPTED: ANSWER, Node.EXECUTED: EXECUTION, Node.CANCELLED: CALLING_OFF,
}  # fmt: skip
"""What luck decides, by the name under which the month tells of it."""

ODDS = {Node.PROPOSED: "proposal", Node.ACCEPTED: "acceptance", Node.EXECUTED: "execution"}

Asked = tuple[str, Node]
"""An event, and what is decided of it."""

BASES = "base odds"
"""The cause of what the file gives, whatever anybody wants."""


@dataclass(frozen=True)
class Weighed:
    """A decision in some runs of one world, each in its month.

    odds (runs,); may (runs,): 1 where it could be made at all; parts: logits (runs,) that each cause adds to
    the log odds, which they sum to under the theories whose responder weighs its own stakes alone.
    """

    odds: np.ndarray
    may: np.ndarray
    parts: dict[str, np.ndarray]

    @classmethod
    def joined(cls, pieces: Sequence[Weighed]) -> Weighed:
        """The same decision in the runs of all pieces, one after the other."""
        odds, may = (np.concatenate([getattr(each, name) for each in pieces]) for name in ("odds", "may"))
        parts = {cause: np.concatenate([each.parts[cause] for each in pieces]) for cause in pieces[0].parts}
        return cls(odds, may, parts)


def weighed(history: History, told: Told, asked: Asked, months: np.ndarray, places: np.ndarray) -> Weighed:
    """A decision in some runs of a told history, by their places in it (runs,), in months (runs,)."""
    event, node = asked

    def read(name: str) -> np.ndarray:
        return history[name][months, places]

    may = np.ones(len(months))
    if node is Node.PROPOSED:
        may = read(reason(event, MAY))
    base, parts = reason(event, BASE, STEPS[node]), {BASES: np.zeros(len(months))}
    if base in told[event]:
        parts[BASES] = read(base)
    precision = read(reason(event, PRECISION))
    counts = _counts(node, read(at("believed", event)), read(at("execution", event)))
    for name, ending, cause in _named(told, asked):
        weight = precision * counts.get(ending, 0.0)
        if not ending:
            weight = np.ones(len(months))
        parts[cause] = parts.get(cause, 0.0) + weight * read(name)
    return Weighed(read(_odds(event, node)), may, parts)


def _odds(event: str, node: Node) -> str:
    """The name of the odds of a decision."""
    if node is Node.CANCELLED:
        return reason(event, CALLING_OFF)
    return at(ODDS[node], event)


def _counts(node: Node, believed: np.ndarray, execution: np.ndarray) -> dict[str, np.ndarray]:
    """How much the worth of each ending counts, as `choice.proposal_logit` and its like have it."""
    one = np.ones(len(believed))
    if node is Node.PROPOSED:
        no = one - believed
        return {"accepted": believed, "refused": no * (one - execution), "executed": no * execution}
    if node is Node.ACCEPTED:
        return {"accepted": one, "refused": execution - one, "executed": -execution}
    return {"refused": -one, "executed": one}


def _named(told: Told, asked: Asked) -> Iterator[tuple[str, str, str]]:
    """What is told of a decision: its name, the ending of which it is a worth, if of one, and the cause."""
    event, node = asked
    step, start = STEPS[node], len(reason(event)) + 1
    sides = {Node.PROPOSED: "initiator", Node.ACCEPTED: "responder", Node.EXECUTED: "initiator"}
    for name in told[event]:
        head, _, rest = name[start:].partition(".")
        if head == step and rest:
            yield name, "", rest
        elif head == sides.get(node):
            ending, _, cause = rest.partition(".")
            yield name, ending, cause
