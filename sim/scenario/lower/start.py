"""The state before the first month (ODD 5)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.rules import structure as p
from sim.rules.aggregates import add_up
from sim.rules.expressions import value_of
from sim.rules.numbers import as_number, clip, total
from sim.rules.seats import BY_RULE
from sim.rules.state import at, row_of
from sim.rules.timetable import settle_start
from sim.scenario import index
from sim.scenario.load import Scenario
from sim.scenario.lower.courses import courses
from sim.scenario.lower.timeline import Timeline
from sim.scenario.schema import Case, Quantity

REST_ROUNDS = 20
"""Rounds in which starts at rest are solved, each measured anew."""

REST_SWEEPS = 100
"""Repetitions of a round, at most, in each of which every stock follows its sources."""


def start_of_run(
    scenario: Scenario,
    parts: p.Parts,
    timeline: Timeline,
    series: dict[str, np.ndarray],
    until: int | None = None,
) -> dict[str, float]:
    """The state at the start, measured; what time alone decides is added to `series`.

    until: the last month, counted from year 0, of which paths say anything (all that they do if None).
    """
    case = scenario.case
    series |= courses(case, timeline, until)
    # What comes later overwrites what came before: a stock on a path starts where its path does.
    s = _constant(case, scenario.rows)
    for actor in parts.standings:
        s |= _position(case, actor)
        s |= {at("anchor", axis): 0.0 for axis in parts.standings[actor].wander}
    s |= {name: _level(quantity) for name, quantity in case.quantities.items()}
    s |= _goodwill(case)
    for supplier in parts.suppliers:
        s |= _links(case, supplier)
    s |= _clout(case)
    s |= {trigger.latched: 0.0 for trigger in parts.triggers}
    s |= {at("unapproved", event.name): 0.0 for event in parts.judged}
    s |= dict.fromkeys(parts.choices, BY_RULE) | {at("felt", actor): 0.0 for actor in parts.seats}
    for event in parts.events:
        s |= _waiting(event)
        series |= _dates(scenario, event, timeline)
    s |= {name: as_number(values[0]) for name, values in series.items()}
    s |= {name: s[at("beyond.given", name)] for name in parts.wandering}
    # What is measured of the state has to be there before sources that read it can hold a stock.
    settle_start(s, parts)
    _rest(s, case, parts)
    return s


def _constant(case: Case, rows: Iterable[str]) -> dict[str, float]:
    """What starts alike in every scenario: openness, attraction, credit, and what is remembered of events."""
    names = index.names_of(case, lambda row: row.start is not None, events=rows)
    return {name: _usual_start(name) for name in names}


def _usual_start(name: str) -> float:
    """Where the table of the state starts a number, in the number's own unit."""
    row, _ = row_of(name)
    return row.start or 0.0


def _position(case: Case, actor: str) -> dict[str, float]:
    """Where an actor stands; an axis that is switched off stands at 0."""
    places = dict.fromkeys(index.axes(case, actor), 0.0)
    given = case.actors[actor].position or []
    # Not strict: the file gives two numbers, and one axis may be in use.
    return places | dict(zip(index.axes_in_use(case, actor), given, strict=False))


def _goodwill(case: Case) -> dict[str, float]:
    """Goodwill towards each power, as given [1]."""
    s: dict[str, float] = {}
    for name in index.powers(case):
        given = case.actors[name].goodwill
        if given is None:
            given = case.goodwill.start
        s[at("goodwill", name)] = as_number(given)
    return s


def _level(q: Quantity) -> float:
    """The start of a stock; one that starts at rest begins in its middle, and is solved for."""
    if q.start in ("rest", None):
        return 0.5 * (q.low + q.high)
    return as_number(q.start)


def _links(case: Case, supplier: p.Supplier) -> dict[str, float]:
    """Bandwidth and dependence of each of a supplier's links [1]; of a power's its effort too."""
    s: dict[str, float] = {}
    for cell in supplier.cells:
        s[cell.bandwidth] = case.bandwidths[supplier.name][cell.channel]
        s[cell.dependence] = case.shares[supplier.name][cell.channel]
    if supplier.is_power:
        return s | _efforts(case, supplier)
    return s


def _efforts(case: Case, supplier: p.Supplier) -> dict[str, float]:
    """Initial effort by channel [1]: as given, else in proportion to the bandwidth that a power has built."""
    given = case.actors[supplier.name].effort
    if given:
        return {cell.effort: given.get(cell.channel, 0.0) for cell in supplier.cells}
    built = {cell.effort: case.bandwidths[supplier.name][cell.channel] for cell in supplier.cells}
    whole = total(built.values())
    return {effort: bandwidth / whole for effort, bandwidth in built.items()}


def _clout(case: Case) -> dict[str, float]:
    """Clout of every faction; an actor without any has all of it."""
    s: dict[str, float] = {}
    for name, actor in case.actors.items():
        s |= {at("clout", faction): entry.clout for faction, entry in actor.factions.items()}
        if not actor.factions:
            s[at("clout", name)] = 1.0
    return s


def _waiting(event: p.Event) -> dict[str, float]:
    """Nothing is announced, and nothing has to wait."""
    s: dict[str, float] = {}
    if event.lead > 0:
        s[at("pending", event.name)] = 0.0
    if event.waits:
        s[event.wait] = 0.0
    return s


def _dates(scenario: Scenario, event: p.Event, timeline: Timeline) -> dict[str, np.ndarray]:
    """When an event is due, and when it is forced."""
    found = {}
    if event.is_dated:
        found[at("due", event.name)] = timeline.marks(scenario.rows[event.name].dates)
    if event.forced:
        forced = scenario.case.interventions.forced[event.name]
        found[at("forced", event.name)] = timeline.marks(forced)
    return found


def _rest(s: dict[str, float], case: Case, parts: p.Parts) -> None:
    """Solve for the starts that are given as "rest": every such stock where its sources hold it."""
    resting = [stock for stock in parts.stocks if _is_at_rest(case, stock)]
    if not resting:
        return
    # Sources may read what is measured of the state, which moves with the stocks: so in rounds.
    for _ in range(REST_ROUNDS):
        before = _levels(s, resting)
        _follow(s, resting, parts)
        settle_start(s, parts)
        # Equal to the last bit, so that the start is the same wherever it is solved.
        if before == _levels(s, resting):
            return


def _follow(s: dict[str, float], resting: list[p.Stock], parts: p.Parts) -> None:
    """Let stocks follow their sources until that moves none of them."""
    for _ in range(REST_SWEEPS):
        before = _levels(s, resting)
        for stock in resting:
            s[stock.name] = _held(s, stock)
            add_up(s, parts.aggregates)
        # what did not move any would not move any once more
        if all(map(_is_same, before, _levels(s, resting))):
            return


def _is_same(one: float, other: float) -> bool:
    """Whether two levels are one to the last bit; a traced number is the same as itself alone.

    To compare two of these would leave a guard, and families would lose the points that take more sweeps.
    """
    if isinstance(one, float) and isinstance(other, float):
        return one.hex() == other.hex()
    return one is other


def _is_at_rest(case: Case, stock: p.Stock) -> bool:
    return stock.name in case.quantities and case.quantities[stock.name].start == "rest"


def _levels(s: dict[str, float], stocks: Iterable[p.Stock]) -> list[float]:
    return [s[stock.name] for stock in stocks]


def _held(s: dict[str, float], stock: p.Stock) -> float:
    """Where a stock's intercept and sources hold it, inside its bounds [of the stock]."""
    level = 0.0
    if stock.intercept is not None:
        level = stock.intercept
    for source in stock.sources:
        level += source.weight * value_of(s, source.value)
    return clip(level, stock.low, stock.high)
