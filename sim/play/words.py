"""A game in words: where things stand, what may be chosen, and afterwards what decided it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.engine.seating import ANSWER, EFFORT, EXECUTION, PROPOSAL, TERMS, WELCOME, Choice, Seat
from sim.play.game import Game, Round
from sim.play.scores import Beside
from sim.play.sight import Option, Sight, date_of
from sim.rules.state import row_of
from sim.scenario.labels import state_label
from sim.writing.text import CAVEAT, WIDTH

NOTABLE = 0.005
"""Changes of a headline from which on they are told."""

STRONG, SLIGHT = 0.5, 0.1
"""Gains [logits] from which on a faction is for or against something, and much so."""

MOST_MOMENTS, MOST_REASONS = 5, 2

ASKS = {
    PROPOSAL: "propose", EXECUTION: "carry it out if they refuse", TERMS: "offer a concession from 0 to 1",
    ANSWER: "accept",
}  # fmt: skip
DID = {
    PROPOSAL: ("proposed", "propose"), ANSWER: ("accepted", "accept"),
    EXECUTION: ("carried out", "carry out"),
}  # fmt: skip
"""What was done where a choice is a yes, and what was not where it is a no."""

APART = {
    True: "you {verb}, the rule would not have: {label}",
    False: "you did not {verb}, the rule would have: {label}",
}  # fmt: skip
"""Choices that differ from the rule's."""

AIMS = {EFFORT: "where your effort goes", WELCOME: "how far you open to each power"}

NUMBERS = "Numbers do what they stand for, such as `1 3`; an empty line does nothing of it."
RULES = "`rule` leaves the whole round to the model's own rule, `rule 2` one choice."
SHARES = "`{0} {1}=1` shares out {2}, by weights: what you do not name gets nothing."
HOLDS = "It acts slowly, and holds until you say otherwise; `{0} rule` leaves it to the rule again."
BARGAIN = "`terms 1=0.3` names the concession of an offer of yours, from 0 (nothing) to 1 (all there is)."
CONCESSION = "concession {value} of 1"
NOBODY = "nobody at home gains or loses much by it"
STOPS = "`stop` ends for now, and says how to go on. `numbers` shows all that you know of the state."


def help_of(seat: Seat) -> Iterator[str]:
    """What can be typed in a seat."""
    yield from (NUMBERS, RULES)
    for own in seat.groups:
        yield SHARES.format(own[0].kind, own[0].about, AIMS[own[0].kind])
        yield HOLDS.format(own[0].kind)
    if seat.of((TERMS,)):
        yield BARGAIN
    yield STOPS


SCORED = (
    "Your score: what the state of things is worth to your actor beyond the start, as its own factions "
    "weigh it [logits], as a mean over the months. Beside it will stand what the model's own rule makes of "
    "the same luck."
)
ADVISED = (
    "Behind what you may do stands who at home is for it and who against, with what each would gain by it; a "
    "gain of 1 is much. Advice weighs what is likely to come of it, and may be wrong. An empty line does "
    "nothing; `help` tells what else can be typed."
)


def opening(game: Game) -> Iterator[str]:
    """What is played, and what for."""
    case = game.scenario.case
    yield from textwrap.wrap(case.title, WIDTH)
    label = case.actors[game.actor].label
    yield f"You decide for {label}, from {case.time.start} on, for {game.months} months."
    yield f"Future {game.future} of seed {game.seed}: whoever plays it has the same luck."
    for text in (SCORED, ADVISED):
        yield from textwrap.wrap(text, WIDTH)
    yield CAVEAT


def standing(game: Game, sight: Sight, before: Mapping[str, float]) -> Iterator[str]:
    """The month, its news, and headlines: all of them at first, later those that have changed."""
    yield ""
    yield f"== {sight.date}, month {sight.month + 1} of {game.months}"
    if sight.month:
        yield from _wrapped(_so_far(game, sight, before))
        yield from (f"   {line}" for line in sight.news or ("Nothing of note happened.",))
    moved = [each for each in headlines_of(sight) if _has_moved(each.value, before.get(each.name))]
    yield from _listed([_told(each.label, each.value, before.get(each.name)) for each in moved])


def _so_far(game: Game, sight: Sight, before: Mapping[str, float]) -> str:
    """What it is worth, and by what it has changed most."""
    told = f"Score so far {game.worth:+.2f}; things are worth {sight.worth:+.2f} now"
    by = _ranked((each.value - before.get(each.name, each.value), each.label) for each in worths_of(sight))
    if by:
        told += f", and have changed by {', '.join(by[:MOST_REASONS])}"
    return f"{told}."


class Number(NamedTuple):
    """A number that is known in a seat: its name in the state, in words, and what it is."""

    name: str
    label: str
    value: float


def worths_of(sight: Sight) -> Iterator[Number]:
    """What the state is worth, by what is wanted [logits]."""
    case = sight.seat.world.scenario.case
    for name, value in sight.numbers.items():
        row, owners = row_of(name)
        if row.kind == "worth":
            yield Number(name, state_label(case, owners[1]), value)
        elif row.kind == "felt":
            yield Number(name, "events themselves", value)


def _ranked(changes: Iterable[tuple[float, str]]) -> list[str]:
    """Changes of worth that count, largest first, in words."""
    found = sorted((each for each in changes if abs(each[0]) >= SLIGHT), key=lambda each: -abs(each[0]))
    return [f"{label} ({change:+.2f})" for change, label in found]


def headlines_of(sight: Sight) -> Iterator[Number]:
    """What the file shows first, or all stocks."""
    case = sight.seat.world.scenario.case
    for name in case.headlines or tuple(case.quantities):
        if name in sight.numbers:
            yield Number(name, state_label(case, name), sight.numbers[name])


def all_numbers(sight: Sight) -> Iterator[str]:
    """Everything that is known in the seat."""
    yield from _listed([f"{sight.seat.label(name)} {value:.3g}" for name, value in sight.numbers.items()])


def _listed(told: Sequence[str]) -> Iterator[str]:
    if told:
        yield from _wrapped("; ".join(told) + ".")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="   ", subsequent_indent="   ")


def _has_moved(value: float, before: float | None) -> bool:
    """Whether a number is news: all are at first."""
    return before is None or abs(value - before) >= NOTABLE


def _told(label: str, value: float, before: float | None) -> str:
    if before is None:
        return f"{label} {value:.2f}"
    return f"{label} {value:.2f} ({value - before:+.2f})"


def menu(sight: Sight, options: Sequence[Option]) -> Iterator[str]:
    """What may be chosen, by number, with who is for it and who against."""
    if not options:
        yield "There is nothing to propose this month."
        return
    yield "You may:" if sight.is_first_round else "You are offered:"
    for number, option in enumerate(options, 1):
        yield from _item(number, option, sight.seat)


def _item(number: int, option: Option, seat: Seat) -> Iterator[str]:
    about = [*about_of(option.choice, seat)]
    if option.terms is not None:
        about.append(CONCESSION.format(value=f"{option.terms:.2f}"))
    told = f" ({', '.join(about)})" if about else ""
    line = f"{number:>3}  {ASKS[option.choice.kind]}: {option.choice.label}{told}"
    yield from textwrap.wrap(line, WIDTH, subsequent_indent="       ")
    told = advice(option.advice)
    if told:
        yield from textwrap.wrap(told, WIDTH, initial_indent="       ", subsequent_indent="       ")


def about_of(choice: Choice, seat: Seat) -> Iterator[str]:
    """Whom a proposal or an answer is asked of, or by whom, and when it takes place."""
    event, actors = seat.parts.event.get(choice.about), seat.world.scenario.case.actors
    if event is None or choice.kind not in (PROPOSAL, ANSWER):
        return
    word, other = ("asks", event.responder) if choice.kind == PROPOSAL else ("from", event.principal)
    if other in actors and actors[other].label not in choice.label:
        yield f"{word} {actors[other].label}"
    if event.is_threat:
        yield "a threat"
    if event.lead > 0:
        yield f"takes place {event.lead} month{'s' if event.lead > 1 else ''} later"


def advice(gains: Mapping[str, float]) -> str:
    """Who is for something and who against, by what each gains [logits]."""
    ranked = sorted(gains.items(), key=lambda each: -each[1])
    sides = {
        "for it": [_side(label, gain) for label, gain in ranked if gain >= SLIGHT],
        "against": [_side(label, gain) for label, gain in reversed(ranked) if gain <= -SLIGHT],
    }
    if gains and not any(sides.values()):
        return NOBODY
    return "; ".join(f"{side}: {', '.join(who)}" for side, who in sides.items() if who)


def _side(label: str, gain: float) -> str:
    return f"{label} ({gain:+.1f})"


def debrief(game: Game, found: Beside) -> Iterator[str]:
    """How it ended and why: against the rule on the same luck, and on others; which choices decided it."""
    label = game.scenario.case.actors[game.actor].label
    yield ""
    yield f"== It is over. Your score: {found.worth:+.2f}; the rule made {found.rule:+.2f} of the same luck."
    yield from _ending(game, label)
    low, middle, high = np.quantile(found.others, [0.05, 0.5, 0.95])
    below = 100.0 * float((found.others < found.worth).mean())
    elsewhere = found.elsewhere
    yield from textwrap.wrap(
        f"In {len(found.fan)} futures the rule makes {low:+.2f} to {high:+.2f} (5 to 95 %), half of the time "
        f"more than {middle:+.2f}; yours is above {below:.0f} % of them. Your choices, made in those futures "
        f"wherever they can be, gain {elsewhere.mean:+.2f} over the rule ({elsewhere.low:+.2f} to "
        f"{elsewhere.high:+.2f}, 95 %).",
        WIDTH,
    )
    yield from fan_lines(game, found)
    moments = game.decisive()
    if not moments:
        yield "You did what the rule would have drawn throughout."
        return
    yield "What decided it: what each choice that differs from the rule's added to your score, alone:"
    for own, choice, gain in moments[:MOST_MOMENTS]:
        line = f"  {gain:+.2f}  {date_of(game.table, own.month)}: {said(choice, own)}"
        yield from textwrap.wrap(line, WIDTH, subsequent_indent=" " * 18)
    rest = len(moments) - MOST_MOMENTS
    if rest > 0:
        yield f"  and {rest} more, of less weight"


def _ending(game: Game, label: str) -> Iterator[str]:
    """Of what the worth at the end is made."""
    sight = game.sight()
    start = game.table.games.at_start
    told = _ranked((each.value - start(each.name), each.label) for each in worths_of(sight))
    made = f": by {', '.join(told)}" if told else ""
    yield from textwrap.wrap(
        f"At the end things are worth {sight.worth:+.2f} more to {label} than at the start{made}.", WIDTH
    )


FAN_WIDTH, FAN_ROWS = 45, 12
"""Columns of the fan in a terminal, and months that it shows at most."""


def fan_lines(game: Game, found: Beside) -> Iterator[str]:
    """The game month by month in the fan of what the rule makes of other futures."""
    ends = np.quantile(found.fan, [0.05, 0.95], axis=0)
    low = min(float(ends.min()), float(found.own.min()), float(found.ruled.min()))
    high = max(float(ends.max()), float(found.own.max()), float(found.ruled.max()))
    place = lambda value: round((value - low) / max(high - low, 1e-9) * (FAN_WIDTH - 1))  # noqa: E731
    yield "Worth by month: * yours, o the rule's on the same luck, - where its other futures lie (5-95 %):"
    yield f"           {low:<+10.2f}{high:>+{FAN_WIDTH - 10}.2f}"
    for month in range(0, len(found.own), -(-len(found.own) // FAN_ROWS)):
        line = [" "] * FAN_WIDTH
        first, last = place(ends[0, month]), place(ends[1, month])
        line[first : last + 1] = "-" * (last + 1 - first)
        line[place(found.ruled[month])] = "o"
        line[place(found.own[month])] = "*"
        yield f"  {date_of(game.table, month)}  {''.join(line)}".rstrip()


def said(choice: Choice, own: Round) -> str:
    """A choice that differs from the rule's, in words; of shares of one whole the largest difference."""
    value, ruled = own.chosen[choice.name], own.ruled[choice.name]
    if choice.is_yes_or_no:
        done, left = DID[choice.kind]
        if value:
            return APART[True].format(verb=done, label=choice.label)
        return APART[False].format(verb=left, label=choice.label)
    return f"{choice.kind} {choice.label}: {value:.2f} instead of {ruled:.2f}"
