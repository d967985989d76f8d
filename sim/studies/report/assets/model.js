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
  model.past = pack.past === null ? null : pastsOf(pack, buffer);
  model.points = new Map();
  model.doubt = new Map(numbers.map(([path, each]) => [path, { ...each, values: arrayAt(buffer, each.at) }]));
  await waysOf(null);
  return { name: pack.name };
}

/** What is known of the pasts from which runs go on, as arrays. */
function pastsOf(pack, buffer) {
  const at = (place) => arrayAt(buffer, place);
  const { states, paths, postures, codes, firsts } = pack.past;
  return {
    states: at(states),
    paths: Object.fromEntries(Object.entries(paths).map(([name, place]) => [name, at(place)])),
    postures: at(postures),
    codes: at(codes),
    firsts: firsts.map(at),
  };
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

const OTHER_WAY = "with these settings the program takes another way than those that travel";
const MOST_KEPT = 4;

/**
 * The points at which futures are: one for all, or of each past its own, all of one way; and where a past goes
 * another way (pasts,). Kept by their settings, which several blocks have.
 */
async function pointsFor(settings) {
  checkSettings(model.pack, settings);
  const key = JSON.stringify(settings);
  if (!model.points.has(key)) {
    const found = pointsUnder(await waysOf(settings.theory), settings);
    if (model.points.size >= MOST_KEPT) model.points.delete(model.points.keys().next().value);
    model.points.set(key, found);
  }
  return model.points.get(key);
}

function pointsUnder(ways, settings) {
  const { past } = model.pack;
  if (past === null || !past.own) {
    const point = pointUnder(ways, settings, null);
    if (point === null) throw new Refusal(OTHER_WAY);
    return { points: [point], lost: null };
  }
  const under = (way) =>
    Array.from({ length: past.particles }, (_, each) =>
      pointOf(model.pack, way, settings, drawnBy(model, each)),
    );
  for (const way of ways) {
    const points = under(way);
    const held = points.find((point) => point !== null);
    const lost = points.map((point) => point === null);
    if (lost.filter(Boolean).length <= (1 - HELD) * points.length)
      return { points: points.map((point) => point ?? held), lost };
  }
  throw new Refusal(OTHER_WAY);
}

/** At which of some points runs are: those of their pasts, or the one that all have. */
function whoseOf(runs, points) {
  return points.length === 1 ? runs.map(() => 0) : runs.map((run) => pastOf(model, run));
}

/** Numbers of runs in whole groups: the last one is repeated, and left out again. */
function numbered(first, count) {
  const size = Math.ceil(count / model.pack.lanes) * model.pack.lanes;
  return Array.from({ length: size }, (_, run) => first + Math.min(run, count - 1));
}

async function futures({ settings, first, count, hash = false }) {
  const { points, lost } = await pointsFor(settings);
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
    const runs = numbered(first + begin, size);
    const page = simulate(model, points, runs, whoseOf(runs, points));
    gather(found, page, begin, size, lost);
    if (hash) fingerprint(sha, page, size);
  }
  return hash ? { ...found, hash: sha.hex() } : found;
}

/** A page's answers in their places among those of all. */
function gather(found, page, begin, size, lost) {
  const { months, outcomes, paths } = model.pack;
  // a past whose numbers go another way has no future in this page
  const failed = failedOf(page, size).map((each, run) => each || Number(lost?.[pastOf(model, page.runs[run])] ?? 0));
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
  const whole = (numbers, known) => behindPast(model, page, numbers, known);
  lay(found.postures, whole(posturesOf(page, size), model.past?.postures));
  for (const { name, measured } of paths)
    lay(found.paths[name], whole(pathOf(page, size, measured), model.past?.paths[name]));
}

/** Between which chances 90 % of draws of the doubtful numbers lie, or of pasts, by outcome and month. */
async function band({ settings, draws, runs }) {
  const { pack } = model;
  checkSettings(pack, settings);
  if (pack.doubt === null) throw new Refusal("the scenario calls no number of its months uncertain");
  const ways = await waysOf(settings.theory);
  const size = Math.min(draws, pack.doubt.draws);
  // of pasts some that are evenly spaced: as in an ensemble, run k goes on from past k modulo how many there are
  const every = model.past === null ? size : pack.doubt.draws;
  const drawn = Array.from({ length: size }, (_, place) => Math.floor((place * every) / size));
  const points = drawn.map((draw) => pointUnder(ways, settings, drawnBy(model, draw)));
  const held = points.flatMap((point, draw) => (point === null ? [] : [draw]));
  if (held.length < HELD * size)
    throw new Refusal("with these settings draws take other ways than those that travel");
  const nothing = () => pack.outcomes.map(({ by }) => by.map(() => 0));
  const counted = points.map(() => ({ count: 0, came: nothing() }));
  for (const some of together(held, points, Math.max(1, Math.floor(pack.page / runs)))) {
    // as in an ensemble under draws: run k lives under draw k modulo how many there are
    const own = some.flatMap((draw) => Array.from({ length: runs }, (_, run) => drawn[draw] + every * run));
    const whose = own.map((_, run) => Math.floor(run / runs));
    const page = simulate(
      model,
      some.map((draw) => points[draw]),
      own,
      whose,
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
  const drawn = pack.past?.own ? drawnBy(model, pastOf(model, run)) : null;
  for (const { tape, told } of await waysOf(settings.theory)) {
    const stages = told.tells.map((stage) => new ToldStage(model, stage));
    const point = pointOf(pack, { tape, stages }, settings, drawn);
    if (point !== null) return story(model, point, run);
  }
  throw new Refusal(OTHER_WAY);
}
