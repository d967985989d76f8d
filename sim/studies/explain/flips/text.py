"""Flips as lines of text: on which decisions they hang, and one of them, step by step."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator

from sim.rules.nodes import Node
from sim.scenario.labels import state_label
from sim.studies.explain.flips.example import MOST_STEPS, Example, example_of, typical
from sim.studies.explain.flips.flips import Flips
from sim.studies.explain.flips.pairs import Decision, Turn
from sim.studies.explain.flips.tables import ALONE, RULE, SEVERAL, UNKNOWN, hangs_on, mean_stakes
from sim.studies.explain.flips.words import WORLDS, date_of, decided, largest, stakes_told
from sim.writing.text import WIDTH, percent

MOST_DECISIONS = 5

ROOM = 5
"""Lines of a flip after what it hangs on: all of them are twelve at most."""


def flips_told(flips: Flips, run: int | None = None) -> Iterator[str]:
    """Why futures flip; run: the number of the one that is told as the example, a typical one if None.

    Raises BadInput if that one does not flip.
    """
    yield from _wrapped(sentence(flips))
    if not flips.hinges and run is None:
        return
    yield ""
    yield from _table(flips)
    place = typical(flips)
    if run is not None:
        place = flips.place_of(run)
    if place is not None:
        yield ""
        yield from flip_told(flips, example_of(flips, place))


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent)


def sentence(flips: Flips) -> str:
    """How many futures flip, and how many of these hang on one decision."""
    count, question = len(flips.hinges), flips.pair.question
    if not count:
        return f"Flips: {question} comes in both worlds, or in neither, in all {flips.runs:,} futures."
    share, one = percent(count / flips.runs), flips.on_one
    told = f"Flips: {question} comes in one world only in {count:,} of {flips.runs:,} futures ({share} %)"
    told = f"{told}, in {count - flips.gained:,} only in A, in {flips.gained:,} only in B."
    ends = f"{percent(one.mean)} % ({percent(one.low)} to {percent(one.high)}) of them hang on one decision"
    return f"{told} {ends}: made as in A, it alone brings back the outcome of A."


def _table(flips: Flips) -> Iterator[str]:
    """The decisions that most flips hang on, each with what moved its odds."""
    yield f"{'% of flips':<12}{'interval':<14}{'hang on this decision':<50}{'in':>3}{'odds A':>9}{'B':>7}"
    kinds = list(flips.by_decision)
    for row, decision in zip(flips.table().itertuples(), kinds[:MOST_DECISIONS], strict=False):
        ends = f"{percent(row.low)} to {percent(row.high)}"
        what, *more = textwrap.wrap(row.decision, 50)
        odds = f"{_odds(row.odds_a):>9}{_odds(row.odds_b):>7}"
        yield f"{percent(row.share):<12}{ends:<14}{what:<50}{row.only_in:>3}{odds}"
        because = textwrap.wrap(because_told(flips, decision), WIDTH - 26)
        yield from (f"{'':<26}{line}" for line in [*more, *because])
    rest = sum(len(flips.by_decision[decision]) for decision in kinds[MOST_DECISIONS:])
    if rest:
        yield f"{percent(rest / len(flips.hinges)):<26}other decisions: {len(kinds) - MOST_DECISIONS}"
    yield from _elsewhere(flips)


def _elsewhere(flips: Flips) -> Iterator[str]:
    """Flips that hang on no one decision."""
    told = {
        SEVERAL: "no one decision: several together, or numbers that had moved apart",
        RULE: "a rule of one world, first of all: it is forced, forbidden or shut out there",
        ALONE: "numbers alone: nothing that happens differs before",
        UNKNOWN: "not known: more decisions differ than are tried out",
    }
    counts = Counter(map(hangs_on, flips.hinges))
    for kind, words in told.items():
        if counts[kind]:
            yield f"{percent(counts[kind] / len(flips.hinges)):<26}{words}"


def because_told(flips: Flips, decision: Decision) -> str:
    """What moved the odds of a decision apart [logits, B less A], in the mean of flips that hang on it."""
    return largest(flips.pair.worlds[0], decision.event, mean_stakes(flips.by_decision[decision]))


def _odds(value: float) -> str:
    return f"{value:.3f}".lstrip("0")


def flip_told(flips: Flips, example: Example) -> Iterator[str]:
    """One flip in at most twelve lines: when, who, what, by which stakes and luck, and what follows."""
    world, question = flips.pair.worlds[0], flips.pair.question
    which = f"For example run {example.run} of seed {flips.pair.seed}: {question}"
    yield from _wrapped(f"{which} in {WORLDS[example.came_in]}, not in {WORLDS[1 - example.came_in]}.", "  ")
    made = example.hinge.decisive or example.hinge.first
    if made is None:
        yield "  Nothing that happens differs before; its numbers alone moved apart."
        return
    yield from _step(flips, made.turn)
    if made.parts:
        odds = f"Odds {made.odds[0]:.3f} in A and {made.odds[1]:.3f} in B; luck {made.luck:.3f}."
        yield f"           {odds}"
        because = f"What moved the odds (logits, B less A): {stakes_told(world, made)}."
        yield from _wrapped(f"           {because}", " " * 11)[:2]
    numbers = _numbers(flips, example)
    yield from _steps(flips, example, ROOM - len(numbers))
    yield from numbers


def _steps(flips: Flips, example: Example, room: int) -> Iterator[str]:
    """What follows from it, in so many lines at most."""
    told, lines = example.told(MOST_STEPS), list[str]()
    for step in told:
        own = _step(flips, step.turn, " This alone undoes it, too." * step.is_link)
        if len(lines) + len(own) > room:
            break
        lines += own
    yield from lines


def _numbers(flips: Flips, example: Example) -> list[str]:
    """Where the two worlds end up, in two lines at most."""
    case, told = flips.pair.worlds[0].scenario.case, []
    for name, (first, second) in example.numbers.items():
        told.append(f"{state_label(case, name)} {first:.2f} in A, {second:.2f} in B")
    if not told:
        return []
    return _wrapped(f"  {flips.pair.question.date}  {'; '.join(told)}.", " " * 11)[:2]


def _step(flips: Flips, turn: Turn, more: str = "") -> list[str]:
    world, decision = flips.pair.worlds[0], turn.decision
    what = decided(world, decision)
    if decision.node is Node.TOOK_PLACE:
        what = f"{world.parts.event[decision.event].label} takes place"
    told = f"  {date_of(world, turn.month)}  only in {WORLDS[decision.only_in]}: {what}.{more}"
    return _wrapped(told, " " * 11)
