// Futures: modules in one memory, their arrays laid out as sim/engine/emit.py says, and what is read of them.

const STACK = 65536;
const VECTOR = 64;

class Machine {
  constructor() {
    this.memory = new WebAssembly.Memory({ initial: 2 });
    this.stack = new WebAssembly.Global({ value: "i32", mutable: true }, STACK);
    this.end = STACK;
  }

  async instance(code) {
    const env = { __linear_memory: this.memory, __stack_pointer: this.stack };
    const { instance } = await WebAssembly.instantiate(code, { env });
    return instance.exports.simulate;
  }

  clear() {
    this.end = STACK;
  }

  // Room for an array, which begins where a whole vector does.
  room(bytes) {
    const begin = this.end;
    this.end += Math.ceil(bytes / VECTOR) * VECTOR;
    const missing = Math.ceil((this.end - this.memory.buffer.byteLength) / 65536);
    if (missing > 0) this.memory.grow(missing);
    return begin;
  }
}

class Stage {
  constructor(model, told) {
    const at = (place) => arrayAt(model.buffer, place);
    this.since = told.since;
    this.module = told.module;
    this.streams = at(told.streams);
    this.plain = told.plain;
    this.carry = told.carry ? at(told.carry) : null;
    this.start = told.start ? at(told.start) : null;
    this.shared = { constants: at(told.constants), initial: at(told.initial), series: at(told.series) };
    this.pairs = Object.fromEntries(Object.entries(told.traced).map(([name, place]) => [name, at(place)]));
  }

  numbers(name, found) {
    return filled(this.shared[name], this.pairs[name], found);
  }
}

/** The months from which on other numbers, or another stage, hold. */
function spansOf(pack, stages, settings) {
  const starts = [pack.free, ...stages.map((each) => each.since), ...settings.do.map((each) => each.month)];
  const inside = [...new Set(starts)]
    .filter((month) => month >= pack.free && month < pack.months)
    .sort((one, other) => one - other);
  return inside.map((first, place) => ({
    first,
    last: inside[place + 1] ?? pack.months,
    stage: stages.findLast((each) => each.since <= first),
  }));
}

/** What the tape gives in each span; null if the way is not that of these settings. */
function pointOf(pack, way, settings, drawn) {
  const found = [];
  for (const span of spansOf(pack, way.stages, settings)) {
    const numbers = way.tape.run(inputsAt(pack, settings, span.first, drawn));
    if (numbers === null) return null;
    found.push({ ...span, numbers });
  }
  return found;
}

/** Numbers of points side by side, of each lane its own. */
function spread(view, at, points) {
  const lanes = points.length;
  points.forEach((numbers, lane) => {
    for (let i = 0; i < numbers.length; i += 1) view[at + i * lanes + lane] = numbers[i];
  });
}

/**
 * Which points stand side by side in each group: groups that have the same share a block of numbers.
 *
 * whose (runs,): the place of the point of each run.
 */
function blocksOf(whose, lanes) {
  const known = new Map();
  const blocks = [];
  const own = Array.from({ length: whose.length / lanes }, (_, group) => {
    const some = whose.slice(group * lanes, (group + 1) * lanes);
    const key = some.join();
    if (!known.has(key)) known.set(key, blocks.push(some) - 1);
    return known.get(key);
  });
  return { own, blocks };
}

/**
 * A page of futures: runs by their numbers, in whole groups of lanes, each at one of some points of the same
 * way; whose (runs,): at which.
 */
function simulate(model, points, runs, whose) {
  const { pack, machine } = model;
  const { lanes, months, recorded } = pack;
  const events = pack.events.length;
  const groups = runs.length / lanes;
  const { own: block, blocks: some } = blocksOf(whose, lanes);
  machine.clear();
  const place = (array) => {
    const begin = machine.room(array.byteLength);
    new Uint8Array(machine.memory.buffer, begin, array.byteLength).set(new Uint8Array(array.buffer));
    return begin;
  };
  const blocks = (name, span) => {
    const numbers = points.map((point) => point[span].stage.numbers(name, point[span].numbers));
    const size = numbers[0].length * lanes;
    const all = new Float64Array(Math.max(size * some.length, 1));
    some.forEach((each, at) =>
      spread(
        all,
        at * size,
        each.map((point) => numbers[point]),
      ),
    );
    return all;
  };
  const starts = (span) => begun(blocks("initial", span), some.length, block);
  const own = place(BigInt64Array.from(block, BigInt));
  const numbered = place(BigInt64Array.from(runs, BigInt));
  const first = starts(0);
  goOn(model, points[0][0].stage, first, runs);
  let state = place(first);
  let before = points[0][0].stage;
  const spans = points[0].map(({ first, last, stage }, span) => {
    if (stage !== before)
      state = place(taken(machine, starts(span), groups, stage, state, lanes));
    before = stage;
    const count = stage.streams.length;
    const history = machine.room(8 * groups * (last - first) * recorded * lanes);
    const codes = machine.room(groups * (last - first) * events * lanes);
    const given = [
      numbered,
      state,
      own,
      place(blocks("constants", span)),
      own,
      place(blocks("series", span)),
    ];
    const streams = place(count ? stage.streams.slice() : new BigUint64Array(1));
    const luck = machine.room(8 * Math.max(count, 1) * 4 * lanes);
    const size = [groups, first, last, months].map(BigInt);
    const counts = [stage.plain, count].map(BigInt);
    model.modules[stage.module](
      ...size,
      BigInt.asIntN(64, model.seed),
      ...given,
      ...counts,
      streams,
      luck,
      history,
      codes,
    );
    return { first, last, history: history / 8, codes };
  });
  const buffer = machine.memory.buffer;
  return { pack, groups, spans, numbers: new Float64Array(buffer), marks: new Uint8Array(buffer), runs };
}

/** The state before the first month: that of its block in each group. */
function begun(starts, blocks, own) {
  const size = starts.length / blocks;
  const found = new Float64Array(size * own.length);
  own.forEach((block, group) => found.set(starts.subarray(block * size, (block + 1) * size), group * size));
  return found;
}

/** The past from which a run goes on; several runs do so from each, in turn. */
function pastOf(model, run) {
  return run % model.pack.past.particles;
}

/** Put into a state what the pasts of runs have left; without pasts all begin alike. */
function goOn(model, stage, state, runs) {
  if (model.past === null) return;
  const { lanes, past } = model.pack;
  const size = state.length / runs.length;
  runs.forEach((run, place) => {
    const left = model.past.states.subarray(pastOf(model, run) * past.columns);
    const at = Math.floor(place / lanes) * size * lanes + (place % lanes);
    for (let i = 0; i < stage.start.length; i += 2) {
      const number = left[stage.start[i + 1]];
      if (!Number.isNaN(number)) state[at + stage.start[i] * lanes] = number;
    }
  });
}

/** The state as another stage leaves it: pairs of slots, its own and those of the stage before. */
function taken(machine, found, groups, stage, state, lanes) {
  const size = found.length / groups;
  const theirs = stage.carry[0] * lanes;
  const before = new Float64Array(machine.memory.buffer, state, groups * theirs);
  for (let group = 0; group < groups; group += 1) {
    for (let i = 1; i < stage.carry.length; i += 2) {
      for (let lane = 0; lane < lanes; lane += 1) {
        found[group * size + stage.carry[i] * lanes + lane] =
          before[group * theirs + stage.carry[i + 1] * lanes + lane];
      }
    }
  }
  return found;
}

/** Where the numbers, or the codes, of a run and month begin, and the step from one name to the next. */
function placeOf(page, span, month, run, names) {
  const { lanes } = page.pack;
  const group = Math.floor(run / lanes);
  return (group * (span.last - span.first) + (month - span.first)) * names * lanes + (run % lanes);
}

/** A hash over every recorded number and code of the free months, run by run: sim/engine/fingerprint.py. */
function fingerprint(sha, page, count) {
  const { recorded, lanes, months, free, events } = page.pack;
  const numbers = new Float64Array((months - free) * recorded);
  const codes = new Uint8Array((months - free) * events.length);
  const bytes = new Uint8Array(numbers.buffer);
  for (let run = 0; run < count; run += 1) {
    for (const span of page.spans) {
      for (let month = span.first; month < span.last; month += 1) {
        const at = span.history + placeOf(page, span, month, run, recorded);
        for (let i = 0; i < recorded; i += 1) {
          const number = page.numbers[at + i * lanes];
          numbers[(month - free) * recorded + i] = Number.isNaN(number) ? NaN : number;
        }
        const marked = span.codes + placeOf(page, span, month, run, events.length);
        for (let i = 0; i < events.length; i += 1)
          codes[(month - free) * events.length + i] = page.marks[marked + i * lanes];
      }
    }
    sha.update(bytes);
    sha.update(codes);
  }
}
