"""Positions: who is tied to whom, who sides with whom, and what matters more or less to an actor."""

from __future__ import annotations

from collections.abc import Iterator

from sim.refusal import did_you_mean
from sim.rules.slopes import SMOOTH
from sim.rules.state import row_of
from sim.scenario.expressions import ExpressionError, parse
from sim.scenario.hints import unknown
from sim.scenario.index import deciders, powers, ties, valuations, with_role
from sim.scenario.rows import flatten
from sim.scenario.schema import Actor, Case

LATER = (
    "share", "vulnerability", "autonomy", "autonomy_price", "domination", "hedging", "buffer", "value",
)  # fmt: skip
"""Kinds of numbers that are measured with room for manoeuvre, or after it."""


def position_problems(case: Case) -> Iterator[str]:
    """One line for each thing that does not fit in ties, sympathies, salience and drivers that are valued."""
    yield from _ties(case)
    for name, actor in case.actors.items():
        yield from _sympathies(case, name, actor)
        yield from _salience(case, name, actor)
    for name in sorted(valuations(case) & case.drivers.keys()):
        yield from _valued_driver(case, name)
    for name, alike in case.similarity.items():
        if alike.times is not None:
            yield from _measured_later(case, f"similarity.{name}.times", alike.times)


def _ties(case: Case) -> Iterator[str]:
    """Ties bind one power to another, on all axes or on one."""
    known, axes = powers(case), case.alignment.axes
    for one, other, axis, _ in ties(case):
        where = f"alignment.ties.{one}.{other}"
        wrong = [name for name in (one, other) if name not in known]
        if wrong:
            yield f"{where}: a tie binds two powers; no power '{wrong[0]}'{did_you_mean(wrong[0], known)}"
        elif one == other:
            yield f"{where}: binds a power to itself; name another one"
        elif axis is not None and axis not in axes:
            yield f"{where}.{axis}: no axis of this name{did_you_mean(axis, axes)}"


def _sympathies(case: Case, name: str, actor: Actor) -> Iterator[str]:
    """Factions of the target side with powers or blocs."""
    known = list(dict.fromkeys([*powers(case), *case.blocs]))
    for faction, entry in actor.factions.items():
        where = f"actors.{name}.factions.{faction}.sympathy"
        if entry.sympathy and name not in with_role(case, "target"):
            yield f"{where}: powers lift factions of the target alone; leave it out"
        for key in entry.sympathy:
            if key not in known:
                yield f"{where}.{key}: no power or bloc of this name{did_you_mean(key, known)}"


def _salience(case: Case, name: str, actor: Actor) -> Iterator[str]:
    """What matters more or less to whoever decides: what the actor values, or a channel."""
    where = f"actors.{name}.salience"
    if actor.salience and name not in deciders(case):
        yield f"{where}: only the target and powers weigh anything; leave it out"
    own = {*flatten(actor.valuations)}
    for faction in actor.factions.values():
        own.update(flatten(faction.valuations))
    for key in actor.salience:
        if key in own and key in case.channels:
            yield f"{where}.{key}: is a channel, and valued too; give the channel another name"
        elif key not in own and key not in case.channels:
            told = "is neither a channel nor valued by the actor or its factions"
            yield f"{where}.{key}: {told}{unknown(key, [*own, *case.channels])}"


def _valued_driver(case: Case, name: str) -> Iterator[str]:
    """A driver that is valued has a slope everywhere, by everything that moves it."""
    for driver, text in _written_out(case, case.drivers[name], name):
        steps = parse(text).steps
        turns = {step.kind for step in steps if step.parts}.difference(SMOOTH)
        if turns:
            told = f"is valued, and {min(turns)}() in drivers.{driver} has no slope where it turns"
            yield f"drivers.{name}: {told}; use + - * /"
            return
        unseen = [step.name for step in steps if step.kind in ("name", "change") and _is_unseen(step.name)]
        if unseen:
            told = f"is valued, and no effect is weighed by way of {unseen[0]} in drivers.{driver}"
            yield f"drivers.{name}: {told}; use stocks and dependences"
            return


def _is_unseen(name: str) -> bool:
    """Whether a number of the state is neither a stock nor a share of a channel."""
    row, _ = row_of(name)
    return not row.stock and row.kind != "dependence"


def _measured_later(case: Case, where: str, text: str) -> Iterator[str]:
    """What is measured of shares cannot say how alike powers are, on which the measure rests."""
    for _, each in _written_out(case, text, ""):
        for name in sorted(parse(each).names):
            if row_of(name)[0].kind in LATER:
                yield f"{where}: reads {name}, which is measured after it; use stocks, links or positions"


def _written_out(case: Case, text: str, name: str) -> Iterator[tuple[str, str]]:
    """An expression, and those of the drivers that it rests on, with their names."""
    waiting, seen = [(name, text)], {name}
    while waiting:
        here = waiting.pop()
        try:
            read = parse(here[1]).names
        except ExpressionError:  # told where expressions are read
            return
        yield here
        new = sorted((read & case.drivers.keys()) - seen)
        seen.update(new)
        waiting += [(each, case.drivers[each]) for each in new]
