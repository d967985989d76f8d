"""What somebody may have meant by a name that means nothing, or too much: the nearest numbers with labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.refusal import listed, nearest
from sim.scenario.paths import Place, reached, spelled, steps_of
from sim.scenario.things import compared, folded, known_paths, labels_of, leads, rank, things, values_of
from sim.scenario.vocabulary import meant, sense_of

MOST_NAMED = 5
"""Candidates that a message names."""


def told(raw: Mapping[str, Any], paths: Sequence[str]) -> str:
    """Some paths, each with the label of the first thing on its way."""
    names = labels_of(raw)
    labels = {path: _first_label(path, names) for path in paths[:MOST_NAMED]}
    return listed(labels, labels)


def _first_label(path: str, names: Mapping[str, str]) -> str:
    return next((names[step] for step in steps_of(path) or () if step in names), "")


def nothing(raw: Mapping[str, Any], name: str) -> str:
    """A line about a name that is no path and means nothing, with what may have been meant."""
    steps = steps_of(name)
    if steps is None:
        hint = _alike(raw, name) or '; write section.key or section."key with signs"'
        return f"{name}: not a path{hint}"
    if leads(raw, name, table=True):
        return f"{name}: is a table, not a number{_hint(raw, _holding(raw, steps))}"
    place, here = reached(raw, steps)
    return f"{name}: no such path{_beside(raw, place, here, steps) or _elsewhere(raw, name, steps)}"


def _beside(raw: Mapping[str, Any], place: Place, here: Any, steps: Sequence[str]) -> str:
    """A hint at a key beside the first that is not there; none where already the section is unknown."""
    if not place:
        return ""
    word, rest = steps[len(place)], steps[len(place) + 1 :]
    near = nearest(word, map(str, here)) if isinstance(here, dict) else []
    begun = [[*map(str, place), each] for each in near]
    return _hint(raw, [_mended(raw, each, rest) for each in begun]) or meant(place, word)


def _mended(raw: Mapping[str, Any], begun: Sequence[str], rest: Sequence[str]) -> str:
    """A path with a step put right, and the steps behind it where they lead somewhere from there."""
    whole = spelled((*begun, *rest))
    return whole if leads(raw, whole, table=True) else spelled(begun)


def _elsewhere(raw: Mapping[str, Any], name: str, steps: Sequence[str]) -> str:
    """A hint at the same words in other places, at things of a similar name, or at words of a similar spelling."""
    if found := _holding(raw, steps):
        return _hint(raw, found)
    near = _alike(raw, name) if len(steps) == 1 else ""
    return near or _hint(raw, _holding(raw, _respelt(raw, steps)))


def _hint(raw: Mapping[str, Any], paths: Sequence[str]) -> str:
    return f"; did you mean {told(raw, paths)}?" if paths else ""


def _alike(raw: Mapping[str, Any], name: str) -> str:
    """A hint at the values of things whose keys or labels are spelt much like a name."""
    labels = {place: label for place, label in things(raw) if values_of(raw, place)}
    words = {folded(word): place for place, label in labels.items() for word in (label, place[-1])}
    found = [words[word] for word in nearest(folded(name), filter(None, words), MOST_NAMED)]
    return _hint(raw, [path for place in dict.fromkeys(found) for path in values_of(raw, place)])


def _holding(raw: Mapping[str, Any], steps: Iterable[str]) -> list[str]:
    """Paths that hold all these words in their order, the shortest first."""
    words = [folded(step) for step in steps]
    found = [path for path in known_paths(raw) if _holds(path, words)]
    return sorted(found, key=lambda path: (path.count("."), rank(path)))


def _holds(path: str, words: list[str]) -> bool:
    steps = iter(compared(path))
    return all(word in steps for word in words)


def _respelt(raw: Mapping[str, Any], steps: Sequence[str]) -> list[str]:
    """The steps with each word replaced by the nearest one that any path has."""
    known = {word for path in known_paths(raw) for word in compared(path)}
    return [sense_of(step) or next(iter(nearest(folded(step), known, alike=0.75)), step) for step in steps]
