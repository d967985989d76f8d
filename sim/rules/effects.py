"""Effect lists: sparse increments on the state, sized by a driver and, where bounded, by the room left."""

from __future__ import annotations

from sim.rules.expressions import value_of
from sim.rules.health import watch
from sim.rules.numbers import Number, clip, less, where
from sim.rules.state import Change
from sim.rules.structure import Increment, Parts, State


def fill_up(size: float, driver: Number, level: Number) -> Number:
    """Increment of a bandwidth: it fills the room that is left, or empties what is there.

    So repetition saturates, and no bound is ever crossed by one effect alone.
    """
    return size * driver * where(less(0.0, size), 1.0 - level, level)


def tilt(size: float, driver: Number, level: Number, position: Number) -> Number:
    """Increment of a position towards (size > 0) or away from a power's position on one axis."""
    return size * driver * (position - level)


def increments(s: State, parts: Parts, effect: Increment, driver: Number) -> tuple[Number, ...]:
    """What an effect would add to each number that it changes (see Parts.keys_of), at the present state."""
    if effect.change is Change.TILT:
        moved, towards = (parts.standings[actor].axes for actor in parts.tilted(effect))
        axes = zip(moved, towards, strict=True)
        return tuple(tilt(effect.size, driver, s[mine], s[theirs]) for mine, theirs in axes)
    if effect.change is Change.FILL:
        return (fill_up(effect.size, driver, s[effect.key]),)
    return (effect.size * driver,)


def foresee(s: State, parts: Parts, effect: Increment) -> tuple[Number, ...]:
    """What an effect would add, with its driver at the date when it would fall due."""
    return increments(s, parts, effect, value_of(s, effect.foreseen))


def collect(
    s: State, parts: Parts, effects: tuple[Increment, ...], happening: Number, changes: dict[str, Number]
) -> None:
    """Add the increments of a list to the changes of the month; happening: 1 if the event happens, else 0."""
    for effect in effects:
        keys = parts.keys_of(effect)
        # what is only felt changes nothing
        if not keys:
            continue
        amounts = increments(s, parts, effect, value_of(s, effect.driver))
        for key, amount in zip(keys, amounts, strict=True):
            changes[key] = changes[key] + happening * amount


def apply_changes(s: State, parts: Parts, changes: dict[str, Number]) -> None:
    """All events of the month take effect at once, inside bounds; a stock on a given path stays on it."""
    free = {key: amount for key, amount in changes.items() if key not in parts.on_paths}
    # before the bounds, which would make a finite number of an infinity
    watch(s, free.values())
    for key, amount in free.items():
        low, high = parts.bounds[key]
        s[key] = clip(s[key] + amount, low, high)
