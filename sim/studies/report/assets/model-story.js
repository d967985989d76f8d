// One future told: its month as operations, run one by one, with the odds and reasons of every event.

const NODES = {
  proposed: 1,
  accepted: 2,
  refused: 4,
  took_place: 8,
  executed: 16,
  backed_down: 32,
  cancelled: 64,
};
const FAINT = 0.005;
const STEPS_TOLD = ["proposal", "answer"];

/** A stage whose month is a list of operations instead of a module. */
class ToldStage extends Stage {
  constructor(model, told) {
    super(model, told);
    Object.assign(this, operationsOf(model.pack, model.buffer, told));
    this.results = arrayAt(model.buffer, told.results);
    this.drawn = arrayAt(model.buffer, told.drawn);
    this.events = model.pack.tells[told.events];
  }
}

/** The luck of one run: four months of a stream at a time, and settlements where they are asked for. */
class Luck {
  constructor(seed, run) {
    this.seed = seed;
    this.run = BigInt(run);
    this.known = new Map();
  }

  four(stream, month, bent) {
    const window = month >> 2;
    const known = this.known.get(stream);
    if (known?.window === window) return known.draws;
    const u = uniformsAt(this.seed, this.run, stream, BigInt(window));
    const draws = bent ? [...normalPair(u[0], u[1]), ...normalPair(u[2], u[3])] : u;
    this.known.set(stream, { window, draws });
    return draws;
  }

  settle(stream, month, word) {
    return uniformsAt(this.seed, this.run, stream, BigInt(month))[word];
  }
}

/** The state (slots) after a month of one run. */
function lived(pack, stage, numbers, state, luck, month) {
  const { codes, operands, begins, streams, drawn, results } = stage;
  const { primitives } = pack;
  const found = new Float64Array(codes.length);
  const series = numbers.series.length / pack.months;
  const leaves = {
    load: (slot) => state[slot],
    given: (place) => numbers.series[month * series + place],
    constant: (place) => numbers.constants[place],
    uniform: (place) => luck.four(streams[place], month, false)[month & 3],
    normal: (place) => luck.four(streams[place], month, true)[month & 3],
    draw: (mask, stream, word) => (found[mask] !== 0 ? luck.settle(drawn[stream], month, word) : 1),
  };
  const doing = primitives.map((name) => leaves[name] ?? FUNCTIONS[name]);
  const isLeaf = primitives.map((name) => name in leaves);
  codes.forEach((code, place) => {
    const own = operands.subarray(begins[place], begins[place + 1]);
    found[place] = doing[code](...(isLeaf[code] ? own : Array.from(own, (each) => found[each])));
  });
  const after = state.slice();
  for (let i = 0; i < results.length; i += 2) after[results[i]] = found[results[i + 1]];
  return after;
}

/** Months of a run in which something happened, each event with what came of it, at which odds, and why. */
function story(model, point, run) {
  const { pack } = model;
  const luck = new Luck(model.seed, run);
  const months = knownOf(model, point[0].stage, run);
  let stage = point[0].stage;
  let state = stage.numbers("initial", point[0].numbers);
  goOn({ ...model, pack: { ...pack, lanes: 1 } }, stage, state, [run]);
  for (const span of point) {
    if (span.stage !== stage) state = carried(span, state);
    stage = span.stage;
    const numbers = {
      constants: stage.numbers("constants", span.numbers),
      series: stage.numbers("series", span.numbers),
    };
    for (let month = span.first; month < span.last; month += 1) {
      state = lived(pack, stage, numbers, state, luck, month);
      const lines = stage.events.flatMap((event) => lineOf(pack, event, state));
      if (lines.length > 0) months.push({ month, date: pack.dates[month], lines });
    }
  }
  return { months };
}

/** Months of a run's past in which something happened: what it was, and nothing of its odds. */
function knownOf(model, stage, run) {
  if (model.past === null) return [];
  const { pack, past } = model;
  const { particles } = pack.past;
  const found = [];
  for (let month = 0; month < pack.free; month += 1) {
    const lines = pack.events.flatMap(({ name, label }, event) => {
      const code = past.codes[(month * pack.events.length + event) * particles + pastOf(model, run)];
      const did = Object.keys(NODES).filter((node) => code & NODES[node]);
      return code === 0 ? [] : [{ event: name, label, did, odds: null, steps: {}, reasons: [] }];
    });
    if (lines.length > 0) found.push({ month, date: pack.dates[month], known: true, lines });
  }
  return found;
}

/** The state as another stage leaves it. */
function carried({ stage, numbers }, before) {
  const state = stage.numbers("initial", numbers);
  for (let i = 1; i < stage.carry.length; i += 2) state[stage.carry[i]] = before[stage.carry[i + 1]];
  return state;
}

/** What is told of an event in a month: nothing where nothing came of it. */
function lineOf(pack, event, state) {
  const record = state[event.record];
  if (record === 0) return [];
  const did = Object.keys(NODES).filter((node) => record & NODES[node]);
  const steps = Object.fromEntries(Object.entries(event.odds).map(([kind, slot]) => [kind, state[slot]]));
  const isAnswered = event.answers && (did.includes("accepted") || did.includes("refused"));
  const isProposed = did.includes("proposed") && !event.dated;
  let odds = null;
  if (isProposed) odds = steps.proposal ?? null;
  if (isAnswered) odds = steps.acceptance ?? null;
  const decided = isAnswered ? "answer" : "proposal";
  const reasons = isProposed || isAnswered ? event.reasons : [];
  const weighed = reasons
    .filter(([, step]) => STEPS_TOLD[step] === decided)
    .map(([slot, , actor, label]) => ({
      actor: pack.words[actor] ?? null,
      label: pack.words[label],
      value: state[slot],
    }));
  const told = weighed.filter(({ value }) => Math.abs(value) >= FAINT);
  told.sort((one, other) => Math.abs(other.value) - Math.abs(one.value));
  return [{ event: event.name, label: event.label, did, odds, steps, reasons: told }];
}
