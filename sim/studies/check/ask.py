"""A check of a scenario: can everything happen, does every number matter, does it stand still by itself, and
does a push die away.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from sim.reading.numbers import shown
from sim.refusal import BadInput
from sim.scenario.cards.read import beside
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


Asked = Iterator[tuple[str, Iterable[str]]]
"""Questions, each with the lines that answer it."""


@dataclass
class Check:
    """A check of a scenario: its report line by line, and the faults, known when the report has been read.

    told: the lines by question, as far as the report has been read.
    """

    scenario: Scenario
    faults: list[str] = field(default_factory=list)
    told: dict[str, list[str]] = field(default_factory=dict)

    def report(
        self, tell: Callable[[str], None] = lambda line: None, only: str | None = None, cards: bool = False
    ) -> Iterator[str]:
        """The lines of the report, or of one of its PARTS, as they are found; `tell` hears what is tried.

        cards: whether a whole report tries the scenario's cards too, if it has any. Raises BadInput for what
        is no part.
        """
        if only is not None and only not in PARTS:
            raise BadInput(f"no part {shown(only)} of a check; choose one of {', '.join(PARTS)}")
        yield from textwrap.wrap(self.scenario.title, WIDTH)
        for question, answer in self._asked(tell, only, cards):
            yield from ["", question]
            for line in answer:
                self.told.setdefault(question, []).append(line)
                yield line
        yield ""
        yield from self.faults
        if not self.faults:
            yield SOUND[only]

    def _asked(self, tell: Callable[[str], None], only: str | None, cards: bool) -> Asked:
        """The questions of a report, or of a part."""
        if only in (None, "endings", "numbers"):
            yield from self._happening(tell, only)
        if only in (None, "rest"):
            yield "Does it stand still without shocks and events?", still(self.scenario)
            yield from self._returning(tell)
        if only == "mechanisms" or (only is None and cards and beside(self.scenario).is_file()):
            yield "Do its mechanisms move what they claim?", lines(self.scenario, self.faults, tell)

    def _returning(self, tell: Callable[[str], None]) -> Asked:
        """Rest: whether a small push dies away."""
        found = radius(self.scenario, tell)
        yield "Does it come to rest after a push?", returning(self.scenario, found)
        self.faults += restless(found)

    def _happening(self, tell: Callable[[str], None], only: str | None) -> Asked:
        """Endings and numbers: where endings and postures are met is also where numbers may matter."""
        found = reach(self.scenario, tell)
        if only in (None, "endings"):
            yield "Can everything happen?", reached(found)
            self.faults += found.missing
        if only in (None, "numbers"):
            live = liveness(self.scenario, found, tell)
            yield "Does every number matter?", mattering(live)
            self.faults += [f"number {path}: {why_dead(live, path)}" for path in live.dead]
