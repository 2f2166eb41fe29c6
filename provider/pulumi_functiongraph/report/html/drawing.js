// Makes a picture that is there already easier to read: zoom, search, and one node with its
// neighbours. Without it everything is shown, and nothing else is lost.
"use strict";
(() => {
  const pictures = document.getElementById("pictures");
  const tools = document.getElementById("tools");
  const parts = [...pictures.querySelectorAll(".part")];
  const nodes = [...pictures.querySelectorAll(".node")];
  const edges = [...pictures.querySelectorAll(".edge")];
  const search = tools.querySelector("input");
  const depth = tools.querySelector("select");
  const status = tools.querySelector("[role=status]");
  const sizes = parts.map((part) => [Number(part.getAttribute("width")), Number(part.getAttribute("height"))]);
  const neighbours = new Map();
  for (const edge of edges) {
    const { source, target } = edge.dataset;
    for (const [one, other] of [[source, target], [target, source]]) {
      if (!neighbours.has(one)) neighbours.set(one, new Set());
      neighbours.get(one).add(other);
    }
  }
  const textOf = (node) => [...node.querySelectorAll("text")].map((each) => each.textContent).join("");
  const nameOf = (number) => textOf(nodes.find((node) => node.dataset.node === number));

  let scale = 1;
  function zoom(wanted) {
    const before = scale;
    const { scrollLeft, scrollTop } = pictures;
    scale = Math.min(3, Math.max(0.15, wanted));
    parts.forEach((part, at) => {
      part.setAttribute("width", sizes[at][0] * scale);
      part.setAttribute("height", sizes[at][1] * scale);
    });
    pictures.scrollTo(scrollLeft * scale / before, scrollTop * scale / before);
  }
  function fit() {
    const shown = parts.map((part, at) => (part.classList.contains("hidden") ? 0 : sizes[at][0]));
    zoom(Math.min(1, (pictures.clientWidth - 22) / Math.max(1, ...shown)));
  }

  function around(number, steps) {
    const found = new Set([number]);
    let border = [number];
    for (let step = 0; step < steps && border.length; step += 1) {
      border = border.flatMap((each) => [...(neighbours.get(each) ?? [])]).filter((each) => !found.has(each));
      border.forEach((each) => found.add(each));
    }
    return found;
  }
  function show(into) {
    const box = into.getBoundingClientRect();
    const frame = pictures.getBoundingClientRect();
    pictures.scrollBy(
      box.left + box.width / 2 - frame.left - frame.width / 2,
      box.top + box.height / 2 - frame.top - frame.height / 2,
    );
  }

  let chosen = null;
  function focus(number) {
    chosen = number;
    const kept = number === null ? null : around(number, Number(depth.value));
    const isBeside = (edge) => !kept || (kept.has(edge.dataset.source) && kept.has(edge.dataset.target));
    for (const edge of edges) edge.classList.toggle("aside", !isBeside(edge));
    for (const node of nodes) {
      node.classList.toggle("aside", Boolean(kept) && !kept.has(node.dataset.node));
      node.classList.toggle("chosen", node.dataset.node === number);
    }
    // A copy below a source is shown with that source only, and a part where nothing is left is not.
    for (const part of parts) {
      const own = [...part.querySelectorAll(".edge:not(.aside), .node:not(.leaf):not(.aside)")];
      part.classList.toggle("hidden", own.length === 0);
    }
    if (kept) {
      status.textContent = `${nameOf(number)} and ${kept.size - 1} around it`;
      const first = nodes.find((node) => node.dataset.node === number && !node.closest(".hidden"));
      if (first) show(first);
    } else {
      status.textContent = "";
    }
  }

  window.addEventListener("hashchange", () => {
    const node = document.getElementById(location.hash.slice(1))?.closest(".node");
    if (!node) return;
    focus(node.dataset.node);
    pictures.scrollIntoView({ block: "center" });
  });

  let hits = [];
  let hit = 0;
  function find() {
    const wanted = search.value.trim().toLowerCase();
    focus(null);
    hits = wanted ? nodes.filter((node) => (
      textOf(node).toLowerCase().includes(wanted) ||
      node.querySelector("title").textContent.toLowerCase().includes(wanted)
    )) : [];
    for (const node of nodes) node.classList.toggle("found", hits.includes(node));
    hit = 0;
    const names = new Set(hits.map((node) => node.dataset.node));
    if (wanted) status.textContent = `${names.size} found; Enter goes on`;
    if (hits.length) show(hits[0]);
  }
  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !hits.length) return;
    event.preventDefault();
    if (event.ctrlKey) {
      focus(hits[hit].dataset.node);
    } else {
      hit = (hit + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
      show(hits[hit]);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    search.value = "";
    find();
  });
  depth.addEventListener("change", () => focus(chosen));
  tools.addEventListener("click", (event) => {
    const does = { in: () => zoom(scale * 1.25), out: () => zoom(scale / 1.25), fit, all: () => { search.value = ""; find(); } };
    does[event.target.dataset.does]?.();
  });
  pictures.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
  }, { passive: false });

  let grip = null;
  let moved = 0;
  pictures.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    grip = [event.clientX, event.clientY];
    moved = 0;
  });
  window.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const [x, y] = [event.clientX - grip[0], event.clientY - grip[1]];
    moved += Math.abs(x) + Math.abs(y);
    pictures.scrollBy(-x, -y);
    grip = [event.clientX, event.clientY];
  });
  window.addEventListener("pointerup", () => { grip = null; });
  pictures.addEventListener("dragstart", (event) => event.preventDefault());
  function choose(event) {
    const node = event.target.closest(".node");
    if (!node) return;
    event.preventDefault();
    if (moved < 5) focus(node.dataset.node === chosen ? null : node.dataset.node);
  }
  pictures.addEventListener("click", choose);
  pictures.addEventListener("keydown", (event) => {
    moved = 0;
    if (event.key === "Enter" || event.key === " ") choose(event);
  });
  for (const part of parts) part.setAttribute("role", "group");
  for (const node of nodes) {
    if (node.closest("a")) continue; // which a keyboard reaches by itself
    node.tabIndex = 0;
    node.setAttribute("role", "button");
  }
  tools.hidden = false;
  pictures.classList.add("live");
  // A box may stand in the middle of a long way; the first screen is never without one.
  const frame = pictures.getBoundingClientRect();
  const isSeen = (node) => {
    const box = node.getBoundingClientRect();
    return box.top < frame.bottom && box.left < frame.right;
  };
  if (!nodes.some(isSeen)) show(nodes[0]);
})();
