"""Sections of what is asked of the runs, what is known of the past, and where numbers come from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, model_validator

from sim.registry import OUTCOMES
from sim.scenario.schema.kinds import (
    Ends,
    Factors,
    Month,
    Names,
    Nested,
    Number,
    Positive,
    Scale,
    Section,
    Share,
    Text,
    key,
    month_number,
    registered,
)
from sim.scenario.schema.settings import Theory

OwnFunction = Annotated[Text, AfterValidator(registered(OUTCOMES))]

Tier = Literal["measured", "literature", "calibrated", "judgement"]
"""How well founded a number is: read off data, taken from a publication, fitted by this model, or judged."""


class AnniversaryRule(Section):
    """A baseline that looks at the calendar alone."""

    calendar: str = key("an anniversary")
    on: Share = key("probability in a month near the anniversary", unit="1/month")
    off: Share = key("probability in any other month", unit="1/month")


class Baselines(Section):
    """What a reader would say without a model."""

    climatology: Share | None = key("probability in any month, from how often it happened", None, "1/month")
    anniversary: AnniversaryRule | None = key("the anniversary-only rule", None)
    status_quo: Share = key("probability in any month if all stays as it is", 0.0, "1/month")


class Outcome(Section):
    """A question of the runs: in which months does all that is said here hold, and which is the first?"""

    label: Text = key("what tables and figures call it")
    any_of: Names | None = key("events: one of them happens in that month", None)
    above: Nested = key(
        "recorded paths and drivers that are at least this in that month", {}, "of the number"
    )
    below: Nested = key("recorded paths and drivers that are at most this in that month", {}, "of the number")
    all_of: Names | None = key("events and other outcomes: each has happened by then", None)
    before: Text | None = key("an event or another outcome that has not happened by then", None)
    function: OwnFunction | None = key(
        "an outcome that is registered or installed, instead of all these", None
    )
    node: Literal["took_place", "proposed", "accepted", "refused", "executed", "backed_down", "cancelled"] = (
        key("what must happen to them", "took_place")
    )
    by: list[Month] = key("months by which it is asked whether it has happened", [])
    baselines: Baselines = key("what the probabilities are compared with", Baselines())

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        """Where the file gives no label, that of the function."""
        # Before anything is checked, so what is given may be anything.
        if not isinstance(given, dict) or "label" in given:
            return given
        if given.get("function") not in OUTCOMES:
            return given
        return {"label": OUTCOMES[given["function"]].rule.label} | given

    @property
    def kind(self) -> str:
        """What its number is: the date of the first month in which it holds, or what its function gives."""
        if self.function is None:
            return "date"
        return OUTCOMES[self.function].rule.kind

    def flaws(self) -> Iterator[tuple[str, str]]:
        """What is asked has to be something, in one way, and of months only what has months."""
        has_conditions = any((self.any_of, self.above, self.below, self.all_of))
        if self.function is None:
            # That something has not happened by then is no condition: it holds from the first month on.
            if not has_conditions:
                yield "", "says nothing that may happen; give any_of, all_of, above, below or function"
        elif has_conditions or self.before:
            yield "function", "stands alone; leave out any_of, all_of, above, below and before"
        if self.kind != "date" and self.by:
            yield (
                "by",
                f"asks for months, and the function '{self.function}' gives a {self.kind} of the whole run",
            )
        if self.node != "took_place" and not self.any_of:
            yield "node", "says what must happen to the events of any_of; name some there"


class Posture(Section):
    """A class of months by bounds on the state; the first that fits counts."""

    label: Text | None = key("what tables and figures call it", None)
    above: Nested = key("numbers that are at least this", {}, "of the number")
    below: Nested = key("numbers that are at most this", {}, "of the number")


SUPPORTS = {"line": (-math.inf, math.inf), "positive": (0.0, math.inf), "percent": (0.0, 100.0)}
"""The values that a measured series can have: any, none below 0, or a percentage of a whole."""


class Observation(Section):
    """How a measured series follows from the model."""

    label: Text = key("what tables and figures call it")
    unit: Text = key("the unit of the series")
    measure: Text = key("a driver, or a number that runs record, in the unit of the series")
    error: Scale = key(
        "standard deviation of measurement and of what the model leaves out", unit="of the series"
    )
    support: Literal["line", "positive", "percent"] = key(
        "the values that it can have: any, none below 0, 0 to 100; error beyond lies at the end", "line"
    )
    fitted: bool = key("whether calibration learns from it", True)
    follows: Text | None = key(
        "the observed series that it repeats, given its inputs: it is shown, and counts in no pool", None
    )
    inputs: list[str] = key("paths of [paths] that it depends on: baselines know them as runs do", [])
    definition: Text = key("what was measured")
    source: Text = key("who measured it, and where it is found")

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value that the series can have [unit]."""
        return SUPPORTS[self.support]


class Hindcast(Section):
    """How history is divided: what ends by the first month was fitted to, by the second validated with."""

    fitted_until: Month = key("the last month of what the scenario was fitted to")
    validated_until: Month = key("the last month of what it was validated with")
    theories: list[Theory] = key(
        "theories of choice that foretell together from rolling origins; its own one if none", []
    )

    def flaws(self) -> Iterator[tuple[str, str]]:
        """The years are fitted first."""
        if month_number(self.validated_until) < month_number(self.fitted_until):
            yield (
                "validated_until",
                "lies before fitted_until; validation follows the years that were fitted",
            )


class Uncertain(Section):
    """Numbers that are uncertain together: by a common factor, or a common shift (ODD 7.20)."""

    label: Text = key("what tables and figures call it")
    numbers: Names = key("patterns of paths such as events.*.base_logit")
    times: Positive | None = key("standard deviation of the log of a common factor", None, "log")
    plus: Positive | None = key("standard deviation of a common shift", None, "of the numbers")
    centre: Number | None = key(
        "the factor or shift that the file's own numbers contain already", None, "as times or plus"
    )

    def flaws(self) -> Iterator[tuple[str, str]]:
        """Either a factor or a shift, and no factor of nothing."""
        if (self.times is None) == (self.plus is None):
            yield "", "needs either times (sd of the log of a factor) or plus (sd of a shift)"
        # A shift may go down; of a factor the log is taken.
        is_factor = self.times is not None
        if is_factor and self.centre is not None and self.centre <= 0:
            yield "centre", "a factor must be above 0"


class ProvenanceRule(Section):
    """Unit, plausible range and source of all numbers that a pattern fits; the first that fits counts."""

    numbers: Text = key("a pattern of paths such as actors.*.valuations.*")
    unit: Text = key("their unit")
    source: Text = key("where they come from")
    tier: Tier = key("how well founded they are; no more than judgement is claimed without", "judgement")
    range: Ends | None = key("their plausible range, the same for all", None, "of the numbers")
    times: Factors | None = key("their range as factors of each", None, "1")
    plus: Ends | None = key("their range as shifts of each", None, "of the numbers")
