"""Words of a story: what is weighed, odds and luck, dates."""

from __future__ import annotations

from sim.engine.history import month_label
from sim.rules.expressions import Expression
from sim.rules.reasons import TERMS, WAITING, cause_of
from sim.rules.structure import Event, Increment
from sim.scenario.labels import state_label
from sim.scenario.schema import Case, month_number

FAINT = 0.005
"""Changes of the state [units of the state] and terms [logits] below this are not told."""


def who(case: Case, actor: str | None) -> str:
    """An actor in words."""
    if actor in case.actors:
        return case.actors[actor].label
    return str(actor).title()


def causes(case: Case, event: Event) -> dict[str, str]:
    """What an event is weighed for in words, by its causes."""
    told = {cause_of(effect): _weighed_for(case, effect) for effect in event.effects}
    return {TERMS: "its terms", WAITING: "waiting forgone"} | told


def _weighed_for(case: Case, effect: Increment) -> str:
    kind, _, rest = effect.key.partition(".")
    if kind == "payoff":
        return felt_for(case, effect.foreseen)
    if kind == "tilt":
        return f"moving toward {who(case, rest)}"
    return named(case, effect.key)


def felt_for(case: Case, driver: Expression) -> str:
    """A cost or gain that is felt at once: by what it grows, if by anything."""
    if driver.kind == "number" and driver.text == "1":
        return "its own cost or gain"
    return said(case, driver)


def said(case: Case, seen: Expression) -> str:
    """An expression as it stands in the file; a number of the state alone by its label."""
    if seen.kind == "name":
        return named(case, seen.name)
    return seen.text


def named(case: Case, key: str) -> str:
    """A number of the state in words, in the middle of a sentence."""
    label = state_label(case, key)
    if key in case.quantities:
        return label
    return label[:1].lower() + label[1:]


def since_when(since: str | None) -> str:
    """When it was; nothing if that was before the first month."""
    if since is None:
        return ""
    return f" (announced {since})"


def odds_and_luck(odds: float, drawn: float) -> str:
    """The probability of a thing, and the uniform number that decided: below it, the thing happened."""
    return f"Odds {odds:.3f}, luck {drawn:.3f}."


def months_later(date: str, months: int) -> str:
    """The date so many months later."""
    return month_label(month_number(date) + months)
