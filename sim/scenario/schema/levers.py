"""Section of what one actor can do about it: levers, with their ends or choices, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from sim.scenario.schema.kinds import Ends, Month, Names, Scale, Section, Text, key

Choices = Annotated[list[Any], Field(min_length=1)]


class Lever(Section):
    """What an actor can set in the course of a run, as an intervention does; left alone, all is as in the
    file.
    """

    label: Text = key("what tables and figures call it")
    actor: Text = key("whose it is: an actor, or a bloc whose members do it together")
    sets: Names = key(
        "what it sets, by the names of interventions: numbers of one unit, a stock that is held, or a choice",
        example=["parameters.cost"],
    )
    from_: Month | None = key("the month from which on; the first if none is said", None, alias="from")
    ends: Ends | None = key("between which values", None, "of what it sets")
    choices: Choices | None = key("what it may be instead of what the file has", None)
    cost: Scale = key(
        "what a unit of change costs, for each number that is set; of a choice, what having made it costs",
        unit="cost per unit and year",
    )
    when: Text | None = key(
        "a signal: an expression; the lever may then wait until it exceeds a bar (numbers only)", None
    )
    bars: Ends | None = key("between which bars", None, "of the signal")

    def flaws(self) -> Iterator[tuple[str, str]]:
        """Ends or choices; a signal with bars."""
        if (self.ends is None) == (self.choices is None):
            yield "", "needs either ends = [LOW, HIGH] or choices = [...]"
        for name, pair in (("ends", self.ends), ("bars", self.bars)):
            if pair is not None and not pair[0] < pair[1]:
                yield name, f"{pair} must go from low to high"
        if (self.when is None) != (self.bars is None):
            yield "", "a signal needs both when and bars"
        if self.when is None:
            return
        if self.ends is None:
            yield "when", "what waits for a signal sets numbers; give ends"
        if self.from_ is not None:
            yield "from", "what waits for a signal has no month of its own; leave one of them out"
