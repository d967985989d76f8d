"""From a TOML file to a scenario."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.reading.shipped import shipped
from sim.reading.source import Source, source_of
from sim.refusal import BadInput, ScenarioError, did_you_mean
from sim.scenario.scenario import Scenario, parse

__all__ = ["Scenario", "ScenarioError", "as_scenario", "load", "parse", "tables_of"]

LARGEST_FILE = 4 * 2**20
"""Bytes of a scenario file, at most; the largest shipped one has a thirtieth of them."""

MOST_DIGITS = 4300
"""Digits of a whole number that Python reads."""


def load(file: str | Path | Source, changes: Mapping[str, Any] | None = None) -> Scenario:
    """Read, override and check a scenario file, or one that was read before. Raises ScenarioError."""
    try:
        source = source_of(file)
    except BadInput as error:
        raise ScenarioError([f"{error}{_beside(Path(str(file)))}"]) from None
    return parse(tables_of(source), source.name, changes, source=source)


def _beside(path: Path) -> str:
    """A scenario of a similar name, beside a file that is not there or among the shipped ones."""
    if os.path.exists(path) or not os.path.isdir(path.parent):
        return ""
    names = [other.name for other in path.parent.glob("*.toml") if "." not in other.stem]
    # Shipped files are found by their bare names only.
    if path.name == str(path):
        names += shipped(".toml")
    return did_you_mean(path.name, names)


def as_scenario(given: Scenario | str | Path) -> Scenario:
    """A scenario as it is, or that of a file. Raises ScenarioError, and TypeError for anything else."""
    if isinstance(given, Scenario):
        return given
    if isinstance(given, str | os.PathLike):
        return load(Path(given))
    raise TypeError(
        f"give a scenario, as sim.load makes it, or the path of a scenario file, not {type(given).__name__}"
    )


def tables_of(source: Source) -> dict[str, Any]:
    """The tables of a scenario file, which is TOML in UTF-8. Raises ScenarioError."""
    text = _text_of(source)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = f"not valid TOML: {error}"
    except RecursionError:
        problem = "not valid TOML: brackets lie within brackets too deep to be read"
    except ValueError as error:
        problem = _long_number(text) or str(error)
    raise ScenarioError([f"{source.name}: {problem}"])


def _text_of(source: Source) -> str:
    """The text of a file. Raises ScenarioError for what is too large, or in no UTF-8."""
    name, data = source.name, source.data
    if len(data) > LARGEST_FILE:
        most = f"{LARGEST_FILE >> 20} MiB"
        raise ScenarioError([f"{name}: is larger than {most}; a scenario is a text of some 100 kB"])
    # UTF-16, as some editors save: with a mark at its start, or a zero in every letter of a Latin text.
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        told = "cannot be read: it is no text in UTF-8 (UTF-16, perhaps); save it as UTF-8"
        raise ScenarioError([f"{name}: {told}"])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        told = f"line {line}: cannot be read as UTF-8 ({error.reason}); save it as UTF-8"
        raise ScenarioError([f"{name}: {told}"]) from None


def _long_number(text: str) -> str | None:
    """Where a whole number has more digits than can be read."""
    for place, line in enumerate(text.splitlines(), start=1):
        if found := re.search(rf"[0-9][0-9_]{{{MOST_DIGITS},}}", line):
            # On a line of a list there is no key.
            *_, key = ["a list", *re.findall(r"([^\s=,{\[]+)\s*=", line[: found.start()])]
            key = key[:60]
            return f"line {place}: {key}: a number of more than {MOST_DIGITS} digits; write fewer"
    return None
