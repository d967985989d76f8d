"""A game beside what the rule makes of the same seat: on the same luck, and in many futures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.play.game import Game
from sim.play.table import Table, mean_of
from sim.statistics.paired import Difference, difference

FUTURES = 200
"""Futures in which a game stands beside the rule, besides its own."""


@dataclass(frozen=True)
class Beside:
    """A game month by month, beside the rule: what the state was worth, beyond the start [logits].

    own, ruled (months,): of the game, and of the rule on its luck; fan (futures, months): of the rule in
    other futures; plan (futures, months): of the choices of the game there.
    """

    own: np.ndarray
    ruled: np.ndarray
    fan: np.ndarray
    plan: np.ndarray

    @property
    def worth(self) -> float:
        """What the game came to: the mean over months [logits]."""
        return float(mean_of(self.own[:, None])[0])

    @property
    def rule(self) -> float:
        """What the rule makes of the same luck [logits]."""
        return float(mean_of(self.ruled[:, None])[0])

    @property
    def gain(self) -> float:
        """What was gained over the rule on the same luck [logits]; below 0 it is regret."""
        return self.worth - self.rule

    @property
    def elsewhere(self) -> Difference:
        """What the same choices gain over the rule in other futures, with its interval [logits]."""
        return difference(self.others, mean_of(self.plan.T))

    @property
    def others(self) -> np.ndarray:
        """What the rule makes of other futures: means over months (futures,) [logits]."""
        return mean_of(self.fan.T)


def beside(game: Game, futures: int = FUTURES) -> Beside:
    """Lay a game that is over beside the rule."""
    numbers = [game.future, *range(futures)]
    rule = game.table.again(numbers)
    while not rule.is_over:
        rule.take({})
    ruled, played = _by_month(rule, game.actor), _by_month(game.replayed(numbers), game.actor)
    return Beside(played[0], ruled[0], ruled[1:], played[1:])


def _by_month(table: Table, actor: str) -> np.ndarray:
    """What the state was worth (futures, months) [logits]."""
    return np.stack(table.worth[actor], axis=1)
