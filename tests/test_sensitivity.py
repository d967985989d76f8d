"""What an outcome hangs on: indices of functions whose indices are known, through scenarios as all are."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import sobol as salib_sobol
from SALib.sample import sobol as salib_sample

import sim
from sim.outcomes.target import target_of
from sim.refusal import BadInput
from sim.statistics.paired import matched
from sim.studies.response import Response
from sim.studies.sensitivity.ask import Asked
from sim.studies.sensitivity.indices import REPLICATES, REST, decompose
from sim.studies.sensitivity.screening import screen
from sim.studies.sensitivity.text import summary
from sim.studies.sensitivity.words import in_words
from sim.studies.verify.ask import verify
from sim.writing.manifest import pictures
from tests.support.toy import known, registered, toy

STARTS = ["quantities.x*.start"]


def nothing(done):
    """Hears how far the work is."""


def ishigami(x):
    """Ishigami and Homma 1990, a = 7, b = 0.1, of inputs in [0, 1]."""
    a, b, c = np.pi * (2 * x - 1)
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def ishigami_indices():
    """First and total indices, worked out by hand (Saltelli et al. 2000, p. 180)."""
    first, second = 0.1 * np.pi**4 / 5 + 0.1**2 * np.pi**8 / 50 + 0.5, 7**2 / 8
    third = 0.1**2 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = first + second + third
    return np.array([first, second, 0]) / whole, np.array([first + third, second, third]) / whole


def g_function(x, a):
    """Sobol's g function (Saltelli and Sobol 1995)."""
    return np.prod((np.abs(4 * x - 2) + a[:, None]) / (1 + a[:, None]), axis=0)


def g_indices(a):
    parts = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + parts) - 1
    return parts / whole, parts * np.prod(1 + parts) / (1 + parts) / whole


def assert_near(found, name, first, total, within=0.05):
    row = found.indices().set_index("name").loc[name]
    assert row["first"] == pytest.approx(first, abs=within)
    assert row["total"] == pytest.approx(total, abs=within)
    for measure in ("first", "total"):
        assert row[f"{measure}_low"] <= row[measure] <= row[f"{measure}_high"]
        assert row[f"{measure}_high"] - row[f"{measure}_low"] < 4 * within


@pytest.mark.smoke
def test_indices_of_ishigamis_function_are_the_known_ones():
    with known(ishigami):
        found = sim.sensitivity(toy(3), "known", vary=STARTS, runs=2, samples=2048)
    for place, (first, total) in enumerate(zip(*ishigami_indices(), strict=True), start=1):
        assert_near(found, f"quantities.x{place}.start", first, total)
    mean, low, high = found.together[0]
    assert low < 1 - ishigami_indices()[0].sum() < high
    assert mean > 0.1


def test_indices_of_sobols_g_function_are_the_known_ones_and_the_rest_makes_one_group():
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0])
    with known(lambda x: g_function(x, a)):
        found = sim.sensitivity(toy(6), "known", vary=STARTS, runs=2, samples=2048, numbers=3)
    first, total = g_indices(a)
    for place in range(3):
        assert_near(found, f"quantities.x{place + 1}.start", first[place], total[place])
    # the three that screening leaves out: their indices together, to first order
    assert_near(found, REST, first[3:].sum(), total[3:].sum())


def test_indices_of_a_linear_function_of_normal_numbers_are_shares_of_its_variance():
    sds, weights = {"x1": 0.1, "x2": 0.05, "x3": 0.02}, np.array([1.0, 2.0, 3.0])
    with known(lambda x: weights @ x):
        found = sim.sensitivity(toy(3, sds), "known", prior="file", runs=2, samples=2048)
    shares = (weights * [*sds.values()]) ** 2
    for name, share in zip(sds, shares / shares.sum(), strict=True):
        assert_near(found, name, share, share, within=0.03)
    effects = found.screening().set_index("name")["mu"]
    # over the whole prior, six standard deviations wide
    # levels go by two thirds of the prior, from an end or to it: from -3 standard deviations to 0.43
    np.testing.assert_allclose(effects, 5.144 * weights * [*sds.values()], rtol=0.001)


@pytest.mark.slow
def test_indices_are_those_that_salib_gives_by_hand_on_runs_of_the_changed_scenarios():
    scenario, runs, samples = sim.load("armenia-2024"), 8, 16
    names = ["events.eu_deal.base_logit", "events.eu_deal.response_logit", "quantities.threat.start"]
    asked = Asked.of(scenario, "eu_deal", "2025-06", names, "ranges", 3, 4, samples, runs, 3, 1)
    found = decompose(asked.response, names, samples, 3, nothing).table
    each, problem = samples // REPLICATES, None
    by_hand = []
    for place in range(REPLICATES):
        entries = asked.response.entries
        ends = [entry.ends.tolist() for entry in entries]
        problem = {"num_vars": 3, "names": [entry.name for entry in entries], "bounds": ends}
        sampled = salib_sample.sample(problem, each, calc_second_order=False, seed=3 + 1000 * place)
        means = []
        for row in sampled:
            changed = scenario.override(dict(zip(problem["names"], map(float, row), strict=True)))
            first = sim.run(changed, runs=runs * (place + 1), seed=3, months=13).outcomes["first.eu_deal"]
            means.append(first.iloc[-runs:].notna().mean())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = salib_sobol.analyze(
                problem, np.array(means), calc_second_order=False, num_resamples=2, seed=0
            )
        by_hand.append([answer["S1"], answer["ST"]])
    first, total = np.mean(by_hand, axis=0)
    np.testing.assert_allclose(found["first"], first, rtol=1e-9)
    np.testing.assert_allclose(found["total"], total, rtol=1e-9)


def covered(seeds, scenario, truth):
    """How often intervals of first and total indices hold the truth (2, inputs)."""
    held = np.zeros(truth.shape)
    for seed in range(seeds):
        asked = Asked.of(scenario, "known", None, STARTS, "ranges", 3, 4, 256, 4, seed, 1)
        table = decompose(
            asked.response, [entry.name for entry in asked.response.entries], 256, seed, nothing
        ).table
        for place, measure in enumerate(("first", "total")):
            held[place] += (table[f"{measure}_low"] <= truth[place]) & (
                truth[place] <= table[f"{measure}_high"]
            )
    return held / seeds


@pytest.mark.slow
def test_intervals_of_indices_cover():
    with known(ishigami):
        share = covered(60, toy(3), np.array(ishigami_indices()))
    assert 0.90 <= share.mean() <= 0.98


def test_the_share_of_luck_is_what_other_luck_changes():
    def by_luck(history):
        luck = (history.last("wealth") - history.last("wealth").mean()) / 0.05
        return (history.last("x1") + 0.5 * history.last("x2") * np.sign(history.last("wealth") - 0.44)).clip(
            0, 2
        ) + 0 * luck

    with registered(by_luck):
        asked = Asked.of(toy(2, noise=0.05), "known", None, STARTS, "ranges", 2, 4, 512, 16, 1, 1)
        found = decompose(asked.response, [entry.name for entry in asked.response.entries], 512, 1, nothing)
        points = {entry.name: entry.draw(400, seed=9) for entry in asked.response.entries}
        lucks = [range(first, first + 16) for first in range(0, 128, 16)]
        means = [asked.response.values(points, luck=luck)[0].mean(axis=1) for luck in lucks]
    apart = [np.var(one - other) / 2 for one in means for other in means if one is not other]
    assert found.chance[0] == pytest.approx(np.mean(apart) / np.var(means, axis=1).mean(), rel=0.5)
    assert found.chance[0] > 0.005


def test_where_a_run_is_not_finite_the_point_is_refused_and_told():
    # at the end of a range a quotient is 0 / 0, which a run finds out
    with known(lambda x: x[0]), pytest.raises(BadInput) as refused:
        scenario = toy(3, wealth={"0 * x2 / (1 - x1)": 0.01})
        sim.sensitivity(scenario, "known", vary=STARTS, runs=2, samples=16)
    assert "have runs with a number that is not finite" in str(refused.value)
    assert str(refused.value).endswith("where quantities.x1.start = 1; make ranges narrower")


def test_what_nothing_moves_is_said_and_no_index_is_made_up():
    with known(lambda x: 0 * x[0]):
        found = sim.sensitivity(toy(2), "known", vary=STARTS, runs=2, samples=16)
        told = " ".join(line.strip() for line in summary(found))
    assert "none of them moves it" in told
    assert (found.indices()[["first", "total"]] == 0).all(axis=None)


def test_the_tornado_is_what_runs_at_both_ends_give():
    scenario, name = sim.load("armenia-2024"), "events.eu_deal.base_logit"
    found = sim.sensitivity(
        scenario, "eu_deal", ["2024-12", "2025-06"], vary=["events.eu_deal.*"], numbers=2, trajectories=4,
        samples=32, runs=8, seed=2,
    )  # fmt: skip
    rows = found.tornado().set_index(["name", "date"])
    runs = found.ends_runs
    for date, months in (("2024-12", 7), ("2025-06", 13)):
        row = rows.loc[(name, date)]
        came = [
            sim.run(scenario.override({name: float(value)}), runs=runs, seed=2, months=months)
            .outcomes["first.eu_deal"].notna().to_numpy()
            for value in (row["own"], row["low"], row["high"])
        ]  # fmt: skip
        assert [row["at_own"], row["at_low"], row["at_high"]] == [each.mean() for each in came]
        apart = matched(came[0], came[1])
        assert (row["low_change_low"], row["low_change_high"]) == (apart.low, apart.high)


def test_screening_finds_the_numbers_and_the_parts_that_act():
    with known(lambda x: 3 * x[0] + x[1] * x[2]):
        asked = Asked.of(toy(4), "known", None, STARTS, "ranges", 2, 20, 16, 2, 1, 1)
        single, lost = screen(asked.response, 20, 1, None, nothing)
        parts, _ = screen(asked.response, 20, 1, ["a", "a", "b", "b"], nothing)
    star = single.set_index("name")["mu_star"]
    assert star["quantities.x1.start"] == pytest.approx(3.0)
    assert star["quantities.x4.start"] == 0.0
    assert single.set_index("name")["sigma"]["quantities.x2.start"] > 0.1
    assert lost == 0
    assert parts["mu_star"][0] > parts["mu_star"][1] > 0
    assert parts["mu"].isna().all()


def test_the_same_request_gives_the_same_tables_whatever_the_threads():
    asked = {"vary": ["events.eu_deal.*"], "numbers": 2, "trajectories": 4, "samples": 32, "runs": 8}
    one, two = (sim.sensitivity("armenia-2024", "eu_deal", threads=count, **asked) for count in (1, 2))
    pd.testing.assert_frame_equal(one.table(), two.table(), check_exact=True)


def test_a_share_is_said_as_one_says_it():
    assert [in_words(share) for share in (0.5, 0.48, 0.26, 0.34, 0.42, 0.05, 1.07)] == [
        "half", "half", "a quarter", "a third", "42 %", "5 %", "nearly all",
    ]  # fmt: skip


def test_dotted_paths_go_through_the_adapters_and_back():
    from ema_workbench import perform_experiments

    scenario, vary = sim.load("armenia-2024"), ["events.eu_deal.base_logit", "events.eu_deal.response_logit"]
    problem, means = sim.to_salib(scenario, "eu_deal", "2025-06", vary=vary, runs=24, seed=4)
    model = sim.to_ema(scenario, "eu_deal", "2025-06", vary=vary, runs=24, seed=4)
    experiments, outcomes = perform_experiments(model, scenarios=4)
    names = [path.replace(".", "__") for path in problem["names"]]
    np.testing.assert_array_equal(means(experiments[names].to_numpy()), outcomes["eu_deal"])
    by_hand = sim.run(
        scenario.override(dict(zip(problem["names"], map(float, experiments[names].iloc[0]), strict=True))),
        runs=24, seed=4, months=13,
    )  # fmt: skip
    assert by_hand.outcomes["first.eu_deal"].notna().mean() == outcomes["eu_deal"][0]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"of": "nothing"}, "no outcome, event or path 'nothing'"),
        ({"by": "2040-01"}, "2040-01 lies outside the simulated months"),
        ({"samples": 100}, "100 base points: ask for a power of two from 16 on"),
        ({"runs": 1}, "one run at a point"),
        ({"vary": ["time.months"]}, "none of these numbers can be drawn"),
        ({"vary": ["no_such.*"]}, "fits no number"),
        ({"prior": "posterior"}, "prior is ranges or file, not .posterior."),
        ({"vary": "events.*"}, "a list of names"),
        ({"prior": "file"}, "says of no number that it is uncertain"),
        ({"seed": 2**40}, "seed"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_in_a_line_before_anything_is_run(given, line):
    with pytest.raises(BadInput, match=line) as refused:
        sim.sensitivity("armenia-2024", **given)
    assert "\n" not in str(refused.value)


def test_the_folder_holds_tables_figures_and_a_manifest_that_verify_takes(tmp_path):
    found = sim.sensitivity("armenia-2024", "eu_deal", "2024-12", vary=["events.eu_deal.*"], numbers=2,
                            trajectories=4, samples=32, runs=8)  # fmt: skip
    assert found.save(tmp_path / "results") == ()
    names = {path.name for path in (tmp_path / "results").iterdir()}
    assert names == {
        "screening.csv", "parts.csv", "indices.csv", "tornado.csv", "spread.csv", "manifest.json",
        *pictures("tornado", "indices"),
    }  # fmt: skip
    told = json.loads((tmp_path / "results" / "manifest.json").read_text())
    assert (told["of"], told["by"], told["samples"]) == ("eu_deal", ["2024-12"], 32)
    assert not verify(tmp_path / "results").wrong
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "results" / "indices.csv"), found.indices())


def test_a_response_is_asked_by_target_and_entries_alone():
    with known(lambda x: x[0] - x[1]):
        scenario = toy(2)
        asked = Asked.of(scenario, "known", None, STARTS, "ranges", 2, 4, 16, 2, 1, 1)
        response = Response(scenario, asked.response.entries, target_of(scenario, "known"), 2, 1)
        points = {"quantities.x1.start": np.array([0.25, 1.0]), "quantities.x2.start": np.array([0.0, 1.0])}
        np.testing.assert_array_equal(response.values(points), [[[0.25, 0.25], [0.0, 0.0]]])
