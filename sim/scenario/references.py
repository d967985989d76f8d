"""What must hold between the parts of a scenario: names exist, shares sum to one, lists fit the kind of
event.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.refusal import did_you_mean
from sim.rules.numbers import is_number, total
from sim.scenario.dates import contradictions
from sim.scenario.drivers import expression_problems
from sim.scenario.hints import unchangeable, unknown
from sim.scenario.index import (
    cells,
    changeable_names,
    expression_names,
    kept_names,
    path_names,
    powers,
    state_names,
    stocks,
    suppliers,
    valued_names,
)
from sim.scenario.names import name_problems
from sim.scenario.outcomes import bound_problems, outcome_problems
from sim.scenario.rows import Row, flatten, written_twice
from sim.scenario.schema import CONTEST, NOBODY, Actor, Case, month_number

SUM_TOLERANCE = 1e-6
MOST = {
    "actors": 100,
    "channels": 50,
    "quantities": 1_000,
    "outcomes": 500,
    "postures": 100,
    "observations": 500,
}
"""Entries of a section, at most: what a month can be made of in reasonable time."""

MOST_LINKS = 1_000
"""Links of suppliers with channels, at most."""


def problems(case: Case, rows: dict[str, Row]) -> Iterator[str]:
    """One line for each thing that does not fit."""
    too_large = list(_sizes(case))
    yield from too_large
    if too_large:
        return
    yield from name_problems(case, rows)
    yield from _actors(case)
    yield from _influence(case)
    yield from _stocks(case)
    for place, section in case.sections():
        yield from (f"{place}.{key}: {told}" if key else f"{place}: {told}" for key, told in section.flaws())
    yield from _expressions(case, rows)
    yield from _events(case, rows)
    yield from contradictions(case)
    yield from _interventions(case, rows)
    yield from _observed(case)


def _sizes(case: Case) -> Iterator[str]:
    for section, most in MOST.items():
        found = len(getattr(case, section))
        if found > most:
            yield f"{section}: {found:,} of them; at most {most:,} can be run"
    links = sum(len(row) for row in case.shares.values())
    if links > MOST_LINKS:
        yield f"shares: {links:,} links of suppliers with channels; at most {MOST_LINKS:,} can be run"


def _actors(case: Case) -> Iterator[str]:
    roles = [actor.role for actor in case.actors.values()]
    if roles.count("target") != 1:
        yield f'actors: exactly one actor must have role = "target", found {roles.count("target")}'
    if roles.count("domestic") > 1:
        yield 'actors: at most one actor may have role = "domestic"'
    if not powers(case):
        yield 'actors: at least one actor must have role = "power"'
    for name, actor in case.actors.items():
        where = f"actors.{name}"
        if actor.role == "power" and (actor.position is None or actor.goodwill is None):
            yield f"{where}: a power needs position and goodwill"
        patrons = [other for other, entry in case.actors.items() if entry.role in ("target", "power")]
        if actor.role == "proxy" and actor.patron not in patrons:
            yield f"{where}.patron: a proxy needs the name of the target or of a power{did_you_mean(actor.patron or '', patrons)}"
        if actor.capability is not None and actor.capability not in case.quantities:
            yield f"{where}.capability: no quantity '{actor.capability}'{did_you_mean(actor.capability, case.quantities)}"
        for channel in actor.effort or {}:
            if (name, channel) not in cells(case):
                yield f"{where}.effort.{channel}: {name} has no link in this channel"
        if actor.effort and abs(total(actor.effort.values()) - 1) > SUM_TOLERANCE:
            yield f"{where}.effort: sums to {total(actor.effort.values()):.6g}, must sum to 1"
        if actor.factions and abs(total(f.clout for f in actor.factions.values()) - 1) > SUM_TOLERANCE:
            yield f"{where}.factions: clout sums to {total(f.clout for f in actor.factions.values()):.6g}, must sum to 1"
        if actor.role == "target" and not actor.factions:
            yield f"{where}: the target needs at least one faction"
        if actor.factions and actor.valuations:
            yield f"{where}.valuations: an actor with factions values through them; move these to its factions"
        yield from _valuations(case, where, actor)
    members = [power for bloc in case.blocs.values() for power in bloc]
    for bloc, names in case.blocs.items():
        for member in names:
            if member not in powers(case):
                yield f"blocs.{bloc}: no power '{member}'{did_you_mean(member, powers(case))}"
    for power in powers(case):
        if members.count(power) != 1:
            yield f"blocs: {power} must be in exactly one bloc, is in {members.count(power)}"


def _valuations(case: Case, where: str, actor: Actor) -> Iterator[str]:
    known = valued_names(case)
    tables = {f"{where}.valuations": actor.valuations}
    tables |= {
        f"{where}.factions.{name}.valuations": faction.valuations for name, faction in actor.factions.items()
    }
    for place, table in tables.items():
        if twice := written_twice(table):
            yield f"{place}.{twice}: is written twice, in two spellings; write it once"
        for key, value in flatten(table).items():
            if key not in known:
                hint = unknown(key, known) or "; add a quantity of this name, or leave it out"
                yield f"{place}.{key}: nothing of this name to value{hint}"
            elif key == "influence_share" and actor.role != "power":
                yield f"{place}.{key}: only a power has a share of influence; leave it out"
            elif not is_number(value) or not abs(value) < float("inf"):
                yield f"{place}.{key}: must be a finite number, not {value!r}"
    for name, faction in actor.factions.items():
        for key in faction.moved_by:
            if key not in stocks(case):
                yield f"{where}.factions.{name}.moved_by.{key}: no quantity of this name{did_you_mean(key, stocks(case))}"


def _influence(case: Case) -> Iterator[str]:
    for table, entries in (("shares", case.shares), ("bandwidths", case.bandwidths)):
        for name, row in entries.items():
            if name not in suppliers(case):
                near = did_you_mean(name, suppliers(case)) or f"; add [actors.{name}], or take this out"
                yield f"{table}.{name}: no power of this name, and no domestic supplier{near}"
            for channel in row:
                if channel not in case.channels:
                    yield f"{table}.{name}.{channel}: no channel of this name{did_you_mean(channel, case.channels)}"
    for channel in case.channels:
        whole = total(row.get(channel, 0.0) for row in case.shares.values())
        if abs(whole - 1) > SUM_TOLERANCE:
            yield f"shares: the {channel} shares sum to {whole:.6g}, must sum to 1"
    whole = total(channel.weight for channel in case.channels.values())
    if abs(whole - 1) > SUM_TOLERANCE:
        yield f"channels: the weights sum to {whole:.6g}, must sum to 1"
    for supplier, channel in cells(case):
        if not case.bandwidths.get(supplier, {}).get(channel, 0.0) > 0:
            yield f"bandwidths.{supplier}.{channel}: missing or zero, but shares.{supplier}.{channel} is not"
    for name, row in case.bandwidths.items():
        for channel, value in row.items():
            if (
                channel in case.channels
                and name in suppliers(case)
                and value > 0
                and (name, channel) not in cells(case)
            ):
                yield f"bandwidths.{name}.{channel}: has no share in [shares], so it would do nothing; leave it out"
    for name, pair in case.similarity.items():
        for power in pair.among:
            if power not in powers(case):
                yield f"similarity.{name}.among: no power '{power}'{did_you_mean(power, powers(case))}"
    if case.clout.channel not in case.channels:
        yield f"clout.channel: no channel '{case.clout.channel}'{did_you_mean(case.clout.channel, case.channels)}"


def _stocks(case: Case) -> Iterator[str]:
    for name, quantity in case.quantities.items():
        where = f"quantities.{name}"
        if quantity.low >= quantity.high:
            yield f"{where}: low must be below high"
        for key in ("start", "relaxation"):
            if key not in quantity.model_fields_set and name not in case.paths:
                yield f"{where}.{key}: missing; add it, or give the stock a course under [paths]"
        if quantity.start == "rest" and quantity.intercept == "auto":
            yield f'{where}.start: "rest" needs a numeric intercept to rest at'
        if (
            quantity.start is not None
            and quantity.start != "rest"
            and not quantity.low <= quantity.start <= quantity.high
        ):
            yield f"{where}.start: {quantity.start:g} lies outside {quantity.low:g} to {quantity.high:g}"
    known = stocks(case)
    for name in case.couplings:
        if name not in case.quantities:
            yield f"couplings.{name}: no quantity of this name{did_you_mean(name, case.quantities)}"
    for name, points in case.paths.items():
        if name not in known:
            yield f"paths.{name}: no quantity of this name{did_you_mean(name, known)}"
        months = [month_number(month) for month, _ in points]
        if months != sorted(set(months)):
            yield f"paths.{name}: the dates must rise"
        elif name in case.quantities:
            quantity = case.quantities[name]
            outside = [
                (month, value) for month, value in points if not quantity.low <= value <= quantity.high
            ]
            if outside:
                month, value = outside[0]
                more = f" (and {len(outside) - 1} more of its points)" if outside[1:] else ""
                yield f"paths.{name}: {value:g} in {month} lies outside {quantity.low:g} to {quantity.high:g}{more}"


def _expressions(case: Case, rows: dict[str, Row]) -> Iterator[str]:
    known, state = set(expression_names(case, rows)), set(state_names(case, rows))
    yield from expression_problems(case, rows, known, state)
    for name, pair in case.similarity.items():
        if pair.times is not None and pair.times not in stocks(case):
            yield f"similarity.{name}.times: no quantity '{pair.times}'{did_you_mean(pair.times, stocks(case))}"
    for name, posture in case.postures.items():
        yield from bound_problems(f"postures.{name}", posture, known, {*state, *case.drivers})
    yield from outcome_problems(case, rows, known, {*state, *case.drivers})


def _events(case: Case, rows: dict[str, Row]) -> Iterator[str]:
    for name, event in case.events.items():
        where = f"events.{name}"
        if event.each is not None:
            for power in event.each:
                if power not in case.actors:
                    yield f"{where}.each: no actor '{power}'{did_you_mean(power, case.actors)}"
        if event.same_as is not None and event.same_as not in case.events:
            yield f"{where}.same_as: no event '{event.same_as}'{did_you_mean(event.same_as, case.events)}"
        if event.calendar is not None and event.calendar not in case.calendars:
            yield f"{where}.calendar: no calendar '{event.calendar}'{did_you_mean(event.calendar, case.calendars)}"
        scheduled = event.dates or (event.calendar in case.calendars and case.calendars[event.calendar].dates)
        if event.initiator == "calendar" and not scheduled:
            yield f"{where}: a calendar event needs `dates`, or a `calendar` that has dates"
    for row in rows.values():
        yield from _row(case, row)


def _row(case: Case, row: Row) -> Iterator[str]:
    where = f"events.{row.template}"
    deciders = [name for name, actor in case.actors.items() if actor.role != "domestic"]
    if row.initiator not in (*NOBODY, *deciders):
        yield f"{where}.initiator: no actor '{row.initiator}'{did_you_mean(row.initiator, [*NOBODY, *deciders])}"
        return
    if row.responder is not None and row.responder not in (CONTEST, *deciders):
        yield f"{where}.responder: no actor '{row.responder}'{did_you_mean(row.responder, [CONTEST, *deciders])}"
        return
    if row.responder is None and row.effects["refused"]:
        yield f"{where}.refused: nobody can refuse; add a responder"
    if row.responder is None and (row.response_logit or row.response_shifts):
        yield f"{where}.response_logit: nobody answers; add a responder"
    if row.effects["executed"] and (row.initiator in NOBODY or row.responder in (None, CONTEST)):
        yield f"{where}.executed: a threat needs an actor that makes it and an actor that answers"
    if row.effects["cancelled"] and (row.lead == 0 or row.cancel is None):
        yield f"{where}.cancelled: only an event with a lead and a [cancel] hazard can be called off"
    if row.cancel is not None and row.lead == 0:
        yield f"{where}.cancel: an event without a lead cannot be called off"
    sides = [case.actors[name] for name in (row.initiator, row.responder) if name in case.actors]
    deciding = [case.actors.get(actor.patron or "", actor) for actor in sides]
    voices = {name for actor in deciding for name in actor.factions}
    for faction in row.control:
        if faction not in voices:
            yield f"{where}.control.{faction}: not a faction of {row.initiator} or {row.responder}{did_you_mean(faction, voices)}"
    if total(row.control.values()) > 1 + SUM_TOLERANCE:
        yield f"{where}.control: the weights sum to {total(row.control.values()):.6g}, at most 1"
    known = changeable_names(case)
    for effects in row.effects.values():
        for effect in effects:
            if effect.key not in known:
                yield f"{effect.path}: {unchangeable(effect.key, known, [*case.drivers, *case.parameters, *case.calendars])}"


def _observed(case: Case) -> Iterator[str]:
    measures = [*case.drivers, *kept_names(case)]
    for name, observation in case.observations.items():
        if observation.measure not in measures:
            hint = (
                did_you_mean(observation.measure, measures)
                or "; add a driver that says how it follows from the state"
            )
            yield f"observations.{name}.measure: no driver or recorded number '{observation.measure}'{hint}"


def _interventions(case: Case, rows: dict[str, Row]) -> Iterator[str]:
    for place, names in (
        ("forced", list(case.interventions.forced)),
        ("forbidden", case.interventions.forbidden),
    ):
        for name in names:
            if name not in rows:
                yield f"interventions.{place}: no event '{name}'{did_you_mean(name, rows)}"
    for name in case.headlines:
        if name not in path_names(case):
            yield f"headlines: no path '{name}'{did_you_mean(name, path_names(case))}"
    known = dict.fromkeys([*path_names(case), *case.drivers])
    for name in case.keep_paths:
        if name not in known:
            yield f"keep_paths: no path or driver '{name}'{did_you_mean(name, known)}"
