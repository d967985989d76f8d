"""Names of the state in words, for tables and figures: `dependence.P.c` reads "Dependence on P, channel c"."""

from __future__ import annotations

from sim.scenario.names import BLOC
from sim.scenario.schema import Case

SCALARS = {
    "autonomy": "Autonomy",
    "domination": "Domination",
    "hedging": "Hedging index",
    "largest_vulnerability": "Largest vulnerability",
}

OF_ACTOR = {
    "goodwill": "Goodwill toward {}",
    "closeness": "Closeness to {}",
    "share": "Share of influence, {}",
    "domination": "Domination by {} and its like",
    "vulnerability": "Vulnerability to {}",
    "influence": "Influence of {}",
    "openness": "Openness to {}",
}

OF_LINK = {
    "dependence": "Dependence on {}, {}",
    "bandwidth": "Bandwidth of {}, {}",
    "attraction": "Attraction of {}, {}",
}


def plain(name: str) -> str:
    """A name of the file as words: `room_for_manoeuvre` reads "room for manoeuvre"."""
    return name.replace("_", " ")


def sentence(text: str) -> str:
    """Words with a capital at the start."""
    return text[:1].upper() + text[1:]


def actor_label(case: Case, name: str) -> str:
    return case.actors[name].label if name in case.actors else plain(name)


def faction_label(case: Case, name: str) -> str:
    """A faction's label, or the label of a unitary actor."""
    found = [actor.factions[name].label for actor in case.actors.values() if name in actor.factions]
    return found[0] if found else actor_label(case, name)


def state_label(case: Case, name: str) -> str:
    """Any recorded number of the state in words."""
    kind, _, rest = name.partition(".")
    owner, _, channel = rest.partition(".")
    if name in SCALARS:
        return SCALARS[name]
    if name in case.quantities:
        return case.quantities[name].label
    if kind == "alignment":
        return f"Alignment, {plain(rest)}"
    if kind == "driver":
        return f"Driver: {plain(rest)}"
    if kind in ("clout", "credit"):
        return f"{sentence(kind)}, {faction_label(case, rest)}"
    if owner == BLOC and kind in OF_ACTOR:
        return OF_ACTOR[kind].format(f"bloc {plain(channel)}")
    if kind in OF_LINK and channel in case.channels:
        return OF_LINK[kind].format(actor_label(case, owner), case.channels[channel].label.lower())
    if kind in OF_ACTOR:
        return OF_ACTOR[kind].format(actor_label(case, rest))
    return sentence(plain(name))


def posture_label(case: Case, name: str) -> str:
    """A posture in words; actors in its name get their labels."""
    posture = case.postures.get(name)
    if posture is not None and posture.label is not None:
        return posture.label
    actors = {actor.lower(): entry.label for actor, entry in case.actors.items()}
    return sentence(" ".join(actors.get(word.lower(), word) for word in name.split("_")))
