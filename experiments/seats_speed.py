"""How fast do many futures of a seat step together, against plain stepping of the agents' model?

    python experiments/seats_speed.py                # half a minute
    python experiments/seats_speed.py --futures 512 --rounds 9

One seat, every month of a year: the environment with its observations and masks, actions drawn at random,
against `sim.Model` of the scenario without seats, which decides by itself and shows nobody anything. Rounds
take turns, so that whatever else a machine does harms both sides alike; of each the median.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

# what is measured lies beside this file, whatever else is installed
sys.path.insert(0, str(Path(__file__).parents[1]))

import sim
import sim.play
from sim.scenario.load import load
from sim.scenario.lower import lower

SCENARIO, SEAT = "mongolia-2024", "Mongolia"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--futures", type=int, default=512)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    together, plain = measured(asked.futures, asked.months, asked.rounds)
    busy = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{SCENARIO}, {SEAT}, {asked.months} months; {os.cpu_count()} processors, load {busy}")
    rows = (f"{asked.futures} futures together, with observations and masks", together), ("sim.Model", plain)
    for label, cpu in rows:
        print(f"  {label:<56}{1e6 * cpu:>10,.1f} us a future and month")
    print(f"  {f'times, by medians of {asked.rounds} rounds':<56}{plain / together:>10,.0f}")


def measured(futures: int, months: int, rounds: int) -> tuple[float, float]:
    """Medians over rounds of CPU seconds a future and month: of the environment, and of plain stepping."""
    env = sim.play.vector_env(SCENARIO, SEAT, futures, months=months)
    env.reset(seed=1)
    actions = _drawn(env, 2 * months)
    world = lower(load(SCENARIO), months)

    def together() -> float:
        env.reset()
        return _cpu(lambda: [env.step(each) for each in actions]) / futures / months

    def plain() -> float:
        model = sim.Model(world)
        return _cpu(lambda: [model.step() for _ in range(months)]) / months

    # the first round of each fetches the machine code
    found = [(together(), plain()) for _ in range(rounds + 1)][1:]
    first, second = zip(*found, strict=True)
    return median(first), median(second)


def _drawn(env: sim.play.environments.vector.Futures, rounds: int) -> list[dict[str, np.ndarray]]:
    """Actions of all futures at random, as many as rounds."""
    env.action_space.seed(1)
    return [env.action_space.sample() for _ in range(rounds)]


def _cpu(work: Callable[[], object]) -> float:
    """CPU seconds of all threads."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
