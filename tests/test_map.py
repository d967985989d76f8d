"""The map of a model names everybody who may begin or answer anything, and what each act moves."""

from __future__ import annotations

import re
from html import unescape
from itertools import combinations
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.setups import Plain
from sim.studies.report.findings import Findings
from sim.studies.report.sections.who import who
from sim.studies.show.acts import CHANCE, acts_of, party_of
from sim.studies.show.figures import map_figure, moves, parties_figure
from sim.studies.show.figures.parties import places_of
from tests.support.scenarios import random_scenario

CASES = ("mongolia-2024", "armenia-2024", "khalkhin-gol-1939")


def words(figure) -> str:
    """All that is written inside the panels, and on their axes."""
    texts = [text for ax in figure.axes for text in (*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels())]
    return " ".join(text.get_text().replace("\n", " ") for text in texts)


@pytest.mark.parametrize("name", CASES)
def test_the_map_names_every_proposer_every_responder_and_every_event(name):
    scenario = sim.load(name)
    written, case = words(map_figure(scenario)), scenario.case
    for row in scenario.rows.values():
        for actor in (row.initiator, row.responder):
            if actor in case.actors:
                assert case.actors[actor].label in written, actor
        assert case.events[row.template].label in written


@pytest.mark.parametrize("name", CASES)
def test_what_each_event_moves_has_the_sign_of_the_file(name):
    scenario = sim.load(name)
    acts = acts_of(scenario)
    for row in scenario.rows.values():
        own = [
            act
            for act in acts.of(party_of(scenario.case, row.initiator))
            if row.label.startswith(act.label[:12])
        ]
        for effect in row.effects["accepted"]:
            if effect.key in scenario.case.quantities and effect.size and "." not in effect.key:
                signs = {act.moves.get(effect.key) for act in own}
                assert signs & {0, 1 if effect.size > 0 else -1}, (row.name, effect)


def test_members_of_a_bloc_stand_together_and_what_only_some_may_do_bears_their_names():
    armenia = acts_of(sim.load("armenia-2024"))
    assert [party.label for party in armenia.parties] == ["Armenia", "Russia", "West", "Iran"]
    assert "A deal with the European Union (European Union)" in {act.label for act in armenia.of("West")}
    assert armenia.of(CHANCE) and all(act.to is None for act in armenia.of(CHANCE))


def test_the_table_has_a_row_for_each_act_and_marks_who_answers():
    found = acts_of(sim.load("khalkhin-gol-1939"))
    rows = moves.rows_of(found)
    assert [row for row in rows if not isinstance(row, str)] == sorted(
        found.acts, key=lambda act: [row for row in rows if isinstance(row, str)].index(act.by)
    )
    aid = next(act for act in found.acts if act.label == "Soviet arms for China")
    assert (aid.by, aid.to, aid.moves) == ("Soviet_Union", "China", {"chinese_resistance": 1})


@pytest.mark.parametrize("name", CASES)
def test_boxes_stand_apart_and_the_target_in_the_middle(name):
    parties = acts_of(sim.load(name)).parties
    places = places_of(parties)
    assert places[0] == (0.5, 0.55) and parties[0].is_target and len(set(places)) == len(parties)
    assert all(
        abs(x - other_x) > 0.3 or abs(y - other_y) > 0.2
        for (x, y), (other_x, other_y) in combinations(places, 2)
    )


@pytest.mark.parametrize("seed", range(3))
def test_any_scenario_has_a_map(seed):
    assert (
        len(map_figure(random_scenario(seed)).axes) == 2
        and len(parties_figure(random_scenario(seed)).axes) == 1
    )


def test_a_map_is_drawn_as_both_or_as_the_one_that_its_ending_says(tmp_path):
    asked = ["show", "armenia-2024", "--map"]
    done = CliRunner().invoke(app, [*asked, str(tmp_path / "map")])
    assert done.exit_code == 0 and {path.name for path in tmp_path.iterdir()} == {"map.png", "map.svg"}
    assert "Armenia leaves the CSTO" in "".join(ElementTree.parse(tmp_path / "map.svg").getroot().itertext())
    assert CliRunner().invoke(app, [*asked, str(tmp_path / "own.svg")]).exit_code == 0
    assert not (tmp_path / "own.png").exists()
    held = (tmp_path / "map.png").read_bytes()
    for wrong, code in (("map", 1), ("map.png", 1), ("map.pdf", 2)):
        refused = CliRunner().invoke(app, [*asked, str(tmp_path / wrong)])
        assert refused.exit_code == code and refused.stderr.count("\n") == 1
    assert (tmp_path / "map.png").read_bytes() == held
    assert CliRunner().invoke(app, [*asked, "x", "--numbers"]).exit_code == 2


@pytest.mark.parametrize("name", CASES)
def test_a_report_has_the_map_and_tells_it_to_who_does_not_see_it(name):
    scenario = sim.load(name)
    section = who(Findings(Plain(scenario), (name,), None, 8, 1))
    (piece,) = section.pieces
    (told,) = re.findall(r'<desc id="map-desc">(.*?)</desc>', piece.svg)
    assert f"steppe show {name} --map map.svg" == piece.command
    case = scenario.case
    begun = {row.template for row in scenario.rows.values() if row.initiator in case.actors}
    assert begun and all(case.events[event].label in unescape(told) for event in begun)
