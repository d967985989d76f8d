"""The small case with tables of it changed or added, for claims that are worked out by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.scenario.load import Scenario, parse

SMALL = Path(__file__).parents[1] / "cases" / "small.toml"


def small(changes: Mapping[str, Any] | None = None) -> Scenario:
    """The case with nested tables laid over its own: `{"alignment": {"speed": 0.1}}` changes that one key."""
    return parse(merged(tomllib.loads(SMALL.read_text(encoding="utf-8")), changes or {}), "case")


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Two nested tables as one, in which the second has the last word; its None takes a key away."""
    found = dict(under)
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(found.get(key), Mapping):
            value = merged(found[key], value)
        found[key] = value
    return {key: value for key, value in found.items() if value is not None}


def quiet(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same changes, in a case without shocks and events."""
    calm = {
        "actors": {"Buffer": {"noise": 0.0}}, "quantities": {"wealth": {"noise": 0.0}},
        "interventions": {"forbidden": ["loan", "aid", "raid"]},
    }  # fmt: skip
    return merged(calm, changes)
