"""A game in a terminal: a month at a time, two rounds each, and what decided it at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from sim.engine.seating import EFFORT, TERMS, WELCOME
from sim.play.game import Game
from sim.play.sight import Option, Sight
from sim.play.table import IllegalMove
from sim.play.words import all_numbers, help_of, menu, opening, standing
from sim.reading.numbers import NotANumber, number
from sim.refusal import BadInput, did_you_mean, one_line
from sim.rules.seats import BY_RULE

Ask = Callable[[str], str]
Say = Callable[[str], object]

STOP, RULE = ("stop", "quit", "q", "exit"), "rule"


def play(game: Game, ask: Ask, say: Say) -> bool:
    """Play a game on, until it is over or stopped; whether it is over.

    ask: a line, after a prompt; EOFError and KeyboardInterrupt stop. say: a line.
    """
    before: dict[str, float] = {}
    _say_all(say, opening(game))
    while not game.is_over:
        sight = game.sight()
        if sight.is_first_round:
            _say_all(say, standing(game, sight, before))
            before = dict(sight.numbers)
        chosen = _round(sight, aims_of(game), ask, say)
        if chosen is None:
            return False
        game.take(chosen)
    return True


def aims_of(game: Game) -> dict[str, float]:
    """Where effort or welcome were last told to go, by name; nothing if the rule says."""
    for own in reversed(game.rounds):
        if own.is_first:
            aims = {name for group in game.sight().seat.groups for name in (each.name for each in group)}
            return {name: value for name, value in own.chosen.items() if name in aims}
    return {}


def _round(sight: Sight, aims: Mapping[str, float], ask: Ask, say: Say) -> dict[str, float] | None:
    """What is chosen in a round; None to stop. Where there is nothing to choose nobody is asked."""
    options = _listed(sight)
    if not sight.is_first_round:
        aims = {}
        if not options:
            return {}
    _say_all(say, menu(sight, options))
    # what is shared out holds: it can be told in the first month, or whenever there is something to decide
    if not options and sight.month:
        return dict(aims)
    while True:
        try:
            words = ask("> ").split()
        except (EOFError, KeyboardInterrupt):
            return None
        first = words[0].lower() if words else ""
        if first in STOP:
            return None
        if first in TOLD:
            _say_all(say, TOLD[first](sight))
            continue
        try:
            return understood(words, options, sight, aims)
        except (BadInput, IllegalMove) as error:
            say(f"  {error}")


TOLD: Mapping[str, Callable[[Sight], Iterable[str]]] = {
    "help": lambda sight: help_of(sight.seat), "?": lambda sight: help_of(sight.seat),
    "numbers": all_numbers,
}  # fmt: skip
"""What can be asked for before a round is decided."""


def _listed(sight: Sight) -> list[Option]:
    """What has a number: all but shares, which are named, and terms, which belong to their proposal."""
    return [each for each in sight.options if each.choice.kind not in (EFFORT, WELCOME, TERMS)]


def understood(
    words: Sequence[str],
    options: Sequence[Option],
    sight: Sight,
    aims: Mapping[str, float] = MappingProxyType({}),
) -> dict[str, float]:
    """What a line means; aims hold unless it names others. Raises BadInput for what it does not say."""
    if [word.lower() for word in words] == [RULE]:
        return {}
    chosen = {each.name: 0.0 for each in options} | dict(aims)
    queue = list(words)
    while queue:
        word = queue.pop(0).lower()
        if word == RULE:
            chosen[_numbered(_next(queue, "rule"), options).name] = BY_RULE
        elif word in (EFFORT, WELCOME):
            chosen |= _shares(word, queue, sight)
        elif word == TERMS:
            chosen |= _terms(_next(queue, "terms"), options, sight)
        else:
            chosen[_numbered(word, options).name] = 1.0
    return chosen


def _next(queue: list[str], after: str) -> str:
    if not queue:
        raise BadInput(f"`{after}` needs a number behind it; `help` tells more")
    return queue.pop(0)


def _numbered(word: str, options: Sequence[Option]) -> Option:
    known = [str(number) for number in range(1, len(options) + 1)]
    if word not in known:
        there = f"none of the numbers 1 to {len(options)}" if options else "nothing that can be chosen now"
        raise BadInput(f"'{one_line(word)[:40]}' is {there}; `help` tells what can be typed")
    return options[int(word) - 1]


def _shares(kind: str, queue: list[str], sight: Sight) -> dict[str, float]:
    """Weights such as `NAME=2`, all others 0, as shares of their whole."""
    group = sight.seat.of((kind,))
    if not group or not sight.is_first_round:
        raise BadInput(f"there is no {kind} to be shared out here")
    if queue and queue[0].lower() == RULE:
        queue.pop(0)
        return {each.name: BY_RULE for each in group}
    weights = dict.fromkeys((each.about for each in group), 0.0)
    while queue and "=" in queue[0]:
        name, _, value = queue.pop(0).partition("=")
        weights[_named(name, weights)] = _amount(value)
    whole = sum(weights.values())
    if whole <= 0.0:
        raise BadInput(f"`{kind}` needs weights behind it, such as {group[0].about}=1")
    return {each.name: group[0].most * weights[each.about] / whole for each in group}


def _named(name: str, weights: Mapping[str, float]) -> str:
    for known in weights:
        if known.lower() == name.lower():
            return known
    raise BadInput(f"'{name[:40]}' is none of {', '.join(weights)}{did_you_mean(name, weights)}")


def _amount(text: str) -> float:
    try:
        found = number(text)
    except NotANumber as error:
        raise BadInput(str(error)) from None
    if found < 0.0:
        raise BadInput(f"{text[:40]} is below 0")
    return found


def _terms(word: str, options: Sequence[Option], sight: Sight) -> dict[str, float]:
    which, _, value = word.partition("=")
    about, found = _numbered(which, options).choice.about, _amount(value)
    for each in sight.seat.of((TERMS,)):
        if each.about == about:
            return {each.name: found}
    raise BadInput(f"nothing is bargained over in {which}")


def _say_all(say: Say, lines: Iterable[str]) -> None:
    for line in lines:
        say(line)
