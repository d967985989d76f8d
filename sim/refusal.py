"""What a user may be told in one line, with the exit code of the command line; and what makes any text fit to
be told.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

LONGEST = 400
"""Characters of a line that tells a problem; what a damaged file holds may be endless."""

TAIL = 80
"""Characters of the end that such a line keeps."""

UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
"""Kinds of characters that no line may hold: control characters, halves of a pair, separators of lines and
paragraphs.
"""

TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of writing: with them a text reads otherwise than it is."""


def is_unprintable(sign: str) -> bool:
    """Whether a character would act on a terminal, or on the order of what is read there, instead of being
    read.
    """
    return sign in TURNING or unicodedata.category(sign) in UNPRINTABLE


def cleaned(text: str) -> str:
    """The text with each character that a terminal would obey written as its code; line ends become spaces."""
    if text.isascii() and text.isprintable():
        return text
    text = " ".join(text.splitlines()) if any(sign in text for sign in "\r\n") else text
    return "".join(_code(sign) if is_unprintable(sign) else sign for sign in text)


def _code(sign: str) -> str:
    return f"\\x{ord(sign):02x}" if ord(sign) < 256 else f"\\u{ord(sign):04x}"


def one_line(text: object) -> str:
    """What anything has to say, as one line of at most LONGEST characters that is fit for a terminal."""
    line = cleaned(str(text)[: 2 * LONGEST] + str(text)[2 * LONGEST :][-LONGEST:])
    return line if len(line) <= LONGEST else f"{line[: LONGEST - TAIL - 5]} ... {line[-TAIL:]}"


def did_you_mean(word: str, choices: Iterable[str], most: int = 1) -> str:
    """A hint at the choices that are spelt much like a word, the nearest first; nothing where none is."""
    found = difflib.get_close_matches(word[:LONGEST], list(choices), n=most, cutoff=0.6)
    return "; did you mean " + " or ".join(f"'{each}'" for each in found) + "?" if found else ""


class Refusal(Exception):
    """Something that is not done; its text says what is wrong and what to do, in a line or two fit for a
    terminal.
    """

    exit_code = 1

    def __init__(self, *told: object) -> None:
        super().__init__(*("\n".join(map(one_line, str(each).split("\n"))) for each in told))


class BadInput(Refusal, ValueError):
    """Something asked for that cannot be."""

    exit_code = 2


class ScenarioError(BadInput):
    """A scenario that cannot be used; `problems` holds one line for each thing that is wrong."""

    def __init__(self, problems: Iterable[str]) -> None:
        lines = problems.split("\n") if isinstance(problems, str) else problems
        self.problems = tuple(map(one_line, lines))
        super().__init__("\n".join(self.problems))
