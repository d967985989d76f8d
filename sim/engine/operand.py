"""What a rule takes for a number while a month is recorded, traced or written as machine code."""

from __future__ import annotations

from typing import Any


class Operand:
    """A number whose operations somebody else carries out: `recorder.apply(name, (one, other))` for each.

    It has no truth and no order, so a rule that branches on it is found out; `sim.rules.numbers` compares and
    chooses.
    """

    __slots__ = ()
    recorder: Any

    def __add__(self, other: Any) -> Any:
        return self.recorder.apply("add", (self, other))

    def __radd__(self, other: Any) -> Any:
        return self.recorder.apply("add", (other, self))

    def __sub__(self, other: Any) -> Any:
        return self.recorder.apply("subtract", (self, other))

    def __rsub__(self, other: Any) -> Any:
        return self.recorder.apply("subtract", (other, self))

    def __mul__(self, other: Any) -> Any:
        return self.recorder.apply("multiply", (self, other))

    def __rmul__(self, other: Any) -> Any:
        return self.recorder.apply("multiply", (other, self))

    def __truediv__(self, other: Any) -> Any:
        return self.recorder.apply("divide", (self, other))

    def __rtruediv__(self, other: Any) -> Any:
        return self.recorder.apply("divide", (other, self))

    def __neg__(self) -> Any:
        return self * -1.0

    def _refuse(self, *_: Any) -> bool:
        raise TypeError("a rule may not branch on a number of the state; use numbers.less and numbers.where")

    __bool__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
