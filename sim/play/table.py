"""Where seats are taken: futures side by side, month by month, in two rounds of choices each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from sim.engine.request import check_request
from sim.engine.seating import (
    ANSWER,
    EFFORT,
    FIRST,
    SECOND,
    WELCOME,
    Choice,
    Choices,
    Games,
    Month,
    Seat,
    with_seats,
)
from sim.refusal import BadInput
from sim.rules.seats import BY_RULE, wants
from sim.rules.state import at
from sim.scenario.load import Scenario, as_scenario

ROUND_OFF = 1e-6
"""By how much shares may miss their whole before they are refused."""


class IllegalMove(BadInput):
    """A choice that there is not, or not now; the legal ones are named."""


@dataclass
class Table:
    """Futures (futures,) in which some seats are taken.

    ahead: the month that comes, as the rules would live it; table: as it is once the first round is over,
    None before; first: what was chosen in it.
    """

    games: Games
    actors: tuple[str, ...]
    first: dict[str, np.ndarray] = field(default_factory=dict)
    ahead: Month | None = None
    table: Month | None = None
    worth: dict[str, list[np.ndarray]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, scenario: Scenario | str | Path, seats: Iterable[str], runs: Iterable[int] | int = 1,
        seed: int = 1, months: int | None = None,
    ) -> Table:  # fmt: skip
        """Before the first month. runs: numbers of runs, or how many. Raises ScenarioError, BadInput.

        >>> import sim.play
        >>> table = sim.play.Table.of("mongolia-2024", ["Mongolia"], runs=4, months=3)
        >>> sorted({choice.kind for choice in table.seat("Mongolia").choices})
        ['answer', 'proposal', 'welcome']
        """
        numbers = np.arange(runs) if isinstance(runs, int) else np.array([*runs])
        _, seed, months, _ = check_request(max(len(numbers), 1), seed, months)
        actors = tuple(dict.fromkeys(seats))
        games = Games.of(with_seats(as_scenario(scenario), actors), numbers, seed, months)
        return cls(games, actors).opened()

    def opened(self) -> Table:
        """With a month to come, unless all are over."""
        self.first, self.table, self.ahead = {}, None, None
        if not self.games.is_over:
            self.ahead = self.games.foresee({})
        return self

    def again(self, runs: Iterable[int]) -> Table:
        """The same from the start, with other futures."""
        return Table(self.games.again(np.array([*runs])), self.actors).opened()

    def __len__(self) -> int:
        return len(self.games)

    @property
    def is_over(self) -> bool:
        return self.games.is_over

    @property
    def is_first_round(self) -> bool:
        """Whether it is to be said what is proposed; else what is answered."""
        return self.table is None

    def seat(self, actor: str) -> Seat:
        """The place of an actor this month. Raises BadInput for one whose seat is not taken."""
        if actor not in self.actors:
            raise BadInput(f"the seat of {actor} is not taken; taken are {', '.join(self.actors)}")
        return self.games.seat(actor)

    def choices(self, actor: str) -> tuple[Choice, ...]:
        """What may be chosen in a seat in this round, in some month or other."""
        return self.seat(actor).of(FIRST if self.is_first_round else SECOND)

    def is_legal(self, choice: Choice) -> np.ndarray:
        """Whether something may be chosen now (futures,): a proposal that may be made, an offer that was."""
        if choice.kind in (EFFORT, WELCOME):
            return np.full(len(self), self.is_first_round)
        if choice.kind == ANSWER:
            if self.table is None:
                return np.zeros(len(self), dtype=bool)
            return self.table.happened(choice.about, "proposed")
        if self.ahead is None or not self.is_first_round:
            return np.zeros(len(self), dtype=bool)
        return self.ahead[at("may", choice.about)] != 0.0

    def take(self, chosen: Mapping[str, Choices]) -> None:
        """What seats choose in this round, by actor and name; what is left out is decided by the rule.

        Of what is not legal in a future, nothing is done there. After the second round the month is lived.
        Raises IllegalMove, for values that no choice has.
        """
        found = dict[str, np.ndarray]()
        for actor, own in chosen.items():
            found |= self._checked(actor, own)
        if self.is_first_round:
            self.first, self.table = found, self.games.foresee(found)
            return
        self.games.live(self.first | found)
        for actor in self.actors:
            self.worth.setdefault(actor, []).append(self.worth_now(actor))
        self.opened()

    def _checked(self, actor: str, own: Choices) -> dict[str, np.ndarray]:
        known, found = {each.name: each for each in self.choices(actor)}, dict[str, np.ndarray]()
        for name, values in own.items():
            if name not in known:
                raise IllegalMove(
                    f"{actor} has no choice '{name}' in this round; there are {', '.join(known)}"
                )
            found[name] = _valid(known[name], np.broadcast_to(np.asarray(values, dtype=float), len(self)))
        for group in self.seat(actor).groups:
            found |= _shared([each for each in group if each.name in known], found)
        return {name: np.where(self.is_legal(known[name]), values, BY_RULE) for name, values in found.items()}

    def seen(self, actor: str) -> np.ndarray:
        """What is seen from a seat at the end of the last month (futures, names of `Seat.seen`)."""
        return np.stack([self.games.number(name) for name in self.seat(actor).seen], axis=1)

    @cached_property
    def _starts(self) -> dict[str, float]:
        return {actor: sum(self.games.worths_at_start(actor).values()) for actor in self.actors}

    def worth_now(self, actor: str) -> np.ndarray:
        """What the state is worth to an actor beyond the start, with what it felt (futures,) [logits]."""
        names = [at("worth", actor, want) for want in wants(self.games.world.parts, actor)]
        return (
            sum((self.games.number(name) for name in names), self.games.number(at("felt", actor)))
            - self._starts[actor]
        )

    def mean_worth(self, actor: str) -> np.ndarray:
        """The mean over the months that were lived of `worth_now` (futures,) [logits]."""
        return mean_of(self.worth[actor])


def mean_of(months: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    """The mean over months of what things were worth (months, futures), as (futures,).

    Month by month, however many futures there are: numpy's own mean adds up those of one otherwise.
    """
    return sum(months, np.zeros(len(months[0]))) / len(months)


def _valid(choice: Choice, values: np.ndarray) -> np.ndarray:
    """Raises IllegalMove for what a choice can never be."""
    if not np.isfinite(values).all():
        raise IllegalMove(f"{choice.name} is a number, not {values[~np.isfinite(values)][0]}")
    if choice.is_yes_or_no and not np.isin(values, (0.0, 1.0, BY_RULE)).all():
        raise IllegalMove(f"{choice.name} is 1 for yes, 0 for no or -1 by the rule, not {values.max():g}")
    if (values > choice.most).any():
        raise IllegalMove(f"{choice.name} is at most {choice.most:g}, not {values.max():g}")
    return np.where(values < 0.0, BY_RULE, values)


def _shared(group: list[Choice], found: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Shares of a whole as they were given. Raises IllegalMove where some are left out, or miss the whole."""
    given = [each for each in group if each.name in found]
    if not given:
        return {}
    if len(given) < len(group):
        left = ", ".join(each.name for each in group if each.name not in found)
        raise IllegalMove(f"shares are given for all or for none; left out are {left}")
    values = np.array([found[each.name] for each in group])
    ruled, whole = (values < 0.0).all(axis=0), group[0].most
    if (((values < 0.0).any(axis=0)) & ~ruled).any():
        raise IllegalMove(f"shares of {group[0].kind} are all given or all left to the rule (-1)")
    missed = abs(values.sum(axis=0) - whole)[~ruled]
    if (missed > ROUND_OFF).any():
        raise IllegalMove(
            f"shares of {group[0].kind} sum to {whole:g}, not {values.sum(axis=0)[~ruled][0]:g}"
        )
    return {}
