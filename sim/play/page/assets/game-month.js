// Futures in which a seat is taken, side by side, month by month: what sim/engine/seating.py does, bit for bit.

const BY_RULE = -1;

/** A month of some futures, as it is lived or foreseen. */
class Month {
  constructor(pack, count, numbers, marks) {
    Object.assign(this, { pack, count, numbers, marks });
  }

  /** A number that is recorded, in each future. */
  number(name) {
    return this.read(this.numbers, this.pack.recorded, this.pack.place.get(name));
  }

  /** What happened to an event in each future, as bits. */
  codes(event) {
    return this.read(this.marks, this.pack.events.length, this.pack.events.findIndex(({ name }) => name === event));
  }

  happened(event, node) {
    return this.codes(event).map((code) => (code & this.pack.nodes[node] ? 1 : 0));
  }

  read(array, names, place) {
    const { lanes } = this.pack;
    return Array.from(
      { length: this.count },
      (_, run) => array[(Math.floor(run / lanes) * names + place) * lanes + (run % lanes)],
    );
  }

  /** What the rule makes of a choice: its aim, its terms, or what luck draws of its odds. */
  ruled(choice) {
    if (choice.ruled !== null) return this.number(choice.ruled);
    return this.happened(choice.about, this.pack.node_of[choice.kind]);
  }
}

class Futures {
  constructor(model, runs, seed = model.seed) {
    const { lanes } = model.pack;
    const groups = Math.ceil(runs.length / lanes);
    // groups are whole: the last run is repeated, and left out again
    const numbered = Array.from({ length: groups * lanes }, (_, run) => runs[Math.min(run, runs.length - 1)]);
    Object.assign(this, { model, runs, seed, groups, numbered, month: 0, state: null, last: null });
  }

  get pack() {
    return this.model.pack;
  }

  get count() {
    return this.runs.length;
  }

  get isOver() {
    return this.month >= this.pack.months;
  }

  /** The stage of a month. */
  stage(month = Math.min(this.month, this.pack.months - 1)) {
    return this.model.stages.findLast(({ since }) => since <= month);
  }

  /** A number that is recorded, at the end of the last month; at the start that of the start. */
  number(name) {
    return this.last === null ? this.runs.map(() => this.pack.start[name]) : this.last.number(name);
  }

  /** The month as it would be with these choices (by name, a number for each future); nothing has moved. */
  foresee(choices) {
    return this.lived(choices).found;
  }

  /** The month with these choices. */
  live(choices) {
    const { found, state } = this.lived(choices);
    Object.assign(this, { last: found, state, month: this.month + 1 });
  }

  lived(choices) {
    const { model, pack, groups } = this;
    const { machine } = model;
    const [before, stage] = [this.stage(Math.max(this.month - 1, 0)), this.stage()];
    let state = this.state === null ? before.begun(groups) : this.state.slice();
    this.choose(state, before, choices);
    if (stage !== before) state = stage.takenOver(state, groups);
    machine.clear();
    const place = (array) => {
      const begin = machine.room(array.byteLength);
      new Uint8Array(machine.memory.buffer, begin, array.byteLength).set(new Uint8Array(array.buffer));
      return begin;
    };
    const numbered = place(BigInt64Array.from(this.numbered, BigInt));
    const moved = place(state);
    const own = place(new BigInt64Array(groups));
    const [constants, series] = [place(stage.wide.constants), place(stage.wide.series)];
    const count = stage.streams.length;
    const streams = place(count ? stage.streams.slice() : new BigUint64Array(1));
    const luck = machine.room(8 * Math.max(count, 1) * 4 * pack.lanes);
    const history = machine.room(8 * groups * pack.recorded * pack.lanes);
    const codes = machine.room(groups * pack.events.length * pack.lanes);
    model.modules[stage.module](
      ...[groups, this.month, this.month + 1, pack.months].map(BigInt), BigInt.asIntN(64, this.seed),
      numbered, moved, own, constants, own, series,
      ...[stage.plain, count].map(BigInt), streams, luck, history, codes,
    );
    const { buffer } = machine.memory;
    const numbers = new Float64Array(buffer, history, groups * pack.recorded * pack.lanes).slice();
    const marks = new Uint8Array(buffer, codes, groups * pack.events.length * pack.lanes).slice();
    const after = new Float64Array(buffer, moved, state.length).slice();
    return { found: new Month(pack, this.count, numbers, marks), state: after };
  }

  /** Put choices into a state that a stage left. */
  choose(state, stage, choices) {
    const { lanes } = this.pack;
    const size = state.length / this.groups;
    for (const [name, values] of Object.entries(choices)) {
      this.numbered.forEach((_, run) => {
        state[Math.floor(run / lanes) * size + stage.slots[name] * lanes + (run % lanes)] =
          values[Math.min(run, this.count - 1)];
      });
    }
  }
}

/** A stage of the months, of which all runs have the same numbers. */
class Season extends Stage {
  constructor(model, told) {
    super(model, told);
    Object.assign(this, { lanes: model.pack.lanes, slots: told.slots, choices: told.choices });
    const wide = (array) => {
      const found = new Float64Array(Math.max(array.length, 1) * this.lanes);
      array.forEach((number, i) => found.fill(number, i * this.lanes, (i + 1) * this.lanes));
      return found;
    };
    this.wide = Object.fromEntries(Object.entries(this.shared).map(([name, array]) => [name, wide(array)]));
  }

  /** The state before the first month, of groups of runs. */
  begun(groups) {
    const { initial } = this.wide;
    const found = new Float64Array(initial.length * groups);
    for (let group = 0; group < groups; group += 1) found.set(initial, group * initial.length);
    return found;
  }

  /** The state as the stage before left it: pairs of slots, its own and those of that stage. */
  takenOver(left, groups) {
    const { lanes } = this;
    const found = this.begun(groups);
    const [size, theirs] = [found.length / groups, left.length / groups];
    for (let group = 0; group < groups; group += 1) {
      for (let i = 1; i < this.carry.length; i += 2) {
        for (let lane = 0; lane < lanes; lane += 1) {
          found[group * size + this.carry[i] * lanes + lane] =
            left[group * theirs + this.carry[i + 1] * lanes + lane];
        }
      }
    }
    return found;
  }
}

/** The model of a page: its modules are made once. */
async function modelOf(pack) {
  const buffer = await unpacked(pack.blob);
  const machine = new Machine();
  const modules = [];
  for (const place of pack.modules) modules.push(await machine.instance(arrayAt(buffer, place)));
  const place = new Map(pack.names.map((name, at) => [name, at]));
  const model = { pack: { ...pack, place }, buffer, machine, modules, seed: BigInt(pack.seed) };
  model.stages = pack.stages.map((told) => new Season(model, told));
  return model;
}

/** The hash over some futures that the rule decides, as the program counts it. */
function hashOf(model, count) {
  const futures = new Futures(model, Array.from({ length: count }, (_, run) => run));
  const { pack } = model;
  const months = [];
  while (!futures.isOver) {
    futures.live({});
    months.push(futures.last);
  }
  const sha = new Sha256();
  for (let run = 0; run < count; run += 1) {
    const numbers = new Float64Array(pack.months * pack.recorded);
    const codes = new Uint8Array(pack.months * pack.events.length);
    months.forEach((month, at) => {
      const [group, lane] = [Math.floor(run / pack.lanes), run % pack.lanes];
      for (let i = 0; i < pack.recorded; i += 1) {
        const number = month.numbers[(group * pack.recorded + i) * pack.lanes + lane];
        numbers[at * pack.recorded + i] = Number.isNaN(number) ? NaN : number;
      }
      for (let i = 0; i < pack.events.length; i += 1)
        codes[at * pack.events.length + i] = month.marks[(group * pack.events.length + i) * pack.lanes + lane];
    });
    sha.update(new Uint8Array(numbers.buffer));
    sha.update(codes);
  }
  return sha.hex();
}
