// What is asked of a page of futures: paths, outcomes by their first months, postures.

/** A number by month and run (months * count): one that is recorded, or a measure of some. */
function pathOf(page, count, measured) {
  const { recorded, lanes, months } = page.pack;
  const found = new Float64Array(months * count);
  for (const span of page.spans) {
    for (let month = span.first; month < span.last; month += 1) {
      for (let run = 0; run < count; run += 1) {
        const at = span.history + placeOf(page, span, month, run, recorded);
        found[month * count + run] = madeOf(page.numbers, at, lanes, measured);
      }
    }
  }
  return found;
}

/** Lay what is known of the pasts of runs before an array by month and run (months * count). */
function behindPast(model, page, found, known) {
  if (model.past === null) return found;
  const { free, months, past } = page.pack;
  const count = found.length / months;
  for (let month = 0; month < free; month += 1) {
    for (let run = 0; run < count; run += 1)
      found[month * count + run] = known[month * past.particles + pastOf(model, page.runs[run])];
  }
  return found;
}

function madeOf(numbers, at, lanes, { how, of }) {
  let sum = numbers[at + of[0] * lanes];
  for (let i = 1; i < of.length; i += 1) {
    const other = numbers[at + of[i] * lanes];
    if (how === "max") sum = Math.max(sum, other);
    else sum += other;
  }
  return how === "mean" ? sum / of.length : sum;
}

/** Where all bounds hold, those themselves included (months * count). */
function within(page, count, { above, below }) {
  const fits = new Uint8Array(page.pack.months * count).fill(1);
  const keep = (bounds, holds) => {
    for (const each of bounds) {
      const path = pathOf(page, count, each);
      for (let i = 0; i < fits.length; i += 1) if (!holds(path[i], each.bound)) fits[i] = 0;
    }
  };
  keep(above, (number, bound) => number >= bound);
  keep(below, (number, bound) => number <= bound);
  return fits;
}

/** Where one of some events reaches a node, by its bit in their codes. */
function reached(page, count, { events, bit }) {
  const { months, lanes } = page.pack;
  const found = new Uint8Array(months * count);
  for (const span of page.spans) {
    for (let month = span.first; month < span.last; month += 1) {
      for (let run = 0; run < count; run += 1) {
        const at = span.codes + placeOf(page, span, month, run, page.pack.events.length);
        const marked = events.some((event) => (page.marks[at + event * lanes] & bit) !== 0);
        found[month * count + run] = marked ? 1 : 0;
      }
    }
  }
  return found;
}

/**
 * First months of every happening (count), -1 for never, in an order in which none waits for a later one.
 */
function firstMonths(page, count) {
  const found = [];
  page.pack.happenings.forEach((each, place) => {
    found.push(firstMonth(page, count, each, found, model.past?.firsts[place] ?? null));
  });
  return found;
}

/** known (pasts,): first months in pasts, -1 for none; of months that are known nothing else is asked. */
function firstMonth(page, count, happening, firsts, known) {
  const bounded = happening.above.length + happening.below.length > 0;
  const holds = happening.any ? reached(page, count, happening) : null;
  const fits = bounded ? within(page, count, happening) : null;
  const found = new Int16Array(count).fill(-1);
  for (let run = 0; run < count; run += 1) {
    if (known !== null && known[pastOf(model, page.runs[run])] >= 0) {
      found[run] = known[pastOf(model, page.runs[run])];
      continue;
    }
    const since = (other) => (firsts[other][run] < 0 ? Infinity : firsts[other][run]);
    const from = Math.max(page.pack.free, ...happening.all_of.map(since));
    const until = happening.before === null ? Infinity : since(happening.before);
    for (let month = from; month < Math.min(page.pack.months, until); month += 1) {
      const at = month * count + run;
      if ((holds === null || holds[at]) && (fits === null || fits[at])) {
        found[run] = month;
        break;
      }
    }
  }
  return found;
}

/** The first class whose bounds all hold (months * count); the last class takes what fits none. */
function posturesOf(page, count) {
  const classes = page.pack.postures;
  const found = new Uint8Array(page.pack.months * count).fill(classes.length - 1);
  classes.forEach(({ bounds }, place) => {
    if (bounds === null) return;
    const fits = within(page, count, bounds);
    for (let i = 0; i < found.length; i += 1) {
      if (fits[i] && found[i] > place) found[i] = place;
    }
  });
  return found;
}

/** Runs in which some number was not finite: health is the last that is recorded. */
function failedOf(page, count) {
  const { months, recorded } = page.pack;
  const span = page.spans.at(-1);
  return Uint8Array.from({ length: count }, (_, run) => {
    const at = span.history + placeOf(page, span, months - 1, run, recorded);
    return Number.isFinite(page.numbers[at + (recorded - 1) * page.pack.lanes]) ? 0 : 1;
  });
}
