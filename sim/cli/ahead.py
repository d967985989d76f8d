"""What to do next: the one command that makes sense after one that succeeded, to be pasted as it stands."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.cli.conditions import is_table
from sim.cli.options import folder_of, given
from sim.cli.printing import note, say
from sim.reading.shipped import place_of
from sim.refusal import Refusal

Asked = Mapping[str, Any]
"""What a command was asked for, by the names of its parameters."""

Next = tuple[list[str], str]
"""The words of a command, and what it is for."""


def ahead(command: str, asked: Asked) -> None:
    """Say what to do next: with the answer, or beside it where it is data for another program."""
    if not _can_be_read_again(asked.get("scenario")):
        return
    found = AFTER[command](asked)
    if found is None:
        return
    words, why = found
    line = f"Next: {shlex.join(['steppe', *words])}"
    # it is there to be pasted, so it stays whole
    if len(line) + len(why) < WIDTH - len("   ()"):
        line = f"{line}   ({why})"
    if command in DATA or asked.get("csv"):
        note(line)
    else:
        say(line)


WIDTH = 100
"""Characters of a line, beyond which only the command stands there."""

DATA = ("list",)
"""Commands whose answer is read by programs as well as by people."""


def _can_be_read_again(scenario: Any) -> bool:
    """Whether a command could read what it was given once more: not from a pipe."""
    # what is no file here is a shipped one by its name, which a folder of that name does not hide
    is_here = scenario is not None and os.path.exists(scenario) and not os.path.isdir(scenario)
    return not is_here or os.path.isfile(scenario)


def _world(asked: Asked) -> list[str]:
    """The scenario as a command read it."""
    return [str(asked["scenario"]), *_given(asked, {"--set": "changes", "--do": "deeds"})]


def _given(asked: Asked, options: Mapping[str, str]) -> list[str]:
    """Options that may be given many times, as they were: their names by option."""
    return [
        word for option, key in options.items() for each in asked.get(key) or () for word in (option, each)
    ]


def _play(asked: Asked) -> Next | None:
    kept = given(asked["go_on"], asked["save"])
    if kept is None:
        return None
    return ["play", "--go-on", str(kept)], "the game again, or on"


def _games(asked: Asked) -> Next:
    if asked["out"] is not None:
        return ["verify", str(asked["out"])], "whether it is what was written, before it is passed on"
    return ["verify", str(asked["files"][0])], "whether no line was changed or dropped, now and later"


def _new(asked: Asked) -> Next:
    from sim.studies.new.ask import file_of

    file = given(asked["out"], file_of(asked["name"]))
    return ["run", str(file)], "what comes of it as it stands"


def _list(asked: Asked) -> Next:
    if asked["scenario"] is not None:
        return ["show", str(asked["scenario"]), "--numbers"], "each number with its range and source"
    from sim.reading.shipped import shipped

    return ["show", next(iter(shipped(".toml")))], "one of them in words"


def _show(asked: Asked) -> Next | None:
    if asked["scenario"] is None or asked["keys"] or asked["json_schema"]:
        return None
    if asked["mechanisms"]:
        return ["check", *_world(asked), "--only", "mechanisms"], "whether each moves what it claims"
    return ["run", *_world(asked)], "what comes of it"


def _run(asked: Asked) -> Next:
    if events := _told_apart_by(asked):
        words = ["compare", *_world(asked), "--b-do", f"interventions.forbidden={json.dumps(events)}"]
        return words, "the effect: the same futures with and without it"
    folder = str(folder_of(asked["out"], Path(asked["scenario"])))
    if asked["from_run"] is not None:
        return ["verify", folder], "whether it is what was written, before it is passed on"
    return ["sensitivity", *_world(asked)], "what it hangs on"


def _told_apart_by(asked: Asked) -> list[str]:
    """The events of the outcome by which paths are told apart; none where there is none to forbid."""
    if asked["outcome"] is None or is_table(asked["outcome"]):
        return []
    from sim.scenario.load import load
    from sim.studies.run.given import condition_of

    return list(condition_of(load(asked["scenario"]), asked["outcome"]).happening.events)


def _trace(asked: Asked) -> Next:
    words = ["run", *_world(asked)]
    for option, key in (("--given", "facts"), ("--from", "free_from")):
        if asked[key] is not None:
            words += [option, str(asked[key])]
    return words, "how often each of this comes"


def _compare(asked: Asked) -> Next:
    changes = asked["second"] or []
    if len(changes) == 1:
        path = changes[0].partition("=")[0]
        if _has_range(asked, path):
            return ["sweep", *_world(asked), "--vary", path], "what it does over all its range"
    return ["trace", *_world(asked)], "one future as a story, with everybody's reasons"


def _has_range(asked: Asked, name: str) -> bool:
    """Whether a name means a number of the scenario that has a range."""
    from sim.scenario.load import load
    from sim.scenario.lookup import path_of

    with suppress(Refusal):
        scenario = load(asked["scenario"])
        return path_of(scenario.raw, name) in scenario.provenance
    return False


def _explain(asked: Asked) -> Next:
    other = [str(asked["other"])] * (asked["other"] is not None)
    changes = _given(asked, {"--a": "first", "--b": "second", "--b-do": "second_deeds"})
    if other or changes:
        words = ["compare", *_world(asked), *other, *changes]
        return words, "how many futures flip, and when their paths part"
    return ["show", *_world(asked), "--mechanisms"], "what each mechanism claims, and what switches it off"


def _sweep(asked: Asked) -> Next:
    from sim.studies.discover.reading import check_design
    from sim.studies.sweep.results import Sweep

    folder = str(folder_of(asked["out"], Path(asked["scenario"]), "-sweep"))
    with suppress(Refusal):
        check_design(Sweep(Path(folder)))
        return ["discover", folder], "under which conditions the first outcome comes"
    return ["verify", folder], "whether it is what was written, before it is passed on"


def _discover(asked: Asked) -> Next:
    from sim.cli.discover import results_of
    from sim.studies.discover.folder import example

    folder, found = str(asked["folder"]), example(results_of(asked["out"], asked["folder"]))
    if found is None:
        return ["verify", folder], "whether the sweep is what was written"
    point, lever, run = found
    words = ["replay", folder, "--run", str(run), "--point", str(point)]
    if lever is not None:
        words += ["--lever", lever]
    return [*words, "--story"], "one future in the box"


def _sensitivity(asked: Asked) -> Next:
    from sim.studies.sensitivity.folder import largest

    folder = folder_of(asked["out"], Path(asked["scenario"]), "-sensitivity")
    name = largest(folder)
    if name is None:
        return ["show", *_world(asked), "--numbers"], "each number with its range and source"
    return ["sweep", *_world(asked), "--vary", name], "what the largest does over all its range"


def _overturn(asked: Asked) -> Next:
    return ["show", *_world(asked), "--numbers"], "each number with its range and source"


def _indicators(asked: Asked) -> Next:
    from sim.scenario.load import load
    from sim.studies.indicators.outcome import outcome_of

    outcome = outcome_of(load(asked["scenario"]), asked["of"], asked["by"])
    if outcome.happening is None:
        words = ["sensitivity", *_world(asked), "--of", outcome.target.name, "--by", outcome.date]
        return words, "what it hangs on"
    words = ["run", *_world(asked), "--given", outcome.happening.name, "--by", outcome.date]
    return words, "all paths, where it comes and where not"


def _policy(asked: Asked) -> Next:
    folder = str(folder_of(asked["out"], Path(asked["scenario"]), "-policy"))
    return ["verify", folder], "whether it is what was written, before it is passed on"


def _exploit(asked: Asked) -> Next:
    folder = str(folder_of(asked["out"], Path(asked["scenario"]), "-exploit"))
    return ["verify", folder], "whether it is what was written, before it is passed on"


def _report(asked: Asked) -> Next:
    if os.path.isdir(place_of(asked["scenario"])):
        return ["verify", str(asked["scenario"])], "whether all is as it was written"
    return ["explain", *_world(asked)], "which mechanisms make the number"


def _check(asked: Asked) -> Next:
    return ["run", *_world(asked)], "what comes of it"


def _hindcast(asked: Asked) -> Next:
    if asked["posterior"] is not None:
        return ["run", *_world(asked), "--posterior", str(asked["posterior"])], "what comes after"
    return ["calibrate", *_world(asked), "--data", str(asked["data"])], "what the same table teaches"


def _calibrate(asked: Asked) -> Next:
    learnt = folder_of(asked["out"], Path(asked["scenario"]), "-calibration") / "posterior.json"
    scored = ["hindcast", *_world(asked), "--data", str(asked["data"]), "--posterior", str(learnt)]
    return scored, "how far what was learnt fits what came"


def _wants(asked: Asked) -> Next:
    folder = str(folder_of(asked["out"], Path(asked["scenario"]), "-wants"))
    return ["verify", folder], "whether it is what was written, before it is passed on"


def _forecast(asked: Asked) -> Next:
    return ["verify", str(asked["ledger"])], "whether no line of it was changed, now and later"


def _score(asked: Asked) -> Next:
    place = given(asked["out"], asked["ledger"])
    return ["verify", str(place)], "whether all is as it was written"


def _panel(asked: Asked) -> Next:
    if asked["write"] is not None:
        first = next(iter(sorted((Path(asked["write"]) / "scenarios").glob("*.toml"))))
        return ["show", str(first)], "one of them in words"
    return ["verify", str(given(asked["out"], Path("results") / "panel"))], "whether it is what was written"


def _spatial(asked: Asked) -> Next:
    if asked["scenario"] is None:
        return ["list"], "scenarios to lay beside it, with --scenario"
    return ["run", *_world(asked)], "what comes of it, as a table with figures"


def _verify(asked: Asked) -> Next:
    from sim.writing.manifest import RUN, SWEEP, kind_of, read_manifest

    folder = str(asked["folder"])
    is_ledger = os.path.isfile(folder)
    if not is_ledger and kind_of(read_manifest(Path(folder))) in (RUN, SWEEP):
        return ["replay", folder, "--run", "0"], "one stored row again"
    return ["list"], "what else there is to run"


def _replay(asked: Asked) -> Next:
    folder = str(asked["folder"])
    if asked["tell"]:
        return ["verify", folder], "whether all else is as it was written"
    row = ["replay", folder, "--run", str(asked["run"])]
    if asked["point"]:
        row += ["--point", str(asked["point"])]
    if asked["lever"] is not None:
        row += ["--lever", asked["lever"]]
    return [*row, "--story"], "the same future as a story"


AFTER: dict[str, Callable[[Asked], Next | None]] = {
    "new": _new,
    "list": _list,
    "show": _show,
    "run": _run,
    "trace": _trace,
    "compare": _compare,
    "explain": _explain,
    "sweep": _sweep,
    "discover": _discover,
    "sensitivity": _sensitivity,
    "overturn": _overturn,
    "indicators": _indicators,
    "policy": _policy,
    "report": _report,
    "check": _check,
    "hindcast": _hindcast,
    "calibrate": _calibrate,
    "panel": _panel,
    "forecast": _forecast,
    "score": _score,
    "wants": _wants,
    "spatial": _spatial,
    "verify": _verify,
    "replay": _replay,
    "play": _play,
    "exploit": _exploit,
    "games": _games,
}
"""What follows each command."""
