"""One future as a dated story: who proposed what, at which odds, for which reasons, what luck decided."""

from __future__ import annotations

from collections.abc import Iterator

from sim.agents.model import Model
from sim.engine.history import History, month_label
from sim.engine.interpreter import Month, history_of, month_of
from sim.outcomes.single import told
from sim.scenario.interventions import in_words
from sim.scenario.labels import state_label
from sim.scenario.lower import World
from sim.scenario.schema import month_number
from sim.studies.trace.event import EventInMonth
from sim.studies.trace.positions import FAR, Moves

NOTABLE = 0.02
"""Changes since the start [units of the state] from which on the summary tells them."""

HEADLINES = ("autonomy", "domination", "hedging")

LEGEND = (
    "Reasons are in logits, the largest first; luck draws between 0 and 1, and below the odds it happens.",
    f"Moves of positions are told once they reach {FAR}, with what made them; ties and home count against "
    "the start.",
)


def story(world: World, seed: int, run: int) -> Iterator[str]:
    """The lines of one future, lived by the Mesa model: the bytes of a run of the ensemble with this seed."""
    model = Model(world, seed=seed, run=run)
    yield from _header(model)
    months: list[Month] = []
    # By event, when it was announced: that is told again when it takes place or is called off.
    announced: dict[str, str] = {}
    quiet: list[str] = []
    moves = Moves(model)
    while model.running:
        before = dict(model.state)
        model.step()
        # The model overwrites its state, so what the summary needs is copied month by month.
        months.append(month_of(world, model.state))
        lines = [f"  Intervention: {line}." for line in in_words(model.case, model.date)]
        for event in (model.parts.event[name] for name in world.scenario.rows):
            lines += EventInMonth(model, event, announced).lines()
        lines += moves.lines(before)
        if not lines:  # told together with the quiet months that follow
            quiet.append(model.date)
            continue
        yield from (*_nothing(quiet), "", model.date, *lines)
        quiet = []
    yield from (*_nothing(quiet), *_summary(model, history_of(world, months)))


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
    name = model.world.scenario.name
    changes = ", ".join(f"{path} = {value}" for path, value in model.world.scenario.changes)
    if changes:
        name += f" with {changes}"
    yield f"Scenario {name}. One of many futures of it, not a forecast."
    yield from LEGEND


def _summary(model: Model, history: History) -> Iterator[str]:
    """What came of the questions of the scenario, and where the target ended."""
    yield from ("", f"In the end ({model.date})")
    for line in told(history):
        yield f"  {line}"
    start, end = model.world.start, model.state
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
    old, new = model.world.start[name], model.state[name]
    return f"{state_label(model.case, name)} {old:.2f} -> {new:.2f}"
