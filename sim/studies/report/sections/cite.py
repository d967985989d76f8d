"""How to cite the page, and how to make sure of it."""

from __future__ import annotations

from pathlib import Path

from sim.assimilation.given import Given
from sim.engine.beliefs import beliefs_in
from sim.studies.manifest import scenario_of
from sim.studies.report.findings import Findings, command_of
from sim.studies.report.pieces import Commands, Facts, Section, Verbatim, Words
from sim.studies.run.text.draws import believed
from sim.writing.manifest import version_of

SAME = (
    "Whoever has this version and the scenario of this checksum gets these numbers again, to the last digit: "
    "the first command makes the same file."
)


def cite(found: Findings) -> Section:
    """What was run, the commands that make and check its numbers, and an entry for a bibliography."""
    told = scenario_of(found.scenario)
    facts = [
        ("Scenario", f"{found.scenario.title} ({found.scenario.name})"),
        ("Checksum as run", told["as_run_sha256"]),
        ("Steppe", str(version_of("steppe-sim"))),
        ("Futures", f"{found.runs:,}, seed {found.seed}"),
    ]
    if found.ensemble.beliefs is not None:
        facts.append(("Numbers in doubt", believed(found.ensemble.beliefs, found.runs)))
    if found.given is not None:
        facts += _known(found.given, found.runs)
    # where `steppe run` puts its results unless told otherwise
    folder = str(Path("results") / Path(found.asked[0]).stem)
    lines = (
        (found.own_command, "makes this page"),
        (found.run_command, f"makes the futures behind it, in {folder}"),
        (command_of("verify", folder), "sees whether they are what was written"),
    )
    entry = Verbatim("Entry for BibTeX", bibtex(found, told["as_run_sha256"]))
    return Section("cite", "Cite and verify", [Words.of(SAME), Facts(tuple(facts)), Commands(lines), entry])


def _known(given: Given, runs: int) -> list[tuple[str, str]]:
    """The table of facts, and under what runs kept to it."""
    past, beliefs = given.past, beliefs_in(given.past.setup)
    told = [("Facts", f"{past.source.name}, until {given.month}"), ("Checksum of facts", past.source.sha256)]
    if beliefs is not None:
        told.append(("Numbers in doubt", believed(beliefs, runs)))
    return told


def bibtex(found: Findings, checksum: str) -> tuple[str, ...]:
    """An entry of a bibliography, line by line."""
    title = _braced(found.scenario.title)
    note = f"seed {found.seed}, {found.runs} runs, scenario SHA-256 {checksum}"
    return (
        "@misc{steppe-report,",
        f"  title = {{{title}}},",
        f"  howpublished = {{Report of Steppe {version_of('steppe-sim')}}},",
        f"  note = {{{_braced(note)}}}",
        "}",
    )


def _braced(text: str) -> str:
    """A text as BibTeX takes it: signs that it would obey are spelled."""
    spelled = str.maketrans({"\\": r"\textbackslash ", "{": r"\{", "}": r"\}"}) | str.maketrans(
        {sign: f"\\{sign}" for sign in "%&#_$"}
    )
    return text.translate(spelled)
