// Functions: the graph between them, a table that says the same, and a form to invoke one.

import { onSubmit, order, readState } from "./controls.js";
import { announce, byId, counted, drawn, element, offer, redraw } from "./elements.js";
import { around, functionName, graphOf, loopsOf, originOf, targetOf, withLeaves } from "./graph.js";
import { BOX, layout } from "./layout.js";

const MOST_DRAWN = 600;
const LABEL = 22;

let state = null;

/** Ask for what the cloud holds, and show it. */
export async function refresh() {
  state = await readState();
  offerFunctions(state);
  show();
}

/** Offer the functions of the cloud in every select that is for one. */
export function offerFunctions({ functions }) {
  const names = functions.map((each) => functionName(each.func_urn)).sort();
  const choices = names.map((name) => [name, name]);
  for (const id of ["invoke-function", "behaviour-function"]) offer(byId(id), choices);
  offer(byId("requests-function"), [["", "any"], ...choices]);
}

/** Listen to the forms; `showRequest` shows a request by its id. */
export function start(showRequest) {
  byId("find-name").addEventListener("input", () => state && show());
  byId("find").addEventListener("submit", (event) => event.preventDefault());
  onSubmit(byId("invoke"), async () => {
    const request = await order("invoke", { function: byId("invoke-function").value, payload: parsed(byId("invoke-payload").value) });
    announce(`Request ${request.request_id} of ${request.function} is accepted.`);
    showRequest(request.request_id);
  });
}

/** A text of a form as JSON. */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${text || "an empty text"} is not JSON; a text needs quotes, an object braces`);
  }
}

function show() {
  const wanted = byId("find-name").value.trim().toLowerCase();
  const named = (text) => text.toLowerCase().includes(wanted);
  const functions = state.functions.filter((each) => named(functionName(each.func_urn)));
  redraw(byId("functions-empty"), ...emptyState(state));
  byId("invoke").hidden = byId("functions-table").hidden = !state.functions.length;
  const whole = graphOf(state);
  const graph = wanted ? around(whole, (node) => named(node.label)) : whole;
  byId("graph").hidden = !graph.nodes.length;
  showLoops(whole);
  redraw(byId("graph-drawing"), graph.nodes.length > MOST_DRAWN ? tooMany(graph) : drawing(graph));
  redraw(byId("functions-rows"), functions.sort(byName).map(row));
}

const byName = (one, other) => functionName(one.func_urn).localeCompare(functionName(other.func_urn));

/** What to do first, where nothing is to be seen yet. */
function emptyState({ functions }) {
  const exported = element("li", {}, "Take a terminal that knows this local cloud: the shell of ", code("fgctl emulator run -- bash"), ", or one that ran the ", code("export"), " lines that ", code(location.origin), " printed at its start.");
  const invoke = element("li", {}, "Then ", code("fgctl invoke NAME --async"), ", or the form of the function on this page: the request is under ", element("a", { href: "#requests" }, "Requests"), ".");
  if (!functions.length) {
    return [element("div", { class: "empty" }, element("p", {}, "No functions yet. To begin:"), element("ol", {}, exported, element("li", {}, "Make them: with ", code("pulumi up"), " where your program does, or by a seed file, when the local cloud is started again: ", code("fgctl emulator --seed cloud.yaml"), "."), invoke))];
  }
  if (functions.some((each) => Object.keys(each.async_configs).length)) return [];
  return [element("div", { class: "empty" }, element("p", {}, "No function notifies anybody yet. To begin:"), element("ol", {}, exported, element("li", {}, "Run ", code("pulumi up"), " there, in a project that declares an ", code("AsyncNotificationConfig"), "."), invoke))];
}

const code = (text) => element("code", {}, text);

function showLoops(graph) {
  const labels = new Map(graph.nodes.map((node) => [node.id, node.label]));
  const loops = loopsOf(graph).map((members) => members.map((id) => labels.get(id)).sort().join(", "));
  redraw(byId("graph-loops"), loops.map((members) => element("p", { class: "warning" }, element("strong", {}, "Loop: "), `what starts here can come back: ${members}.`)));
}

const tooMany = (graph) => element("p", { class: "quiet" }, `${counted(graph.nodes.length, "node")} are too many to be drawn at once: choose some by name above.`);

const GLYPHS = { function: "ƒ", topic: "SMN", stream: "DIS", bucket: "OBS", unknown: "?" };

function drawing(graph) {
  const { width, height, boxes, ways } = layout(withLeaves(graph), byId("graph-drawing").clientWidth);
  const loops = new Set(loopsOf(graph).flat());
  const svg = drawn("svg", { role: "img", "aria-label": `Graph of ${counted(graph.nodes.length, "node")} and ${counted(graph.edges.length, "edge")}`, width, height, viewBox: `0 0 ${width} ${height}` });
  svg.append(...ways.map((way) => line(way, loops)), ...boxes.map(box));
  return svg;
}

function box({ node, x, y }) {
  const shown = node.label.length > LABEL ? `${node.label.slice(0, LABEL - 1)}…` : node.label;
  const missing = node.missing ? " (not in this cloud)" : "";
  const shared = node.shared ? ` (drawn at each of the ${node.shared} that lead to it)` : "";
  return drawn("g", { class: `node ${node.kind}`, transform: `translate(${x} ${y})` },
    drawn("title", {}, `${node.kind} ${node.label}${missing}${shared}`),
    drawn("rect", { class: `box ${node.missing ? "missing" : ""} ${node.shared ? "shared" : ""}`, width: BOX.width, height: BOX.height, rx: node.kind === "function" ? 5 : 20 }),
    drawn("text", { class: "glyph", x: 12, y: BOX.height / 2 + 4 }, GLYPHS[node.kind]),
    label(shown, node.kind === "function" ? 28 : 46));
}

/** The text of a box; an inner drawing cuts off what is wider than the box. */
const label = (text, x) => drawn("svg", { x, width: BOX.width - x - 8, height: BOX.height }, drawn("text", { y: BOX.height / 2 + 5 }, text));

function line({ edge, points }, loops) {
  const own = edge.from === edge.to;
  const [x, y] = points.at(-1);
  const side = own ? -1 : Math.sign(x - points.at(-2)[0]) || 1;
  const round = loops.has(edge.from) && loops.has(edge.to) ? "round" : "";
  return drawn("g", { class: round }, drawn("title", {}, edge.said),
    drawn("path", { class: `edge ${edge.kind}`, d: own ? bow(points) : curve(points, x - 9 * side) }),
    tip(edge.kind, x, y, side));
}

function tip(kind, x, y, side) {
  if (kind === "trigger") return drawn("circle", { class: "tip trigger", cx: x - 4 * side, cy: y, r: 4 });
  const d = kind === "success" ? `M${x - 9 * side} ${y - 4}L${x} ${y}L${x - 9 * side} ${y + 4}z` : `M${x - 9 * side} ${y - 4.5}h${9 * side}v9h${-9 * side}z`;
  return drawn("path", { class: `tip ${kind}`, d });
}

function curve(way, end) {
  const points = [...way.slice(0, -1), [end, way.at(-1)[1]]];
  return points.slice(1).reduce((d, [x, y], at) => {
    const [before, height] = points[at];
    const middle = (before + x) / 2;
    return `${d}C${middle} ${height} ${middle} ${y} ${x} ${y}`;
  }, `M${points[0].join(" ")}`);
}

const bow = ([[x, y], [end, low]]) => `M${x} ${y}C${x} ${y - 18} ${end + 24} ${y - 18} ${end + 24} ${y}S${end + 20} ${low} ${end + 8} ${low}`;

function row(each) {
  const configs = Object.entries(each.async_configs);
  const several = configs.length > 1 || (configs.length && configs[0][0] !== "latest");
  const cell = (say) => element("td", {}, configs.length ? configs.map(([version, config]) => element("div", {}, several ? `${version}: ` : "", say(config))) : element("span", { class: "quiet" }, "—"));
  const target = (outcome) => (config) => {
    const to = targetOf(config.destination_config?.[`on_${outcome}`], each.namespace);
    return to ? `${to.kind} ${to.label}` : "nobody";
  };
  return element("tr", {},
    element("th", { scope: "row" }, functionName(each.func_urn)),
    cell(target("success")),
    cell(target("failure")),
    cell((config) => `${config.max_async_retry_attempts} within ${config.max_async_event_age_in_seconds.toLocaleString("en")} s`),
    element("td", {}, each.triggers.length ? each.triggers.map((trigger) => element("div", {}, triggerText(trigger, each.namespace))) : element("span", { class: "quiet" }, "—")));
}

function triggerText(trigger, project) {
  const origin = originOf(trigger, project);
  const said = origin ? `${origin.kind} ${origin.label}` : `${trigger.trigger_type_code.toLowerCase()} ${trigger.event_data?.schedule ?? ""}`;
  return trigger.trigger_status === "DISABLED" ? `${said} (disabled)` : said;
}
