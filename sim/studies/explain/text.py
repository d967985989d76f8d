"""What a number is made of, as lines of text: one sentence first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from sim.statistics.paired import Difference
from sim.studies.caveat import caveat
from sim.studies.explain.explained import Division, Explained
from sim.studies.explain.flips.text import flips_told
from sim.studies.explain.pairs import known_pairs, pair_told
from sim.studies.explain.unit import Unit
from sim.writing.text import WIDTH

MOST_PAIRS = 4
"""Pairs that are told one by one."""

NAME = 16
"""Signs of a name in the table."""


def explained_told(found: Explained, run: int | None = None) -> Iterator[str]:
    """What adds what to an outcome, or to its difference between two worlds, and what only together.

    run: the number of the future that is told as an example of flips. Raises BadInput if it does not flip.
    """
    yield from _wrapped(sentence(found))
    for line in found.worlds_told:
        yield from _wrapped(line)
    for division in filter(None, (found.mechanisms, found.changes)):
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
    what = f"{found.target.label} by {found.target.dates[0]}"
    levels = [unit.level(each.mean) for each in found.levels]
    none = f"with none of {len(division.players)} {found.kind_of(division)}"
    if division.is_apart:
        told = f"{none} on in either world, B less A would be {unit.step(division.base.mean)}"
    else:
        told = f"{none} it would be {unit.level(division.base.mean)}"
    if len(levels) == 2:
        apart = unit.step(found.levels[1].mean - found.levels[0].mean)
        return f"{what}: {levels[0]} in A, {levels[1]} in B ({apart}); {told}. {_most(division, unit)}"
    return f"{what}: {levels[0]}; {told}. {_most(division, unit)}"


def _most(division: Division, unit: Unit) -> str:
    """Who adds and takes most, beyond chance."""
    parts = zip(division.players, division.parts, strict=True)
    signed = [(part.mean, player.name) for player, part in parts if part.sign]
    adds = sorted((each for each in signed if each[0] > 0), reverse=True)
    takes = sorted(each for each in signed if each[0] < 0)
    told = []
    for who, verb in ((adds, "added"), (takes, "taken away")):
        named = [f"{name} ({unit.step(value)})" for value, name in who[:2]]
        if named:
            told.append(f"most is {verb} by {' and '.join(named)}")
    if not told:
        return "None of them adds or takes anything beyond chance."
    text = "; ".join(told)
    return f"{text[0].upper()}{text[1:]}."


def _table(division: Division, unit: Unit) -> Iterator[str]:
    """The base, those that do most in the order of what they add, all others in a line, and the whole."""
    players, parts = division.players, division.parts
    shown, rest = division.shown
    yield _row("none of them", unit.bare(division.base.mean), division.base, unit)
    for place in shown:
        value = unit.bare(parts[place].mean, sign=True)
        yield _row(players[place].name, value, parts[place], unit, players[place].label)
    if rest:
        together = division.together(rest)
        names = ", ".join(players[place].name for place in rest)
        yield _row(f"{len(rest)} more", unit.bare(together.mean, sign=True), together, unit, names)
    yield _row("all of them", unit.bare(division.whole.mean), division.whole, unit)


def _row(name: str, value: str, found: Difference, unit: Unit, label: str = "") -> str:
    ends = f"{unit.bare(found.low)} to {unit.bare(found.high)}"
    line = f"{textwrap.shorten(name, NAME, placeholder='...'):<{NAME}}{value:>9}{ends:>20}   "
    return f"{line}{textwrap.shorten(label, WIDTH - len(line), placeholder=' ...')}".rstrip()


def _pairs_told(division: Division, unit: Unit) -> Iterator[str]:
    """Pairs that can be told from none, the strongest first."""
    known = known_pairs(division)
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
    return f"{told} {counted:,} futures, the same in every world; 95 % intervals, of pairs for all together."
