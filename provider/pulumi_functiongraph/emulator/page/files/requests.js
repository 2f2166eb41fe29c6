// Asynchronous requests: a list, and everything about the one that is chosen.

import { read, readState, unlessRefused } from "./controls.js";
import { announce, byId, element, legible, redraw, timeOf } from "./elements.js";
import { functionName } from "./graph.js";
import { offerFunctions } from "./functions.js";
import { chart, notifications, steps } from "./timeline.js";

const LISTED = 100, ANSWERED = 20;

const WORDS = {
  WAIT: ["…", "plain", "waiting"], RUNNING: ["▶", "plain", "running"], SUCCESS: ["✓", "good", "succeeded"],
  FAIL: ["✗", "bad", "failed"], DISCARD: ["■", "bad", "discarded"],
};

const NOTIFIED = { WAIT: ["…", "plain", "not yet"], DELIVERED: ["✓", "good", "delivered"], FAILED: ["✗", "bad", "given up"] };

/** Listen to the filter; `again` asks for what it chooses. */
export function start(again) {
  byId("requests-filter").addEventListener("change", again);
  byId("requests-filter").addEventListener("submit", (event) => event.preventDefault());
}

let told = "";

/** Say how the request that is looked at ends, to those who listen. */
function tell({ request }) {
  if (!request) return;
  const [, , word] = WORDS[request.status] ?? ["", "", request.status];
  const text = `Request ${request.request_id.slice(0, 8)} of ${functionName(request.function_urn)} ${word}, ${request.attempts} ${request.attempts === 1 ? "attempt" : "attempts"}.`;
  if (text === told || request.due) return;
  told = text;
  announce(text);
}

/** Ask for requests, and for the one of this id, and show them. */
export async function refresh([chosen], { now, virtual }) {
  if (!byId("requests-function").options.length) offerFunctions(await readState());
  const [wanted, [{ invocations }, { lines: answered }]] = await list();
  const one = chosen ? await load(chosen) : null;
  if (one) tell(one);
  const filtered = Boolean(wanted.function || wanted.status);
  const isEmpty = !invocations.length && !answered.length && !filtered;
  redraw(byId("requests-empty"), isEmpty ? emptyState() : null);
  byId("requests-parts").hidden = isEmpty && !one;
  redraw(byId("requests-rows"), invocations.reverse().map((each) => row(each, chosen)));
  byId("requests-more").textContent = invocations.length === LISTED ? `The last ${LISTED}; a function or a status above chooses others.` : invocations.length ? "" : "No such request.";
  redraw(byId("answered"), answered.length ? [element("h3", {}, "Runs whose caller waited"), element("ul", { class: "plain" }, answered.reverse().map(answer))] : null);
  redraw(byId("request"), one ? detail(one, now, virtual) : element("p", { class: "quiet" }, "Choose a request to see what happened to it."));
}

/** What is wanted and there; of every function where the one that was wanted is gone, as after a reset. */
async function list() {
  const wanted = { function: byId("requests-function").value, status: byId("requests-status").value };
  const found = await unlessRefused(Promise.all([
    read("invocations", { ...wanted, last: LISTED }), read("journal", { function: wanted.function, step: "answered", last: ANSWERED }),
  ]), null);
  if (found || !wanted.function) return [wanted, found];
  offerFunctions(await readState());
  byId("requests-function").value = "";
  return list();
}

async function load(id) {
  const query = { request_id: id };
  const [{ invocations }, { lines }, { deliveries }, led] = await unlessRefused(Promise.all([
    read("invocations", query), read("journal", { ...query, limit: 1000 }), read("deliveries", query), read("invocations", { parent: id }),
  ]), [{ invocations: [] }, {}, {}, {}]);
  return { id, request: invocations[0], lines, deliveries, led: led.invocations };
}

const emptyState = () => element("div", { class: "empty" },
  element("p", {}, "No requests yet. To send one, either"),
  element("ul", {},
    element("li", {}, "use the form under ", element("a", { href: "#functions" }, "Functions"), ", or"),
    element("li", {}, "run ", element("code", {}, "fgctl invoke orders --async"), " in a terminal that has sourced the ", element("code", {}, "export"), " lines of this local cloud.")));

/** A link to a request. */
export const link = (id, text = id.slice(0, 8)) => element("a", { href: `#requests/${encodeURIComponent(id)}`, id: `to-${id}`, title: id }, text);

function row(each, chosen) {
  const [glyph, tone, word] = WORDS[each.status] ?? ["•", "plain", each.status];
  return element("tr", { class: each.request_id === chosen ? "chosen" : "", "aria-current": each.request_id === chosen ? "true" : null },
    element("th", { scope: "row", class: "short" }, link(each.request_id)),
    element("td", {}, functionName(each.function_urn)),
    element("td", { class: `short ${tone}` }, element("span", { "aria-hidden": "true" }, glyph), ` ${word}`),
    element("td", {}, element("span", { class: "unseen" }, String(each.attempts)), element("span", { "aria-hidden": "true" }, attempts(each))),
    element("td", { class: "words" }, each.notifications.map(notified)),
    element("td", { class: "short besides" }, timeOf(each.accepted_at), element("div", {}, `by ${each.source}`)));
}

function notified({ outcome, target, status }) {
  const [glyph, tone, word] = NOTIFIED[status];
  return element("div", { class: tone }, element("span", { "aria-hidden": "true" }, glyph), ` ${outcome} to ${target}: ${word}`);
}

function answer({ number, time, function_urn: urn, detail: { result, error, log, milliseconds } }) {
  const good = result === "success";
  const said = [element("span", { class: good ? "good" : "bad" }, good ? "✓ succeeded" : "✗ failed"), ` ${timeOf(time)} ${functionName(urn)}, ${milliseconds} ms`];
  return element("li", {}, said, error ? element("p", { class: "problem" }, error) : null,
    log ? element("details", { id: `answered-${number}` }, element("summary", {}, "What it printed"), element("pre", { tabindex: "0" }, log)) : null);
}

function attempts({ attempts: number, status }) {
  const failed = number - (status === "SUCCESS" ? 1 : 0);
  const shown = failed > 9 ? `✗×${failed} ` : "✗ ".repeat(Math.max(failed, 0));
  return shown + (status === "SUCCESS" ? "✓" : "") || "–";
}

function detail({ id, request, lines, deliveries, led }, now, virtual) {
  if (!request) return [element("h3", { id: "request-title" }, `Request ${id}`), element("p", { class: "quiet" }, "There is no such request (any more); a reset forgets all of them.")];
  const [, tone, word] = WORDS[request.status] ?? ["", "plain", request.status];
  return [
    element("h3", { id: "request-title", tabindex: "-1" }, `${functionName(request.function_urn)} `, element("span", { class: tone }, word)),
    deliveries.filter((each) => each.status === "FAILED").map(notified),
    element("p", {}, element("code", {}, request.request_id), request.parent ? [", led to by ", link(request.parent)] : null, request.waits_for_process ? ", waits for a free process" : request.due ? `, next due ${timeOf(request.due)}` : null),
    virtual && (request.due || deliveries.some((each) => each.due)) ? element("p", { class: "warning" }, "The clock stands: what is due happens when it is moved, under ", element("a", { href: "#operation" }, "Faults and clock"), ".") : null,
    chart(request, lines, deliveries, now),
    element("h4", {}, "Steps"), steps(lines, request.accepted_at),
    element("h4", {}, "Notifications"), notifications(deliveries, link),
    led.length ? [element("h4", {}, "Led to"), element("ul", { class: "plain" }, led.map((each) => element("li", {}, link(each.request_id), ` ${functionName(each.function_urn)}, ${each.status.toLowerCase()}`)))] : null,
    element("h4", {}, "Event"), text("request-payload", "The event", request.payload),
    element("h4", {}, request.error ? (request.due ? "Last error" : "Error") : "Answer"), request.error ? element("p", { class: "problem" }, request.error) : null,
    request.response ? text("request-response", "The answer", request.response) : element("p", { class: "quiet" }, "none"),
    request.log ? [element("h4", {}, "Log"), text("request-log", "The log", request.log)] : null,
  ];
}

const text = (id, label, content) => element("pre", { id, tabindex: "0", "aria-label": label }, legible(content));
