// A number as a slider with a box: the file's value is a tick that it snaps to, and a way back. A stock has a
// tick where it starts, and snaps to nothing: it can be held there, too, and only the way back frees it.

const STEPS = 100;
const SNAP = 0.015;
const IN_SIGHT = 6;

/** Controls of all numbers in two groups; six are in sight. `act` = {move, settle, month}. */
function buildSliders(pack, act) {
  const rows = new Map();
  const groups = { do: groupOf("live-does"), set: groupOf("live-assumes") };
  const shown = inSight(pack.numbers);
  for (const number of pack.numbers) {
    const row = sliderRow(pack, number, act);
    const group = groups[number.kind];
    rows.set(number.key, row);
    (shown.has(number.key) ? group.first : group.more).append(row.whole);
  }
  for (const { whole, first, more, rest } of Object.values(groups)) {
    whole.hidden = first.children.length + more.children.length === 0;
    rest.hidden = more.children.length === 0;
    rest.querySelector("summary").textContent = `${more.children.length} more`;
  }
  return rows;
}

function groupOf(id) {
  const whole = document.getElementById(id);
  const [first, rest] = [whole.querySelector(".live-first"), whole.querySelector("details")];
  return { whole, first, rest, more: rest.querySelector(".live-more") };
}

/** Which six: as many of one group as of the other, where there are. */
function inSight(numbers) {
  const does = numbers.filter(({ kind }) => kind === "do");
  const assumes = numbers.filter(({ kind }) => kind === "set");
  const half = IN_SIGHT / 2;
  const ofAssumes = Math.min(assumes.length, Math.max(half, IN_SIGHT - does.length));
  return new Set(
    [...does.slice(0, IN_SIGHT - ofAssumes), ...assumes.slice(0, ofAssumes)].map(({ key }) => key),
  );
}

function sliderRow(pack, number, act) {
  const id = `live-number-${pack.numbers.indexOf(number)}`;
  const [low, high] = [Math.min(number.low, number.value), Math.max(number.high, number.value)];
  const slider = element("input", {
    type: "range",
    id,
    min: low,
    max: high,
    step: "any",
    value: number.value,
  });
  const box = element("input", {
    type: "number",
    step: stepOf(low, high),
    value: number.value,
    "aria-label": `${number.label}, value`,
  });
  const effect = element("output", { class: "live-effect", for: id });
  const back = element(
    "button",
    { type: "button", class: "live-back", "aria-label": `${number.label}: ${backOf(number)}` },
    "↺",
  );
  const about = element(
    "p",
    { class: "live-about note", id: `${id}-about`, hidden: true },
    ...aboutOf(number),
  );
  const info = element(
    "button",
    {
      type: "button",
      class: "live-info",
      "aria-expanded": "false",
      "aria-controls": about.id,
      "aria-label": `About ${number.label}`,
    },
    "i",
  );
  const months = number.kind === "do" ? monthsOf(pack, number) : null;
  const track = element("div", { class: "live-track" }, ...marksOf(number, low, high), slider);
  const whole = element(
    "div",
    { class: "live-number" },
    element("label", { for: id }, number.label),
    effect,
    track,
    box,
    back,
    info,
    months,
    about,
  );
  slider.addEventListener("input", () =>
    act.move(number, snapped(number, low, high, slider.valueAsNumber), monthIn(months)),
  );
  slider.addEventListener("keydown", (event) =>
    stepByKey(event, number, slider, (value) => act.move(number, value, monthIn(months))),
  );
  // a key that is held down is one change
  slider.addEventListener("keyup", act.settle);
  slider.addEventListener("change", act.settle);
  box.addEventListener("change", () => act.type(number, box, monthIn(months)));
  months?.addEventListener("change", () => act.month(number, monthIn(months)));
  back.addEventListener("click", () => {
    act.back(number);
    slider.focus();
  });
  info.addEventListener("click", () => {
    about.hidden = !about.hidden;
    info.setAttribute("aria-expanded", String(!about.hidden));
  });
  return { whole, slider, box, effect, back, months };
}

/** The plausible range as a pale bar, and the file's value as a tick with its name. */
function marksOf(number, low, high) {
  const share = (value) => (high > low ? (value - low) / (high - low) : 0);
  const [from, to] = plausibleOf(number).map(share).map(within);
  return [
    element("span", {
      class: "live-plausible",
      style: `--from: ${from}; --to: ${to}`,
      "aria-hidden": "true",
    }),
    element(
      "span",
      { class: "live-file", style: `--at: ${share(number.value)}`, "aria-hidden": "true" },
      number.stock ? "start" : "file",
    ),
  ];
}

function backOf(number) {
  return number.stock ? "no longer held" : "back to the scenario's value";
}

function plausibleOf(number) {
  return number.plausible ?? [number.low, number.high];
}

/** From which month on; asked once something is done. */
function monthsOf(pack, number) {
  const months = pack.dates.slice(pack.free);
  const options = months.map((date, month) =>
    element("option", { value: pack.free + month }, `from ${shortMonth(date)}`),
  );
  return element("select", { "aria-label": `${number.label}: from which month`, hidden: true }, ...options);
}

function monthIn(months) {
  return months === null ? 0 : Number(months.value);
}

function aboutOf(number) {
  const unit = number.unit ? ` ${number.unit}` : "";
  const plausible = plausibleOf(number).map(plainNumber).join(" to ");
  const told = [`${number.stock ? "At the start" : "File"}: ${plainNumber(number.value)}${unit}; plausible: ${plausible}.`];
  if (number.tier) told.push(` ${number.tier[0].toUpperCase()}${number.tier.slice(1)}`);
  if (number.source) told.push(`: ${number.source}.`);
  if (number.url && /^https?:\/\//.test(number.url))
    told.push(" ", element("a", { href: number.url, rel: "noreferrer" }, number.host));
  return [...told, " ", element("code", {}, number.path)];
}

/** A value of round steps; the file's own where the handle is close to it. */
function snapped(number, low, high, value) {
  if (!number.stock && Math.abs(value - number.value) <= SNAP * (high - low)) return number.value;
  return rounded(value, low, high);
}

function rounded(value, low, high) {
  const step = stepOf(low, high);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return Math.min(
    Math.max(Number((Math.round(value / step) * step).toFixed(Math.min(digits, 20))), low),
    high,
  );
}

function stepOf(low, high) {
  const rough = (high - low) / STEPS;
  return rough > 0 ? 10 ** Math.floor(Math.log10(rough)) : 1;
}

const KEY_STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

/** Keys go by a hundredth or a tenth of the range, and stop at the file's value on the way. */
function stepByKey(event, number, slider, to) {
  if (!Object.hasOwn(KEY_STEPS, event.key)) return;
  event.preventDefault();
  const low = Number(slider.min);
  const high = Number(slider.max);
  const from = slider.valueAsNumber;
  const next = rounded(from + (KEY_STEPS[event.key] * (high - low)) / STEPS, low, high);
  const passes = !number.stock && (from - number.value) * (next - number.value) < 0;
  to(passes ? number.value : next);
}

/** Show what the settings say: value, month, whether it can be taken back. */
function showNumber(row, number, settings) {
  const value = valueOf(settings, number);
  const moved = isChanged(settings, number);
  row.slider.value = value;
  row.slider.setAttribute("aria-valuetext", `${plainNumber(value)}${asGiven(number, value, moved)}`);
  if (row.box.value === "" || Number(row.box.value) !== value) row.box.value = value;
  row.whole.classList.toggle("live-moved", moved);
  row.back.style.visibility = moved ? "visible" : "hidden";
  if (number.kind === "do") {
    row.months.hidden = !moved;
    if (moved) row.months.value = deedOf(settings, number).month;
  }
  if (!moved) row.effect.textContent = "";
}

function asGiven(number, value, moved) {
  if (number.stock) return moved ? ", held" : " at the start, not held";
  return value === number.value ? ", as in the scenario" : "";
}
