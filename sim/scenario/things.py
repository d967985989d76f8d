"""The things that a scenario file names, such as stocks, events and actors: their labels and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.paths import BadPath, is_table, join, numbers, place_of, spelled, steps_of, values
from sim.scenario.vocabulary import keys_at

NAMING = (
    "quantities", "parameters", "events", "channels", "actors", "drivers", "calendars", "similarity", "blocs",
    "outcomes", "postures", "observations", "uncertain", "levers",
)  # fmt: skip
"""Sections whose keys are names that the author of a file chose."""

WHOLE = ("parameters", "drivers")
"""Sections in which a name stands for a value and not for a table."""

VALUE_OF = {"quantities": "start", "events": "base_logit", "channels": "weight", "factions": "clout"}
"""The setting that is meant where only the thing is named; of a stock on a path, the path is."""

FIRST_MEANT = (*VALUE_OF.values(), "goodwill", "precision")
"""The order in which the settings of a thing are suggested."""

LEFT_OUT = ("factions", "size")
"""Steps of paths that say nothing to a reader."""

Steps = tuple[str, ...]


def folded(word: str) -> str:
    """A name or label without what people vary: case, underscores for blanks, blanks too many."""
    return " ".join(word.replace("_", " ").casefold().split())


def leads(raw: Mapping[str, Any], path: str, table: bool = False) -> bool:
    """Whether a path leads to a value of the scenario, or to a setting that it leaves out."""
    try:
        place = place_of(raw, path)
    except BadPath:
        return False
    return table or not is_table(raw, place)


def steps_in(path: str) -> list[str]:
    """The steps of a path; none for what is no path."""
    return steps_of(path) or []


def labelled(raw: Mapping[str, Any], path: str) -> str:
    """A path in the words of the file: `quantities.war.start` reads "War abroad, start"."""
    steps = steps_in(path)
    if steps and steps[0] in NAMING:
        steps = steps[1:]
    names = labels_of(raw)
    told = [step for step in steps if step not in LEFT_OUT]
    words = [names.get(step, step.replace("_", " ")) for step in told]
    return ", ".join(dict.fromkeys(words))  # a label may hold what the step behind it says again


def things(raw: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    """Everything that the file names, with its label if it has one."""
    # names are looked up before the file is checked, so anything may stand where a table should
    for section in NAMING:
        for name, thing in _table(raw.get(section)).items():
            yield (section, name), _label(thing)
            for faction, inner in _table(_table(thing).get("factions")).items():
                yield (section, name, "factions", faction), _label(inner)


def labels_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """Labels by the last part of the name of what has one."""
    return {place[-1]: label for place, label in things(raw) if label}


def values_of(raw: Mapping[str, Any], place: Steps) -> list[str]:
    """What is set where a thing alone is named: its one value, or the values of a table of them."""
    if place[0] in WHOLE and leads(raw, spelled(place)):
        return [spelled(place)]
    if place[0] in WHOLE:  # a table by actor
        return inside(raw, spelled(place))
    on_path = place[1] in _table(raw.get("paths"))
    if on_path and place[0] == "quantities":  # its start does nothing, the path says where it is
        return [spelled(("paths", place[1]))]
    setting = VALUE_OF.get(place[-2])
    if setting is None:
        return []
    path = spelled((*place, setting))
    if leads(raw, path):
        return [path]
    return inside(raw, path)


def inside(raw: Mapping[str, Any], path: str) -> list[str]:
    """The numbers of a table, those that matter most first."""
    found = [each for each in known_paths(raw) if each.startswith(f"{path}.")]
    return sorted(found, key=lambda each: (each.count("."), rank(each)))


def known_paths(raw: Mapping[str, Any]) -> list[str]:
    """Paths of every number of the file, of whole [paths], and of the settings that sections have anyway."""
    # the last may be set where the file does not name them, such as those of [decision]
    # what an intervention sets stands under names of its own, which mean numbers elsewhere
    found = [path for path, _ in numbers(values(raw)) if not path.startswith("interventions.")]
    found += [join("paths", name) for name in _table(raw.get("paths"))]
    for section in keys_at(()):
        found += [join(section, key) for key in keys_at((section,))]
    return list(dict.fromkeys(found))


def compared(path: str) -> list[str]:
    """The steps of a path as they are compared; the size of an effect is the effect."""
    steps = list(map(folded, steps_in(path)))
    if steps[-1:] == ["size"]:
        return steps[:-1]
    return steps


def is_setting(path: str) -> bool:
    """Whether a path ends in a word of the vocabulary and not in a name that the file chose."""
    *place, last = steps_of(path) or [""]
    return last in keys_at(place)


def rank(path: str) -> int:
    """The place of a setting among those that are suggested first."""
    last = path.rpartition(".")[2]
    if last in FIRST_MEANT:
        return FIRST_MEANT.index(last)
    return len(FIRST_MEANT)


def _table(raw: Any) -> Mapping[str, Any]:
    """What is a table; an empty one for anything else."""
    if isinstance(raw, dict):
        return raw
    return {}


def _label(raw: Any) -> str:
    """The label of a thing; empty if it has none, or none that is a text."""
    label = _table(raw).get("label")
    if isinstance(label, str):
        return label
    return ""
