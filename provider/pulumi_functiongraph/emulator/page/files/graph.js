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
