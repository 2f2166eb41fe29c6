// The graph of a cloud: functions, targets and what leads from one to another.

const nameOfUrn = (urn) => urn.split(":").at(-1);

/** A function as orders take it: package and version only where they are not the usual ones. */
export function functionName(urn) {
  const [, , , , , place, name, version] = urn.split(":");
  if (name === undefined) return urn;
  if (version !== undefined && version !== "latest") return `${place}/${name}:${version}`;
  return place === "default" ? name : `${place}/${name}`;
}

const withoutVersion = (urn) => urn.split(":").slice(0, 7).join(":");

const function_ = (urn) => ({ id: withoutVersion(urn), kind: "function", label: functionName(withoutVersion(urn)) });
const topic = (urn) => ({ id: urn, kind: "topic", label: nameOfUrn(urn) });
const bucket = (name) => ({ id: `obs:${name}`, kind: "bucket", label: name });
const stream = (name, project) => ({ id: `dis:${project}:${name}`, kind: "stream", label: name });

/** What a target of a config leads to, null where none is set. */
export function targetOf(target, project) {
  if (!target?.destination) return null;
  let param;
  try {
    param = JSON.parse(target.param);
  } catch {
    param = {};
  }
  const { func_urn: urn, topic_urn: topicUrn, bucket: name, stream_name: streamName } = param ?? {};
  if (target.destination === "FunctionGraph" && urn) return function_(urn);
  if (target.destination === "SMN" && topicUrn) return topic(topicUrn);
  if (target.destination === "OBS" && name) return bucket(name);
  if (target.destination === "DIS" && streamName) return stream(streamName, project);
  return { id: `${target.destination} ${target.param}`, kind: "unknown", label: `${target.destination} ${target.param}` };
}

/** What triggers a function, null for a timer. */
export function originOf(trigger, project) {
  const data = trigger.event_data ?? {};
  if (data.topic_urn) return topic(data.topic_urn);
  if (data.bucket) return bucket(data.bucket);
  if (data.stream_name) return stream(data.stream_name, project);
  return null;
}

const edge = (from, to, kind, said) => ({ from: from.id, to: to.id, kind, said, ends: [from, to] });

function edgesOfFunction(each) {
  const from = function_(each.func_urn);
  const results = Object.entries(each.async_configs).flatMap(([version, config]) =>
    ["success", "failure"].map((outcome) => {
      const to = targetOf(config.destination_config?.[`on_${outcome}`], each.namespace);
      return to && edge(from, to, outcome, `${functionName(`${each.func_urn}:${version}`)} on ${outcome}`);
    }),
  );
  const triggers = each.triggers.map((trigger) => {
    const origin = originOf(trigger, each.namespace);
    return origin && edge(origin, from, "trigger", `${origin.kind} ${origin.label} triggers ${from.label}`);
  });
  return [...results, ...triggers].filter(Boolean);
}

function edgesOfBucket(each) {
  return each.notifications
    .map(({ kind, target }) => (kind === "topic" ? topic(target) : kind === "function" ? function_(target) : null))
    .filter(Boolean)
    .map((to) => edge(bucket(each.name), to, "trigger", `bucket ${each.name} notifies ${to.label}`));
}

/** Nodes that an edge touches, and edges, each once; what is not in the cloud is marked as missing. */
export function graphOf(state) {
  const present = [
    ...state.functions.map((each) => function_(each.func_urn)),
    ...state.topics.map((each) => topic(each.topic_urn)),
    ...state.buckets.map((each) => bucket(each.name)),
    ...state.streams.map((each) => stream(each.name, each.project_id)),
  ];
  const known = new Set(present.map((node) => node.id));
  const edges = new Map();
  for (const each of [...state.functions.flatMap(edgesOfFunction), ...state.buckets.flatMap(edgesOfBucket)]) {
    const key = JSON.stringify([each.from, each.to, each.kind]);
    const former = edges.get(key);
    edges.set(key, former ? { ...former, said: `${former.said}; ${each.said}` } : each);
  }
  const nodes = new Map();
  for (const { ends } of edges.values()) for (const node of ends) nodes.set(node.id, { ...node, missing: !known.has(node.id) });
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** The part of a graph that has what `keeps` a node, and the neighbours of that. */
export function around(graph, keeps) {
  const chosen = new Set(graph.nodes.filter(keeps).map((node) => node.id));
  const edges = graph.edges.filter((each) => chosen.has(each.from) || chosen.has(each.to));
  const kept = new Set([...chosen, ...edges.flatMap((each) => [each.from, each.to])]);
  return { nodes: graph.nodes.filter((node) => kept.has(node.id)), edges };
}

const SHARED_BY = 4;

/** A graph whose targets that many share, and that lead nowhere, are drawn once at each source. */
export function withLeaves({ nodes, edges }) {
  const leads = new Set(edges.map((each) => each.from));
  const sources = new Map(nodes.map((node) => [node.id, new Set()]));
  for (const each of edges) sources.get(each.to).add(each.from);
  const isShared = (id) => !leads.has(id) && sources.get(id).size >= SHARED_BY;
  const leaf = (id, source) => `${id} at ${source}`;
  const split = nodes.flatMap((node) =>
    isShared(node.id) ? [...sources.get(node.id)].map((source) => ({ ...node, id: leaf(node.id, source), shared: sources.get(node.id).size })) : [node]);
  return { nodes: split, edges: edges.map((each) => (isShared(each.to) ? { ...each, to: leaf(each.to, each.from) } : each)) };
}

/** The connected parts of a graph, in the order of its nodes. */
export function partsOf({ nodes, edges }) {
  const near = new Map(nodes.map((node) => [node.id, []]));
  for (const each of edges) {
    near.get(each.from).push(each.to);
    near.get(each.to).push(each.from);
  }
  const part = new Map();
  let count = 0;
  for (const { id: root } of nodes) {
    if (part.has(root)) continue;
    const work = [root];
    part.set(root, count);
    while (work.length) {
      for (const id of near.get(work.pop())) if (!part.has(id)) { part.set(id, count); work.push(id); }
    }
    count += 1;
  }
  const parts = Array.from({ length: count }, () => ({ nodes: [], edges: [] }));
  for (const node of nodes) parts[part.get(node.id)].nodes.push(node);
  for (const each of edges) parts[part.get(each.from)].edges.push(each);
  return parts;
}

/** Sets of nodes that lead back to themselves (strongly connected components; Tarjan, without recursion). */
export function loopsOf({ nodes, edges }) {
  const next = new Map(nodes.map((node) => [node.id, []]));
  for (const each of edges) next.get(each.from).push(each.to);
  const index = new Map(), low = new Map(), stack = [], inside = new Set(), found = [];
  for (const { id: root } of nodes) {
    if (index.has(root)) continue;
    const work = [[root, 0]];
    while (work.length) {
      const [id, position] = work.at(-1);
      if (position === 0) {
        index.set(id, index.size);
        low.set(id, index.get(id));
        stack.push(id);
        inside.add(id);
      }
      const target = next.get(id)[position];
      if (target !== undefined) {
        work.at(-1)[1] += 1;
        if (!index.has(target)) work.push([target, 0]);
        else if (inside.has(target)) low.set(id, Math.min(low.get(id), index.get(target)));
        continue;
      }
      work.pop();
      if (work.length) low.set(work.at(-1)[0], Math.min(low.get(work.at(-1)[0]), low.get(id)));
      if (low.get(id) !== index.get(id)) continue;
      const members = stack.splice(stack.indexOf(id));
      members.forEach((each) => inside.delete(each));
      if (members.length > 1 || next.get(id).includes(id)) found.push(members);
    }
  }
  return found;
}
