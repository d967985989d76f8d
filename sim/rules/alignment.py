"""The target's position: anchored at home, pulled by influence, repelled by domination (ODD 7.7).

Source: Friedkin and Johnsen 1990 (anchored influence); weak pull after Flores-Macias and Kreps 2013; backlash
is our assumption.
"""

from __future__ import annotations

from sim.rules.health import watch
from sim.rules.numbers import Number, clip, positive, sqrt, total
from sim.rules.state import at, start_of
from sim.rules.structure import Luck, Settings, State, Supplier, Unit


def receptiveness(domination: Number, backlash: float, threshold: float) -> Number:
    """1 while a bloc's share stays below the threshold, then falling; negative means repulsion."""
    return 1.0 - backlash * positive(domination - threshold) / (1.0 - threshold)


def pull_towards(
    position: Number, power_position: float, influence: Number, pull: float, receptive: Number
) -> Number:
    """Drift [position/month, before the speed] that one power exerts on one axis."""
    return pull * influence * receptive * (power_position - position)


def anchor_at(position: Number, ideal: Number, strength: float) -> Number:
    """Drift towards the mean ideal point of the factions, weighted by clout."""
    return strength * (ideal - position)


def closeness(distance: Number, reach: float) -> Number:
    """1 at the same place, 0 at a distance of `reach` or more."""
    return clip(1.0 - distance / reach, 0.0, 1.0)


def pull_alignment(
    s: State, axes: tuple[str, ...], factions: tuple[Unit, ...], powers: tuple[Supplier, ...], p: Settings
) -> None:
    """Drift of the target on each axis: domestic anchor plus the pull of each power."""
    receptive = {q.name: receptiveness(s[at("domination", q.name)], p.backlash, p.threshold) for q in powers}
    for axis, name in enumerate(axes):
        drift = anchor_at(s[name], total([s[unit.clout] * unit.ideal[axis] for unit in factions]), p.anchor)
        for q in powers:
            drift = drift + pull_towards(
                s[name], q.position[axis], s[at("influence", q.name)], p.pull, receptive[q.name]
            )
        s[at("drift", name)] = drift
        watch(s, [drift])


def move_alignment(s: State, axes: tuple[str, ...], luck: Luck, p: Settings) -> None:
    """Move the target by its drift, less the drift of the start: the start is a rest point."""
    for name in axes:
        step = p.alignment_speed * (s[at("drift", name)] - s[start_of(at("drift", name))])
        if p.alignment_noise > 0.0:
            step = step + p.alignment_noise * luck.shock(name)
        s[name] = clip(s[name] + step, -1.0, 1.0)


def measure_closeness(s: State, axes: tuple[str, ...], powers: tuple[Supplier, ...], p: Settings) -> None:
    """How near the target stands to each power [0, 1]."""
    for q in powers:
        squares = [
            (s[name] - q.position[axis]) * (s[name] - q.position[axis]) for axis, name in enumerate(axes)
        ]
        s[at("closeness", q.name)] = closeness(sqrt(total(squares)), p.reach)
