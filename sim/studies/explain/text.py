"""What a number is made of, as lines of text: one sentence first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from sim.engine.history import month_label
from sim.statistics.paired import Difference
from sim.studies.caveat import caveat
from sim.studies.explain.division import MECHANISMS, Division
from sim.studies.explain.explained import Explained
from sim.studies.explain.flips.text import flips_told
from sim.studies.explain.pairs import pair_told
from sim.studies.explain.unit import Unit, short_name
from sim.studies.run.text import known
from sim.writing.failures import failures
from sim.writing.text import WIDTH

MOST_PAIRS = 4
"""Pairs that are told one by one."""


def explained_told(found: Explained, run: int | None = None) -> Iterator[str]:
    """What adds what to an outcome, or to its difference between two worlds, and what only together.

    run: the number of the future that is told as an example of flips. Raises BadInput if it does not flip.
    """
    yield from failures(found.failed, found.runs)
    yield from _wrapped(sentence(found))
    for line in found.worlds_told:
        yield from _wrapped(line)
    if found.past is not None:
        yield from _wrapped(known(found.past))
    for division in found.divisions:
        yield ""
        yield from _table(division, found.unit)
        yield from _pairs_told(division, found.unit)
    if found.flips is not None:
        yield ""
        yield from flips_told(found.flips, run)
    elif found.why_no_flips:
        yield from ("", *_wrapped(f"Flips are not told: {found.why_no_flips}."))
    yield ""
    yield from _wrapped(_note(found))
    yield from caveat(*found.worlds)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def sentence(found: Explained) -> str:
    """The answer in a sentence of plain words."""
    division, unit = found.main, found.unit
    told = f"{found.target.label} by {found.target.dates[0]}: "
    levels = [unit.level(each.mean) for each in found.levels]
    told += levels[0]
    if len(levels) == 2:
        apart = unit.step(found.levels[1].mean - found.levels[0].mean)
        told += f" in A, {levels[1]} in B ({apart})"
    none = f"with none of {len(division.players)} {division.kind.players} {division.kind.on}"
    if len(division.players) == 1:
        none = f"with {division.players[0].name} off"
    if division.is_apart:
        told += f"; {none} in both worlds the difference would be {unit.step(division.base.mean)}"
    elif division.kind is MECHANISMS:
        told += f"; {none} it would be {unit.level(division.base.mean)}"
    return f"{told}. {_most(division, unit)}"


def _most(division: Division, unit: Unit) -> str:
    """Who adds and takes most, beyond chance."""
    parts = zip(division.players, division.parts, strict=True)
    signed = [(part.mean, short_name(player.name)) for player, part in parts if part.sign]
    adds = sorted((each for each in signed if each[0] > 0), reverse=True)
    takes = sorted(each for each in signed if each[0] < 0)
    told = []
    for who, verb in ((adds, "added"), (takes, "taken away")):
        named = [f"{name} ({unit.step(value)})" for value, name in who[:2]]
        if named:
            told.append(f"most is {verb} by {' and '.join(named)}")
    if division.is_still:
        return f"No {division.kind.player} changes anything in any future."
    if not told:
        return "Nothing is added or taken away beyond chance."
    text = "; ".join(told)
    return f"{text[0].upper()}{text[1:]}."


def _table(division: Division, unit: Unit) -> Iterator[str]:
    """The base, those that do most in the order of what they add, all others in a line, and the whole."""
    kind, (shown, rest) = division.kind, division.shown
    steps = [(short_name(division.players[place].name), division.parts[place]) for place in shown]
    labels = [division.players[place].label for place in shown]
    if rest:
        steps.append((f"{len(rest)} more", division.together(rest)))
        labels.append(", ".join(short_name(division.players[place].name) for place in rest))
    wide = 2 + max(len(name) for name in (kind.player, kind.none, *(name for name, _ in steps)))
    yield f"{kind.player.capitalize():<{wide}}{'adds':>9}{'95 % interval':>20}"
    yield _row(f"{kind.none:<{wide}}", unit.bare(division.base.mean), division.base, unit)
    for (name, part), label in zip(steps, labels, strict=True):
        yield _row(f"{name:<{wide}}", unit.bare(part.mean, sign=True), part, unit, label)
    yield _row(f"{kind.every:<{wide}}", unit.bare(division.whole.mean), division.whole, unit)


def _row(name: str, value: str, found: Difference, unit: Unit, label: str = "") -> str:
    line = f"{name}{value:>9}{f'{unit.bare(found.low)} to {unit.bare(found.high)}':>20}   "
    return f"{line}{textwrap.shorten(label, WIDTH - len(line), placeholder=' ...')}".rstrip()


def _pairs_told(division: Division, unit: Unit) -> Iterator[str]:
    """Pairs that can be told from none, the strongest first."""
    known = division.known_pairs
    if known:
        yield ""
    for together, pair in known[:MOST_PAIRS]:
        ends = f"interaction {unit.bare(together.mean, sign=True)}"
        ends += f", {unit.bare(together.low)} to {unit.bare(together.high)}"
        yield from _wrapped(f"{pair_told(division, pair, unit)} ({ends}).")
    if len(known) > MOST_PAIRS:
        yield f"{len(known) - MOST_PAIRS} more pairs do together what they do not do apart."


def _note(found: Explained) -> str:
    """What the numbers are."""
    counted = found.runs - found.failed
    how = "over all orders in which they can be switched on"
    if found.main.plan.orders is not None:
        how = "over random orders in which they are switched on, one and its reverse for each future"
    told = f"Shapley values: what each adds to those before it, {how}; they add up to the whole."
    if found.past is not None:
        told += f" All is on until {month_label(found.past.month)}."
    return f"{told} {counted:,} futures, the same in every world; 95 % intervals, of pairs for all together."
