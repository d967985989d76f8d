"""Policies as lines of text: what to do whatever comes, and what it costs, in the first sentence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import numpy as np

from sim.statistics.robust import Estimate, mean_of
from sim.studies.caveat import caveat
from sim.studies.policy.objectives import COST, MEAN, SHARE, WORST
from sim.studies.policy.policies import Policies
from sim.studies.policy.regret import NEAR
from sim.writing.text import WIDTH, percent

NOTE = (
    "All numbers are from draws and luck that the search has not seen, intervals are 95 % over both. Worlds "
    "are draws of the uncertain numbers under each of the settings; the worst tenth is of worlds. Regret: "
    "what is lost in a world against the best of these policies there."
)
HALF = 0.5
"""Of the regret of the status quo what a cheaper policy avoids, to be told in the first sentences."""

LABEL, CELL, ABREAST = 12, 29, 3
"""Signs of a name and of a cell in the table, and cells side by side."""


def policies_told(found: Policies) -> Iterator[str]:
    """The answer, the policies that stand for the front, what each does, and where it is fragile."""
    yield from _wrapped(sentence(found))
    yield ""
    yield from _table(found)
    yield ""
    for place in found.order[1:]:
        yield from textwrap.wrap(f"{found.names[place]}: {found.said(place)}", WIDTH, subsequent_indent="   ")
    yield ""
    for want in range(len(found.wants)):
        yield from _wrapped(_by_setting(found, want))
    if waiting := _waiting(found):
        yield from _wrapped(waiting)
    yield from _wrapped(_size(found))
    yield from _wrapped(NOTE)
    yield from caveat(found.scenario)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def sentence(found: Policies) -> str:
    """What the actor should do whatever comes, what that is worth, and what it costs."""
    actor, best = found.field.knobs.actor, found.best
    if best == 0:
        return (
            f"Whatever comes, {actor} does best to leave all its levers alone: nothing loses less anywhere."
        )
    told = f"Whatever comes, {actor} loses least with {found.names[best]}: {found.said(best)}."
    for want in range(len(found.wants)):
        told += f" {_gain(found, want)}"
    cost = found.estimates[best][-1]
    told += f" It costs {cost.value:.3g}{_span(cost, 3)} over {found.field.months / 12:.2g} years."
    return f"{told}{_cheaper(found)}"


def _cheaper(found: Policies) -> str:
    """The cheapest that avoids half of the regret of the status quo, if it is another one."""
    regret = found.regrets[:, 0].mean(axis=(1, 2))
    enough = [place for place in found.order if regret[place] <= HALF * regret[0]]
    if not enough or enough[0] == found.best:
        return ""
    place, cost = enough[0], found.estimates[enough[0]][-1].value
    avoided = percent(float(1 - regret[place] / regret[0]))
    return f" {found.names[place]} avoids {avoided} % of the status quo's regret for {cost:.3g}."


def _gain(found: Policies, want: int) -> str:
    """What is reached instead of the status quo, on the mean and in the worst tenth of worlds."""
    side = found.wants[want].sides[0]
    parts = []
    for at, objective in enumerate(found.objectives):
        if objective.summary == COST or objective.want != want:
            continue
        own, before = (found.estimates[place][at].value for place in (found.best, 0))
        of = {MEAN: "on the mean", WORST: "in the worst tenth of worlds", SHARE: "of worlds good enough"}
        parts.append(
            f"{_number(found, at, own)} instead of {_number(found, at, before)} {of[objective.summary]}"
        )
    return f"{side.label} by {side.dates[0]} is {', '.join(parts)}."


def _number(found: Policies, at: int, value: float) -> str:
    if found.objectives[at].is_share:
        return f"{percent(value)} %"
    return f"{value:.4g}"


def _span(estimate: Estimate, digits: int) -> str:
    if estimate.low == estimate.high:
        return ""
    return f" ({estimate.low:.{digits}g} to {estimate.high:.{digits}g})"


def _table(found: Policies) -> Iterator[str]:
    """A row for each policy: each objective with its interval."""
    for at, objective in enumerate(found.objectives):
        unit = " [%]" if objective.is_share else ""
        yield from _wrapped(f"({at + 1}) {objective.label}{unit}")
    for first in range(0, len(found.objectives), ABREAST):
        some = range(first, min(first + ABREAST, len(found.objectives)))
        yield _line("", [f"({at + 1})" for at in some])
        for place in found.order:
            cells = [_cell(found, at, found.estimates[place][at]) for at in some]
            yield _line(_marked(found, place), cells)
    yield f"* the cheapest that loses at most {100 * NEAR:.0f} % of the largest regret more than the least"


def _line(name: str, cells: list[str]) -> str:
    padded = (f"{cell:<{CELL}}" for cell in cells)
    return f"{name:<{LABEL}}{''.join(padded)}".rstrip()


def _marked(found: Policies, place: int) -> str:
    if place == found.best:
        return f"{found.names[place]}*"
    return found.names[place]


def _cell(found: Policies, at: int, estimate: Estimate) -> str:
    numbers = (estimate.value, estimate.low, estimate.high)
    value, low, high = (f"{each:.4g}" for each in numbers)
    if found.objectives[at].is_share:
        value, low, high = map(percent, numbers)
    if low == high:
        return value
    return f"{value} ({low} to {high})"


def _by_setting(found: Policies, want: int) -> str:
    """Which policy is best under which theory, and what the one of least regret and the status quo lose."""
    side, regret = found.wants[want].sides[0], found.regrets[:, want].mean(axis=2)
    best = [found.names[place] for place in regret.argmin(axis=0).tolist()]
    labels = [setting.label for setting in found.field.settings]
    parts = []
    for name in dict.fromkeys(best):
        under = [label for label, own in zip(labels, best, strict=True) if own == name]
        parts.append(f"{name} under {', '.join(under)}" if len(under) < len(labels) else f"{name} under all")
    told = f"{side.label} by {side.dates[0]}: best is {'; '.join(parts)}."
    for place in dict.fromkeys([found.best, 0]):
        most = int(np.argmax(regret[place]))
        whole = mean_of(found.regrets[place, want].T)
        told += (
            f" {found.names[place].capitalize() if place == 0 else found.names[place]} loses"
            f" {_lost(found, want, whole.value)} on the mean,"
            f" and most under {labels[most]} ({_lost(found, want, float(regret[place, most]))})."
        )
    return told


def _lost(found: Policies, want: int, value: float) -> str:
    if found.wants[want].is_share:
        return f"{100 * value:.1f} points"
    return f"{value:.3g}"


def _waiting(found: Policies) -> str:
    """What waiting for a signal is worth, against acting by the calendar at no higher cost."""
    if not any(knob.bars for knob in found.field.knobs.each):
        return ""
    waiting, told = found.choice.waiting, "policies that no other beats wait for a signal"
    told = f"{waiting} of the {found.choice.front} {told}."
    if found.choice.rivals is None:
        return told
    first, second = found.choice.rivals
    want = found.objectives[0].want
    sign = found.wants[want].sign
    apart = mean_of(sign * (found.performance.means[first, want] - found.performance.means[second, want]).T)
    low, high = (_lost(found, want, each) for each in (apart.low, apart.high))
    ahead = f"ahead by {_lost(found, want, apart.value)} ({low} to {high}) on the mean"
    told += f" {found.names[first]} is {ahead} of {found.names[second]}"
    return f"{told}, the best that waits for nothing and costs no more{_in_the_tail(found, first, second)}."


def _in_the_tail(found: Policies, first: int, second: int) -> str:
    """What both reach in the worst tenth of worlds, where waiting may be worth more."""
    for at, objective in enumerate(found.objectives):
        if objective.summary == WORST:
            own, other = (_number(found, at, found.estimates[place][at].value) for place in (first, second))
            return f", and reaches {own} instead of {other} in the worst tenth of worlds"
    return ""


def _size(found: Policies) -> str:
    """How much was tried, and on what."""
    known, fresh = found.luck
    settings = len(found.field.settings)
    searched = settings * len(known.draws) * known.runs
    told = settings * len(fresh.draws) * fresh.runs
    size = f"{found.choice.tried:,} candidates tried on {searched:,} futures each; these on {told:,}"
    return f"{size}: {settings} settings x {len(fresh.draws)} draws x {fresh.runs} runs."
