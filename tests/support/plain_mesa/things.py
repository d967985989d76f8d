"""What the actors find: stocks that relax and their means, links, suppliers, and the axes of positions."""

from __future__ import annotations

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


class Mean:
    """A weighted mean of stocks."""

    def __init__(self, stocks: dict[str, Stock], row: structure.Aggregate) -> None:
        self.members = [(stocks[name], weight) for name, weight in row.weights]

    @property
    def level(self) -> float:
        return sum([weight * stock.level for stock, weight in self.members])


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

    def listen(self, names: Names) -> None:
        """Know what its means rise and fall with."""
        self.capability, self.capability0 = None, 1.0
        if self.row.capability is not None:
            self.capability = names.function(self.row.capability)
            self.capability0 = names.start[f"start.{self.row.capability.text}"]

    def measure_influence(self) -> None:
        self.influence = sum([link.influence for link in self.links])
        self.vulnerability = sum([link.weight * link.dependence for link in self.links])

    def measure_buffer(self) -> None:
        """What has not fallen to other powers."""
        self.buffer = 1.0 - sum([power.share**2 for power in self.model.powers if power is not self])

    def spread_effort(self) -> None:
        """Effort goes to the channels where more of it promises most."""
        p, model, actor = self.model.settings, self.model, self.actor
        promise = actor.values.get("influence_share", 0.0) * (1.0 - self.share)
        promise += 2.0 * actor.values.get("buffer", 0.0) * (1.0 - self.buffer)
        promise *= p.influence.effort_elasticity / model.total_influence
        pressures = []
        for link in self.links:
            gain = promise * actor.emphasis(link.channel) * link.influence
            pressures.append((gain - link.gain0) / p.effort.temperature)
        targets = softmax(pressures, [link.effort0 for link in self.links])
        for link, target in zip(self.links, targets, strict=True):
            link.effort += p.effort.speed * (target - link.effort)

    def build_links(self) -> None:
        p, means = self.model.settings.influence, self.row.budget
        if self.capability is not None:
            means *= self.capability() / self.capability0
        goodwill = self.goodwill.level / self.goodwill0
        drive = means**p.effort_elasticity * self.openness**p.openness_elasticity
        drive *= goodwill**p.goodwill_elasticity
        for link in self.links:
            target = link.bandwidth0 * drive * (link.effort / link.effort0) ** p.effort_elasticity
            link.bandwidth += p.bandwidth_speed * (clip(target, 0.0, 1.0) - link.bandwidth)


class Axis:
    """One dimension of somebody's position."""

    def __init__(self, start: dict[str, float], name: str, place: int) -> None:
        self.name, self.place = name, place
        self.level, self.drift0 = start[name], start[f"start.drift.{name}"]
