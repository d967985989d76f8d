"""What `import sim` gives: names that can be found, cost nothing until they are used, and show themselves."""

from __future__ import annotations

import ast
import gc
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.assimilation.observations import SERIES, facts_of, observations_of
from sim.reading.shipped import FOLDER
from sim.reading.source import source_of
from sim.scenario.load import parse, tables_of
from sim.studies.run.precision import runs_needed
from sim.writing.progress import reporting
from tests.support.hindcasts import YEARS, past_case, yearly

SMALL = Path(__file__).parent / "cases" / "small.toml"
RUNS, MONTHS = 40, 6


@pytest.mark.smoke
def test_importing_the_package_imports_nothing_heavy():
    heavy = {"numpy", "pandas", "mesa", "matplotlib", "llvmlite", "pydantic"}
    code = f"import sim, sys; dir(sim), sim.__version__; print(*sorted({heavy!r} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""


@pytest.mark.smoke
def test_every_public_name_is_there_listed_and_seen_by_type_checkers():
    found = {name: getattr(sim, name) for name in sim.__all__}
    assert sorted(found) == dir(sim) and all(each.__doc__ for each in found.values())
    tree = ast.parse(Path(sim.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        (alias.name, node.module)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    lazily = {(name, module) for module, names in sim._PLACES.items() for name in names}
    assert seen == lazily and {name for name, _ in seen} | {"__version__"} == set(sim.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'runn'"):
        sim.runn  # noqa: B018


def test_a_checkout_that_is_not_installed_has_a_version_too(monkeypatch):
    from importlib import metadata

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    assert sim.__version__[0].isdigit()
    monkeypatch.setattr(metadata, "version", missing)
    assert sim.__version__ == "0+unknown"


KINDS = ("Scenario", "Model", "Beliefs", "Branch", "Ensemble", "Comparison", "Hindcast")


@lru_cache
def shown() -> dict[str, object]:
    """One result of each kind, of a scenario whose name and title a page or a terminal would act on."""
    tables = tables_of(source_of(SMALL))
    strange = parse(tables | {"title": "<script>alert(1)</script>"}, "<b>strange</b>\x1b[31m.toml")
    other = strange.override({"parameters.cost": 0.7})
    past = parse(past_case().raw | {"title": strange.title}, strange.name)
    facts = yearly(SERIES, "wealth", [0.5] * YEARS)
    lived = sim.Model(strange, run=3, months=MONTHS)
    lived.run_model()
    return {
        "Scenario": other,
        "Model": lived,
        "Beliefs": sim.range_beliefs(strange, draws=4),
        "Branch": sim.branch(strange, 3, "2010-03"),
        "Ensemble": sim.run(strange, RUNS, months=MONTHS),
        "Comparison": sim.compare(strange, other, RUNS, months=MONTHS),
        "Hindcast": sim.hindcast(past, facts, RUNS),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_tells_itself_in_one_line(kind):
    told = repr(shown()[kind])
    assert told.startswith(f"<{kind} ") and told.endswith(">") and len(told) < 500
    assert told.isprintable() and "strange" in told


@pytest.mark.parametrize("kind", KINDS)
def test_a_notebook_takes_nothing_of_a_result_for_html_of_its_own(kind):
    page = shown()[kind]._repr_html_()
    assert "<script>" not in page and "<b>strange" not in page and "\x1b" not in page
    assert "&lt;b&gt;strange" in page and page.startswith("<div>") and page.endswith("</div>")


def test_a_notebook_shows_the_headline_outcomes_and_what_they_are_not():
    page = shown()["Ensemble"]._repr_html_()
    assert "not a forecast" in page and "<table" in page
    for label in shown()["Ensemble"].table().query("kind == 'outcome'")["label"]:
        assert label in page


def test_a_figure_shows_itself_in_a_notebook_as_a_picture():
    data, size = shown()["Ensemble"].plot("paths")._repr_png_()
    assert data.startswith(b"\x89PNG") and 500 < size["width"] < 2000 and size["height"] > 100


def test_progress_is_told_to_a_bar_a_function_or_nobody(capsys):
    told: list[int] = []
    for progress in (told.append, True, None, False):
        sim.run(SMALL, RUNS, months=MONTHS, progress=progress)
        sim.compare(SMALL, SMALL, RUNS, months=MONTHS, progress=progress)
    assert sum(told) == 3 * RUNS * MONTHS and "run-months" in capsys.readouterr().err
    with pytest.raises(TypeError, match="progress is True, or a function"), reporting(3, 1):  # type: ignore[arg-type]
        pass


def test_a_sweep_without_a_folder_lasts_as_long_as_its_result():
    found = sim.sweep(SMALL, {"parameters.cost": [0.5, 1.0]}, runs=8, months=2)
    assert found.done == 1 and found.verify(4) == [] and len(found.rows()) == 16
    assert repr(found).startswith("<Sweep ") and "2 points" in repr(found) and "<table" in found._repr_html_()
    folder = found.folder
    assert folder.is_dir()
    del found
    gc.collect()
    assert not folder.exists()


def test_a_sweep_that_cannot_be_leaves_no_folder_behind(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for points, told in (
        ({"parameters.cost": 0.5}, "give a list"),
        ({"parameters.cots": [1]}, "did you mean"),
        ({}, "at least one path"),
    ):
        with pytest.raises(sim.BadInput, match=told):
            sim.sweep(SMALL, points, runs=8, months=2)
    assert list(tmp_path.iterdir()) == []


def test_observations_are_a_file_a_shipped_one_or_a_table(tmp_path):
    scenario = sim.load("mongolia-1995")
    named = "mongolia-1995-observations"
    file = FOLDER / f"{named}.csv"
    found = [
        observations_of(data, scenario)[0]
        for data in (
            named,
            file,
            str(file),
            pd.read_csv(file),
            pd.read_csv(file, dtype=str, keep_default_na=False),
        )
    ]
    assert len(found[0]) > 100 and all(each == found[0] for each in found[1:])
    again = observations_of(found[0], scenario)
    assert again[0] == found[0] and facts_of(again[1], scenario) == found[0], (
        "facts are written as they are read"
    )
    for nothing in (3, None, [1, 2], {"kind": []}):
        with pytest.raises(TypeError, match="give observations as"):
            observations_of(nothing, scenario)
    with pytest.raises(sim.ScenarioError, match="the table: line 1: no heading 'value'"):
        sim.hindcast(scenario, pd.DataFrame({"kind": ["series"], "target": ["x"], "when": [1998]}))


def test_a_hindcast_saves_the_table_that_it_was_given(tmp_path):
    found = shown()["Hindcast"]
    assert found.save(tmp_path / "out", figures=False) == ()
    stored = (tmp_path / "out" / "observations.csv").read_bytes()
    assert (
        stored == found.table.data
        and facts_of(tmp_path / "out" / "observations.csv", past_case()) == found.facts
    )
    assert found.plot("series")._repr_png_()[0].startswith(b"\x89PNG")
    with pytest.raises(KeyError, match="there are series"):
        found.plot("nothing")


def test_a_model_lives_the_run_of_its_draw_bit_by_bit():
    beliefs = sim.prior_beliefs(past_case(), draws=3)
    rows = sim.run(beliefs, 9, months=5).outcomes
    for run in (0, 4, 8):
        model = sim.Model(beliefs, run=run, months=5)
        while model.running:
            model.step()
        assert model.state["wealth"] == rows.loc[run, "end.wealth"]


def test_a_model_lives_a_branch_bit_by_bit():
    left = sim.branch(SMALL, 1, "2010-03")
    rows = sim.run(left, 5, months=5).outcomes
    model = sim.Model(left, run=4, months=5)
    model.run_model()
    assert model.state["wealth"] == rows.loc[4, "end.wealth"]


@pytest.mark.parametrize("nothing", [3, None, b"mongolia-2024", ["mongolia-2024"], {"title": "x"}])
def test_what_is_no_scenario_is_refused_by_every_door(nothing):
    doors = (
        sim.run,
        sim.prior_beliefs,
        lambda given: sim.run_into("nowhere", given),
        lambda given: sim.compare(SMALL, given),
        lambda given: sim.branch(given, 1, "2010-03"),
        lambda given: sim.hindcast(given, ()),
        lambda given: sim.sweep(given, {"parameters.cost": [1]}),
        lambda given: sim.calibrate(given, ()),
    )
    for door in doors:
        with pytest.raises(TypeError, match="give a scenario"):
            door(nothing)
    assert not Path("nowhere").exists()


def test_runs_of_a_branch_need_as_many_for_an_interval_as_any_others():
    assert runs_needed(sim.branch(past_case(), 3, "2010-06"), 0.03, months=12) >= 1_024
