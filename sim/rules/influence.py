"""Influence is bandwidth times dependence (ODD 7.2 to 7.4).

Source: Formal Bilateral Influence Capacity (Moyer, Sweijs, Burrows and Van Manen 2018); asymmetry as in
Hirschman 1945.
"""

from __future__ import annotations

from sim.rules.expressions import value_of
from sim.rules.health import watch
from sim.rules.numbers import Number, approach, clip, divide, exp, less, over, power, ratio, total, where
from sim.rules.settings import Influence, Settings
from sim.rules.state import at, start_of
from sim.rules.structure import Cell, State, Supplier, relative


def bandwidth_drive(means: Number, openness: Number, goodwill: Number, p: Influence) -> Number:
    """What moves all bandwidths of a power alike [1].

    means: budget x capability; they, openness and goodwill are relative to the start [1] (eq 2).
    """
    welcome = power(means, p.effort_elasticity) * power(openness, p.openness_elasticity)
    return welcome * power(goodwill, p.goodwill_elasticity)


def bandwidth_target(start: float, drive: Number, effort: Number, effort_elasticity: float) -> Number:
    """Bandwidth that a constant effort would sustain [0, 1]; effort relative to its start [1] (eq 2)."""
    return clip(start * drive * power(effort, effort_elasticity), 0.0, 1.0)


def attractiveness(
    start_share: float, attraction: Number, bandwidth: Number, share_elasticity: float
) -> Number:
    """Pull of a supplier in a channel before normalisation (eq 3; gravity literature).

    bandwidth: relative to its start [1].
    """
    return start_share * exp(attraction) * power(bandwidth, share_elasticity)


def link_influence(weight: float, bandwidth: Number, dependence: Number) -> Number:
    """Influence through one channel: weight x bandwidth x dependence (eq 4)."""
    return weight * bandwidth * dependence


def means_of(s: State, supplier: Supplier) -> Number:
    """Budget x capability of a power, relative to the start [1]."""
    capability = supplier.capability
    if capability is None:
        return supplier.budget
    return supplier.budget * ratio(value_of(s, capability), s[start_of(capability.text)])


def move_bandwidths(s: State, supplier: Supplier, settings: Settings) -> None:
    """All bandwidths of a power after a month of effort, welcome and goodwill."""
    p = settings.influence
    means, openness = means_of(s, supplier), s[at("openness", supplier.name)]
    drive = bandwidth_drive(means, openness, relative(s, at("goodwill", supplier.name)), p)
    # here, as the bounds of a bandwidth would make a finite number of an infinity
    watch(s, [drive])
    for cell in supplier.cells:
        start, effort = s[start_of(cell.bandwidth)], relative(s, cell.effort)
        target = bandwidth_target(start, drive, effort, p.effort_elasticity)
        s[cell.bandwidth] = approach(s[cell.bandwidth], target, p.bandwidth_speed)


def pull_of(s: State, cell: Cell, settings: Settings) -> Number:
    """How much a supplier attracts in a channel at the present state."""
    start, attraction = s[start_of(cell.dependence)], s[cell.attraction]
    elasticity = settings.influence.share_elasticity
    return attractiveness(start, attraction, relative(s, cell.bandwidth), elasticity)


def move_dependences(s: State, cells: tuple[Cell, ...], settings: Settings) -> None:
    """The target's shares in one channel drift to the suppliers' relative attractiveness.

    They go on summing to one. Where nobody has any bandwidth left, nobody attracts, and the shares stay.
    """
    pulls = [pull_of(s, cell, settings) for cell in cells]
    everything = total(pulls)
    someone = less(0.0, everything)
    at_start = total([s[start_of(cell.dependence)] for cell in cells])
    # divided by 1 where nobody attracts: both ways of a choice are computed, and a NaN would fail the run
    scale = divide(at_start, where(someone, everything, 1.0))
    for cell, pull in zip(cells, pulls, strict=True):
        share = s[cell.dependence]
        s[cell.dependence] = approach(share, where(someone, pull * scale, share), cell.share_speed)


def measure_influence(s: State, suppliers: tuple[Supplier, ...]) -> None:
    """Influence of every supplier, its share of all (eq 4), and the target's vulnerability to it (eq 7)."""
    for supplier in suppliers:
        cells = supplier.cells
        links = [link_influence(cell.weight, s[cell.bandwidth], s[cell.dependence]) for cell in cells]
        s[at("influence", supplier.name)] = total(links)
        shares = [cell.weight * s[cell.dependence] for cell in supplier.cells]
        s[at("vulnerability", supplier.name)] = total(shares)
    s["total_influence"] = total([s[at("influence", supplier.name)] for supplier in suppliers])
    for supplier in suppliers:
        s[at("share", supplier.name)] = over(s[at("influence", supplier.name)], s["total_influence"])
