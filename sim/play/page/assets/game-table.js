// Where a seat is taken: two rounds a month, what is legal in them, and what it comes to. sim/play/table.py.

const ROUND_OFF = 1e-6;
const YES_OR_NO = ["proposal", "execution", "answer"];

class Table {
  constructor(futures) {
    Object.assign(this, { futures, worths: [] });
    this.open();
  }

  /** With a month to come. */
  open() {
    Object.assign(this, { first: {}, isFirst: true, foreseen: null });
  }

  /** The month as the rules would live it; in the second round with what was chosen in the first. */
  get month() {
    this.foreseen ??= this.futures.foresee(this.first);
    return this.foreseen;
  }

  get pack() {
    return this.futures.pack;
  }

  get isOver() {
    return this.futures.isOver;
  }

  /** What may be chosen in this round, in some month or other. */
  get choices() {
    return this.futures.stage().choices.filter(({ kind }) => this.pack.first.includes(kind) === this.isFirst);
  }

  /** Whether something may be chosen now, in each future. */
  legal(choice) {
    if (choice.shared) return this.futures.runs.map(() => this.isFirst);
    if (choice.kind === "answer") return this.month.happened(choice.about, "proposed").map((code) => code !== 0);
    return this.month.number(choice.may).map((may) => may !== 0);
  }

  /** What the rule makes of a choice this month. */
  ruled(choice) {
    return this.month.ruled(choice);
  }

  /**
   * Decide a round: by name a number for each future; what is left out, or not legal, is decided by the rule. After
   * the second round the month is lived. Refuses what no choice can be, and nothing has happened then.
   */
  take(chosen) {
    if (this.isOver) throw new Refusal("the game is over");
    const found = this.checked(chosen);
    if (this.isFirst) {
      Object.assign(this, { first: found, isFirst: false, foreseen: null });
      return;
    }
    this.futures.live({ ...this.first, ...found });
    this.worths.push(this.worthNow());
    this.open();
  }

  checked(chosen) {
    const known = new Map(this.choices.map((each) => [each.name, each]));
    const found = {};
    for (const [name, values] of Object.entries(chosen)) {
      if (!known.has(name)) throw new Refusal(`there is no choice ${name} in this round`);
      found[name] = values.map((value) => valid(known.get(name), value));
    }
    for (const kind of ["effort", "welcome"]) checkWhole(this.choices.filter((each) => each.kind === kind), found);
    return Object.fromEntries(
      Object.entries(found).map(([name, values]) => {
        const legal = this.legal(known.get(name));
        return [name, values.map((value, run) => (legal[run] ? value : BY_RULE))];
      }),
    );
  }

  /** What the state is worth beyond the start, with what was felt, in each future [logits]. */
  worthNow() {
    const { felt, names, start } = this.pack.worth;
    const numbers = [felt, ...names].map((name) => this.futures.number(name));
    return this.futures.runs.map((_, run) => numbers.reduce((sum, each) => sum + each[run], 0) - start);
  }

  /** The mean of that over the months that were lived. */
  meanWorth() {
    const { worths } = this;
    return this.futures.runs.map((_, run) => worths.reduce((sum, each) => sum + each[run], 0) / worths.length);
  }
}

function valid(choice, value) {
  const isNumber = typeof value === "number" && Number.isFinite(value);
  const isKnown = !YES_OR_NO.includes(choice.kind) || [0, 1, BY_RULE].includes(value);
  if (!isNumber || !isKnown || value > choice.most) throw new Refusal(`${choice.name} cannot be ${value}`);
  return value < 0 ? BY_RULE : value;
}

/** Shares are given for all or for none, and come to their whole. */
function checkWhole(group, found) {
  const given = group.filter(({ name }) => name in found);
  if (given.length === 0) return;
  if (given.length < group.length) throw new Refusal(`shares of ${group[0].kind} are given for all or for none`);
  found[group[0].name].forEach((_, run) => {
    const values = group.map(({ name }) => found[name][run]);
    const left = values.filter((value) => value < 0).length;
    const off = Math.abs(values.reduce((sum, each) => sum + each, 0) - group[0].most);
    if (left !== values.length && (left > 0 || off > ROUND_OFF))
      throw new Refusal(`shares of ${group[0].kind} come to ${group[0].most}`);
  });
}
