"""A game in words: where things stand, what may be chosen, and afterwards what decided it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sim.engine.seating import ANSWER, EFFORT, EXECUTION, PROPOSAL, TERMS, WELCOME, Choice, Seat
from sim.play.game import Game, Round
from sim.play.sight import Option, Sight, date_of
from sim.play.table import Table
from sim.scenario.labels import state_label
from sim.writing.text import CAVEAT, WIDTH

NOTABLE = 0.005
"""Changes of a headline from which on they are told."""

STRONG, SLIGHT = 0.5, 0.1
"""Gains [logits] from which on a faction is for or against something, and much so."""

MOST_MOMENTS = 5

ASKS = {
    PROPOSAL: "propose", EXECUTION: "carry it out if they refuse", TERMS: "offer a concession from 0 to 1",
    ANSWER: "accept",
}  # fmt: skip
AIMS = {EFFORT: "where your effort goes", WELCOME: "how far you open to each power"}

NUMBERS = "Numbers do what they stand for, such as `1 3`; an empty line does nothing."
RULES = "`rule` leaves the whole round to the model's own rule, `rule 2` one choice."
SHARES = "`{} {}=1` shares out {}, by weights: what you do not name gets nothing. It acts slowly."
BARGAIN = "`terms 1=0.3` names the concession of an offer that you make."
STOPS = "`stop` ends for now; a saved game goes on."


def help_of(seat: Seat) -> Iterator[str]:
    """What can be typed in a seat."""
    yield from (NUMBERS, RULES)
    yield from (SHARES.format(own[0].kind, own[0].about, AIMS[own[0].kind]) for own in seat.groups)
    if seat.of((TERMS,)):
        yield BARGAIN
    yield STOPS


def opening(game: Game) -> Iterator[str]:
    """What is played, and what for."""
    case = game.scenario.case
    yield from textwrap.wrap(case.title, WIDTH)
    label = case.actors[game.actor].label
    yield f"You decide for {label}, from {case.time.start} on, for {game.months} months."
    yield f"Future {game.future} of seed {game.seed}."
    yield from textwrap.wrap(
        "You are scored by what the state of things is worth to your actor, as its factions weigh it at the "
        "start, beyond what it was worth then [logits], as a mean over the months; beside it stands what the "
        "model's own rule makes of the same luck. Type `help` for what can be typed.",
        WIDTH,
    )
    yield CAVEAT


def standing(game: Game, sight: Sight, before: Mapping[str, float]) -> Iterator[str]:
    """The month, its news, and headlines with what has changed."""
    yield ""
    yield f"== {sight.date}, month {sight.month + 1} of {game.months}. Worth so far: {sight.worth:+.2f}."
    yield from (f"   {line}" for line in sight.news or ("Nothing of note happened.",) if sight.month)
    case = game.scenario.case
    names = [name for name in case.headlines or tuple(case.quantities) if name in sight.numbers]
    told = [_told(state_label(case, name), sight.numbers[name], before.get(name)) for name in names]
    yield from textwrap.wrap("   " + "; ".join(told) + ".", WIDTH, subsequent_indent="   ")


def _told(label: str, value: float, before: float | None) -> str:
    if before is None or abs(value - before) < NOTABLE:
        return f"{label} {value:.2f}"
    return f"{label} {value:.2f} ({value - before:+.2f})"


def menu(options: Sequence[Option], is_first: bool) -> Iterator[str]:
    """What may be chosen, by number, with who is for it and who against."""
    yield "You may:" if is_first else "You are offered:"
    for number, option in enumerate(options, 1):
        yield from _item(number, option)


def _item(number: int, option: Option) -> Iterator[str]:
    terms = "" if option.terms is None else f" (concession {option.terms:.2f})"
    yield f"{number:>3}  {ASKS[option.choice.kind]}: {option.choice.label}{terms}"
    told = advice(option.advice)
    if told:
        yield from textwrap.wrap(told, WIDTH, initial_indent="       ", subsequent_indent="       ")


def advice(gains: Mapping[str, float]) -> str:
    """Who is for something and who against, by what each gains [logits]."""
    ranked = sorted(gains.items(), key=lambda each: -each[1])
    sides = {
        "for it": [_side(label, gain) for label, gain in ranked if gain >= SLIGHT],
        "against": [_side(label, gain) for label, gain in reversed(ranked) if gain <= -SLIGHT],
    }
    return "; ".join(f"{side}: {', '.join(who)}" for side, who in sides.items() if who)


def _side(label: str, gain: float) -> str:
    return f"{label} ({gain:+.1f})"


def decided(round_: Round, choices: Mapping[str, Choice]) -> str:
    """A round in a line: what was chosen, and where the rule would have drawn otherwise."""
    done = [
        choices[name].label
        for name, value in round_.chosen.items()
        if value == 1 and choices[name].is_yes_or_no
    ]
    return ", ".join(done) or "nothing"


def debrief(game: Game, rule: float, fan: np.ndarray) -> Iterator[str]:
    """How it ended and why: against the rule on the same luck, and on others; which choices decided it.

    rule: what the rule makes of the same luck; fan (futures,): of others [logits].
    """
    label = game.scenario.case.actors[game.actor].label
    yield ""
    worth = f"It was worth {game.worth:+.2f} to {label}"
    yield f"== It is over. {worth}; the rule made {rule:+.2f} of the same luck."
    low, middle, high = np.quantile(fan, [0.05, 0.5, 0.95])
    below = 100.0 * float((fan < game.worth).mean())
    yield from textwrap.wrap(
        f"In {len(fan)} other futures the rule makes {low:+.2f} to {high:+.2f} (5 to 95 %), half of the time "
        f"more than {middle:+.2f}; yours is above {below:.0f} % of them.",
        WIDTH,
    )
    moments = game.decisive()
    if not moments:
        yield "You did what the rule would have drawn throughout."
        return
    yield "What decided it, each choice taken back alone and left to the rule's luck:"
    for own, choice, gain in moments[:MOST_MOMENTS]:
        yield f"  {gain:+.2f}  {date_of(game.table, own.month)}: {_said(choice, own)}"
    rest = len(moments) - MOST_MOMENTS
    if rest > 0:
        yield f"  and {rest} more that differ from the rule's, of less weight"


def _said(choice: Choice, own: Round) -> str:
    """A choice that differs from the rule's, in words."""
    value, ruled = own.chosen[choice.name], own.ruled[choice.name]
    if choice.is_yes_or_no:
        verb = {PROPOSAL: "proposed", ANSWER: "accepted", EXECUTION: "carried out"}[choice.kind]
        return f"{'' if value else 'not '}{verb}: {choice.label}"
    return f"{choice.kind} {choice.label}: {value:.2f} instead of {ruled:.2f}"


def fan_of(game: Game, runs: int = 200) -> tuple[float, np.ndarray]:
    """What the rule makes of the game's luck, and of others' (runs,) [logits]."""
    table = Table.of(
        game.scenario, [game.actor], [game.future, *_others(game.future, runs)], game.seed, game.months
    )
    while not table.is_over:
        table.take({})
    found = table.mean_worth(game.actor)
    return float(found[0]), found[1:]


def _others(future: int, runs: int) -> Iterator[int]:
    yield from (number for number in range(runs + 1) if number != future)
