"""The vocabulary of a scenario file: every section and key, its type and its bounds."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

THEORIES = ("qre", "heuristic", "level1", "level2", "adaptive", "eub")
LEARNINGS = ("logit", "static", "greedy", "ewa")
NOBODY = ("nature", "calendar")
CONTEST = "contest"
EACH = "each"


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")
    if value != value:
        raise ValueError("must be a finite number")
    return float(value)


def _whole(value: Any) -> Any:
    """A whole float as a whole number: a design of a sweep and numpy have no others."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _month(text: str) -> str:
    if not re.fullmatch(r"(1[5-9]|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise ValueError(f"must be a month such as 2024-06, not '{text}'")
    return text


def month_number(text: str) -> int:
    """Months since year 0 of a date such as `2024-06`."""
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1


Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Logit = Annotated[float, BeforeValidator(_number), Field(lt=50, gt=float("-inf"))]
BaseLogit = Annotated[float, BeforeValidator(_number), Field(lt=50)]
Share = Annotated[float, BeforeValidator(_number), Field(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[float, BeforeValidator(_number), Field(gt=0, allow_inf_nan=False)]
Scale = Annotated[float, BeforeValidator(_number), Field(ge=0, allow_inf_nan=False)]
Point = Annotated[
    list[Annotated[float, BeforeValidator(_number), Field(ge=-1, le=1)]], Field(min_length=2, max_length=2)
]
Whole = Annotated[int, Field(ge=0, le=1200, strict=True), BeforeValidator(_whole)]
Month = Annotated[str, Field(strict=True), AfterValidator(_month)]
Text = Annotated[str, Field(strict=True, min_length=1)]
Nested = dict[str, Any]


class Section(BaseModel):
    """A table of the file: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Time(Section):
    start: Month
    months: Annotated[int, Field(ge=1, le=1200, strict=True), BeforeValidator(_whole)] = 60


class Decision(Section):
    theory: Literal["qre", "heuristic", "level1", "level2", "adaptive", "eub"] = "qre"
    learning: Literal["logit", "static", "greedy", "ewa"] = "logit"
    precision: Scale = 1.0
    belief_memory: Share = 0.8


class Faction(Section):
    label: Text
    clout: Share
    ideal: Point
    moved_by: dict[str, Number] = {}
    valuations: Nested = {}


class Actor(Section):
    role: Literal["target", "power", "proxy", "domestic"]
    label: Text
    patron: str | None = None
    position: Point | None = None
    goodwill: Share | None = None
    budget: Scale = 1.0
    capability: str | None = None
    effort: dict[str, Share] | None = None
    ideal: Point | None = None
    valuations: Nested = {}
    factions: dict[str, Faction] = {}


class Channel(Section):
    label: Text
    weight: Share
    share_speed: Share


class Similarity(Section):
    among: Annotated[list[str], Field(min_length=2)]
    strength: Scale
    times: str | None = None


class Influence(Section):
    effort_elasticity: Scale = 0.5
    openness_elasticity: Scale = 0.5
    goodwill_elasticity: Scale = 0.5
    bandwidth_speed: Share = 0.08
    share_elasticity: Scale = 0.5


class Effort(Section):
    temperature: Positive = 0.5
    speed: Share = 0.05
    ewa_memory: Share = 0.9
    ewa_foregone: Share = 0.5
    greedy_temperature: Positive = 0.01


class Openness(Section):
    temperature: Positive = 1.0
    speed: Share = 0.05
    autonomy_weight: Scale = 1.0
    dependence_weight: Scale = 1.0
    dependence_scale: Scale = 0.02


class Alignment(Section):
    axes: Annotated[list[Annotated[str, Field(pattern=r"^[A-Za-z]\w*$")]], Field(min_length=2, max_length=2)]
    start: Point
    dimensions: Literal[1, 2] = 2
    speed: Share = 0.05
    anchor: Scale = 1.0
    pull: Scale = 2.0
    backlash: Scale = 1.5
    threshold: Annotated[float, BeforeValidator(_number), Field(ge=0, lt=1)] = 0.5
    noise: Scale = 0.01
    reach: Positive = 2.2


class Clout(Section):
    channel: str
    speed: Share = 0.05
    credit_weight: Scale = 1.0
    credit_decay: Share = 0.05
    influence_weight: Scale = 1.0


class Goodwill(Section):
    relaxation: Share = 0.08
    closeness_weight: Number = 0.6
    noise: Scale = 0.0
    curvature: Share = 0.0


class Quantity(Section):
    """A stock; on a path it needs neither start nor relaxation, which a path makes idle."""

    label: Text
    start: Number | Literal["rest"] | None = None
    relaxation: Share = 0.0
    noise: Scale = 0.0
    curvature: Share = 0.0
    low: Number = 0.0
    high: Number = 1.0
    intercept: Number | Literal["auto"] = "auto"


class AnniversaryWeights(Section):
    tenth: Share
    fifth: Share
    other: Share


class Calendar(Section):
    label: Text | None = None
    anniversary_of: Month | None = None
    weights: AnniversaryWeights | None = None
    dates: list[Month] | None = None
    since: Month | None = Field(default=None, alias="from")
    window: Annotated[int, Field(ge=1, le=120, strict=True), BeforeValidator(_whole)] | None = None


class Cancel(Section):
    base_logit: BaseLogit
    shifts: dict[str, Number] = {}


class Event(Section):
    label: Text
    initiator: Text
    each: Annotated[list[str], Field(min_length=1)] | None = None
    responder: str | None = None
    base_logit: BaseLogit | dict[str, BaseLogit] | None = None
    response_logit: Logit | None = None
    execution_logit: Logit | None = None
    shifts: dict[str, Number] = {}
    response_shifts: dict[str, Number] = {}
    gate: str | None = None
    once: bool = False
    lead: Annotated[int, Field(ge=0, le=24, strict=True), BeforeValidator(_whole)] = 0
    cooldown: Whole = 0
    retry: Whole = 0
    group: str | None = None
    calendar: str | None = None
    dates: list[Month] | None = None
    control: dict[str, Share] = {}
    same_as: str | None = None
    effects: Nested | None = None
    accepted: Nested | None = None
    refused: Nested | None = None
    executed: Nested | None = None
    cancelled: Nested | None = None
    cancel: Cancel | None = None


class Interventions(Section):
    forced: dict[str, list[Month]] = {}
    forbidden: list[str] = []


class AnniversaryRule(Section):
    calendar: str
    on: Share
    off: Share


class Baselines(Section):
    climatology: Share | None = None
    anniversary: AnniversaryRule | None = None
    status_quo: Share | None = None


class Outcome(Section):
    label: Text
    any_of: Annotated[list[str], Field(min_length=1)]
    node: Literal["took_place", "proposed", "accepted", "refused", "executed", "backed_down", "cancelled"] = (
        "took_place"
    )
    by: list[Month] = []
    baselines: Baselines = Baselines()


class Posture(Section):
    label: Text | None = None
    above: Nested = {}
    below: Nested = {}


SUPPORTS = {"line": (-math.inf, math.inf), "positive": (0.0, math.inf), "percent": (0.0, 100.0)}
"""The values that a measured series can have: any, none below 0, or a percentage of a whole."""


class Observation(Section):
    """How a measured series follows from the model: `measure` is a recorded path or driver, in the units of
    the series.

    error: standard deviation of measurement and of what the model leaves out [unit]; support: a key of
    SUPPORTS, and what error would carry beyond its ends lies at the end.
    """

    label: Text
    unit: Text
    measure: Text
    error: Scale
    support: Literal["line", "positive", "percent"] = "line"
    fitted: bool = True
    definition: Text
    source: Text

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value that the series can have [unit]."""
        return SUPPORTS[self.support]


class Hindcast(Section):
    """How history is divided: rows that end by the first month were there to fit to, by the second to
    validate with.
    """

    fitted_until: Month
    validated_until: Month


class Uncertain(Section):
    """Numbers that are uncertain together: a common factor with this sd of its log, or a common shift with
    this sd.

    numbers: patterns of paths; centre: the factor (or shift) that the file's own numbers contain already.
    """

    label: Text
    numbers: Annotated[list[Text], Field(min_length=1)]
    times: Positive | None = None
    plus: Positive | None = None
    centre: Number | None = None


class ProvenanceRule(Section):
    numbers: Text
    unit: Text
    source: Text
    range: Annotated[list[Number], Field(min_length=2, max_length=2)] | None = None
    times: Annotated[list[Positive], Field(min_length=2, max_length=2)] | None = None
    plus: Annotated[list[Number], Field(min_length=2, max_length=2)] | None = None


class Case(Section):
    """A whole scenario file."""

    title: Text
    question: Text
    note: str = ""
    headlines: list[str] = []
    time: Time
    decision: Decision = Decision()
    actors: dict[str, Actor]
    blocs: dict[str, list[str]]
    channels: dict[str, Channel]
    shares: dict[str, dict[str, Share]]
    bandwidths: dict[str, dict[str, Share]]
    similarity: dict[str, Similarity] = {}
    influence: Influence = Influence()
    effort: Effort = Effort()
    openness: Openness = Openness()
    alignment: Alignment
    clout: Clout
    goodwill: Goodwill = Goodwill()
    quantities: dict[str, Quantity] = {}
    couplings: dict[str, dict[str, Number]] = {}
    calendars: dict[str, Calendar] = {}
    parameters: dict[str, Number] = {}
    drivers: dict[str, Text] = {}
    events: dict[str, Event] = {}
    paths: dict[str, Annotated[list[tuple[Month, Number]], Field(min_length=1)]] = {}
    interventions: Interventions = Interventions()
    outcomes: dict[str, Outcome] = {}
    postures: dict[str, Posture] = {}
    observations: dict[str, Observation] = {}
    hindcast: Hindcast | None = None
    uncertain: dict[str, Uncertain] = {}
    provenance: list[ProvenanceRule] = []
