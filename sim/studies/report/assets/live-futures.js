// Futures of a world as arrays, and what is counted in them. Run k of two worlds has the same luck.

const LEAST_KEPT = 100;

// What both worlds may take together [bytes].
const MOST_ROOM = 64e6;

/** As many runs as are offered and have room, with every path and class of each month in both worlds. */
function mostRuns(pack) {
  const each = 2 * pack.months * (4 * pack.paths.length + 1);
  return RUNS.findLast((runs) => runs * each <= MOST_ROOM) ?? RUNS[0];
}

/** Room for `room` futures; indices are [month * room + run]. */
function newWorld(pack) {
  const room = mostRuns(pack);
  const whole = pack.months * room;
  return {
    room,
    count: 0,
    months: pack.months,
    failed: new Uint8Array(room),
    first: new Map(pack.outcomes.map(({ name }) => [name, new Int16Array(room)])),
    postures: new Uint8Array(whole),
    paths: new Map(pack.paths.map(({ name }) => [name, new Float32Array(whole)])),
  };
}

/** Put a block of futures behind those that are there. */
function addBlock(world, block) {
  const { first, count } = block;
  world.failed.set(block.failed, first);
  for (const [name, months] of world.first) months.set(block.first_month[name], first);
  for (let month = 0; month < world.months; month += 1) {
    const from = month * count;
    const to = month * world.room + first;
    world.postures.set(block.postures.subarray(from, from + count), to);
    for (const [name, values] of world.paths) values.set(block.paths[name].subarray(from, from + count), to);
  }
  world.count = first + count;
}

/** Which futures are looked at: those that failed in neither world, and in which in both `keep` holds. */
function lookAt(base, other, keep, most = MOST_RUNS) {
  const runs = Math.min(base.count, other.count, most);
  const kept = new Uint8Array(runs);
  let count = 0;
  for (let run = 0; run < runs; run += 1) {
    const fine = !base.failed[run] && !other.failed[run];
    kept[run] = Number(fine && holds(base, keep, run) && holds(other, keep, run));
    count += kept[run];
  }
  return { runs, kept, count };
}

function holds(world, keep, run) {
  if (keep === null) return true;
  const month = world.first.get(keep.outcome)[run];
  const came = month >= 0 && month <= keep.month;
  return came === keep.comes;
}

/** How many futures have seen it by each month (months,). */
function cumulative(world, outcome, look) {
  const first = world.first.get(outcome);
  const by = new Float64Array(world.months);
  for (let run = 0; run < look.runs; run += 1) {
    if (look.kept[run] && first[run] >= 0) by[first[run]] += 1;
  }
  return running(by);
}

function running(steps) {
  for (let at = 1; at < steps.length; at += 1) steps[at] += steps[at - 1];
  return steps;
}

/** Of each month, in how many futures it has come in the other world only, and in the first only. */
function turned(base, other, outcome, look) {
  const gained = new Float64Array(base.months);
  const lost = new Float64Array(base.months);
  const one = base.first.get(outcome);
  const two = other.first.get(outcome);
  for (let run = 0; run < look.runs; run += 1) {
    if (!look.kept[run] || one[run] === two[run]) continue;
    const never = base.months;
    const before = one[run] < 0 ? never : one[run];
    const after = two[run] < 0 ? never : two[run];
    const apart = after < before ? gained : lost;
    apart[Math.min(before, after)] += 1;
    if (Math.max(before, after) < never) apart[Math.max(before, after)] -= 1;
  }
  return { gained: running(gained), lost: running(lost) };
}

/** Runs that come to it by a month in one world only; `way` 1 for the other world, -1 for the first. */
function flipped(base, other, outcome, month, look, way) {
  const found = [];
  const one = base.first.get(outcome);
  const two = other.first.get(outcome);
  for (let run = 0; run < look.runs; run += 1) {
    const before = Number(one[run] >= 0 && one[run] <= month);
    const after = Number(two[run] >= 0 && two[run] <= month);
    if (look.kept[run] && after - before === way) found.push(run);
  }
  return found;
}

/** Values of a path in one month over the futures that are looked at, sorted. */
function valuesOf(world, path, month, look) {
  const values = world.paths.get(path);
  const found = new Float32Array(look.count);
  let at = 0;
  for (let run = 0; run < look.runs; run += 1) {
    if (look.kept[run]) found[at++] = values[month * world.room + run];
  }
  return found.sort();
}

/** A quantile of sorted values, between neighbours in proportion. */
function quantile(sorted, level) {
  const place = level * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/** Shares of futures in each class by month: [class][month]. */
function postureShares(world, classes, look) {
  const shares = Array.from({ length: classes }, () => new Float64Array(world.months));
  for (let month = 0; month < world.months; month += 1) {
    for (let run = 0; run < look.runs; run += 1) {
      if (look.kept[run]) shares[world.postures[month * world.room + run]][month] += 1;
    }
  }
  return shares.map((counts) => counts.map((count) => count / look.count));
}

/** The first runs that are looked at, at most `most`. */
function firstKept(look, most) {
  const found = [];
  for (let run = 0; run < look.runs && found.length < most; run += 1) {
    if (look.kept[run]) found.push(run);
  }
  return found;
}

/**
 * Chances of both worlds by month, and what turned. The first world's are of all its futures, so that they
 * stay while the other one is counted; the other's are these and the paired difference, which is less noisy.
 */
function chances(base, other, outcome, look, whole) {
  const { gained, lost } = turned(base, other, outcome, look);
  const runs = Math.max(look.count, 1);
  const all = Math.max(whole.count, 1);
  const came = cumulative(base, outcome, whole);
  const before = came.map((count) => count / all);
  // in whole numbers, so that none and all are exactly that
  const after = came.map((count, month) =>
    within((count * runs + (gained[month] - lost[month]) * all) / (all * runs)),
  );
  for (let month = 1; month < after.length; month += 1)
    after[month] = Math.max(after[month], after[month - 1]);
  return { before, after, gained, lost, runs: look.count, whole: whole.count };
}

function within(share) {
  return Math.min(Math.max(share, 0), 1);
}

/** The four kinds of pairs as counts of 100, which add up with the chances beside them. */
function hundredPairs(before, gained, lost) {
  const yes = Math.round(100 * before);
  const difference = Math.round(100 * (gained - lost));
  const toNo = Math.min(Math.max(Math.round(100 * lost), -difference, 0), yes);
  const toYes = Math.min(Math.max(difference + toNo, 0), 100 - yes);
  return { both: yes - toNo, toNo, toYes, neither: 100 - yes - toYes };
}
