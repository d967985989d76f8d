"""The README keeps its promises: its Python runs, its files and commands exist, its excerpt is in the shipped
scenario.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import sim
from sim.cli import app

pytestmark = pytest.mark.smoke

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHIPPED = ROOT / "configs" / "mongolia-2024.toml"


def blocks(language: str) -> list[str]:
    """The code blocks of the README in one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def test_python_of_the_readme_runs(tmp_path, monkeypatch):
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(re.sub(r"runs=[\d_]+", "runs=200", block), names)
    assert (tmp_path / "results" / "mine" / "manifest.json").is_file()
    assert names["model"].month + 1 == names["scenario"].case.time.months


def test_events_of_the_readme_are_those_of_the_shipped_scenario():
    shipped = sim.load(SHIPPED).numbers
    excerpts = [tomllib.loads(block) for block in blocks("toml")]
    assert excerpts
    for path, value in ((p, v) for excerpt in excerpts for p, v in leaves(excerpt)):
        assert shipped[path] == value, path


def leaves(table: dict, path: str = ""):
    """Numbers of nested tables with their paths."""
    for key, value in table.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from leaves(value, here)
        elif isinstance(value, int | float):
            yield here, float(value)


@pytest.mark.parametrize("page", ["README.md", "ODD.md"])
def test_files_that_a_page_names_exist(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"(?:sim|configs|experiments|tests|docs)/[\w./-]*\w", text) + re.findall(
        r"\]\((\w[\w./-]*)\)", text
    )
    missing = sorted({name for name in named if not (ROOT / name).exists()})
    assert not missing


def test_commands_of_the_readme_are_commands():
    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    named = set(re.findall(r"^(?:.*bin/)?steppe (\w+)", "\n".join(blocks("sh")), flags=re.MULTILINE))
    assert named == known


def lines(page: str) -> list[str]:
    """Lines of a page's shell blocks that call the program, from its name on."""
    text = "\n".join(re.findall(r"^```sh\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL))
    return re.findall(r"\bsteppe \w.*$", text, flags=re.MULTILINE)


def captions(page: str) -> dict[str, str]:
    """What stands in italics below each figure, by the file of the figure."""
    found = re.findall(r"^!\[[^]]+\]\((\S+)\)\n\n(.+?)\n\n", page, flags=re.MULTILINE | re.DOTALL)
    return {file: " ".join(caption.split()) for file, caption in found}


def read_as_the_program_does(command: str) -> None:
    """Read a command without running it: unknown options and values that cannot be are refused."""
    name, *words = shlex.split(command, comments=True)[1:]
    get_command(app).commands[name].make_context(name, words)


@pytest.mark.parametrize("page", ["README.md", "ODD.md"])
def test_the_program_understands_every_command_of_a_page(page):
    commands = lines((ROOT / page).read_text(encoding="utf-8"))
    assert len(commands) > 4
    for command in commands:
        read_as_the_program_does(command)


def test_every_figure_of_the_readme_is_there_and_says_how_it_was_drawn():
    assert len(captions(README)) == README.count("![") > 2
    for file, caption in captions(README).items():
        assert (ROOT / file).read_bytes().startswith(b"\x89PNG"), file
        (command,) = re.findall(r"`(steppe [^`]+)`", caption)
        read_as_the_program_does(command)


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


def test_names_in_the_odd_exist():
    text = (ROOT / "ODD.md").read_text(encoding="utf-8")
    sources = [ROOT / "pyproject.toml", *(ROOT / "sim").rglob("*.py"), *(ROOT / "configs").glob("*.toml")]
    words = set(re.findall(r"\w+", "\n".join(path.read_text(encoding="utf-8") for path in sources)))
    named = {
        word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"[a-z]+(?:_[a-z]+)+", code)
    }
    assert len(named) > 50
    assert sorted(named - words) == []


def test_functions_in_the_odd_stand_where_it_says():
    text = (ROOT / "ODD.md").read_text(encoding="utf-8")
    rules = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "sim" / "rules").glob("*.py")}
    named = {
        (module, name) for module, name in re.findall(r"`(\w+)\.([a-z]+_[a-z_]+)`", text) if module in rules
    }
    assert len(named) > 20
    wrong = [f"{module}.{name}" for module, name in sorted(named) if f"def {name}(" not in rules[module]]
    assert [name for name in wrong if name not in sim.load(SHIPPED).numbers] == []


def texts() -> dict[str, str]:
    """What cites the documents: code, tests, experiments and scenarios, by path."""
    files = [
        path for folder in ("sim", "tests", "experiments", "configs") for path in (ROOT / folder).rglob("*")
    ]
    known = (path for path in files if path.suffix in {".py", ".toml"})
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in known}


def test_sections_of_the_odd_that_are_cited_exist():
    sections = set(
        re.findall(r"^##+ ([\d.]+?)\.? ", (ROOT / "ODD.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    lists = {
        path: re.findall(r"\bODD(?: section)? (\d[\d., andto]*)", text) for path, text in texts().items()
    }
    cited = {
        (path, number)
        for path, found in lists.items()
        for part in found
        for number in re.findall(r"\d+(?:\.\d+)?", part)
    }
    assert len(cited) > 40
    assert sorted((path, number) for path, number in cited if number not in sections) == []


def test_no_document_is_cited_that_is_not_here():
    """The specification that the model was written from is none of them; ODD 9 tells how the model departs
    from it.
    """
    specification = re.compile("MODEL(?: section| eq)? [0-9]")
    assert [path for path, text in texts().items() if specification.search(text)] == []
    pages = {(path, page) for path, text in texts().items() for page in re.findall(r"[\w./-]*\w\.md\b", text)}
    here = {path.name for folder in (ROOT, ROOT / "docs") for path in folder.glob("*.md")}
    assert sorted((path, page) for path, page in pages if Path(page).name not in here) == []


def test_citation_and_package_name_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {project['version']}\n" in citation
    assert f"## [{project['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
