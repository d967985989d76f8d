"""One way from the names that people use to what they mean: numbers of a scenario, events, outcomes, recorded
paths.

A number is named by its full path, by a last part that no other number has, or by a thing of the file: a stock,
parameter, event, channel or faction, by its key or its label, whatever its case. Nothing is guessed: what fits
two things equally is refused with both of them.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from typing import Any

from sim.refusal import LONGEST, Unknown, did_you_mean, listed
from sim.scenario.paths import SHOWN, BadPath, numbers, spelled, steps_of, values
from sim.scenario.suggestions import MOST_NAMED, nothing, told
from sim.scenario.things import (
    NAMING,
    Steps,
    compared,
    folded,
    inside,
    is_setting,
    known_paths,
    labelled,
    leads,
    things,
    values_of,
)  # fmt: skip

__all__ = ["choice", "folded", "is_pattern", "labelled", "leads", "path_of", "paths_of"]

WILD = "*?"
"""Signs of a pattern, as in the rules of [[provenance]]."""


def path_of(raw: Mapping[str, Any], name: str, table: bool = False) -> str:
    """The path that a name means: the name itself where it is a path; `table` if it may lead to a whole
    table.

    Raises BadPath if it means nothing, or more than one thing.

    >>> tables = {"quantities": {"war": {"label": "War abroad", "start": 0.5}}}
    >>> [path_of(tables, name) for name in ("war", "war abroad", "war.start")]
    ['quantities.war.start', 'quantities.war.start', 'quantities.war.start']
    """
    if leads(raw, name, table):
        return name
    found = _named(raw, name)
    if len(found) == 1:
        return found[0]
    if found:
        raise BadPath(
            f"{name[:LONGEST]}: may be any of {len(found):,}: {told(raw, found)}; write one of them"
        )
    raise BadPath(nothing(raw, name))


def paths_of(raw: Mapping[str, Any], name: str) -> list[str]:
    """The paths of the numbers that a pattern such as `parameters.*` fits, or the one that a name means.
    Raises BadPath.

    >>> paths_of({"parameters": {"cost": 0.5, "gain": 2.0}}, "parameters.*")
    ['parameters.cost', 'parameters.gain']
    """
    if not is_pattern(name):
        return [path_of(raw, name)]
    found = [path for path, _ in numbers(values(raw)) if fnmatch.fnmatchcase(path, name)]
    if not found:
        raise BadPath(f"{name}: fits no number of the scenario")
    return found


def is_pattern(name: str) -> bool:
    """Whether a name stands for many: it holds a * or ? outside quotes."""
    return any(sign in name for sign in WILD) and steps_of(name) is None


def choice(what: str, name: str, known: Mapping[str, str]) -> str:
    """The key of something named, such as an event, by its key, its label, or a last part that no other has.

    known: labels by key. Raises Unknown with the nearest five.

    >>> choice("event", "RAIN FALLS", {"rain": "Rain falls", "hail.north": "Hail"})
    'rain'
    >>> choice("event", "north", {"rain": "Rain falls", "hail.north": "Hail"})
    'hail.north'
    """
    if name in known:
        return name
    word = folded(name)
    same = [key for key, label in known.items() if word in (folded(key), folded(label))]
    found = same or [key for key in known if folded(key.rpartition(".")[2]) == word]
    if len(found) == 1:
        return found[0]
    shown = name if len(name) <= SHOWN else f"{name[:SHOWN]}..."
    if found:
        told = listed(found[:MOST_NAMED], known)
        raise Unknown(f"{what} '{shown}' may be any of {len(found):,}: {told}; write one of them", about=what)
    near = did_you_mean(name, known, MOST_NAMED) or f"; there are {listed(list(known)[:MOST_NAMED], known)}"
    raise Unknown(f"no {what} '{shown}'{near if known else ''}", about=what)


def _named(raw: Mapping[str, Any], name: str) -> list[str]:
    """Paths that a name means equally well: it is read as one word, such as a label, else as steps."""
    steps = steps_of(name) or [name]
    found = _of_words(raw, [name]) or _of_words(raw, steps)
    return list(dict.fromkeys(found))


def _of_words(raw: Mapping[str, Any], words: Sequence[str]) -> list[str]:
    """Values of things and settings that some words name; else numbers whose paths end in these words."""
    folds = [folded(word) for word in words]
    if not all(folds):
        return []
    ending = [path for path in known_paths(raw) if compared(path)[-len(folds) :] == folds]
    return [*_of_things(raw, words), *filter(is_setting, ending)] or ending


def _of_things(raw: Mapping[str, Any], words: Sequence[str]) -> list[str]:
    """Values of the things that the first word names, or their settings that the other words name."""
    if len(words) > 1 and words[0] in NAMING:
        name, rest = words[1], words[2:]
        owners = [place for place in _owners(raw, name) if place[0] == words[0]]
    else:
        name, rest = words[0], words[1:]
        owners = _owners(raw, name)
    if rest:
        settings = [spelled((*place, *rest)) for place in owners]
        return [path for path in settings if leads(raw, path)]
    return _alone(raw, owners)


def _alone(raw: Mapping[str, Any], owners: Sequence[Steps]) -> list[str]:
    """What is set where things alone are named: their values, or all numbers of things that have none."""
    own = [path for place in owners for path in values_of(raw, place)]
    return own or [path for place in owners for path in inside(raw, spelled(place))]


def _owners(raw: Mapping[str, Any], name: str) -> list[Steps]:
    """The things of a name: by their key as it is written, else by their key or label in any case."""
    known = list(things(raw))
    exact = [place for place, _ in known if place[-1] == name]
    word = folded(name)
    return exact or [place for place, label in known if word in (folded(place[-1]), folded(label))]
