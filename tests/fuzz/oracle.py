"""What must hold of any answer to bad input: refused in lines that name file and key, or used with finite
numbers; never slow.
"""

from __future__ import annotations

import contextlib
import re
import signal
import sys
import traceback
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sim.refusal import LONGEST, cleaned

SECONDS = 5.0
"""Processor time that a case may take."""
SYNTAX = ("not valid TOML", "cannot be read", "no such file")
"""Problems of a whole file, which has no key yet; others of that kind name the line."""
FOREIGN = ("Traceback", "pydantic", "<class", " object at 0x", "numpy.", "np.float64", "Error:", "Exception")
ACTING = ("Cc", "Cs", "Zl", "Zp")
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
FIRST = re.compile(r'(?:"((?:[^"\\]|\\.)*)"|([^".: ]+))(?=[.:]| and \d+ like it: ).*?(?:: | \.\.\. )')
"""The first step of the key of a problem, in quotes or plain."""


@dataclass
class Verdict:
    """What came of one case: `kind` is accepted, refused or failed; `faults` hold what is wrong with the
    answer.
    """

    kind: str
    faults: list[str] = field(default_factory=list)
    unnamed: int = 0
    lines: int = 0


class TooSlow(Exception):
    """A case took more processor time than it may."""


@contextlib.contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Raise TooSlow after so much processor time, where the system has such a clock."""
    if not hasattr(signal, "SIGPROF"):
        yield
        return

    def stop(*_: object) -> None:
        raise TooSlow(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def crash(error: BaseException) -> str:
    """An error that no user should meet, with the place that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    here = next(
        (frame for frame in reversed(frames) if "/sim/" in frame.filename), frames[-1] if frames else None
    )
    place = f"{here.filename.rpartition('/sim/')[2]}:{here.lineno}" if here else "?"
    return f"{type(error).__name__} at {place}: {str(error)[:150]}"


def control_signs(text: str) -> list[str]:
    """Signs that act on a terminal instead of being shown."""
    return sorted(
        {
            sign
            for sign in text
            if sign not in "\n\t" and (unicodedata.category(sign) in ACTING or sign in TURNING)
        }
    )


def refused(problems: Iterable[str], file: str, keys: Iterable[str]) -> Verdict:
    """A refusal, judged: each problem is one plain line `FILE: KEY: what is wrong`, with a known key."""
    known, found = set(map(cleaned, keys)), Verdict("refused")
    for line in problems:
        found.lines += 1
        if "\n" in line or control_signs(line):
            found.faults.append(f"control signs in a line: {line[:200]!r}")
        if len(line) > LONGEST:
            found.faults.append(f"a line of {len(line)} characters: {line[:100]!r}")
        if foreign := [word for word in FOREIGN if word in line.removeprefix(file)]:
            found.faults.append(f"speaks of {foreign[0]!r}: {line[:200]!r}")
        if not names_key(line, file, known):
            found.unnamed += 1
            found.faults.append(f"names no file and key: {line[:200]!r}")
    if not found.lines:
        found.faults.append("refused without a word")
    return found


def names_key(line: str, file: str, known: set[str]) -> bool:
    """Whether a line begins with the file and a key, or with the file and what is wrong with all of it."""
    if not line.startswith(f"{file}: "):
        return False
    rest = line.removeprefix(f"{file}: ")
    if rest.startswith(SYNTAX) or re.match(r"line \d+: ", rest):
        return True
    step = FIRST.match(rest)
    if step is None:  # a key so long that the line is cut within it
        return any(key.startswith(rest.partition(" ... ")[0].strip('"')) for key in known)
    key = step[2] if step[1] is None else re.sub(r"\\(.)", r"\1", step[1])
    whole = (
        key in known or step[1] in known
    )  # a backslash stands for itself where a control sign is shown by its code
    return whole or (key.endswith("...") and any(each.startswith(key[:-3]) for each in known))


def seen_on_terminal(text: str) -> list[str]:
    """Faults of what a command prints."""
    return (
        [f"control signs are printed: {signs}"] if (signs := control_signs(text.replace("\r", "\n"))) else []
    )


if sys.platform == "win32":  # pragma: no cover
    SECONDS = float("inf")
