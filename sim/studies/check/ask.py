"""What `steppe check` prints: can everything happen, does every number matter, does the scenario stand still
by itself.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sim.reading.numbers import shown
from sim.refusal import BadInput
from sim.scenario.labels import posture_label
from sim.scenario.load import Scenario
from sim.studies.check.liveness import Liveness, liveness
from sim.studies.check.reach import AS_SHIPPED, NODE_VERBS, Changes, Reach, reach
from sim.studies.check.rest import drifts

WIDTH = 100
DRIFT = 0.002
"""Drift over the whole run that an author is told of."""

PARTS = ("endings", "numbers", "rest")
"""The questions of a check: can everything happen, does every number matter, does the scenario stand still by
itself.
"""

SOUND = {
    None: "Everything can happen, and every number matters.",
    "endings": "Everything can happen.",
    "numbers": "Every number matters.",
    "rest": "Endings and numbers were not tried.",
}
"""The last line if no fault was found."""


@dataclass
class Audit:
    """An audit of a scenario: its report line by line, and the faults, known when the report has been read."""

    scenario: Scenario
    faults: list[str] = field(default_factory=list)

    def report(
        self, tell: Callable[[str], None] = lambda line: None, only: str | None = None
    ) -> Iterator[str]:
        """The lines of the report, or of one of its PARTS, as they are found; `tell` hears what is tried.
        Raises BadInput.
        """
        if only is not None and only not in PARTS:
            raise BadInput(f"no part {shown(only)} of a check; choose one of {', '.join(PARTS)}")
        asked = PARTS if only is None else (only,)
        yield from textwrap.wrap(self.scenario.title, WIDTH)
        found = None if asked == ("rest",) else reach(self.scenario, tell)
        if found is not None and "endings" in asked:
            yield from ["", "Can everything happen?", *_reached(found)]
            self.faults += found.missing
        if found is not None and "numbers" in asked:
            live = liveness(self.scenario, found, tell)
            yield from ["", "Does every number matter?", *_live(live)]
            self.faults += [f"number {path}: {_why(live, path)}" for path in live.dead]
        if "rest" in asked:
            yield from ["", "Does it stand still without shocks and events?", *_still(self.scenario)]
        yield ""
        yield from self.faults or [SOUND[only]]


def _why(live: Liveness, path: str) -> str:
    return "its range leaves it no other value" if live.fixed(path) else "moves nothing"


def _under(changes: Changes) -> str:
    settings = ", ".join(f"{path} = {value:.4g}" for path, value in changes.items())
    return f"with {settings}" if settings else AS_SHIPPED


def _reached(found: Reach) -> Iterator[str]:
    shipped = sum(met == {} for met in found.endings.values())
    yield f"  {shipped} of {len(found.endings)} endings of {len(found.scenario.rows)} events are met {AS_SHIPPED}."
    for (event, node), met in found.endings.items():
        if met:
            yield from _wrapped(f"{event} to {NODE_VERBS[node]}", _under(met))
    yield "  Postures"
    for name, met in found.postures.items():
        label = posture_label(found.scenario.case, name)
        yield from _wrapped(label, "never met" if met is None else _under(met))


def _live(live: Liveness) -> Iterator[str]:
    where = Counter(place for place in live.where.values() if place is not None)
    whole = ", ".join(f"{count} {place}" for place, count in where.most_common(3))
    yield f"  {len(live.where) - len(live.dead)} of {len(live.where)} numbers move something: {whole}."
    usual = {place for place, _ in where.most_common(3)}
    for path, place in live.where.items():
        if place is not None and place not in usual:
            yield from _wrapped(path, place)


def _still(scenario: Scenario) -> Iterator[str]:
    drifting = {name: change for name, change in drifts(scenario).items() if abs(change) >= DRIFT}
    if not drifting:
        yield f"  Yes: nothing moves by {DRIFT} or more in {scenario.case.time.months} months."
    for name, change in drifting.items():
        yield f"  {name} moves by {change:+.3f} from its start in {scenario.case.time.months} months"


def _wrapped(name: str, text: str) -> list[str]:
    return textwrap.wrap(
        f"{name}: {text}", WIDTH, initial_indent="    ", subsequent_indent="      ", break_long_words=False
    )
