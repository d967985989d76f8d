"""One way from the names that people use to what they mean: numbers, events, outcomes, recorded paths.

A number is named by its full path, by a last part that no other number has, or by a thing of the file: a
stock, parameter, event, channel or faction, by its key or its label, whatever its case. Nothing is guessed:
what fits two things equally is refused with both of them.
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
    """The path that a name means: the name itself where it is a path.

    table: whether it may lead to a whole table. Raises BadPath if it means nothing, or more than one thing.

    >>> tables = {"quantities": {"war": {"label": "War abroad", "start": 0.5}}}
    >>> [path_of(tables, name) for name in ("war", "war abroad", "war.start")]
    ['quantities.war.start', 'quantities.war.start', 'quantities.war.start']
    """
    if leads(raw, name, table):
        return name
    found = _named(raw, name)
    if not found:
        raise BadPath(nothing(raw, name))
    if len(found) > 1:
        raise BadPath(
            f"{name[:LONGEST]}: may be any of {len(found):,}: {told(raw, found)}; write one of them"
        )
    return found[0]


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
    if steps_of(name) is not None:  # a quoted key may hold such signs, and is a path
        return False
    return any(sign in name for sign in WILD)


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
    found = _matching(name, known)
    if len(found) == 1:
        return found[0]
    shown = name
    if len(name) > SHOWN:  # what was pasted by mistake may be a whole file
        shown = f"{name[:SHOWN]}..."
    if found:
        some = listed(found[:MOST_NAMED], known)
        raise Unknown(f"{what} '{shown}' may be any of {len(found):,}: {some}; write one of them", about=what)
    raise Unknown(f"no {what} '{shown}'{_offered(name, known)}", about=what)


def _matching(name: str, known: Mapping[str, str]) -> list[str]:
    """Keys that a name means equally well: those that it is, or the label of; else those that it ends."""
    word = folded(name)
    same = [key for key, label in known.items() if word in (folded(key), folded(label))]
    if same:
        return same
    return [key for key in known if folded(key.rpartition(".")[2]) == word]


def _offered(name: str, known: Mapping[str, str]) -> str:
    """A hint at the keys that are spelt much like a name, else at the first that there are."""
    if not known:
        return ""
    if near := did_you_mean(name, known, MOST_NAMED):
        return near
    return f"; there are {listed(list(known)[:MOST_NAMED], known)}"


def _named(raw: Mapping[str, Any], name: str) -> list[str]:
    """Paths that a name means equally well: it is read as one word, such as a label, else as steps."""
    found = _of_words(raw, [name])
    if not found:  # not at once: a label may hold dots, and as steps it means something else or nothing
        found = _of_words(raw, steps_of(name) or [name])
    return list(dict.fromkeys(found))


def _of_words(raw: Mapping[str, Any], words: Sequence[str]) -> list[str]:
    """Values of things and settings that some words name; else numbers whose paths end in these words."""
    folds = [folded(word) for word in words]
    if not all(folds):
        return []
    ending = [path for path in known_paths(raw) if compared(path)[-len(folds) :] == folds]
    # a name that the file chose stands in the paths of much that refers to it; the thing itself is meant
    meant = [*_of_things(raw, words), *filter(is_setting, ending)]
    return meant or ending


def _of_things(raw: Mapping[str, Any], words: Sequence[str]) -> list[str]:
    """Values of the things that the first word names, or their settings that the other words name."""
    has_section = len(words) > 1 and words[0] in NAMING
    if has_section:
        name, rest = words[1], words[2:]
        owners = [place for place in _owners(raw, name) if place[0] == words[0]]
    else:
        name, rest = words[0], words[1:]
        owners = _owners(raw, name)
    if not rest:
        return _alone(raw, owners)
    settings = [spelled((*place, *rest)) for place in owners]
    return [path for path in settings if leads(raw, path)]


def _alone(raw: Mapping[str, Any], owners: Sequence[Steps]) -> list[str]:
    """What is set where things alone are named: their values, or all numbers of things that have none."""
    own = list[str]()
    for place in owners:
        own += values_of(raw, place)
    if own:
        return own
    for place in owners:
        own += inside(raw, spelled(place))
    return own


def _owners(raw: Mapping[str, Any], name: str) -> list[Steps]:
    """The things of a name: by their key as it is written, else by their key or label in any case."""
    known, word = list(things(raw)), folded(name)
    # a file may hold `name` and `Name`: who writes one of them exactly means that one
    exact = [place for place, _ in known if place[-1] == name]
    if exact:
        return exact
    return [place for place, label in known if word in (folded(place[-1]), folded(label))]
