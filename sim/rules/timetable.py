"""The month: the order of the stages (ODD 3). The Mesa model keeps the same order with its agents."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain

from sim.rules import agency, offers, reasons, seats
from sim.rules.advice import advise
from sim.rules.aggregates import add_up
from sim.rules.alignment import measure_closeness, move_anchor, move_position, pull_position
from sim.rules.allocation import learn_from_pay, shift_effort, shift_welcome, weigh_effort, weigh_welcome
from sim.rules.autonomy import measure_autonomy, measure_buffer
from sim.rules.beyond import follow_paths
from sim.rules.clout import press_claim, settle_clout
from sim.rules.effects import apply_changes
from sim.rules.expressions import value_of
from sim.rules.health import HEALTH, watch
from sim.rules.hedging import measure_hedging
from sim.rules.influence import measure_influence, move_bandwidths, move_dependences
from sim.rules.known import under_known
from sim.rules.numbers import less, maximum
from sim.rules.relaxation import relax_stocks
from sim.rules.state import at, start_of
from sim.rules.structure import Event, Luck, Parts, State
from sim.rules.utility import Appraisal, appraise, own_control, publish, speak

COUNSELS = 2
"""Counsels of the start: the second goes by what the first expects, as waiting at the table does."""


def month(s: State, parts: Parts, luck: Luck) -> None:
    """One month of one run. Each phase reads the state that the phase before left."""
    move(s, parts, luck)
    offers.count_down(s, parts)
    consider(s, parts)
    luck = under_known(s, parts, luck)
    offers.draw_proposals(s, parts, luck)
    happen(s, parts, luck)
    weigh_factions(s, parts)
    for event in parts.events:
        offers.learn_answer(s, parts, event)
    take_stock(s, parts)


def move(s: State, parts: Parts, luck: Luck) -> None:
    """What moves without events: paths, stocks, effort, welcome, links, and positions."""
    settings = parts.settings
    follow_paths(s, parts, luck)
    relax_stocks(s, parts.stocks, luck)
    add_up(s, parts.aggregates)
    for power in parts.powers:
        weigh_effort(s, parts, power)
        learn_from_pay(s, power, settings)
        shift_effort(s, power, settings)
    weigh_welcome(s, parts.target, parts.powers, settings)
    shift_welcome(s, parts.powers, settings, parts.target in parts.seats)
    for power in parts.powers:
        move_bandwidths(s, power, settings)
    for channel in parts.channels:
        move_dependences(s, parts.cells_of[channel], settings)
    measure(s, parts)
    for actor, standing in parts.standings.items():
        move_position(s, standing, luck)
        move_anchor(s, parts, actor, luck)


def measure(s: State, parts: Parts) -> None:
    """What follows from bandwidths and dependences: influence, autonomy, and the drift of positions."""
    measure_influence(s, parts.suppliers)
    measure_autonomy(s, parts.suppliers, parts.pairs)
    measure_buffer(s, parts.powers)
    for actor in parts.standings:
        pull_position(s, parts, actor)


def consider(s: State, parts: Parts) -> None:
    """Everyone appraises the state, then the odds of every event are worked out backwards."""
    appraisals: dict[tuple[str, str], Appraisal] = {}

    def wants(actor: str, control: dict[str, float]) -> Appraisal:
        own = own_control(parts.units[actor], control)
        # most events of an actor are weighed by the same voices
        key = (actor, repr(own))
        if key not in appraisals:
            appraisals[key] = appraise(s, parts, actor, [speak(s, unit, own) for unit in parts.units[actor]])
        return appraisals[key]

    for actor in parts.units:
        publish(s, wants(actor, {}))
    for event in parts.events:
        initiator = None
        if event.decides:
            initiator = wants(event.principal, event.control)
        offers.consider_execution(s, parts, event, initiator)
    for event in parts.events:
        responder = None
        if event.responder is not None:
            responder = wants(event.responder, event.control)
        offers.consider_answer(s, parts, event, responder)
    for event in parts.events:
        offers.consider_proposal(s, parts, event)
    reasons.tell(s, parts)
    for event in parts.judged:
        agency.consult(s, parts, event, wants(event.principal, {}))
    for event in parts.judged:
        agency.judge(s, event)
    reasons.tell_calling_off(s, parts)
    for actor in parts.seats:
        advise(s, parts, actor)


def happen(s: State, parts: Parts, luck: Luck) -> None:
    """Luck settles every event; then all of them take effect at once."""
    take_effect(s, parts, partial(offers.settle, luck=luck))


def take_effect(s: State, parts: Parts, settle: Callable[[State, Event], None]) -> None:
    """Every event is settled; then all of them take effect at once."""
    # collected first: an event sees nothing of what another one changes in the same month
    changes = dict.fromkeys(parts.touched, 0.0)
    for event in parts.events:
        settle(s, event)
        offers.gather(s, parts, event, changes)
        seats.feel(s, parts, event)
    apply_changes(s, parts, changes)
    add_up(s, parts.aggregates)
    for event in parts.events:
        offers.remember(s, event)


def weigh_factions(s: State, parts: Parts) -> None:
    """Factions press their claims, and clout moves towards them."""
    for unit in parts.factions:
        press_claim(s, unit, parts.settings)
    for actor in parts.units:
        settle_clout(s, parts, actor)


def take_stock(s: State, parts: Parts) -> None:
    """What is recorded of the month and not needed for it: closeness, hedging, drivers, and what happened."""
    measure_closeness(s, parts)
    measure_hedging(s, parts)
    for name, driver in parts.drivers.items():
        s[at("driver", name)] = value_of(s, driver)
    for trigger in parts.triggers:
        # for good: what is done is not undone when it is seen no more
        s[trigger.latched] = maximum(s[trigger.latched], less(trigger.bar, value_of(s, trigger.seen)))
    for event in parts.events:
        s[at("record", event.name)] = offers.record(s, event)
    seats.count_worth(s, parts)
    seats.leave(s, parts)
    # what decides by a comparison too: there a number that is none counts as a no, without a trace
    watched = [*parts.watched, *chain.from_iterable(map(offers.decisive, parts.events))]
    watched += [at("approval", event.name) for event in parts.judged]
    watch(s, [s[name] for name in watched])


def settle_start(s: State, parts: Parts) -> None:
    """Measure the start and keep it as `start.NAME`: the reference that makes the start a rest point."""
    s[HEALTH] = 0.0
    for unit in parts.factions:
        s[at("claim", unit.name)] = 0.0
    add_up(s, parts.aggregates)
    # kept twice: what is measured needs the starts of what it is made of, and then has starts itself
    measure_closeness(s, parts)
    keep_start(s)
    # ties, similarity and salience may read what is wanted, which follows from what is measured: so twice
    for _ in range(2):
        measure(s, parts)
        measure_hedging(s, parts)
        for actor, units in parts.units.items():
            publish(s, appraise(s, parts, actor, [speak(s, unit, {}) for unit in units]))
    for power in parts.powers:
        weigh_effort(s, parts, power)
        for cell in power.cells:
            s[cell.earned] = s[cell.earns]
            s[cell.effort_attraction] = 0.0
    weigh_welcome(s, parts.target, parts.powers, parts.settings)
    keep_start(s)
    # events are expected against the starts of all else, and their odds have starts then
    expect_events(s, parts)
    keep_start(s)
    # of expressions too, under their text, whose changes since the start count
    for expression in parts.measured_from_start:
        s[start_of(expression.text)] = value_of(s, expression)


def expect_events(s: State, parts: Parts) -> None:
    """What is expected at the start: odds of every event, terms of deals, and what is unapproved."""
    for _ in range(COUNSELS):
        eve = dict(s)
        consider(eve, parts)
        for event in parts.events:
            s[at("hazard", event.name)] = eve[at("outlook", event.name)]
            if event.terms is not None:
                s[at("terms", event.name)] = eve[at("concession", event.name)]
        for event in parts.judged:
            s[at("unapproved", event.name)] = eve[at("unapproved", event.name)]


def keep_start(s: State) -> None:
    """Note every number of the state as `start.NAME`."""
    named = {name: value for name, value in s.items() if not name.startswith("start.")}
    s.update({start_of(name): value for name, value in named.items()})
