"""Why an outcome is as likely as it is, or differs between two worlds: mechanisms off on the same futures."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim.engine.request import check_request
from sim.outcomes.target import Target, target_of
from sim.reading.numbers import whole_of
from sim.refusal import BadInput
from sim.scenario.asked import simulated
from sim.scenario.load import Scenario, ScenarioError, as_scenario
from sim.scenario.lower import lower
from sim.studies.explain.division import CHANGES, MECHANISMS, Division, Kind
from sim.studies.explain.explained import Explained
from sim.studies.explain.flips.flips import flips_of
from sim.studies.explain.flips.pairs import Pair
from sim.studies.explain.flips.question import Question, question_of
from sim.studies.explain.game import Game, OneWorld, Tell, TwoWorlds
from sim.studies.explain.players import NoCards, changes_of, mechanisms, switches
from sim.studies.explain.shapley import Plan, played
from sim.writing.progress import Progress, reporting

MOST_RUNS, MOST_FUTURES = 10**5, 10**6

NO_LEVEL = "of a number, futures flip that lie above a level in one world only; name the level"
OTHER_EVENTS = "the two worlds have other events"
"""Why no flips are told."""


def explain(
    scenario: Scenario | str | Path,
    of: str | None = None,
    by: str | None = None,
    second: Scenario | str | Path | None = None,
    *,
    groups: Iterable[str] | None = None,
    above: float | None = None,
    runs: int = 4000,
    futures: int = 20_000,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress = None,
) -> Explained:
    """What each mechanism adds to an outcome: Shapley values over groups of cards, on the same runs.

    of: an outcome, event, path or column, the first outcome if None. by: a month such as `2024-12`, the last
    that the scenario asks about if None. second: a world whose difference from the first is divided instead.
    groups: names of groups of cards, all if None; the others stay on. futures: how many are looked through
    for flips, in which the outcome comes in one of two worlds only, or a number lies `above` a level. Raises
    BadInput, ScenarioError.

    >>> import sim
    >>> found = sim.explain("armenia-2024", "autonomy", "2024-08", groups=["fear", "autonomy"], runs=50)
    >>> found.table()["name"].tolist()
    ['base', 'fear', 'autonomy', 'whole']
    """
    worlds = [as_scenario(each) for each in (scenario, second) if each is not None]
    asked = Asked.of(worlds, of, by, groups, runs, seed, threads)
    search = Search.of(asked, above, futures)
    with reporting(progress, asked.run_months + search.run_months) as tell:
        return search.done(asked.done(tell), tell)


@dataclass(frozen=True)
class Asked:
    """What is to be divided among whom, ready to be run.

    games: of the mechanisms and of the changes of the second world, each with its plan; None for either that
    there is nothing to tell of. plain: each world by itself.
    """

    plain: tuple[OneWorld, ...]
    mechanisms: tuple[Game, Plan] | None
    changes: tuple[Game, Plan] | None

    @classmethod
    def of(
        cls, worlds: Sequence[Scenario], of: str | None, by: str | None, groups: Iterable[str] | None,
        runs: int, seed: int, threads: int | None,
    ) -> Asked:  # fmt: skip
        """Of one world or two, as `explain` is asked. Raises BadInput, ScenarioError."""
        runs, seed, _, threads = check_request(whole_of("runs", runs, 2, MOST_RUNS), seed, None, threads)
        _check_alike(worlds)
        first = _one_month(worlds, of, by)
        targets = [first, *(target_of(world, first.name, first.dates[0]) for world in worlds[1:])]
        plain = tuple(
            OneWorld(world, (), target, seed, threads=threads)
            for world, target in zip(worlds, targets, strict=True)
        )
        players = changes_of(*worlds) if len(worlds) > 1 else ()
        changes = None
        if players:
            changes = replace(plain[0], players=players, off=False), Plan.of(len(players), runs, seed)
        try:
            cards = mechanisms(worlds[0], groups)
        except NoCards:
            # what makes the second world is an answer without cards
            if not players or groups is not None:
                raise
            return cls(plain, None, changes)
        # one change makes all the difference, which is divided among mechanisms
        if len(players) == 1:
            changes = None
        games = [replace(each, players=switches(each.scenario, cards)) for each in plain]
        game = games[0] if len(games) == 1 else TwoWorlds(*games)
        return cls(plain, (game, Plan.of(len(cards), runs, seed)), changes)

    @property
    def runs(self) -> int:
        asked = self.mechanisms or self.changes
        assert asked is not None
        return asked[1].runs

    @property
    def run_months(self) -> int:
        """The work that it is, for a progress bar."""
        games = [each for each in (self.mechanisms, self.changes) if each is not None]
        divided = sum(game.months * plan.per_run for game, plan in games)
        return self.runs * (divided + sum(world.months for world in self.plain))

    def done(self, tell: Tell = lambda done: None) -> Explained:
        """The answer. Raises ScenarioError, BadInput if all runs failed."""
        mechanisms = self._divided(MECHANISMS, self.mechanisms, tell)
        changes = self._divided(CHANGES, self.changes, tell)
        runs = np.arange(self.runs)
        levels = [each.values(np.empty((self.runs, 0), dtype=bool), runs, tell) for each in self.plain]
        first = self.plain[0]
        worlds = tuple(each.scenario for each in self.plain)
        return Explained(
            worlds, first.target, self.runs, first.seed, np.array(levels), mechanisms, changes,
            tuple(sys.argv),
        )  # fmt: skip

    def _divided(self, kind: Kind, asked: tuple[Game, Plan] | None, tell: Tell) -> Division | None:
        if asked is None:
            return None
        game, plan = asked
        shares = played(game, plan, tell)
        if not shares.ok.any():
            raise BadInput("no run could be used: every one had a number that is not finite")
        target = self.plain[0].target
        return Division(kind, game.players, plan, shares, target.is_share, isinstance(game, TwoWorlds))


@dataclass(frozen=True)
class Search:
    """A look through so many futures of two worlds for flips; question: None if there is none to be asked."""

    asked: Asked
    question: Question | None
    futures: int

    @classmethod
    def of(cls, asked: Asked, above: float | None = None, futures: int = 20_000) -> Search:
        """As `explain` is asked. Raises BadInput for a level without a second world, or of what has none."""
        futures = whole_of("futures", futures, 0, MOST_FUTURES)
        first, *others = asked.plain
        if not others:
            if above is not None:
                raise BadInput("a level tells flips between two worlds; name a second one", about="above")
            return cls(asked, None, 0)
        if above is None and not first.target.is_share:
            return cls(asked, None, futures)
        return cls(asked, question_of(first.target, above), futures)

    @property
    def run_months(self) -> int:
        """The least work that it is, for a progress bar."""
        if self.question is None:
            return 0
        return 2 * self.futures * self.question.months

    def done(self, found: Explained, tell: Tell) -> Explained:
        """The explanation with the flips."""
        if len(found.worlds) < 2 or not self.futures:
            return found
        if self.question is None:
            return replace(found, why_no_flips=NO_LEVEL)
        question = self.question
        one, other = (lower(each, question.months) for each in found.worlds)
        if list(one.parts.event) != list(other.parts.event):
            return replace(found, why_no_flips=OTHER_EVENTS)
        plain = self.asked.plain[0]
        pair = Pair((one, other), question, plain.seed, plain.threads, tell)
        return replace(found, flips=flips_of(pair, self.futures))


def _one_month(worlds: Sequence[Scenario], name: str | None, by: str | None) -> Target:
    """What is asked of the first world by one month: by None the last asked about to which all come."""
    target = target_of(worlds[0], name, by)
    if by is not None:
        return target
    case, months = worlds[0].case, min(world.case.time.months for world in worlds)
    return target_of(worlds[0], target.name, min(target.dates[-1], simulated(case, months)[-1]))


def _check_alike(worlds: Sequence[Scenario]) -> None:
    """Raises ScenarioError for worlds that do not begin in the same month."""
    first, last = worlds[0], worlds[-1]
    if first.case.time.start != last.case.time.start:
        raise ScenarioError([f"{last.name}: cannot be compared with {first.name}: another first month"])
