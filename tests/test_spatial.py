"""The spatial models' forecasts against hand-worked cases, and the table of actors as a stranger's
spreadsheet writes it.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.refusal import BadInput
from sim.scenario.load import load
from sim.scenario.lower import lower
from sim.statistics.voting import (
    ELECTIONS,
    VICTORIES,
    VOTES,
    coalitions,
    condorcet,
    stationary,
    transitions,
    victory,
    weighted_mean,
    weighted_median,
)  # fmt: skip
from sim.studies.spatial.ktab import read
from sim.studies.spatial.stakeholders import of_world
from sim.studies.spatial.text import nearest

ROOT = Path(__file__).parents[1]
MONGOLIA, ACTORS, SMALL = (
    ROOT / name
    for name in ("configs/mongolia-2024.toml", "configs/mongolia-2024-actors.csv", "tests/cases/small.toml")
)
LINE, ALIKE = np.array([0.0, 50.0, 100.0]), np.ones(3)
RULES = [(vote, rule, kind) for vote in VOTES for rule in VICTORIES for kind in ELECTIONS]


def random_electorate(seed: int, actors: int = 8) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.choice(np.arange(0.0, 101.0), actors, replace=False), rng.uniform(0.1, 9.0, actors)


# -- hand-worked: three equal actors at 0, 50 and 100 ----------------------------------------------


def test_mean_and_median_of_three_actors_on_a_line():
    assert weighted_mean(LINE, np.array([1, 1, 2.0])) == 62.5
    assert weighted_median(LINE, ALIKE) == 50.0
    assert weighted_median(LINE, np.array([1, 1, 2.0])) == 75.0, "weight parts in halves between 50 and 100"
    assert weighted_median(LINE, np.array([3, 1, 1.0])) == 0.0
    assert weighted_median(np.array([0, 10, 50, 100.0]), np.array([1, 0, 1, 1.0])) == 50.0, (
        "who has no weight is no median"
    )


def test_coalitions_of_three_actors_on_a_line():
    """50 against 0: those at 50 and 100 each gain a half, who is at 0 loses a half; 0 against 100: one gains
    1, one loses 1.
    """
    utility = 1 - np.abs(LINE[:, None] - LINE) / 100
    strength = coalitions(utility, ALIKE)
    np.testing.assert_allclose(strength, [[0, 0.5, 1], [1, 0, 1], [1, 0.5, 0]])
    np.testing.assert_allclose(
        victory(strength), [[1 / 2, 1 / 3, 1 / 2], [2 / 3, 1 / 2, 2 / 3], [1 / 2, 1 / 3, 1 / 2]]
    )
    np.testing.assert_allclose(victory(strength, "square")[1], [4 / 5, 1 / 2, 4 / 5])
    np.testing.assert_allclose(coalitions(utility, ALIKE, "binary"), [[0, 1, 1], [2, 0, 2], [1, 1, 0]])
    np.testing.assert_allclose(coalitions(utility, ALIKE, "cubic")[1, 0], 2 / 8)


@pytest.mark.parametrize(
    ("election", "chances"),
    [
        (
            "uniform",
            [1 / 4, 1 / 2, 1 / 4],
        ),  # out of the middle 2/3 x 1/3, into it 2/3 from either side: b = 2a
        (
            "incentive",
            [7 / 30, 16 / 30, 7 / 30],
        ),  # out of it 1/3, into it 4/7 x 2/3 = 8/21 from either side: b = 16a / 7
        ("conditional", [3 / 14, 8 / 14, 3 / 14]),  # 1/2 x 1/3 x 1/2 against 2/3 x 1/2 x 2/3: 1/12 to 2/9
    ],
)
def test_condorcet_election_of_three_actors_on_a_line(election, chances):
    options, found = condorcet(LINE, ALIKE, election=election)
    np.testing.assert_array_equal(options, LINE)
    np.testing.assert_allclose(found, chances, rtol=1e-12)


@pytest.mark.parametrize("election", ELECTIONS)
def test_what_all_prefer_wins_for_certain(election):
    utility = np.array([[0.9, 0.2, 0.1], [0.6, 0.5, 0.3]])
    strength = coalitions(utility, np.array([1.0, 3.0]))
    found = (
        stationary(transitions(strength, by=election))
        if election != "conditional"
        else victory(strength).prod(axis=1)
    )
    np.testing.assert_allclose(found / found.sum(), [1, 0, 0], atol=1e-15)


def test_an_actor_without_weight_or_alone_decides_nothing_or_all():
    options, chances = condorcet(LINE, np.array([0, 2.0, 0]))
    assert options.tolist() == [50.0] and chances.tolist() == [1.0]


# -- properties ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("vote", "rule", "kind"), RULES)
def test_forecasts_do_not_hang_on_units_side_or_how_an_actor_is_divided(vote, rule, kind, seed):
    position, weight = random_electorate(seed)
    options, chances = condorcet(position, weight, 100.0, vote, rule, kind)
    assert chances.sum() == pytest.approx(1) and (chances >= 0).all()
    same = {
        "influence in other units": (position, 1e6 * weight, 100.0),
        "positions in other units": (position / 50, weight, 2.0),
        "the first actor as two halves": (
            np.append(position, position[0]),
            np.append(weight, weight[0] / 2),
            100.0,
        ),
    }
    same["the first actor as two halves"][1][0] /= 2
    for what, (x, w, span) in same.items():
        np.testing.assert_allclose(
            condorcet(x, w, span, vote, rule, kind)[1], chances, rtol=1e-7, err_msg=what
        )
        assert weighted_mean(x, w) / span == pytest.approx(weighted_mean(position, weight) / 100)
        assert weighted_median(x, w) / span == pytest.approx(weighted_median(position, weight) / 100)
    mirrored, reverse = condorcet(100 - position, weight, 100.0, vote, rule, kind)
    np.testing.assert_allclose(mirrored, 100 - options[::-1])
    np.testing.assert_allclose(reverse, chances[::-1], rtol=1e-7)
    assert weighted_median(100 - position, weight) == pytest.approx(100 - weighted_median(position, weight))


@pytest.mark.parametrize("seed", range(20))
def test_under_binary_votes_the_weighted_median_beats_every_other_position(seed):
    position, weight = random_electorate(seed)
    options = np.sort(position)
    wins = victory(coalitions(1 - np.abs(position[:, None] - options) / 100, weight, "binary"))
    best = int(np.searchsorted(options, weighted_median(position, weight)))
    assert (np.delete(wins[best], best) > 0.5).all()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["incentive", "uniform"])
def test_the_election_is_where_many_contests_lead(kind, seed):
    """The same distribution by the recursion that KTAB iterates, written with loops: q_i = sum_j P_ij (p_i
    h_ji + p_j h_ij).
    """
    position, weight = random_electorate(seed, 6)
    options, chances = condorcet(position, weight, election=kind)
    number = len(options)
    strength = [
        [
            sum(w * max(0, abs(x - b) - abs(x - a)) / 100 for x, w in zip(position, weight, strict=True))
            for b in options
        ]
        for a in options
    ]
    wins = [
        [0.5 if i == j else strength[i][j] / (strength[i][j] + strength[j][i]) for j in range(number)]
        for i in range(number)
    ]
    drive = [
        [strength[i][j] * wins[i][j] if kind == "incentive" else 1.0 for j in range(number)]
        for i in range(number)
    ]
    calls = [[drive[i][j] / sum(row[j] for row in drive) for j in range(number)] for i in range(number)]
    p = [1 / number] * number
    for _ in range(3000):
        p = [
            sum(wins[i][j] * (p[i] * calls[j][i] + p[j] * calls[i][j]) for j in range(number))
            for i in range(number)
        ]
    np.testing.assert_allclose(chances, p, rtol=1e-9)


# -- the table of actors ---------------------------------------------------------------------------

GOOD = """Reform, "How much, and when", 3, 2,
Actor,Description,Influence,Pace,Pace Salience,Depth,Depth Salience,
A, First actor, 100, 30, 30, 10, 70,
B,"Second, and last",65.5,45,65,0,0,

C,,35,30,40,100,1e1
"""


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_read_with_quotes_blanks_last_commas_and_a_byte_order_mark(tmp_path):
    table = read(written(tmp_path / "a.csv", "\ufeff" + GOOD.replace("\n", "\r\n")))
    assert (table.title, table.text, table.questions) == ("Reform", "How much, and when", ("Pace", "Depth"))
    assert table.names == ("A", "B", "C") and table.labels == ("First actor", "Second, and last", "C")
    np.testing.assert_array_equal(table.position, [[30, 10], [45, 0], [30, 100]])
    np.testing.assert_array_equal(table.weight, [[30, 70], [65.5 * 0.65, 0], [14, 3.5]])
    table.write(tmp_path / "b.csv")
    np.testing.assert_array_equal(read(tmp_path / "b.csv").weight, table.weight)


def test_weight_is_the_effective_power_that_ktab_publishes(tmp_path):
    """Rows of KTAB's SOE-Policy.csv, and their values in its SOE-Policy.csv_effPow.csv
    (github.com/kapsarc/KTAB).
    """
    text = "China Policy,x,3,1,\nActor,Description,Influence,Policy Position,Policy Salience,\n"
    text += "XJ,Xi Jinping,100,30,30,\nLK,Li Keqiang,65,45,65,\nCOG,CNPC - old guard,50,10,80,\n"
    np.testing.assert_allclose(
        read(written(tmp_path / "soe.csv", text)).weight[:, 0], [30.0, 42.3, 40.0], atol=0.051
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", 3, 2,", ", 4, 2,", "row 1, column 3: says 4 actors, but 3 rows follow"),
        (", 3, 2,", ", 3, 3,", "row 2 has 7 headings, but 3 question(s) need 9"),
        (", 3, 2,", ", 3, two,", "row 1, column 4: must be a whole number above zero, not 'two'"),
        (", 3, 2,", ", 3,", "row 1 has 3 cells"),
        (", 30, 30, 10, 70", ", 130, 30, 10, 70", "row 3, column 4 (Pace): 130 must be from 0 to 100"),
        (
            ", 30, 30, 10, 70",
            ", 30, 105.91, 10, 70",
            "row 3, column 5 (Pace Salience): 105.91 must be from 0 to 100",
        ),
        (", 30, 30, 10, 70", ", 30, 80, 10, 70", "row 3: saliences sum to 150"),
        (", 100, 30", ", -1, 30", "row 3, column 3 (Influence): -1 must be 0 or more"),
        (", 100, 30", ", nan, 30", "row 3, column 3 (Influence): must be a finite number"),
        (", 100, 30", ", much, 30", "row 3, column 3 (Influence): must be a number, not 'much'"),
        ("65.5,45,65,0,0", "65.5,45,65,0", "row 4 has 6 cells, but there are 7 headings"),
        ("\nC,", "\nA,", "column 1 (Actor): 'A' is there twice"),
        ("\nC,", "\n,", "column 1 (Actor): is empty"),
        (GOOD, "", "has 0 rows"),
    ],
)
def test_a_bad_table_is_refused_with_row_and_column(old, new, said, tmp_path):
    assert old in GOOD
    done = CliRunner().invoke(app, ["spatial", str(written(tmp_path / "bad.csv", GOOD.replace(old, new)))])
    assert done.exit_code == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and "bad.csv: " in done.stderr and said in done.stderr


def test_files_that_are_no_table_are_refused(tmp_path):
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    for name, said in (("none.csv", "no such file"), ("binary.csv", "UTF-8"), (".", "cannot be read")):
        with pytest.raises(BadInput, match=said):
            read(tmp_path / name)
    with pytest.raises(BadInput, match="no actor has both"):
        read(written(tmp_path / "idle.csv", "a,b,1,1\nActor,Description,Influence,P,S\nA,,0,10,50\n"))


PADDED = """Dummy, made up, 3, 1,,,
 Actor , Description , Influence , Left-right , Salience ,,
A1,Random Spatial Actor,1,20,50,,
A2,Random Spatial Actor,2,40,50,,

A3,Another,3,40,50,,
"""


def test_rows_may_be_filled_up_with_empty_cells_and_headings_with_blanks(tmp_path):
    table = read(written(tmp_path / "a.csv", PADDED))
    assert (table.title, table.questions, table.names) == ("Dummy", ("Left-right",), ("A1", "A2", "A3"))
    wide = "\n".join(f"{line}{',' * 20}" for line in PADDED.splitlines())
    np.testing.assert_array_equal(read(written(tmp_path / "b.csv", wide)).weight, table.weight)
    with pytest.raises(BadInput, match="row 3 has 7 cells, but there are 5 headings"):
        read(written(tmp_path / "c.csv", PADDED.replace("20,50,,", "20,50,,9")))


def test_actors_of_one_label_are_told_apart_by_their_names(tmp_path):
    done = CliRunner().invoke(app, ["spatial", str(written(tmp_path / "a.csv", PADDED))])
    assert done.exit_code == 0, done.output
    lines = [line.strip() for line in done.stdout.splitlines()]
    for name in ("A1, Random Spatial Actor", "A2, Random Spatial Actor", "Another"):
        assert sum(line.startswith(name) for line in lines) == 1
    assert any("A2, Random Spatial Actor, Another" in line for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "A1,Random Spatial Actor,1",
            "A1,Random Spatial Actor,1e308",
            "influences are too large to be added",
        ),
        ("Actor,1,20,50", "Actor,1e307,20,50", "influences are too large to be added"),
        ("Actor,1,20,50", "Actor,1e309,20,50", "(Influence): '1e309' is beyond 1.8e308"),
        ("Actor,1,20,50", "Actor,0x1,20,50", "(Influence): must be a number, not '0x1'"),
        (" Salience ,,", "  Left-right ,,", "row 2, column 5: two columns are called 'Left-right'"),
        (
            "Dummy, made up, 3, 1",
            "Dummy, made up, 3, 1e300",
            "row 1, column 4: must be a whole number above zero",
        ),
        ("Dummy, made up, 3, 1", "Dummy; made up; 3; 1", "row 1 has 1 cells"),
    ],
)
def test_influence_without_measure_and_headings_alike_are_refused(old, new, said, tmp_path):
    assert old in PADDED
    with pytest.raises(BadInput, match=re.escape(said)):
        read(written(tmp_path / "a.csv", PADDED.replace(old, new)))


def test_more_actors_than_an_election_can_hold_are_refused_at_once(tmp_path):
    rows = "".join(f"A{i},,1,{i % 100},50\n" for i in range(5000))
    with pytest.raises(BadInput, match="more than 400"):
        read(written(tmp_path / "a.csv", f"t,d,5000,1\nActor,Description,Influence,P,S\n{rows}"))


def test_texts_that_look_like_formulas_come_back_as_they_were(tmp_path):
    table = read(written(tmp_path / "a.csv", PADDED.replace("Another", '"=1+1"').replace("Dummy", "@home")))
    table.write(tmp_path / "b.csv")
    assert "'=1+1" in (tmp_path / "b.csv").read_text() and "'@home" in (tmp_path / "b.csv").read_text()
    assert read(tmp_path / "b.csv").labels == table.labels and read(tmp_path / "b.csv").title == "@home"


# -- beside a scenario -----------------------------------------------------------------------------


def test_the_table_of_a_scenario_by_hand():
    """Court and Town value alignment at 2 and 4, the powers at 8; two axes share each salience."""
    world = lower(load(SMALL))
    table = of_world(world)
    assert table.names == ("court", "town", "North", "South") and table.questions == ("order", "side")
    np.testing.assert_allclose(table.influence[:2], [60, 40])
    assert table.influence[2] == 100 * world.start["share.North"]
    np.testing.assert_allclose(table.position, [[50, 50], [75, 50], [10, 60], [90, 50]])
    np.testing.assert_allclose(table.salience[:, 0], [12.5, 25, 50, 50])


def test_the_shipped_table_is_that_of_the_shipped_scenario():
    """Else: steppe spatial --scenario configs/mongolia-2024.toml --out configs/mongolia-2024-actors.csv
    (delete the old one).
    """
    shipped, made = read(ACTORS), of_world(lower(load(MONGOLIA)))
    assert (shipped.title, shipped.names, shipped.labels, shipped.questions) == (
        made.title,
        made.names,
        made.labels,
        made.questions,
    )
    np.testing.assert_allclose(shipped.weight, made.weight, atol=1e-3)
    np.testing.assert_allclose(shipped.position, made.position, atol=1e-4)


def test_forecasts_stand_beside_the_runs_of_the_scenario(tmp_path):
    done = CliRunner().invoke(
        app,
        [
            "spatial",
            str(ACTORS),
            "--scenario",
            str(MONGOLIA),
            "--runs",
            "50",
            "--months",
            "3",
            "--out",
            str(tmp_path / "t.csv"),
        ],
    )
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 100 and (tmp_path / "t.csv").is_file()
    assert sum("in 2024-08, 50 runs" in line for line in lines) == 2
    mean = next(line for line in lines if "Weighted mean" in line).split()
    assert 43 < float(mean[2]) < 45, "of those who care, between the powers and the liberals"
    assert 41 < float(mean[3]) < 43, "in three months the runs leave the start, 42.35, by little"


def test_runs_are_counted_at_the_nearest_position():
    np.testing.assert_array_equal(
        nearest(np.array([0.0, 50, 100]), np.array([10.0, 24, 26, 99])), [0.5, 0.25, 0.25]
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give a CSV of actors, or --scenario"),
        ([str(ACTORS), "--vote", "secret"], "choose one of proportional, binary, cubic"),
        ([str(ACTORS), "--set", "decision.precision=2"], "give --scenario too"),
        (["{soe}", "--scenario", str(SMALL)], "call the column of positions order or side"),
        (["--scenario", "{silent}"], "no actor values alignment"),
    ],
)
def test_bad_requests_are_refused_in_one_line(arguments, said, tmp_path):
    files = {
        "soe": written(tmp_path / "soe.csv", GOOD),
        "silent": written(
            tmp_path / "silent.toml", SMALL.read_text().replace("alignment = ", "goodwill.North = ")
        ),
    }
    done = CliRunner().invoke(app, ["spatial", *(text.format(**files) for text in arguments)])
    assert done.exit_code == 2 and done.stdout == "" and len(done.stderr.splitlines()) == 1
    assert said in done.stderr


def test_shares_of_time_are_exact_where_they_are_small_and_nothing_where_nobody_returns():
    """Two states by hand: out of the first once in 2**40 contests, out of the second always; then states left
    for ever.
    """
    rare = 2.0**-40
    share = stationary(np.array([[1.0 - rare, 1.0], [rare, 0.0]]))
    assert share[1] == rare / (1.0 + rare) and share.sum() == 1.0
    np.testing.assert_array_equal(stationary(np.array([[0.5, 0.0], [0.5, 1.0]])), [0.0, 1.0])
    np.testing.assert_array_equal(stationary(np.array([[1.0, 0.5], [0.0, 0.5]])), [1.0, 0.0])
    np.testing.assert_array_equal(
        stationary(np.array([[0.0, 0.3, 1.0], [0.0, 0.4, 0.0], [1.0, 0.3, 0.0]])), [0.5, 0.0, 0.5]
    )


@pytest.mark.parametrize("seed", range(5))
def test_shares_of_time_are_those_that_a_contest_leaves_as_they_are(seed: int):
    rng = np.random.default_rng(seed)
    step = rng.random((9, 9)) * (rng.random((9, 9)) < 0.5)
    step[4] += 0.1
    step /= step.sum(axis=0)
    share = stationary(step)
    np.testing.assert_allclose(step @ share, share, rtol=0, atol=1e-15)
