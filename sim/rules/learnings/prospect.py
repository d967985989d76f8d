"""What a learning rule may know of one channel of a power."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.rules.numbers import Number
from sim.rules.settings import Effort


@dataclass(frozen=True)
class Prospect:
    """One channel of a power: what is asked for is worked out when it is asked for.

    promise: what more effort would gain now, less at the start [logits]; attraction: what it has come to be
    worth [logits]; effort: its part of the power's effort [1]; settings: the section [effort].
    """

    promise: Callable[[], Number]
    attraction: Callable[[], Number]
    effort: Callable[[], Number]
    settings: Effort
