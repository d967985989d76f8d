"""The target's position: anchored at home, pulled by influence, repelled by domination (ODD 7.7).

Source: Friedkin and Johnsen 1990 (anchored influence); weak pull after Flores-Macias and Kreps 2013; backlash
is our assumption.
"""

from __future__ import annotations

from sim.rules.health import watch
from sim.rules.numbers import Number, clip, positive, sqrt, square, total
from sim.rules.settings import Settings
from sim.rules.state import at, start_of
from sim.rules.structure import Luck, State, Supplier, Unit


def receptiveness(domination: Number, backlash: float, threshold: float) -> Number:
    """1 while a bloc's share stays below the threshold, then falling; negative means repulsion."""
    # over the room above the threshold: full domination gives 1 - backlash, wherever the threshold lies
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
    s: State,
    axes: tuple[str, ...],
    factions: tuple[Unit, ...],
    powers: tuple[Supplier, ...],
    settings: Settings,
) -> None:
    """Drift of the target on each axis: domestic anchor plus the pull of each power."""
    p = settings.alignment
    receptive = {q.name: receptiveness(s[at("domination", q.name)], p.backlash, p.threshold) for q in powers}
    for axis, name in enumerate(axes):
        position = s[name]
        ideal = total([s[unit.clout] * unit.ideal[axis] for unit in factions])
        drift = anchor_at(position, ideal, p.anchor)
        for q in powers:
            influence = s[at("influence", q.name)]
            drift = drift + pull_towards(position, q.position[axis], influence, p.pull, receptive[q.name])
        s[at("drift", name)] = drift
        # here, as the bounds of a position would make a finite number of an infinity
        watch(s, [drift])


def move_alignment(s: State, axes: tuple[str, ...], luck: Luck, settings: Settings) -> None:
    """Move the target by its drift, less the drift of the start: the start is a rest point."""
    p = settings.alignment
    for name in axes:
        drift = at("drift", name)
        step = p.speed * (s[drift] - s[start_of(drift)]) + p.noise * luck.shock(name)
        s[name] = clip(s[name] + step, -1.0, 1.0)


def measure_closeness(
    s: State, axes: tuple[str, ...], powers: tuple[Supplier, ...], settings: Settings
) -> None:
    """How near the target stands to each power [0, 1]."""
    for q in powers:
        squares = [square(s[name] - place) for name, place in zip(axes, q.position, strict=True)]
        s[at("closeness", q.name)] = closeness(sqrt(total(squares)), settings.alignment.reach)
