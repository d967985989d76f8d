"""Expressions of a file as the rules evaluate them, with drivers written out and calendars as series."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.rules.expressions import Expression
from sim.rules.state import at
from sim.scenario import expressions
from sim.scenario.lower.timeline import Timeline
from sim.scenario.schema import Case

Words = Mapping[str, Expression]
"""What names stand for in one expression alone."""

NO_WORDS: Words = {}


class Drivers:
    """Expressions of one case; `series` gathers the calendars that they read, by their names in the state."""

    def __init__(self, case: Case, timeline: Timeline) -> None:
        self.case, self.timeline = case, timeline
        self.series: dict[str, np.ndarray] = {}
        self._known: dict[tuple[str, int], Expression] = {}

    def read(self, text: str, lead: int = 0, words: Words = NO_WORDS) -> Expression:
        """An expression with its drivers written out; what time alone decides is read `lead` months ahead.

        words: names that stand for something else in it, but not in the drivers that it reads.
        """
        done: dict[int, Expression] = {}
        tree = expressions.parse(text)
        for step in tree.steps:
            parts = tuple(done[id(part)] for part in step.parts)
            done[id(step)] = self._step(step, text, parts, lead)
            if step.kind == "name" and step.name in words:
                done[id(step)] = words[step.name]
        return done[id(tree)]

    def driver(self, name: str, lead: int = 0) -> Expression:
        """A driver: one object wherever it is read."""
        # One object, so that an expression which reads it on several ways works it out once.
        if (name, lead) not in self._known:
            self._known[name, lead] = self.read(self.case.drivers[name], lead)
        return self._known[name, lead]

    def _step(
        self, step: expressions.Node, text: str, parts: tuple[Expression, ...], lead: int
    ) -> Expression:
        name = step.name
        if step.kind != "name":
            return Expression(step.kind, text, parts, name, step.value)
        # A parameter is written out as its number: no month changes it.
        if name in self.case.parameters:
            return Expression("number", text, value=self.case.parameters[name])
        if name in self.case.drivers:
            return self.driver(name, lead)
        if name in self.case.calendars:
            return Expression("name", text, name=self._calendar(name, lead))
        return Expression("name", text, name=name)

    def _calendar(self, name: str, lead: int) -> str:
        """The name in the state of a calendar's value `lead` months ahead."""
        state = at("calendar", name, str(lead))
        if state not in self.series:
            self.series[state] = self.timeline.calendar(self.case.calendars[name], lead)
        return state
