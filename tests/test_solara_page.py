"""What the documentation gives Mesa's own page in a browser fits it, tried without solara."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType, SimpleNamespace

import pytest

import sim
from tests.support.pages import blocks, text_of

PAGE = text_of("docs/python.md")


def names_of(language: str, mark: str, names: dict) -> dict:
    """What the block of the page that holds a mark defines."""
    (block,) = [each for each in blocks(PAGE, language) if mark in each]
    exec(compile(block, "docs/python.md", "exec"), names)
    return names


@pytest.fixture(scope="module")
def told() -> dict:
    return names_of("python", "class Future(", {"sim": sim})


def test_every_slider_is_an_argument_and_stands_where_the_file_does(told):
    arguments = inspect.signature(told["Future"].__init__).parameters
    scenario = sim.load("mongolia-2024")
    for name, slider in told["sliders"].items():
        assert arguments[name].default == slider["value"]
        assert slider["min"] <= slider["value"] <= slider["max"]
    assert told["Future"]().world.scenario.numbers == scenario.numbers


@pytest.mark.parametrize("end", ["min", "max"])
def test_a_slider_at_its_end_makes_a_future_that_lives(told, end):
    for name, slider in told["sliders"].items():
        model = told["Future"](**{name: slider[end]})
        model.step()
        assert model.month == 0 and f"run {model.run} of" in model._repr_html_()


def test_what_is_drawn_is_recorded(told):
    model = told["Future"]()
    model.step()
    recorded = set(model.datacollector.get_model_vars_dataframe().columns)
    assert {name for names in told["drawn"] for name in names} <= recorded


def test_the_page_gets_a_model_its_parts_and_its_sliders(told, monkeypatch):
    made = {}
    shown = []
    mesa_page = ModuleType("mesa.visualization")
    mesa_page.SolaraViz = lambda model, **given: made.update(given, model=model)
    mesa_page.make_plot_component = lambda names: (tuple(names), 0)
    utils = ModuleType("mesa.visualization.utils")
    utils.update_counter = SimpleNamespace(get=lambda: 0)
    solara = ModuleType("solara")
    solara.component, solara.HTML = (lambda function: function), lambda **given: shown.append(given)
    for module in (mesa_page, utils, solara):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    names_of("py", "SolaraViz(", dict(told))
    *plots, (card, _) = made["components"]
    card(made["model"])
    assert made["model_params"] is told["sliders"] and len(plots) == len(told["drawn"])
    assert shown[0]["unsafe_innerHTML"].startswith("<div>")
