"""Settings of worlds beside their numbers: theories of choice, each with what others may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.refusal import BadInput
from sim.rules.decisions import THEORIES
from sim.studies.policy.candidates import Knobs
from sim.studies.policy.worlds import Setting

Deeds = Sequence[Mapping[str, Any]]
"""What others may do, each by what it sets: a value, or months with values such as `[["2025-01", 0.9]]`."""


def settings_of(knobs: Knobs, theories: Iterable[str] | None, others: Deeds) -> tuple[Setting, ...]:
    """Theories of choice, each with nothing that others do and with each of what they may do.

    Raises BadInput, ScenarioError.
    """
    base = knobs.scenario
    if isinstance(theories, str):
        raise BadInput(f"theories are a list, such as ['{theories}']")
    named = list(dict.fromkeys(THEORIES.shipped if theories is None else theories))
    if not named:
        raise BadInput("no theory of choice is named; name some, or leave them out for all")
    found = []
    for deed in ({}, *others):
        did = base
        if deed:
            did = base.intervene(dict(deed))
            knobs.check_free(did)
        for theory in named:
            label = ", ".join([theory, *(f"{key} {_short(value)}" for key, value in deed.items())])
            found.append(Setting(label, did.override({"decision.theory": theory})))
    return tuple(found)


def _short(value: Any) -> str:
    """What is done, and from when on, in few signs."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return ", ".join(f"{each} from {month}" for month, each in value)
    return str(value)
