"""A game in a terminal: a month at a time, two rounds each, and what decided it at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sim.engine.seating import EFFORT, TERMS, WELCOME
from sim.play.game import Game
from sim.play.sight import Option, Sight
from sim.play.table import IllegalMove
from sim.play.words import debrief, fan_of, help_of, menu, opening, standing
from sim.reading.numbers import NotANumber, number
from sim.refusal import BadInput, did_you_mean
from sim.rules.seats import BY_RULE

Ask = Callable[[str], str]
Say = Callable[[str], object]

STOP, RULE, AID = ("stop", "quit", "q"), "rule", ("help", "?")


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
        chosen = _round(sight, ask, say)
        if chosen is None:
            return False
        game.take(chosen)
    _say_all(say, debrief(game, *fan_of(game)))
    return True


def _round(sight: Sight, ask: Ask, say: Say) -> dict[str, float] | None:
    """What is chosen in a round; None to stop."""
    options = _listed(sight)
    if not options and not sight.is_first_round:
        return {}
    _say_all(say, menu(options, sight.is_first_round))
    while True:
        try:
            words = ask("> ").split()
        except (EOFError, KeyboardInterrupt):
            return None
        if words and words[0].lower() in STOP:
            return None
        if words and words[0].lower() in AID:
            _say_all(say, help_of(sight.seat))
            continue
        try:
            return understood(words, options, sight)
        except (BadInput, IllegalMove) as error:
            say(f"  {error}")


def _listed(sight: Sight) -> list[Option]:
    """What has a number: all but shares, which are named, and terms, which belong to their proposal."""
    return [each for each in sight.options if each.choice.kind not in (EFFORT, WELCOME, TERMS)]


def understood(words: Sequence[str], options: Sequence[Option], sight: Sight) -> dict[str, float]:
    """What a line means. Raises BadInput for what it does not say."""
    if [word.lower() for word in words] == [RULE]:
        return {}
    chosen = {each.name: 0.0 for each in options}
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
    if not word.isdigit() or not 1 <= int(word) <= len(options):
        raise BadInput(
            f"'{word[:40]}' is none of the numbers 1 to {len(options)}; `help` tells what can be typed"
        )
    return options[int(word) - 1]


def _shares(kind: str, queue: list[str], sight: Sight) -> dict[str, float]:
    """Weights such as `NAME=2`, all others 0, as shares of their whole."""
    group = sight.seat.of((kind,))
    if not group or not sight.is_first_round:
        raise BadInput(f"there is no {kind} to be shared out here")
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
