// Numbers in words: a share as "in 100 futures", ICD 203 terms, and the intervals that go with them.

// Intelligence Community Directive 203: upper ends of the terms, and the ranges that stand in brackets. Its
// lowest and highest term start at 1 and end at 99 %; what lies beyond is no more certain than they are.
const TERMS = [
  [0.05, "almost no chance", "below 5 %"],
  [0.2, "very unlikely", "5–20 %"],
  [0.45, "unlikely", "20–45 %"],
  [0.55, "roughly even chance", "45–55 %"],
  [0.8, "likely", "55–80 %"],
  [0.95, "very likely", "80–95 %"],
  [1, "almost certain", "above 95 %"],
];
const MOST_TERMS = 2;
// Width of an interval of shares from which on whole numbers of 100 tell it, and digits tried below.
const NARROW = 0.02;
const DIGITS = [1, 2, 3, 4];
const UNSETTLED = "the model does not settle it";
const Z95 = 1.959963984540054;
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

function termAt(share) {
  return Math.max(
    TERMS.findIndex(([upper]) => share < upper || upper === 1),
    0,
  );
}

/** The words for a band of shares; a band wider than two terms gets none. */
function wordsFor(low, high) {
  const first = termAt(low);
  const last = termAt(high);
  if (last - first >= MOST_TERMS) return UNSETTLED;
  const [, from, range] = TERMS[first];
  if (first === last) return `${from} (${range})`;
  const [, to, other] = TERMS[last];
  return `${from} (${range}) to ${to} (${other})`;
}

/** Wilson's 95 % interval of a share; Wilson 1927, JASA 22:209. */
function wilson(successes, runs) {
  if (runs === 0) return [0, 1];
  const share = successes / runs;
  const square = Z95 * Z95;
  const centre = (share + square / (2 * runs)) / (1 + square / runs);
  const half =
    (Z95 / (1 + square / runs)) * Math.sqrt((share * (1 - share)) / runs + square / (4 * runs * runs));
  const low = successes === 0 ? 0 : Math.max(centre - half, 0);
  const high = successes === runs ? 1 : Math.min(centre + half, 1);
  return [low, high];
}

/** 95 % interval of a difference of two shares of the same runs; Agresti and Min 2005, Stat. Med. 24:729. */
function matched(gained, lost, runs) {
  const more = gained + 0.5;
  const less = lost + 0.5;
  const all = runs + 2;
  const middle = (more - less) / all;
  const half = (Z95 * Math.sqrt(more + less - (more - less) ** 2 / all)) / all;
  return [Math.max(middle - half, -1), Math.min(middle + half, 1)];
}

/** A share as a count of 100 futures; never 0 or 100 for what is rare or nearly certain. */
function inHundred(share, runs) {
  if (share === 0) return `none of ${counted(runs)}`;
  if (share === 1) return `all of ${counted(runs)}`;
  return `${rarely(share, "fewer than 1", "more than 99")} in 100`;
}

/** The same where there is little room; what none or all of the futures have is not certain. */
function ofHundred(share) {
  return rarely(share, "<1", ">99");
}

/** A whole number of 100, but for what would be read as never or always; sim/studies/report/words.py. */
function rarely(share, rare, sure) {
  const count = Math.floor(100 * share + 0.5);
  if (count === 0) return rare;
  return count === 100 ? sure : String(count);
}

function counted(number) {
  return number.toLocaleString("en-GB");
}

/**
 * The ends of an interval of shares in hundredths, with as many digits as tell them apart, as in Python; no end
 * looks like never or always that is not.
 */
function between(low, high) {
  const ends = [low, high];
  if (high - low >= NARROW) return ends.map(endOf).join(" to ");
  const told = DIGITS.map((digits) => ends.map((end) => (100 * end).toFixed(digits)));
  const apart = ([one, other]) => one !== other;
  const honest = (pair) => pair.every((text, at) => isCertain(ends[at]) || !isCertain(Number(text) / 100));
  return (told.find((pair) => apart(pair) && honest(pair)) ?? told.find(apart) ?? told[0]).join(" to ");
}

/** An end of an interval as a whole number of 100. */
function endOf(share) {
  return isCertain(share) ? String(100 * share) : rarely(share, "fewer than 1", "more than 99");
}

function isCertain(share) {
  return share === 0 || share === 1;
}

/** The ends of an interval of a difference in hundredths; in tenths where whole ones would hide it. */
function apartBetween(low, high) {
  const tenths = 100 * (high - low) < 2;
  return `${hundredths(low, tenths)} to ${hundredths(high, tenths)}`;
}

function hundredths(share, tenths) {
  return (100 * share)
    .toFixed(tenths ? 1 : 0)
    .replace("-", "−")
    .replace(/^−(0(\.0)?)$/, "$1");
}

/** A difference of shares in hundredths with its sign; tenths below 1. */
function signed(difference, tenths = Math.abs(difference) < 0.01) {
  const text = hundredths(difference, tenths);
  if (text.startsWith("−") || /^0(\.0)?$/.test(text)) return text;
  return `+${text}`;
}

/** "+6 (5 to 7)". */
function withInterval(difference, [low, high]) {
  const tenths = Math.abs(difference) < 0.01 || 100 * (high - low) < 2;
  const ends = `${hundredths(low, tenths)} to ${hundredths(high, tenths)}`;
  return `${signed(difference, Math.abs(difference) < 0.01)} (${ends})`;
}

/** "September 2024" for "2024-09". */
function monthName(date) {
  const [year, month] = date.split("-");
  return `${MONTHS[Number(month) - 1]} ${year}`;
}

function shortMonth(date) {
  const [month, year] = monthName(date).split(" ");
  return `${month.slice(0, 3)} ${year}`;
}

/** A number with as many digits as matter; 0.1 + 0.2 is 0.3. */
function plainNumber(value) {
  return String(Number(value.toPrecision(6))).replace("-", "−");
}
