"""What is divided among whom: the worlds that are asked about, and the games that are played for it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.assimilation.given import Given
from sim.assimilation.past import Past
from sim.assimilation.relived import trunks_of
from sim.engine.request import check_request
from sim.engine.setups import Plain
from sim.outcomes.target import Target, target_of
from sim.reading.numbers import whole_of
from sim.refusal import BadInput
from sim.scenario.asked import simulated
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import lower
from sim.studies.explain.division import CHANGES, MECHANISMS, Division, Kind
from sim.studies.explain.explained import Explained
from sim.studies.explain.game import Game, OneWorld, TwoWorlds
from sim.studies.explain.players import NoCards, Player, changes_of, mechanisms, switches
from sim.studies.explain.shapley import Plan, played

MOST_RUNS = 10**5


@dataclass(frozen=True)
class Round:
    """A game to be played, among players of a kind."""

    kind: Kind
    game: Game
    plan: Plan

    @classmethod
    def of(cls, kind: Kind, game: Game, runs: int, seed: int) -> Round:
        return cls(kind, game, Plan.of(len(game.players), runs, seed))

    @property
    def run_months(self) -> int:
        return self.plan.runs * self.plan.per_run * self.game.months

    def divided(self, is_share: bool, tell: Callable[[int], Any]) -> Division:
        """The number, divided among the players. Raises ScenarioError, BadInput if all runs failed."""
        shares = played(self.game, self.plan, tell)
        if not shares.ok.any():
            raise BadInput("no run could be used: every one had a number that is not finite")
        is_apart = isinstance(self.game, TwoWorlds)
        return Division(self.kind, self.game.players, self.plan, shares, is_share, is_apart)


@dataclass(frozen=True)
class Asked:
    """An outcome that is to be divided. plain: each world by itself; rounds: the first is the answer.

    past: that which all worlds share, where runs keep to what is known until a month.
    """

    plain: tuple[OneWorld, ...]
    rounds: tuple[Round, ...]
    runs: int
    past: Past | None = None

    @classmethod
    def of(
        cls, worlds: Sequence[Scenario], of: str | None, by: str | None, groups: Iterable[str] | None,
        runs: int, seed: int, threads: int | None, past: Past | None = None,
    ) -> Asked:  # fmt: skip
        """Of one world or two, as `explain` is asked; past: that which they share, if any.

        Raises BadInput, ScenarioError.
        """
        runs, seed, _, threads = check_request(whole_of("runs", runs, 2, MOST_RUNS), seed, None, threads)
        _check_alike(worlds)
        plain = []
        for target, world in zip(_targets(worlds, of, by), worlds, strict=True):
            plain.append(OneWorld(world, (), target, seed, threads=threads))
        if past is not None:
            plain = _going_on(plain, past, runs)
        rounds, changes = list[Round](), _players_of_changes(worlds)
        try:
            rounds.append(Round.of(MECHANISMS, _of_mechanisms(plain, groups), runs, seed))
        except NoCards:
            # what makes the second world is an answer without cards
            if not changes or groups is not None:
                raise
        # one change makes all the difference, which is divided among mechanisms
        if len(changes) > 1 or not rounds:
            rounds.append(Round.of(CHANGES, replace(plain[0], players=changes, off=False), runs, seed))
        return cls(tuple(plain), tuple(rounds), runs, past)

    @property
    def run_months(self) -> int:
        """The work that it is, for a progress bar."""
        return sum(each.run_months for each in self.rounds) + self.runs * sum(
            each.months for each in self.plain
        )

    def done(self, tell: Callable[[int], Any] = lambda done: None) -> Explained:
        """The answer. Raises ScenarioError, BadInput if all runs failed."""
        target, seed = self.plain[0].target, self.plain[0].seed
        divisions = tuple(each.divided(target.is_share, tell) for each in self.rounds)
        nobody, runs = np.empty((self.runs, 0), dtype=bool), np.arange(self.runs)
        values = np.array([each.values(nobody, runs, tell) for each in self.plain])
        worlds = tuple(each.scenario for each in self.plain)
        return Explained(worlds, target, self.runs, seed, values, divisions, tuple(sys.argv), past=self.past)


def _going_on(plain: Sequence[OneWorld], past: Past, runs: int) -> list[OneWorld]:
    """Worlds whose runs go on from a past, each of which has as many. Raises BadInput."""
    for each in plain:
        known = Given(Plain(each.scenario), past)
        known.check(lower(each.scenario, each.months))
        known.whole(runs)
    trunks = trunks_of(past, runs, plain[0].threads)
    return [replace(each, trunks=trunks) for each in plain]


def _players_of_changes(worlds: Sequence[Scenario]) -> tuple[Player, ...]:
    """The changes that make the second world of the first; none if there is one world."""
    if len(worlds) < 2:
        return ()
    return changes_of(*worlds)


def _of_mechanisms(plain: Sequence[OneWorld], groups: Iterable[str] | None) -> Game:
    """Mechanisms switched off in one world, or in both. Raises BadInput, NoCards, ScenarioError."""
    cards = mechanisms(plain[0].scenario, groups)
    games = [replace(each, players=switches(each.scenario, cards)) for each in plain]
    if len(games) == 1:
        return games[0]
    return TwoWorlds(*games)


def _targets(worlds: Sequence[Scenario], name: str | None, by: str | None) -> Iterator[Target]:
    """What is asked of each world, by one month: by None the last asked about to which all come."""
    first = target_of(worlds[0], name, by)
    if by is None:
        months = min(world.case.time.months for world in worlds)
        by = min(first.dates[-1], simulated(worlds[0].case, months)[-1])
    for world in worlds:
        yield target_of(world, first.name, by)


def _check_alike(worlds: Sequence[Scenario]) -> None:
    """Raises ScenarioError for worlds that do not begin in the same month."""
    first, last = worlds[0], worlds[-1]
    if first.case.time.start != last.case.time.start:
        raise ScenarioError([f"{last.name}: cannot be compared with {first.name}: another first month"])
