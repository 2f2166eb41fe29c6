// What topics, streams and buckets hold.

import { read } from "./controls.js";
import { byId, counted, element, legible, redraw } from "./elements.js";

const LISTED = 100;

const none = (text) => element("p", { class: "quiet" }, text);
const last = (list) => list.slice(-LISTED).reverse();
const rest = (list) => (list.length > LISTED ? none(`The last ${LISTED} of ${counted(list.length, "entry").replace("entrys", "entries")}.`) : null);

/** Ask for what the cloud holds, and show it; a bucket and a key open that object. */
export async function refresh([bucket, key]) {
  const state = await read("state");
  redraw(byId("topics"), state.topics.length ? state.topics.map(topic) : none("No topics."));
  redraw(byId("streams"), state.streams.length ? state.streams.map(stream) : none("No streams."));
  redraw(byId("buckets"), state.buckets.length ? await Promise.all(state.buckets.map(shownBucket)) : none("No buckets."));
  if (bucket && key) openObject(bucket, key);
}

function part(id, name, count, children) {
  return element("details", { id, class: "part" }, element("summary", {}, element("strong", {}, name), ` ${count}`), children);
}

function topic({ topic_urn: urn, subscriptions, messages, calls }) {
  const name = urn.split(":").at(-1);
  return part(`topic-${urn}`, name, `${counted(messages.length, "message")}, ${counted(subscriptions.length, "subscription")}`, [
    subscriptions.length ? element("ul", {}, subscriptions.map((each) => element("li", {}, `${each.protocol} ${each.endpoint}`, each.status === 1 ? "" : " (not confirmed)"))) : null,
    last(messages).map((each, at) => element("article", { class: "entry" }, each.subject ? element("h4", {}, each.subject) : null, pre(`topic-${urn}-${at}`, "Message", each.message))),
    rest(messages),
    calls.length ? [element("h4", {}, "Calls of subscribers"), element("ul", {}, last(calls).map((each) => element("li", {}, `${each.protocol} ${each.endpoint}: ${each.status.toLowerCase()}, ${counted(each.attempts, "attempt")}${each.error ? `, ${each.error}` : ""}`)))] : null,
    messages.length ? null : none("No message yet."),
  ]);
}

function stream({ name, project_id: project, status, records }) {
  return part(`stream-${project}-${name}`, name, `${counted(records.length, "record")}${status === "RUNNING" ? "" : `, ${status}`}`, [
    last(records).map((each, at) => element("article", { class: "entry" }, element("h4", {}, `key ${each.partition_key}`), pre(`stream-${project}-${name}-${at}`, "Record", decoded(each.data)))),
    rest(records),
    records.length ? null : none("No record yet."),
  ]);
}

/** Text that a record holds in base64, where it is text. */
function decoded(data) {
  try {
    const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return data;
  }
}

const objectId = (bucket, key) => `object-${bucket}/${key}`;

async function shownBucket({ name, region, objects }) {
  const shown = await Promise.all(last(objects).map((key) => object(name, key)));
  return part(`bucket-${name}`, name, `${counted(objects.length, "object")}, ${region}`, [shown, rest(objects), objects.length ? null : none("No object yet.")]);
}

/** An object, whose content is asked for when it is opened, and again while it is open. */
async function object(bucket, key) {
  const content = element("div", {});
  const id = objectId(bucket, key);
  const details = element("details", { id, class: "entry" }, element("summary", {}, key), content);
  details.addEventListener("toggle", () => details.open && fill(content, bucket, key));
  if (byId(id)?.open) await fill(content, bucket, key);
  return details;
}

async function fill(content, bucket, key) {
  try {
    const found = await read("object", { bucket, key });
    const kind = `${counted(found.bytes, "byte")}${found.content_type ? `, ${found.content_type}` : ""}`;
    content.replaceChildren(element("p", { class: "quiet" }, kind), found.text === null ? none("It is not text.") : pre(`text-${bucket}/${key}`, "Content", found.text));
  } catch (error) {
    content.replaceChildren(element("p", { class: "problem" }, error.message));
  }
}

let opened = "";

function openObject(bucket, key) {
  const details = byId(objectId(bucket, key));
  if (!details || opened === location.hash) return;
  opened = location.hash;
  byId(`bucket-${bucket}`).open = details.open = true;
  details.querySelector("summary").focus();
}

const pre = (id, label, text) => element("pre", { id, tabindex: "0", "aria-label": label }, legible(text));
