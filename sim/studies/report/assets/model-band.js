// How a probability differs from draw to draw of the doubtful numbers, chance taken out: a mixture of
// binomials, as in sim/statistics/mixture.py (Laird 1978). Its fit is stopped early and so leaves some width
// where draws do not differ at all: whether they do, beyond chance, is asked of variances, as in nested.py.

const LEVELS = [0.05, 0.95];
const POINTS = 60;
const STEPS = 30;
const DIGITS = 1e6;
const NORMAL95 = 1.6448536269514722;

const GRID = Array.from(
  { length: POINTS },
  (_, point) => Math.sin((((point + 0.5) / POINTS) * Math.PI) / 2) ** 2,
);

/**
 * Between which probabilities 90 % of draws lie, and whether they differ beyond chance: {low, high, differs}.
 * Each draw is how often it happened, in how many runs. Null where chance and draws cannot be told apart.
 */
function probabilityInterval(draws) {
  const used = draws.filter(({ count }) => count > 0);
  const runs = total(used.map(({ count }) => count));
  if (used.length < 2 || runs <= used.length) return null;
  const share = total(used.map(({ came }) => came)) / runs;
  // of what happens in no run or in all of them, nothing is between
  if (share === 0 || share === 1) return { low: share, high: share, differs: false };
  const weight = fitted(used.map(likelihood));
  const [low, high] = LEVELS.map((level) => Math.round(quantile(weight, level) * DIGITS) / DIGITS);
  return { low, high, differs: parameterShare(used) > leastShare(used.length, runs / used.length) };
}

/** The share of the variance of runs due to draws: Searle, Casella and McCulloch 1992, section 3.6. */
function parameterShare(used) {
  const counts = used.map(({ count }) => count);
  const runs = total(counts);
  const mean = total(used.map(({ came }) => came)) / runs;
  const square = total(used.map(({ came, count }) => (came * (count - came)) / count));
  const apart = total(used.map(({ came, count }) => count * (came / count - mean) ** 2));
  const free = used.length - 1;
  const within = square / (runs - used.length);
  const size = (runs - total(counts.map((count) => count ** 2)) / runs) / free;
  const between = Math.max((apart / free - within) / size, 0);
  return between / (within + between);
}

/** The share that chance alone feigns in one of twenty samples; each: runs of a draw. */
function leastShare(draws, each) {
  return (NORMAL95 * Math.sqrt(2 / (draws - 1))) / each;
}

function total(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0);
}

/** How likely what a draw gave is under each probability, the likeliest 1. */
function likelihood({ came, count }) {
  const logs = GRID.map((chance) => came * Math.log(chance) + (count - came) * Math.log1p(-chance));
  const most = Math.max(...logs);
  return logs.map((each) => Math.exp(each - most));
}

/** The weight of each probability, from an even one, in steps of expectation and maximisation. */
function fitted(kinds) {
  let weight = GRID.map(() => 1 / POINTS);
  for (let step = 0; step < STEPS; step += 1) {
    const ratio = kinds.map(
      (kind) => 1 / (kinds.length * total(kind.map((each, point) => each * weight[point]))),
    );
    weight = weight.map((each, point) => each * total(kinds.map((kind, draw) => ratio[draw] * kind[point])));
  }
  return weight;
}

/** The probability below which a level of the weight lies, half of that of a point on either side. */
function quantile(weight, level) {
  let sum = 0;
  const below = weight.map((each) => (sum += each) - each / 2);
  const next = below.findIndex((each) => each >= level);
  if (next <= 0) return GRID[next === 0 ? 0 : POINTS - 1];
  const part = (level - below[next - 1]) / (below[next] - below[next - 1]);
  return GRID[next - 1] + part * (GRID[next] - GRID[next - 1]);
}

/** Of each draw, in how many of its runs each outcome has come by each of its months. */
function countedBy(pack, page, first, runs, counted) {
  const count = page.runs.length;
  const failed = failedOf(page, count);
  const firsts = firstMonths(page, count);
  for (let run = 0; run < count; run += 1) {
    const draw = counted[first[Math.floor(run / runs)]];
    if (failed[run]) continue;
    draw.count += 1;
    pack.outcomes.forEach(({ happening, by }, outcome) => {
      const month = firsts[happening][run];
      by.forEach((due, place) => {
        if (month >= 0 && month <= due) draw.came[outcome][place] += 1;
      });
    });
  }
}
