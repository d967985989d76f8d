"""The lesson shows what its commands print, and its answers are those of the page that students have."""

from __future__ import annotations

import re

import pytest

import sim
from tests.support.pages import text_of
from tests.support.quoted import missing, printed, shown

LESSON = text_of("docs/lesson.md")
SHOWN = shown(LESSON)
MINUTES = re.findall(r"^## .*\((\d+) minutes\)$", LESSON, flags=re.MULTILINE)


def test_five_tasks_and_a_close_make_an_hour():
    assert len(MINUTES) == 6 and sum(map(int, MINUTES)) == 60
    plan = re.findall(r"^\| (\d+)-(\d+) \|", LESSON, flags=re.MULTILINE)
    assert [str(int(end) - int(start)) for start, end in plan] == MINUTES


def test_every_task_has_a_solution_and_every_solution_a_command():
    tasks = re.findall(r"^## \d\. .*?(?=^## )", LESSON, flags=re.MULTILINE | re.DOTALL)
    assert len(tasks) == 5
    for task in tasks:
        assert "*Ask*" in task and "**Solution.**" in task and shown(task)


def test_seven_questions_are_answered():
    table = LESSON.partition("| question | answer |")[2].partition("\n\n")[0]
    answers = [row.split("|")[2].strip() for row in table.splitlines()[2:]]
    assert len(answers) == 7 and all(answers)


@pytest.mark.slow
@pytest.mark.parametrize(("command", "quoted"), SHOWN, ids=[command for command, _ in SHOWN])
def test_every_line_that_is_quoted_is_printed(command, quoted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert list(missing(quoted, printed(command))) == []


@pytest.mark.slow
def test_the_answer_with_both_intervals_is_that_of_the_page():
    rows = sim.run(sim.own_beliefs("mongolia-2024", draws=500)).table().set_index(["name", "date"])
    visit = 100 * rows.loc[("russian_visit", "2024-09")]
    told = f"about {visit['value']:.0f} in 100"
    luck = f"{visit['low']:.0f} to {visit['high']:.0f}"
    doubt = f"{visit['parameters_low']:.0f} to {visit['parameters_high']:.0f}"
    for answer in (told, luck, f"{doubt}: the model does not settle it"):
        assert f"| {answer} |" in LESSON, answer
    assert f"**Solution.** {visit['value']:.0f} of 100 futures. *Again with other luck* {luck}" in LESSON


@pytest.mark.slow
def test_the_pairs_are_those_of_the_page():
    scenario = sim.load("mongolia-2024")
    tightened = scenario.intervene({"sanctions": 1.0}, month="2024-07")
    first, second = sim.compare(scenario, tightened, 4096).pair("first.russian_visit")
    came, comes = first <= 3, second <= 3
    no, yes, same = (100 * (each).mean() for each in (came & ~comes, ~came & comes, came == comes))
    assert (round(no), yes, round(same)) == (3, 0, 97)
    assert "3 futures of 100 turn to no, none to yes, 97 do not care: 3 points fewer" in LESSON
    assert f"{100 * comes.mean():.0f} instead of {100 * came.mean():.0f}" in LESSON
