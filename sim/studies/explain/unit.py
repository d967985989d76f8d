"""How numbers of an outcome are written, probabilities in per cent and points; and names of players."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.paths import spelled, steps_of

NAME = 26
"""Signs of a name, if it has parts that can be left out."""


def short_name(name: str) -> str:
    """The last steps of a path, as many as there is room for; another name as it is.

    >>> short_name("actors.Buffer.factions.court.valuations.wealth"), short_name("rumour")
    ('court.valuations.wealth', 'rumour')
    """
    steps = steps_of(name) or [name]
    while len(steps) > 1 and len(spelled(steps)) > NAME:
        steps = steps[1:]
    return spelled(steps)


@dataclass(frozen=True)
class Unit:
    """The way to write values of an outcome, and what is added to them.

    >>> share, mean = Unit(is_share=True), Unit(is_share=False)
    >>> share.level(0.25), share.step(-0.5), mean.level(0.25), mean.step(-0.5)
    ('25.0 %', '-50.0 points', '0.2500', '-0.5000')
    """

    is_share: bool

    @property
    def scale(self) -> float:
        """What a value is multiplied by."""
        return 100.0 if self.is_share else 1.0

    def level(self, value: float) -> str:
        """A value."""
        return f"{self.bare(value)}{' %' * self.is_share}"

    def step(self, value: float) -> str:
        """What is added to a value."""
        return f"{self.bare(value, sign=True)}{' points' * self.is_share}"

    def bare(self, value: float, sign: bool = False) -> str:
        """A number alone; with its sign, if it is what is added."""
        text = f"{self.scale * value:.{4 - 3 * self.is_share}f}"
        # what is nothing has no sign
        if not float(text):
            return text.removeprefix("-")
        return f"{'+' * (sign and value > 0)}{text}"
