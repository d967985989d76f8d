"""What is worth watching: planted observables are found, what says the same is not, and intervals cover."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.refusal import BadInput
from sim.statistics.information import (
    Counted,
    bits,
    classes_of,
    counted,
    cuts_of,
    entropy,
    information,
    jackknifed,
)
from sim.studies.indicators.choice import first_month, rounded
from sim.studies.indicators.outcome import outcome_of
from sim.studies.indicators.seen import Kind, rank_correlation
from sim.studies.indicators.text import indicators_told
from sim.studies.verify.ask import verify
from sim.writing.manifest import pictures
from tests.support.small import quiet, small
from tests.support.toy import NAME, registered

SMALL = str(Path(__file__).parent / "cases" / "small.toml")
DULL = [f"dull{place}" for place in range(5)]


def stock(**more) -> dict:
    start = {"value": 0.5, "unit": "1", "range": [0.0, 1.0], "source": "a test"}
    return {"label": "A stock", "start": start, **more}


def planted(months: int = 8, draws: float | None = None):
    """A case whose `early` and `late` are news each month, of which `echo` repeats the first to the letter.

    All others have their own news, and tell nothing of what is asked for.
    """
    fresh = {"relaxation": 1.0, "noise": 0.1}
    names = ["early", "late", *DULL]
    changes = {
        "quantities": {name: stock(**fresh) for name in names}
        | {"echo": stock(relaxation=1.0), "held": stock(relaxation=0.0)},
        "couplings": {"echo": {"early": 1.0}},
        "outcomes": {"known": {"function": NAME, "label": "Something known"}},
        "time": {"months": months},
    }
    if draws is not None:
        numbers = ["quantities.held.start"]
        changes["uncertain"] = {"held": {"label": "Held", "numbers": numbers, "plus": draws}}
    return small(quiet(changes))


def five_months_after(history, of):
    """It comes in the sixth month where something held before."""
    return np.where(of, 5.0, np.nan)


# -- information -------------------------------------------------------------------------------------


def test_information_is_what_shannon_has_of_it():
    table = np.array([[[3.0, 1.0], [2.0, 6.0]]])
    joint = table[0] / 12
    shannon = (joint * np.log2(joint / np.outer(joint.sum(axis=1), joint.sum(axis=0)))).sum()
    assert bits(table, 12) == pytest.approx(shannon)
    assert bits(table, 24) == pytest.approx(shannon / 2)
    assert entropy(7, 12) == pytest.approx(-(7 / 12 * np.log2(7 / 12) + 5 / 12 * np.log2(5 / 12)))


def test_what_is_known_already_tells_nothing_more_and_a_riddle_of_two_tells_all():
    luck = np.random.default_rng(1)
    one, other = luck.integers(2, size=(2, 4_000))
    sizes, group = (1, 2), np.zeros(4_000, dtype=int)
    same = counted(one[None].astype(np.uint8), one == 1, group, sizes, one, 2)[0]
    both = counted(one[None].astype(np.uint8), one ^ other == 1, group, sizes, other, 2)[0]
    alone = counted(one[None].astype(np.uint8), one ^ other == 1, group, sizes)[0]
    assert bits(same, 4_000)[0] == pytest.approx(0, abs=1e-12)
    assert bits(both, 4_000)[0] > 0.99 and bits(alone, 4_000)[0] < 0.01


def test_classes_are_about_equal_and_keep_what_is_shared_together():
    values = np.array([np.arange(800.0), np.r_[np.zeros(700), np.arange(1, 101)], np.full(800, 0.3)])
    cuts = cuts_of(values, 8)
    sizes = [np.bincount(each, minlength=8).tolist() for each in classes_of(values, cuts)]
    assert sizes[0] == [100] * 8
    assert sizes[1] == [700, 100, 0, 0, 0, 0, 0, 0]
    assert sizes[2] == [800, 0, 0, 0, 0, 0, 0, 0]


def test_an_atom_at_the_top_is_parted_from_what_lies_below():
    values = np.r_[np.arange(40.0), np.full(760, 99.0)][None]
    classes = classes_of(values, cuts_of(values, 8))[0]
    assert set(classes[:40]).isdisjoint(classes[40:])


def test_the_jackknife_takes_the_bias_out_of_a_variance():
    values = np.random.default_rng(2).normal(size=12)
    without = np.array([np.delete(values, place).var() for place in range(12)])
    assert jackknifed(values.var(), without).mean == pytest.approx(values.var(ddof=1))


def clustered(luck, slope, spread, each, own, runs):
    """Numbers and what comes of runs in clusters: their share `own` of the number's variance, and luck of
    their own that decides together with the number.
    """
    cluster = np.arange(runs) % (runs // each)
    of_cluster, by_itself = luck.normal(size=(2, runs // each))
    number = np.sqrt(own) * of_cluster[cluster] + np.sqrt(1 - own) * luck.normal(size=runs)
    odds = 1 / (1 + np.exp(-(slope * number + spread * by_itself[cluster])))
    return number[None], luck.random(runs) < odds, cluster


def estimated(number, came, cluster, cuts, groups=20):
    group, shape = cluster % groups, (groups, cuts.shape[1] + 1)
    cells = counted(classes_of(number, cuts), came, group, shape)
    return information(Counted(cells, np.bincount(group)), np.bincount(group[came], minlength=groups))


CASES = {
    "nothing": (0.0, 0.0, 1, 0.0, 5_000), "nothing in clusters": (0.0, 1.5, 40, 1.0, 10_000),
    "little": (0.1, 1.0, 20, 0.2, 10_000), "some": (0.3, 0.0, 1, 0.0, 5_000),
    "much in clusters": (1.0, 1.0, 40, 1.0, 10_000), "most": (3.0, 0.0, 1, 0.0, 1_000),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_intervals_of_information_cover_and_its_bias_is_gone(case):
    luck, order = np.random.default_rng(3), CASES[case]
    number, came, _ = clustered(luck, *order[:4], 4_000_000)
    cuts = cuts_of(number[:, :200_000], 8)
    cells = counted(classes_of(number, cuts), came, np.zeros(len(came), dtype=int), (1, 8))
    truth = (bits(cells[0], len(came)) / entropy(came.sum(), len(came)))[0]
    found = [estimated(*clustered(luck, *order), cuts) for _ in range(400)]
    means = np.array([each.mean[0] for each in found])
    ends = np.maximum([[end[0] for end in each.interval] for each in found], 0)
    covered = ((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean()
    assert abs(means.mean() - truth) < 3 * means.std() / len(means) ** 0.5 + 1e-4
    # information is not below 0, so that intervals of nothing cover more often
    assert 0.90 <= covered <= (0.98 if truth > 1e-4 else 1.0)


def test_clusters_that_differ_by_themselves_tell_nothing():
    luck = np.random.default_rng(4)
    cuts = cuts_of(luck.normal(size=(1, 4_000)), 8)
    found = [estimated(*clustered(luck, 0.0, 1.5, 40, 1.0, 10_000), cuts) for _ in range(60)]
    assert sum(each.interval[0][0] > 0 for each in found) <= 3
    # as counts have it, it would be .006
    assert abs(np.mean([each.mean[0] for each in found])) < 0.002


# -- what is asked for -------------------------------------------------------------------------------


def test_what_comes_or_does_not_is_an_event_an_outcome_or_a_path_and_a_level():
    case = sim.load(SMALL)
    assert [str(outcome_of(case, text, "2010-06")) for text in ("raid", "loan", "wealth < 0.4")] == [
        "A raid by 2010-06", "A loan from North by 2010-06", "Wealth by 2010-06 < 0.4",
    ]  # fmt: skip
    assert str(outcome_of(case)) == "A loan from North by 2010-12"
    for text, by, told in (
        ("wealth", None, "write wealth > NUMBER"),
        ("raid < 0.5", None, "by its name alone"),
        ("raid", "2010-01", "before which nothing"),
        ("nothing", None, "nothing"),
    ):
        with pytest.raises(BadInput, match=told):
            outcome_of(case, text, by)


def test_what_is_announced_is_open_no_longer_until_it_is_called_off():
    announced = {"lead": 3, "cancel": {"base_logit": 0.0}, "base_logit": 0.0, "cooldown": 12}
    case = small({"events": {"raid": announced}, "time": {"months": 12}})
    outcome, (history,) = outcome_of(case, "raid", "2010-12"), sim_pages(case, 64, 12)
    announcements = outcome.announced(history)
    begun = history.happened("raid", "accepted")
    assert (announcements[begun & ~history.happened("raid", "cancelled")]).mean() > 0.9
    first = outcome.first(history)
    came = np.flatnonzero(~np.isnan(first))
    assert len(came) > 10
    for run in came.tolist():
        month = int(first[run])
        assert announcements[month - 3 : month, run].all() and not announcements[month, run]
    called_off = history.happened("raid", "cancelled")
    assert called_off.any() and not announcements[called_off].any()


def sim_pages(case, runs, months):
    from sim.engine.pages import pages
    from sim.scenario.lower import lower

    return list(pages(lower(case, months), runs, 1))


# -- what is found -----------------------------------------------------------------------------------


def test_a_planted_observable_is_found_with_its_month_its_level_and_its_lead():
    def of(history):
        return five_months_after(history, history["early"][2] > 0.55)

    with registered(of, "date"):
        found = sim.indicators(planted(), "known", "2010-08", runs=2_000)
        (first, *others) = found.found
        assert not others
        assert (first.observable.name, found.dates[first.sign.month]) == ("early", "2010-03")
        assert first.sign.level == pytest.approx(0.55, abs=0.02) and first.sign.above
        assert first.ahead == 3 and first.on.mean > 0.9 > 0.1 > first.off.mean
        assert first.tells.low > 0.6


def test_what_repeats_a_signpost_a_month_later_is_none_and_what_adds_is():
    def of(history):
        return five_months_after(history, (history["early"][2] > 0.55) | (history["late"][3] > 0.62))

    with registered(of, "date"):
        found = sim.indicators(planted(), "known", "2010-08", runs=4_000)
    named = [(each.observable.name, found.dates[each.sign.month]) for each in found.found]
    assert named == [("early", "2010-03"), ("late", "2010-04")]
    second = found.found[1]
    assert second.adds.low > 0.05 and second.adds.mean != second.tells.mean
    table = found.table()
    echoed = table[(table["name"] == "echo") & (table["date"] == "2010-04") & (table["kind"] == "level")]
    assert echoed["tells"].item() > 0.3


@pytest.mark.parametrize("seed", range(3))
def test_where_nothing_tells_it_says_so(seed):
    def of(history):
        return np.random.default_rng(seed).permutation(history.runs.astype(int)) % 2 == 0.0

    with registered(lambda history: of(history).astype(float), "yes_no"):
        found = sim.indicators(planted(), "known", "2010-08", runs=2_000, seed=seed)
    assert found.found == () and not len(found.signposts())
    told = "\n".join(indicators_told(found))
    assert "nothing that can be watched before tells 1 % of its entropy beyond chance" in " ".join(
        told.split()
    )


def test_runs_under_one_draw_count_as_one_and_not_as_many():
    def of(history):
        return five_months_after(history, history["early"][2] + history["held"][0] > 1.05)

    with registered(of, "date"):
        case = planted(draws=0.1)
        found = sim.indicators(sim.prior_beliefs(case, draws=80), "known", "2010-08", runs=2_000)
    table = found.table().set_index(["name", "kind", "date"]).loc[("held", "level", "2010-01")]
    alone = np.log2(np.e) * 2 / 1_000
    assert (table["high"] - table["low"]) > 20 * alone
    assert {each.observable.name for each in found.found} >= {"held"}


def test_the_outcome_by_another_name_is_not_watched():
    found = sim.indicators(sim.load(SMALL), "wealth < 0.47", "2010-10", runs=400)
    names = {each.name for each in found.observables}
    assert [each.name for each in found.left_out] == ["wealth"] and "wealth" not in names
    assert rank_correlation(np.arange(5.0), -np.arange(5.0)[None]).tolist() == [-1.0]
    # an event that it is made of has not happened as long as it has not
    asked = sim.indicators(sim.load(SMALL), "loan", "2010-06", runs=400)
    assert "loan" not in {each.name for each in asked.observables if each.kind is Kind.EVENT}


def test_what_is_left_out_is_not_watched_by_name_label_or_pattern():
    found = sim.indicators(SMALL, "loan", "2010-06", without=["wealth", "A raid", "share.*"], runs=200)
    names = {each.name for each in found.observables}
    assert not names & {"wealth", "raid"} and not any(name.startswith("share.") for name in names)
    assert "war" in names
    for wrong, told in (("nothing", "nothing"), ("x.*", "fits nothing"), ("*", "leave out less")):
        with pytest.raises(BadInput, match=told):
            sim.indicators(SMALL, "loan", "2010-06", without=[wrong], runs=200)


def test_a_month_is_watched_from_which_on_it_tells_half_of_its_best():
    assert first_month(np.array([0.1, 0.6, 0.4, 0.6, 1.0, 0.2])) == 3
    assert first_month(np.array([np.nan, 0.6, 1.0])) == 1
    levels = rounded(np.array([0.123456, 0.3456, np.inf]), np.linspace(0, 1, 50))
    assert levels.tolist() == [0.12, 0.35]


def test_too_few_futures_tell_nothing_and_no_warning():
    found = sim.indicators(SMALL, "raid", "2010-03", runs=12)
    assert found.found == () and found.table()["tells"].isna().all()
    assert "fewer than 20 that differ" in " ".join(" ".join(indicators_told(found)).split())
    assert found.plot() is not None


def test_runs_that_all_fail_leave_nothing_to_tell_it_from():
    case = small(quiet({"couplings": {"wealth": {"1 / (war - war)": 1.0}}, "time": {"months": 6}}))
    found = sim.indicators(case, "raid", "2010-03", runs=40)
    assert found.failed == found.runs == 40
    assert next(indicators_told(found)) == "A raid by 2010-03: no future is left to tell it from."
    assert found.plot() is not None


def test_threads_change_nothing():
    one, many = (sim.indicators(SMALL, "loan", "2010-06", runs=600, threads=each) for each in (1, 3))
    assert one.table().equals(many.table()) and one.signposts().equals(many.signposts())


# -- the command -------------------------------------------------------------------------------------


def steppe(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="steppe")


def test_the_command_tells_the_signposts_and_leaves_a_folder_that_verifies(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = steppe("indicators", SMALL, "--of", "loan", "--by", "2010-09", "--runs", "2000", "--out", "out")
    assert done.exit_code == 0, done.output
    first = done.stdout.splitlines()[0]
    assert first.startswith("A loan from North by 2010-09: comes in ")
    assert f"Next: steppe run {SMALL} --given loan --by 2010-09" in done.stdout
    assert "one set of numbers: the file calls none uncertain" in done.stderr
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert files == {"indicators.csv", "signposts.csv", *pictures("indicators"), "manifest.json"}
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["outcome"].startswith("A loan")
    assert verify(tmp_path / "out").wrong == []
    again = steppe("indicators", SMALL, "--of", "loan", "--by", "2010-09", "--runs", "2000", "--out", "out")
    assert again.exit_code == 1 and "not empty" in again.stderr


def test_contradictions_and_levels_are_told_in_a_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words, told in (
        (["--fixed", "--draws", "4"], "--fixed is one set of numbers"),
        (["--of", "wealth"], "write wealth > NUMBER"),
        (["--of", "loan", "--by", "2010-01"], "(option --by)"),
    ):
        done = steppe("indicators", SMALL, *words)
        assert done.exit_code == 2 and told in done.stderr, done.output
    level = steppe("indicators", SMALL, "--of", "wealth<.47", "--by", "2010-10", "--runs", "400", "--fixed")
    assert level.exit_code == 0, level.output
    assert f"Next: steppe sensitivity {SMALL} --of wealth --by 2010-10" in level.stdout
