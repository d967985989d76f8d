"""A scenario in words: who wants what, what can happen, and where the numbers come from."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator

from sim.scenario.index import suppliers
from sim.scenario.interventions import in_words, watched_for
from sim.scenario.labels import actor_label, plain, posture_label, state_label
from sim.scenario.load import Scenario
from sim.scenario.provenance import tiers_of
from sim.scenario.rows import flatten
from sim.scenario.schema import Calendar, Case, Outcome, Posture, Quantity
from sim.studies.show.actors import actors_in_words, ties_in_words
from sim.studies.show.events import event_in_words
from sim.studies.show.layout import WIDTH, heading, wrapped
from sim.studies.show.words import term

SOURCES_SHOWN = 20
"""Sources that are named; the rest is counted."""


def scenario_in_words(scenario: Scenario) -> Iterator[str]:
    """The whole case: actors, influence, quantities, events, outcomes, sources."""
    case = scenario.case
    yield from wrapped(case.title)
    yield from wrapped(f"{case.question} {case.note}".strip(), indent="  ")
    theory = f"theory of choice {case.decision.theory}, learning {case.decision.learning}"
    yield f"  {case.time.months} months from {case.time.start}; {theory}"
    yield from actors_in_words(case)
    yield from ties_in_words(case)
    yield from _influence(case)
    yield from _quantities(case)
    yield from _drivers(case)
    yield from _events(scenario)
    yield from _done(case)
    yield from _outcomes(case)
    yield from _postures(case)
    yield from _sources(scenario)


def _done(case: Case) -> Iterator[str]:
    """What is done in the course of a run, if anything is."""
    done = case.interventions
    lines = [f"{name} takes place in {', '.join(dates)}" for name, dates in done.forced.items()]
    lines += [f"{name} cannot be started" for name in done.forbidden]
    lines += [*in_words(case), *watched_for(case)]
    if lines:
        yield from heading("Interventions: what is done, whatever anyone wants; the start stays as it is")
    for line in lines:
        yield from wrapped(line, hang="    ")


def _influence(case: Case) -> Iterator[str]:
    """A table: suppliers by channels."""
    yield from heading("Through what: share supplied / bandwidth, by channel (weight)")
    wide = max(len(actor_label(case, name)) for name in suppliers(case)) + 2
    # wide enough for "0.25 / 0.8", not wider than labels are, and else what the page has for each
    column = max(9, min(16, (WIDTH - wide) // max(len(case.channels), 1)))
    labels = [channel.label[: column - 1] for channel in case.channels.values()]
    weights = [f"({channel.weight:g})" for channel in case.channels.values()]
    rows = [("", labels), ("", weights)]
    rows += [(actor_label(case, name), _supplied(case, name)) for name in suppliers(case)]
    for label, cells in rows:
        yield f"{label:<{wide}}" + "".join(cell.rjust(column) for cell in cells)
    blocs = [f"{plain(name)} ({_actors_named(case, members)})" for name, members in case.blocs.items()]
    yield from wrapped("Blocs: " + "; ".join(blocs), hang="    ")


def _supplied(case: Case, name: str) -> list[str]:
    """The cells of a supplier: what it supplies through each channel, and how wide the channel is."""
    shares, bands = case.shares.get(name, {}), case.bandwidths.get(name, {})
    cells = []
    for channel in case.channels:
        share = shares.get(channel, 0)
        if share > 0:
            cells.append(f"{share:g} / {bands.get(channel, 0):g}")
        else:
            cells.append("-")
    return cells


def _actors_named(case: Case, names: Iterable[str]) -> str:
    return ", ".join(actor_label(case, name) for name in names)


def _quantities(case: Case) -> Iterator[str]:
    """The stocks, and how they move."""
    yield from heading(
        "Quantities: value at the start; months until half of a shock is gone; what moves them"
    )
    for name, weights in case.aggregates.items():
        shares = " + ".join(f"{weight:g} x {member}" for member, weight in weights.items())
        yield from wrapped(f"{state_label(case, name)} [{name}]: {shares}", hang="    ")
    for name, quantity in case.quantities.items():
        yield from wrapped(f"{quantity.label} [{name}]: {_course(case, name, quantity)}", hang="    ")


def _course(case: Case, name: str, quantity: Quantity) -> str:
    """Where a stock starts, how long a shock lasts, and what moves it."""
    if name in case.paths:
        return "on a path"
    told = [_start(quantity), _half_life(quantity.relaxation)]
    moved = [f"{weight:+g} x {term(case, of)}" for of, weight in case.couplings.get(name, {}).items()]
    if moved:
        told.append(", ".join(moved))
    return "; ".join(told)


def _start(quantity: Quantity) -> str:
    """The value of a stock at the start, or the expression that gives it."""
    if isinstance(quantity.start, str):
        return quantity.start
    return f"{quantity.start:g}"


def _half_life(relaxation: float) -> str:
    """Months until half of a shock is gone, of what relaxes by this share a month."""
    if relaxation <= 0:
        return "never"
    kept = -min(relaxation, 0.999999)  # what relaxes at once still has a logarithm
    return f"{math.log(0.5) / math.log1p(kept):.0f}"


def _drivers(case: Case) -> Iterator[str]:
    """Drivers and calendars, and the parameters that they may name."""
    if not (case.drivers or case.calendars):
        return
    yield from heading("Drivers and calendars that odds and effects are multiplied by")
    for name, text in case.drivers.items():
        yield from wrapped(f"{name} = {text}", hang="    ")
    for name, calendar in case.calendars.items():
        yield f"{name}: {_days(calendar)}"
    for name, value in case.parameters.items():
        yield f"{name} = {value:g}"


def _days(calendar: Calendar) -> str:
    """When a calendar is on."""
    if calendar.anniversary_of:
        return f"anniversaries of {calendar.anniversary_of}"
    if calendar.since:
        return f"from {calendar.since}"
    return f"dates {', '.join(calendar.dates or ())}"


def _events(scenario: Scenario) -> Iterator[str]:
    """Events, one row for all of a template."""
    yield from heading(
        "What can happen (chances at a base of no gain or loss to the decider; utilities shift them)"
    )
    told = set[str]()
    for row in scenario.rows.values():
        if row.template not in told:
            told.add(row.template)
            yield from event_in_words(scenario.case, row, full=False)


def _outcomes(case: Case) -> Iterator[str]:
    """The questions of the scenario."""
    if case.outcomes:
        yield from heading("What is asked of the runs")
    for name, outcome in case.outcomes.items():
        asked = " and ".join(_asked(case, outcome))
        if outcome.by:
            asked += f" by {', '.join(outcome.by)}"
        yield from wrapped(f"{outcome.label} [{name}]: {asked}", hang="    ")


def _asked(case: Case, outcome: Outcome) -> Iterator[str]:
    """All that has to hold for an outcome."""
    if outcome.function is not None:
        yield f"the {outcome.kind} that the registered function {outcome.function} gives"
    if outcome.any_of:
        told = f"any of {', '.join(outcome.any_of)}"
        if outcome.node != "took_place":  # which is what a reader takes for granted
            told += f" ({plain(outcome.node)})"
        yield told
    yield from _bounds(case, outcome)
    if outcome.all_of:
        yield f"all of {', '.join(outcome.all_of)} by then"
    if outcome.before is not None:
        yield f"before {outcome.before}"


def _bounds(case: Case, asked: Outcome | Posture) -> Iterator[str]:
    """Bounds of the state in words, one after the other."""
    for key, value in flatten(asked.above).items():
        yield f"{state_label(case, key)} >= {value:g}"
    for key, value in flatten(asked.below).items():
        yield f"{state_label(case, key)} <= {value:g}"


def _postures(case: Case) -> Iterator[str]:
    """The classes of states at the end, in the order in which they are tried."""
    if case.postures:
        yield from heading("Postures: the first that fits")
    for name, posture in case.postures.items():
        bounds = " and ".join(_bounds(case, posture)) or "everything else"
        yield from wrapped(f"{posture_label(case, name)} [{name}]: {bounds}", hang="    ")


def _sources(scenario: Scenario) -> Iterator[str]:
    """Sources by how many numbers come from them, and what has none."""
    found = scenario.provenance
    yield from heading(f"Where the {len(found)} numbers come from")
    yield ", ".join(f"{count} {tier}" for tier, count in tiers_of(found.values()).items())
    counted = Counter(entry.source for entry in found.values()).most_common()
    for source, numbers in counted[:SOURCES_SHOWN]:
        yield from wrapped(f"{numbers} from: {source}", hang="    ")
    if rest := counted[SOURCES_SHOWN:]:
        yield f"{sum(numbers for _, numbers in rest)} from {len(rest)} other sources"
    if scenario.defaults:
        left = ", ".join(f"{path} = {value:g}" for path, value in scenario.defaults.items())
        yield from wrapped(f"Left to the program, without a source: {left}", hang="    ")
