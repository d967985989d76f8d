"""Events from proposal to effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.rules import structure
from sim.rules.structure import Increment
from tests.support.plain_mesa.arithmetic import clip, logistic
from tests.support.plain_mesa.names import Names
from tests.support.plain_mesa.things import Axis

if TYPE_CHECKING:
    from tests.support.plain_mesa.actors import Actor
    from tests.support.plain_mesa.model import PlainModel

MARGINS = {
    "alignment": "alignment_margin", "bandwidth": "bandwidth_margin", "attraction": "attraction_margin",
    "credit": "credit_margin", "goodwill": "goodwill_margin",
}  # fmt: skip
"""How an actor values a kind of numbers; what is of no kind is a stock."""


class Effect:
    """What an event adds to one number; towards: somebody else's axis to which a tilt goes, else None."""

    def __init__(
        self, model: PlainModel, row: Increment, names: Names, key: str, towards: Axis | None = None
    ) -> None:
        self.names, self.key, self.size, self.towards = names, key, row.size, towards
        self.kind, *self.owners = key.split(".")
        self.margin = MARGINS.get(self.kind, "stock_margin")
        self.driver, self.foreseen, self.live = names.driver(row.driver), names.driver(row.foreseen), None
        # terms are struck after all else has been worked out
        if any(step.kind == "name" and step.name.startswith("agreed.") for step in row.driver.steps):
            self.live = names.function(row.driver)
        if self.kind == "payoff":
            return
        text, self.attribute = names.place(key).rsplit(".", 1)
        self.owner = names.made(text)
        self.spot = (self.owner, self.attribute, *model.world.parts.bounds[key])
        if self.kind == "goodwill":
            self.supplier = model.suppliers[self.owners[0]]

    def foreseen_amount(self) -> float:
        """What it would add when it falls due."""
        return self.amount(1.0 if self.foreseen is None else self.names.values[self.foreseen])

    def due_amount(self) -> float:
        """What it adds now."""
        if self.live is not None:
            return self.amount(self.live())
        return self.amount(1.0 if self.driver is None else self.names.values[self.driver])

    def amount(self, driver: float) -> float:
        amount = self.size * driver
        if self.towards is not None:
            amount *= self.towards.level - self.owner.level
        elif self.kind == "bandwidth":
            density = self.owner.bandwidth
            amount *= 1.0 - density if self.size > 0.0 else density
        return amount


def effects(model: PlainModel, rows: tuple[Increment, ...], names: Names) -> list[Effect]:
    """An effect list; a tilt is an effect on each axis."""
    found = []
    for row in rows:
        kind, *owners = row.key.split(".")
        if kind == "tilt":
            # the target's position, where nobody else's is named
            mine, theirs = (model.deciders[name] for name in [model.target.name, *owners][-2:])
            axes = zip(mine.standing.axes, theirs.axes, strict=True)
            found += [Effect(model, row, names, key, axis) for key, axis in axes]
        else:
            found.append(Effect(model, row, names, row.key))
    return found


def collect(effects: list[Effect], changes: dict[tuple, float]) -> None:
    """Add what a list of effects does to the changes of the month."""
    for effect in effects:
        if effect.kind != "payoff":
            changes[effect.spot] = changes.get(effect.spot, 0.0) + effect.due_amount()


class Offer(mesa.Agent):
    """One event: the odds of each step, and what luck makes of them."""

    def __init__(self, model: PlainModel, row: structure.Event, names: Names) -> None:
        super().__init__(model)
        self.row, self.name, self.names = row, row.name, names
        endings = (row.accepted, row.refused, row.executed, row.cancelled)
        self.lists = [effects(model, rows, names) for rows in endings]
        self.accepted, self.refused, self.executed, _ = self.lists
        self.shifts, self.response_shifts, self.cancel_shifts = (
            [(names.driver(value), size) for value, size in shifts]
            for shifts in (row.shifts, row.response_shifts, row.cancel_shifts)
        )
        self.gate = None if row.gate is None else names.driver(row.gate)
        self.pending, self.happened, self.took_place = 0, 0.0, False
        self.hazard = model.start[f"hazard.{row.name}"]
        self.terms, self.agreed, self.conceded = model.start.get(f"terms.{row.name}", 0.0), 0.0, 0.0
        self.principal = model.deciders.get(row.principal)
        self.responder = model.deciders.get(row.responder)
        self.precision = model.settings.decision.precision

    def shifted(self, base: float, shifts: list) -> float:
        for driver, size in shifts:
            base += size * self.names.values[driver]
        return base

    def weigh(self) -> None:
        """Work backwards through execution, terms, answer and proposal."""
        row = self.row
        self.execution = 0.0
        if self.executed:
            gain = self.principal.utility(self.executed) - self.principal.utility(self.refused)
            self.execution = logistic(self.precision * gain + row.execution_logit)
        yes, refusal = self.worths(self.principal)
        answered = self.worths(self.responder)
        if row.terms is not None:
            sides = {self.principal.name: yes - refusal, self.responder.name: answered[0] - answered[1]}
            self.bargain(sides[self.model.target.name], sides[row.terms.partner])
            yes += self.share(self.principal) * self.concession
            answered = answered[0] + self.share(self.responder) * self.concession, answered[1]
        self.acceptance = self.odds_of_yes(*answered) if row.can_fail else 1.0
        wish = self.model.calendar.get(f"due.{self.name}", 0.0)
        if row.is_drawn:
            worth = refusal + self.acceptance * (yes - refusal)
            wish = logistic(self.shifted(row.base_logit, self.shifts) + self.precision * worth)
        self.proposal = wish if self.is_free() else 0.0
        self.outlook = 1.0 if self.pending else self.proposal * self.acceptance

    def worths(self, actor: Actor | None) -> tuple[float, float]:
        """What a yes and a no are worth to one side; nothing to nobody."""
        if actor is None:
            return 0.0, 0.0
        yes, no = actor.utility(self.accepted), actor.utility(self.refused)
        if self.executed:
            no += self.execution * (actor.utility(self.executed) - no)
        if self.row.terms is not None:
            yes -= self.waiting(actor)
        return yes, no

    def waiting(self, actor: Actor) -> float:
        """What other offers promise one side."""
        found = 0.0
        for name in self.row.terms.rivals:
            rival = self.model.offers[name]
            worth = actor.utility(rival.accepted)
            if rival.row.terms is not None:
                worth += rival.share(actor) * rival.terms
            found += rival.hazard * worth
        return self.model.settings.decision.outside * found

    def share(self, actor: Actor) -> float:
        """What the whole concession is worth to an actor."""
        if actor is self.model.target:
            return self.row.terms.to_target
        return self.row.terms.to_power if actor.name == self.row.terms.partner else 0.0

    def bargain(self, target: float, power: float) -> None:
        """Settle on a concession between the points at which either side would rather have no deal."""
        terms, needs = self.row.terms, sum([each.vulnerability for each in self.model.powers])
        need = self.model.suppliers[terms.partner].vulnerability
        leverage = 1.0 - need / needs if needs > 0.0 else 1.0
        ends = -target / terms.to_target, -power / terms.to_power
        agreed = leverage * ends[1] + (1.0 - leverage) * ends[0]
        least, most = ends if terms.to_target > 0.0 else ends[::-1]
        self.concession = min(clip(most, 0.0, 1.0), max(clip(least, 0.0, 1.0), agreed))

    def odds_of_yes(self, yes: float, no: float) -> float:
        logit = self.shifted(self.row.response_logit, self.response_shifts)
        return logistic(self.precision * (yes - no) + logit)

    def is_free(self) -> bool:
        """Whether it may be proposed."""
        if self.model.waits[self.row.wait] >= 1.0 or (self.row.once and self.happened):
            return False
        return self.gate is None or self.names.values[self.gate] > 0.0

    def bid(self) -> None:
        """Propose by luck; of a group whoever is first in a fair queue."""
        u = self.random.random()
        self.proposed = u < self.proposal
        self.queue = u / self.proposal if self.proposed else 1.0

    def settle(self, changes: dict[tuple, float]) -> None:
        """Answer, deed, announcement, cancellation; what takes effect is added to the month's changes."""
        row, chance = self.row, self.random.random
        accepted = self.struck = self.proposed and (not row.can_fail or chance() < self.acceptance)
        refused = self.proposed and not accepted
        executed = refused and bool(self.executed) and chance() < self.execution
        cancelled, self.took_place = False, accepted
        if row.lead:
            cancelled = self.advance(accepted)
        self.wait(accepted, refused, cancelled)
        if accepted and row.terms is not None and not row.lead:
            self.agreed = self.concession
        # a refusal that is answered by the deed has the effects of the deed alone
        endings = (self.took_place, refused and not executed, executed, cancelled)
        for happens, listed in zip(endings, self.lists, strict=True):
            if happens:
                collect(listed, changes)

    def advance(self, accepted: bool) -> bool:
        """What is announced comes nearer, or is called off."""
        row, cancelled = self.row, False
        if self.pending and row.cancel_logit is not None:
            odds = logistic(self.shifted(row.cancel_logit, self.cancel_shifts))
            cancelled = self.random.random() < odds
        self.took_place = self.pending == 1 and not cancelled
        self.pending = max(self.pending - 1, 0)
        if cancelled:
            self.pending = 0
        if accepted:
            self.pending = row.lead
        return cancelled

    def wait(self, accepted: bool, refused: bool, cancelled: bool) -> None:
        """Months until it, or its group, may be proposed again."""
        row, waits = self.row, self.model.waits
        if accepted:
            waits[row.wait] = max(waits[row.wait], float(row.lead + row.cooldown))
        if refused:
            waits[row.wait] = max(waits[row.wait], float(row.retry))
        if cancelled:
            waits[row.wait] = float(row.retry)

    def remember(self) -> None:
        self.hazard = self.outlook
        if self.row.terms is not None:
            self.terms = self.concession
            self.conceded += self.took_place * self.agreed
            # what was announced before took place at its own terms
            if self.struck:
                self.agreed = self.concession
        self.happened = max(self.happened, float(self.took_place))
