"""Was it that nobody had asked the army to fight, the defeat on the Khalkhin Gol, the war in China or the
Nazi-Soviet pact that turned Japan from the north to the south?

History against worlds in which one of these four causes is missing, in which all of them are, and in which
Tokyo controls its army; all on the same luck, and all interventions: what somebody does or leaves undone from
January 1939 on, in the world as it was. Then the battle itself: fought for certain in the first month, and
lost or won. Last, which of these findings keep their sign wherever the scenario's numbers may lie in their
ranges, which is a reading of the world.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

import sim
from sim.drawing import dots as worlds
from sim.drawing.caption import Caption
from sim.drawing.saving import draw, into
from sim.reading.numbers import whole
from sim.statistics.intervals import wilson
from sim.statistics.paired import Difference, difference, matched
from sim.writing.tables import write_csv

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "khalkhin-gol-1939.toml"
YEAR_1939 = 12
"""Months from the start to the end of 1939."""

NO_PACT: dict[str, object] = {"interventions.forbidden": ["nazi_soviet_pact"]}
NO_CHINA: dict[str, object] = {"chinese_resistance": 0.0}
NO_BLAME: dict[str, object] = {
    "events.border_war.accepted.credit.army_north.1.size": 0.0,
    "events.border_war.refused.credit.army_north.1.size": 0.0,
    "events.air_raid.effects.credit.army_north.size": 0.0,
}
NO_DEFEAT: dict[str, object] = {
    "events.border_war.refused.credit.army_north.0": 0.0,
    "events.border_war.refused.credit.navy_south": 0.0,
}
HISTORY, WITHOUT_BLAME, WITHOUT_DEFEAT, WITHOUT_CHINA, WITHOUT_PACT, WITHOUT_BOTH, WITHOUT_ALL, TOKYO = (
    "History", "Unapproved acts not blamed", "Defeat not blamed", "No Chinese resistance",
    "No Nazi-Soviet pact", "Neither pact nor resistance", "None of the four", "Tokyo in control",
)  # fmt: skip
WORLDS: dict[str, dict[str, object]] = {
    HISTORY: {},
    WITHOUT_BLAME: NO_BLAME,
    WITHOUT_DEFEAT: NO_DEFEAT,
    WITHOUT_CHINA: NO_CHINA,
    WITHOUT_PACT: NO_PACT,
    WITHOUT_BOTH: NO_PACT | NO_CHINA,
    WITHOUT_ALL: NO_BLAME | NO_DEFEAT | NO_PACT | NO_CHINA,
    TOKYO: {"events.border_war.control.army_north": 0.1},
}
WON, LOST = "Battle won", "Battle lost"
SURE = {"events.border_war.base_logit": 40.0, "events.border_war.cooldown": 60, "events.border_war.retry": 60}
BATTLES: dict[str, dict[str, object]] = {
    WON: SURE | {"events.border_war.response_logit": 40.0},
    LOST: SURE | {"events.border_war.response_logit": -40.0},
}
"""The battle as an experiment: fought in the first month in every run, and won or lost in every run."""

VARIED = ("actors.*.valuations.*", "couplings.*", "parameters.*", "quantities.*", "events.*")
KEPT = (
    "*.cooldown",
    "*.retry",
    "quantities.chinese_resistance.start",
    "events.border_war.control.army_north",
)
DRAW_RUNS = 1000
"""Runs of each world for each draw of numbers."""

QUESTIONS = {"attack": "attacks in 1939", "strike_north": "strikes north", "strike_south": "strikes south"}
WAYS = {"south": "strike_south", "north": "strike_north"}
NOTES = [
    "By March 1942; the attack by December 1939. Not blamed: it moves nobody's standing at home. "
    "None of the four: no blame for unapproved acts or for defeat, no Chinese resistance, no pact."
]


def drawn(base: sim.Scenario, rng: np.random.Generator) -> sim.Scenario:
    """The scenario with its judged sizes drawn within their ranges (triangular, mode as in the file)."""
    changes = {}
    for path, value in base.numbers.items():
        if not matches(path, VARIED) or matches(path, KEPT):
            continue
        ends = np.array([base.provenance[path].low, base.provenance[path].high])
        # a quantity starts within 0 and 1, however wide its range was judged
        low, high = np.clip(ends, 0, 1) if path.startswith("quantities.") else ends
        changes[path] = float(rng.triangular(low, value, high))
    return base.override(changes)


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether the path of a number is among those that the patterns name."""
    return any(fnmatchcase(path, each) for each in patterns)


def answers(
    base: sim.Scenario, runs: int, seed: int, tell: Callable[[int], object]
) -> dict[str, pd.DataFrame]:
    """Whether each thing that is asked about happened, for each world one row per run; runs that failed in
    any are left out.
    """
    found, failed = {}, np.zeros(runs, dtype=bool)
    for world, changes in (WORLDS | BATTLES).items():
        rows = sim.run(base.intervene(changes), runs, seed, progress=tell).outcomes
        happened = {name: rows[f"first.{name}"].notna() for name in ("strike_north", "strike_south")}
        happened |= {name: rows[f"first.{name}"] < YEAR_1939 for name in ("attack", "defeat", "victory")}
        found[world] = pd.DataFrame(happened).astype(float)
        # a run that failed in one world is no pair in any: it goes from all
        failed |= rows["failed"].to_numpy()
    return {world: frame[~failed] for world, frame in found.items()}


def contrasts(found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per world and question: probability with its interval, and the paired difference from history
    with its own.
    """
    rows, history = [], found[HISTORY]
    for world in (name for name in WORLDS if name in found):
        for name in QUESTIONS:
            second = found[world][name].to_numpy()
            low, high = wilson(int(second.sum()), len(second))
            gap = matched(history[name].to_numpy(), second)
            rows.append(
                (
                    world,
                    name,
                    second.mean(),
                    float(low),
                    float(high),
                    gap.mean,
                    gap.low,
                    gap.high,
                    len(second),
                )
            )
    columns = [
        "world",
        "question",
        "probability",
        "low",
        "high",
        "difference",
        "difference_low",
        "difference_high",
        "runs",
    ]
    return pd.DataFrame(rows, columns=columns)


def beyond_the_sum(found: dict[str, pd.DataFrame], name: str) -> Difference:
    """What the pact and Chinese resistance do together, less what each does alone: a difference of paired
    differences.
    """
    four = (HISTORY, WITHOUT_PACT, WITHOUT_CHINA, WITHOUT_BOTH)
    none, pact, china, both = (found[world][name].to_numpy() for world in four)
    return difference((pact - none) + (china - none), both - none)


def beyond_each(found: dict[str, pd.DataFrame], name: str) -> Difference:
    """What all four causes do together, less what each does alone."""
    alone = (WITHOUT_BLAME, WITHOUT_DEFEAT, WITHOUT_CHINA, WITHOUT_PACT)
    none, every = (found[world][name].to_numpy() for world in (HISTORY, WITHOUT_ALL))
    each = sum(found[world][name].to_numpy() - none for world in alone)
    return difference(each, every - none)


def told(rows: pd.DataFrame) -> str:
    """A world in a sentence: what becomes likelier or less likely than in history, and what no interval can
    tell apart.
    """
    parts = []
    for row in rows.itertuples():
        sign = int(row.difference_low > 0) - int(row.difference_high < 0)
        how = {1: "more often", -1: "less often", 0: "about as often"}[sign]
        gap = f"{row.difference:+.3f}, {row.difference_low:+.3f} to {row.difference_high:+.3f}"
        parts.append(f"{QUESTIONS[row.question]} {how} ({row.probability:.3f}: {gap})")
    return f"{rows['world'].iloc[0]}: compared with history, Japan {', '.join(parts)}."


def after_the_battle(history: pd.DataFrame) -> list[str]:
    """What follows a lost and a won battle of 1939 within history; runs with one and runs with the other may
    differ in more.
    """
    lines = []
    for name, words in (("defeat", "a defeat"), ("victory", "a victory")):
        own = history[history[name] == 1]
        shares = [f"P({way} | {words} in 1939) = {_share(own[column])}" for way, column in WAYS.items()]
        lines.append(f"{'; '.join(shares)}; {len(own):,} runs.")
    return lines


def _share(happened: pd.Series) -> str:
    if not len(happened):
        return "unknown"
    low, high = wilson(int(happened.sum()), len(happened))
    return f"{happened.mean():.3f} ({low:.3f} to {high:.3f})"


def turns(found: dict[str, pd.DataFrame]) -> dict[str, Difference]:
    """What the defeat itself does, on the same luck, by direction."""
    return {
        way: matched(*(found[world][column].to_numpy() for world in (WON, LOST)))
        for way, column in WAYS.items()
    }


def battle(gaps: dict[str, Difference]) -> str:
    """The same in a sentence."""
    parts = [f"{gap.mean:+.3f} ({gap.low:+.3f} to {gap.high:+.3f}) to the {way}" for way, gap in gaps.items()]
    turned = gaps["south"].sign > 0 > gaps["north"].sign
    end = "it turns Japan" if turned else "it does not turn Japan"
    both = " and ".join(parts)
    return f"A battle lost rather than won in the first month, all else equal, adds {both}: {end}."


def signs(found: dict[str, pd.DataFrame]) -> dict[str, int]:
    """The sign of every finding: 1, -1, or 0 where the 95 % interval holds zero."""
    rows = contrasts(found).query("world != @HISTORY")
    each = {
        f"{row.world}: {QUESTIONS[row.question]}": Difference(*row[6:9]).sign for row in rows.itertuples()
    }
    each["Pact and resistance beyond the sum: strikes north"] = beyond_the_sum(found, "strike_north").sign
    each["All four beyond the sum: strikes north"] = beyond_each(found, "strike_north").sign
    return each | {f"Battle lost: strikes {way}": gap.sign for way, gap in turns(found).items()}


def robustness(found: dict[str, int], others: list[dict[str, int]]) -> pd.DataFrame:
    """One row per finding: its sign in the file, and the shares of draws that agree, cannot tell, or
    contradict.
    """
    rows = []
    for name, sign in found.items():
        drawn_signs = np.array([other[name] for other in others])
        agree, open_, against = ((drawn_signs == which).mean() for which in (sign, 0, -sign))
        if sign:
            rows.append((name, "-0+"[sign + 1], agree, open_, against))
        else:
            # no sign to contradict: agreement is to leave it open too, and any sign goes against it
            rows.append((name, "0", open_, np.nan, 1 - open_))
    return pd.DataFrame(rows, columns=["finding", "sign", "agree", "cannot tell", "contradict"])


def asked() -> argparse.Namespace:
    """What the command line asks for; ends the program where that cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=whole, default=20_000)
    parser.add_argument("--seed", type=whole, default=1)
    parser.add_argument(
        "--draws", type=whole, default=60, help="draws of the numbers within their ranges; 0 leaves that out"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "khalkhin_gol")
    parser.add_argument("--overwrite", action="store_true", help="replace the results that the folder holds")
    given = parser.parse_args()
    if given.runs < 2 or given.seed < 0 or given.draws < 0:
        parser.error("--runs must be at least 2, --seed and --draws at least 0")
    if given.out.exists() and any(given.out.iterdir()) and not given.overwrite:
        sys.exit(
            f"{given.out} is not empty; choose another folder with --out, or replace it with --overwrite"
        )
    return given


def main() -> None:
    """Run all worlds on the same luck, print the table and the answers, write both with the figure."""
    given = asked()
    base, rng = sim.load(SCENARIO), np.random.default_rng(given.seed)
    total = len(WORLDS | BATTLES) * (given.runs + given.draws * DRAW_RUNS) * base.case.time.months
    with tqdm(total=total, unit=" run-months", unit_scale=True, ncols=100) as bar:
        found = answers(base, given.runs, given.seed, bar.update)
        others = [
            signs(answers(drawn(base, rng), DRAW_RUNS, given.seed, bar.update)) for _ in range(given.draws)
        ]
    table = contrasts(found)
    words = [f"{base.title} {given.runs:,} runs of each world, seed {given.seed}.", ""]
    words += [told(rows) for world, rows in table.groupby("world", sort=False) if world != HISTORY]
    more, all_four = (beyond(found, "strike_north") for beyond in (beyond_the_sum, beyond_each))
    kind = {1: "reinforce", -1: "stand in for", 0: "do not clearly change"}[more.sign]
    words += [
        f"Pact and resistance {kind} each other in keeping Japan from the north: "
        f"both absent add {more.mean:+.3f} ({more.low:+.3f} to {more.high:+.3f}) beyond the sum.",
        f"All four causes absent add {all_four.mean:+.3f} ({all_four.low:+.3f} to {all_four.high:+.3f}) "
        "to strikes north beyond the sum of each alone.",
        *after_the_battle(found[HISTORY]),
        battle(turns(found)),
    ]
    given.out.mkdir(parents=True, exist_ok=True)
    if others:
        firm = robustness(signs(found), others)
        words += [
            "",
            f"Shares of {given.draws} draws of the numbers within their ranges ({DRAW_RUNS:,} runs each):",
        ]
        words += [firm.to_string(index=False, float_format="%.2f", na_rep="")]
        write_csv(firm, given.out / "robustness.csv")
    words += ["", "Conditional on the scenario; not a forecast."]
    print(table.to_string(index=False, float_format="%.3f"), *words, sep="\n")
    write_csv(table, given.out / "table.csv")
    (given.out / "answer.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    panels = {name: f"Japan {question}" for name, question in QUESTIONS.items()}
    source = Caption(base.title, given.runs, given.seed)
    sheet = worlds.figure("North or south: what turned Japan?", table, panels, source, NOTES)
    undrawn = draw(lambda: {"khalkhin_gol": sheet}, into(given.out))
    if undrawn:
        raise SystemExit("; ".join(undrawn))


if __name__ == "__main__":
    main()
