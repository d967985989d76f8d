"""What the living page counts and says: the same statistics as Python's, and words that never overstate."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from sim.statistics.intervals import wilson
from sim.statistics.mixture import probability_interval
from sim.statistics.nested import Groups, least_share, parameter_share
from sim.statistics.paired import matched_interval
from sim.studies.report import words
from sim.studies.report.document import asset
from sim.studies.report.ways import Way
from tests.support.scripts import run

SCRIPTS = (
    "live-words.js",
    "live-share.js",
    "live-futures.js",
    "live-when.js",
    "live-pairs.js",
    "live-answer.js",
)

COUNTS = [(0, 7), (1, 512), (206, 512), (512, 512), (0, 4096), (4095, 4096)]


def test_intervals_are_those_of_python():
    pairs = [(3, 1, 512), (0, 0, 512), (100, 20, 4096), (0, 512, 512)]
    given = {"counts": COUNTS, "pairs": pairs}
    found = run(
        SCRIPTS,
        given,
        "return [given.counts.map((each) => wilson(...each)), given.pairs.map((each) => matched(...each))];",
    )
    want = [[float(end) for end in wilson(*each)] for each in COUNTS]
    assert np.allclose(found[0], want, rtol=1e-12, atol=1e-15)
    assert np.allclose(found[1], [matched_interval(*each) for each in pairs], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("band", "words"),
    [
        ((0.3, 0.4), "unlikely (20–45 %)"),
        ((0.46, 0.7), "roughly even chance (45–55 %) to likely (55–80 %)"),
        ((0.04, 0.9), "the model does not settle it"),
        ((0.1, 0.5), "the model does not settle it"),
        ((0.0, 0.01), "almost no chance (below 5 %)"),
        ((0.99, 1.0), "almost certain (above 95 %)"),
    ],
)
def test_a_band_gets_the_words_it_fits_and_none_if_it_is_wider_than_two(band, words):
    assert run(SCRIPTS, list(band), "return wordsFor(...given);") == words


def worlds(draw):
    """Two worlds of some futures, such as a change may make of them."""
    runs, share = draw.choice([100, 512, 4096]), draw.choice([0, 0.001, 0.3, 0.7, 0.999, 1])
    before = sum(draw.random() < share for _ in range(runs))
    gained = round(draw.choice([0, 0, 0.002, 0.1, 0.5]) * (runs - before) * draw.random())
    lost = round(draw.choice([0, 0, 0.002, 0.1, 0.5]) * before * draw.random())
    return {"runs": runs, "before": before, "gained": gained, "lost": lost}


SAID = """
const pack = { dates: ["2024-06"], free: 0, past: null };
return given.map(({ runs, before, gained, lost }) => {
  const chance = {
    before: [before / runs], after: [(before + gained - lost) / runs], gained: [gained], lost: [lost],
    runs, whole: runs,
  };
  const view = {
    pack, chance, month: 0, date: "2024-06", differs: true, begins: 0, keep: null, failed: "",
    outcome: { name: "it", label: "It", dates: ["2024-06"] },
    bands: { before: null, after: null, why: "counted once nothing moves" },
  };
  return [pairsOf(view), [headline(view), ...lines(view), footSaid(view)].join(" | ")];
});
"""


def test_whatever_two_worlds_come_to_what_is_shown_adds_up_and_carries_its_doubt():
    draw = random.Random(500)
    given = [worlds(draw) for _ in range(500)]
    for world, (pairs, said) in zip(given, run(SCRIPTS, given, SAID), strict=True):
        runs, before, gained, lost = (world[key] for key in ("runs", "before", "gained", "lost"))
        assert sum(pairs.values()) == 100 and min(pairs.values()) >= 0
        assert abs(pairs["both"] + pairs["toNo"] - 100 * before / runs) <= 0.5 + 1e-9
        assert abs(pairs["both"] + pairs["toYes"] - 100 * (before + gained - lost) / runs) <= 1 + 1e-9
        shown = re.match(r"(\S+) → (\S+) in 100", said)
        for text, count in zip(shown.groups(), (before, before + gained - lost), strict=True):
            assert text in ("<1", ">99") or 1 <= int(text) <= 99
            assert (text == "<1") <= (count < 0.02 * runs)
        assert "with other luck" in said and "nobody knows" in said
        assert not re.search(r"impossible(?! *\.)|high confidence|NaN|undefined|Infinity", said)


def drawn(chances):
    """Of 64 runs of each draw, in how many something happens that has these chances."""
    return np.random.default_rng(3).binomial(64, np.resize(chances, 64))


@pytest.mark.parametrize(
    ("chances", "differs"), [((0.42,), False), ((0.3, 0.5), True), ((0.0,), False), ((1.0,), False)]
)
def test_draws_that_differ_by_chance_alone_say_so_as_in_python(chances, differs):
    came = drawn(chances)
    groups = Groups.of_counts(came[:, None], np.full(64, 64))
    given = [{"came": int(each), "count": 64} for each in came]
    found = run(("model-band.js",), given, "return probabilityInterval(given);")
    assert np.allclose([found["low"], found["high"]], probability_interval(groups)[:, 0], atol=2e-6)
    assert found["differs"] == differs == bool(parameter_share(groups).item() > least_share(64, 64))


BANDED = """
const chance = { before: [0.42], after: [0.42], gained: [0], lost: [0], runs: 4096, whole: 4096 };
return given.map((band) => {
  const view = {
    pack: { dates: ["2024-06"], free: 0, past: null }, chance, month: 0, date: "2024-06", differs: false,
    keep: null, failed: "",
    outcome: { name: "it", label: "It", dates: ["2024-06"] },
    bands: { before: [band], after: null, why: "not counted in this page" },
  };
  return [headline(view), ...lines(view), footSaid(view), barsSaid(view)].join(" | ");
});
"""


def test_the_wide_band_is_named_only_where_draws_differ_and_the_term_covers_both():
    ends = {"low": 0.43, "high": 0.53}
    bands = [{**ends, "differs": True}, {**ends, "differs": False}, None]
    apart, alike, unknown = run(SCRIPTS, bands, BANDED)
    assert "unlikely (20–45 %) to roughly even chance" in apart and "nobody knows 43 to 53" in apart
    assert "futures: unlikely (20–45 %) |" in alike and "nobody knows: only chance." in alike
    assert "43 to 53" not in alike and "40 to 44 with other luck" in alike
    assert "unlikely" not in unknown and "nobody knows: not counted in this page." in unknown


RARE = (0.0, 1e-9, 0.0001, 0.0003, 0.0049, 0.005, 0.015)
SHARES = (*RARE, 0.0251, 0.425, 0.97, *(1 - share for share in reversed(RARE)))


def test_shares_and_intervals_read_as_in_python():
    draw = random.Random(9)
    shares = [*SHARES, *(round(draw.random(), 6) for _ in range(100))]
    pairs = [(low, high) for low in SHARES for high in SHARES if low <= high]
    pairs += [tuple(sorted(draw.sample(shares, 2))) for _ in range(200)]
    said = """return [
      given.shares.map(ofHundred), given.shares.map((each) => `${inHundred(each, 4096)} futures`),
      given.pairs.map((each) => between(...each)), given.pairs.map((each) => wordsFor(...each)),
    ];"""
    found = run(("live-words.js",), {"shares": shares, "pairs": pairs}, said)
    assert found[0] == [words.of_hundred(each) for each in shares]
    assert found[1] == [words.in_hundred(each, 4096) for each in shares]
    assert found[2] == [words.between(*each) for each in pairs]
    assert found[3] == [words.term_for(*each) for each in pairs]


def test_no_end_of_an_interval_looks_like_never_or_always_that_is_not():
    ends = [(0.97, 0.998), (0.0001, 0.0003), (0.0004, 0.015), (0.985, 0.9997), (0.0, 0.001), (0.999, 1.0)]
    said = run(("live-words.js",), ends, "return given.map((each) => between(...each));")
    assert said == [
        "97 to more than 99",
        "0.01 to 0.03",
        "0.04 to 1.50",
        "98.50 to 99.97",
        "0.0 to 0.1",
        "99.9 to 100.0",
    ]


@pytest.mark.parametrize(
    ("is_stock", "told"),
    [
        (True, "“Threat” held at 0.6 (0.8 at the start)"),
        (False, "“Threat” at 0.6 instead of 0.8"),
    ],
)
def test_a_stock_is_said_to_be_held_and_not_to_be_another_number(is_stock, told):
    assert Way("Threat", None, ("threat",), 0.6, "2024-06", 0.8, is_stock).told == told


def test_where_every_run_failed_no_answer_is_shown():
    program = "return given.map(([whole, runs]) => isWithoutAnswer({ keep: null, chance: { whole, runs } }));"
    scripts = (*SCRIPTS, "live-paths.js", "live-story.js", "live-draw.js")
    assert run(scripts, [[0, 0], [9, 0], [9, 9]], program) == [True, True, False]


def test_whatever_goes_wrong_at_the_start_ends_in_the_static_page():
    program = """
      const places = new Map();
      const place = (id) => ({ hidden: id === "live-without", textContent: "{", cloneNode() {} });
      const at = (id) => places.get(id) ?? places.set(id, place(id)).get(id);
      globalThis.document = { getElementById: at, addEventListener() {} };
      new Function(`${given}; startLive();`)();
      return [at("live-without").hidden, at("live-without").textContent];"""
    hidden, said = run((), asset("live.js"), program)
    assert not hidden and said.startswith("The model does not run here (")


def test_two_worlds_take_little_room_whatever_their_months_and_paths():
    packs = [{"months": months, "paths": [{}] * paths} for months, paths in ((60, 19), (240, 12), (1200, 12))]
    assert run(("live-share.js", "live-futures.js"), packs, "return given.map(mostRuns);") == [
        4096,
        2048,
        512,
    ]
