"""Positions: anchored at home, drawn and repelled from abroad (ODD 7.7).

The target is drawn by influence and repelled by domination, a power by its ties with other powers. What an
actor is anchored at may wander: aims change with governments and generations that no faction here stands for.

Source: Friedkin and Johnsen 1990 (anchored influence); repulsion as in Flache et al. 2017; weak pull after
Flores-Macias and Kreps 2013; backlash is our assumption. That ideal points wander: Martin and Quinn 2002,
whose prior for those of judges is a random walk, as is that of Bailey, Strezhnev and Voeten 2017 for states.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.rules.expressions import value_of
from sim.rules.health import watch
from sim.rules.numbers import Number, clip, over, positive, sqrt, square, total
from sim.rules.state import at, start_of
from sim.rules.structure import Luck, Parts, Standing, State, Unit


def receptiveness(domination: Number, backlash: float, threshold: float) -> Number:
    """1 while a bloc's share stays below the threshold, then falling; negative means repulsion."""
    # over the room above the threshold: full domination gives 1 - backlash, wherever the threshold lies
    return 1.0 - over(backlash * positive(domination - threshold), 1.0 - threshold)


def influence_tie(pull: float, influence: Number, receptive: Number) -> Number:
    """How strongly the target is drawn towards a power [1]."""
    return pull * influence * receptive


def pull_towards(position: Number, other_position: Number, tie: Number) -> Number:
    """Drift [position/month, before the speed] that another's position exerts on one axis."""
    return tie * (other_position - position)


def anchor_at(position: Number, ideal: Number, strength: float) -> Number:
    """Drift towards the mean ideal point of the factions, weighted by clout, wherever that has wandered."""
    return strength * (ideal - position)


def closeness(distance: Number, reach: float) -> Number:
    """1 at the same place, 0 at a distance of `reach` or more."""
    return clip(1.0 - over(distance, reach), 0.0, 1.0)


def ideal_of(s: State, units: Iterable[Unit], axis: int) -> Number:
    """Where an actor's factions, by clout, want it to stand; what a unitary actor wants."""
    own = list(units)
    if not own[0].is_faction:
        return own[0].ideal[axis]
    return total([s[unit.clout] * unit.ideal[axis] for unit in own])


def anchor_of(s: State, parts: Parts, actor: str, axis: int) -> Number:
    """What an actor's position is anchored at: its ideal, and how far that anchor has wandered from it."""
    standing = parts.standings[actor]
    ideal, name = ideal_of(s, parts.units[actor], axis), standing.axes[axis]
    if name not in standing.wander:
        return ideal
    return ideal + s[at("anchor", name)]


def wander(offset: Number, step: Number, ideal: Number) -> Number:
    """How far an anchor has wandered from the ideal, a step [position] on; the anchor stays on the axis."""
    return clip(offset + step, -1.0 - ideal, 1.0 - ideal)


def ties_of(s: State, parts: Parts, actor: str, axis: str) -> list[tuple[str, Number]]:
    """How strongly an actor is drawn to powers on an axis: the target by influence, a power by its ties."""
    if actor != parts.target:
        ties = [tie for tie in parts.standings[actor].ties if tie.acts_on(axis)]
        return [(tie.towards, value_of(s, tie.strength)) for tie in ties]
    p, found = parts.settings.alignment, []
    for q in parts.powers:
        receptive = receptiveness(s[at("domination", q.name)], p.backlash, p.threshold)
        found.append((q.name, influence_tie(p.pull, s[at("influence", q.name)], receptive)))
    return found


def pull_position(s: State, parts: Parts, actor: str) -> None:
    """Drift of an actor on each axis: the anchor at home plus the pull of every power that it is tied to."""
    for axis, name in enumerate(parts.standings[actor].axes):
        position = s[name]
        drift = anchor_at(position, anchor_of(s, parts, actor, axis), parts.settings.alignment.anchor)
        for other, tie in ties_of(s, parts, actor, name):
            drift = drift + pull_towards(position, s[parts.standings[other].axes[axis]], tie)
        s[at("drift", name)] = drift
        # here, as the bounds of a position would make a finite number of an infinity
        watch(s, [drift])


def move_position(s: State, standing: Standing, luck: Luck) -> None:
    """Move an actor by its drift, less the drift of the start: the start is a rest point."""
    for name, noise in zip(standing.axes, standing.noise, strict=True):
        if name in standing.on_path:
            continue
        drift = at("drift", name)
        step = standing.speed * (s[drift] - s[start_of(drift)])
        # a position of no noise draws nothing; one whose noise is 0 has shocks of 0, as a value like others
        if noise is not None:
            step = step + noise * luck.shock(name)
        s[name] = clip(s[name] + step, -1.0, 1.0)


def move_anchor(s: State, parts: Parts, actor: str, luck: Luck) -> None:
    """Let what an actor's position is anchored at wander, by luck of its own."""
    standing = parts.standings[actor]
    for axis, name in enumerate(standing.axes):
        if name in standing.wander:
            anchor, ideal = at("anchor", name), ideal_of(s, parts.units[actor], axis)
            s[anchor] = wander(s[anchor], standing.wander[name] * luck.shock(anchor), ideal)


def measure_closeness(s: State, parts: Parts) -> None:
    """How near the target stands to each power, and powers to each other where that is asked for [0, 1]."""
    for q in parts.powers:
        s[at("closeness", q.name)] = _near(s, parts, parts.target, q.name)
    for one, other in parts.near:
        s[at("closeness", one, other)] = _near(s, parts, one, other)


def _near(s: State, parts: Parts, one: str, other: str) -> Number:
    axes = zip(parts.standings[one].axes, parts.standings[other].axes, strict=True)
    squares = [square(s[mine] - s[theirs]) for mine, theirs in axes]
    return closeness(sqrt(total(squares)), parts.settings.alignment.reach)
