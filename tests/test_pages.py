"""The pages keep their promises.

Links lead somewhere, files exist, commands are commands, Python runs, excerpts are those of the scenario.
"""

from __future__ import annotations

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.writing.manifest import LOCK, NAMES, pictures
from tests.support.pages import (
    PAGES,
    ROOT,
    anchors,
    blocks,
    captions,
    commands,
    leaves,
    links,
    read_as_the_program_does,
    text_of,
)

pytestmark = pytest.mark.smoke

SHIPPED = ROOT / "configs" / "mongolia-2024.toml"
OWN_CASE = "docs/write-your-own-case.md"
"""Its blocks belong together and are run by tests/test_own_case.py."""

OUTCOME = sim.OwnOutcome(lambda history: history["autonomy"].min(axis=0), "Least", "0-1", "lowest", "value")


@pytest.mark.parametrize("page", PAGES)
def test_links_of_a_page_lead_somewhere(page):
    wrong = []
    for link in links(text_of(page)):
        file, _, anchor = link.partition("#")
        target = (ROOT / page).parent / file if file else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            wrong.append(link)
        # the site has the pages of the repository and of docs/ alone
        if target.suffix == ".md" and target.resolve().parent not in (ROOT, ROOT / "docs"):
            wrong.append(link)
    assert wrong == []


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])
def test_files_that_a_page_names_exist(page):
    named = re.findall(r"(?<![\w/-])(?:sim|configs|experiments|tests|docs)/[\w./-]*\w", text_of(page))
    assert sorted({name for name in named if not (ROOT / name).exists()}) == []


def test_a_page_of_the_docs_can_be_reached_from_the_readme():
    known = {link.partition("#")[0] for link in links(text_of("README.md"))}
    assert [page for page in PAGES if page not in known and page != "README.md"] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_program_understands_every_command_of_a_page(page):
    for command in commands(text_of(page)):
        read_as_the_program_does(command)


def test_pages_show_every_command():
    named = {line.split()[1] for page in PAGES for line in commands(text_of(page))}
    assert named == set(get_command(app).commands)


def test_every_command_has_a_section_and_its_options_on_the_site():
    page = text_of("docs/commands.md")
    for name in get_command(app).commands:
        section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert f"<!-- options of {name} -->" in section and f"steppe {name}" in section, name


def test_every_file_of_a_folder_of_results_is_on_the_page():
    page = text_of("docs/results.md")
    files = {name for names in NAMES.values() for name in names} - {LOCK, *pictures("*")}
    assert "every figure is there twice" in page
    # A page names a figure once, as PNG.
    files = {name.replace(".svg", ".png") for name in files}
    told = {name for name in files if f"`{name}`" in page or f"`{name.partition('/')[0]}/`" in page}
    assert sorted(files - told) == []


def test_a_command_that_the_program_does_not_understand_is_found():
    for wrong in (
        "steppe run a.toml --overwritten",
        "steppe run",
        "steppe run a.toml --runs many",
        "steppe sweep a.toml b",
    ):
        with pytest.raises(
            Exception, match=r"(?i)no such option|missing|not a valid|must be|unexpected extra"
        ):
            read_as_the_program_does(wrong)


def test_every_command_has_a_help_page():
    for name in get_command(app).commands:
        told = CliRunner().invoke(app, [name, "--help"])
        assert told.exit_code == 0 and "--help" in told.output, name


PYTHON = [
    pytest.param(page, marks=[pytest.mark.slow] * (page == "docs/python.md"))
    for page in PAGES
    if blocks(text_of(page), "python")
]
"""Pages with programs; one of them asks every question that there is, in a minute or two."""


@pytest.mark.parametrize("page", PYTHON)
def test_python_of_a_page_runs(page, tmp_path, monkeypatch):
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    for number, block in enumerate(blocks(text_of(page), "python")):
        file = tmp_path / f"block_{number}.py"
        file.write_text(re.sub(r"runs=[\d_]+", "runs=40", block), encoding="utf-8")
        exec(compile(file.read_text(encoding="utf-8"), file, "exec"), names)
    sizes = [getattr(each, "runs", None) for each in names.values()]
    assert any(isinstance(size, int) and size == 40 for size in sizes)


ADDED = f"# added to {SHIPPED.relative_to(ROOT).as_posix()}\n"
"""How an excerpt begins that is not of the shipped scenario, but may be added to it."""


def excerpts(added: bool) -> list:
    """Blocks of TOML with the page that they stand on."""
    found = [(page, block) for page in PAGES if page != OWN_CASE for block in blocks(text_of(page), "toml")]
    return [pytest.param(block, id=page) for page, block in found if block.startswith(ADDED) == added]


@pytest.mark.parametrize("block", excerpts(added=False))
def test_excerpts_are_those_of_the_shipped_scenario(block):
    shipped = sim.load(SHIPPED).numbers
    found = list(leaves(tomllib.loads(block)))
    assert found
    assert [(path, value) for path, value in found if shipped.get(path) != value] == []


@pytest.mark.parametrize("block", excerpts(added=True))
def test_what_a_page_adds_to_the_shipped_scenario_runs_and_its_outcomes_are_told(block, tmp_path):
    sim.register("least_room", outcome=OUTCOME)
    file = tmp_path / "added.toml"
    file.write_text(SHIPPED.read_text(encoding="utf-8") + block, encoding="utf-8")
    ensemble = sim.run(file, runs=20, months=24)
    assert set(tomllib.loads(block).get("outcomes", {})) <= set(ensemble.table()["name"])


def test_every_figure_is_there_and_says_how_it_was_drawn():
    figures = [(page, file, told) for page in PAGES for file, told in captions(text_of(page)).items()]
    assert len(figures) == sum(text_of(page).count("![") for page in PAGES) > 2
    for page, file, told in figures:
        assert ((ROOT / page).parent / file).read_bytes().startswith(b"\x89PNG"), file
        (command,) = re.findall(r"`((?:steppe|python -m) [^`]+)`", told)
        if command.startswith("steppe"):
            read_as_the_program_does(command)
        else:
            assert find_spec(command.removeprefix("python -m ")) is not None, command


def texts() -> dict[str, str]:
    """What cites the documents: code, tests, experiments and scenarios, by path."""
    files = [
        path for folder in ("sim", "tests", "experiments", "configs") for path in (ROOT / folder).rglob("*")
    ]
    known = (path for path in files if path.suffix in {".py", ".toml"})
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in known}


def test_no_document_is_cited_that_is_not_here():
    """The specification that the model was written from is none of them; ODD 9 tells how the model departs
    from it.
    """
    specification = re.compile("MODEL(?: section| eq)? [0-9]")
    assert [path for path, text in texts().items() if specification.search(text)] == []
    cited = {(path, page) for path, text in texts().items() for page in re.findall(r"[\w./-]*\w\.md\b", text)}
    here = {page.name for folder in (ROOT, ROOT / "docs") for page in folder.glob("*.md")}
    assert sorted((path, page) for path, page in cited if Path(page).name not in here) == []
