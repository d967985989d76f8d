"""A scenario in words and tables, for the terminal: who wants what, what can happen, and where the numbers
come from.
"""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator

from sim.scenario.index import suppliers
from sim.scenario.labels import actor_label, faction_label, plain, posture_label, state_label
from sim.scenario.load import Scenario
from sim.scenario.lookup import choice
from sim.scenario.rows import Effect, Row, flatten
from sim.scenario.schema import CONTEST, Actor, Case

WIDTH = 100
SOURCES_SHOWN = 20
ROLES = {"target": "the target", "power": "a power", "proxy": "a proxy", "domestic": "the domestic supplier"}
STAKES = {
    "influence_share": "Own share of influence",
    "alignment": "Closeness to own position",
    "autonomy": "Autonomy of the target",
    "goodwill_by_vulnerability": "Goodwill of whoever it depends on",
}
STEPS = {
    "accepted": "If it takes place",
    "refused": "If it is refused",
    "executed": "If the threat is carried out",
    "cancelled": "If it is called off",
}
CONTEST_STEPS = {"accepted": "If it succeeds", "refused": "If it fails"}


def portrait(scenario: Scenario) -> Iterator[str]:
    """The whole case: actors, influence, quantities, events, outcomes, sources."""
    case = scenario.case
    yield from _wrapped(case.title)
    yield from _wrapped(f"{case.question} {case.note}".strip(), indent="  ")
    decision = case.decision
    yield f"  {case.time.months} months from {case.time.start}; theory of choice {decision.theory}, learning {decision.learning}"
    yield from _actors(case)
    yield from _influence(case)
    yield from _quantities(case)
    yield from _drivers(case)
    yield from _events(scenario)
    yield from _outcomes(scenario)
    yield from _sources(scenario)


def portrait_of_event(scenario: Scenario, name: str) -> Iterator[str]:
    """One event row, or all rows of one template, in full. Raises Unknown for a name of none."""
    labels = {key: event.label for key, event in scenario.case.events.items()}
    labels |= {row.name: row.label for row in scenario.rows.values() if row.name != row.template}
    meant = choice("event", name, labels)
    rows = [row for row in scenario.rows.values() if meant in (row.name, row.template)]
    for row in rows:
        yield from _event(scenario.case, row, full=True)
    yield ""
    yield from _numbers(scenario, (f"events.{rows[0].template}.",))


def portrait_of_numbers(scenario: Scenario) -> Iterator[str]:
    """Every number with its unit, plausible range and source."""
    yield from _numbers(scenario, ("",))


# -- small things ----------------------------------------------------------------------------------


def _wrapped(text: str, indent: str = "", hang: str | None = None) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()), WIDTH, initial_indent=indent,
        subsequent_indent=indent if hang is None else hang, break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _heading(text: str) -> list[str]:
    return ["", text, "-" * len(text)]


def _percent(logit: float) -> str:
    chance = 100.0 / (1.0 + math.exp(-max(min(logit, 700.0), -700.0)))
    return f"{chance:.2g} %" if chance < 99.5 else ">99 %"


def _term(case: Case, text: str) -> str:
    """An expression or name of the file in words where it is a single name."""
    return (
        state_label(case, text)
        if text in case.quantities or text.startswith(("goodwill.", "alignment."))
        else text
    )


def _stake(case: Case, key: str) -> str:
    kind, _, rest = key.partition(".")
    return STAKES.get(key) or (
        "Clout of " + faction_label(case, rest) if kind == "clout" else state_label(case, key)
    )


# -- sections --------------------------------------------------------------------------------------


def _actors(case: Case) -> Iterator[str]:
    yield from _heading(
        "Who, and what they value (logits per unit; what is not named is worth nothing to them)"
    )
    for name, actor in case.actors.items():
        where = "" if actor.position is None else f", position {_point(case, actor.position)}"
        patron = "" if actor.patron is None else f" of {actor_label(case, actor.patron)}"
        goodwill = "" if actor.goodwill is None else f", goodwill {actor.goodwill:g} at the start"
        yield from _wrapped(
            f"{actor.label} [{name}], {ROLES[actor.role]}{patron}{where}{goodwill}", hang="    "
        )
        yield from _values(case, actor)
        for key, faction in actor.factions.items():
            text = f"{faction.label} [{key}], clout {faction.clout:g}, ideal {_point(case, faction.ideal)}: "
            yield from _wrapped(text + _valuations(case, faction.valuations), indent="  - ", hang="    ")


def _values(case: Case, actor: Actor) -> list[str]:
    return _wrapped(_valuations(case, actor.valuations), indent="    ") if actor.valuations else []


def _valuations(case: Case, valuations: dict) -> str:
    found = sorted(flatten(valuations).items(), key=lambda item: -abs(item[1]))
    return "; ".join(f"{_stake(case, key)} {value:+g}" for key, value in found if value != 0) or "nothing"


def _point(case: Case, point: list[float]) -> str:
    return (
        "("
        + ", ".join(
            f"{plain(axis)} {value:+g}" for axis, value in zip(case.alignment.axes, point, strict=True)
        )
        + ")"
    )


def _influence(case: Case) -> Iterator[str]:
    yield from _heading("Through what: share supplied / bandwidth, by channel (weight)")
    wide = max(len(actor_label(case, name)) for name in suppliers(case)) + 2
    channels = list(case.channels)
    column = max(9, min(16, (WIDTH - wide) // max(len(channels), 1)))
    yield " " * wide + "".join(f"{case.channels[c].label[: column - 1]:>{column}}" for c in channels)
    yield " " * wide + "".join(f"{f'({case.channels[c].weight:g})':>{column}}" for c in channels)
    for name in suppliers(case):
        shares, bands = case.shares.get(name, {}), case.bandwidths.get(name, {})
        cells = [f"{shares[c]:g} / {bands.get(c, 0):g}" if shares.get(c, 0) > 0 else "-" for c in channels]
        yield f"{actor_label(case, name):<{wide}}" + "".join(f"{cell:>{column}}" for cell in cells)
    blocs = (
        f"{plain(name)} ({', '.join(actor_label(case, m) for m in members)})"
        for name, members in case.blocs.items()
    )
    yield from _wrapped("Blocs: " + "; ".join(blocs), hang="    ")


def _quantities(case: Case) -> Iterator[str]:
    yield from _heading(
        "Quantities: value at the start; months until half of a shock is gone; what moves them"
    )
    for name, quantity in case.quantities.items():
        if name in case.paths:
            yield from _wrapped(f"{quantity.label} [{name}]: on a path", hang="    ")
            continue
        start = quantity.start if isinstance(quantity.start, str) else f"{quantity.start:g}"
        half = (
            "never"
            if quantity.relaxation <= 0
            else f"{math.log(0.5) / math.log1p(-min(quantity.relaxation, 0.999999)):.0f}"
        )
        moved = ", ".join(
            f"{weight:+g} x {_term(case, source)}" for source, weight in case.couplings.get(name, {}).items()
        )
        yield from _wrapped(
            f"{quantity.label} [{name}]: {start}; {half}" + (f"; {moved}" if moved else ""), hang="    "
        )


def _drivers(case: Case) -> Iterator[str]:
    if not (case.drivers or case.calendars):
        return
    yield from _heading("Drivers and calendars that odds and effects are multiplied by")
    for name, text in case.drivers.items():
        yield from _wrapped(f"{name} = {text}", hang="    ")
    for name, calendar in case.calendars.items():
        what = calendar.anniversary_of and f"anniversaries of {calendar.anniversary_of}"
        what = (
            what
            or (calendar.since and f"from {calendar.since}")
            or f"dates {', '.join(calendar.dates or ())}"
        )
        yield f"{name}: {what}"
    for name, value in case.parameters.items():
        yield f"{name} = {value:g}"


def _events(scenario: Scenario) -> Iterator[str]:
    yield from _heading(
        "What can happen (chances at a base of no gain or loss to the decider; utilities shift them)"
    )
    seen: set[str] = set()
    for row in scenario.rows.values():
        if row.template not in seen:
            seen.add(row.template)
            yield from _event(scenario.case, row, full=False)


def _event(case: Case, row: Row, full: bool) -> Iterator[str]:
    event = case.events[row.template]
    name, label = (row.name, row.label) if full or event.each is None else (row.template, event.label)
    yield from _wrapped(f"{label} [{name}]. {' '.join(_course(case, row, full))}", hang="    ")
    if event.each is not None and not full:
        others = ", ".join(actor_label(case, power) for power in event.each)
        yield from _wrapped(
            f"One row each for {others}; shown: {actor_label(case, event.each[0])}.", indent="    "
        )
    for which, effects in row.effects.items():
        if effects:
            step = (CONTEST_STEPS if row.responder == CONTEST else STEPS)[which]
            changes = "; ".join(_effect(case, effect) for effect in effects)
            yield from _wrapped(f"{step}: {changes}", indent="    ", hang="      ")


def _course(case: Case, row: Row, full: bool) -> Iterator[str]:
    """How the event begins, is answered and ends, in sentences."""
    if row.initiator == "calendar":
        yield f"On set dates: {', '.join(row.dates)}."
    elif row.initiator == "nature":
        yield f"Strikes by chance, {_percent(row.base_logit)} a month at the start values."
    else:
        yield f"{actor_label(case, row.initiator)} may start it, {_percent(row.base_logit)} a month."
    yield from _shift(case, "More likely with", row.shifts)
    if row.responder == CONTEST:
        yield f"A contest decides, {_percent(row.response_logit)} success."
    elif row.responder is not None:
        yield f"{actor_label(case, row.responder)} answers, {_percent(row.response_logit)} yes."
    yield from _shift(case, "The answer shifts with", row.response_shifts)
    if row.effects["executed"]:
        yield f"A refused threat is carried out, {_percent(row.execution_logit)}."
    if row.gate is not None:
        yield f"Only while {row.gate} > 0."
    if row.lead:
        yield f"Takes place {row.lead} months after the yes."
    if row.cancel is not None:
        yield f"May be called off until then, {_percent(row.cancel.base_logit)} a month."
    if row.once:
        yield "Once only."
    elif row.cooldown:
        yield f"Then not for {row.cooldown} months."
    if row.retry:
        yield f"After a {'failure' if row.responder == CONTEST else 'no'} not for {row.retry} months."
    if row.group is not None:
        yield f"Shares its turn with the group {plain(row.group)}."
    if row.control:
        deciders = ", ".join(f"{faction_label(case, key)} ({value:g})" for key, value in row.control.items())
        yield f"Decided by {deciders}, the rest by clout."


def _shift(case: Case, words: str, shifts: dict[str, float]) -> Iterator[str]:
    if shifts:
        yield f"{words} {', '.join(f'{_term(case, text)} ({size:+g})' for text, size in shifts.items())}."


def _effect(case: Case, effect: Effect) -> str:
    kind, _, rest = effect.key.partition(".")
    if kind == "payoff":
        what = f"Felt by {actor_label(case, rest)} (logits)"
    elif kind == "tilt":
        what = f"Position toward {actor_label(case, rest)}"
    elif kind == "credit":
        what = f"Credit of {faction_label(case, rest)}"
    else:
        what = state_label(case, effect.key)
    return f"{what} {effect.size:+g}" + ("" if effect.times is None else f" x {effect.times}")


def _outcomes(scenario: Scenario) -> Iterator[str]:
    case = scenario.case
    if case.outcomes:
        yield from _heading("What is asked of the runs")
        for name, outcome in case.outcomes.items():
            node = "" if outcome.node == "took_place" else f" ({plain(outcome.node)})"
            by = f" by {', '.join(outcome.by)}" if outcome.by else ""
            yield from _wrapped(
                f"{outcome.label} [{name}]: any of {', '.join(outcome.any_of)}{node}{by}", hang="    "
            )
    if case.postures:
        yield from _heading("Postures: the first that fits")
        for name, posture in case.postures.items():
            bounds = [
                f"{state_label(case, key)} >= {value:g}" for key, value in flatten(posture.above).items()
            ]
            bounds += [
                f"{state_label(case, key)} <= {value:g}" for key, value in flatten(posture.below).items()
            ]
            yield from _wrapped(
                f"{posture_label(case, name)} [{name}]: {' and '.join(bounds) or 'everything else'}",
                hang="    ",
            )


def _sources(scenario: Scenario) -> Iterator[str]:
    found = scenario.provenance
    yield from _heading(f"Where the {len(found)} numbers come from")
    counted = Counter(entry.source for entry in found.values()).most_common()
    for source, numbers in counted[:SOURCES_SHOWN]:
        yield from _wrapped(f"{numbers} from: {source}", hang="    ")
    if len(counted) > SOURCES_SHOWN:
        rest = counted[SOURCES_SHOWN:]
        yield f"{sum(numbers for _, numbers in rest)} from {len(rest)} other sources"
    if scenario.defaults:
        left = ", ".join(f"{path} = {value:g}" for path, value in scenario.defaults.items())
        yield from _wrapped(f"Left to the program, without a source: {left}", hang="    ")


def _numbers(scenario: Scenario, prefixes: Iterable[str]) -> Iterator[str]:
    for path, value in scenario.numbers.items():
        entry = scenario.provenance.get(path)
        if entry is not None and path.startswith(tuple(prefixes)):
            yield from _wrapped(
                f"{path} = {value:g} [{entry.unit}], plausible {entry.low:g} to {entry.high:g}", hang="    "
            )
            yield from _wrapped(entry.source, indent="    ")
