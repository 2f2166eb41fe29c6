// The page: which part is shown, and when it is shown again.

import * as calls from "./calls.js";
import * as contents from "./contents.js";
import { onOrder, read, unreadable } from "./controls.js";
import { byId, element, redraw } from "./elements.js";
import * as functions from "./functions.js";
import * as operation from "./operation.js";
import * as requests from "./requests.js";

const PARTS = { functions, requests, contents, calls, operation };
const FIRST = "functions";
const LOOK_EACH = 1000, SHARE = 4;

let wake = () => {};
let shown = "";
let seen = null;
let isAsked = false;

/** The part that the address names, and what follows it. */
function place() {
  const [part, ...rest] = location.hash.slice(1).split("/");
  try {
    return Object.hasOwn(PARTS, part) ? [part, rest.map(decodeURIComponent)] : [FIRST, []];
  } catch {
    return [FIRST, []];
  }
}

function showPart() {
  const [part] = place();
  for (const each of Object.keys(PARTS)) byId(each).hidden = each !== part;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${part}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${byId(`${part}-title`).textContent} – local cloud`;
  if (shown && shown !== part) byId(`${part}-title`).focus();
  shown = part;
}

function again() {
  seen = null;
  isAsked = true;
  wake();
}

/** Wait, unless somebody asked meanwhile; a page that nobody sees waits for its time to come. */
async function pause(milliseconds) {
  const slept = new Promise((resolve) => {
    wake = resolve;
    if (!document.hidden) setTimeout(resolve, milliseconds);
  });
  if (!isAsked) await slept;
  isAsked = false;
}

function showHeader({ cloud, now, virtual }) {
  byId("cloud").textContent = { huawei: "Huawei Cloud", otc: "Open Telekom Cloud" }[cloud] ?? cloud;
  byId("now").textContent = now.slice(0, 19).replace("T", " ");
  byId("now").dateTime = now;
  byId("virtual").hidden = !virtual;
}

const countsOf = ({ changes, requests: seenCalls, faults }) => JSON.stringify([changes, seenCalls, faults, location.hash]);

/** Look once; says whether what is shown may change without a new count. */
async function look() {
  const now = await read("changes");
  showHeader(now);
  const counts = countsOf(now);
  if (counts === seen) return;
  const [part, rest] = place();
  const isUnderWay = (await PARTS[part].refresh(rest, now)) === true;
  redraw(byId("unreadable"), unreadable().map((text) => element("p", { class: "warning" }, element("strong", {}, "Not shown: "), text)));
  if (!isUnderWay && !isAsked) seen = counts;
}

function say(problem) {
  const text = problem === null ? "" : problem instanceof TypeError
    ? `${location.host} does not answer. Is the local cloud running? The page goes on by itself.`
    : problem.message;
  if (byId("connection").textContent !== text) byId("connection").textContent = text;
}

async function watch() {
  for (;;) {
    const began = performance.now();
    try {
      await look();
      say(null);
    } catch (problem) {
      seen = null;
      say(problem);
    }
    const took = performance.now() - began;
    await pause(Math.max(LOOK_EACH, SHARE * took));
  }
}

byId("address").textContent = location.origin;
functions.start((id) => { location.hash = `#requests/${encodeURIComponent(id)}`; });
requests.start(again);
calls.start(again);
operation.start();
onOrder(again);
addEventListener("hashchange", () => { showPart(); again(); });
document.addEventListener("visibilitychange", () => document.hidden || wake());
showPart();
watch();
