"""What is told of a bargain: its terms, and what either side could wait for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sim.rules.bargain import leverage, promise, share_of
from sim.rules.reasons import judgement
from sim.rules.state import at
from sim.rules.structure import Event, Parts, State, Terms


@dataclass(frozen=True)
class Bargain:
    """One month's bargain over an event, at the state on the eve of the events."""

    eve: State
    parts: Parts
    event: Event
    terms: Terms

    @property
    def concession(self) -> float:
        """What is conceded of all there is to concede [1]."""
        return self.eve[at("concession", self.event.name)]

    @property
    def leverage(self) -> float:
        """Bargaining power of the target against the power at the table [1]."""
        return leverage(self.eve, self.parts, self.terms.partner)

    @property
    def sides(self) -> tuple[str, str]:
        """Who concedes, then who receives."""
        if self.terms.to_target > 0.0:
            return self.terms.partner, self.parts.target
        return self.parts.target, self.terms.partner

    def worth(self, actor: str) -> float:
        """What the terms are worth to one side [logits]."""
        # no minus before a nought
        return share_of(self.terms, actor, self.parts.target) * self.concession + 0.0

    def outside(self, actor: str) -> Counter[str]:
        """What waiting for each rival is worth to one side [logits], by the label of the rival."""
        wants, found = judgement(self.eve, self.parts, actor, self.event), Counter[str]()
        for name in self.terms.rivals:
            counts = self.parts.settings.decision.outside
            found[self.parts.event[name].label] += counts * promise(self.eve, self.parts, name, wants)
        return found
