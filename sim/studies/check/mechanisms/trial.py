"""The cards of a scenario tried out: the size of each, whether it is enough, and in how many draws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.engine.beliefs import Beliefs, learnt_beliefs, prior_beliefs
from sim.engine.uncertain import drawn, free_numbers
from sim.refusal import ScenarioError
from sim.scenario.cards.read import beside, deck_of, missing, names_of, where
from sim.scenario.load import Scenario
from sim.scenario.paths import BadPath
from sim.scenario.schema.cards import Card, Measured
from sim.studies.check.mechanisms.arms import Arm, arms_of
from sim.studies.check.mechanisms.bench import Bench, Lived, Numbers, by_rule
from sim.studies.check.mechanisms.sizes import Size, excess, is_decided, size_of

RUNS = (512, 1024, 2048, 4096)
"""Runs of each world: more if the interval of fewer does not decide."""

DRAWS = 32
"""Draws of the uncertain numbers under each of which every card is tried."""

RUNS_PER_DRAW = 256


@dataclass(frozen=True)
class Tried:
    """What came of a card: its size over so many runs, and the share of draws in which it is enough.

    size is None, and `why` says why, where it cannot be run; share is None where no number is uncertain.
    """

    name: str
    card: Card
    size: Size | None = None
    runs: int = 0
    share: float | None = None
    why: str = ""

    @property
    def passes(self) -> bool:
        return self.size is not None and excess(self.card, self.size.mean) >= 0


class Cards:
    """The cards of a scenario, ready to be tried.

    over_draws: whether it is also told in which share of draws of the uncertain numbers each holds; runs: of
    each world, more where fewer do not decide; lived: how they are lived; watched: numbers of the state that
    are recorded for it.
    """

    def __init__(
        self, scenario: Scenario, over_draws: bool = True, runs: Sequence[int] = RUNS,
        lived: Lived = by_rule, watched: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self.scenario, self.deck, self.over_draws = scenario, deck_of(scenario), over_draws
        self.runs, self._lived, self._for_lived = runs, lived, tuple(watched)
        self._arms, self._why = dict[str, list[Arm]](), dict[str, str]()
        for name, card in self.deck.cards.items():
            lost = next(missing(scenario, card), None) if card.needs else None
            if lost is not None:
                self._why[name] = lost[1]
                continue
            try:
                self._arms[name] = arms_of(scenario, card)
            except BadPath as error:
                raise self._refused(name, str(error)) from None
        self._known = dict[tuple[Arm, range, bool], np.ndarray]()

    def _refused(self, name: str, told: str) -> ScenarioError:
        return ScenarioError([f"{beside(self.scenario).name}: {where(name)}: {told}"])

    def tried(self, tell: Callable[[str], None] = lambda card: None) -> Iterator[Tried]:
        """Each card in its order; `tell` hears which one is being tried. Raises ScenarioError."""
        for name, card in self.deck.cards.items():
            tell(name)
            if name in self._why:
                yield Tried(name, card, why=self._why[name])
                continue
            try:
                yield self._try(name, card)
            except ScenarioError as error:
                raise self._refused(name, error.problems[0]) from None

    def _try(self, name: str, card: Card) -> Tried:
        values, size, runs = None, None, 0
        for last in self.runs:
            more = self._of(name, card, range(runs, last), {})[:, :, 0]
            values = more if values is None else np.concatenate([values, more], axis=2)
            size, runs = size_of(card, values), last
            if is_decided(card, size):
                break
        return Tried(name, card, size, runs, self._share(name, card))

    def _share(self, name: str, card: Card) -> float | None:
        """The share of draws in which the card holds; None where nothing is uncertain."""
        if not self._numbers:
            return None
        values = self._of(name, card, range(RUNS_PER_DRAW), self._numbers)
        sizes = [size_of(card, values[:, :, draw]).mean for draw in range(values.shape[2])]
        return float(np.mean([excess(card, size) >= 0 for size in sizes]))

    def _of(self, name: str, card: Card, runs: range, numbers: Numbers) -> np.ndarray:
        """The measures of a card in its worlds (worlds, 1 or 2, points, runs)."""
        own = list(filter(None, (card.outcome, card.outcome.per)))
        worlds = []
        for arm in self._arms[name]:
            known = self._values(arm, runs, numbers)
            worlds.append(known[[self._asked[arm].index(each) for each in own]])
        return np.stack(worlds)

    def _values(self, arm: Arm, runs: range, numbers: Numbers) -> np.ndarray:
        """All that cards look at in a world, which many share."""
        key = (arm, runs, bool(numbers))
        if key not in self._known:
            self._known[key] = self._bench.values(arm, self._asked[arm], runs, numbers)
        return self._known[key]

    @cached_property
    def _asked(self) -> dict[Arm, list[Measured]]:
        """What cards look at in each world."""
        found: dict[Arm, list[Measured]] = {}
        for name, arms in self._arms.items():
            outcome = self.deck.cards[name].outcome
            for arm in arms:
                own = found.setdefault(arm, [])
                own += [each for each in (outcome, outcome.per) if each is not None and each not in own]
        return found

    @cached_property
    def _bench(self) -> Bench:
        watched = {name for asked in self._asked.values() for each in asked for name in names_of(each.path)}
        unrecorded = sorted(name for name in watched if name.startswith("credit."))
        own = dict.fromkeys([*unrecorded, *self._for_lived])
        return Bench(self.scenario, self._asked, self._numbers, own, self._lived)

    @cached_property
    def beliefs(self) -> Beliefs | None:
        """The draws of uncertain numbers: of the posterior that the file names, else of the priors."""
        if not self.over_draws or not free_numbers(self.scenario):
            return None
        if self.deck.posterior is None:
            return prior_beliefs(self.scenario, DRAWS)
        return learnt_beliefs(self.scenario, self._posterior(self.deck.posterior), DRAWS)

    def _posterior(self, name: str) -> str:
        """A file beside the cards, else a shipped one."""
        here = beside(self.scenario).parent / name
        return str(here) if here.is_file() else name

    @cached_property
    def _numbers(self) -> Numbers:
        if self.beliefs is None:
            return {}
        return drawn(self.scenario, self.beliefs.free, self.beliefs.values)
