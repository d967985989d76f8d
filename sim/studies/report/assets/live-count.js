// Counting: at once what moved, then more futures while nothing moves, and last the wide band.

const FIRST_PICTURE = 256;
const PAIRS = 512;
const REST = 450;
const DRAWS = 64;

/** Count as long as anything is wanted, and draw what is known after each block. */
async function pump() {
  if (!live.ready || live.pumping || live.broken) return;
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
  const { base } = live;
  if (base.count < FIRST_PICTURE) return grow(base, AS_IT_STANDS, FIRST_PICTURE);
  if (live.trouble === null && !isUpToDate()) return begin(live.settings);
  if (base.count < PAIRS) return grow(base, AS_IT_STANDS, PAIRS - base.count);
  const wait = live.moved + REST - performance.now();
  if (wait <= 0) return countAtRest();
  clearTimeout(live.timer);
  live.timer = setTimeout(pump, wait + 1);
  return false;
}

/** The changed world from its first future on. */
async function begin(settings) {
  try {
    const block = await futures(settings, 0, PAIRS);
    live.other.count = 0;
    live.alone.clear();
    addBlock(live.other, block);
    live.otherText = textOf(settings);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (same(live.settings, settings)) live.trouble = refusal;
  }
  return true;
}

function countAtRest() {
  const { base, other, settings } = live;
  const wanted = futuresWanted();
  const behind = isDifferent() && other.count < wanted;
  if (behind && other.count < base.count) return grow(other, settings, PAIRS);
  if (base.count < wanted) return grow(base, AS_IT_STANDS, PAIRS);
  if (behind) return grow(other, settings, PAIRS);
  const number = isDifferent() && changesOf(settings) > 1 ? notYetAlone(settings) : undefined;
  if (number !== undefined) return countWithout(number);
  askBand();
  return false;
}

async function grow(world, settings, size) {
  const text = live.otherText;
  const block = await futures(settings, world.count, Math.min(size, world.room - world.count));
  if (world === live.base || live.otherText === text) addBlock(world, block);
  return true;
}

/** As many as were asked for; of those that are kept there are never too many. */
function futuresWanted() {
  return live.keep === null ? live.target : live.base.room;
}

function futures(settings, first, count) {
  return live.model.ask({ ask: "futures", settings, first, count });
}

function notYetAlone(settings) {
  return live.pack.numbers.find((each) => isChanged(settings, each) && !live.alone.has(each.key));
}

/** What the world would be without one of several changes: the effect that is written at its slider. */
async function countWithout(number) {
  const { settings, alone } = live;
  alone.set(number.key, null);
  try {
    const { count, failed, first_month } = await futures(withoutNumber(settings, number), 0, PAIRS);
    const first = new Map(Object.entries(first_month));
    if (same(settings, live.settings))
      alone.set(number.key, { count, failed, first, months: live.pack.months });
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
  }
  return true;
}

/** The wide band, counted aside so that no slider waits for it; kept by settings, and so never stale. */
async function askBand() {
  const wanted = [...(isDifferent() ? [live.settings] : []), AS_IT_STANDS];
  const settings = wanted.find((each) => !live.bands.has(textOf(each)));
  if (settings === undefined || live.banding || live.pack.doubt === null) return;
  live.banding = true;
  let band = null;
  try {
    live.aside ??= new Model(live.pack);
    await live.aside.ready;
    band = await live.aside.ask({ ask: "band", settings, draws: DRAWS, runs: DRAWS });
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
  }
  live.bands.set(textOf(settings), band);
  live.banding = false;
  draw();
  pump();
}
