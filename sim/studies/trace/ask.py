"""One future as a dated story: who proposed what, at which odds, for which reasons, what luck decided."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

from sim.agents.model import Model
from sim.engine.history import History, month_label
from sim.engine.interpreter import Month, history_of, month_of
from sim.engine.life import Phase
from sim.engine.setups import Setup
from sim.outcomes.single import told
from sim.rules.known import LOG_ODDS
from sim.scenario.interventions import in_words
from sim.scenario.labels import state_label
from sim.scenario.load import Scenario
from sim.scenario.lower import World
from sim.scenario.schema import month_number
from sim.studies.trace.event import EventInMonth
from sim.studies.trace.positions import FAR, Moves
from sim.writing.text import in_words as in_a_row

NOTABLE = 0.02
"""Changes since the start [units of the state] from which on the summary tells them."""

MANY = 20
"""Changes of a scenario from which on they are counted, such as all numbers that are drawn."""

HEADLINES = ("autonomy", "domination", "hedging")

LEGEND = (
    "Reasons are in logits, the largest first; luck draws between 0 and 1, and below the odds it happens.",
    f"Moves of positions are told once they reach {FAR}, with what made them; ties and home count against "
    "the start.",
)


def story(
    scenario: Setup | Scenario | World, seed: int, run: int, months: int | None = None
) -> Iterator[str]:
    """The lines of one future, lived by the Mesa model: the bytes of a run of the ensemble with this seed.

    scenario: whatever `sim.run` takes, or one that is ready to run; months: its own if None. Raises
    ScenarioError, BadInput.
    """
    model = Model(scenario, seed=seed, run=run, months=months)
    yield from _header(model)
    found: list[Month] = []
    # By event, when it was announced: that is told again when it takes place or is called off.
    announced: dict[str, str] = {}
    quiet: list[str] = []
    moves = Moves(model)
    while model.running:
        before, phase = dict(model.state), model.phase
        model.step()
        # The model overwrites its state, so what the summary needs is copied month by month.
        found.append(month_of(model.world, model.state))
        done = [f"  Intervention: {line}." for line in in_words(model.case, model.date)]
        lines = [*_gone_over(phase, model.phase), *done, *_events(model, announced), *moves.lines(before)]
        if not lines:  # told together with the quiet months that follow
            quiet.append(model.date)
            continue
        yield from (*_nothing(quiet), "", model.date, *lines)
        quiet = []
    yield from (*_nothing(quiet), *_summary(model, history_of(model.world, found)))


def _events(model: Model, announced: dict[str, str]) -> Iterator[str]:
    """What came to pass this month, and how likely it was where that is known."""
    rows = model.world.scenario.rows
    events = [EventInMonth(model, model.parts.event[name], announced) for name in rows]
    for event in events:
        yield from event.lines()
    if any(event.came_as_known for event in events):
        yield f"  It gave what is known of this month odds of {exp(model.state[LOG_ODDS]):.3g}."


def _gone_over(before: Phase, phase: Phase) -> Iterator[str]:
    """That another phase of a life begins, and how it differs."""
    if phase is before:
        return
    told = f"by the luck of run {phase.run}"
    if phase.seed != before.seed:
        told += f" of seed {phase.seed}"
    if phase.world.scenario.numbers != before.world.scenario.numbers:
        told += ", under other numbers"
    if phase.is_known:
        yield f"  Goes on {told}: drawn anew by how well runs keep to what is known."
    elif before.is_known:
        yield f"  Free from here on, {told}."
    else:
        yield f"  Branches off, {told}."


def _nothing(quiet: list[str]) -> list[str]:
    """That nothing happened in some months that follow each other, if there are any."""
    if not quiet:
        return []
    months = quiet[0]
    if len(quiet) > 1:
        months = f"{quiet[0]} to {quiet[-1]}"
    return ["", f"{months}: nothing happened."]


def _header(model: Model) -> Iterator[str]:
    """Which future this is, and how to read it."""
    case = model.case
    last = month_label(month_number(case.time.start) + model.world.months - 1)
    yield case.title
    rules = f"theory {case.decision.theory}, learning {case.decision.learning}"
    yield f"Run {model.run} of seed {model.seed}, {model.date} to {last}, {rules}."
    name, changes = model.world.scenario.name, model.world.scenario.changes
    if len(changes) > MANY:
        name += f" with {len(changes)} numbers of its own"
    elif changes:
        name += f" with {in_a_row(changes)}"
    yield f"Scenario {name}. One of many futures of it, not a forecast."
    known = [phase for phase in model.life if phase.is_known]
    if known:
        free = month_label(month_number(case.time.start) + known[-1].until)
        yield f"It keeps to what is known until {free}: where that decided, it stands instead of luck."
    yield from LEGEND


def _summary(model: Model, history: History) -> Iterator[str]:
    """What came of the questions of the scenario, and where the target ended."""
    yield from ("", f"In the end ({model.date})")
    for line in told(history):
        yield f"  {line}"
    start, end = model.start, model.state
    moved = [name for name in _told(model) if abs(end[name] - start[name]) >= NOTABLE]
    changes = "; ".join(_change(model, name) for name in moved)
    if not changes:
        changes = f"nothing moved by as much as {NOTABLE}"
    yield f"  Since the start: {changes}."


def _told(model: Model) -> list[str]:
    """Recorded numbers that the summary speaks of."""
    closeness = [name for name in model.world.recorded if name.startswith("closeness.")]
    return [*HEADLINES, *model.parts.axes, *closeness, *model.case.aggregates, *model.case.quantities]


def _change(model: Model, name: str) -> str:
    """A number of the state at the start and in the last month."""
    old, new = model.start[name], model.state[name]
    return f"{state_label(model.case, name)} {old:.2f} -> {new:.2f}"
