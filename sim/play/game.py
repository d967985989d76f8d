"""One future played in one seat: kept line by line, so that it can be taken up, shown and played again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.seating import SECOND, Choice
from sim.play.sight import Sight, sights
from sim.play.table import Table
from sim.refusal import BadInput, Refusal
from sim.rules.seats import BY_RULE
from sim.scenario.load import Scenario, parse
from sim.studies.manifest import scenario_of

KIND, FORMAT = "steppe game", 1

SAME = 1e-6
"""Worths that differ by less are the same [logits]: machines differ in the last bits."""


Instead = Mapping[int, Mapping[str, float]]
"""Other choices, by name, in some rounds."""


class GameError(Refusal):
    """A file that holds no game that can be taken up, in one line."""


@dataclass(frozen=True)
class Round:
    """What was chosen in a round, by name, and what the rule would have drawn of the same choices."""

    month: int
    is_first: bool
    chosen: Mapping[str, float]
    ruled: Mapping[str, float]

    @property
    def departures(self) -> dict[str, float]:
        """Choices that differ from the rule's, by name."""
        return {
            name: value for name, value in self.chosen.items() if value not in (BY_RULE, self.ruled.get(name))
        }


@dataclass
class Game:
    """One future in which somebody sits in one seat.

    name: of who plays; file: where every round is written down as it is decided; None for a game that is
    not kept.
    """

    scenario: Scenario
    actor: str
    future: int
    seed: int
    months: int
    occupant: str = "person"
    name: str = ""
    file: Path | None = None
    rounds: list[Round] = field(default_factory=list)

    @cached_property
    def table(self) -> Table:
        """The table at which it is played."""
        return Table.of(self.scenario, [self.actor], [self.future], self.seed, self.months)

    @property
    def is_over(self) -> bool:
        return self.table.is_over

    def sight(self) -> Sight:
        """What is seen now."""
        return next(sights(self.table, self.actor))

    def take(self, chosen: Mapping[str, float]) -> None:
        """Decide a round. Raises IllegalMove, and nothing has happened then."""
        ruled = {each.name: float(ruled_of(self.table, each)[0]) for each in self.table.choices(self.actor)}
        month, is_first = self.table.games.month, self.table.is_first_round
        self.table.take(
            {self.actor: {name: np.array([value], dtype=float) for name, value in chosen.items()}}
        )
        self.rounds.append(Round(month, is_first, dict(chosen), ruled))
        self._write_round(self.rounds[-1])
        if self.is_over:
            self._write({"over": True, "worth": self.worth})

    @property
    def worth(self) -> float:
        """What it has come to: the mean over months of the worth beyond the start [logits]."""
        return float(self.table.mean_worth(self.actor)[0])

    # -- on file

    def begin(self) -> None:
        """Write down what is played. Raises BadInput where the file is there."""
        if self.file is None:
            return
        if self.file.exists():
            raise BadInput(f"{self.file} is there; name a new file, or go on with the game that it holds")
        self._write(
            {
                "kind": KIND, "format": FORMAT, "actor": self.actor, "future": self.future, "seed": self.seed,
                "months": self.months, "occupant": self.occupant, "name": self.name,
                "scenario": scenario_of(self.scenario),
            }
        )  # fmt: skip

    def keep(self, file: Path) -> None:
        """Write down a game that was not kept, as far as it was played, and go on keeping it.

        Raises BadInput where the file is there.
        """
        self.file = file
        self.begin()
        for own in self.rounds:
            self._write_round(own)

    def _write_round(self, own: Round) -> None:
        self._write({"month": own.month, "round": 1 if own.is_first else 2, "chosen": dict(own.chosen)})

    def _write(self, told: Mapping[str, Any]) -> None:
        if self.file is not None:
            with open(self.file, "a", encoding="utf-8") as opened:
                opened.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")

    @classmethod
    def read(cls, file: Path) -> Game:
        """A game as far as it was played, ready to go on. Raises GameError."""
        head, *lines = _lines(file)
        if head.get("kind") != KIND or head.get("format") != FORMAT:
            raise GameError(f"{file}: is no game of this version of steppe")
        try:
            scenario = parse(head["scenario"]["as_run"], str(file), sourced=True)
            game = cls(
                scenario, head["actor"], head["future"], head["seed"], head["months"], head["occupant"],
                head.get("name", ""),
            )  # fmt: skip
            for line in lines:
                if "chosen" in line:
                    game.take(line["chosen"])
                elif abs(line["worth"] - game.worth) > SAME:
                    raise GameError(f"{file}: played again it comes to {game.worth}, not to {line['worth']}")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise GameError(f"{file}: is damaged ({error})") from None
        except BadInput as error:
            raise GameError(f"{file}: cannot be played again: {error}") from None
        game.file = file
        return game

    # -- looking back

    @property
    def choices(self) -> list[tuple[int, int, dict[str, float]]]:
        """Month, round (1 or 2) and what was chosen in it, of each round in which something was."""
        return [(own.month, 1 if own.is_first else 2, dict(own.chosen)) for own in self.rounds if own.chosen]

    def choose(self, choices: Iterable[tuple[int, int, Mapping[str, float]]]) -> None:
        """Play on to the end with these choices. Raises IllegalMove."""
        by_round = {(month, which): chosen for month, which, chosen in choices}
        while not self.is_over:
            which = 1 if self.table.is_first_round else 2
            self.take(by_round.get((self.table.games.month, which), {}))

    def again(self, instead: Mapping[int, Mapping[str, float]]) -> float:
        """What it would have come to with other choices in some rounds [logits]."""
        return float(self._variants([instead])[0])

    def _variants(self, variants: list[Instead]) -> np.ndarray:
        """The worth of the game with other choices in some rounds, side by side (variants,) [logits]."""
        return self.replayed([self.future] * len(variants), variants).mean_worth(self.actor)

    def replayed(self, futures: Sequence[int], variants: Sequence[Instead] | None = None) -> Table:
        """The same choices in some futures, in each with others in some rounds: the table at the end.

        A choice that is not legal in a future does nothing there.
        """
        table, variants = self.table.again(futures), variants or [{}] * len(futures)
        for place, own in enumerate(self.rounds):
            names = dict.fromkeys([*own.chosen, *(name for each in variants for name in each.get(place, {}))])
            chosen = {}
            for name in names:
                said = [each.get(place, {}).get(name, own.chosen.get(name, BY_RULE)) for each in variants]
                chosen[name] = np.array(said, dtype=float)
            table.take({self.actor: chosen})
        return table

    def decisive(self) -> list[tuple[Round, Choice, float]]:
        """Choices that differ from the rule's, and what each gained, all others as they were; largest first.

        A choice is taken back alone: what it made possible later is not done then, since it may not be.
        """
        choices = {each.name: each for each in self.table.seat(self.actor).choices}
        found = [(place, name) for place, own in enumerate(self.rounds) for name in self._told_of(own)]
        if not found:
            return []
        without = self._variants([{place: self._taken_back(place, choices[name])} for place, name in found])
        told = [
            (self.rounds[place], choices[name], self.worth - float(value))
            for (place, name), value in zip(found, without, strict=True)
        ]
        return sorted(told, key=lambda each: -abs(each[2]))

    def _told_of(self, own: Round) -> list[str]:
        """Departures of a round by name; of shares of one whole the largest stands for all."""
        groups = [{each.name for each in group} for group in self.table.seat(self.actor).groups]
        found = list(own.departures)
        for group in groups:
            apart = [name for name in found if name in group]
            largest = max(apart, key=lambda name: abs(own.chosen[name] - own.ruled[name]), default=None)
            found = [name for name in found if name not in group or name == largest]
        return found

    def _taken_back(self, place: int, choice: Choice) -> Mapping[str, float]:
        """What takes a choice back: the rule's own; of shares those of the whole, left to the rule."""
        for group in self.table.seat(self.actor).groups:
            if choice in group:
                return dict.fromkeys((each.name for each in group), BY_RULE)
        return {choice.name: self.rounds[place].ruled[choice.name]}

    def digest(self) -> str:
        """A few letters that stand for what was chosen."""
        told = json.dumps([[own.month, own.is_first, sorted(own.chosen.items())] for own in self.rounds])
        return hashlib.sha256(told.encode()).hexdigest()[:8]


def ruled_of(table: Table, choice: Choice) -> np.ndarray:
    """What the rule draws of a choice this month (futures,), as things stand at the table."""
    month = table.table if choice.kind in SECOND else table.ahead
    assert month is not None
    return month.ruled(choice)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    """Lines of a game. Raises GameError."""
    try:
        text = file.read_text(encoding="utf-8")
        found = [json.loads(line) for line in text.splitlines() if line]
    except (OSError, ValueError) as error:
        raise GameError(f"{file}: cannot be read as a game ({error})") from None
    if not found or not all(isinstance(line, dict) for line in found):
        raise GameError(f"{file}: holds no game")
    return iter(found)
