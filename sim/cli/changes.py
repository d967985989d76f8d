"""The scenario that a command is about, with what --set changes."""

from __future__ import annotations

from typing import Any

from sim.cli.printing import note
from sim.refusal import ScenarioError


def changes_of(settings: list[str] | None) -> dict[str, Any]:
    """`key=value` texts as changes: values as TOML, else as text. Raises ScenarioError."""
    from sim.reading.numbers import NOT_FINITE, NotANumber, setting

    changes: dict[str, Any] = {}
    for text in settings or []:
        path, sign, value = _split(text)
        if not sign or not path:
            raise ScenarioError([f"{text}: write key=value, such as decision.precision=0.5"])
        if path in changes:
            raise ScenarioError([f"{path}: is set twice; set it once"])
        try:
            changes[path] = float(value) if NOT_FINITE.fullmatch(value) else setting(value)
        except NotANumber as error:
            raise ScenarioError([f"{path}: {error}"]) from None
    return changes


def _split(text: str) -> tuple[str, str, str]:
    """Key and value around the first = that is not inside a quoted part of the key."""
    quoted = False
    for place, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        elif sign == "=" and not quoted:
            return text[:place].strip(), "=", text[place + 1 :].strip()
    return text.strip(), "", ""


def load_scenario(file: Any, settings: list[str] | None) -> Any:
    """The scenario of a file, or of one that was read before (`Source`), with what --set changes. Raises
    ScenarioError.
    """
    from sim.scenario.load import load

    return load(file, changes_of(settings))


def tell_outside(months: int | None, *scenarios: Any) -> None:
    """A line on stderr about dates that no run comes to, such as those beyond --months."""
    for line in dict.fromkeys(each.outside(months) for each in scenarios):
        if line is not None:
            note(line)
