// Numbers as the rules compute them: the primitives of sim/rules/numbers.py, bit for bit, and addressed luck.

const ROUND = 6755399441055744;
const LOG2E = 1.4426950408889634;
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const SMALLEST = 2.2250738585072014e-308;
const COTH = [-691 / 653837184000, 1 / 23950080, -1 / 604800, 1 / 15120, -1 / 360, 1 / 6, 2];
const ATANH = [21, 19, 17, 15, 13, 11, 9, 7, 5, 3].map((n) => 2 / n);
const COSINE = [14, 12, 10, 8, 6, 4, 2, 0].map((n) => (n % 4 ? -1 : 1) / factorial(n));
const SINE = [15, 13, 11, 9, 7, 5, 3].map((n) => (n % 4 === 3 ? -1 : 1) / factorial(n));

const bits = new DataView(new ArrayBuffer(8));

function factorial(n) {
  return n < 2 ? 1 : n * factorial(n - 1);
}

/** Horner's rule, highest power first. */
function polynomial(coefficients, x) {
  return coefficients.slice(1).reduce((sum, each) => sum * x + each, coefficients[0]);
}

function minimum(a, b) {
  return b < a ? b : a;
}

/** Math.max passes every NaN on, and that of the rules does not. */
function maximum(a, b) {
  return b > a ? b : a;
}

function less(a, b) {
  return a < b ? 1 : 0;
}

function where(condition, yes, no) {
  return condition !== 0 ? yes : no;
}

/** The whole number becomes the exponent of a double, whose bits say 1023 for 2 to the power of 0. */
function twoTo(whole) {
  if (Number.isNaN(whole)) return NaN;
  bits.setUint32(0, (whole + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

function exponent(value) {
  bits.setFloat64(0, value);
  return (bits.getUint32(0) >>> 20) - 1023;
}

function mantissa(value) {
  bits.setFloat64(0, value);
  bits.setUint32(0, (bits.getUint32(0) & 0xfffff) | 0x3ff00000);
  return bits.getFloat64(0);
}

function expFraction(given) {
  const value = minimum(maximum(given, -700), 700);
  const whole = value * LOG2E + ROUND - ROUND;
  const r = value - whole * LN2_HIGH - whole * LN2_LOW;
  const q = polynomial(COTH, r * r);
  return [(q + r) * twoTo(whole), q - r];
}

function exp(value) {
  const [above, below] = expFraction(value);
  return above / below;
}

function logistic(value) {
  const [above, below] = expFraction(value);
  return above / (below + above);
}

function log(given) {
  const value = maximum(given, SMALLEST);
  const large = less(1.4142135623730951, mantissa(value));
  const m = where(large, mantissa(value) * 0.5, mantissa(value));
  const n = exponent(value) + large;
  const f = m - 1 + (value - value);
  const s = f / (2 + f);
  const z = s * s;
  const half = 0.5 * f * f;
  return n * LN2_HIGH - (half - (s * (half + polynomial(ATANH, z) * z) + n * LN2_LOW) - f);
}

function circlePoint(turn) {
  const quarters = 4 * turn;
  const quarter = quarters + ROUND - ROUND;
  const r = (quarters - quarter) * 1.5707963267948966;
  const z = r * r;
  const c = polynomial(COSINE, z);
  const s = polynomial([...SINE, 0], z) * r + r;
  const [first, second, third, fourth] = [1, 2, 3, 4].map((n) => less(n - 0.5, quarter));
  const odd = first - second + (third - fourth);
  const cosine = where(odd, s, c);
  const sine = where(odd, c, s);
  return [where(first - third, 0 - cosine, cosine), where(second - fourth, 0 - sine, sine)];
}

function normalPair(u, turn) {
  const radius = Math.sqrt(-2 * log(u));
  return circlePoint(turn).map((each) => radius * each);
}

// By the names that a pack has for them.
const FUNCTIONS = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  sqrt: Math.sqrt,
  two_to: twoTo,
  minimum,
  maximum,
  less,
  where,
  exponent,
  mantissa,
  exp,
  logistic,
  log,
};

const COMPARE = {
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
};

const MASK = 0xffffffffn;

/** Philox4x32-10 at the address (seed, run, stream, step), all BigInt: four uniforms inside (0, 1). */
function uniformsAt(seed, run, stream, step) {
  let [c0, c1, c2, c3] = [run & MASK, step | ((run >> 32n) << 16n), stream & MASK, stream >> 32n];
  let [k0, k1] = [seed & MASK, seed >> 32n];
  for (let round = 0; round < 10; round += 1) {
    const [p0, p1] = [c0 * 0xd2511f53n, c2 * 0xcd9e8d57n];
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & MASK, (p0 >> 32n) ^ c3 ^ k1, p0 & MASK];
    [k0, k1] = [(k0 + 0x9e3779b9n) & MASK, (k1 + 0xbb67ae85n) & MASK];
  }
  return [c0, c1, c2, c3].map((word) => (Number(word) + 0.5) * 2 ** -32);
}
