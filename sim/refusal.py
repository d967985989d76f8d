"""What a user may be told in one line, and what makes any text fit to be told."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping

LONGEST = 400
"""Characters of a line that tells a problem; what a damaged file holds may be endless."""

ROOM = 280
"""Characters of it for what may have been meant."""

TAIL = 80
"""Characters of the end that such a line keeps."""

UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
"""Kinds of characters that no line may hold: controls, halves of a pair, ends of lines and paragraphs."""

TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of writing: with them a text reads otherwise than it is."""


def is_unprintable(sign: str) -> bool:
    """Whether a character would act on a terminal, or on the order of what stands there."""
    return sign in TURNING or unicodedata.category(sign) in UNPRINTABLE


def cleaned(text: str) -> str:
    """The text with each character that a terminal would obey as its code; line ends become spaces."""
    # nearly every text: looked at once, instead of sign by sign
    if text.isascii() and text.isprintable():
        return text
    if "\n" in text or "\r" in text:
        text = " ".join(text.splitlines())
    return "".join(map(_fit, text))


def _fit(sign: str) -> str:
    """A character as it is, or as its code if it would act on a terminal."""
    if not is_unprintable(sign):
        return sign
    if ord(sign) < 256:
        return f"\\x{ord(sign):02x}"
    return f"\\u{ord(sign):04x}"


def one_line(text: object) -> str:
    """What anything has to say, as one line of at most LONGEST characters that is fit for a terminal."""
    whole = str(text)
    # cut before it is cleaned: a damaged file may give megabytes
    line = cleaned(whole[: 2 * LONGEST] + whole[2 * LONGEST :][-LONGEST:])
    if len(line) <= LONGEST:
        return line
    return f"{line[: LONGEST - TAIL - 5]} ... {line[-TAIL:]}"


def nearest(word: str, choices: Iterable[str], most: int = 1, alike: float = 0.6) -> list[str]:
    """The choices that are spelt much like a word, the nearest first; alike: 0 (anything) to 1 (the same).

    >>> nearest("sanctoins", ["sanctions", "war", "sanction"], most=2)
    ['sanctions', 'sanction']
    """
    return difflib.get_close_matches(word[:LONGEST], list(choices), n=most, cutoff=alike)


def did_you_mean(word: str, choices: Iterable[str], most: int = 1) -> str:
    """A hint at the choices that are spelt much like a word, the nearest first; nothing where none is.

    choices: names, or labels by name, which are compared and told too.

    >>> did_you_mean("sanctoins", ["sanctions", "war"])
    "; did you mean 'sanctions'?"
    >>> did_you_mean("dry winter", {"dzud": "A dry winter", "war": "War"})
    "; did you mean 'dzud' (A dry winter)?"
    """
    labels = _labels(choices)
    words = {label.casefold(): name for name, label in labels.items() if label}
    # names come last: where a label of one is the name of another, the name is meant
    words |= {name.casefold(): name for name in labels}
    # twice as many as are told: a name and its label may both be near
    near = nearest(word.casefold(), words, 2 * most)
    found = list(dict.fromkeys(words[each] for each in near))
    if not found:
        return ""
    return f"; did you mean {listed(found[:most], labels)}?"


def _labels(choices: Iterable[str]) -> dict[str, str]:
    """Labels by name; empty where there is none that could be told."""
    if not isinstance(choices, Mapping):
        return dict.fromkeys(choices, "")
    labels = dict.fromkeys(choices, "")
    labels |= {name: label for name, label in choices.items() if isinstance(label, str)}
    return labels


def listed(names: Iterable[str], labels: Mapping[str, str]) -> str:
    """Names in quotes with their labels, as a choice: as many as a line holds, and the first in any case.

    >>> listed(["war", "oil"], {"war": "War abroad"})
    "'war' (War abroad) or 'oil'"
    """
    told: list[str] = []
    for name in names:
        each = f"'{name}'"
        if labels.get(name):
            each += f" ({labels[name]})"
        if told and len(" or ".join(told)) + len(each) > ROOM:
            break
        told.append(each)
    return " or ".join(told)


class Refusal(Exception):
    """Something that is not done; its text says what is wrong and what to do, in a line or two.

    about: the argument, or the kind of thing that was named, for whoever can say where it was given: the
    command line speaks of options, Python of arguments.
    """

    exit_code = 1
    about: str | None = None

    def __init__(self, *told: object, about: str | None = None) -> None:
        if about:
            self.about = about
        super().__init__(*map(_lines, told))


def _lines(told: object) -> str:
    """What is told, each line of it fit for a terminal."""
    return "\n".join(map(one_line, str(told).split("\n")))


class BadInput(Refusal, ValueError):
    """Something asked for that cannot be."""

    exit_code = 2


class Unknown(BadInput):
    """A name that names nothing, or more than one thing; `about` is the kind of thing."""


class ScenarioError(BadInput):
    """A scenario that cannot be used; `problems` holds one line for each thing that is wrong."""

    def __init__(self, problems: Iterable[str], about: str | None = None) -> None:
        # a text is an iterable of its characters, each of which would be a problem
        if isinstance(problems, str):
            problems = problems.split("\n")
        self.problems = tuple(map(one_line, problems))
        super().__init__("\n".join(self.problems), about=about)
