// What topics, streams and buckets hold.

import { read, readState } from "./controls.js";
import { byId, counted, element, legible, redraw } from "./elements.js";

const LISTED = 20, OBJECTS = 100;

const none = (text) => element("p", { class: "quiet" }, text);
const rest = (list, count, noun) => (count > list.length ? none(`The last ${list.length} of ${counted(count, noun)}.`) : null);

/** Ask for what the cloud holds, and show it; a bucket and a key open that object. */
export async function refresh([bucket, key]) {
  const state = await readState();
  redraw(byId("topics"), state.topics.length ? await Promise.all(state.topics.map(topic)) : none("No topics."));
  redraw(byId("streams"), state.streams.length ? await Promise.all(state.streams.map(stream)) : none("No streams."));
  redraw(byId("buckets"), state.buckets.length ? await Promise.all(state.buckets.map((each) => shownBucket(each, key && each.name === bucket))) : none("No buckets."));
  if (bucket && key) openObject(bucket, key);
}

/** Details whose content is asked for when they are opened, and again while they are open. */
async function opening(id, attributes, summary, load, wanted = false) {
  const content = element("div", {});
  const details = element("details", { id, ...attributes }, summary, content);
  const fill = async () => {
    try {
      content.replaceChildren(...[await load()].flat(Infinity).filter(Boolean));
    } catch (error) {
      content.replaceChildren(element("p", { class: "problem" }, error.message));
    }
  };
  details.addEventListener("toggle", () => details.open && !content.hasChildNodes() && fill());
  if (wanted || byId(id)?.open) await fill();
  return details;
}

const part = (id, name, count, load, wanted) => opening(id, { class: "part" }, element("summary", {}, element("strong", {}, name), ` ${count}`), load, wanted);

function topic({ topic_urn: urn, subscriptions, counts }) {
  const name = urn.split(":").at(-1);
  return part(`topic-${urn}`, name, `${counted(counts.messages, "message")}, ${counted(subscriptions.length, "subscription")}`, async () => {
    const { messages, calls } = await read("contents", { topic_urn: urn, last: LISTED });
    return [
      subscriptions.length ? element("ul", {}, subscriptions.map((each) => element("li", {}, `${each.protocol} ${each.endpoint}`, each.status === 1 ? "" : " (not confirmed)"))) : null,
      messages.reverse().map((each, at) => element("article", { class: "entry" }, each.subject ? element("h4", {}, each.subject) : null, pre(`topic-${urn}-${at}`, "Message", each.message))),
      rest(messages, counts.messages, "message"),
      calls.length ? [element("h4", {}, "Calls of subscribers"), element("ul", {}, calls.reverse().map((each) => element("li", {}, `${each.protocol} ${each.endpoint}: ${each.status.toLowerCase()}, ${counted(each.attempts, "attempt")}${each.error ? `, ${each.error}` : ""}`))), rest(calls, counts.calls, "call")] : null,
      counts.messages ? null : none("No message yet."),
    ];
  });
}

function stream({ name, project_id: project, status, counts }) {
  return part(`stream-${project}-${name}`, name, `${counted(counts.records, "record")}${status === "RUNNING" ? "" : `, ${status}`}`, async () => {
    const { records } = await read("contents", { stream: name, project_id: project, last: LISTED });
    return [
      records.reverse().map((each, at) => element("article", { class: "entry" }, element("h4", {}, `key ${each.partition_key}`), pre(`stream-${project}-${name}-${at}`, "Record", decoded(each.data)))),
      rest(records, counts.records, "record"),
      counts.records ? null : none("No record yet."),
    ];
  });
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

function shownBucket({ name, region, counts }, wanted) {
  return part(`bucket-${name}`, name, `${counted(counts.objects, "object")}, ${region}`, async () => {
    const { objects } = await read("contents", { bucket: name, last: OBJECTS });
    const shown = await Promise.all(objects.reverse().map((key) => object(name, key)));
    return [shown, rest(objects, counts.objects, "object"), counts.objects ? null : none("No object yet.")];
  }, wanted);
}

const object = (bucket, key) => opening(objectId(bucket, key), { class: "entry" }, element("summary", {}, key), async () => {
  const found = await read("object", { bucket, key });
  const kind = `${counted(found.bytes, "byte")}${found.content_type ? `, ${found.content_type}` : ""}`;
  return [element("p", { class: "quiet" }, kind), found.text === null ? none("It is not text.") : pre(`text-${bucket}/${key}`, "Content", found.text)];
});

let opened = "";

function openObject(bucket, key) {
  const details = byId(objectId(bucket, key));
  if (!details || opened === location.hash) return;
  opened = location.hash;
  byId(`bucket-${bucket}`).open = details.open = true;
  details.querySelector("summary").focus();
}

const pre = (id, label, text) => element("pre", { id, tabindex: "0", "aria-label": label }, legible(text));
