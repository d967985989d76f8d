"""A check of a scenario: can everything happen, does every number matter, does it stand still by itself, and
does a push die away.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sim.reading.numbers import shown
from sim.refusal import BadInput
from sim.scenario.load import Scenario
from sim.studies.check.liveness import liveness
from sim.studies.check.mechanisms.text import lines
from sim.studies.check.radius import radius
from sim.studies.check.reach import reach
from sim.studies.check.text import mattering, reached, restless, returning, still, why_dead
from sim.writing.text import WIDTH

PARTS = ("endings", "numbers", "rest", "mechanisms")
"""The questions of a check: can everything happen, does every number matter, does it stand still; and alone,
as it takes longer: do its mechanisms move what its cards claim.
"""

SOUND = {
    None: "Everything can happen, and every number matters.",
    "endings": "Everything can happen.",
    "numbers": "Every number matters.",
    "rest": "Endings and numbers were not tried.",
    "mechanisms": "Every mechanism moves what its card claims.",
}
"""The last line if no fault was found."""


@dataclass
class Check:
    """A check of a scenario: its report line by line, and the faults, known when the report has been read."""

    scenario: Scenario
    faults: list[str] = field(default_factory=list)

    def report(
        self, tell: Callable[[str], None] = lambda line: None, only: str | None = None
    ) -> Iterator[str]:
        """The lines of the report, or of one of its PARTS, as they are found; `tell` hears what is tried.

        Raises BadInput for what is no part.
        """
        if only is not None and only not in PARTS:
            raise BadInput(f"no part {shown(only)} of a check; choose one of {', '.join(PARTS)}")
        yield from textwrap.wrap(self.scenario.title, WIDTH)
        if only == "mechanisms":
            yield from ["", "Do its mechanisms move what they claim?"]
            yield from lines(self.scenario, self.faults, tell)
        elif only != "rest":
            yield from self._happening(tell, only)
        if only in (None, "rest"):
            yield from ["", "Does it stand still without shocks and events?", *still(self.scenario)]
            yield from self._returning(tell)
        yield ""
        yield from self.faults
        if not self.faults:
            yield SOUND[only]

    def _returning(self, tell: Callable[[str], None]) -> Iterator[str]:
        """Rest: whether a small push dies away."""
        found = radius(self.scenario, tell)
        yield from ["", "Does it come to rest after a push?", *returning(self.scenario, found)]
        self.faults += restless(found)

    def _happening(self, tell: Callable[[str], None], only: str | None) -> Iterator[str]:
        """Endings and numbers: where endings and postures are met is also where numbers may matter."""
        found = reach(self.scenario, tell)
        if only in (None, "endings"):
            yield from ["", "Can everything happen?", *reached(found)]
            self.faults += found.missing
        if only in (None, "numbers"):
            live = liveness(self.scenario, found, tell)
            yield from ["", "Does every number matter?", *mattering(live)]
            self.faults += [f"number {path}: {why_dead(live, path)}" for path in live.dead]
