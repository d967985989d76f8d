"""A typical future, and what of it is worth telling: few lines, each with its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from sim.agents.model import Model
from sim.engine.setups import Plain
from sim.outcomes.columns import Kind, end_column
from sim.outcomes.target import Target
from sim.refusal import Refusal
from sim.rules.reasons import cause_of, weighed
from sim.rules.state import Change, at
from sim.rules.structure import Event
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.studies.report.because import Untold
from sim.studies.report.study import Tell
from sim.studies.report.words import month_name, of_hundred
from sim.studies.run.ask import run
from sim.studies.run.ensemble import Ensemble
from sim.studies.trace.event import EventInMonth
from sim.studies.trace.words import causes

RUNS = 2_000
"""Futures among which the typical one is looked for."""

MOST, REASONS = 11, 2
"""Events that are told, and reasons of each decision."""

OFF, PLACE = "is called off", "takes place"

NODES = ("proposed", "cancelled", "took_place")
"""What happens to an event in a month that is told."""

TOLD = 0.3
"""Reasons [logits] below this are not told."""


@dataclass(frozen=True)
class Told:
    """An event of a month in a sentence; weight: how far it moved anything."""

    date: str
    text: str
    weight: float


@dataclass(frozen=True)
class Story:
    """A future by its number; told: its events in order, left_out of which are not.

    came: whether the target comes in it, as in a share `alike` of all; of_runs: futures that were looked at.
    """

    run: int
    came: bool
    alike: float
    of_runs: int
    told: tuple[Told, ...]
    left_out: int


def story_of(
    scenario: Scenario, target: Target, seed: int, threads: int | None, tell: Tell
) -> Story | Untold:
    """The most typical of some futures; why none is told, else."""
    try:
        ensemble = run(Plain(scenario), RUNS, seed, threads=threads, progress=tell)
    except Refusal as error:
        return Untold(str(error))
    outcomes = ensemble.outcomes[~ensemble.outcomes["failed"]]
    if outcomes.empty:
        return Untold("every run failed")
    # of those that end as most do: a future between two ends would be typical of neither
    came = _came(outcomes, target)
    mostly = bool(target.is_share and came.mean() > 0.5)
    chosen = outcomes[came == mostly] if target.is_share else outcomes
    number = int(_nearest(chosen, _ends(ensemble, target)))
    waits = target.column.kind is Kind.DATE and not mostly
    every = [*_events(scenario, target, seed, number, waits)]
    kept = sorted(range(len(every)), key=lambda place: -every[place].weight)[:MOST]
    told = tuple(every[place] for place in sorted(kept))
    return Story(number, mostly, len(chosen) / len(outcomes), len(outcomes), told, len(every) - len(told))


def _came(outcomes: pd.DataFrame, target: Target) -> pd.Series:
    """Whether the target holds in each run; its number of what is no share."""
    values = outcomes[target.column.name]
    if target.column.kind is Kind.DATE:
        # what never comes, not a number, is by no month
        return values <= target.places[0]
    return values


def _ends(ensemble: Ensemble, target: Target) -> list[str]:
    """Columns by which futures are near each other: where headlines end, and when or what the target is."""
    headlines = [end_column(name) for name in ensemble.headlines]
    return [name for name in dict.fromkeys([target.column.name, *headlines]) if name in ensemble.outcomes]


def _nearest(outcomes: pd.DataFrame, columns: list[str]) -> int:
    """The run whose numbers lie nearest to their medians, in widths of their middle halves."""
    numbers = outcomes[columns].astype(float)
    width = numbers.quantile(0.75) - numbers.quantile(0.25)
    apart = (numbers - numbers.median()).abs() / width.where(width > 0, 1.0)
    # what never comes is as far from a date as most are
    return apart.fillna(1.0).sum(axis=1).idxmin()


def _events(scenario: Scenario, target: Target, seed: int, number: int, waits: bool) -> Iterator[Told]:
    """Whatever happens in a future, in order; waits: whether the target does not come by its month."""
    happening = target.column.happening
    own = happening.events if happening is not None else ()
    model = Model(lower(scenario), seed=seed, run=number)
    while model.running:
        model.step()
        for name in model.world.scenario.rows:
            event = EventInMonth(model, model.parts.event[name], {})
            if any(map(event.flag, NODES)):
                late = waits and name in own and event.flag("took_place") and model.date > target.dates[0]
                text = _sentence(event) + f", too late to count by {month_name(target.dates[0])}" * late
                waits = waits and not late
                # the events that make the answer are told before any other
                yield Told(model.date, f"{text}.", _weight(event) + (name in own))


def _sentence(told: EventInMonth) -> str:
    """What came to pass of an event in a month, beginning with what was done."""
    parts, label = [part.removeprefix(", ") for part in _parts(told) if part], told.event.label
    text = "; ".join(parts)
    if not parts or (told.flag("proposed") and _opening(told)):
        return text or label
    if parts[0] in (OFF, PLACE):
        return f"“{label}” {text}"
    return f"{label}: {text}"


def _weight(event: EventInMonth) -> float:
    """How far an event moved any number, beside its size."""
    # stocks of large numbers would move more than all others: of these the part counts
    keys = [key for effect in event.effects() for key in event.model.parts.keys_of(effect)]
    moved = [abs(event.s[key] - event.eve[key]) / max(abs(event.eve[key]), 1.0) for key in keys]
    return max(moved, default=0.0)


def _parts(told: EventInMonth) -> Iterator[str]:
    """What came to pass of an event in a month."""
    event = told.event
    if told.flag("proposed"):
        who = event.principal if event.decides else None
        yield f"{_opening(told)}{_reasons(told, who, True)}"
        if event.can_fail:
            yield _answer(told)
    if told.flag("cancelled"):
        yield OFF
    if told.flag("took_place") and (event.lead > 0 or event.forced):
        yield PLACE


def _opening(told: EventInMonth) -> str:
    """Who does it; nothing of what comes by itself, or is for nobody else to answer."""
    event = told.event
    if event.is_dated or not event.answers:
        return ""
    label, whom = f"“{event.label}”", told.name(event.responder)
    if event.kind == "nature":
        return f"{label} comes up; {whom} must answer"
    verb, to = ("threatens with", "") if event.is_threat else ("proposes", f" to {whom}")
    return f"{told.name(event.initiator)} {verb} {label}{to}"


def _answer(told: EventInMonth) -> str:
    """A yes or no, with its chance and what spoke for it."""
    event, accepted = told.event, told.flag("accepted")
    yes = told.eve[at("acceptance", event.name)]
    chance = f"chance {of_hundred(yes if accepted else 1 - yes)} in 100"
    if event.answer == "contest" or event.responder is None:
        return f"{event.endings[not accepted]} ({chance})"
    reasons = _reasons(told, event.responder, accepted)
    return f"{told.name(event.responder)} says {('no', 'yes')[accepted]}{reasons} ({chance})"


def _reasons(told: EventInMonth, actor: str | None, for_it: bool) -> str:
    """What speaks most for a yes, or against it, to who decides; nothing of what nobody decides."""
    if actor is None:
        return ""
    event, terms = told.event, Counter[str]()
    words = causes(told.case, event) | _felt(event)
    for (ending, cause), worth in weighed(told.eve, told.model.parts, event, actor).items():
        if ending in ("accepted", "refused"):
            terms[words[cause]] += worth if ending == "accepted" else -worth
    sign = 1 if for_it else -1
    named = [name for name, worth in terms.most_common()[::sign] if sign * worth >= TOLD][:REASONS]
    if not named:
        return ""
    return f", {'for' if for_it else 'because of'} {' and '.join(named)}"


def _felt(event: Event) -> dict[str, str]:
    """Costs and gains that grow by an expression, which is none of a reader's words."""
    felt = [effect for effect in event.effects if effect.change is Change.FEEL]
    unsaid = [cause_of(effect) for effect in felt if effect.foreseen.kind != "name"]
    return dict.fromkeys(unsaid, "what it costs or gains at once")
