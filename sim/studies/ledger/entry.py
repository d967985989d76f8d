"""One entry of a ledger: a question, what was said of it, by whom, when, and on what."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sim.assimilation.facts import EVENT, SERIES
from sim.refusal import one_line
from sim.scenario.schema import month_number
from sim.studies.ledger.chain import Ledger, LedgerError
from sim.writing.text import in_words

LEVELS = 99
"""Values that stand for a distribution: its quantiles from 1 to 99 %, each as likely as the others."""

MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"

GAME = "game"
"""The kind of a line that tells of a game; see `sim.play.kept`."""

Month = Annotated[str, Field(pattern=MONTH)]
Chance = Annotated[float, Field(ge=0.0, le=1.0)]


class Told(BaseModel):
    """A part of an entry: of these keys alone, each of its kind."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


class OfScenario(Told):
    """The scenario that was run: its file as it was read, what was changed in it, and the whole as run."""

    case: str
    title: str
    file: str
    file_sha256: str | None
    start: Month
    changes: dict[str, Any]
    as_run_sha256: str


class OfNumbers(Told):
    """What the uncertain numbers were drawn from."""

    draws: int
    draws_sha256: str
    prior: str
    posterior: str | None
    posterior_sha256: str | None


class OfFacts(Told):
    """The facts on which the runs were conditioned: a table, and the last month of which it was used."""

    file: str
    sha256: str
    to: Month


class OfProgram(Told):
    """With what it was computed."""

    steppe: str | None
    python: str
    numpy: str | None
    machine: str


class Entry(Told):
    """What was said of one question.

    kind: `event` (does it happen at least once from a month to the end of another?) or `series` (the mean of
    a number over these months). probability [0, 1] with its 95 % interval over luck and draws (low, high),
    and what 5 to 95 % of draws expect (least, greatest); quantiles: LEVELS of them [unit]; support: the least
    and the greatest value that can be observed, None for no end; follows: the series that it repeats, as a
    distance repeats a position. baselines: of an event their probabilities,
    of a series mean and standard deviation (None where unknown). past: whether the question ended before it
    was asked; answered: what the facts on which runs were conditioned say of it already, if anything.
    fingerprint: SHA-256 of what every run said of every question of the same forecast.
    """

    format: int
    number: int
    previous: str
    made: str
    question: str
    kind: Literal["event", "series"]
    target: str
    label: str
    unit: str
    first: Month = Field(alias="from")
    by: Month
    past: bool
    answered: float | None
    probability: Chance | None = None
    low: Chance | None = None
    high: Chance | None = None
    least: Chance | None = None
    greatest: Chance | None = None
    quantiles: tuple[float, ...] | None = None
    follows: str | None = None
    support: tuple[float | None, float | None] | None = None
    baselines: dict[str, Chance | tuple[float, float | None]]
    facts: OfFacts | None
    scenario: OfScenario
    numbers: OfNumbers | None
    seed: int
    runs: int
    failed: int
    months: int
    fingerprint: str
    program: OfProgram
    command: tuple[str, ...]
    sha256: str

    @model_validator(mode="after")
    def _says_something(self) -> Entry:
        """What is said has to be of the kind of what is asked."""
        if self.kind == EVENT and self.probability is None:
            raise ValueError("an event needs a probability")
        if self.kind == SERIES and (self.quantiles is None or len(self.quantiles) != LEVELS):
            raise ValueError(f"a series needs {LEVELS} quantiles")
        if month_number(self.by) < month_number(self.first):
            raise ValueError("ends before it begins")
        for name, said in self.baselines.items():
            if isinstance(said, tuple) is (self.kind == EVENT):
                raise ValueError(f"the baseline {name} does not say what is asked")
        return self

    @property
    def months_asked(self) -> range:
        """The months that the question is about [from year 0]."""
        return range(month_number(self.first), month_number(self.by) + 1)

    @property
    def variant(self) -> str:
        """What was changed in the scenario's file: forecasts of one variant follow each other."""
        return in_words(self.scenario.changes.items())

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest value that a series can have [unit]."""
        low, high = self.support or (None, None)
        return (-math.inf if low is None else low, math.inf if high is None else high)


def entries_of(ledger: Ledger) -> Iterator[Entry]:
    """The entries of a ledger. Raises LedgerError for one that says what none of ours says."""
    for told in ledger.entries:
        if told.get("kind") == GAME:
            raise LedgerError(
                f"{ledger.path}: line {told['number']} tells of a game; steppe games reads those"
            )
        try:
            yield Entry.model_validate(told)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            wrong = one_line(f"{place}: {first['msg']}")
            raise LedgerError(f"{ledger.path}: line {told['number']}: {wrong}") from None
