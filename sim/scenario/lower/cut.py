"""What of a world is known in a month: its paths end there, and go on as the scenario says that paths do."""

from __future__ import annotations

from dataclasses import replace

from sim.rules.state import at
from sim.scenario.interventions import label
from sim.scenario.lower.world import World, lower
from sim.scenario.schema import month_number


def cut(world: World, month: int) -> World:
    """The world whose paths know nothing after a month, counted from year 0, as somebody forecasts who lives
    in it. Only series differ: the month is the same program, and runs can go over from one to the other.

    Up to its last point by then a path is as it was. That a line led from there to a later point nobody knew,
    so it stands at that point until the month, and then goes on as [beyond] says: it is held there, or
    wanders, by a first step for all the months since that point (see `courses.wander`); one that had ended
    before wanders on from where it is. Of two cuts the earlier holds. Raises BadInput for a path that begins
    later, ValueError for a month before the first.

    >>> import sim
    >>> world = lower(sim.load("mongolia-1995"))
    >>> known = cut(world, month_number("2014-12"))
    >>> float(known.series["war"][-1]), float(world.series["war"][-1])
    (0.25, 0.8)
    """
    first = month_number(world.scenario.case.time.start)
    if month < first:
        raise ValueError(f"{label(month)} lies before the first month, {label(first)}; cut in a later one")
    if world.until is not None:
        month = min(month, world.until)
    known = lower(world.scenario, world.months, until=month)
    _check_start(world, known, month)
    stages = zip(world.then, known.then, strict=True)
    then = tuple((since, _known(own, later, month)) for (since, own), (_, later) in stages)
    return replace(_known(world, known, month), then=then)


def _known(world: World, known: World, month: int) -> World:
    """A world with the series of another, in the order of its own."""
    return replace(world, series={name: known.series[name] for name in world.series}, until=month)


def _check_start(world: World, known: World, month: int) -> None:
    """Raises ValueError if a path begins on a line to a point after the cut: the start would be another."""
    for name in world.scenario.case.paths:
        if name in world.parts.wandering:
            name = at("beyond.given", name)
        if known.series[name][0] != world.series[name][0]:
            raise ValueError(
                f"{name} begins on its way to a point after {label(month)}; cut in a later month"
            )
