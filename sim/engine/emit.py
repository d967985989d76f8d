"""A recorded month in LLVM's intermediate language: one function that carries runs through all their months.

A few runs go side by side, one a lane, so that their state stays in the nearest cache. Constants of the
scenario are read from an array, lane by lane: scenarios that differ in values only share their machine code,
and their runs a vector.
"""

from __future__ import annotations

from sim.engine.builder import AROUND, METADATA, Builder, Vector, Whole
from sim.engine.luck import MONTHS_PER_DRAW, stream_id, unit, words_at
from sim.engine.record import Program
from sim.rules.numbers import normal_pair


def _generator(lanes: int) -> str:
    """The generator as a function: the four uniforms at the address (seed, run, stream, step)."""
    b = Builder("p", lanes)
    seed, run, stream, step = (Whole(b, name) for name in ("%seed", "%run", "%stream", "%step"))
    draws = [unit(word) for word in words_at(seed, run, stream, step)]
    for place, draw in enumerate(draws):
        b.store(draw, "%out", place * lanes)
    body = "\n".join(b.lines)
    arguments = f"{b.words('%seed', '%run', '%stream', '%step')}, double* noalias %out"
    return f"define internal void @draw({arguments}) noinline {{\nentry:\n{body}\n  ret void\n}}\n"


def _luck_window(lanes: int) -> str:
    """A function that draws four months of every stream: luck (streams, 4, lanes), normals after uniforms."""
    b = Builder("w", lanes)
    seed, step = b.spread("%seed", "i64"), b.spread("%window", "i64")
    b.do("br label %stream")
    b.open("stream")
    b.do("%s = phi i64 [0, %entry], [%s1, %next]")
    stream = b.spread(b.line(f"load i64, i64* {b.address('%streams', '%s', 'i64')}, align 8"), "i64")
    out = b.address("%luck", b.line(f"mul i64 %s, {MONTHS_PER_DRAW * lanes}"))
    b.do(f"call void @draw({b.words(seed, '%run', stream, step)}, double* {out})")
    b.do(f"br i1 {b.line('icmp slt i64 %s, %plain')}, label %next, label %bend")
    b.open("bend")
    u = [b.load(out, month * lanes) for month in range(MONTHS_PER_DRAW)]
    for month, draw in enumerate([*normal_pair(u[0], u[1]), *normal_pair(u[2], u[3])]):
        b.store(draw, out, month * lanes)
    b.do("br label %next")
    b.open("next")
    b.do("%s1 = add i64 %s, 1")
    b.do(f"br i1 {b.line('icmp slt i64 %s1, %count')}, label %stream, label %exit")
    b.open("exit")
    body = "\n".join(b.lines)
    arguments = (
        f"i64 %seed, i64 %window, {b.wholes} %run, i64* noalias %streams, i64 %plain, i64 %count, "
        "double* noalias %luck"
    )
    return f"define internal void @window({arguments}) noinline {{\nentry:\n{body}\n  ret void\n}}\n"


def _draw_where_needed(b: Builder, mask: Vector, stream: str, word: int) -> Vector:
    """One uniform of this month's address in lanes whose mask is not 0, else 1."""
    # few months settle anything: where no lane needs it, ten rounds of the generator are spared
    one = b.splat(1.0)
    test = b.line(f"fcmp une {b.floats} {mask.name}, {b.splat(0.0)}")
    some = b.line(f"icmp ne i{b.lanes} {b.line(f'bitcast {b.bits} {test} to i{b.lanes}')}, 0")
    before, number = b.block, len(b.lines)
    b.do(f"br i1 {some}, label %need{number}, label %done{number}")
    b.open(f"need{number}")
    address = b.words("%seeds", "%run", b.splat_whole(stream_id(stream)), "%step")
    b.do(f"call void @draw({address}, double* %words)")
    drawn = b.load("%words", word * b.lanes)
    chosen = b.line(f"select {b.bits} {test}, {b.floats} {drawn.name}, {b.floats} {one}")
    b.do(f"br label %done{number}")
    b.open(f"done{number}")
    return b.vector(f"phi {b.floats} [{one}, %{before}], [{chosen}, %need{number}]")


def _month(b: Builder, program: Program, series: list[str]) -> dict[int, Vector]:
    """The instructions of a month; what each operation gives, by its index."""
    streams = [*program.uniforms, *program.normals]
    values: dict[int, Vector] = {}
    constants = 0
    for index, operation in program.operations.items():
        name = operation[0]
        if name == "constant":
            values[index] = b.load("%constant", constants * b.lanes)
            constants += 1
        elif name == "load" and operation[1] in series:
            values[index] = b.load("%given", series.index(operation[1]) * b.lanes)
        elif name == "load":
            values[index] = b.load("%x", program.slots[operation[1]] * b.lanes)
        elif name in ("uniform", "normal"):
            values[index] = b.load("%today", streams.index(operation[1]) * MONTHS_PER_DRAW * b.lanes)
        elif name == "draw":
            values[index] = _draw_where_needed(b, values[operation[1]], operation[2], operation[3])
        else:
            values[index] = b.apply(name, tuple(values[argument] for argument in operation[1:]))
    return values


SIGNATURE = """define void @simulate(\
i64 %groups, i64 %first, i64 %last, i64 %months, i64 %seed, i64* noalias %runs, double* noalias %state,
    i64* noalias %own, double* noalias %constants, i64* noalias %path, double* noalias %series, \
i64 %plain, i64 %count,
    i64* noalias %streams, double* noalias %luck, double* noalias %history, i8* noalias %codes)"""
"""What the function takes, see `source`; the caller's side is `machine.call`."""


def source(program: Program, series: list[str], recorded: list[str], records: list[str], lanes: int) -> str:
    """The program in LLVM's intermediate language.

    simulate(groups, first, last, months, seed, runs, state, own, constants, path, series, plain, count,
    streams, luck, history, codes): runs (groups, lanes); state (groups, slots, lanes), before and after;
    constants (blocks, n, lanes), of which a group reads the block own[group]; series (blocks, months, names,
    lanes), of which it reads path[group]; streams (count,), the first `plain` of them uniform, the rest
    normal; luck (count, 4, lanes); history (groups, last - first, recorded, lanes) and codes (groups, last -
    first, records, lanes) take what is recorded. All arrays of floats begin where a whole vector does.
    History goes around the caches, and is there for other threads when the function returns: the fence.
    """
    b = Builder("v", lanes)
    b.block = "go"
    seeds, step = b.spread("%seed", "i64"), b.spread("%t", "i64")
    # what no month changes is written before the body, under names that calls to the generator know
    head = "\n".join(b.lines).replace(seeds, "%seeds").replace(step, "%step")
    b.lines = [""] * len(b.lines)
    values = _month(b, program, series)
    for name, index in program.results.items():
        b.store(values[index], "%x", program.slots[name] * lanes)
    for place, name in enumerate(recorded):
        b.store(values[program.results[name]], "%kept", place * lanes, AROUND)
    for place, name in enumerate(records):
        bits = b.line(f"fptoui {b.floats} {values[program.results[name]].name} to <{lanes} x i8>")
        target = b.line(f"bitcast i8* {b.address('%marks', place * lanes, 'i8')} to <{lanes} x i8>*")
        b.do(f"store <{lanes} x i8> {bits}, <{lanes} x i8>* {target}, align 1")
    body = "\n".join(b.lines)
    return f"""
declare {b.floats} @llvm.sqrt.v{lanes}f64({b.floats})
{_generator(lanes)}{_luck_window(lanes)}
{SIGNATURE} {{
entry:
  %words = alloca double, i64 {4 * lanes}, align {8 * lanes}
  br label %group
group:
  %g = phi i64 [0, %entry], [%g1, %end]
  %lane = mul i64 %g, {lanes}
  %lanesat = getelementptr i64, i64* %runs, i64 %lane
  %lanesof = bitcast i64* %lanesat to {b.wholes}*
  %run = load {b.wholes}, {b.wholes}* %lanesof, align 8
  %offset = mul i64 %g, {len(program.slots) * lanes}
  %x = getelementptr double, double* %state, i64 %offset
  %ownat = getelementptr i64, i64* %own, i64 %g
  %block = load i64, i64* %ownat, align 8
  %constantat = mul i64 %block, {len(program.constants) * lanes}
  %constant = getelementptr double, double* %constants, i64 %constantat
  %pathat = getelementptr i64, i64* %path, i64 %g
  %way = load i64, i64* %pathat, align 8
  %before = mul i64 %way, %months
  br label %month
month:
  %t = phi i64 [%first, %group], [%t1, %{b.block}]
  %since = sub i64 %t, %first
  %span = sub i64 %last, %first
  %done = mul i64 %g, %span
  %page = add i64 %done, %since
  %keptat = mul i64 %page, {len(recorded) * lanes}
  %kept = getelementptr double, double* %history, i64 %keptat
  %marksat = mul i64 %page, {len(records) * lanes}
  %marks = getelementptr i8, i8* %codes, i64 %marksat
  %along = add i64 %before, %t
  %givenat = mul i64 %along, {len(series) * lanes}
  %given = getelementptr double, double* %series, i64 %givenat
  %phase = and i64 %t, {MONTHS_PER_DRAW - 1}
  %begins = icmp eq i64 %phase, 0
  %starts = icmp eq i64 %t, %first
  %draws = or i1 %begins, %starts
  br i1 %draws, label %window, label %go
window:
  %w = lshr i64 %t, {MONTHS_PER_DRAW.bit_length() - 1}
  call void @window(i64 %seed, i64 %w, {b.wholes} %run, i64* %streams, i64 %plain, i64 %count, double* %luck)
  br label %go
go:
{head}
  %todayat = mul i64 %phase, {lanes}
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
  fence seq_cst
  ret void
}}
{METADATA}
"""
