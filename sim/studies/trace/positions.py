"""What is told of positions: how far one has moved since it was last told, and what moved it there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from sim.agents.model import Model
from sim.rules.alignment import anchor_at, ideal_of, pull_towards, ties_of
from sim.rules.state import at
from sim.rules.structure import Parts, Standing, State
from sim.scenario.labels import actor_label

FAR = 0.1
"""Moves on an axis [of -1 to 1] from which on they are told."""

FAINT = 0.005
"""Parts of a move below this are not told."""

HOME, WANDERED, EVENTS = "its home ideal", "how far its aims have wandered", "events"
COURSE, CHANCE = "the course that the scenario gives", "chance"


class Moves:
    """Moves of the target and of every power on each axis, with what made them, since they were last told."""

    def __init__(self, model: Model) -> None:
        self.model, start = model, model.phase.world.start
        self.names = [axis for standing in model.parts.standings.values() for axis in standing.axes]
        self.labels = {power.name: actor_label(model.case, power.name) for power in model.parts.powers}
        self.told = {axis: start[axis] for axis in self.names}
        self.since = dict.fromkeys(self.names, model.date)
        self.causes = {axis: Counter[str]() for axis in self.names}

    def lines(self, before: State) -> Iterator[str]:
        """What is told of this month; before: the state that the month before left."""
        s, parts = self.model.state, self.model.parts
        for standing in parts.standings.values():
            for place, axis in enumerate(standing.axes):
                self.causes[axis].update(self._causes(before, standing, place))
                if abs(s[axis] - self.told[axis]) >= FAR:
                    yield self._told(standing, place)

    def _causes(self, before: State, standing: Standing, place: int) -> Counter[str]:
        """What moved an actor on one axis this month, by cause; the sum is the whole move."""
        s, eve, axis = self.model.state, self.model.eve, standing.axes[place]
        if axis in standing.on_path:
            return Counter({self._whose(axis): s[axis] - before[axis]})
        world = self.model.phase.world
        # the drift of a month reads all positions as the month before left them
        met = eve | {name: before[name] for name in self.names}
        met |= {name: value for name, value in before.items() if name.startswith("anchor.")}
        found = drift_by_cause(met, self.model.parts, standing, place, self.labels)
        # the drift of the start counts as rest
        rest = world.parts.standings[standing.actor]
        found.subtract(drift_by_cause(world.start, world.parts, rest, place, self.labels))
        moved = Counter({cause: standing.speed * amount for cause, amount in found.items()})
        moved[CHANCE] = eve[axis] - before[axis] - sum(moved.values())
        moved[EVENTS] = s[axis] - eve[axis]
        return moved

    def _whose(self, axis: str) -> str:
        """What moves a position on a path: the course that is given, or chance where it has ended."""
        # how far it steps is a series too, and 0 while more is known
        if self.model.state.get(at("beyond.spread", axis), 0.0) == 0.0:
            return COURSE
        return CHANCE

    def _told(self, standing: Standing, place: int) -> str:
        """A move in words; from here on another one is counted."""
        axis, case = standing.axes[place], self.model.case
        old, now, causes = self.told[axis], self.model.state[axis], self.causes[axis]
        heard = sorted(causes.items(), key=lambda cause: -abs(cause[1]))
        words = ", ".join(f"{cause} {amount:+.2f}" for cause, amount in heard if abs(amount) >= FAINT)
        who, whither = actor_label(case, standing.actor), self._whither(standing, place, now > old)
        where = f"on axis {axis.rpartition('.')[2]} from {old:+.2f} to {now:+.2f}"
        line = f"  {who} moves {whither} {where} since {self.since[axis]}: {words}."
        self.told[axis], self.since[axis], self.causes[axis] = now, self.model.date, Counter()
        return line

    def _whither(self, standing: Standing, place: int, up: bool) -> str:
        """Towards the power that lies farthest ahead on an axis; if none does, away from the last behind."""
        s, standings = self.model.state, self.model.parts.standings
        others = [power for power in self.labels if power != standing.actor]
        if not others:
            return "alone"
        places = {power: s[standings[power].axes[place]] for power in others}
        ends = sorted(others, key=places.__getitem__, reverse=up)
        if (places[ends[0]] > s[standing.axes[place]]) == up:
            return f"towards {self.labels[ends[0]]}"
        return f"away from {self.labels[ends[-1]]}"


def drift_by_cause(
    s: State, parts: Parts, standing: Standing, place: int, names: Mapping[str, str]
) -> Counter[str]:
    """The drift of an actor on one axis [1/month, before its speed] by what makes it: home, and every tie.

    A tie goes by the power that it leads to and by its strength as the file has it; the target's have none.
    names: what powers are called.
    """
    actor, axis = standing.actor, standing.axes[place]
    home = ideal_of(s, parts.units[actor], place)
    strength = parts.settings.alignment.anchor
    found = Counter({HOME: anchor_at(s[axis], home, strength)})
    if axis in standing.wander:
        found[WANDERED] = strength * s[at("anchor", axis)]
    texts = {tie.towards: f" ({tie.strength.text})" for tie in standing.ties if tie.acts_on(axis)}
    for other, tie in ties_of(s, parts, actor, axis):
        cause = f"tie to {names[other]}{texts.get(other, '')}"
        found[cause] += pull_towards(s[axis], s[parts.standings[other].axes[place]], tie)
    return found
