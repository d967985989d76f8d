"""Many futures of one seat as a Gymnasium vector environment: they step together in machine code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.play.environments.spaces import Spaces, needs_extra
from sim.play.table import Table
from sim.scenario.load import Scenario

try:
    from gymnasium.vector import AutoresetMode, VectorEnv
    from gymnasium.vector.utils import batch_space
except ImportError as error:  # pragma: no cover
    raise needs_extra("Gymnasium", error) from None


class Futures(VectorEnv):
    """Futures of a scenario in each of which the learner sits in the same seat; see `Spaces`.

    A step is a round, two rounds are a month; rewards are those of `Seats`. All futures end together, and the
    step after that begins the next ones, of other luck.
    """

    metadata: dict[str, Any] = {"autoreset_mode": AutoresetMode.NEXT_STEP, "render_modes": []}  # noqa: RUF012

    def __init__(self, table: Table) -> None:
        self._made, self.table = table, table
        (self.actor,) = table.actors
        self.num_envs = len(table)
        self.spaces = Spaces(table.seat(self.actor), table.games.world.months)
        self.single_observation_space, self.single_action_space = (
            self.spaces.observation(),
            self.spaces.action(),
        )
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self._first = -self.num_envs

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """The beginning of as many futures: the first ones of a seed, or else the next ones."""
        self._first += self.num_envs
        if seed is not None:
            self._made.games.seed, self._first = seed, 0
        self.table = self._made.again(range(self._first, self._first + self.num_envs))
        return self.spaces.observed(self.table), {}

    def step(self, actions: Mapping[str, np.ndarray]) -> tuple[Any, ...]:
        """A round of all futures. Raises IllegalMove for what no choice can be."""
        rewards, over = np.zeros(self.num_envs), np.zeros(self.num_envs, dtype=bool)
        if self.table.is_over:
            observed, _ = self.reset()
            return observed, rewards, over, over.copy(), {}
        is_second = not self.table.is_first_round
        self.table.take({self.actor: self.spaces.chosen(self.table, actions)})
        if is_second:
            rewards = self.table.worth_now(self.actor) / self.table.games.world.months
        over |= self.table.is_over
        return self.spaces.observed(self.table), rewards, over, np.zeros_like(over), {}

    def close_extras(self, **kwargs: Any) -> None:
        """Nothing is held."""


def vector_env(
    scenario: Scenario | str | Path,
    seat: str,
    num_envs: int = 512,
    *,
    months: int | None = None,
    seed: int = 1,
) -> Futures:
    """Many futures side by side in which a learner sits in one seat.

    Raises ScenarioError, and BadInput for an actor that has no seat. Needs the extra `play`.

    >>> import sim.play
    >>> env = sim.play.vector_env("mongolia-2024", "Mongolia", 8, months=3)
    >>> observed, _ = env.reset(seed=7)
    >>> observed["legal"].shape[0]
    8
    """
    return Futures(Table.of(scenario, [seat], num_envs, seed, months))
