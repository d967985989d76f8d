"""One way from the names that people use to what they mean: numbers of a scenario, events, outcomes, recorded
paths.

A number is named by its full path, by a last part that no other number has, or by a thing of the file: a stock,
parameter, event, channel or faction, by its key or its label, whatever its case. Nothing is guessed: what fits
two things equally is refused with both of them.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sim.refusal import LONGEST, Unknown, did_you_mean, listed, nearest
from sim.scenario.paths import (
    SHOWN,
    BadPath,
    is_table,
    join,
    numbers,
    place_of,
    reached,
    spelled,
    steps_of,
    values,
)  # fmt: skip
from sim.scenario.vocabulary import keys_at, meant, sense_of

MOST_NAMED = 5
"""Candidates that a message names."""

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

WILD = "*?"
"""Signs of a pattern, as in the rules of [[provenance]]."""

Steps = tuple[str, ...]


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
            f"{name[:LONGEST]}: may be any of {len(found):,}: {_told(raw, found)}; write one of them"
        )
    raise BadPath(_nothing(raw, name))


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
    names = _labels(raw)
    kept = steps[1:] if steps and steps[0] in NAMING else steps
    words = [names.get(step) or step.replace("_", " ") for step in kept if step not in ("factions", "size")]
    return ", ".join(dict.fromkeys(words))


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


def folded(word: str) -> str:
    """A name or label without what people vary: case, underscores for blanks, blanks too many."""
    return " ".join(word.replace("_", " ").casefold().split())


# -- what a name may mean ------------------------------------------------------------------------------


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
    ending = [path for path in _known(raw) if _steps(path)[-len(folds) :] == folds]
    return [*_of_things(raw, words), *filter(_is_setting, ending)] or ending


def _of_things(raw: Mapping[str, Any], words: Sequence[str]) -> list[str]:
    """Values of the things that the first word names, or their settings that the other words name."""
    section = words[0] if len(words) > 1 and words[0] in NAMING else None
    name, *rest = words[1:] if section else words
    owners = [place for place in _owners(raw, name) if section in (None, place[0])]
    if not rest:
        own = [path for place in owners for path in _values(raw, place)]
        return own or [path for place in owners for path in _inside(raw, spelled(place))]
    settings = [spelled((*place, *rest)) for place in owners]
    return [path for path in settings if leads(raw, path)]


def _owners(raw: Mapping[str, Any], name: str) -> list[Steps]:
    """The things of a name: by their key as it is written, else by their key or label in any case."""
    things = list(_things(raw))
    exact = [place for place, _ in things if place[-1] == name]
    word = folded(name)
    return exact or [place for place, label in things if word in (folded(place[-1]), folded(label))]


def _things(raw: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    """Everything that the file names, with its label if it has one."""
    for section in NAMING:
        for name, thing in _table(raw.get(section)).items():
            yield (section, name), _label(thing)
            for faction, inner in _table(_table(thing).get("factions")).items():
                yield (section, name, "factions", faction), _label(inner)


def _labels(raw: Mapping[str, Any]) -> dict[str, str]:
    return {place[-1]: label for place, label in _things(raw) if label}


def _table(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _label(raw: Any) -> str:
    label = _table(raw).get("label")
    return label if isinstance(label, str) else ""


def _values(raw: Mapping[str, Any], place: Steps) -> list[str]:
    """What is set where a thing alone is named: its one value, or the values of a table of them."""
    if place[0] in WHOLE:
        return [spelled(place)]
    if place[0] == "quantities" and place[1] in _table(raw.get("paths")):
        return [spelled(("paths", place[1]))]
    setting = VALUE_OF.get(place[-2])
    if setting is None:
        return []
    path = spelled((*place, setting))
    return [path] if leads(raw, path) else _inside(raw, path)


def _inside(raw: Mapping[str, Any], path: str) -> list[str]:
    """The numbers of a table, those that matter most first."""
    found = [each for each in _known(raw) if each.startswith(f"{path}.")]
    return sorted(found, key=lambda each: (each.count("."), _rank(each)))


def _known(raw: Mapping[str, Any]) -> list[str]:
    """Paths of every number of the file, of whole [paths], and of the settings that sections have by default."""
    defaults = [join(section, key) for section in keys_at(()) for key in keys_at((section,))]
    whole = [join("paths", name) for name in _table(raw.get("paths"))]
    written = (path for path, _ in numbers(values(raw)))
    return list(dict.fromkeys([*written, *whole, *defaults]))


def _steps(path: str) -> list[str]:
    """The steps of a path as they are compared; the size of an effect is the effect."""
    steps = [folded(step) for step in steps_of(path) or ()]
    return steps[:-1] if steps[-1:] == ["size"] else steps


def _is_setting(path: str) -> bool:
    """Whether a path ends in a word of the vocabulary and not in a name that the file chose."""
    *place, last = steps_of(path) or [""]
    return last in keys_at(place)


# -- what to do about a name that means nothing, or too much ---------------------------------------------


def _told(raw: Mapping[str, Any], paths: Sequence[str]) -> str:
    """Some paths, each with the label of the first thing on its way."""
    names = _labels(raw)
    labels = {
        path: [names[step] for step in steps_of(path) or () if step in names] for path in paths[:MOST_NAMED]
    }
    return listed(labels, {path: found[0] for path, found in labels.items() if found})


def _nothing(raw: Mapping[str, Any], name: str) -> str:
    """A line about a name that is no path and means nothing, with what may have been meant."""
    steps = steps_of(name)
    if steps is None:
        hint = _alike(raw, name) or '; write section.key or section."key with signs"'
        return f"{name}: not a path{hint}"
    if leads(raw, name, table=True):
        return f"{name}: is a table, not a number{_hint(raw, _holding(raw, steps))}"
    place, here = reached(raw, steps)
    word = steps[len(place)]
    near = nearest(word, map(str, here)) if place and isinstance(here, dict) else []
    beside = _hint(raw, [_mended(raw, [*map(str, place), each], steps[len(place) + 1 :]) for each in near])
    hint = beside or (meant(place, word) if place else "") or _elsewhere(raw, name, steps)
    return f"{name}: no such path{hint}"


def _mended(raw: Mapping[str, Any], begun: Sequence[str], rest: Sequence[str]) -> str:
    """A path with a step put right, and the steps behind it where they lead somewhere from there."""
    whole = spelled((*begun, *rest))
    return whole if leads(raw, whole, table=True) else spelled(begun)


def _elsewhere(raw: Mapping[str, Any], name: str, steps: Sequence[str]) -> str:
    """A hint at the same words in other places, at things of a similar name, or at words of a similar spelling."""
    return (
        _hint(raw, _holding(raw, steps))
        or (_alike(raw, name) if len(steps) == 1 else "")
        or _hint(raw, _holding(raw, _respelt(raw, steps)))
    )


def _hint(raw: Mapping[str, Any], paths: Sequence[str]) -> str:
    return f"; did you mean {_told(raw, paths)}?" if paths else ""


def _alike(raw: Mapping[str, Any], name: str) -> str:
    """A hint at the values of things whose keys or labels are spelt much like a name."""
    labels = {place: label for place, label in _things(raw) if _values(raw, place)}
    words = {folded(word): place for place, label in labels.items() for word in (label, place[-1])}
    found = [words[word] for word in nearest(folded(name), filter(None, words), MOST_NAMED)]
    return _hint(raw, [path for place in dict.fromkeys(found) for path in _values(raw, place)])


def _holding(raw: Mapping[str, Any], steps: Iterable[str]) -> list[str]:
    """Paths that hold all these words in their order, the shortest first."""
    words = [folded(step) for step in steps]
    found = [path for path in _known(raw) if _holds(path, words)]
    return sorted(found, key=lambda path: (path.count("."), _rank(path)))


def _holds(path: str, words: list[str]) -> bool:
    steps = iter(_steps(path))
    return all(word in steps for word in words)


def _rank(path: str) -> int:
    last = path.rpartition(".")[2]
    return FIRST_MEANT.index(last) if last in FIRST_MEANT else len(FIRST_MEANT)


def _respelt(raw: Mapping[str, Any], steps: Sequence[str]) -> list[str]:
    """The steps with each word replaced by the nearest one that any path has."""
    known = {word for path in _known(raw) for word in _steps(path)}
    return [sense_of(step) or next(iter(nearest(folded(step), known, alike=0.75)), step) for step in steps]
