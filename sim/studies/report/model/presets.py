"""Settings that the file gives a name, as the model takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from sim.refusal import ScenarioError
from sim.scenario.interventions import key_of
from sim.scenario.lookup import path_of
from sim.scenario.paths import BadPath
from sim.scenario.scenario import Scenario
from sim.scenario.schema import month_number
from sim.scenario.schema.kinds import MONTH
from sim.scenario.schema.page import Preset
from sim.studies.report.model.described import DO, SET, Number

WRITTEN = re.compile(rf"(?P<name>.+?)\s*=\s*(?P<value>[-+.\deE]+)(@(?P<month>{MONTH}))?")
"""NAME=VALUE, or NAME=VALUE@MONTH."""


def presets_of(
    scenario: Scenario,
    numbers: Sequence[Number],
    theories: Sequence[str],
    left_out: list[str],
    free: int = 0,
) -> list[dict[str, Any]]:
    """Presets with their settings; what moves a number that the page has not, or too far, is left out.

    free: the first month [after the start] in which anything can be done.
    """
    found = []
    for name, preset in scenario.case.page.presets.items():
        settings = settings_of(scenario, name, preset, free)
        timed, moved = _ill_timed(scenario, settings, free), _flaws(settings, numbers, theories)
        wrong = next(chain(timed, moved), None)
        if wrong is None:
            found.append({"name": name, "label": preset.label, "says": preset.says, "settings": settings})
        else:
            left_out.append(f"page.presets.{name}: {wrong}")
    return found


def settings_of(scenario: Scenario, name: str, preset: Preset, free: int = 0) -> dict[str, Any]:
    """The settings of a preset; what has no month is done in the first that is free [after the start].

    Raises ScenarioError for what cannot be read.
    """
    raw, case, read, done = scenario.raw, scenario.case, dict[str, float](), list[dict[str, Any]]()
    try:
        for text in preset.assumes:
            path, value, _ = _parts(text)
            read[path_of(raw, path)] = value
        for text in preset.does:
            deed, value, month = _parts(text)
            since = month_number(month) - month_number(case.time.start) if month else free
            done.append({"path": key_of(raw, case, deed), "value": value, "month": since})
    except (BadPath, ValueError) as error:
        raise ScenarioError([f"{scenario.name}: page.presets.{name}: {error}"]) from None
    return {"set": read, "do": done, "theory": preset.theory}


def _parts(text: str) -> tuple[str, float, str | None]:
    """Name, value and month of a text. Raises ValueError."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text}: write NAME=VALUE, or NAME=VALUE@YYYY-MM")
    return found["name"], float(found["value"]), found["month"]


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


def _ill_timed(scenario: Scenario, settings: dict[str, Any], free: int) -> Iterator[str]:
    """Why what settings do has no place in the months of a page, in which a number is moved once."""
    months, paths = scenario.case.time.months, [each["path"] for each in settings["do"]]
    for each in settings["do"]:
        if each["month"] < 0:
            yield f"{each['path']} is done before the first month"
        elif each["month"] < free:
            yield f"{each['path']} is done before the first month that is free"
        if each["month"] >= months:
            yield f"{each['path']} is done after the last of {months} months"
    for path in paths:
        if paths.count(path) > 1:
            yield f"{path} is done twice, and a page moves a number once"
