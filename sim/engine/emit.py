"""A recorded month in LLVM's intermediate language: one function that carries runs through all their months.

Four runs go side by side, so that their state stays in the nearest cache. Constants of the scenario are read
from an array, so scenarios that differ in values only share their machine code.
"""

from __future__ import annotations

from sim.engine.builder import BITS, FLOATS, LANES, WHOLES, Builder, Vector, Whole, splat, splat_whole
from sim.engine.luck import MONTHS_PER_DRAW, stream_id, unit, words_at
from sim.engine.record import Program
from sim.rules.numbers import normal_pair


def _generator() -> str:
    """The generator as a function: the four uniforms at the address (seed, run, stream, step)."""
    b = Builder("p")
    seed, run, stream, step = (Whole(b, name) for name in ("%seed", "%run", "%stream", "%step"))
    draws = [unit(word) for word in words_at(seed, run, stream, step)]
    for place, draw in enumerate(draws):
        b.store(draw, "%out", place * LANES)
    body = "\n".join(b.lines)
    arguments = f"{WHOLES} %seed, {WHOLES} %run, {WHOLES} %stream, {WHOLES} %step, double* noalias %out"
    return f"define internal void @draw({arguments}) noinline {{\nentry:\n{body}\n  ret void\n}}\n"


def _luck_window() -> str:
    """A function that draws four months of every stream: luck (streams, 4, LANES), normals after uniforms."""
    b = Builder("w")
    seed, step = b.spread("%seed", "i64"), b.spread("%window", "i64")
    b.do("br label %stream")
    b.open("stream")
    b.do("%s = phi i64 [0, %entry], [%s1, %next]")
    stream = b.spread(b.line(f"load i64, i64* {b.address('%streams', '%s', 'i64')}, align 8"), "i64")
    out = b.address("%luck", b.line(f"mul i64 %s, {MONTHS_PER_DRAW * LANES}"))
    address = f"{WHOLES} {seed}, {WHOLES} %run, {WHOLES} {stream}, {WHOLES} {step}"
    b.do(f"call void @draw({address}, double* {out})")
    b.do(f"br i1 {b.line('icmp slt i64 %s, %plain')}, label %next, label %bend")
    b.open("bend")
    u = [b.load(out, month * LANES) for month in range(MONTHS_PER_DRAW)]
    for month, draw in enumerate([*normal_pair(u[0], u[1]), *normal_pair(u[2], u[3])]):
        b.store(draw, out, month * LANES)
    b.do("br label %next")
    b.open("next")
    b.do("%s1 = add i64 %s, 1")
    b.do(f"br i1 {b.line('icmp slt i64 %s1, %count')}, label %stream, label %exit")
    b.open("exit")
    body = "\n".join(b.lines)
    arguments = (
        f"i64 %seed, i64 %window, {WHOLES} %run, i64* noalias %streams, i64 %plain, i64 %count, "
        "double* noalias %luck"
    )
    return f"define internal void @window({arguments}) noinline {{\nentry:\n{body}\n  ret void\n}}\n"


def _draw_where_needed(b: Builder, mask: Vector, stream: str, word: int) -> Vector:
    """One uniform of this month's address in lanes whose mask is not 0, else 1."""
    # few months settle anything: where no lane needs it, ten rounds of the generator are spared
    test = b.line(f"fcmp une {FLOATS} {mask.name}, {splat(0.0)}")
    some = b.line(f"icmp ne i{LANES} {b.line(f'bitcast {BITS} {test} to i{LANES}')}, 0")
    before, number = b.block, len(b.lines)
    b.do(f"br i1 {some}, label %need{number}, label %done{number}")
    b.open(f"need{number}")
    address = f"{WHOLES} %seeds, {WHOLES} %run, {WHOLES} {splat_whole(stream_id(stream))}, {WHOLES} %step"
    b.do(f"call void @draw({address}, double* %words)")
    drawn = b.load("%words", word * LANES)
    chosen = b.line(f"select {BITS} {test}, {FLOATS} {drawn.name}, {FLOATS} {splat(1.0)}")
    b.do(f"br label %done{number}")
    b.open(f"done{number}")
    return b.vector(f"phi {FLOATS} [{splat(1.0)}, %{before}], [{chosen}, %need{number}]")


def _month(b: Builder, program: Program, series: list[str]) -> dict[int, Vector]:
    """The instructions of a month; what each operation gives, by its index."""
    streams = [*program.uniforms, *program.normals]
    values: dict[int, Vector] = {}
    constants = 0
    for index, operation in program.operations.items():
        name = operation[0]
        if name == "constant":
            values[index] = _spread_of(b, "%constants", constants)
            constants += 1
        elif name == "load" and operation[1] in series:
            place = b.line(f"add i64 %t, {b.line(f'mul i64 %months, {series.index(operation[1])}')}")
            values[index] = _spread_of(b, "%series", place)
        elif name == "load":
            values[index] = b.load("%x", program.slots[operation[1]] * LANES)
        elif name in ("uniform", "normal"):
            values[index] = b.load("%today", streams.index(operation[1]) * MONTHS_PER_DRAW * LANES)
        elif name == "draw":
            values[index] = _draw_where_needed(b, values[operation[1]], operation[2], operation[3])
        else:
            values[index] = b.apply(name, tuple(values[argument] for argument in operation[1:]))
    return values


def _spread_of(b: Builder, base: str, offset: str | int) -> Vector:
    """A number that all runs share, in every lane."""
    scalar = b.line(f"load double, double* {b.address(base, offset)}, align 8")
    return Vector(b, b.spread(scalar))


SIGNATURE = """define void @simulate(\
i64 %groups, i64 %first, i64 %last, i64 %months, i64 %seed, i64* noalias %runs, double* noalias %state,
    double* noalias %constants, double* noalias %series, i64 %plain, i64 %count, \
i64* noalias %streams, double* noalias %luck,
    double* noalias %history, i8* noalias %codes)"""
"""What the function takes, see `source`; the caller's side is `machine.call`."""


def source(program: Program, series: list[str], recorded: list[str], records: list[str]) -> str:
    """The program in LLVM's intermediate language.

    simulate(groups, first, last, months, seed, runs, state, constants, series, plain, count, streams, luck,
    history, codes): runs (groups, LANES); state (groups, slots, LANES), before and after; series (n, months);
    streams (count,), the first `plain` of them uniform, the rest normal; history (groups, last - first,
    recorded, LANES) and codes (groups, last - first, records, LANES) take what is recorded.
    """
    b = Builder("v")
    b.block = "go"
    seeds, step = b.spread("%seed", "i64"), b.spread("%t", "i64")
    # what no month changes is written before the body, under names that calls to the generator know
    head = "\n".join(b.lines).replace(seeds, "%seeds").replace(step, "%step")
    b.lines = [""] * len(b.lines)
    values = _month(b, program, series)
    for name, index in program.results.items():
        b.store(values[index], "%x", program.slots[name] * LANES)
    for place, name in enumerate(recorded):
        b.store(values[program.results[name]], "%path", place * LANES)
    for place, name in enumerate(records):
        bits = b.line(f"fptoui {FLOATS} {values[program.results[name]].name} to <{LANES} x i8>")
        target = b.line(f"bitcast i8* {b.address('%marks', place * LANES, 'i8')} to <{LANES} x i8>*")
        b.do(f"store <{LANES} x i8> {bits}, <{LANES} x i8>* {target}, align 1")
    body = "\n".join(b.lines)
    size = len(program.slots) * LANES
    return f"""
declare {FLOATS} @llvm.sqrt.v{LANES}f64({FLOATS})
{_generator()}{_luck_window()}
{SIGNATURE} {{
entry:
  %words = alloca double, i64 {4 * LANES}, align 32
  br label %group
group:
  %g = phi i64 [0, %entry], [%g1, %end]
  %lane = mul i64 %g, {LANES}
  %own = getelementptr i64, i64* %runs, i64 %lane
  %ownv = bitcast i64* %own to {WHOLES}*
  %run = load {WHOLES}, {WHOLES}* %ownv, align 8
  %offset = mul i64 %g, {size}
  %x = getelementptr double, double* %state, i64 %offset
  br label %month
month:
  %t = phi i64 [%first, %group], [%t1, %{b.block}]
  %since = sub i64 %t, %first
  %span = sub i64 %last, %first
  %done = mul i64 %g, %span
  %page = add i64 %done, %since
  %pathat = mul i64 %page, {len(recorded) * LANES}
  %path = getelementptr double, double* %history, i64 %pathat
  %marksat = mul i64 %page, {len(records) * LANES}
  %marks = getelementptr i8, i8* %codes, i64 %marksat
  %phase = and i64 %t, {MONTHS_PER_DRAW - 1}
  %begins = icmp eq i64 %phase, 0
  %starts = icmp eq i64 %t, %first
  %draws = or i1 %begins, %starts
  br i1 %draws, label %window, label %go
window:
  %w = lshr i64 %t, {MONTHS_PER_DRAW.bit_length() - 1}
  call void @window(i64 %seed, i64 %w, {WHOLES} %run, i64* %streams, i64 %plain, i64 %count, double* %luck)
  br label %go
go:
{head}
  %todayat = mul i64 %phase, {LANES}
  %today = getelementptr double, double* %luck, i64 %todayat
{body}
  %t1 = add i64 %t, 1
  %more = icmp slt i64 %t1, %last
  br i1 %more, label %month, label %end
end:
  %g1 = add i64 %g, 1
  %others = icmp slt i64 %g1, %groups
  br i1 %others, label %group, label %exit
exit:
  ret void
}}
"""
