// A game as a line: a short one for the address of the page, and the line of results that a teacher collects.
//
// steppe-game-1~SCENARIO~HASH~as:ACTOR~seed:N~future:N~months:N~who:NAME~play:ROUNDS~CHECK
//
// Rounds stand between _, choices between commas, by their places in the seat: PLACE for yes, nPLACE for no, rPLACE
// for what is left to the rule, PLACE=NUMBER; r alone for a round that is left to it. HASH is the start of the
// scenario's own.

const LINE_START = "steppe-game-1";
const HASH_DIGITS = 8;

/** Percent-encoded, the marks that separate too; in a fragment of an address the line stands as it is. */
function quoted(text) {
  const encoded = encodeURIComponent(text.toWellFormed());
  return encoded.replace(/[~!*'()]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Eight hexadecimal digits that any slip changes: FNV-1a over UTF-16 units. */
function checkOf(text) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function headOf({ pack, seed, future }) {
  return [
    LINE_START, quoted(pack.name), pack.hash.slice(0, HASH_DIGITS), `as:${quoted(pack.actor)}`, `seed:${seed}`,
    `future:${future}`, `months:${pack.months}`,
  ];
}

function lineOf(game, who) {
  const places = [...choicesOf(game.model).keys()];
  const rounds = game.rounds.map(({ chosen }) => roundOf(places, chosen)).join("_");
  const text = [...headOf(game), `who:${quoted(who)}`, `play:${rounds}`].join("~");
  return `${text}~${checkOf(text)}`;
}

function roundOf(places, chosen) {
  const told = Object.entries(chosen).map(([name, value]) => {
    const place = places.indexOf(name);
    if (value === 1) return `${place}`;
    if (value === 0) return `n${place}`;
    return value === BY_RULE ? `r${place}` : `${place}=${value}`;
  });
  return told.join(",") || "r";
}

/** {game, who} as far as a line goes, or {refused: a sentence}. */
function readLine(model, text) {
  const refusing = (refused) => ({ refused });
  const parts = text.replace(/\s+/g, "").split("~");
  const check = parts.pop();
  if (parts[0] !== LINE_START) return refusing("This address holds no game of this version.");
  if (checkOf(parts.join("~")) !== check) return refusing("The game in this address is damaged or incomplete.");
  const future = Number(/^future:(\d{1,15})$/.exec(parts[5] ?? "")?.[1] ?? NaN);
  const head = headOf({ pack: model.pack, seed: model.seed, future });
  if (head.some((part, at) => part !== parts[at])) return refusing("The game in this address is of another page.");
  const [who, rounds] = parts.slice(head.length);
  try {
    const name = decodeURIComponent(who.slice("who:".length));
    return { game: replayed(model, future, rounds.slice("play:".length)), who: name };
  } catch {
    return refusing("The game in this address cannot be played again.");
  }
}

function replayed(model, future, rounds) {
  const game = new Game(model, future);
  const places = [...choicesOf(model).keys()];
  for (const round of rounds === "" ? [] : rounds.split("_")) {
    const chosen = {};
    for (const told of round === "r" ? [] : round.split(",")) {
      const [, mark, place, value] = /^([nr]?)(\d+)(?:=(.+))?$/.exec(told);
      chosen[places[place]] = value === undefined ? { n: 0, r: BY_RULE, "": 1 }[mark] : Number(value);
    }
    game.take(chosen);
  }
  return game;
}

/** A game that is over as `steppe play --results` tells it: what was chosen, and what it came to beside the rule. */
function resultOf(game, name, { rule, elsewhere }) {
  const { pack, rounds, future, seed } = game;
  const [own, ...others] = rule.means;
  const gain = difference(others, elsewhere);
  const chosen = rounds.filter((round) => Object.keys(round.chosen).length > 0);
  const told = {
    kind: "game",
    name: name || "?",
    occupant: "person",
    actor: pack.actor,
    scenario: pack.results.scenario,
    seed: null,
    future,
    months: pack.months,
    choices: chosen.map((round) => [round.month, round.isFirst ? 1 : 2, round.chosen]),
    worth: game.worth,
    rule: own,
    gain: game.worth - own,
    elsewhere: { futures: others.length, gain: gain.mean, low: gain.low, high: gain.high },
    program: pack.results.program,
  };
  // a seed may be larger than the whole numbers that JavaScript writes
  return JSON.stringify(told).replace('"seed":null', `"seed":${seed}`);
}
