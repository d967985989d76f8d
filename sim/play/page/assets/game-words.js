// A game in words: the sentences that travel with the page, filled with what is found. sim/play/words.py.

/** Put values into the places of a sentence. */
function filledIn(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** A number with its sign, as the terminal writes it. */
function signed(value, digits = 2) {
  const text = value.toFixed(digits);
  return text.startsWith("-") ? text : `+${text}`;
}

/** Who is for something and who against, by what each gains [logits]: [side, what is said] for each side. */
function adviceOf(pack, gains) {
  const ranked = [...gains].sort(([, one], [, other]) => other - one);
  const told = (some) => some.map(([who, gain]) => `${who} (${signed(gain, 1)})`).join(pack.said.and);
  return [
    [pack.said.for, ranked.filter(([, gain]) => gain >= pack.slight)],
    [pack.said.against, ranked.reverse().filter(([, gain]) => gain <= -pack.slight)],
  ].flatMap(([side, some]) => (some.length > 0 ? [[side, told(some)]] : []));
}

/** A choice as it is offered. */
function askOf(pack, { kind, label, about_words, concession }) {
  const terms = concession === null ? [] : [filledIn(pack.said.concession, { value: concession.toFixed(2) })];
  const told = [...about_words, ...terms].join(", ");
  return `${pack.asks[kind]}: ${label}${told && ` (${told})`}`;
}

/** A headline's number, and what it has changed by since before; empty where that is next to nothing. */
function changeOf(pack, value, before) {
  return before === undefined || Math.abs(value - before) < pack.notable ? "" : signed(value - before);
}

/** A choice that differs from the rule's, in words. */
function apartOf(pack, { chosen, ruled }, { name, kind, label }) {
  const { said } = pack;
  if (YES_OR_NO.includes(kind)) {
    const [sentence, verbs] = chosen[name] !== 0 ? [said.apart.yes, said.yes] : [said.apart.no, said.left_undone];
    return filledIn(sentence, { verb: verbs[kind], label });
  }
  const values = { kind, label, value: chosen[name].toFixed(2), ruled: ruled[name].toFixed(2) };
  return filledIn(said.instead, values);
}

/** What was decided in a round, in a line; empty where nothing could be. */
function decidedOf(model, { chosen, options, isFirst }) {
  const { said } = model.pack;
  const round = isFirst ? "first" : "second";
  if (options === 0) return "";
  const choices = choicesOf(model);
  const done = Object.entries(chosen).flatMap(([name, value]) => {
    const { kind, label } = choices.get(name);
    if (YES_OR_NO.includes(kind)) return value === 1 ? [filledIn(said.done, { verb: said.yes[kind], label })] : [];
    return value < 0 ? [] : [`${kind} ${label} ${value.toFixed(2)}`];
  });
  const none = Object.keys(chosen).length === 0 ? said.left : said.none[round];
  return filledIn(said.move[round], { what: done.join("; ") || none });
}

/** Everything that may ever be chosen, by name. */
function choicesOf(model) {
  return new Map(model.stages.flatMap(({ choices }) => choices).map((each) => [each.name, each]));
}

/** How it ended and why, as sentences, and the numbers behind them. */
function debriefOf(game) {
  const { pack } = game;
  const { said, label } = pack;
  const rule = game.rule();
  const [own, ...others] = rule.means;
  const sorted = Float64Array.from(others).sort();
  const at = (share) => signed(quantile(sorted, share));
  const many = others.length;
  const below = (100 * others.filter((each) => each < game.worth).length) / many;
  const found = game.decisive();
  const elsewhere = game.elsewhere();
  const gain = difference(others, elsewhere);
  const [mean, low, high] = [gain.mean, gain.low, gain.high].map((each) => signed(each));
  const rest = found.length - pack.moments;
  return {
    rule,
    elsewhere,
    over: filledIn(said.over, { worth: signed(game.worth), label, rule: signed(own) }),
    fan: filledIn(said.fan, { many, low: at(0.05), high: at(0.95), middle: at(0.5), share: below.toFixed(0) }),
    regret: filledIn(said.regret, { gain: mean, low, high, many, here: signed(game.worth - own) }),
    moments: found.slice(0, pack.moments).map(({ round, choice, gain: moved }) => ({
      gain: signed(moved),
      date: pack.dates[round.month],
      said: apartOf(pack, round, choice),
    })),
    heading: found.length > 0 ? said.decided : said.as_rule,
    more: rest > 0 ? filledIn(said.more, { many: rest }) : "",
  };
}
