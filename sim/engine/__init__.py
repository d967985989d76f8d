"""Five ways to evaluate a month, one set of rules: the stages of `sim.rules.timetable` on five kinds of
numbers.

>>> import numpy as np
>>> import sim
>>> from sim.scenario.lower import lower
>>> world = lower(sim.load("mongolia-2024"), months=2)

1. Floats, one run at a time, by the agents of `sim.agents`: the readable way, whose order is written out.

>>> model = sim.Model(world, seed=3, run=7)
>>> model.run_model()

2. Symbols (`record`): operations are noted, in order, and become a program; nothing of the model is written
here.

>>> from sim.engine.record import record_month
>>> program = record_month(world)
>>> sorted({operation[0] for operation in program.operations.values()})[:3]
['add', 'constant', 'divide']

3. Vectors in registers (`machine`, by `engine`): the program as machine code, for whole ensembles. The same
bits as 1.

>>> from sim.engine.engine import Engine
>>> history = Engine.of(world).page(3, np.array([7], dtype=np.uint64))
>>> float(history.last("autonomy")[0]) == model.state["autonomy"]
True

4. Arrays (`lanes`, by `interpreter`): a few runs side by side without compiling, for checks of many
scenarios.

>>> from sim.engine.interpreter import history_of, rehearse
>>> tried = history_of(world, list(rehearse(world, runs=8, seed=3)))
>>> bool(tried.last("autonomy")[7] == history.last("autonomy")[0])
True

5. Traced numbers (`tape`, by `families`): how the constants of a program follow from numbers of a scenario,
for sweeps.

>>> from sim.engine.families import Family
>>> sanctions = "quantities.sanctions.start"
>>> family = Family.of(sim.load("mongolia-2024"), {sanctions: (0.2, 0.6)}, months=2)
>>> engine, holds = family.at(np.array([[0.3, 0.5, 0.9]]))
>>> holds.tolist()
[True, True, False]

Two ask for more of a month than it leaves behind. `telling` has odds and reasons of events recorded too, by
whichever of the five; `switched` has one number of luck replaced, on arrays.

>>> from sim.engine.telling import telling, told_of
>>> told = telling(world, told_of([world], ["visit_russia"]))
>>> odds = Engine.of(told).page(3, np.array([7], dtype=np.uint64))["proposal.visit_russia"]
>>> float(odds[1, 0]) == model.state["proposal.visit_russia"]
True

`luck` is an input of all five, drawn by address; `history` is what runs leave; `pages` and `worlds` make many
of them.
"""
