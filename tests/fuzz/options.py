"""Commands with options of every kind of value; what could be valid and slow is left out."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.fuzz import hostile

STRANGE = (
    "", " ", "x", "-1", "0", "1.5", "nan", "inf", "-inf", "1e3", "1e999", "1_0", "0x10", "²", "٣", "９",
    "9" * 30, "9" * 5000, "None", "true",
    "--", "-", "\x1b[31m", "\n", "a\nb", "é", "{x}", "%s", "=1",
)  # fmt: skip
RUNS = ("1", "2", "7", "20", *STRANGE)
PATHS = (
    "quantities.wealth.start", "quantities.war.start", "parameters.cost", "events.loan.base_logit",
    "decision.precision", "decision.theory",
    "time.months", "events.loan.cooldown", "events.loan.lead", "couplings.wealth.war",
    '"quantities".wealth.start', 'quantities."wealth".start',
    "events.loan.accepted.wealth", "events.loan.accepted.payoff.North",
    "events.loan.accepted.payoff.North.size", "quantities.wealth.intercept",
    "actors.North.position.0", "actors.North.position.²", "shares.North.trade", "paths.war",
    "interventions.forced.loan", "interventions.forbidden",
    "provenance.0.times", "provenance.x", "quantities", "title", "nothing", "a b", "", ".", "..", "#x",
    "[a]", '"', "'", '"a', "a.", "x" * 3000, "é",
    "\x1b[1m", "alignment.speed", "status", "calendars", "drivers.d", "uncertain.raids.plus",
        "observations.income.error",
)  # fmt: skip
VALUES = (
    "0.5", "1", "0", "-3", "24", ".5", "5.", "2_9", "0.7x", "auto", '"auto"', "rest", "nan", "inf", "-inf",
    "1e999", "9" * 5000, "[" * 3000, "{a=" * 500,
    "[]", "{}", '["2010-06"]', '[["2010-06", 0.5]]', '["2010-13"]', '["2009-01"]', '["loan"]', '"loan"',
    "true", "2010-06", "'", '"', '"\x1b[1m"',
    "\x1b[1m", "", " ", "#", "0.5 # x", "0.5\nx=1", "é", "qre", "eub", '"adaptive"', '"wealth * 2"',
        '"0/0"', "1e308", "10000000000000000000000",
)  # fmt: skip
SPREADS = (
    "", "=0.2:0.8:3", "=0.2,0.4", "=1,2,3", "=0.2:0.8", "=0.8:0.2:3", "=0:1:1", "=0:1:0", "=0:1:-3",
    "=0:1:1000000000", "=0:1:1e9", "=nan:1:3",
    "=0:inf:3", "=0:1:2:3", "=,", "=0.1,", "=0.1,,0.2", "=0.7x", "=0.3,auto", "=.5,.6", "=5.,6", "=1_0,2",
    "=auto", "=0.5", "=0.5,0.5", "=:", "=::",
    "=-1:1e308:3", "=\x1b[1m", "=é", "=0:1:²", "=" + "9" * 400 + ",1",
)  # fmt: skip
OUTS = (
    "o",
    "file",
    "other",
    "link",
    ".",
    "..",
    "",
    "a/b/c",
    "old-run",
    "old-sweep",
    "x" * 300,
    "\x1b[1m",
    "file/x",
    "link/x",
    "pipe",
    "é",
    "o.csv",
    "-",
    "~",
)
MONTHS = ("1", "6", "12", "1200", "1201", *STRANGE)
COMMON = {
    "--seed": ("0", "1", str(2**64 - 1), str(2**64), *STRANGE),
    "--months": MONTHS,
    "--set": None,
    "--threads": ("1", "2", "1024", "1025", *STRANGE),
}
OF_THE_PAST = {option: values for option, values in COMMON.items() if option != "--months"}
SCREENED = ("--trajectories=2", "--samples=16", "--runs=2", "--numbers=2")
TRIED = ("--candidates=4", "--draws=40", "--runs=20", "--theory=qre")
SEARCHED = ("--vary=*.start", "--runs=16", "--draws=4")
BY = ("2010-02", "2010-06", "2010-01", "2010-13", "2010-1", "2009-12", "2010-07", *STRANGE)
BRANCH = ("2010-02", "2010-06", "2010-13", "2010-00", "2010-1", "2009-12", "2013-12", "2099-01", *STRANGE)
COMMANDS = {
    "run": (["past.toml", "--runs=8", "--months=6", "--no-figures", "--out=o"], COMMON | {
        "--runs": RUNS, "--out": OUTS, "--overwrite": (), "--all": (), "--precision": ("0.5", "0.4", "0",
            "-1", "nan", "inf", "x", "1e-300", "2"),
        "--of": ("first.loan", "loan", "end.wealth", "wealth", *STRANGE), "--from-run": ("0", "3",
            str(2**48), str(2**63), *STRANGE), "--month": BRANCH, "--by": BY,
        "--given": ("loan", "A loan from North", "raid", "first.loan", *STRANGE),
        "--posterior": ("learnt.json", "file", "other", "nothing", "/dev/null", "facts.csv", ""),
        "--prior": ("file", "ranges", "", "both"), "--fixed": (), "--draws": ("2", "4", "8", *STRANGE),
    }),
    "sweep": (["past.toml", "--runs-per-point=4", "--months=6", "--out=o"], COMMON | {
        "--vary": None, "--table": ("points.csv", "file", "other", "nothing", "facts.csv", "/dev/null", ""),
        "--design": ("grid", "lhs", "sobol", "oat", *STRANGE),
        "--points": ("2", "3", "16", "1000001", *STRANGE), "--lever": None, "--runs-per-point": RUNS,
        "--out": OUTS, "--by": BY,
        "--keep": ("end.wealth", "first.loan", "wealth", *STRANGE),
    }),
    "compare": (["past.toml", "--runs=8", "--months=6"], COMMON | {"--a": None, "--b": None, "--runs": RUNS,
        "--out": OUTS, "--all": (), "--by": BY}),
    "discover": (["old-sweep", "--resamples=2", "--out=o"], {
        "--where": ("loan", "no loan", "wealth<.5", "wealth>loan", "loan>.5", "<", "no", *STRANGE),
        "--by": BY,
        "--boxes": ("1", "2", *STRANGE), "--resamples": ("2", "4", *STRANGE), "--seed": COMMON["--seed"],
        "--out": OUTS, "--overwrite": (),
    }),
    "sensitivity": (["past.toml", *SCREENED, "--out=o"], OF_THE_PAST | {
        "--of": ("first.loan", "loan", "wealth", *STRANGE), "--by": BY, "--vary": None, "--prior": ("file",
            "ranges", "", "both"), "--numbers": ("1", "1000", *STRANGE), "--trajectories": ("2", *STRANGE),
        "--samples": ("16", "32", "48", *STRANGE), "--runs": ("2", "4", *STRANGE),
        "--out": OUTS, "--overwrite": (),
    }),
    "overturn": (["past.toml", "loan > 0.2", *SEARCHED, "--out=o"], OF_THE_PAST | {
        "--b": None, "--b-do": None, "--by": BY, "--vary": None, "--prior": ("file", "ranges", "", "both"),
        "--runs": ("2", "16", *STRANGE), "--draws": ("1", "4", *STRANGE), "--out": OUTS, "--overwrite": (),
    }),
    "explain": (["past.toml", "--runs=8", "--futures=64", "--b=parameters.cost=0.3", "--b=wealth=0.3"],
        OF_THE_PAST | {
        "--a": None, "--b": None, "--b-do": None, "--by": BY, "--runs": ("2", "16", *STRANGE),
        "--above": ("0.5", "-1", *STRANGE), "--run": ("0", "3", *STRANGE), "--futures": ("0", "8", *STRANGE),
        "--of": ("first.loan", "loan", "end.wealth", "wealth", *STRANGE),
        "--groups": ("", ",", "x", *STRANGE), "--out": OUTS, "--overwrite": (),
    }),
    "indicators": (["past.toml", "--by=2010-04", "--runs=64", "--out=o"], OF_THE_PAST | {
        "--of": ("loan", "A loan from North", "wealth<.5", "wealth>loan", "loan>.5", "<",
            "end.wealth", *STRANGE),
        "--by": BY, "--without": ("wealth", "*", "share.*", *STRANGE), "--runs": RUNS, "--fixed": (),
        "--posterior": ("learnt.json", "file", "nothing"), "--prior": ("file", "ranges", "", "both"),
        "--draws": ("2", "4", "8", *STRANGE), "--out": OUTS, "--overwrite": (),
    }),
    "policy": (["past.toml", "--want=wealth", *TRIED, "--out=o"], OF_THE_PAST | {
        "--want": ("loan", "loan > 0.2", "wealth by 2010-06 falls", "wealth > loan", *STRANGE),
        "--actor": ("South", "North", *STRANGE), "--summary": ("mean", "worst", "share", *STRANGE),
        "--theory": ("qre", "eub", *STRANGE), "--or-do": None, "--candidates": ("1", "8", *STRANGE),
        "--draws": ("40", *STRANGE), "--runs": ("20", *STRANGE), "--out": OUTS, "--overwrite": (),
    }),
    "report": (["past.toml", "--runs=8", "--out=o"], OF_THE_PAST | {
        "--of": ("loan", "wealth", *STRANGE), "--runs": RUNS, "--static": (), "--fixed": (),
        "--posterior": ("learnt.json", "file", "nothing"), "--prior": ("file", "ranges", "both"),
        "--out": OUTS, "--overwrite": (),
    }),
    "hindcast": (["past.toml", "--data=facts.csv", "--runs=64", "--no-figures", "--out=o"], OF_THE_PAST | {
        "--data": ("facts.csv", "points.csv", "file", "other", "nothing", "/dev/null", ""), "--runs": ("64",
            *STRANGE), "--out": OUTS, "--overwrite": (),
        "--posterior": ("learnt.json", "file", "nothing"), "--prior": ("file", "", "both"),
        "--draws": ("2", "4", *STRANGE),
        "--given": ("facts.csv", "file", "other", "nothing", ""), "--theories": ("qre", "qre,eub", *STRANGE),
        "--origins": ("2014-2016", "2015", "2016-2014", "1500-1501", *STRANGE),
        "--all": (),
    }),
    "forecast": (["past.toml", "--runs=8", "--months=6", "--past", "--ledger=l.jsonl"], COMMON | {
        "--ledger": ("l.jsonl", "file", "other", "pipe", "link", "facts.csv", "/dev/null", "", "a/b/c"),
        "--runs": RUNS, "--by": BY, "--fixed": (), "--past": (),
        "--posterior": ("learnt.json", "file", "nothing"), "--prior": ("file", "ranges", "", "both"),
        "--draws": ("2", "4", *STRANGE),
    }),
    "score": (["--ledger=file", "--facts=facts.csv"], {
        "--ledger": ("file", "other", "nothing", "pipe", "/dev/null", ""),
        "--facts": ("facts.csv", "points.csv", "file", "nothing", "/dev/null", ""),
        "--case": ("past", *STRANGE), "--all": (), "--out": OUTS, "--overwrite": (),
    }),
    "wants": (["past.toml", "--deeds=deeds.csv", "--runs=2", "--sample=100", "--out=o"], OF_THE_PAST | {
        "--deeds": ("deeds.csv", "facts.csv", "points.csv", "file", "other", "nothing", "/dev/null", ""),
        "--runs": ("1", "2", *STRANGE), "--sample": ("100", *STRANGE), "--tests": ("0", "1", *STRANGE),
        "--fixed": (), "--posterior": ("learnt.json", "file", "nothing"), "--prior": ("file", "", "both"),
        "--draws": ("2", "4", *STRANGE), "--out": OUTS, "--overwrite": (),
    }),
    "panel": (["--state=MNG", "--write=o"], {
        "--data": ("nothing", "file", ".", "", *STRANGE), "--state": ("NPL", "mng", *STRANGE),
        "--write": OUTS, "--roles": ("nothing", "past.toml", "/dev/null", *STRANGE), "--overwrite": (),
        "--origins": ("2005-2018", "2005", "2018-2005", "1990-2030", *STRANGE), "--seed": ("1", *STRANGE),
    }),
    "spatial": (["--scenario=past.toml", "--runs=8", "--months=6"], COMMON | {
        "--vote": ("proportional", "binary", "cubic", *STRANGE), "--victory": ("linear", "square",
            *STRANGE), "--election": ("incentive", "uniform", "conditional", *STRANGE),
        "--runs": RUNS, "--out": OUTS,
    }),
    "trace": (["past.toml", "--months=3"], COMMON | {"--run": ("0", "7", str(2**48 - 1), str(2**48),
        str(2**63), *STRANGE)}),
    "show": (["past.toml"], {"--set": None, "--numbers": (), "--event": ("loan", "raid", *STRANGE),
        "--map": OUTS}),
    "verify": (["old-run"], {"--sample": ("0", "1", "1000000", "1000001", *STRANGE)}),
    "replay": (["old-sweep", "--run=1"], {"--run": RUNS, "--point": RUNS, "--lever": ("none", *STRANGE),
        "--story": ()}),
    "check": (["past.toml", "--set=nothing=1"], {"--set": None, "--out": OUTS, "--overwrite": ()}),
}  # fmt: skip
"""By command: words that make it small and quick, and the options with their values; () is a flag, None is
made up here.
"""


def words_of(rng: Random) -> list[str]:
    """A command line with one to four options of strange or good values."""
    command = rng.choice(list(COMMANDS))
    words, known = COMMANDS[command]
    asked = []
    if command == "sweep" and rng.random() < 0.6:
        asked.append(f"--vary={rng.choice(PATHS[:10])}{rng.choice(SPREADS[:4])}")
    for _ in range(rng.choice((1, 1, 2, 3, 4))):
        option = rng.choice(list(known))
        values = known[option]
        if values == ():
            asked.append(option)
        else:
            asked.append(f"{option}={value_of(option, values, rng)}")
    if rng.random() < 0.05:
        asked.append(rng.choice(("--nothing", "-x", "extra", "--runs", "--", "--set")))
    return [command, *words, *asked]


def value_of(option: str, values: Sequence[str] | None, rng: Random) -> str:
    """One of the values listed, at times of the first four alone; where none is listed, one made up."""
    if values is None:
        return made_up(option, rng)
    return rng.choice(values[:4] if rng.random() < 0.4 else values)


def made_up(option: str, rng: Random) -> str:
    """The value of an option that takes paths and values."""
    path, value = rng.choice(PATHS), rng.choice((*VALUES, rng.choice(hostile.TEXTS)))
    if option == "--vary":
        return path + rng.choice(SPREADS)
    setting = rng.choice(
        (f"{path}={value}",) * 8 + (path, f"{path} = {value}", f"={value}", f"{path}=={value}")
    )
    if option == "--lever":
        return rng.choice(
            (
                f"a:{setting}",
                f"a:{setting};{setting}",
                "a:",
                ":",
                "",
                "a",
                f"a b:{setting}",
                f"\x1b[1m:{setting}",
                "a:;",
                "=1:",
            )
        )
    return setting
