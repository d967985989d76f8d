"""Several seats of one future as a PettingZoo environment: a step is a round, two rounds are a month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from sim.play.environments.spaces import Spaces, needs_extra
from sim.play.table import Table
from sim.scenario.load import Scenario

try:
    from pettingzoo import ParallelEnv  # type: ignore[import-untyped]
except ImportError as error:  # pragma: no cover
    raise needs_extra("PettingZoo", error) from None


class Seats(ParallelEnv):
    """One future in which learners sit in some seats; see `Spaces` for what they see and do.

    A reward is a month's worth of the state to the actor, beyond the start, over the months of the game
    [logits]: rewards sum to its mean worth. `reset(seed=...)` plays the first future of a seed, a reset
    without one the next.
    """

    metadata: ClassVar[dict[str, Any]] = {"name": "steppe_v0", "is_parallelizable": True, "render_modes": []}

    def __init__(self, table: Table) -> None:
        self._made, self.table = table, table
        self.possible_agents = list(table.actors)
        self.agents = list(self.possible_agents)
        self.spaces = {actor: Spaces(table.seat(actor), table.games.world.months) for actor in self.agents}
        self._spaces = {actor: (own.observation(), own.action()) for actor, own in self.spaces.items()}
        self._future = -1
        self.render_mode = None

    def observation_space(self, agent: str) -> Any:
        return self._spaces[agent][0]

    def action_space(self, agent: str) -> Any:
        return self._spaces[agent][1]

    def reset(self, seed: int | None = None, options: Mapping[str, Any] | None = None) -> tuple[dict, dict]:
        """The beginning of a future, and nothing further."""
        self._future += 1
        if seed is not None:
            self._made.games.seed, self._future = seed, 0
        self.table = self._made.again([self._future])
        self.agents = list(self.possible_agents)
        return self._seen()

    def step(self, actions: Mapping[str, Mapping[str, np.ndarray]]) -> tuple[dict, dict, dict, dict, dict]:
        """A round. Raises IllegalMove for what no choice can be; what is not legal now does nothing."""
        if not self.agents:
            return {}, {}, {}, {}, {}
        is_second = not self.table.is_first_round
        chosen = {}
        for actor, action in actions.items():
            own = {name: np.asarray(values)[None] for name, values in action.items()}
            chosen[actor] = self.spaces[actor].chosen(self.table, own)
        self.table.take(chosen)
        rewards = dict.fromkeys(self.agents, 0.0)
        if is_second:
            months = self.table.games.world.months
            rewards = {actor: float(self.table.worth_now(actor)[0]) / months for actor in self.agents}
        over = self.table.is_over
        observed, infos = self._seen()
        ended, cut = dict.fromkeys(self.agents, over), dict.fromkeys(self.agents, False)
        if over:
            self.agents = []
        return observed, rewards, ended, cut, infos

    def _seen(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What each seat observes, and beside it the mask of its actions."""
        observed, infos = {}, {}
        for actor in self.agents:
            own = self.spaces[actor].observed(self.table)
            observed[actor] = {name: values[0] for name, values in own.items()}
            infos[actor] = {"action_mask": self.spaces[actor].mask(observed[actor]["legal"])}
        return observed, infos

    def render(self) -> None:
        """There is nothing to be drawn; `steppe play` tells a game in words."""

    def close(self) -> None:
        """Nothing is held."""


def parallel_env(
    scenario: Scenario | str | Path, seats: Iterable[str], *, months: int | None = None, seed: int = 1
) -> Seats:
    """An environment in which learners sit in these seats, on the luck of the model.

    Raises ScenarioError, and BadInput for actors that have no seat. Needs the extra `play`.

    >>> import sim.play
    >>> env = sim.play.parallel_env("mongolia-2024", seats=["Mongolia", "Russia"], months=3)
    >>> observed, _ = env.reset(seed=7)
    >>> sorted(observed["Russia"])
    ['legal', 'observation']
    """
    return Seats(Table.of(scenario, seats, [0], seed, months))
