"""Numbers from text: one way to read them, wherever somebody writes one.

`5`, `-0`, `+1`, `.5`, `5.` and `1e-3` are numbers, with blanks around them too. What other programs may take
for one (`1,5`, `2_9`, `0x10`, `inf`, digits of other scripts) is refused with what to write instead.
"""

from __future__ import annotations

import math
import re
import tomllib
from numbers import Integral, Real
from typing import Any

from sim.refusal import BadInput

WHOLE = re.compile(r"[+-]?[0-9]+")
REAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
NOT_FINITE = re.compile(r"[+-]?(inf|infinity|nan)", re.IGNORECASE)
OTHER_BASE = re.compile(r"[+-]?0[xob][0-9a-f_]+", re.IGNORECASE)
LONGEST = 400
"""Characters that a number may have: more than any double needs to be written in full."""
SHOWN = 40


class NotANumber(ValueError):
    """A text that is no number; the message says what to write."""


def number(text: str) -> int | float:
    """A finite number; whole if the text is. Raises NotANumber."""
    plain = text.strip()
    if NOT_FINITE.fullmatch(plain):
        raise NotANumber(f"must be a finite number, not {shown(plain)}")
    if len(plain) > LONGEST or not REAL.fullmatch(plain):
        raise NotANumber(f"must be a number, not {shown(plain)}{instead(plain)}")
    value = float(plain)
    if math.isinf(value):
        raise NotANumber(f"{shown(plain)} is beyond 1.8e308, the largest number there is")
    # 1e-400 becomes 0 without a word; its digits before the exponent tell
    if value == 0.0 and re.search("[1-9]", re.split("[eE]", plain)[0]):
        raise NotANumber(f"{shown(plain)} is too near to 0 to be told from it; write 0")
    if WHOLE.fullmatch(plain):
        return int(plain)
    return value


def whole(text: str) -> int:
    """A whole number, such as 12, 12.0 or 1e3. Raises NotANumber."""
    value = number(text)
    if value != int(value):
        raise NotANumber(f"must be a whole number, not {shown(text.strip())}")
    return int(value)


def word_or_number(text: str) -> Any:
    """A number, true or false, else the text itself: its place says whether a word may stand there."""
    plain = text.strip()
    if plain in ("true", "false"):
        return plain == "true"
    try:
        return number(plain)
    except NotANumber:
        return plain


def setting(text: str) -> Any:
    """The value of KEY=VALUE: a number, else what TOML makes of it, else a text.

    Raises NotANumber for what is a number to TOML alone: `2_9`, `0x10`, `inf`.
    """
    try:
        return number(text)
    except NotANumber as wrong:
        value = _of_toml(text)
        if type(value) in (int, float):
            raise NotANumber(str(wrong)) from None
        return value


def _of_toml(text: str) -> Any:
    """What TOML makes of a value; the text itself where it makes nothing of it."""
    try:
        found = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return text
    # a text with line ends may smuggle in keys of its own
    if len(found) > 1:
        return text
    return found["value"]


def instead(text: str) -> str:
    """What to write instead of something that was meant as a number; nothing if it hardly was."""
    if not text:
        return "; it is empty"
    if OTHER_BASE.fullmatch(text):
        return "; write it with decimal digits"
    if len(text) > LONGEST:
        return ""
    for better in (text.replace("_", ""), text.replace(",", ".", 1), _ascii(text), text.rstrip("% ")):
        if better != text and REAL.fullmatch(better):
            return f"; write {better}"
    return ""


SIGNS = {"−": "-", "–": "-", "．": ".", "＋": "+", "－": "-"}
"""Signs that word processors and other scripts put in the place of plain ones."""


def _ascii(text: str) -> str:
    """Digits and signs of other scripts as plain ones."""
    return "".join(map(_plain, text))


def _plain(sign: str) -> str:
    if sign.isdecimal():
        return str(int(sign))
    return SIGNS.get(sign, sign)


def shown(text: str) -> str:
    """A text in quotes, cut where it is long."""
    if len(text) > SHOWN:
        text = f"{text[:SHOWN]}..."
    return repr(text)


def whole_of(name: str, value: Any, low: int, high: int) -> int:
    """A whole number that a caller gave, numpy's and whole floats too. Raises BadInput with its name."""
    if not _is_whole(value):
        raise BadInput(f"{name} must be a whole number, not {shown(str(value))}")
    if not low <= value <= high:
        # a number of a thousand digits is cut short, in quotes
        found = value
        if abs(value) >= 1e30:
            found = shown(str(value))
        raise BadInput(f"{name} must be between {low} and {high}, not {found}")
    return int(value)


def _is_whole(value: Any) -> bool:
    """Whether this is a whole number, of whatever type; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    return isinstance(value, Integral) or float(value).is_integer()
