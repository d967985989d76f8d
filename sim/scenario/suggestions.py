"""What somebody may have meant by a name that means nothing, or too much: the nearest numbers with labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from sim.refusal import listed, nearest
from sim.scenario.paths import Place, reached, spelled, steps_of
from sim.scenario.things import (
    Steps,
    compared,
    folded,
    known_paths,
    labels_of,
    leads,
    rank,
    steps_in,
    things,
    values_of,
)
from sim.scenario.vocabulary import meant, sense_of

MOST_NAMED = 5
"""Candidates that a message names."""

ALIKE = 0.75
"""How much a word must be spelt like another to replace it: more than for a hint, as paths are made of it."""


def told(raw: Mapping[str, Any], paths: Sequence[str]) -> str:
    """Some paths, each with the label of the first thing on its way."""
    names = labels_of(raw)
    labels = {path: _first_label(path, names) for path in paths[:MOST_NAMED]}
    return listed(labels, labels)


def _first_label(path: str, names: Mapping[str, str]) -> str:
    for step in steps_in(path):
        if step in names:
            return names[step]
    return ""


def nothing(raw: Mapping[str, Any], name: str) -> str:
    """A line about a name that is no path and means nothing, with what may have been meant."""
    steps = steps_of(name)
    if steps is None:
        hint = _alike(raw, name) or '; write section.key or section."key with signs"'
        return f"{name}: not a path{hint}"
    if leads(raw, name, table=True):
        return f"{name}: is a table, not a number{_hint(raw, _holding(raw, steps))}"
    # a slip in one step is likelier than a wrong section, so what stands beside it is offered first
    hint = _beside(raw, steps) or _elsewhere(raw, name, steps)
    return f"{name}: no such path{hint}"


def _beside(raw: Mapping[str, Any], steps: Sequence[str]) -> str:
    """A hint at a key beside the first that is not there; none where already the section is unknown."""
    place, here = reached(raw, steps)
    if not place:
        return ""
    word, rest = steps[len(place)], steps[len(place) + 1 :]
    if isinstance(here, dict):
        near = nearest(word, map(str, here))
        if near:
            return _hint(raw, [_mended(raw, (*place, each), rest) for each in near])
    return meant(place, word)


def _mended(raw: Mapping[str, Any], begun: Place, rest: Sequence[str]) -> str:
    """A path with a step put right, and the steps behind it where they lead somewhere from there."""
    whole = spelled((*begun, *rest))
    if leads(raw, whole, table=True):
        return whole
    return spelled(begun)


def _elsewhere(raw: Mapping[str, Any], name: str, steps: Sequence[str]) -> str:
    """A hint at the same words in other places, at things of a similar name, or at words spelt alike."""
    if found := _holding(raw, steps):
        return _hint(raw, found)
    is_label = len(steps) == 1  # or may be one; what has steps is meant for a path
    if is_label and (near := _alike(raw, name)):
        return near
    return _hint(raw, _holding(raw, _respelt(raw, steps)))


def _hint(raw: Mapping[str, Any], paths: Sequence[str]) -> str:
    """A question that names some paths; empty for none."""
    if not paths:
        return ""
    return f"; did you mean {told(raw, paths)}?"


def _alike(raw: Mapping[str, Any], name: str) -> str:
    """A hint at the values of things whose keys or labels are spelt much like a name."""
    words: dict[str, Steps] = {}
    for place, label in things(raw):
        if values_of(raw, place):
            words |= {folded(label): place, folded(place[-1]): place}
    words.pop("", None)  # what has no label
    found = [words[word] for word in nearest(folded(name), words, MOST_NAMED)]
    paths = list[str]()
    for place in dict.fromkeys(found):
        paths += values_of(raw, place)
    return _hint(raw, paths)


def _holding(raw: Mapping[str, Any], steps: Iterable[str]) -> list[str]:
    """Paths that hold all these words in their order, the shortest first."""
    words = [folded(step) for step in steps]
    found = [path for path in known_paths(raw) if _holds(path, words)]
    return sorted(found, key=lambda path: (path.count("."), rank(path)))


def _holds(path: str, words: list[str]) -> bool:
    """Whether a path has all these words in their order; other steps may stand between them."""
    steps = iter(compared(path))  # an iterator, so that each word is looked for behind the one before
    return all(word in steps for word in words)


def _respelt(raw: Mapping[str, Any], steps: Sequence[str]) -> list[str]:
    """The steps with each word replaced by the nearest one that any path has."""
    known = set(chain.from_iterable(map(compared, known_paths(raw))))
    return [sense_of(step) or _nearest_of(step, known) for step in steps]


def _nearest_of(step: str, known: Iterable[str]) -> str:
    """The known word that is spelt most like a step; the step itself where none is."""
    for word in nearest(folded(step), known, alike=ALIKE):
        return word
    return step
