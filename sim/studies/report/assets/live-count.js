// Counting: at once what moved, then more futures while nothing moves, and last the wide band.

const FIRST_PICTURE = 256;
const PAIRS = 512;
const REST = 450;
const DRAWS = 64;

async function pump() {
  if (live.pumping || live.broken) return;
  live.pumping = true;
  try {
    while (await countNext()) draw();
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    stop(refusal);
  } finally {
    live.pumping = false;
  }
}

/** Count what is most wanted; false if nothing is, for now. */
async function countNext() {
  const { base, other, settings } = live,
    text = textOf(settings);
  if (base.count < FIRST_PICTURE) return grow(base, AS_IT_STANDS, FIRST_PICTURE);
  if (!isEmpty(settings) && live.trouble === null && live.otherText !== text) return begin(text);
  if (base.count < Math.min(PAIRS, live.target)) return grow(base, AS_IT_STANDS, PAIRS);
  const wait = live.moved + REST - performance.now();
  if (wait > 0) {
    setTimeout(pump, wait + 1);
    return false;
  }
  return countAtRest(text);
}

/** The changed world from its first future on. */
async function begin(text) {
  const settings = live.settings;
  try {
    const block = await futures(settings, 0, PAIRS);
    live.other.count = 0;
    live.alone.clear();
    addBlock(live.other, block);
    live.otherText = text;
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (textOf(live.settings) === text) live.trouble = refusal;
  }
  return true;
}

async function countAtRest(text) {
  const wanted = live.keep === null ? live.target : MOST_RUNS,
    { base, other } = live;
  const differs = !isEmpty(live.settings) && live.trouble === null;
  if (differs && other.count < Math.min(wanted, base.count)) return grow(other, live.settings, PAIRS);
  if (base.count < wanted) return grow(base, AS_IT_STANDS, PAIRS);
  if (differs && other.count < wanted) return grow(other, live.settings, PAIRS);
  const number = differs
    ? live.pack.numbers.find((each) => isChanged(live.settings, each) && !live.alone.has(each.key))
    : undefined;
  if (number !== undefined && changesOf(live.settings) > 1) return countWithout(number);
  if (!live.trouble) askBand(live.settings, text);
  askBand(AS_IT_STANDS, textOf(AS_IT_STANDS));
  return false;
}

async function grow(world, settings, count) {
  const text = textOf(live.settings),
    size = Math.min(count, MOST_RUNS - world.count);
  const block = await futures(settings, world.count, size);
  if (world === live.base || textOf(live.settings) === text) addBlock(world, block);
  return true;
}

function futures(settings, first, count) {
  return live.model.ask({ ask: "futures", settings, first, count });
}

/** What the world would be without one of several changes: the effect that is written at its slider. */
async function countWithout(number) {
  const settings = live.settings;
  live.alone.set(number.key, null);
  try {
    const block = await futures(withoutNumber(settings, number), 0, PAIRS);
    const first = new Map(Object.entries(block.first_month));
    if (same(settings, live.settings))
      live.alone.set(number.key, {
        count: block.count,
        months: live.pack.months,
        failed: block.failed,
        first,
      });
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
  }
  return true;
}

/** The wide band is counted aside, so that no slider waits for it; it is kept by settings and so never stale. */
function askBand(settings, text) {
  if (live.bands.has(text)) return;
  live.bands.set(text, null);
  live.aside ??= new Model(live.pack);
  live.aside.ready
    .then(() => live.aside.ask({ ask: "band", settings, draws: DRAWS, runs: DRAWS }))
    .then((band) => {
      live.bands.set(text, band);
      draw();
    })
    .catch(() => live.bands.set(text, {}));
}
