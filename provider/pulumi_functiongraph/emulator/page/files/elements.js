// Elements of the page. A text is only ever set as text, so nothing that a function or a client
// says can become markup.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

function made(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** An element; an attribute whose value is a function listens to the event of that name. */
export const element = (name, attributes = {}, ...children) => made(document.createElement(name), attributes, children);

/** An element of a drawing. */
export const drawn = (name, attributes = {}, ...children) => made(document.createElementNS(SVG, name), attributes, children);

/**
 * Put children in place of those before. Focus, open details and scrolling stay where they are;
 * where nothing differs, nothing is touched, so that a selection stays, too.
 */
export function redraw(parent, ...children) {
  const anew = made(parent.cloneNode(false), {}, children);
  const open = new Set([...parent.querySelectorAll("details[open][id]")].map((each) => each.id));
  for (const each of anew.querySelectorAll("details[id]")) if (open.has(each.id)) each.open = true;
  if (anew.isEqualNode(parent)) return;
  const focused = parent.contains(document.activeElement) ? document.activeElement.id : "";
  const scrolled = [...parent.querySelectorAll("[id]")].filter((each) => each.scrollTop).map((each) => [each.id, each.scrollTop]);
  parent.replaceChildren(...anew.childNodes);
  for (const [id, top] of scrolled) if (byId(id)) byId(id).scrollTop = top;
  if (focused) byId(focused)?.focus({ preventScroll: true });
}

/** Offer choices in a select; what is chosen stays where it is still offered. */
export function offer(select, choices) {
  const wanted = JSON.stringify(choices);
  if (select.dataset.choices === wanted) return;
  const chosen = select.value;
  select.replaceChildren(...choices.map(([value, text]) => element("option", { value }, text)));
  if (choices.some(([value]) => value === chosen)) select.value = chosen;
  select.dataset.choices = wanted;
}

/** JSON as lines to read; any other text as it is. */
export function legible(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The time of day of an instant, in UTC as the cloud has it. */
export const timeOf = (instant) => (instant === null ? "" : new Date(instant).toISOString().slice(11, 23));

/** "1 message", "2 messages". */
export const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** Say something to those who listen to the page. */
export function announce(text) {
  byId("news").textContent = text;
}
