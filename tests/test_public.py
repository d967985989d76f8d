"""What `import sim` gives: names that can be found, that cost nothing until they are used, and that show themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

import sim
from sim.reading.source import source_of
from sim.scenario.load import parse, tables_of
from sim.writing.progress import reporting

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


@lru_cache
def shown() -> dict[str, object]:
    """One result of each kind, of a scenario whose name and title a page or a terminal would act on."""
    tables = tables_of(source_of(SMALL))
    strange = parse(tables | {"title": "<script>alert(1)</script>"}, "<b>strange</b>\x1b[31m.toml")
    other = strange.override({"parameters.cost": 0.7})
    return {
        "Scenario": other,
        "Ensemble": sim.run(strange, RUNS, months=MONTHS),
        "Comparison": sim.compare(strange, other, RUNS, months=MONTHS),
    }


@pytest.mark.parametrize("kind", ["Scenario", "Ensemble", "Comparison"])
def test_a_result_tells_itself_in_one_line(kind):
    told = repr(shown()[kind])
    assert told.startswith(f"<{kind} ") and told.endswith(">") and len(told) < 500
    assert told.isprintable() and "strange" in told


@pytest.mark.parametrize("kind", ["Scenario", "Ensemble", "Comparison"])
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
