"""Courses of paths, month by month: what is known of each, and how it goes on from there (ODD 7.8)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.refusal import BadInput
from sim.rules.numbers import Number, clip, over, sqrt, square, total
from sim.rules.state import at
from sim.scenario import index
from sim.scenario.interventions import label
from sim.scenario.lower.timeline import Timeline, as_array, between
from sim.scenario.schema import Case, month_number

YEAR = 12

UNKNOWN = 2
"""Degrees of freedom of which a t distribution has no variance yet."""

LONG = 3
"""Years over which it shows what of a year's change lasts."""

Points = Sequence[tuple[str, Number]]


def courses(case: Case, timeline: Timeline, until: int | None = None) -> dict[str, np.ndarray]:
    """What the paths of a case give, month by month (months,), by its name in the state.

    A path that is held is one series under its own name; one that wanders gives three (see `wander`).
    until: the last month, counted from year 0, of which anything is known (all that the file says if None).
    Raises BadInput for a path of which nothing is known by then.
    """
    found = dict[str, np.ndarray]()
    for name, points in case.paths.items():
        known = known_of(name, points, until)
        if name in index.wandering(case):
            ends = month_number(points[-1][0])
            if until is not None:
                ends = min(ends, until)
            found |= wander(name, known, timeline, ends)
        else:
            found[name] = timeline.course(known)
    return found


def known_of(name: str, points: Points, until: int | None) -> Points:
    """The points of a path up to a month. Raises BadInput if there are none."""
    if until is None:
        return points
    known = [point for point in points if month_number(point[0]) <= until]
    if not known:
        told = f"paths.{name}: its first point is of {points[0][0]}"
        raise BadInput(f"{told}, so that nothing is known of it by {label(until)}; give it an earlier point")
    return known


def wander(name: str, known: Points, timeline: Timeline, ends: int) -> dict[str, np.ndarray]:
    """The three series of a path that goes on as a random walk (months,) (see sim.rules.beyond).

    ends: the last month in which it is as given, counted from year 0. In the next it takes a step for all the
    months since its last known point at once, and in each month after that one more.
    """
    last, (once, monthly) = month_number(known[-1][0]), variances(known)
    first, months = max(ends + 1, timeline.first), timeline.numbers
    steps = [sqrt(monthly) * float(month > first) for month in months]
    if first in months:
        steps[first - timeline.first] = sqrt(once + monthly * float(first - last))
    return {
        at("beyond.given", name): timeline.course(known),
        at("beyond.on", name): as_array([float(month > first) for month in months]),
        at("beyond.spread", name): as_array(steps),
    }


def variances(known: Points) -> tuple[Number, Number]:
    """How a path spreads beyond its last point, by its own past: the variances [of the stock, squared] of
    what comes at once, and of every month.

    m and M are the mean squares of its changes over one and over three years, back from its last point. In a
    walk that is read with errors M = 3 b + a and m = b + a: of a year's variance b = (M - m) / 2 lasts, from
    0 to m, and a = m - b is there from the first month on and grows no more. So a year's variance is always
    m. Of fewer than six years M says too little, and all of it lasts. Both are wider by n / max(n - 2, 1) for
    n years, as the t distribution by which a normal change of unknown variance is foretold (Box and Tiao
    1973). 0 for less than a year, of which nothing can be learnt: such a path is held. The form is our
    assumption, after the variance ratio of Lo and MacKinlay 1988.

    >>> once, monthly = variances([("2000-06", 0.0), ("2001-06", 0.3), ("2002-06", 0.0)])
    >>> once, round(12 * monthly, 3)
    (0.0, 0.18)
    """
    points = [(month_number(month), value) for month, value in known]
    (first, _), (last, _) = points[0], points[-1]
    years = [between(points, month) for month in range(last, first - 1, -YEAR)]
    count = len(years) - 1
    if count < 1:
        return 0.0, 0.0
    wider = count / max(count - UNKNOWN, 1)
    yearly = lasting = _mean_square(years, 1)
    if count >= 2 * LONG:
        lasting = clip(0.5 * (_mean_square(years, LONG) - yearly), 0.0, yearly)
    return wider * (yearly - lasting), wider * over(lasting, float(YEAR))


def _mean_square(years: Sequence[Number], apart: int) -> Number:
    """The mean square of changes over so many years."""
    changes = [square(later - earlier) for later, earlier in zip(years, years[apart:], strict=False)]
    return over(total(changes), float(len(changes)))
