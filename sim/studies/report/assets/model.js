// The living model, in a Worker: it is asked for futures under settings, and answers with numbers.

// The least part of the draws that a band is made of.
const HELD = 0.9;

let model = null;

self.onmessage = async ({ data }) => {
  const { id, ask } = data;
  try {
    const ok = await ASKED[ask](data);
    self.postMessage({ id, ok }, buffersOf(ok));
  } catch (error) {
    const why = error instanceof Refusal ? error.message : `the model stopped: ${error.message}`;
    self.postMessage({ id, refused: { why, path: error.path ?? null } });
  }
};

const ASKED = { open, futures, band, follow };

/** Arrays travel without being copied. */
function buffersOf(told) {
  if (ArrayBuffer.isView(told)) return [told.buffer];
  return told !== null && typeof told === "object" ? Object.values(told).flatMap(buffersOf) : [];
}

async function open({ pack }) {
  const buffer = await unpacked(pack.blob);
  const machine = new Machine();
  const codes = pack.modules.map((place) => arrayAt(buffer, place));
  model = { pack, buffer, machine, codes, modules: [], ways: new Map(), seed: BigInt(pack.seed) };
  const numbers = Object.entries(pack.doubt?.numbers ?? {});
  model.doubt = new Map(numbers.map(([path, each]) => [path, { ...each, values: arrayAt(buffer, each.at) }]));
  await waysOf(null);
  return { name: pack.name };
}

/** The ways of a theory, with their modules; made when they are first asked for. */
async function waysOf(theory) {
  const told = theoryCalled(theory);
  if (!model.ways.has(told.name)) {
    const ways = told.ways.map((way) => ({
      tape: new Tape(model.pack, model.buffer, way.tape),
      stages: way.stages.map((stage) => new Stage(model, stage)),
      told: way,
    }));
    for (const { module } of ways.flatMap((way) => way.stages)) {
      model.modules[module] ??= await model.machine.instance(model.codes[module]);
    }
    model.ways.set(told.name, ways);
  }
  return model.ways.get(told.name);
}

function theoryCalled(theory) {
  const told = model.pack.theories.find((each) => each.name === (theory ?? model.pack.theories[0].name));
  if (told === undefined)
    throw new Refusal(`the theory ${theory} does not travel with this page`, "decision.theory");
  return told;
}

/** What the first way that is that of the settings gives. */
function pointUnder(ways, settings, drawn) {
  for (const way of ways) {
    const point = pointOf(model.pack, way, settings, drawn);
    if (point !== null) return point;
  }
  return null;
}

async function pointFor(settings) {
  checkSettings(model.pack, settings);
  const point = pointUnder(await waysOf(settings.theory), settings, null);
  if (point === null)
    throw new Refusal("with these settings the program takes another way than those that travel");
  return point;
}

/** Numbers of runs in whole groups: the last one is repeated, and left out again. */
function numbered(first, count) {
  const size = Math.ceil(count / model.pack.lanes) * model.pack.lanes;
  return Array.from({ length: size }, (_, run) => first + Math.min(run, count - 1));
}

async function futures({ settings, first, count, hash = false }) {
  const point = await pointFor(settings);
  const { months, outcomes, paths } = model.pack;
  const found = {
    first,
    count,
    failed: new Uint8Array(count),
    first_month: Object.fromEntries(outcomes.map(({ name }) => [name, new Int16Array(count)])),
    postures: new Uint8Array(months * count),
    paths: Object.fromEntries(paths.map(({ name }) => [name, new Float32Array(months * count)])),
  };
  const sha = hash ? new Sha256() : null;
  for (let begin = 0; begin < count; begin += model.pack.page) {
    const size = Math.min(model.pack.page, count - begin);
    const page = simulate(model, [point], numbered(first + begin, size));
    gather(found, page, begin, size);
    if (hash) fingerprint(sha, page, size);
  }
  return hash ? { ...found, hash: sha.hex() } : found;
}

/** A page's answers in their places among those of all. */
function gather(found, page, begin, size) {
  const { months, outcomes, paths } = model.pack;
  const failed = failedOf(page, size);
  const firsts = firstMonths(page, size);
  const lay = (whole, piece) => {
    for (let month = 0; month < months; month += 1) {
      whole.set(piece.subarray(month * size, (month + 1) * size), month * found.count + begin);
    }
  };
  found.failed.set(failed, begin);
  for (const { name, happening } of outcomes) {
    // a run that failed has no outcomes
    found.first_month[name].set(
      firsts[happening].map((month, run) => (failed[run] ? -1 : month)),
      begin,
    );
  }
  lay(found.postures, posturesOf(page, size));
  for (const { name, measured } of paths) lay(found.paths[name], pathOf(page, size, measured));
}

/** Between which chances 90 % of draws of the doubtful numbers lie, by outcome and month. */
async function band({ settings, draws, runs }) {
  const { pack } = model;
  checkSettings(pack, settings);
  if (pack.doubt === null) throw new Refusal("the scenario calls no number of its months uncertain");
  const ways = await waysOf(settings.theory);
  const size = Math.min(draws, pack.doubt.draws);
  const points = Array.from({ length: size }, (_, draw) => pointUnder(ways, settings, drawnBy(model, draw)));
  const held = points.flatMap((point, draw) => (point === null ? [] : [draw]));
  if (held.length < HELD * size)
    throw new Refusal("with these settings draws take other ways than those that travel");
  const nothing = () => pack.outcomes.map(({ by }) => by.map(() => 0));
  const counted = points.map(() => ({ count: 0, came: nothing() }));
  for (const some of together(held, points, Math.max(1, Math.floor(pack.page / runs)))) {
    // as in an ensemble under draws: run k lives under draw k modulo how many there are
    const own = some.flatMap((draw) => Array.from({ length: runs }, (_, run) => draw + size * run));
    const page = simulate(
      model,
      some.map((draw) => points[draw]),
      own,
    );
    countedBy(pack, page, some, runs, counted);
  }
  const bands = ({ name, by }, outcome) => {
    const of = (place) => counted.map(({ count, came }) => ({ count, came: came[outcome][place] }));
    return [name, by.map((_, place) => probabilityInterval(of(place)))];
  };
  return Object.fromEntries(pack.outcomes.map(bands));
}

/** Draws in pages of a few that go the same way. */
function together(draws, points, most) {
  const found = [];
  for (const draw of draws) {
    const last = found.at(-1);
    const alike = last !== undefined && points[last[0]][0].stage === points[draw][0].stage;
    if (alike && last.length < most) last.push(draw);
    else found.push([draw]);
  }
  return found;
}

/** One future month by month, told by the same numbers. */
async function follow({ settings, run }) {
  const { pack } = model;
  checkSettings(pack, settings);
  for (const { tape, told } of await waysOf(settings.theory)) {
    const stages = told.tells.map((stage) => new ToldStage(model, stage));
    const point = pointOf(pack, { tape, stages }, settings, null);
    if (point !== null) return story(model, point, run);
  }
  throw new Refusal("with these settings the program takes another way than those that travel");
}
