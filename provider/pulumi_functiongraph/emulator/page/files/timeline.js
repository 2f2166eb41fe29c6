// What happened to one request, step by step: as a drawing to compare lengths, and as a list.

import { drawn, element, legible, timeOf } from "./elements.js";
import { functionName } from "./graph.js";

const WIDTH = 1000, LANE = 22, LEFT = 4, SHORTEST = 6;

const seconds = (from, to) => (new Date(to) - new Date(from)) / 1000;

/** A length of time as people say it. */
export function length(value) {
  if (Math.abs(value) < 60) return `${value.toFixed(3)} s`;
  const minutes = Math.floor(value / 60);
  return minutes < 60 ? `${minutes} min ${Math.round(value % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const ERRORS = { function_error: "the function failed", system_error: "the system failed", expired: "it was too old" };

const STEPS = {
  accepted: ({ source }) => ["•", "plain", `Accepted, sent by ${source}`],
  triggered: ({ edge, origin }) => ["•", "plain", `Triggered: ${edge ?? ""} ${origin ?? ""}`],
  not_triggered: ({ edge, error, chain }, line) => ["✗", "bad", `Reaches no ${line.function_urn.startsWith("urn:fss:") ? "function" : "topic"}, by ${edge}: ${error}`, chain],
  ran: ({ attempt, result, error }) => (result === "success" ? ["✓", "good", `Attempt ${attempt} succeeded`] : ["✗", "bad", `Attempt ${attempt}: ${ERRORS[result] ?? result}`, error]),
  cut_off: ({ attempt, repeated }) => [
    "✗",
    "bad",
    `Attempt ${attempt ?? ""} was cut off${repeated ? ", and is repeated" : ""}`,
  ],
  waiting: ({ until }, line) => ["…", "plain", `Waits ${length(seconds(line.time, until))} for the next attempt, until ${timeOf(until)}`],
  finished: ({ status, condition }) => [status === "SUCCESS" ? "✓" : "✗", status === "SUCCESS" ? "good" : "bad", status === "SUCCESS" ? "Finished successfully" : `Finished: ${status}, ${String(condition).replaceAll("_", " ")}`],
  cancelled: () => ["■", "bad", "Cancelled"],
  loop_broken: ({ chain }) => ["✗", "bad", "The loop was broken, nothing more is invoked", chain],
  delivered: ({ outcome, target, attempt, reference }) => ["✓", "good", `Notification of ${outcome} delivered to ${target}, attempt ${attempt}`, reference],
  delivery_failed: ({ outcome, target, attempt, error }) => ["✗", "bad", `Notification of ${outcome} to ${target} failed, attempt ${attempt}`, error],
  delivery_abandoned: ({ outcome, target, error }) => ["✗", "bad", `Notification of ${outcome} to ${target} is given up`, error],
};

/** The steps of a request as a list. */
export function steps(lines, start) {
  return element("ol", { class: "steps" }, lines.map((line) => step(line, start)));
}

function step(line, start) {
  const say = STEPS[line.step] ?? (() => ["•", "plain", line.step.replaceAll("_", " ")]);
  const [glyph, tone, text, more] = say(line.detail, line);
  return element("li", { class: tone },
    element("span", { class: "glyph", "aria-hidden": "true" }, glyph),
    element("span", { class: "when" }, `+${length(seconds(start, line.time))}`),
    element("span", { class: "what" }, text, more ? element("span", { class: "more" }, more) : null,
      line.detail.log ? element("details", { id: `log-${line.number}` }, element("summary", {}, "What it printed"), element("pre", {}, line.detail.log)) : null));
}

/** Attempts, waits and deliveries of a request on one scale of time. */
export function chart(request, lines, deliveries, now) {
  const start = request.accepted_at;
  const ends = [...lines.map((line) => line.time), ...deliveries.map((each) => each.ended_at ?? now), request.finished_at ?? now];
  const whole = Math.max(...ends.map((end) => seconds(start, end)), 0.001);
  const at = (time) => LEFT + (Math.min(Math.max(seconds(start, time), 0), whole) / whole) * (WIDTH - 2 * LEFT - SHORTEST);
  const bar = (from, to, lane, tone) => drawn("rect", { class: `bar ${tone}`, x: at(from), y: lane * LANE + 4, width: Math.max(at(to) - at(from), SHORTEST), height: LANE - 8, rx: 2 });
  const marks = [
    ...lines.filter((line) => line.step === "waiting").map((line) => bar(line.time, earlier(line.detail.until, request.finished_at ?? now), 0, "pause")),
    ...lines.filter((line) => line.detail.started_at).map((line) => bar(line.detail.started_at, line.time, 0, line.detail.result === "success" ? "good" : "bad")),
    ...deliveries.map((each, lane) => bar(each.created_at, each.ended_at ?? now, lane + 1, { DELIVERED: "good", FAILED: "bad" }[each.status] ?? "pause")),
  ];
  const height = (deliveries.length + 1) * LANE;
  const names = ["runs", ...deliveries.map((each) => `to ${each.target}`)];
  return element("div", { class: "chart", "aria-hidden": "true" },
    element("ul", { class: "plain" }, names.map((name) => element("li", {}, name))),
    drawn("svg", { viewBox: `0 0 ${WIDTH} ${height}`, height, preserveAspectRatio: "none" },
      names.map((_, lane) => drawn("path", { class: "lane", d: `M0 ${(lane + 1) * LANE}H${WIDTH}` })), marks),
    element("p", { class: "quiet" }, element("span", {}, timeOf(start)), element("span", {}, length(whole))));
}

const earlier = (one, other) => (new Date(one) < new Date(other) ? one : other);

/** Notifications of a request, each with what it holds and what it brought about. */
export function notifications(deliveries, requestLink) {
  if (!deliveries.length) return element("p", { class: "quiet" }, "Nobody is notified, or not yet.");
  return deliveries.map((each) => element("details", { id: `delivery-${each.number}` },
    element("summary", {}, `${each.outcome} to ${each.target}: ${each.status.toLowerCase()}, `, `${each.attempts} ${each.attempts === 1 ? "attempt" : "attempts"}`),
    each.error ? element("p", { class: "problem" }, each.error) : null,
    element("p", {}, whereTo(each, requestLink)),
    element("pre", { id: `event-${each.number}`, tabindex: "0", "aria-label": "The event as it is sent" }, legible(each.event))));
}

function whereTo(each, requestLink) {
  const { func_urn: urn, topic_urn: topicUrn, bucket, stream_name: stream } = each.param;
  if (each.target === "FunctionGraph") return [`invokes ${functionName(urn ?? "")} `, each.reference ? requestLink(each.reference) : ""];
  if (each.target === "OBS") return ["object ", element("a", { href: `#contents/${encodeURIComponent(bucket)}/${encodeURIComponent(each.reference)}` }, `${each.reference || "not written"}`), ` in bucket ${bucket}`];
  return [element("a", { href: "#contents" }, topicUrn ? `topic ${topicUrn.split(":").at(-1)}` : `stream ${stream ?? ""}`), each.reference ? ` as ${each.reference}` : ""];
}
