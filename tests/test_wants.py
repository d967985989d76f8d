"""What actors want, by what they did: odds put together again from wants, and known scales that are found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import sim
from sim.assimilation.facts import EVENT, Fact
from sim.engine.families import noting, watching
from sim.engine.knowing import NOTHING_KNOWN
from sim.engine.pages import pages
from sim.refusal import BadInput
from sim.rules.state import at
from sim.scenario.lower import lower
from sim.scenario.schema import month_number
from sim.studies.wants.ask import Asked as Request
from sim.studies.wants.deeds import known
from sim.studies.wants.entries import SD, entries_of
from sim.studies.wants.likelihood import Asked, Likelihood, moved
from sim.studies.wants.past import Past
from sim.studies.wants.posterior import posterior
from sim.studies.wants.recovered import DRAWS, live, recover
from sim.studies.wants.stakes import stakes_of, watched
from sim.studies.wants.tables import AGAINST, AGREES, KEEPS, LESS, MORE, verdict_of
from sim.studies.wants.text import wants_told
from tests.support.past import TEXT, past

START = month_number("2010-01")
MONTHS = 48
TERMS = """
[events.loan.terms]
to_target = 1.0
to_power = -1.0
"""
THREAT = """
[events.threat]
label = "A threat"
initiator = "South"
responder = "Buffer"
base_logit = -2.0
response_logit = 0.3
execution_logit = -0.5
accepted = { tilt.South = 0.1 }
refused = { goodwill.South = -0.1 }
executed = { wealth = -0.2, payoff.South = -0.5 }
"""


def fact(target, first, last, value):
    return Fact(EVENT, target, START + first, START + last, float(value))


QUIET = (fact("loan", 0, 9, 0), fact("loan", 10, 10, 1), fact("loan", 11, 47, 0), fact("aid", 0, 47, 0))


def of_the_case(text=TEXT, facts=QUIET, months=MONTHS):
    case = past(text)
    world = lower(case, months)
    found = known(facts, world)
    return Past(sim.prior_beliefs(case, draws=4), months, entries_of(world, found.rows), found.rows), found


def test_odds_put_together_from_wants_are_those_that_the_run_had():
    case = past(TEXT + THREAT)
    rows, world = ("loan", "aid", "threat"), lower(case, 12)
    entries = entries_of(world, rows)
    told, kept = watched(world, rows)
    odds = [at(kind, row) for row in rows for kind in ("proposal", "acceptance", "execution")]
    history = next(pages(watching(noting(world, told), (*kept, *odds)), 32, 1, 1))
    as_written = {entry.name: np.array([float(entry.is_factor)]) for entry in entries.all}
    for stakes in stakes_of(world, history, rows, entries):
        asked, name = Asked.of(stakes, range(12), "proposed"), stakes.event.name
        proposal, answer, execution = asked.odds(as_written)
        close = {"rtol": 1e-12, "atol": 1e-14}
        assert np.allclose(proposal[0] * stakes.may, history[at("proposal", name)], **close)
        assert np.allclose(answer[0], history[at("acceptance", name)], **close)
        if stakes.event.is_threat:
            assert np.allclose(execution[0], history[at("execution", name)], **close)


def test_scaling_a_want_gives_the_odds_of_a_case_in_which_it_is_worth_that():
    # a want that moves neither effort nor welcome: the state of the first month is the same
    case, paths = past(), [f"actors.Buffer.factions.{name}.valuations.wealth" for name in ("court", "town")]
    scaled, found = case.override({path: 3.0 * case.numbers[path] for path in paths}), []
    for each in (case, scaled):
        world = lower(each, 1)
        entries = entries_of(world, ["loan"])
        told, kept = watched(world, ["loan"])
        history = next(pages(watching(noting(world, told), kept), 8, 1, 1))
        found.append(Asked.of(stakes_of(world, history, ["loan"], entries)[0], [0], "proposed"))
    one = {entry.name: np.array([float(entry.is_factor)]) for entry in entries.all}
    own, there = found
    asked = own.odds(one | {"Buffer.wealth": np.array([3.0])})
    for ours, theirs, unscaled in zip(asked[:2], there.odds(one), own.odds(one), strict=False):
        assert np.allclose(ours, theirs, rtol=1e-12) and not np.allclose(ours, unscaled, rtol=1e-3)


def test_months_that_are_known_twice_count_once_and_dates_alone_are_refused():
    year = fact("loan", 0, 11, 1)
    _, found = of_the_case(facts=(*QUIET, year))
    (loan,) = [deed for deed in found.deeds if deed.target == "loan"]
    assert loan.came == ((10,),) and len(loan.quiet) == 47
    world = lower(past(), MONTHS)
    alone = known((fact("loan", 10, 10, 1), fact("aid", 0, 11, 0), fact("raid", 0, 11, 0)), world)
    assert "only dates" in alone.left_out["loan"] and "nobody decides" in alone.left_out["raid"]
    assert alone.rows == ("aid",)


def test_bargained_rows_are_left_out_and_named():
    case = past(TEXT + TERMS)
    found = sim.wants(case, list(QUIET), runs=2, draws=100)
    assert "bargained terms" in found.left_out["loan"] and {deed.target for deed in found.deeds} == {"aid"}
    told = " ".join(" ".join(wants_told(found)).split())
    assert "loan has bargained terms" in told


def test_what_the_rules_do_not_let_come_is_named_and_other_theories_are_refused():
    # a yes is followed by three months of waiting
    soon = (*QUIET[:2], fact("loan", 11, 11, 1), fact("loan", 12, 47, 0), QUIET[3])
    found = sim.wants(past(), list(soon), runs=4, draws=100)
    assert "rules have it wait" in found.left_out["loan"]
    with pytest.raises(BadInput, match=r"decision\.theory = qre"):
        sim.wants(past().override({"decision.theory": "eub"}), list(QUIET), runs=2, draws=100)
    with pytest.raises(BadInput, match="no deed tells"):
        sim.wants(past(), [fact("raid", 0, 11, 0)], runs=2, draws=100)


def test_a_likelihood_is_that_of_its_deeds_by_hand():
    of, found = of_the_case()
    stakes = of.others.noted(NOTHING_KNOWN, (), 8, 1).stakes
    likelihood = Likelihood(found.deeds, of.entries.all, stakes)
    points = np.array([np.zeros(len(of.entries.all)), np.linspace(-1, 1, len(of.entries.all))])
    for row, point in enumerate(points):
        moves = moved(of.entries.all, point[None])
        values = {entry.name: own for entry, own in zip(of.entries.all, moves, strict=True)}
        by_hand = np.zeros(8)
        for deed in found.deeds:
            chance = Asked.of(stakes[deed.target], range(MONTHS), deed.node).chance(deed.node, values)[0]
            by_hand += np.log1p(-chance[list(deed.quiet)]).sum(axis=0)
            with np.errstate(divide="ignore"):  # some runs have it wait when it came
                by_hand += sum((np.log(chance[months[0]]) for months in deed.came), 0.0)
        assert np.allclose(likelihood.by_run(points)[row], by_hand)
        assert np.allclose(likelihood(points)[row], np.log(np.exp(by_hand).mean()))


def test_draws_are_those_of_a_posterior_that_is_known():
    def told(z):
        # one direction of two is told, and the third is bent to one side
        return -0.5 * ((z[:, 0] + z[:, 1] - 2.0) / 0.3) ** 2 - np.exp(2.0 * z[:, 2])

    found = posterior(told, told, 3, 6_400, np.random.default_rng(2))
    grid = np.linspace(-6, 6, 4001)
    density = np.exp(-0.5 * grid**2 - np.exp(2.0 * grid))
    mean = (grid * density).sum() / density.sum()
    spread = (grid**2 * density).sum() / density.sum() - mean**2
    both = 2.0 * 2.0 / (2.0 + 0.09)
    assert found.scores[:, :2].sum(axis=1).mean() == pytest.approx(both, abs=0.05)
    assert (found.scores[:, 0] - found.scores[:, 1]).var() == pytest.approx(2.0, rel=0.15)
    assert found.scores[:, 2].mean() == pytest.approx(mean, abs=0.05)
    assert found.variance[2] == pytest.approx(spread, rel=0.12) and found.is_mixed


def test_runs_live_through_what_is_known_also_of_what_may_be_called_off():
    text = TEXT.replace(
        'label = "A loan from North"\ninitiator', 'label = "A loan from North"\nlead = 2\ninitiator'
    )
    text = text.replace(
        "[events.loan.accepted]", "[events.loan.cancel]\nbase_logit = -2.0\n[events.loan.accepted]"
    )
    of, found = of_the_case(text)
    past_of = of.others
    noted = past_of.noted(past_of.knowing(QUIET, found.deeds), found.deeds, 64, 1)
    for deed, came in zip(found.deeds, noted.came, strict=True):
        assert not came[list(deed.quiet)].any()
        for (month,) in deed.came:
            # who had to wait after a refusal could not offer in time
            assert came[month].mean() > 0.5
    free = past_of.noted(NOTHING_KNOWN, found.deeds, 64, 1)
    assert free.came[:, list(found.deeds[0].quiet)].any()


def test_verdicts_say_what_an_interval_says():
    assert verdict_of(0.3, 3.0, 0.05, 1.0) == KEEPS
    assert verdict_of(0.7, 1.4, 0.5, 1.0) == AGREES
    assert verdict_of(1.2, 4.0, 0.5, 1.0) == MORE
    assert verdict_of(0.2, 0.9, 0.5, 1.0) == LESS
    assert verdict_of(0.05, 0.4, 0.5, 1.0) == AGAINST
    assert verdict_of(-0.9, -0.1, 0.5, 0.0) == LESS


def test_with_hardly_any_deed_the_interval_is_that_of_the_prior():
    found = sim.wants(past(), [fact("aid", 0, 1, 0)], runs=2, draws=2_000).table()
    scales = found[found["kind"] == "scale"]
    assert (scales["verdict"] == KEEPS).all()
    assert np.allclose(scales["low"], scales["prior_low"], rtol=0.15)
    assert np.allclose(scales["high"], scales["prior_high"], rtol=0.15)


def learnt_of_status(scale: float, runs: int) -> np.ndarray:
    """What is learnt of a want whose worth varies, from deeds of runs of the past that share one truth."""
    asked = Request.of("mongolia-1995", "mongolia-1995-deeds", 1, 100, 0, 1, None, SD)
    of, deeds = asked.past, asked.known.deeds
    own = {entry.name: entry.own for entry in of.entries.all} | {"Russia.status": scale}
    lived = live(of, deeds, runs, 5, truth={name: np.full(runs, each) for name, each in own.items()})
    each_of = (lived.of(place, deeds) for place in range(runs))
    likelihoods = [Likelihood(done, of.entries.all, stakes) for done, stakes in each_of]

    def together(scores):
        return np.sum([each(scores) for each in likelihoods], axis=0)

    drawn = posterior(together, together, len(of.entries.all), 960, np.random.default_rng(1), 32)
    (place,) = [place for place, entry in enumerate(of.entries.all) if entry.name == "Russia.status"]
    return of.entries.all[place].value(drawn.scores[:, place])


@pytest.mark.slow
@pytest.mark.parametrize(("scale", "runs", "verdict"), [(3.0, 1, MORE), (0.1, 6, LESS)])
def test_a_planted_want_is_found_with_enough_deeds(scale, runs, verdict):
    values = learnt_of_status(scale, runs)
    low, high = np.quantile(values, [0.05, 0.95])
    contraction = 1.0 - (np.log(values) / SD).var()
    assert verdict_of(low, high, contraction, 1.0) == verdict, (low, high, contraction)


@pytest.mark.slow
def test_intervals_hold_known_scales_as_often_as_they_say():
    of, found = of_the_case()
    told = recover(of, found.deeds, 150, 3, None)
    inside = np.abs((told.ranks + 0.5) / (DRAWS + 1) - 0.5) <= 0.45
    assert inside.mean(axis=0).min() >= 0.8 and inside.mean(axis=0).max() <= 0.97
    # a posterior that is falsely narrow is seen
    falsified = np.abs(told.truth - told.mean) <= 1.645 * 0.6 * np.sqrt(told.variance)
    assert falsified.mean() < 0.8


def test_a_folder_holds_what_was_learnt(tmp_path):
    found = sim.wants(past(), list(QUIET), runs=2, draws=200, tests=1)
    found.save(tmp_path / "out")
    stored = pd.read_csv(tmp_path / "out" / "wants.csv")
    assert stored["name"].tolist() == found.table()["name"].tolist() and "covered_90" in stored
    assert len(pd.read_csv(tmp_path / "out" / "ranks.csv")) == 1
    assert "On 1 data sets" in " ".join(wants_told(found))
    again = replace(found, seed=found.seed)
    assert again.table().equals(found.table())
