"""The answer of a report says how likely, how sure, and what it is not, whatever is asked."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.engine.beliefs import prior_beliefs
from sim.engine.setups import Plain
from sim.refusal import BadInput
from sim.studies.report.ask import report_of
from sim.studies.report.charts import DOTS, quantile_months
from sim.studies.report.document import Document
from sim.studies.report.findings import Findings
from sim.studies.report.links import linked
from sim.studies.report.model.described import Number
from sim.studies.report.pieces import Commands
from sim.studies.report.sections import leads as leading
from sim.studies.report.sections.answer import NEVER, answer
from sim.studies.report.sections.cite import cite
from sim.studies.report.sections.numbers import numbers
from sim.studies.report.sections.outcomes import outcomes
from sim.studies.report.sections.question import question
from sim.studies.report.sections.try_it import not_here, try_it
from sim.studies.report.sections.when import when
from sim.studies.report.study import STUDIES, whole_cost
from sim.studies.report.words import between
from tests.support.past import TEXT, past

RUNS = 40


def found(of=None, drawn=True, text=TEXT, given=(), **more):
    scenario = past(text)
    setup = prior_beliefs(scenario, 10) if drawn else Plain(scenario)
    return Findings(setup, ("past.toml",), of, RUNS, 1, threads=1, drawn=given, **more)


def page(findings):
    """The sections that are about the answer itself, as a page: the others do studies of their own."""
    made = (section(findings) for section in (question, answer, when, numbers, cite))
    sections = tuple(each for each in made if each is not None)
    return Document("A page", "", sections, findings.own_command).html()


def told(findings):
    """The words of the answer."""
    piece, *_ = answer(findings).pieces
    return piece.sentence, " ".join(piece.beside)


def test_an_answer_has_a_count_both_intervals_and_a_picture_that_says_the_same():
    findings = found()
    sentence, beside = told(findings)
    piece, *_ = answer(findings).pieces
    share = findings.outcome[0].value
    assert sentence.startswith(f"{int(100 * share + 0.5)} in 100 futures: ")
    assert "other luck" in beside and "4 numbers called uncertain" in beside
    assert sum(happens for *_, happens in piece.picture.places) == int(100 * share + 0.5)


def test_an_answer_on_one_set_of_numbers_says_what_it_leaves_out():
    sentence, beside = told(found(drawn=False))
    assert sentence.endswith("if the numbers of the scenario are right.")
    assert "what nobody knows of these is left out" in beside


def test_what_no_future_has_is_not_called_impossible():
    never = TEXT.replace("[outcomes.loan]", '[outcomes.riches]\nlabel = "Riches"\nabove = { wealth = 99 }')
    never = never.replace('label = "A loan from North"\nany_of = ["loan"]\n', "")
    sentence, beside = told(found(drawn=False, text=never))
    assert sentence.startswith(f"none of {RUNS} futures: almost no chance")
    assert NEVER in beside


@pytest.mark.parametrize("drawn", [True, False])
@pytest.mark.parametrize("of", ["wealth", "count.loan", "end.wealth"])
def test_a_number_is_answered_by_its_middle_and_its_spread(of, drawn):
    sentence, beside = told(found(of, drawn))
    assert "in the middle future; in nine of ten" in sentence
    assert "The mean over futures is" in beside


def test_the_commands_of_a_page_can_be_pasted_and_give_its_numbers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("past.toml").write_text(TEXT, encoding="utf-8")
    findings = found(drawn=False, given=("--fixed",))
    (commands,) = [piece for piece in cite(findings).pieces if isinstance(piece, Commands)]
    own, runs, verify = (shlex.split(line)[1:] for line, _ in commands.lines)
    assert own[:2] == ["report", "past.toml"] and "--fixed" in own
    for order in ([*runs, "--no-figures"], verify):
        done = CliRunner().invoke(app, order, prog_name="steppe")
        assert done.exit_code == 0, done.output
    table = pd.read_csv("results/past/table.csv")
    assert table["value"].iloc[0] == findings.outcome[0].value


def test_what_was_changed_in_the_file_is_said_before_the_answer():
    findings = found()
    assert len(question(findings).pieces) == 1
    changed = past().override({"parameters.cost": 0.75})
    (_, said) = question(replace(findings, setup=Plain(changed))).pieces
    assert said.paragraphs == ("Not as the scenario was written: parameters.cost = 0.75.",)


def test_an_event_is_answered_by_the_last_month():
    findings = found("raid")
    assert [row.date for row in findings.outcome] == ["2013-12"]
    assert answer(findings).pieces[0].asked.endswith("by the end of December 2013")


def test_the_answer_names_the_doubt_over_all_ranges_too():
    for drawn in (True, False):
        findings = found(drawn=drawn)
        _, beside = told(findings)
        assert between(findings.wide.low, findings.wide.high) in beside
        assert str(findings.wide.numbers) in beside


def test_other_outcomes_and_where_the_first_path_leads_have_a_line_each():
    more = '[outcomes.help]\nlabel = "Help"\nany_of = ["aid"]\n\n[outcomes.loan]'
    findings = found(text=TEXT.replace("[outcomes.loan]", more))
    assert findings.target.name == "help"
    _, _, points, meaning = answer(findings).pieces
    assert [head for head, _ in points.lines] == ["A loan from North:", "Autonomy:"]
    assert "by December 2010" in points.lines[0][1] and "middle future" in points.lines[1][1]
    assert "One case cannot test a chance" in meaning.paragraphs[0]


def test_a_table_of_outcomes_has_a_row_for_each_and_says_what_is_empty():
    (table,) = outcomes(found())
    assert len(table.rows) == 1 and table.columns[:2] == ["Outcome", "by December 2010"]
    assert "no visible effect" in table.notes[0] or "to" in table.rows[0][2]


def test_in_print_nothing_is_said_to_be_moved():
    findings = found(lives=True)
    kinds = {piece.kind: piece for piece in try_it(findings).pieces if hasattr(piece, "kind")}
    assert "Move a number" in kinds["screen"].paragraphs[0]
    assert "Opened in a browser" in kinds["paper"].paragraphs[0]


def test_what_cannot_be_asked_is_one_line():
    with pytest.raises(BadInput, match="did you mean"):
        _ = found("lown").target


@pytest.mark.parametrize("of", [None, "wealth", "count.loan", "first.loan", "raid"])
@pytest.mark.parametrize("drawn", [True, False])
def test_whatever_is_asked_has_a_page(of, drawn):
    html = page(found(of, drawn))
    assert html.count('id="answer-sentence"') == 1
    assert all(f'id="{name}"' in html for name in ("question", "answer", "when", "numbers", "cite"))


def test_labels_of_a_file_are_text_wherever_they_stand():
    live = "<script>alert(1)</script> {{ 7 * 7 }}"
    text = TEXT
    for label in ("A loan from North", "A small buffer", "Loans and aid", "Wealth"):
        text = text.replace(f'"{label}"', f'"{label} {live}"')
    html = page(found(text=text))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 3 and "{{ 7 * 7 }}" in html


@pytest.mark.parametrize("of", [None, "wealth", "first.loan"])
def test_where_every_run_failed_there_is_no_answer(of):
    broken = TEXT.replace("[couplings.wealth]", '[couplings.wealth]\n"1 / (war - war)" = 0.1')
    findings = found(of, drawn=False, text=broken)
    assert told(findings) == ("There is no answer: every run failed.", "")
    assert 'id="when"' not in page(findings)


def test_a_page_is_the_same_whenever_it_is_made():
    assert page(found()) == page(found())


def test_progress_ends_where_it_should_whatever_was_asked():
    done = []
    findings = found(progress=done.append)
    report_of(findings)
    assert sum(done) == whole_cost(findings) and min(done) > 0
    assert "ensemble" in STUDIES


def test_the_model_travels_unless_the_page_is_static_or_it_cannot(monkeypatch):
    assert '<script type="application/json" id="model">' in report_of(found(lives=True)).html()
    assert "<script" not in page(found()) and "--static" in page(found())
    waits = '[interventions.when.fear]\nif = "war"\nchanges = { "decision.precision" = 2.0 }\n'
    (told, *_) = try_it(found(lives=True, text=f"{TEXT}\n{waits}")).pieces
    assert told.paragraphs[0].startswith("The model is not in this page: ")


def test_what_is_not_in_the_model_is_said_below_it_in_a_few_lines():
    page = '[page]\ndoes = ["time.months", "events.raid.base_logit"]\n'
    *_, note = try_it(found(lives=True, drawn=False, text=f"{TEXT}\n{page}")).pieces
    assert note.paragraphs[0].startswith("Not here: time.months: ")
    assert not_here(list("abcde")) == "Not here: a; b; c; and 2 more."


def test_the_model_lets_move_first_what_explains_most():
    findings = found(lives=True)
    vars(findings)["drivers"] = pd.DataFrame({"driver": ["cost", "loans", "shocks", ""]})
    model, _ = findings.model
    assumed = [each["path"] for each in model["numbers"] if each["kind"] == "set"]
    assert assumed == ["couplings.wealth.war", "quantities.wealth.noise", "events.raid.base_logit"]


def test_what_can_be_done_is_looked_up_once(monkeypatch):
    looked = []
    monkeypatch.setattr("sim.studies.report.findings.ways_of", lambda *asked: looked.append(asked) or [])
    findings = found()
    whole_cost(findings)
    assert findings.ways and whole_cost(findings) and len(looked) == 1


def test_fifty_dots_stand_for_all_futures():
    months = quantile_months([0.0, 0.25, 0.25, 0.5])
    assert len(months) == DOTS
    assert (months.count(1), months.count(3), months.count(None)) == (13, 12, 25)
    assert set(quantile_months(np.ones(3))) == {0}


def test_only_addresses_of_the_web_become_links():
    assert str(linked("javascript:alert(1) data:text/html,x file:///etc")).count("<a") == 0
    html = str(linked('https://example.org@evil.test/"onload=x <b>'))
    assert ">evil.test</a>" in html and '"onload' not in html and "<b>" not in html
    assert "\u202e" not in linked("https://example.org/\u202egpj.exe and \u202e")
    assert str(linked("http://[broken")) == "http://[broken"


@pytest.mark.parametrize(
    "text, address",
    [
        ("see https://example.org/Lamb_(sheep)", "https://example.org/Lamb_(sheep)"),
        ("(see https://example.org/a).", "https://example.org/a"),
        ("<https://example.org/a>, 1999", "https://example.org/a"),
        ("https://example.org/a[1]]; more", "https://example.org/a[1]"),
        ("https://example.org/a,b.", "https://example.org/a,b"),
        ("(https://example.org/a_(b)).", "https://example.org/a_(b)"),
    ],
)
def test_an_address_ends_where_a_reader_would_end_it_in_tables_and_in_the_model(text, address):
    assert f'href="{address}"' in linked(text) and ">example.org</a>" in linked(text)
    told = Number("set", "a", "A", "1", 0.5, 0.0, 1.0, (0.0, 1.0), "measured", text, None, False).told()
    assert (told["url"], told["host"]) == (address, "example.org")


@pytest.mark.parametrize("of", [None, "wealth"])
def test_no_two_parts_of_a_page_have_one_id(of):
    ids = re.findall(r'\bid="([^"]*)"', page(found(of)))
    assert sorted(set(ids)) == sorted(ids)
    assert ids.count("chart-path-wealth") == 1


def test_one_headline_alone_is_shown_without_a_sentence(monkeypatch):
    monkeypatch.setattr(leading, "_posture", lambda found: [])
    monkeypatch.setattr(leading, "_moved", lambda found: ["wealth"])
    assert 'id="chart-path-wealth"' in page(found())


def test_draws_that_differ_by_chance_alone_have_no_band():
    still = found()
    for differs in (True, False):
        still.__dict__["outcome"] = tuple(replace(row, differs=differs) for row in still.outcome)
        assert ("over the uncertain numbers, 5 to 95 %" in page(still)) is differs
