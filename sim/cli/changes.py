"""The scenario that a command is about, with what --set changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any

from sim.cli.printing import note
from sim.reading.dates import month_of
from sim.refusal import ScenarioError, one_line


def changes_of(settings: list[str] | None) -> dict[str, Any]:
    """`key=value` texts as changes: values as TOML, else as text. Raises ScenarioError."""
    from sim.reading.numbers import NOT_FINITE, NotANumber, setting

    changes: dict[str, Any] = {}
    for text in settings or []:
        path, sign, value = _split(text)
        if not sign or not path:
            raise ScenarioError([f"{text}: write key=value, such as decision.precision=0.5"])
        # Taken as it comes, the last would win without a word.
        if path in changes:
            raise ScenarioError([f"{path}: is set twice; set it once"])
        if NOT_FINITE.fullmatch(value):  # the scenario says what it does not take of them
            changes[path] = float(value)
            continue
        try:
            changes[path] = setting(value)
        except NotANumber as error:
            raise ScenarioError([f"{path}: {error}"]) from None
    return changes


def deeds_of(scenario: Any, settings: list[str] | None) -> dict[str, Any]:
    """`key=value@month` texts as interventions, from the first month on if none is said.

    Raises ScenarioError.
    """
    start, deeds = scenario.case.time.start, dict[str, dict[str, Any]]()
    for text in settings or []:
        setting, sign, month = text.rpartition("@")
        if not sign:
            setting, month = text, start
        elif month_of(month) is None:
            raise ScenarioError([f"{text}: write KEY=VALUE@YYYY-MM, with a month such as 2025-01"])
        ((key, value),) = changes_of([setting]).items()
        # taken as it comes, the last would win without a word
        if month in deeds.setdefault(key, {}):
            raise ScenarioError([f"{key}: is done twice in {month}; do it once"])
        deeds[key][month] = value
    return {key: _by_month(dated, start) for key, dated in deeds.items()}


def _by_month(dated: dict[str, Any], start: str) -> Any:
    """A value from the first month on, or months with values."""
    if list(dated) == [start]:
        return dated[start]
    return [[month, value] for month, value in dated.items()]


def _split(text: str) -> tuple[str, str, str]:
    """Key and value around the first = that is not inside a quoted part of the key."""
    # A quoted key, such as an expression of [couplings], may hold the sign itself.
    quoted = False
    for place, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        elif sign == "=" and not quoted:
            return text[:place].strip(), "=", text[place + 1 :].strip()
    return text.strip(), "", ""


def load_scenario(
    file: Any, settings: list[str] | None, told: Collection[str] = (), deeds: list[str] | None = None
) -> Any:
    """The scenario of a file, or of one that was read before (`Source`), as --set changes it and under --do.

    told: settings whose meaning was told before. Raises ScenarioError.
    """
    from sim.scenario.load import load

    changes, before = changes_of(settings), changes_of([*told])
    loaded = load(file, changes)
    for given, (path, _) in zip(changes, loaded.overrides, strict=True):
        if given not in before:
            _tell_meaning(loaded, given, [path])
    done = deeds_of(loaded, deeds)
    if done:
        tell_done(loaded, done)
        loaded = loaded.intervene(done)
    return loaded


def tell_meant(scenario: Any, names: Iterable[str]) -> None:
    """A line on stderr for each name that is no path, with what it was taken for."""
    from sim.scenario.lookup import paths_of
    from sim.scenario.paths import BadPath

    for name in dict.fromkeys(names):
        with suppress(BadPath):  # what names nothing is told by whoever needs it
            _tell_meaning(scenario, name, paths_of(scenario.raw, name))


def tell_done(scenario: Any, names: Iterable[str]) -> None:
    """A line on stderr for each name of an intervention that is no path and no stock."""
    from sim.scenario.interventions import key_of
    from sim.scenario.paths import BadPath

    for name in dict.fromkeys(names):
        with suppress(BadPath):  # what names nothing is told by whoever needs it
            key = key_of(scenario.raw, scenario.case, name)
            if key != name:
                _tell_meaning(scenario, name, [key])


def _tell_meaning(scenario: Any, name: str, paths: Sequence[str]) -> None:
    """A line on stderr about what a name was taken for, unless it is a path."""
    from sim.scenario.lookup import labelled, leads

    if len(paths) > 1:
        note(one_line(f"{name}: {len(paths)} numbers, {', '.join(paths)}"))
        return
    leads_there = f"{paths[0]}.".startswith(f"{name}.")  # a whole table, such as a path by years
    if not leads_there and not leads(scenario.raw, name):
        note(one_line(f"{name}: taken for {paths[0]} ({labelled(scenario.raw, paths[0])})"))


def tell_outside(months: int | None, *scenarios: Any) -> None:
    """A line on stderr about dates that no run comes to, such as those beyond --months."""
    # Two scenarios that are compared often miss the same dates: once is enough.
    for line in dict.fromkeys(each.outside(months) for each in scenarios):
        if line is not None:
            note(line)
