"""Numbers of many runs or many scenarios side by side: numpy arrays that the rules take for a number."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.rules import numbers


class _Arithmetic:
    """What the primitives of sim.rules.numbers mean for arrays."""

    def apply(self, name: str, arguments: tuple[Any, ...]) -> Lanes:
        meaning = getattr(self, name, None)
        # what is made of other primitives is looked into
        if meaning is None:
            meaning = getattr(numbers, name).__wrapped__
        return np.asarray(meaning(*arguments), dtype=float).view(Lanes)

    sqrt, divide = staticmethod(np.sqrt), staticmethod(np.divide)

    # numpy's own minimum and maximum pass every NaN on, and those of rules do not
    @staticmethod
    def minimum(a: Any, b: Any) -> Any:
        return np.where(np.asarray(b) < np.asarray(a), b, a)

    @staticmethod
    def maximum(a: Any, b: Any) -> Any:
        return np.where(np.asarray(b) > np.asarray(a), b, a)

    @staticmethod
    def less(a: Any, b: Any) -> Any:
        return np.asarray(a) < np.asarray(b)

    @staticmethod
    def where(condition: Any, yes: Any, no: Any) -> Any:
        return np.where(np.asarray(condition) != 0.0, yes, no)

    @staticmethod
    def two_to(whole: Any) -> Any:
        known = np.isfinite(whole)
        # a cast of NaN to a whole number would warn
        exponents = np.where(known, whole, 0.0).astype(np.int32)
        return np.where(known, np.ldexp(1.0, exponents), np.nan)

    @staticmethod
    def exponent(value: Any) -> Any:
        return np.frexp(value)[1] - 1

    @staticmethod
    def mantissa(value: Any) -> Any:
        return 2.0 * np.frexp(value)[0]


class Lanes(np.ndarray):
    """One number of several runs, or of several scenarios."""

    recorder = _Arithmetic()
