"""The functions that rules are made of, for floats and for symbols alike; both give the same bits.

A symbol is anything with a `recorder`: an object whose `apply(name, arguments)` notes an operation (see
sim.engine.record). The primitives are few and exactly rounded everywhere: + - * /, square root, comparison,
choice, and two that move the bits of an exponent. exp, log and the logistic function are built from them
here, once: a C library's last bit depends on the machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

Number = Any
"""A float, or a symbol that stands for one."""

ROUND = 6755399441055744.0
"""1.5 * 2**52: adding and subtracting it rounds a moderate number to the nearest integer."""

_LOG2E = 1.4426950408889634
_LN2_HIGH = 0.6931471803691238
"""The leading 33 bits of ln 2: its product with a small integer is exact."""
_LN2_LOW = 1.9082149292705877e-10
_SMALLEST = 2.2250738585072014e-308
_COTH = (
    -691.0 / 653837184000.0, 1.0 / 23950080.0, -1.0 / 604800.0, 1.0 / 15120.0, -1.0 / 360.0, 1.0 / 6.0, 2.0,
)  # fmt: skip
"""Series of r coth(r / 2) in powers of r squared (Bernoulli numbers), highest first.

The next term would move exp by less than a fiftieth of a unit in the last place for |r| <= ln 2 / 2.
"""
_ATANH = tuple(2.0 / n for n in range(21, 2, -2))
_COSINE = tuple((-1.0) ** (n // 2) / math.factorial(n) for n in range(14, -1, -2))
_SINE = tuple((-1.0) ** (n // 2) / math.factorial(n) for n in range(15, 2, -2))


def is_number(value: Any) -> bool:
    """Whether this is a number, or a symbol that stands for one; true and false are none."""
    if isinstance(value, bool):
        return False
    return hasattr(value, "recorder") or isinstance(value, int | float)


def as_number(value: Any) -> Number:
    """A whole number as a float; a float or a symbol as it is."""
    if hasattr(value, "recorder"):
        return value
    return float(value)


def primitive(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that a recorder notes by name instead of looking inside; on floats it is what it says."""
    name = function.__name__

    @wraps(function)
    def either(*arguments: Number) -> Number:
        for argument in arguments:
            if hasattr(argument, "recorder"):
                return argument.recorder.apply(name, arguments)
        return function(*arguments)

    return either


@primitive
def sqrt(value: float) -> float:
    """Square root, correctly rounded; not a number below 0, which marks a run as failed."""
    # math.sqrt would raise, and numpy and machine code give NaN
    if value < 0.0:
        return math.nan
    return math.sqrt(value)


@primitive
def minimum(a: float, b: float) -> float:
    """The smaller of two numbers; the first where one is none."""
    if b < a:
        return b
    return a


@primitive
def maximum(a: float, b: float) -> float:
    """The larger of two numbers; the first where one is none."""
    if b > a:
        return b
    return a


@primitive
def less(a: float, b: float) -> float:
    """1 if a < b, else 0."""
    return float(a < b)


@primitive
def where(condition: float, yes: float, no: float) -> float:
    """yes if the condition is not 0, else no."""
    if condition != 0.0:
        return yes
    return no


@primitive
def divide(a: float, b: float) -> float:
    """a / b as IEEE 754 has it: division by zero gives an infinity or NaN, which marks a run as failed."""
    if b != 0.0:
        return a / b
    # Python raises where the standard gives a value; a != a is the test for NaN
    if a == 0.0 or a != a:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def over(a: Number, b: Number) -> Number:
    """a / b as a times 1 / b, within 1.5 units in the last place for b from 2**-1022 to 2**1022.

    Whoever shares a denominator shares 1 / b, which is computed once, and before the first month where b is a
    constant. What is over itself may fall short of 1 by a last bit: where that matters, `divide` or `ratio`.
    What is nearer to 0 than 2**-1024 has no finite inverse, and marks a run as failed as 0 does.

    >>> over(3.0, 2.0), over(49.0, 49.0)
    (1.5, 0.9999999999999999)
    """
    return a * divide(1.0, b)


def ratio(value: Number, start: Number) -> Number:
    """value / start, within three units in the last place; exactly 1 at the start and 0 at 0.

    value times (2 / start) times 1 / (start times (2 / start)): two products, as both quotients are of the
    start alone. Limits of the start as in `over`.

    >>> ratio(49.0, 49.0)
    1.0
    """
    # of 2 and not of 1, as no factor may come to be 1: a recorder leaves that out, for this start only
    twice = divide(2.0, start)
    # one half or the number above it: gives back what rounding took of the start
    return value * twice * divide(1.0, start * twice)


@primitive
def two_to(whole: float) -> float:
    """2 to a whole power between -1022 and 1023; not a number of not a number."""
    if whole != whole:
        return math.nan
    return math.ldexp(1.0, int(whole))


@primitive
def exponent(value: float) -> float:
    """The whole number n with 2**n <= value < 2**(n + 1); value is positive and normal."""
    return float(math.frexp(value)[1] - 1)


@primitive
def mantissa(value: float) -> float:
    """value / 2**exponent(value), in [1, 2)."""
    return 2.0 * math.frexp(value)[0]


def _polynomial(coefficients: tuple[float, ...], x: Number) -> Number:
    """Horner's rule, highest power first."""
    result: Number = coefficients[0]
    for coefficient in coefficients[1:]:
        result = result * x + coefficient
    return result


def _exp_fraction(value: Number) -> tuple[Number, Number]:
    """Numerator and denominator of e**value: 2**n (q + r) / (q - r).

    q = r coth(r / 2), and r is the rest beyond n ln 2.
    """
    value = clip(value, -700.0, 700.0)
    # ln 2 in two parts (Cody and Waite 1980): the large product is exact, so r loses no digits
    whole = (value * _LOG2E + ROUND) - ROUND
    r = (value - whole * _LN2_HIGH) - whole * _LN2_LOW
    q = _polynomial(_COTH, r * r)
    return (q + r) * two_to(whole), q - r


@primitive
def exp(value: Number) -> Number:
    """e to the power of value, within two units in the last place; arguments beyond +-700 are held there."""
    above, below = _exp_fraction(value)
    return divide(above, below)


@primitive
def logistic(value: Number) -> Number:
    """Lambda(value) = 1 / (1 + exp(-value)): a logit [log odds] turned into a probability."""
    above, below = _exp_fraction(value)
    return divide(above, below + above)


@primitive
def log(value: Number) -> Number:
    """Natural logarithm, within two units in the last place; zero counts as the smallest normal number."""
    value = maximum(value, _SMALLEST)
    m, n = mantissa(value), exponent(value)
    # the mantissa is brought around 1, from sqrt(1/2) to sqrt(2), where the series converges fastest
    large = less(1.4142135623730951, m)
    m, n = where(large, m * 0.5, m), n + large
    f = m - 1.0 + strain(value)  # the bits of an infinity or NaN would pass for a mantissa
    s = divide(f, 2.0 + f)
    z = s * s
    half = 0.5 * f * f
    return n * _LN2_HIGH - ((half - (s * (half + _polynomial(_ATANH, z) * z) + n * _LN2_LOW)) - f)


def circle_point(turn: Number) -> tuple[Number, Number]:
    """(cos, sin) of 2 pi turn, turn in [0, 1]: quarter turns by symmetry, the rest by Taylor series."""
    quarters = 4.0 * turn
    quarter = (quarters + ROUND) - ROUND
    r = (quarters - quarter) * 1.5707963267948966
    z = r * r
    c, s = _polynomial(_COSINE, z), _polynomial((*_SINE, 0.0), z) * r + r
    first, second, third, fourth = (less(n - 0.5, quarter) for n in (1.0, 2.0, 3.0, 4.0))
    odd = first - second + (third - fourth)
    cosine, sine = where(odd, s, c), where(odd, c, s)
    left, below = first - third, second - fourth
    return where(left, 0.0 - cosine, cosine), where(below, 0.0 - sine, sine)


def normal_pair(u: Number, turn: Number) -> tuple[Number, Number]:
    """Two independent standard normals from two uniforms in (0, 1). Source: Box and Muller 1958."""
    radius = sqrt(-2.0 * log(u))
    cosine, sine = circle_point(turn)
    return radius * cosine, radius * sine


def strain(value: Number) -> Number:
    """0 for a finite number, else not a number: added where the bits of an infinity or NaN would be lost."""
    return value - value


def clip(value: Number, low: Number, high: Number) -> Number:
    """The value held between its bounds."""
    return minimum(maximum(value, low), high)


def power(base: Number, exponent_: float) -> Number:
    """base to a constant exponent, base >= 0."""
    # ten times faster than a logarithm and a power of e
    if exponent_ == 0.5:
        return sqrt(base)
    return exp(exponent_ * log(base))


def square(value: Number) -> Number:
    """The value times itself."""
    return value * value


def positive(value: Number) -> Number:
    """The value if it is above zero, else zero."""
    return maximum(value, 0.0)


def approach(value: Number, target: Number, speed: float) -> Number:
    """value + speed [1/month] * (target - value): partial adjustment (Nerlove 1958)."""
    return value + speed * (target - value)


def softmax(pressures: list[Number], starts: list[Number]) -> list[Number]:
    """Shares start * exp(pressure), summing to what the starts sum to; equal pressures leave them so."""
    # less the highest, which changes no share and keeps exp from overflowing
    highest = pressures[0]
    for pressure in pressures[1:]:
        highest = maximum(highest, pressure)
    weights = [start * exp(pressure - highest) for start, pressure in zip(starts, pressures, strict=True)]
    scale = divide(total(starts), total(weights))
    return [weight * scale for weight in weights]


def total(values: Iterable[Number]) -> Number:
    """Sum, from left to right, of nothing 0. The builtin `sum` adds floats in another way from Python 3.12
    on.
    """
    result, *others = [*values] or [0.0]
    for value in others:
        result = result + value
    return result
