// SHA-256 (FIPS 180-4): a page from a disk has no crypto.subtle in every browser.

const SHA_ROUNDS = primes(64).map((prime) => fraction(prime ** (1 / 3)));
const SHA_START = primes(8).map((prime) => fraction(prime ** 0.5));

function primes(count) {
  const found = [];
  for (let n = 2; found.length < count; n += 1) {
    if (found.every((prime) => n % prime)) found.push(n);
  }
  return found;
}

/** The first 32 bits behind the point. */
function fraction(number) {
  return Math.floor((number % 1) * 2 ** 32) | 0;
}

class Sha256 {
  constructor() {
    this.state = Int32Array.from(SHA_START);
    this.rounds = Int32Array.from(SHA_ROUNDS);
    this.words = new Int32Array(64);
    this.rest = new Uint8Array(64);
    this.held = 0;
    this.length = 0;
  }

  update(bytes) {
    this.length += bytes.length;
    let at = 0;
    while (at < bytes.length) {
      if (this.held === 0 && bytes.length - at >= 64) {
        this.block(bytes, at);
        at += 64;
        continue;
      }
      const some = bytes.subarray(at, at + 64 - this.held);
      this.rest.set(some, this.held);
      this.held += some.length;
      at += some.length;
      if (this.held === 64) {
        this.block(this.rest, 0);
        this.held = 0;
      }
    }
  }

  block(bytes, at) {
    const { words, rounds, state } = this;
    for (let i = 0, p = at; i < 16; i += 1, p += 4) {
      words[i] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
    }
    for (let i = 16; i < 64; i += 1) {
      const x = words[i - 15];
      const y = words[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + rounds[i] + words[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((each, place) => {
      state[place] = (state[place] + each) | 0;
    });
  }

  hex() {
    const size = this.length;
    const end = new Uint8Array((this.held < 56 ? 64 : 128) - this.held);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(end.length - 8, Math.floor((size * 8) / 2 ** 32));
    view.setUint32(end.length - 4, (size * 8) >>> 0);
    this.update(end);
    return [...this.state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
