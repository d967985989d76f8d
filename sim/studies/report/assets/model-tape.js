// What of a page's data is numbers: the blob, and tapes, which give the constants of a program at any settings.

const ARRAYS = { f8: Float64Array, f4: Float32Array, i4: Int32Array, u8: BigUint64Array, u1: Uint8Array, i2: Int16Array };

class Refusal extends Error {
  constructor(why, path = null) {
    super(why);
    this.path = path;
  }
}

async function unpacked(text) {
  const packed = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

function arrayAt(buffer, [kind, first, count]) {
  return new ARRAYS[kind](buffer, first, count);
}

class Tape {
  constructor(pack, buffer, told) {
    Object.assign(this, operationsOf(pack, buffer, told));
    this.constants = arrayAt(buffer, told.constants);
    this.guards = arrayAt(buffer, told.guards);
    this.functions = pack.primitives.map((name) => FUNCTIONS[name]);
    this.compare = pack.comparisons.map((name) => COMPARE[name]);
    this.input = pack.primitives.indexOf("input");
  }

  // All numbers of the tape for some inputs; null where a guard fails.
  run(inputs) {
    const { codes, operands, begins, constants, functions, input } = this;
    const found = new Float64Array(codes.length);
    const at = (operand) => (operand < 0 ? constants[-1 - operand] : found[operand]);
    for (let place = 0; place < codes.length; place += 1) {
      const code = codes[place];
      const [begin, arity] = [begins[place], begins[place + 1] - begins[place]];
      if (code === input) found[place] = inputs[operands[begin]];
      else if (arity === 1) found[place] = functions[code](at(operands[begin]));
      else if (arity === 2) found[place] = functions[code](at(operands[begin]), at(operands[begin + 1]));
      else
        found[place] = functions[code](at(operands[begin]), at(operands[begin + 1]), at(operands[begin + 2]));
    }
    return this.holds(at) ? found : null;
  }

  holds(at) {
    const { guards, compare } = this;
    for (let i = 0; i < guards.length; i += 4) {
      const outcome = compare[guards[i]](at(guards[i + 1]), at(guards[i + 2]));
      if (outcome !== (guards[i + 3] === 1)) return false;
    }
    return true;
  }
}

/**
 * Operations by their codes, their operands by the places of results, and where the operands of each begin.
 */
function operationsOf(pack, buffer, told) {
  const codes = arrayAt(buffer, told.codes);
  const operands = Int32Array.from(arrayAt(buffer, told.operands));
  const begins = new Int32Array(codes.length + 1);
  codes.forEach((code, place) => {
    begins[place + 1] = begins[place] + pack.arities[code];
    if (!(pack.primitives[code] in FUNCTIONS)) return;
    for (let i = begins[place]; i < begins[place + 1]; i += 1) {
      if (operands[i] >= 0) operands[i] = place - operands[i];
    }
  });
  return { codes, operands, begins };
}

/** Numbers that a stage shares, with those that a tape gives in their places. */
function filled(shared, pairs, found) {
  const own = shared.slice();
  for (let i = 0; i < pairs.length; i += 2) own[pairs[i]] = found[pairs[i + 1]];
  return own;
}

/**
 * The inputs of a tape: numbers as read, as somebody sets them by a month, and stocks that are held by then.
 */
function inputsAt(pack, settings, month, drawn) {
  const read = (path) => {
    const number = settings.set[path] ?? pack.own[path];
    return drawn === null ? number : drawn(path, number);
  };
  const done = (path) => {
    const before = settings.do.filter((each) => each.path === path && each.month <= month);
    return before.sort((one, other) => one.month - other.month).at(-1);
  };
  const held = (path) => {
    const entry = done(path);
    return entry === undefined || entry.value === "free" ? [0, 0.5] : [1, entry.value];
  };
  return Float64Array.from([
    ...pack.inputs.read.map(read),
    ...pack.inputs.done.map((path) => done(path)?.value ?? read(path)),
    ...pack.inputs.held.flatMap(held),
  ]);
}

/** What the numbers that are read become in a draw of the doubtful ones. */
function drawnBy(model, draw) {
  return (path, number) => {
    const entry = model.doubt.get(path);
    if (entry === undefined) return number;
    const value = entry.values[draw];
    if (entry.kind === "times") return number * (value / entry.centre);
    return entry.kind === "plus" ? number + (value - entry.centre) : value;
  };
}

/** Refuses what the page cannot move, by the ends that it shows. */
function checkSettings(pack, settings) {
  const known = new Map(pack.numbers.map((number) => [`${number.kind}:${number.path}`, number]));
  const given = [
    ...Object.entries(settings.set).map(([path, value]) => ["set", path, value]),
    ...settings.do.map((each) => ["do", each.path, each.value]),
  ];
  for (const [kind, path, value] of given) {
    const number = known.get(`${kind}:${path}`);
    if (number === undefined) throw new Refusal(`${path} is no number of this page`, path);
    const isFree = value === "free" && number.stock;
    if (!isFree && !(Number.isFinite(value) && value >= number.low && value <= number.high)) {
      throw new Refusal(`${path} = ${value} lies outside ${number.low} to ${number.high}`, path);
    }
  }
  for (const each of settings.do) {
    if (Number.isInteger(each.month) && each.month >= 0 && each.month < pack.free) {
      throw new Refusal(`${each.path}: all is known of ${pack.dates[each.month]} already`, each.path);
    }
    if (!(Number.isInteger(each.month) && each.month >= 0 && each.month < pack.months)) {
      throw new Refusal(`${each.path}: month ${each.month} is none of the ${pack.months} months`, each.path);
    }
  }
}
