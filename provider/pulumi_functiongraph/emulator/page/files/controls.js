// The controls of the local cloud, as docs/conformance.md lists them.

let after = () => {};

/** Call `listener` after each order that may have changed something. */
export function onOrder(listener) {
  after = listener;
}

async function ask(method, name, body) {
  const options = { method, cache: "no-store", redirect: "error" };
  if (body !== undefined) Object.assign(options, { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  const answer = await fetch(`/_emulator/${name}`, options);
  const document = await answer.json();
  if (!answer.ok) throw Object.assign(new Error((document.problems ?? [`status ${answer.status}`]).join("; ")), { isRefused: answer.status === 400 });
  return document;
}

const damaged = new Set();

/** What a control shows; parameters that are empty are left out. */
export async function read(name, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== "" && value !== null));
  const document = await ask("GET", query.size ? `${name}?${query}` : name);
  for (const each of document.unreadable ?? []) damaged.add(each);
  return document;
}

/** What the cloud holds, with numbers in place of messages, calls, records and objects. */
export const readState = () => read("state", { contents: "counts" });

/** What an order comes to, or another value where it is refused, as what asks for something that is gone. */
export async function unlessRefused(asked, otherwise) {
  try {
    return await asked;
  } catch (problem) {
    if (!problem.isRefused) throw problem;
    return otherwise;
  }
}

/** What was said, since this was asked, of rows of the state that cannot be read. */
export function unreadable() {
  const said = [...damaged];
  damaged.clear();
  return said;
}

/** Give an order. */
export async function order(name, body, method = "POST") {
  try {
    return await ask(method, name, body);
  } finally {
    after();
  }
}

/** Let a form give an order; what is refused is said in the form. */
export function onSubmit(form, give) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(form, give);
  });
}

/** Give an order for a form, and say in it why it is refused. */
export async function attempt(form, give) {
  const problem = form.querySelector(".problem");
  problem.textContent = "";
  try {
    await give();
  } catch (error) {
    problem.textContent = error.message;
  }
}
