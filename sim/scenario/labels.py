"""Names of the state in words, for tables and figures: `dependence.P.c` as "Dependence on P, channel c"."""

from __future__ import annotations

from sim.rules.state import Over, row_of
from sim.scenario.schema import Case


def plain(name: str) -> str:
    """A name of the file as words: `room_for_manoeuvre` reads "room for manoeuvre"."""
    return name.replace("_", " ")


def sentence(text: str) -> str:
    """Words with a capital at the start."""
    return text[:1].upper() + text[1:]


def actor_label(case: Case, name: str) -> str:
    """An actor's label; of what is no actor, its name as words."""
    if name in case.actors:
        return case.actors[name].label
    return plain(name)


def faction_label(case: Case, name: str) -> str:
    """A faction's label, or the label of a unitary actor."""
    for actor in case.actors.values():
        if name in actor.factions:
            return actor.factions[name].label
    return actor_label(case, name)


def state_label(case: Case, name: str) -> str:
    """Any number of the state in words."""
    if name in case.quantities:
        return case.quantities[name].label
    if name in case.aggregates:
        return case.file.quantities[name].label
    row, owners = row_of(name)
    if row.over is Over.DRIVER and (label := _given_label(case, *owners)):
        return label
    if not row.label:
        return sentence(plain(name))
    say = OWNERS.get(row.over, (_plain_label,))
    words = [each(case, owner) for each, owner in zip(say, owners, strict=True)]
    return sentence(row.label.format(*words))


def _given_label(case: Case, driver: str) -> str:
    """The label of a driver that is written for each of some actors; empty if it has none."""
    name, _, actor = driver.partition(".")
    template = case.file.drivers.get(name)
    label = getattr(template, "label", None)
    if label is None:
        return ""
    return f"{label} ({actor_label(case, actor)})"


def _plain_label(case: Case, name: str) -> str:
    return plain(name)


def _event_label(case: Case, name: str) -> str:
    if name in case.events:
        return case.events[name].label
    return plain(name)


def _channel_label(case: Case, name: str) -> str:
    if name in case.channels:
        return case.channels[name].label.lower()
    return plain(name)


def _driver_label(case: Case, name: str) -> str:
    """A driver by its name; one that is written out, with the label of its actor."""
    template, dot, actor = name.partition(".")
    if not dot:
        return plain(name)
    return f"{plain(template)} ({actor_label(case, actor)})"


OWNERS = {
    Over.SUPPLIER: (actor_label,), Over.POWER: (actor_label,), Over.DECIDER: (actor_label,),
    Over.FACTION: (faction_label,), Over.LINK: (actor_label, _channel_label),
    Over.POWER_LINK: (actor_label, _channel_label), Over.POWER_AXIS: (actor_label, _plain_label),
    Over.PAIR: (actor_label, actor_label), Over.TOWARDS: (actor_label, actor_label),
    Over.STAKE: (actor_label, _plain_label), Over.NOTHING: (), Over.EVENT: (_event_label,),
    Over.DEAL: (_event_label,), Over.DRIVER: (_driver_label,),
}  # fmt: skip
"""How owners are called in the label of a number; others by their plain names."""


def posture_label(case: Case, name: str) -> str:
    """A posture in words; actors in its name get their labels."""
    posture = case.postures.get(name)
    if posture is not None and posture.label is not None:
        return posture.label
    # Names of postures are in lower case by custom, those of actors are not.
    actors = {actor.lower(): entry.label for actor, entry in case.actors.items()}
    return sentence(" ".join(actors.get(word.lower(), word) for word in name.split("_")))
