"""What `check` says of a scenario, line by line."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator

from sim.scenario.labels import posture_label, state_label
from sim.scenario.load import Scenario
from sim.studies.check.liveness import Liveness
from sim.studies.check.radius import End, Radius
from sim.studies.check.reach import AS_SHIPPED, NODE_VERBS, Reach
from sim.studies.check.rest import drifts
from sim.studies.check.trials import Changes
from sim.writing.text import WIDTH

DRIFT = 0.002
"""Drift over the whole run that an author is told of."""

MOST_ENDS = 10
"""Ends of ranges that are named, of those at which a scenario does not come to rest."""

USUAL = 3
"""So many of the commonest settings are told as counts; numbers that matter elsewhere are named."""


def reached(found: Reach) -> Iterator[str]:
    """Where each ending of an event and each posture was met."""
    shipped = sum(met == {} for met in found.endings.values())
    endings, events = len(found.endings), len(found.scenario.rows)
    yield f"  {shipped} of {endings} endings of {events} events are met {AS_SHIPPED}."
    for (event, node), met in found.endings.items():
        if met:
            yield from _wrapped(f"{event} to {NODE_VERBS[node]}", _under(met))
    yield "  Postures"
    for name, met in found.postures.items():
        yield from _wrapped(posture_label(found.scenario.case, name), _under(met))


def _under(changes: Changes | None) -> str:
    """Under which changes something was met, in words."""
    if changes is None:
        return "never met"
    settings = ", ".join(f"{path} = {value:.4g}" for path, value in changes.items())
    if settings:
        return f"with {settings}"
    return AS_SHIPPED


def mattering(live: Liveness) -> Iterator[str]:
    """How many numbers matter, and where those do that matter in few settings."""
    where = Counter(place for place in live.where.values() if place is not None)
    usual = dict(where.most_common(USUAL))
    whole = ", ".join(f"{count} {place}" for place, count in usual.items())
    yield f"  {len(live.where) - len(live.dead)} of {len(live.where)} numbers move something: {whole}."
    for path, place in live.where.items():
        if place is not None and place not in usual:
            yield from _wrapped(path, place)


def why_dead(live: Liveness, path: str) -> str:
    """Why a number moves nothing."""
    if live.fixed(path):
        return "its range leaves it no other value"
    return "moves nothing"


def still(scenario: Scenario) -> Iterator[str]:
    """What drifts without shocks and events."""
    months = scenario.case.time.months
    quiet = True
    for name, change in drifts(scenario).items():
        if abs(change) >= DRIFT:
            quiet = False
            yield f"  {name} moves by {change:+.3f} from its start in {months} months"
    if quiet:
        yield f"  Yes: nothing moves by {DRIFT} or more in {months} months."


def returning(scenario: Scenario, found: Radius) -> Iterator[str]:
    """How large the spectral radius is, and where it is not below 1."""
    yield f"  Spectral radius of the expected month: {found.start:.4f} at the start."
    slow = [state_label(scenario.case, name) for name in found.carriers]
    if slow:
        yield from _wrapped("what moves slowest there", "; ".join(slow))
    yield from textwrap.wrap(_at_ends(found), WIDTH, initial_indent="  ", subsequent_indent="    ")
    for end in found.unstable[:MOST_ENDS]:
        yield from _wrapped(_shown(end), f"{found.ends[end]:.4f}")
    if found.skipped:
        yield f"  Left out, as they make no scenario: {found.skipped} ends of ranges."


def _at_ends(found: Radius) -> str:
    """The largest radius at ends of ranges, and at how many it is not below 1."""
    if found.largest is None:
        return "No number has a range."
    largest = f"Largest at the ends of ranges: {found.ends[found.largest]:.4f} ({_shown(found.largest)})"
    if found.unstable:
        return (
            f"{largest}; not below 1 at {len(found.unstable)} of {len(found.ends)} ends, from the largest on:"
        )
    return f"{largest}; below 1 at all {len(found.ends)} of them."


def _shown(end: End) -> str:
    """A number at an end of its range, as a command takes it."""
    path, value = end
    return f"{path} = {value:.6g}"


def restless(found: Radius) -> Iterator[str]:
    """Faults: where a push does not die away."""
    if not found.start < 1.0:
        yield f"spectral radius {found.start:.4f} at the start: a push does not die away"
    if found.unstable:
        yield f"spectral radius not below 1 at {len(found.unstable)} ends of ranges"


def _wrapped(name: str, text: str) -> list[str]:
    """What is said of one thing, below the line that it belongs to."""
    # Paths are kept whole, so that they can be copied into a command.
    wrapper = textwrap.TextWrapper(WIDTH, "    ", "      ", break_long_words=False)
    return wrapper.wrap(f"{name}: {text}")
