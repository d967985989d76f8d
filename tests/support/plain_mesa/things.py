"""What the actors find: stocks that relax, links, suppliers, and the axes of the target's position."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from sim.rules import structure
from tests.support.plain_mesa.arithmetic import clip, softmax
from tests.support.plain_mesa.names import Names

if TYPE_CHECKING:
    from tests.support.plain_mesa.model import PlainModel


class Stock(mesa.Agent):
    """A quantity that relaxes to where others draw it."""

    def __init__(self, model: PlainModel, row: structure.Stock) -> None:
        super().__init__(model)
        self.row, self.level = row, model.start[row.name]
        self.curvature = row.curvature or 0.0
        self.rest = row.intercept
        if self.rest is None:
            self.rest = model.start[f"start.{row.name}"]

    def listen(self, names: Names) -> None:
        """Know its sources, once everything that they may be is there."""
        self.sources = []
        for source in self.row.sources:
            from_start = names.start[f"start.{source.value.text}"] if source.from_start else 0.0
            self.sources.append((names.function(source.value), source.weight, from_start))

    def aim(self) -> None:
        target = self.rest
        for value, weight, from_start in self.sources:
            target += weight * (value() - from_start)
        self.target = clip(target, self.row.low, self.row.high)

    def relax(self) -> None:
        level = self.level + self.row.speed * (self.target - self.level)
        if self.row.noise:
            level += self.random.gauss(0.0, self.row.noise)
        self.level = clip(level, self.row.low, self.row.high)


class Link:
    """What ties the target to one supplier in one channel."""

    def __init__(self, start: dict[str, float], supplier: Supplier, cell: structure.Cell) -> None:
        self.supplier, self.channel, self.attraction = supplier, cell.channel, 0.0
        self.weight, self.share_speed = cell.weight, cell.share_speed
        self.bandwidth = self.bandwidth0 = start[cell.bandwidth]
        self.dependence = self.dependence0 = start[cell.dependence]
        self.effort = self.effort0 = start.get(cell.effort)
        self.gain0 = start.get(f"start.{cell.gain}")

    @property
    def influence(self) -> float:
        return self.weight * self.bandwidth * self.dependence


class Supplier(mesa.Agent):
    """A power, or the target's own supply."""

    def __init__(self, model: PlainModel, row: structure.Supplier) -> None:
        super().__init__(model)
        self.row, self.name, self.is_power = row, row.name, row.is_power
        self.links = [Link(model.start, self, cell) for cell in row.cells]
        self.openness = 1.0
        for gain in ("autonomy_gain", "goodwill_gain"):
            setattr(self, f"{gain}0", model.start.get(f"start.{gain}.{row.name}"))

    def measure_influence(self) -> None:
        self.influence = sum([link.influence for link in self.links])
        self.vulnerability = sum([link.weight * link.dependence for link in self.links])

    def measure_closeness(self) -> None:
        places = zip(self.model.axes.values(), self.row.position, strict=True)
        distance = math.sqrt(sum([(axis.level - place) ** 2 for axis, place in places]))
        self.closeness = clip(1.0 - distance / self.model.settings.alignment.reach, 0.0, 1.0)

    def spread_effort(self) -> None:
        """Effort goes to the channels where more of it promises most."""
        p, model = self.model.settings, self.model
        promise = self.actor.values.get("influence_share", 0.0) * (1.0 - self.share)
        promise *= p.influence.effort_elasticity / model.total_influence
        pressures = [(promise * link.influence - link.gain0) / p.effort.temperature for link in self.links]
        targets = softmax(pressures, [link.effort0 for link in self.links])
        for link, target in zip(self.links, targets, strict=True):
            link.effort += p.effort.speed * (target - link.effort)

    def build_links(self) -> None:
        p, capability = self.model.settings.influence, self.row.capability
        means = self.row.budget
        if capability is not None:
            means *= self.model.stocks[capability].level / self.model.start[f"start.{capability}"]
        goodwill = self.goodwill.level / self.goodwill0
        drive = means**p.effort_elasticity * self.openness**p.openness_elasticity
        drive *= goodwill**p.goodwill_elasticity
        for link in self.links:
            target = link.bandwidth0 * drive * (link.effort / link.effort0) ** p.effort_elasticity
            link.bandwidth += p.bandwidth_speed * (clip(target, 0.0, 1.0) - link.bandwidth)


class Axis:
    """One dimension of the target's position."""

    def __init__(self, start: dict[str, float], name: str, place: int) -> None:
        self.place, self.level, self.drift0 = place, start[name], start[f"start.drift.{name}"]
