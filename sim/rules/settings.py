"""Global parameters (ODD 7): one table a section of the scenario file, under the names that the file uses.

Units, bounds and meanings stand with the keys, in sim.scenario.schema.settings.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Decision:
    """How anyone decides."""

    theory: str
    learning: str
    precision: float
    belief_memory: float
    outside: float


@dataclass(frozen=True)
class Influence:
    """What makes links denser and dependence shift."""

    effort_elasticity: float
    openness_elasticity: float
    goodwill_elasticity: float
    bandwidth_speed: float
    share_elasticity: float


@dataclass(frozen=True)
class Effort:
    """How powers spread effort over channels."""

    temperature: float
    speed: float
    ewa_memory: float
    ewa_foregone: float
    greedy_temperature: float


@dataclass(frozen=True)
class Openness:
    """How the target spreads its welcome over powers."""

    temperature: float
    speed: float
    autonomy_weight: float
    dependence_weight: float
    dependence_scale: float


@dataclass(frozen=True)
class Alignment:
    """What moves positions, and how nearness follows from them."""

    speed: float
    power_speed: float
    anchor: float
    pull: float
    backlash: float
    threshold: float
    reach: float


@dataclass(frozen=True)
class Clout:
    """How factions gain and lose weight; channel is the political one."""

    channel: str
    speed: float
    credit_weight: float
    credit_decay: float
    influence_weight: float


@dataclass(frozen=True)
class Goodwill:
    """What all stocks of goodwill share."""

    relaxation: float
    closeness_weight: float
    noise: float
    curvature: float


@dataclass(frozen=True)
class Settings:
    """Every section of settings, by its name in the file."""

    decision: Decision
    influence: Influence
    effort: Effort
    openness: Openness
    alignment: Alignment
    clout: Clout
    goodwill: Goodwill
