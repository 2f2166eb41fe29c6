// A drawing of a graph. Each connected part has layers from left to right: each edge leads to a
// later layer, but for those that close a loop. Parts stand beside and below each other,
// those with loops first.

import { loopsOf, partsOf } from "./graph.js";

export const BOX = { width: 168, height: 38 };
const GAP = { x: 54, y: 20 };
const TOP = 12;
const SWEEPS = 6;

function closingEdges(nodes, outgoing) {
  const closing = new Set(), state = new Map();
  for (const { id: root } of nodes) {
    if (state.has(root)) continue;
    const work = [[root, 0]];
    state.set(root, "open");
    while (work.length) {
      const [id, position] = work.at(-1);
      const each = outgoing.get(id)[position];
      if (each === undefined) {
        state.set(id, "done");
        work.pop();
        continue;
      }
      work.at(-1)[1] += 1;
      if (state.get(each.to) === "open") closing.add(each);
      else if (!state.has(each.to)) {
        state.set(each.to, "open");
        work.push([each.to, 0]);
      }
    }
  }
  return closing;
}

function layersOf(nodes, edges) {
  const layer = new Map(nodes.map((node) => [node.id, 0]));
  const waiting = new Map(nodes.map((node) => [node.id, 0]));
  for (const each of edges) waiting.set(each.to, waiting.get(each.to) + 1);
  const ready = nodes.filter((node) => !waiting.get(node.id)).map((node) => node.id);
  while (ready.length) {
    const id = ready.shift();
    for (const each of edges.filter((one) => one.from === id)) {
      layer.set(each.to, Math.max(layer.get(each.to), layer.get(id) + 1));
      waiting.set(each.to, waiting.get(each.to) - 1);
      if (!waiting.get(each.to)) ready.push(each.to);
    }
  }
  return layer;
}

/** Places in each layer: those of nodes, and one for each layer that an edge passes through. */
function placesOf(nodes, edges, layer) {
  const rows = [], links = [], ways = new Map();
  const place = (at, item) => ((rows[at] ??= []).push(item), item);
  const items = new Map(nodes.map((node) => [node.id, place(layer.get(node.id), { node })]));
  for (const each of edges) {
    let [from, to] = [each.from, each.to];
    if (layer.get(from) > layer.get(to)) [from, to] = [to, from];
    const way = [items.get(from)];
    for (let at = layer.get(from) + 1; at < layer.get(to); at += 1) way.push(place(at, { passes: each }));
    if (from !== to) way.push(items.get(to));
    for (let at = 1; at < way.length; at += 1) links.push([way[at - 1], way[at]]);
    ways.set(each, from === each.from ? way : way.reverse());
  }
  return { rows: [...rows].map((row) => row ?? []), links, ways, items };
}

function arrange(rows, links) {
  const near = new Map(rows.flat().map((item) => [item, []]));
  for (const [left, right] of links) {
    near.get(left).push(right);
    near.get(right).push(left);
  }
  rows.forEach((row) => row.forEach((item, at) => (item.at = at)));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const order = sweep % 2 ? [...rows].reverse() : rows;
    for (const row of order) {
      const middle = (item) => near.get(item).reduce((sum, other) => sum + other.at, 0) / near.get(item).length;
      const wish = new Map(row.map((item) => [item, near.get(item).length ? middle(item) : item.at]));
      row.sort((one, other) => wish.get(one) - wish.get(other));
      row.forEach((item, at) => (item.at = at));
    }
  }
}

function setCoordinates(rows) {
  const step = BOX.height + GAP.y;
  const heights = rows.map((row) => row.reduce((sum, item) => sum + (item.node ? step : step / 2), 0));
  const height = Math.max(...heights, step);
  rows.forEach((row, layer) => {
    let y = TOP + (height - heights[layer]) / 2;
    for (const item of row) {
      const room = item.node ? step : step / 2;
      item.x = GAP.x / 2 + layer * (BOX.width + GAP.x);
      item.y = y + room / 2;
      y += room;
    }
  });
  return { width: rows.length * (BOX.width + GAP.x), height: TOP + height };
}

/** Where boxes are, and through which points each edge goes, within `room` pixels where that can be. */
export function layout(graph, room) {
  const boxes = [], ways = [];
  let [x, y, shelf, width] = [0, 0, 0, 0];
  const parts = partsOf(graph).map(layoutOfPart).sort((one, other) => other.loops - one.loops || other.height - one.height);
  for (const part of parts) {
    if (x > 0 && x + part.width > room) [x, y, shelf] = [0, y + shelf, 0];
    boxes.push(...part.boxes.map((box) => ({ ...box, x: box.x + x, y: box.y + y })));
    ways.push(...part.ways.map((way) => ({ ...way, points: way.points.map(([at, height]) => [at + x, height + y]) })));
    x += part.width;
    shelf = Math.max(shelf, part.height);
    width = Math.max(width, x);
  }
  return { width, height: y + shelf, boxes, ways };
}

function layoutOfPart({ nodes, edges }) {
  const outgoing = new Map(nodes.map((node) => [node.id, []]));
  for (const each of edges) outgoing.get(each.from).push(each);
  const closing = closingEdges(nodes, outgoing);
  const layer = layersOf(nodes, edges.filter((each) => !closing.has(each)));
  const { rows, links, ways, items } = placesOf(nodes, edges, layer);
  arrange(rows, links);
  const size = setCoordinates(rows);
  const boxes = [...items.values()].map(({ node, x, y }) => ({ node, x, y: y - BOX.height / 2 }));
  return { ...size, loops: loopsOf({ nodes, edges }).length, boxes, ways: edges.map((each) => ({ edge: each, points: pointsOf(each, ways.get(each)) })) };
}

function pointsOf(edge, way) {
  if (edge.from === edge.to) {
    const [{ x, y }] = way;
    return [[x + BOX.width - 24, y - BOX.height / 2], [x + BOX.width, y - 6]];
  }
  const forwards = way[0].x < way.at(-1).x;
  const [out, into] = forwards ? [BOX.width, 0] : [0, BOX.width];
  const shift = { success: -8, failure: 8, trigger: 0 }[edge.kind];
  return way.flatMap((item, at) => {
    if (at === 0) return [[item.x + out, item.y + shift]];
    if (at === way.length - 1) return [[item.x + into, item.y + shift]];
    return [[item.x + into, item.y], [item.x + out, item.y]];
  });
}
