"""The things that a scenario file names, such as stocks, events and actors: their labels, and the numbers of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.paths import BadPath, is_table, join, numbers, place_of, spelled, steps_of, values
from sim.scenario.vocabulary import keys_at

NAMING = (
    "quantities", "parameters", "events", "channels", "actors", "drivers", "calendars", "similarity", "blocs",
    "outcomes", "postures", "observations", "uncertain",
)  # fmt: skip
"""Sections whose keys are names that the author of a file chose."""

WHOLE = ("parameters", "drivers")
"""Sections in which a name stands for a value and not for a table."""

VALUE_OF = {"quantities": "start", "events": "base_logit", "channels": "weight", "factions": "clout"}
"""The setting that is meant where only the thing is named; of a stock on a path, the path is."""

FIRST_MEANT = (*VALUE_OF.values(), "goodwill", "precision")
"""The order in which the settings of a thing are suggested."""

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


def labelled(raw: Mapping[str, Any], path: str) -> str:
    """A path in the words of the file: `quantities.war.start` reads "War abroad, start"."""
    steps = steps_of(path) or []
    names = labels_of(raw)
    kept = steps[1:] if steps and steps[0] in NAMING else steps
    words = [names.get(step) or step.replace("_", " ") for step in kept if step not in ("factions", "size")]
    return ", ".join(dict.fromkeys(words))


def things(raw: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    """Everything that the file names, with its label if it has one."""
    for section in NAMING:
        for name, thing in _table(raw.get(section)).items():
            yield (section, name), _label(thing)
            for faction, inner in _table(_table(thing).get("factions")).items():
                yield (section, name, "factions", faction), _label(inner)


def labels_of(raw: Mapping[str, Any]) -> dict[str, str]:
    return {place[-1]: label for place, label in things(raw) if label}


def values_of(raw: Mapping[str, Any], place: Steps) -> list[str]:
    """What is set where a thing alone is named: its one value, or the values of a table of them."""
    if place[0] in WHOLE:
        return [spelled(place)]
    if place[0] == "quantities" and place[1] in _table(raw.get("paths")):
        return [spelled(("paths", place[1]))]
    setting = VALUE_OF.get(place[-2])
    if setting is None:
        return []
    path = spelled((*place, setting))
    return [path] if leads(raw, path) else inside(raw, path)


def inside(raw: Mapping[str, Any], path: str) -> list[str]:
    """The numbers of a table, those that matter most first."""
    found = [each for each in known_paths(raw) if each.startswith(f"{path}.")]
    return sorted(found, key=lambda each: (each.count("."), rank(each)))


def known_paths(raw: Mapping[str, Any]) -> list[str]:
    """Paths of every number of the file, of whole [paths], and of the settings that sections have by default."""
    defaults = [join(section, key) for section in keys_at(()) for key in keys_at((section,))]
    whole = [join("paths", name) for name in _table(raw.get("paths"))]
    written = (path for path, _ in numbers(values(raw)))
    return list(dict.fromkeys([*written, *whole, *defaults]))


def compared(path: str) -> list[str]:
    """The steps of a path as they are compared; the size of an effect is the effect."""
    steps = [folded(step) for step in steps_of(path) or ()]
    return steps[:-1] if steps[-1:] == ["size"] else steps


def is_setting(path: str) -> bool:
    """Whether a path ends in a word of the vocabulary and not in a name that the file chose."""
    *place, last = steps_of(path) or [""]
    return last in keys_at(place)


def rank(path: str) -> int:
    last = path.rpartition(".")[2]
    return FIRST_MEANT.index(last) if last in FIRST_MEANT else len(FIRST_MEANT)


def _table(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _label(raw: Any) -> str:
    label = _table(raw).get("label")
    return label if isinstance(label, str) else ""
