// What it was worth month by month: the fan of other futures under the rule, the rule on this luck, and the game.

const SVG = "http://www.w3.org/2000/svg";
const [NARROWEST, WIDEST, TALL] = [280, 720, 260];
const SIDES = { left: 48, right: 84, top: 14, bottom: 30 };

function element(tag, attributes = {}, ...children) {
  return dressed(document.createElement(tag), attributes, children);
}

function shape(tag, attributes = {}, ...children) {
  return dressed(document.createElementNS(SVG, tag), attributes, children);
}

function dressed(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Bands and lines by month. own (months,); rule (months, futures): this future first. */
function fanOf(pack, place, own, rule, says) {
  const width = Math.max(Math.min(place.clientWidth || WIDEST, WIDEST), NARROWEST);
  const others = rule.map((month) => Float64Array.from(month.slice(1)).sort());
  const band = (share) => [0, ...others.map((sorted) => quantile(sorted, share))];
  const [ends, halves] = [
    [band(0.05), band(0.95)],
    [band(0.25), band(0.75)],
  ];
  const lines = [[0, ...own], [0, ...rule.map((month) => month[0])]];
  const all = [...ends.flat(), ...lines.flat()];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const span = Math.max(high - low, 1e-9);
  const x = (month) => SIDES.left + (month / own.length) * (width - SIDES.left - SIDES.right);
  const y = (value) => SIDES.top + ((high - value) / span) * (TALL - SIDES.top - SIDES.bottom);
  const points = (values) => values.map((value, month) => `${x(month).toFixed(1)} ${y(value).toFixed(1)}`);
  const area = ([below, above], name) =>
    shape("path", { class: name, d: `M${[...points(above), ...points(below).reverse()].join("L")}Z` });
  const line = (values, name) => shape("path", { class: name, d: `M${points(values).join("L")}` });
  const size = { width, height: TALL, viewBox: `0 0 ${width} ${TALL}` };
  const drawn = shape("svg", { role: "img", "aria-label": says, ...size });
  drawn.append(area(ends, "band-wide"), area(halves, "band-half"));
  for (const value of new Set([low, 0, high])) {
    drawn.append(
      shape("line", { class: "rule", x1: SIDES.left, x2: width - SIDES.right, y1: y(value), y2: y(value) }),
      shape("text", { x: SIDES.left - 6, y: y(value) + 4, "text-anchor": "end" }, value === 0 ? "0" : signed(value, 1)),
    );
  }
  drawn.append(line(lines[1], "line-rule"), line(lines[0], "line-own"));
  const ended = lines.map((values) => y(values.at(-1)));
  if (Math.abs(ended[0] - ended[1]) < 15) ended[1] = ended[0] + (ended[1] < ended[0] ? -15 : 15);
  for (const [at, name, text] of [[0, "label-own", "you"], [1, "label-rule", "the rule"]])
    drawn.append(shape("text", { class: name, x: width - SIDES.right + 6, y: ended[at] + 4 }, text));
  for (const [month, anchor] of [[1, "start"], [own.length, "end"]])
    drawn.append(shape("text", { x: x(month), y: TALL - 8, "text-anchor": anchor }, pack.dates[month - 1]));
  place.replaceChildren(drawn);
}
