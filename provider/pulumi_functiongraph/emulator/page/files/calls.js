// The log of API calls.

import { attempt, order, read } from "./controls.js";
import { byId, element, redraw, timeOf } from "./elements.js";

const LISTED = 200, LOOKED_AT = 2000, REFUSED = 400;

/** Listen to the filter; `again` asks for what it chooses. */
export function start(again) {
  byId("calls-filter").addEventListener("change", again);
  byId("calls-filter").addEventListener("submit", (event) => event.preventDefault());
  byId("calls-forget").addEventListener("click", () => attempt(byId("calls-filter"), () => order("requests", undefined, "DELETE")));
}

const KINDS = { "": () => true, writing: (each) => each.writing, refused: (each) => (each.status ?? 0) >= REFUSED };

/** Ask for calls, and show them; says whether some are still under way. */
export async function refresh() {
  const kind = byId("calls-kind").value;
  const { requests } = await read("requests", { last: kind ? LOOKED_AT : LISTED });
  const shown = requests.filter(KINDS[kind]).slice(-LISTED).reverse();
  redraw(byId("calls-empty"), requests.length ? null : emptyState());
  redraw(byId("calls-rows"), shown.map(row));
  return requests.some((each) => each.status === null);
}

const emptyState = () => element("div", { class: "empty" }, element("p", {}, "No calls yet. Run ", element("code", {}, "pulumi up"), " with the environment of this local cloud: each of its calls is shown here. This page's own are not."));

function row(each) {
  const refused = each.status !== null && each.status >= REFUSED;
  const status = each.status === null ? "no answer yet" : `${refused ? "✗ " : ""}${each.status}`;
  return element("tr", {},
    element("td", { class: "short" }, timeOf(each.time)),
    element("td", { class: refused ? "short bad" : "short" }, status),
    element("td", {}, each.service),
    element("td", {}, each.operation, each.writing ? element("span", { class: "badge" }, "change") : null),
    element("td", { class: "path" }, `${each.method} ${each.path}`));
}
