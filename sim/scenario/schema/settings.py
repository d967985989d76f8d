"""Sections of settings: how anyone decides, and what moves the state by itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sim.rules import decisions, learnings
from sim.scenario.schema.kinds import (
    Below1,
    Month,
    Months,
    Number,
    Positive,
    Scale,
    Section,
    Share,
    Text,
    Word,
    key,
    registered,
)

# Only what is shipped: the schema for editors must not hang on what is installed where it is written.
THEORIES, LEARNINGS = decisions.THEORIES.shipped, learnings.LEARNINGS.shipped
"""Names of the theories of choice and of the learning rules that are shipped."""

Theory = Annotated[Text, AfterValidator(registered(decisions.THEORIES))]
Learning = Annotated[Text, AfterValidator(registered(learnings.LEARNINGS))]


class Time(Section):
    """The months that are simulated."""

    start: Month = key("the first simulated month")
    months: Months = key("how many months are simulated", 60, "months")


class Decision(Section):
    """How anyone decides: logit choice in the offer game (ODD 7.10, 7.14)."""

    theory: Theory = key(
        "theory of choice: what a responder expects and a proposer believes; one of ours or a registered one",
        "qre", shipped=THEORIES,
    )  # fmt: skip
    learning: Learning = key(
        "how powers learn where to spend effort (ODD 7.12); one of ours or a registered one",
        "logit", shipped=LEARNINGS,
    )  # fmt: skip
    precision: Scale = key("λ: how much worth counts against luck; by convention 1", 1.0, "1")
    belief_memory: Share = key(
        "weight of the past in the proposer's mean of answers (theory adaptive)", 0.8, "1/month"
    )
    outside: Share = key("how much of what waiting for rivals is worth counts at the table", 1.0, "1")


class Influence(Section):
    """What makes links denser and dependence shift (ODD 7.2, 7.3)."""

    effort_elasticity: Scale = key("ψ: percent of bandwidth for a percent of effort or means", 0.5, "1")
    openness_elasticity: Scale = key("ψₕ: percent of bandwidth for a percent of welcome", 0.5, "1")
    goodwill_elasticity: Scale = key("ψ_g: percent of bandwidth for a percent of goodwill", 0.5, "1")
    bandwidth_speed: Share = key("κ_B: how fast bandwidth goes to its target", 0.08, "1/month")
    share_speed: Share = key("κ_D: how fast shares go where suppliers attract", 0.03, "1/month")
    share_elasticity: Scale = key("γ: percent of attractiveness for a percent of bandwidth", 0.5, "1")


class Effort(Section):
    """How powers spread effort over channels (ODD 7.12)."""

    temperature: Positive = key("T_e: what gains are divided by under learning logit", 1.0, "logits")
    speed: Share = key("k_e: how fast effort goes to its target", 0.05, "1/month")
    ewa_memory: Share = key("φ: weight of past pay under learning ewa", 0.9, "1/month")
    ewa_foregone: Share = key("δ: weight of pay of channels not used, under learning ewa", 0.5, "1")
    greedy_temperature: Positive = key(
        "what gains are divided by under learning greedy: near a best reply", 0.01, "logits"
    )


class Openness(Section):
    """How the target spreads its welcome over powers (ODD 7.12)."""

    temperature: Positive = key("T_h: what pressures are divided by", 1.0, "logits")
    speed: Share = key("k_h: how fast openness goes to its target", 0.05, "1/month")
    autonomy_weight: Scale = key(
        "w_M: weight of autonomy against the start; 1 keeps the start at rest", 1.0, "1"
    )
    dependence_weight: Scale = key(
        "w_V: weight of dependence against the start; 1 keeps the start at rest", 1.0, "1"
    )
    dependence_scale: Scale = key("logits of welcome for a valued unit of vulnerability", 0.02, "1")


class Alignment(Section):
    """The two axes on which states stand, and what moves them there (ODD 7.7)."""

    axes: Annotated[list[Word], Field(min_length=2, max_length=2)] = key("names of the two axes")
    dimensions: Literal[1, 2] = key("2, or 1 to leave out the second axis", 2, "axes")
    speed: Share = key("η: how fast the target's position moves with its drift", 0.05, "1/month")
    power_speed: Share = key("how fast a power's position moves with its drift", 0.05, "1/month")
    anchor: Scale = key("α: pull of an actor's own ideal point, by clout its factions'", 1.0, "1")
    pull: Scale = key("φ: pull of a power's influence on the target towards the power's position", 2.0, "1")
    ties: dict[str, dict[str, Text | dict[str, Text]]] = key(
        "A.B, or A.B.AXIS for one axis alone: an expression, how strongly power A is drawn towards power B; "
        "repelled where it is negative",
        {},
    )
    backlash: Scale = key(
        "β: how much domination beyond the threshold takes from the pull; above 1 it repels", 1.5, "1"
    )
    threshold: Below1 = key("τ: domination at which the backlash begins", 0.5, "1")
    reach: Positive = key("distance at which closeness has fallen to 0", 2.2, "position")


class Clout(Section):
    """How factions gain and lose weight at home (ODD 7.13)."""

    channel: str = key("the channel through which powers lift factions, and whose lines hedging looks at")
    speed: Share = key("how fast clout goes to its target", 0.05, "1/month")
    credit_weight: Scale = key("ν_c: weight of credit for past events", 1.0, "1")
    credit_decay: Share = key("how fast credit is forgotten", 0.05, "1/month")
    influence_weight: Scale = key("ν: weight of a patron's political bandwidth", 1.0, "logits")


class Goodwill(Section):
    """Goodwill towards the powers: a stock with one source, closeness (ODD 7.1)."""

    start: Share | None = key("goodwill at the start towards powers that give none of their own", None, "1")
    refusal: Number | None = key(
        "what a no adds to goodwill towards the power whose offer it was, if the event says nothing",
        None,
        "1",
    )
    relaxation: Share = key("how fast goodwill returns to rest", 0.08, "1/month")
    closeness_weight: Number = key("how much closeness lifts where goodwill rests", 0.6, "1")
    noise: Scale = key("standard deviation of a month's shock", 0.0, "1")
    curvature: Share = key("how much dearer goodwill is where it is scarce: 1 + c at 0, 1 - c at 1", 0.0, "1")
