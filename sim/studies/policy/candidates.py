"""Candidates: what an actor may do with its levers together, and what that makes of a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sim.engine.ranged import Ranged
from sim.engine.uncertain import free_numbers
from sim.refusal import BadInput
from sim.scenario import interventions
from sim.scenario.load import Scenario
from sim.scenario.schema import month_number
from sim.studies.policy.knob import AT_ONCE, Knob, Pull, knob_of

Places = tuple[int, ...]
"""For each knob in its order the place of its value, and then of its bar."""


@dataclass(frozen=True)
class Knobs:
    """The levers of one actor, and what may be done with them together."""

    scenario: Scenario
    actor: str
    each: tuple[Knob, ...]

    @property
    def sizes(self) -> list[int]:
        """How many places each variable of a search has: values; of a signal its bars, and not to wait."""
        found = list[int]()
        for knob in self.each:
            found.append(len(knob.values))
            if knob.bars:
                found.append(len(knob.bars) + 1)
        return found

    def candidate(self, variables: Sequence[int]) -> Places:
        """The candidate of a point of a search; what is left alone waits for nothing."""
        found, rest = list[int](), iter(map(int, variables))
        for knob in self.each:
            place, bar = next(rest), AT_ONCE
            if knob.bars:
                bar = next(rest) - 1
            if place == knob.alone:
                bar = AT_ONCE
            found += [place, bar]
        return tuple(found)

    def variables(self, candidate: Places) -> list[int]:
        """The point of a search of a candidate."""
        found = list[int]()
        for pull in self.pulls(candidate):
            found.append(pull.place)
            if pull.knob.bars:
                found.append(pull.bar + 1)
        return found

    def pulls(self, candidate: Places) -> list[Pull]:
        """Each lever as a candidate has it."""
        places = zip(self.each, candidate[::2], candidate[1::2], strict=True)
        return [Pull(*each) for each in places]

    def waiting(self, candidate: Places) -> list[Pull]:
        """The levers that wait for their signals."""
        return [pull for pull in self.pulls(candidate) if pull.waits]

    def waits(self, candidate: Places) -> bool:
        """Whether some lever waits for its signal."""
        return bool(self.waiting(candidate))

    @property
    def status_quo(self) -> Places:
        """All is left alone."""
        return tuple(place for knob in self.each for place in (knob.alone, AT_ONCE))

    def said(self, candidate: Places) -> str:
        """What is done, in words."""
        told = filter(None, (pull.said for pull in self.pulls(candidate)))
        return "; ".join(told) or "nothing: all levers left alone"

    def program(self, candidate: Places) -> tuple[tuple[int, int], ...]:
        """What candidates that differ in numbers alone have in common."""
        return tuple(pull.program for pull in self.pulls(candidate))

    def done(self, scenario: Scenario, candidate: Places) -> Scenario:
        """A scenario in which a candidate is done. Raises ScenarioError."""
        dated, waiting = dict[str, dict[str, Any]](), dict[str, Any]()
        for pull in self.pulls(candidate):
            if pull.waits:
                waiting[pull.knob.trigger] = pull.trigger
                continue
            month = pull.knob.lever.from_ or scenario.case.time.start
            dated.setdefault(month, {}).update(pull.set_to)
        for month, changes in dated.items():
            if changes:
                scenario = scenario.intervene(changes, month)
        if waiting:
            own = scenario.raw.get("interventions", {}).get("when", {})
            scenario = scenario.override({interventions.WHEN: own | waiting})
        return scenario

    def numbers(self, scenario: Scenario, candidate: Places) -> list[Ranged]:
        """The numbers of a scenario in which a candidate is done that another of its program sets otherwise.

        In the order of levers, and of what each sets.
        """
        last = month_number(scenario.case.time.start) + scenario.case.time.months
        there = interventions.settings(scenario.raw, scenario.case, last)
        places = {path: place for place, path in there.items()}
        return [number for pull in self.pulls(candidate) for number in pull.numbers(places)]

    def check_free(self, scenario: Scenario) -> None:
        """Raises BadInput for what a lever sets and somebody or something else does too."""
        taken = dict(_taken(scenario))
        for knob in self.each:
            for key in knob.sets.all:
                if key in taken:
                    told = f"{key} is set by {taken[key]} too; leave it to one of them"
                    raise BadInput(f"levers.{knob.name}: {told}")


def _taken(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """What is set in a scenario, by draws or by somebody, and by whom."""
    for entry in free_numbers(scenario):
        for path in entry.paths:
            yield path, f"uncertain.{entry.name}"
    own = scenario.case.interventions
    for name in [*own.changes, *(name for trigger in own.when.values() for name in trigger.changes)]:
        yield interventions.key_of(scenario.raw, scenario.case, name), "an intervention"


def knobs_of(scenario: Scenario, actor: str | None = None) -> Knobs:
    """The levers of an actor; of the target, or else of the first that has some, if none is named.

    Raises BadInput where there are none, and for what draws of uncertain numbers or interventions set too.
    """
    case = scenario.case
    if not case.levers:
        raise BadInput(f"{scenario.name}: has no levers; say under [levers.NAME] what somebody can do")
    owners = list(dict.fromkeys(lever.actor for lever in case.levers.values()))
    if actor is None:
        targets = [name for name, each in case.actors.items() if each.role == "target"]
        actor = next((name for name in targets if name in owners), owners[0])
    if actor not in owners:
        raise BadInput(f"{scenario.name}: '{actor}' has no levers; those who have: {', '.join(owners)}")
    own = [knob_of(scenario, name, lever) for name, lever in case.levers.items() if lever.actor == actor]
    knobs = Knobs(scenario, actor, tuple(own))
    knobs.check_free(scenario)
    return knobs
