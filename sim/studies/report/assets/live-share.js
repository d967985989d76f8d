// Settings as a line that can be read, mailed and pasted, and as the command that gives the same bytes.
//
// steppe-1~SCENARIO~HASH~do:PATH=VALUE@YYYY-MM~set:PATH=VALUE~theory:NAME~runs:N~seed:N~CHECK
//
// HASH is the start of the scenario's own: a code of another one means nothing here. CHECK tells damage.

const CODE_START = "steppe-1";
const ANSWER_START = "steppe-answer-1";
const HASH_DIGITS = 8;
const MOST_RUNS = 4096;
const RUNS = [512, 1024, 2048, MOST_RUNS];
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;

function codeOf(pack, settings, runs) {
  const parts = [
    ...settings.do.map((deed) => `do:${quoted(deed.path)}=${deed.value}@${pack.dates[deed.month]}`),
    ...Object.entries(settings.set).map(([path, value]) => `set:${quoted(path)}=${value}`),
  ];
  if (settings.theory !== null) parts.push(`theory:${quoted(settings.theory)}`);
  parts.push(`runs:${runs}`, `seed:${pack.seed}`);
  return sealed([CODE_START, quoted(pack.name), pack.hash.slice(0, HASH_DIGITS), ...parts]);
}

/** Percent-encoded, the marks that separate too; in a fragment of an address the code stands as it is. */
function quoted(text) {
  const encoded = encodeURIComponent(text.toWellFormed());
  return encoded.replace(/[~!*'()]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

function unquoted(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function sealed(parts) {
  const text = parts.join("~");
  return `${text}~${checkOf(text)}`;
}

/** Eight hexadecimal digits that any slip changes: FNV-1a over UTF-16 units. */
function checkOf(text) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** What a code says of this scenario: {settings, runs}, or {refused: a sentence}. */
function readCode(pack, text) {
  const opened = unsealed(pack, text, CODE_START, "a settings code");
  if (opened.refused) return opened;
  return readParts(pack, opened.parts);
}

function unsealed(pack, text, start, what) {
  // mail wraps long lines and a browser encodes some marks of an address
  const line = text.replace(/\s+/g, "").replace(/^.*#(?=steppe-)/, "");
  const parts = line.split("~");
  if (!parts[0].startsWith("steppe-"))
    return refusing(`This is not ${what}: it does not begin with ${start}.`);
  if (parts[0] !== start)
    return refusing(`This is not ${what} of this version: it does not begin with ${start}~.`);
  const check = parts.pop();
  if (parts.length < 3 || checkOf(parts.join("~")) !== check) {
    return refusing("This code is damaged or incomplete: copy the whole line again.");
  }
  if (parts[2] !== pack.hash.slice(0, HASH_DIGITS)) {
    const other = unquoted(parts[1]) ?? "?";
    return refusing(
      `This code is of another scenario or another version of it (${other}, ${parts[2]}); ` +
        `this page is ${pack.name}, ${pack.hash.slice(0, HASH_DIGITS)}.`,
    );
  }
  return { parts: parts.slice(3) };
}

function refusing(why) {
  return { refused: why };
}

const READERS = { do: readDeed, set: readSet, theory: readTheory, runs: readRuns, seed: readSeed };

function readParts(pack, parts) {
  const read = { set: {}, do: [], theory: null, runs: MOST_RUNS, seed: null };
  for (const part of parts) {
    const colon = part.indexOf(":");
    const kind = part.slice(0, colon);
    const reader = Object.hasOwn(READERS, kind) ? READERS[kind] : null;
    if (reader === null || !reader(pack, part.slice(colon + 1), read)) {
      return refusing(`This page has nothing that “${unquoted(part) ?? part}” could change.`);
    }
  }
  if (read.seed === null) return refusing("This code does not say its seed: copy the whole line again.");
  return { settings: settled(read.set, read.do, read.theory), runs: read.runs };
}

function readDeed(pack, text, read) {
  const [assigned, date, ...more] = text.split("@");
  const found = readAssigned(pack, "do", assigned);
  const month = pack.dates.indexOf(date);
  if (found === null || month < pack.free || more.length > 0) return false;
  if (read.do.some((deed) => deed.path === found.path)) return false;
  read.do.push({ ...found, month });
  return true;
}

function readSet(pack, text, read) {
  const found = readAssigned(pack, "set", text);
  if (found === null || Object.hasOwn(read.set, found.path)) return false;
  read.set[found.path] = found.value;
  return true;
}

function readAssigned(pack, kind, text) {
  const [encoded, written, ...more] = text.split("=");
  const path = unquoted(encoded);
  const known = pack.numbers.some((number) => number.kind === kind && number.path === path);
  if (!known || more.length > 0 || !NUMBER.test(written)) return null;
  const value = Number(written);
  return Number.isFinite(value) ? { path, value } : null;
}

function readTheory(pack, text, read) {
  const name = unquoted(text);
  if (read.theory !== null || !pack.theories.some((theory) => theory.name === name)) return false;
  read.theory = name;
  return true;
}

function readRuns(pack, text, read) {
  if (!RUNS.map(String).includes(text)) return false;
  read.runs = Number(text);
  return true;
}

/** Another seed is other luck: the same settings would have other numbers. */
function readSeed(pack, text, read) {
  if (text !== String(pack.seed)) return false;
  read.seed = text;
  return true;
}

/** The command whose runs have the same bytes: one world by `run`, two by `compare`. */
function commandOf(pack, settings, runs) {
  const tail = ["--runs", String(runs), "--seed", String(pack.seed)];
  const scenario = pack.scenario ?? inShell(pack.name);
  // what is known takes the place of one set of numbers: each past has its own
  const known = pack.past === null ? "--fixed" : pack.known;
  if (isEmpty(settings)) return ["steppe run", scenario, known, ...tail].join(" ");
  const changes = [
    ...settings.do.map((deed) => `--b-do ${inShell(`${deed.path}=${deed.value}@${pack.dates[deed.month]}`)}`),
    ...Object.entries(settings.set).map(([path, value]) => `--b ${inShell(`${path}=${value}`)}`),
  ];
  if (settings.theory !== null) changes.push(`--b ${inShell(`decision.theory=${settings.theory}`)}`);
  if (pack.past !== null) changes.unshift(pack.known);
  return ["steppe compare", scenario, ...changes, ...tail].join(" ");
}

/** An argument as a POSIX shell takes it. */
function inShell(text) {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** What a student foretold, as a line: the settings, the name, and of how many in 100. */
function answerOf(pack, settings, student, foretold) {
  const code = codeOf(pack, settings, MOST_RUNS).split("~").slice(3, -1);
  const parts = [ANSWER_START, quoted(pack.name), pack.hash.slice(0, HASH_DIGITS)];
  return sealed([...parts, `who:${quoted(student)}`, `foretold:${foretold}`, ...code]);
}

/** {student, foretold, settings, runs}, or {refused}. */
function readAnswer(pack, text) {
  const opened = unsealed(pack, text, ANSWER_START, "an answer");
  if (opened.refused) return opened;
  const [who, foretold, ...parts] = opened.parts;
  const student = who?.startsWith("who:") ? unquoted(who.slice(4)) : null;
  const guess = /^foretold:(\d{1,3})$/.exec(foretold ?? "");
  if (student === null || guess === null || Number(guess[1]) > 100) {
    return refusing("This answer has no name or no number from 0 to 100.");
  }
  const read = readParts(pack, parts);
  return read.refused ? read : { student, foretold: Number(guess[1]), ...read };
}
