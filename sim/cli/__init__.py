"""The command `steppe`. Heavy modules are imported inside the commands, so that help comes at once."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.options import counted, real, written
from sim.refusal import BadInput, Refusal, ScenarioError, one_line
from sim.writing.places import PlaceError
from sim.writing.terminal import prepare

EXITS = """Exit codes: 0 done; 1 refused or failed (a folder that holds results, runs that failed, a figure that could not be
drawn, faults that check, verify or replay found); 2 bad input (one line for each problem); 130 interrupted (Ctrl-C, SIGTERM,
SIGHUP)."""

app = typer.Typer(
    help=f"How a buffer state steers between powers: many monthly futures of one scenario file.\n\n{EXITS}",
    epilog="Start with: steppe run SCENARIO, with one of the files in configs/.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

File = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A scenario file (TOML), or the name of a shipped one.")
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Replace a value of the scenario by its path; may be given many times.",
    ),
]
Seed = Annotated[int, counted(0, 2**64 - 1, "The luck of all runs; the same seed gives the same futures.")]
Months = Annotated[int | None, counted(1, 1200, "Months to simulate; the scenario's own by default.")]
Threads = Annotated[int | None, counted(1, 1024, "Threads; as many as processors by default.")]


class Refused(Refusal):
    """Something that is not done, with a sentence that says what to do."""


@contextmanager
def _plain_errors(kept: Callable[[], str] = lambda: "nothing was saved") -> Iterator[None]:
    """Problems as lines on stderr and exit codes, never a traceback for what a user can do wrong; `kept` is
    told on Ctrl-C.
    """
    try:
        yield
    except ScenarioError as error:
        _stop(error.problems, 2)
    except PlaceError as error:
        _stop([f"{error} (options --out and --overwrite)"], error.exit_code)
    except Refusal as error:
        _stop([str(error)], error.exit_code)
    except BrokenPipeError:
        raise
    except OSError as error:
        _stop([f"cannot write or read: {error}"], 1)
    except KeyboardInterrupt:
        _stop([f"interrupted; {kept()}"], 130)


MOST_LINES = 20
"""Problems that are printed at once; the rest is counted."""


def _stop(lines: Any, code: int) -> None:
    for line in lines[:MOST_LINES]:
        print(f"steppe: {one_line(line)}", file=sys.stderr)
    if len(lines) > MOST_LINES:
        print(f"steppe: and {len(lines) - MOST_LINES} more", file=sys.stderr)
    raise typer.Exit(code) from None


def changes_of(settings: list[str] | None) -> dict[str, Any]:
    """`key=value` texts as changes: values as TOML, else as text. Raises ScenarioError."""
    from sim.reading.numbers import NOT_FINITE, NotANumber, setting

    changes: dict[str, Any] = {}
    for text in settings or []:
        path, sign, value = _split(text)
        if not sign or not path:
            raise ScenarioError([f"{text}: write key=value, such as decision.precision=0.5"])
        if path in changes:
            raise ScenarioError([f"{path}: is set twice; set it once"])
        try:
            changes[path] = float(value) if NOT_FINITE.fullmatch(value) else setting(value)
        except NotANumber as error:
            raise ScenarioError([f"{path}: {error}"]) from None
    return changes


def _split(text: str) -> tuple[str, str, str]:
    """Key and value around the first = that is not inside a quoted part of the key."""
    quoted = False
    for place, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        elif sign == "=" and not quoted:
            return text[:place].strip(), "=", text[place + 1 :].strip()
    return text.strip(), "", ""


def load_scenario(file: Any, settings: list[str] | None) -> Any:
    """The scenario of a file, or of one that was read before (`Source`), with what --set changes. Raises
    ScenarioError.
    """
    from sim.scenario.load import load

    return load(file, changes_of(settings))


def _tell_outside(months: int | None, *scenarios: Any) -> None:
    """A line on stderr about dates that no run comes to, such as those beyond --months."""
    for line in dict.fromkeys(each.outside(months) for each in scenarios):
        if line is not None:
            print(one_line(line), file=sys.stderr)


@app.command()
def run(
    scenario: File,
    runs: Annotated[int, counted(1, 10**9, "How many futures.")] = 20_000,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    out: Annotated[Path | None, written("Folder for the results [default: results/SCENARIO].")] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the results that the folder holds.")
    ] = False,
    threads: Threads = None,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Save tables only.")] = False,
    all_rows: Annotated[
        bool, typer.Option("--all", help="Print every quantity and event, not only the headlines.")
    ] = False,
    precision: Annotated[
        float | None,
        typer.Option(
            parser=real, metavar="HALF", help="Runs that make an interval +-HALF, such as 0.005; for --runs."
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(metavar="OUTCOME", help="Whose interval --precision means [default: the first]."),
    ] = None,
    from_run: Annotated[int | None, counted(0, 2**48 - 1, "Branch: all share the past of this run.")] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Branch: the month from which --set acts.")
    ] = None,
    posterior: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the uncertain numbers from what was learnt of them."),
    ] = None,
    prior: Annotated[
        bool, typer.Option("--prior", help="Draw the uncertain numbers from the scenario's priors alone.")
    ] = False,
    draws: Annotated[
        int | None, counted(2, 10**6, "How many draws; the runs are shared among them [default: 200].")
    ] = None,
) -> None:
    """Simulate a scenario many times, print what came of it, and save it to a folder."""
    with _plain_errors():
        loaded = load_scenario(scenario, changes)
        folder = Path("results") / scenario.stem if out is None else out
        from sim.studies.run.ask import run as run_ensemble
        from sim.studies.run.text import summary
        from sim.writing.manifest import RUN
        from sim.writing.places import place_of

        if (from_run is None) != (month is None):
            raise BadInput("a branch needs both --from-run and --month")
        if of is not None and precision is None:
            raise BadInput("--of says whose interval --precision means; give --precision too")
        if precision is not None and from_run is not None:
            raise BadInput("--precision counts futures from the start; give a branch its number of --runs")
        if (posterior is not None or prior) and (from_run is not None or precision is not None):
            raise BadInput(
                "draws of uncertain numbers go neither with --from-run nor with --precision; give --runs and --draws"
            )
        branch = None if from_run is None or month is None else (from_run, month)
        trunk = None if branch is None else load_scenario(loaded.source, None)
        beliefs = _beliefs(loaded, posterior, prior, draws, seed)
        if beliefs is not None:
            runs = _whole(runs, beliefs.draws)
        place_of(folder, RUN, overwrite)
        if precision is not None:
            runs = _needed(loaded, precision, of, seed, months, threads)
        span = loaded.case.time.months if months is None else months
        with _bar(runs * span) as tell:
            ensemble = run_ensemble(
                loaded,
                runs,
                seed,
                months,
                threads,
                tell,
                folder,
                overwrite,
                not no_figures,
                branch,
                trunk,
                beliefs,
            )
        for line in summary(ensemble, everything=all_rows):
            print(line)
        _tell_outside(months, loaded)
        _saved(folder, ensemble.undrawn)
        _refuse_failed(ensemble.failed, ensemble.runs)


def _saved(folder: Path, undrawn: tuple[str, ...] = ()) -> None:
    """Say where results are; figures that could not be drawn make the command fail, and nothing is lost."""
    print(one_line(f"saved in {folder}"), file=sys.stderr)
    if undrawn:
        raise Refused(f"{'; '.join(undrawn)}; all else is saved")


def _refuse_failed(failed: int, runs: int) -> None:
    """Runs that could not be used make the command fail."""
    if failed:
        told = (
            "no run could be used: every one"
            if failed == runs
            else f"{failed:,} of {runs:,} runs could not be used: each"
        )
        raise Refused(f"{told} had a number that is not finite")


def _beliefs(scenario: Any, posterior: Path | None, prior: bool, draws: int | None, seed: int) -> Any:
    """Draws from a posterior file, from the priors of the scenario, or none."""
    from sim.engine.beliefs import learnt_beliefs, prior_beliefs

    if posterior is not None and prior:
        raise BadInput("--posterior and --prior: draw the uncertain numbers from one of them")
    if posterior is None and not prior:
        if draws is not None:
            raise BadInput("--draws counts draws of the uncertain numbers; give --posterior or --prior too")
        return None
    count = 200 if draws is None else draws
    return (
        prior_beliefs(scenario, count, seed)
        if posterior is None
        else learnt_beliefs(scenario, posterior, count, seed)
    )


def _whole(runs: int, draws: int) -> int:
    """The runs that give each draw as many, told on stderr where they are more than asked for."""
    from sim.studies.run.ask import whole_draws

    rounded = whole_draws(runs, draws)
    if rounded != runs:
        print(f"{rounded:,} runs instead of {runs:,}: as many under each of {draws:,} draws", file=sys.stderr)
    return rounded


def _needed(
    scenario: Any, precision: float, of: str | None, seed: int, months: int | None, threads: int | None
) -> int:
    """The runs that a precision takes, told on stderr."""
    from tqdm import tqdm

    from sim.studies.run.precision import runs_needed

    with tqdm(desc="looking for the number of runs", unit=" runs", ncols=100, file=sys.stderr) as bar:
        runs = runs_needed(
            scenario, precision, of, seed, months, threads, lambda done: bar.update(done - bar.n)
        )
    print(f"{runs:,} runs make the interval +-{precision}", file=sys.stderr)
    return runs


@contextmanager
def _bar(total: int, then: str = "writing tables and figures", resumes: bool = False) -> Iterator[Any]:
    """A progress bar in run-months on stderr. If it `resumes`, what is told first was done before: no time
    was spent on it.
    """
    from tqdm import tqdm

    with tqdm(
        total=total, unit=" run-months", unit_scale=True, desc="simulating", ncols=100, file=sys.stderr
    ) as bar:

        def tell(done: int) -> None:
            nonlocal resumes
            if resumes:
                bar.initial = bar.n = bar.last_print_n = done
                bar.unpause()
                bar.refresh()
                resumes = False
            else:
                bar.update(done)
            if bar.n >= total:
                bar.close()
                print(then, file=sys.stderr)

        yield tell


@app.command()
def compare(
    scenario: File,
    other: Annotated[
        Path | None, typer.Argument(metavar="[OTHER]", help="A second file; the same file by default.")
    ] = None,
    first: Annotated[
        list[str] | None, typer.Option("--a", metavar="KEY=VALUE", help="A change of scenario A.")
    ] = None,
    second: Annotated[
        list[str] | None, typer.Option("--b", metavar="KEY=VALUE", help="A change of scenario B.")
    ] = None,
    runs: Annotated[int, counted(2, 10**7, "How many futures.")] = 20_000,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    out: Annotated[
        Path | None,
        written("A .csv file for the table, or a folder for the table and figures."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the results that the folder holds.")
    ] = False,
    threads: Threads = None,
    all_rows: Annotated[
        bool, typer.Option("--all", help="Print every event, not only the outcomes.")
    ] = False,
) -> None:
    """Compare two scenarios on the same futures: paired differences, futures that flip, and when paths part."""
    with _plain_errors():
        one = load_scenario(scenario, [*(changes or []), *(first or [])])
        two = load_scenario(one.source if other is None else other, [*(changes or []), *(second or [])])
        from sim.studies.compare.ask import compare as run_both
        from sim.studies.run.text import differences
        from sim.writing.folders import write_new
        from sim.writing.manifest import COMPARE
        from sim.writing.places import new_file, place_of
        from sim.writing.tables import csv_bytes

        as_table = out is not None and out.suffix == ".csv"
        if as_table and overwrite:
            raise BadInput("--overwrite replaces a folder of results; a table is written to a new file")
        if out is not None and as_table:
            new_file(out)
        elif out is not None:
            place_of(out, COMPARE, overwrite)
        span = min(each.case.time.months for each in (one, two)) if months is None else months
        with _bar(2 * runs * span, "comparing") as tell:
            found = run_both(one, two, runs, seed, months, threads, tell)
        undrawn: tuple[str, ...] = ()
        if out is not None and as_table:
            write_new(out, csv_bytes(found.table()))
        elif out is not None:
            undrawn = found.save(out, overwrite)
        for line in differences(found, all_rows):
            print(line)
        _tell_outside(span, one, two)
        if out is not None:
            _saved(out, undrawn)
        _refuse_failed(len(found.failed) - found.runs, len(found.failed))


@app.command()
def sweep(
    scenario: File,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH[=LOW:HIGH:N]",
            help="An uncertainty; without values, its range in the file.",
        ),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Design points of your own: a column a path, a row a point; --vary meets each.",
        ),
    ] = None,
    design: Annotated[
        str | None,
        typer.Option(help="grid (N values each), lhs, sobol, or oat (one at a time) [default: grid]."),
    ] = None,
    points: Annotated[
        int | None, counted(1, 10**6, "Points of lhs and sobol; values of a grid without N [default: 16].")
    ] = None,
    lever: Annotated[
        list[str] | None,
        typer.Option("--lever", metavar="NAME:KEY=VALUE[;...]", help="A choice that meets every point."),
    ] = None,
    runs_per_point: Annotated[int, counted(1, 10**7, "Futures of each point and lever.")] = 1000,
    keep: Annotated[
        list[str] | None, typer.Option(metavar="OUTCOME", help="Outcomes to store; all by default.")
    ] = None,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    out: Annotated[Path | None, written("Folder for the results [default: results/SCENARIO-sweep].")] = None,
    threads: Threads = None,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Compute on the workers of this Dask scheduler.")
    ] = None,
) -> None:
    """Run a design of many points on the same luck; the same command goes on where it was stopped."""
    folder = Path("results") / f"{scenario.stem}-sweep" if out is None else out
    with _plain_errors(lambda: _goes_on(folder)):
        loaded = load_scenario(scenario, changes)
        from sim.studies.sweep.arguments import crossed, design_of, levers_of, table_of
        from sim.studies.sweep.ask import sweep as run_sweep
        from sim.studies.sweep.text import failures_told, sweep_summary
        from sim.studies.sweep.tipping import tipping_of

        if table is None and not vary:
            raise BadInput("a sweep needs --vary, once for each number, or --table, or both")
        if not vary and (design is not None or points is not None):
            raise BadInput("--table gives the points; --design and --points belong to --vary")
        if dask is not None and threads is not None:
            raise BadInput("--threads are those of this machine; with --dask the workers compute")
        parts = [] if table is None else [table_of(table, loaded)]
        if vary:
            parts.append(design_of(loaded, vary, design or "grid", 16 if points is None else points, seed))
        tried = reduce(crossed, parts)
        levers = levers_of(lever, changes_of)
        span = loaded.case.time.months if months is None else months
        with _bar(
            len(tried) * len(levers) * runs_per_point * span, "writing the summary", resumes=True
        ) as tell:
            done = run_sweep(
                loaded, tried, folder, levers, runs_per_point, seed, months, keep, threads, tell,
                lambda line: print(f"steppe: {line}", file=sys.stderr), dask,
            )  # fmt: skip
        summary, turns = done.summary(), tipping_of(done)
        tables = {"summary.csv": summary} | ({} if turns.empty else {"tipping.csv": turns})
        undrawn = done.finish(tables, lambda: _figures_of(done, summary, turns))
        for line in sweep_summary(done, summary, turns):
            print(line)
        for line in failures_told(done):
            print(f"steppe: {line}", file=sys.stderr)
        _tell_outside(months, loaded)
        _saved(folder, undrawn)
        if done.failures:
            raise Refused(f"{len(done.failures)} of {len(tried) * len(levers)} cells could not be run")
        lost = summary.drop_duplicates(["point", "lever"])
        _refuse_failed(int(lost["failed"].sum()), len(tried) * len(levers) * runs_per_point)


def _figures_of(done: Any, summary: Any, turns: Any) -> Any:
    from sim.studies.sweep.figures import figures_of

    return figures_of(done, summary, turns)


def _goes_on(folder: Path) -> str:
    """What a stopped sweep leaves, and how it goes on."""
    from sim.studies.sweep.ask import Sweep

    done = Sweep(folder).done
    return f"{done} {'part is' if done == 1 else 'parts are'} stored in {folder}, and the same command goes on from there"


Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder of results that steppe wrote.")]


@app.command()
def verify(
    folder: Folder,
    sample: Annotated[int, counted(0, 10**6, "Rows to run again, with their pages.")] = 100,
) -> None:
    """Check results: every file against its checksum, and a sample of rows by running them again on fresh
    machine code.
    """
    with _plain_errors():
        from sim.studies.verify.ask import verify as check_results

        found = check_results(folder, sample)
        for line in found.wrong or filter(None, [found.right]):
            print(one_line(line))  # names of files come from a manifest that anybody may have written
        if found.unsure:
            print(f"steppe: {found.unsure}", file=sys.stderr)
        if found.wrong:
            raise Refused(f"faults found: {len(found.wrong)}")


@app.command()
def replay(
    folder: Folder,
    run: Annotated[int, counted(0, 2**48 - 1, "Number of the run.")],
    point: Annotated[int, counted(0, 10**6, "Of a sweep: the design point.")] = 0,
    lever: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of a sweep: the lever [default: the first].")
    ] = None,
    tell: Annotated[bool, typer.Option("--story", help="Tell the future too, as steppe trace does.")] = False,
) -> None:
    """Run one stored row again from the manifest alone, and print it beside what was stored."""
    with _plain_errors():
        from sim.studies.replay.ask import replay as run_again
        from sim.studies.run.text import replayed

        found = run_again(folder, run, point, lever)
        for line in replayed(found):
            print(line)
        if tell:
            from sim.studies.trace.ask import story

            if found.branch:
                raise BadInput(
                    "a branch has no --story of its own; steppe trace tells that of the run it leaves"
                )
            for line in ("", *story(found.world, found.seed, found.run)):
                print(line)
        if not found.same:
            raise Refused(f"run {run}, run again, does not give what {folder} holds")


@app.command()
def spatial(
    actors: Annotated[
        Path | None,
        typer.Argument(
            metavar="[ACTORS]", help="A CSV of actors in KTAB's layout; made of --scenario by default."
        ),
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option(metavar="SCENARIO", help="Whose runs are printed beside.")
    ] = None,
    vote: Annotated[
        str, typer.Option(help="How votes grow with the gain: proportional, binary or cubic.")
    ] = "proportional",
    victory: Annotated[str, typer.Option(help="How strength wins contests: linear or square.")] = "linear",
    kind: Annotated[
        str, typer.Option("--election", help="Markov by incentive or uniform, or conditional.")
    ] = "incentive",
    runs: Annotated[int, counted(1, 10**7, "How many futures of the scenario.")] = 2_000,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    out: Annotated[Path | None, written("A CSV file for the table of actors.")] = None,
) -> None:
    """Forecast with the field's spatial models (weighted mean and median, Condorcet election), beside a
    scenario's runs.
    """
    with _plain_errors():
        if actors is None and scenario is None:
            raise BadInput("give a CSV of actors, or --scenario, or both")
        if scenario is None and (changes or months is not None):
            raise BadInput("--set and --months are about a scenario; give --scenario too")
        from sim.studies.spatial.ask import election_of, own_of, stakeholders_of, summary
        from sim.writing.folders import write_new
        from sim.writing.places import new_file
        from sim.writing.tables import write_rows

        if out is not None:
            new_file(out)

        election = election_of(vote, victory, kind)
        loaded = None if scenario is None else load_scenario(scenario, changes)
        table = stakeholders_of(actors, loaded)
        own = None if loaded is None else own_of(loaded, table, runs, seed, months)
        if out is not None:
            text = BytesIO()
            write_rows(table.rows(), text)
            write_new(out, text.getvalue())
        for line in summary(table, election, own):
            print(line)


@app.command()
def hindcast(
    scenario: File,
    data: Annotated[
        Path,
        typer.Option(
            metavar="TABLE.csv",
            help="What came: columns kind, target, when, value, source, provenance, note.",
        ),
    ],
    runs: Annotated[int, counted(1, 10**7, "How many runs.")] = 2_000,
    seed: Seed = 1,
    months: Annotated[
        int | None, counted(1, 1200, "Months to simulate; until the last observation by default.")
    ] = None,
    changes: Changes = None,
    posterior: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the uncertain numbers from what steppe calibrate learnt."),
    ] = None,
    prior: Annotated[
        bool, typer.Option("--prior", help="Draw the uncertain numbers from the priors of the file.")
    ] = False,
    draws: Annotated[
        int | None, counted(1, 10**6, "Draws that the runs are spread over evenly [default: 200].")
    ] = None,
    out: Annotated[
        Path | None,
        written("Folder for the results [default: results/SCENARIO-hindcast]."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the results that the folder holds.")
    ] = False,
    threads: Threads = None,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Save tables only.")] = False,
    all_rows: Annotated[
        bool, typer.Option("--all", help="Print in-sample observations too, not only later ones.")
    ] = False,
) -> None:
    """Lay runs of a scenario of the past beside dated observations, and score them beside baselines that use
    no model.

    Exit codes: 0 scored, whatever the scores; 1 the folder holds results, or every run failed; 2 input that
    cannot be used (one line for each problem, with the line of the table), or scoringrules is not installed.
    """
    with _plain_errors():
        folder = Path("results") / f"{scenario.stem}-hindcast" if out is None else out
        loaded = load_scenario(scenario, changes)
        from sim.reading.source import source_of
        from sim.statistics.scores import scoringrules
        from sim.studies.hindcast.ask import hindcast as score
        from sim.studies.hindcast.ask import months_needed
        from sim.studies.hindcast.folder import write
        from sim.studies.hindcast.observations import facts_of
        from sim.studies.hindcast.text import lines
        from sim.writing.manifest import HINDCAST
        from sim.writing.places import place_of

        scoringrules()
        table = source_of(data)
        facts = facts_of(table, loaded)
        place_of(folder, HINDCAST, overwrite)
        beliefs = _beliefs(loaded, posterior, prior, draws, seed)
        span = months_needed(loaded, facts) if months is None else months
        each = runs if beliefs is None else -(-runs // beliefs.draws) * beliefs.draws
        with _bar(each * span, "scoring") as tell:
            found = score(loaded, facts, runs, seed, beliefs, span, threads, tell)
        undrawn = write(found, table, folder, overwrite, not no_figures)
        for line in lines(found, everything=all_rows):
            print(line)
        _saved(folder, undrawn)
        _refuse_failed(found.failed, found.runs)


@app.command()
def calibrate(
    scenario: File,
    data: Annotated[
        Path, typer.Option(metavar="TABLE.csv", help="Dated observations; those in-sample are learnt from.")
    ],
    simulations: Annotated[int, counted(500, 10**7, "Draws from the priors, four runs each.")] = 100_000,
    tests: Annotated[int, counted(100, 10**5, "Data sets with known truth to check with.")] = 2_000,
    draws: Annotated[int, counted(100, 10**5, "Draws of the posterior to store.")] = 1_000,
    seed: Seed = 1,
    changes: Changes = None,
    out: Annotated[
        Path | None,
        written("Folder for the results [default: results/SCENARIO-calibration]."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the results that the folder holds.")
    ] = False,
    threads: Threads = None,
) -> None:
    """Learn the uncertain numbers of a scenario from observations, and check that what is learnt can be
    believed.
    """
    folder = Path("results") / f"{scenario.stem}-calibration" if out is None else out
    with _plain_errors():
        loaded = load_scenario(scenario, changes)
        from sim.reading.source import source_of
        from sim.studies.calibrate.ask import calibrate as learn
        from sim.studies.calibrate.text import report
        from sim.studies.hindcast.observations import facts_of
        from sim.writing.manifest import CALIBRATE
        from sim.writing.places import place_of

        place_of(folder, CALIBRATE, overwrite)
        table = source_of(data)
        facts = facts_of(table, loaded)
        with _draws_bar(simulations + tests) as (progress, tell):
            found = learn(loaded, facts, simulations, tests, draws, seed, threads, progress, tell)
        undrawn = found.save(folder, table, overwrite)
        for line in report(found):
            print(line)
        _saved(folder, undrawn)
        if found.faults:
            raise Refused("; ".join(found.faults))


@contextmanager
def _draws_bar(total: int) -> Iterator[Any]:
    """A progress bar in draws on stderr, and a way to say what comes next."""
    from tqdm import tqdm

    with tqdm(
        total=total, unit=" draws", unit_scale=True, desc="simulating", ncols=100, file=sys.stderr
    ) as bar:
        yield bar.update, bar.write


@app.command()
def trace(
    scenario: File,
    run: Annotated[int, counted(0, 2**48 - 1, "Number of the run.")] = 0,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
) -> None:
    """Tell one future as a story: who proposed what, why, and what came of it."""
    with _plain_errors():
        loaded = load_scenario(scenario, changes)
        from sim.scenario.lower import lower
        from sim.studies.trace.ask import story

        for line in story(lower(loaded, months), seed, run):
            print(line)
        _tell_outside(months, loaded)


@app.command()
def show(
    scenario: File,
    changes: Changes = None,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="Every number with its unit, range and source.")
    ] = False,
    event: Annotated[str | None, typer.Option(metavar="NAME", help="One event in full.")] = None,
) -> None:
    """Show a scenario in words and tables: who wants what, what can happen, and where numbers come from."""
    with _plain_errors():
        loaded = load_scenario(scenario, changes)
        from sim.studies.show.text import portrait, portrait_of_event, portrait_of_numbers

        if event is not None:
            lines = portrait_of_event(loaded, event)
        else:
            lines = portrait_of_numbers(loaded) if numbers else portrait(loaded)
        for line in lines:
            print(line)
        _tell_outside(None, loaded)


@app.command()
def check(
    scenario: File,
    changes: Changes = None,
    only: Annotated[
        str | None,
        typer.Option(metavar="PART", help="One question alone: endings, numbers or rest [default: all]."),
    ] = None,
) -> None:
    """Check a scenario: can everything happen, does every number matter, does it stand still without a cause."""
    with _plain_errors():
        loaded = load_scenario(scenario, changes)
        from sim.studies.check.ask import Audit

        audit = Audit(loaded)
        with _tried() as tell:
            for line in audit.report(tell, only):
                print(line, flush=True)
        if audit.faults:
            raise Refused(f"faults found: {len(audit.faults)}")


QUIET = 10.0
"""Time between two lines that say what is being tried, where stderr is no terminal [s]."""


@contextmanager
def _tried() -> Iterator[Any]:
    """What is being tried: on one line of stderr if that is a terminal, else a line now and then."""
    from tqdm import tqdm

    begun = told = time.monotonic()

    def now_and_then(line: str) -> None:
        nonlocal told
        if time.monotonic() - told >= QUIET or told == begun:
            told = time.monotonic()
            print(f"checking, {told - begun:.0f} s: {line}", file=sys.stderr, flush=True)

    if not sys.stderr.isatty():
        yield now_and_then
        return
    with tqdm(desc="checking", bar_format="{desc} {elapsed} {postfix}", ncols=100, file=sys.stderr) as bar:
        yield lambda line: bar.set_postfix_str(line[:70])


def main() -> None:
    """Run the command line."""
    prepare()
    app(prog_name="steppe")
