// What can be operated: the clock, what functions do, faults.

import { attempt, onSubmit, order, read, readState } from "./controls.js";
import { announce, byId, counted, element, redraw } from "./elements.js";
import { offerFunctions, parsed } from "./functions.js";

/** Ask for the faults in force and for what the chosen function does, and show them. */
export async function refresh() {
  const [state, { faults }] = await Promise.all([readState(), read("faults")]);
  offerFunctions(state);
  redraw(byId("faults"), faults.length ? faults.map(fault) : element("li", { class: "quiet" }, "No faults are in force."));
  byId("fault-lift").disabled = !faults.length;
  await showBehaviour();
}

/** Listen to the forms. */
export function start() {
  startClock();
  startBehaviour();
  startFaults();
}

function startClock() {
  const moved = ({ now }) => announce(`The clock says ${now}.`);
  onSubmit(byId("clock"), async () => moved(await order("clock", { seconds: byId("clock-seconds").valueAsNumber })));
  byId("clock-idle").addEventListener("click", () => attempt(byId("clock"), async () => moved(await order("clock", { idle: true }))));
}

const VALUES = {
  fail_times: ["How many times", "2", (text) => parsed(text)],
  fails: ["Message", "there is no such article", (text) => text || true],
  returns: ["JSON", '{"state": "accepted"}', parsed],
  system_error: ["How many times", "1", (text) => parsed(text)],
  sleep_seconds: ["Seconds", "2", (text) => parsed(text)],
};

function startBehaviour() {
  const kind = byId("behaviour-kind");
  kind.addEventListener("change", () => {
    const [label, value] = VALUES[kind.value] ?? ["Value", ""];
    byId("behaviour-value-label").firstChild.data = `${label} `;
    byId("behaviour-value-label").hidden = !Object.hasOwn(VALUES, kind.value);
    byId("behaviour-value").value = value;
  });
  byId("behaviour-function").addEventListener("change", showBehaviour);
  onSubmit(byId("behaviour"), async () => {
    const told = Object.hasOwn(VALUES, kind.value) ? { [kind.value]: VALUES[kind.value][2](byId("behaviour-value").value) } : { clear: true };
    await order("script", { function: byId("behaviour-function").value, ...told });
    await showBehaviour();
  });
}

async function showBehaviour() {
  const name = byId("behaviour-function").value;
  if (!name) return;
  const { behaviour } = await read("script", { function: name });
  byId("behaviour-now").textContent = `${name} ${behaviour ? `is told ${JSON.stringify(behaviour)}` : "does what its code says; without code it returns its event"}.`;
}

function startFaults() {
  const kind = byId("fault-kind"), value = byId("fault-value");
  kind.addEventListener("change", () => {
    const valued = kind.value === "status" || kind.value === "delay_seconds";
    byId("fault-value-label").hidden = !valued;
    byId("fault-value-label").firstChild.data = kind.value === "status" ? "Status " : "Seconds ";
    value.required = valued;
    value.value = kind.value === "status" ? "503" : "2";
  });
  onSubmit(byId("fault"), async () => {
    const times = byId("fault-times").valueAsNumber;
    const { faults } = await order("faults", {
      ...(byId("fault-service").value && { service: byId("fault-service").value }),
      ...(byId("fault-operation").value.trim() && { operation: byId("fault-operation").value.trim() }),
      ...(times && { nth: 1, times }),
      [kind.value]: value.required ? value.valueAsNumber : true,
    });
    announce(`${counted(faults.length, "fault")} in force.`);
  });
  byId("fault-lift").addEventListener("click", () => attempt(byId("fault"), () => order("faults", undefined, "DELETE")));
}

function fault({ calls, service, operation, ...rest }) {
  const said = Object.entries(rest).map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`);
  return element("li", {}, `${service ?? "any service"} ${operation ?? "any operation"}: ${said.join(", ")} `, element("span", { class: "quiet" }, `has counted ${counted(calls, "call")}`));
}
