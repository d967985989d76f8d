"""Settings of a page: presets that the file names, as the model takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sim.reading.settings import divided
from sim.scenario.interventions import key_of
from sim.scenario.lookup import path_of
from sim.scenario.scenario import Scenario
from sim.scenario.schema import month_number
from sim.scenario.schema.page import Preset
from sim.studies.report.model.numbers import DO, SET, Number


def presets_of(
    scenario: Scenario, numbers: Sequence[Number], theories: Sequence[str], left_out: list[str]
) -> list[dict[str, Any]]:
    """Presets with their settings; what moves a number that the page has not, or too far, is left out."""
    found = []
    for name, preset in scenario.case.page.presets.items():
        settings = _settings(scenario, preset)
        if wrong := next(_flaws(settings, numbers, theories), None):
            left_out.append(f"page.presets.{name}: {wrong}")
            continue
        found.append({"name": name, "label": preset.label, "says": preset.says, "settings": settings})
    return found


def _settings(scenario: Scenario, preset: Preset) -> dict[str, Any]:
    raw, case, read, done = scenario.raw, scenario.case, {}, []
    for text in preset.assumes:
        name, value = divided(text, "=")
        read[path_of(raw, name)] = float(value)
    for text in preset.does:
        name, value = divided(text, "=")
        value, _, month = value.partition("@")
        since = month_number(month or case.time.start) - month_number(case.time.start)
        done.append({"path": key_of(raw, case, name), "value": float(value), "month": since})
    return {"set": read, "do": done, "theory": preset.theory}


def _flaws(settings: dict[str, Any], numbers: Sequence[Number], theories: Sequence[str]) -> Iterator[str]:
    """Why settings cannot be had in the page."""
    ends = {(number.kind, number.path): (number.low, number.high) for number in numbers}
    wanted = [(SET, path, value) for path, value in settings["set"].items()]
    wanted += [(DO, each["path"], each["value"]) for each in settings["do"]]
    for kind, path, value in wanted:
        if (kind, path) not in ends:
            yield f"{path} is none of the page's numbers"
            continue
        low, high = ends[kind, path]
        if not low <= value <= high:
            yield f"{path} = {value:g} lies outside {low:g} to {high:g}"
    if settings["theory"] not in (None, *theories):
        yield f"{settings['theory']} is none of the page's theories"
