import type { RolloutPhase, RolloutStatus } from '../../../src/api/rollout.ts';
import { isReady } from '../../../src/emulator/steps/pod-facts.ts';
import { canonicalJson } from '../../../src/units/canonical-json.ts';
import type { Spec } from './objects.ts';
import type { Expectation } from './scenario.ts';
import { expectation } from './scenario.ts';
import type { World } from './world.ts';
import { versionOf } from './world.ts';

const NOT_OBSERVED = 'the newest generation is not observed yet';

/** The status holds these values; objects are compared field by field, lists whole. A string may be a RegExp too. */
export function status(wanted: Spec, name = 'web'): Expectation {
  return expectation(`status of ${name} has ${show(wanted)}`, (world) => {
    const seen = world.status(name);
    return seen === undefined ? NOT_OBSERVED : differenceOf(wanted, seen);
  });
}

/** The phase, and its message where given. */
export function phase(wanted: RolloutPhase, message?: string | RegExp, name = 'web'): Expectation {
  return status({ phase: wanted, ...(message === undefined ? {} : { message }) }, name);
}

/** Healthy, with this version stable. */
export function healthyOn(version: string, name = 'web'): Expectation {
  return expectation(`${name} is Healthy on ${version}`, (world) => {
    const seen = world.status(name);
    if (seen?.phase !== 'Healthy') return describePhase(seen);
    const stable = world.versionOfHash(seen.stableRS);
    return stable === version ? undefined : `Healthy on ${stable ?? 'nothing'}`;
  });
}

/** Aborted: Degraded, abortedAt set, and this version stable. */
export function abortedOn(version: string, message?: string | RegExp, name = 'web'): Expectation {
  return expectation(
    `${name} is aborted, on ${version}${message === undefined ? '' : `, saying ${message}`}`,
    (world) => {
      const seen = world.status(name);
      if (seen?.phase !== 'Degraded' || seen.abortedAt === undefined) return describePhase(seen);
      const stable = world.versionOfHash(seen.stableRS);
      if (stable !== version) return `the stable version is ${stable ?? 'none'}`;
      return message === undefined ? undefined : differenceOf(message, seen.message);
    },
  );
}

/** A condition of the status, by type: its status, and its reason and message where given. */
export function condition(
  type: string,
  wanted: Readonly<{ status: string; reason?: string; message?: string | RegExp }>,
  name = 'web',
): Expectation {
  return expectation(`condition ${type} of ${name} has ${show(wanted)}`, (world) => {
    const seen = world.status(name);
    if (seen === undefined) return NOT_OBSERVED;
    return differenceOf(
      wanted,
      seen.conditions?.find((one) => one.type === type),
    );
  });
}

/** The weights of the last rule of an HTTPRoute, which is the author's, by version or by Service name without `web-`. */
export function weights(wanted: Readonly<Record<string, number>>, name = 'web'): Expectation {
  return expectation(`weights are ${show(wanted)}`, (world) => {
    const refs = world.route(name)?.spec?.rules?.at(-1)?.backendRefs ?? [];
    const seen = Object.fromEntries(refs.map((ref) => [ref.name.replace(/^web-/, ''), ref.weight ?? 1]));
    return differenceOf(wanted, seen);
  });
}

/** The weight of the canary Service is at most this. */
export function weightAtMost(most: number, service = 'web-canary', name = 'web'): Expectation {
  return expectation(`the weight of ${service} is at most ${most}`, (world) => {
    const ref = world
      .route(name)
      ?.spec?.rules?.at(-1)
      ?.backendRefs?.find((one) => one.name === service);
    const seen = ref?.weight ?? (ref === undefined ? 0 : 1);
    return seen <= most ? undefined : `it is ${seen}`;
  });
}

/** The sizes asked of ReplicaSets by version; versions that are not named have none, or 0. */
export function sizes(wanted: Readonly<Record<string, number>>, name = 'web'): Expectation {
  return expectation(`sizes are ${show(wanted)}`, (world) =>
    compareSizes(wanted, world, name, ({ spec }) => spec.replicas ?? 1),
  );
}

/** The available pods that ReplicaSets report, by version; versions that are not named have none. */
export function available(wanted: Readonly<Record<string, number>>, name = 'web'): Expectation {
  return expectation(`available are ${show(wanted)}`, (world) =>
    compareSizes(wanted, world, name, ({ status: told }) => told?.availableReplicas ?? 0),
  );
}

/** Ready pods, of all versions or of one, are at least or at most so many. As a rule: at each change. */
export function readyPods({
  least = 0,
  most = Number.POSITIVE_INFINITY,
  version,
}: Readonly<{ least?: number; most?: number; version?: string }>): Expectation {
  const of = version === undefined ? '' : ` of ${version}`;
  return expectation(`ready pods${of}: ${least} to ${most}`, (world) => {
    const seen = world
      .pods()
      .filter((pod) => isReady(pod) && (version === undefined || versionOf(pod.spec) === version)).length;
    return seen >= least && seen <= most ? undefined : `there are ${seen}`;
  });
}

/** Pods that exist and are not on their way out, ready or not, are at most so many. */
export function podsAtMost(most: number): Expectation {
  return expectation(`at most ${most} pods`, (world) => {
    const seen = world.pods().length;
    return seen <= most ? undefined : `there are ${seen}`;
  });
}

/** The Service selects the pods of this version. */
export function serves(service: string, version: string): Expectation {
  return expectation(`${service} selects ${version}`, (world) => {
    const seen = world.versionBehind(service);
    return seen === version ? undefined : `it selects ${seen ?? 'no revision'}`;
  });
}

/** An event about an object of ours with this reason, and a note that holds this text or matches. */
export function event(reason: string, note: string | RegExp = '', regarding?: string): Expectation {
  return expectation(`event ${reason} ${note}`, (world) => {
    const alike = world
      .events()
      .filter((one) => one.reason === reason && (regarding === undefined || one.regarding?.name === regarding));
    const found = alike.some(({ note: text = '' }) =>
      typeof note === 'string' ? text.includes(note) : note.test(text),
    );
    if (found) return undefined;
    return alike.length === 0 ? 'there is none' : `there are: ${alike.map((one) => one.note).join(' | ')}`;
  });
}

/** The phases of the AnalysisRuns whose names contain `of`, oldest first. */
export function runs(wanted: readonly string[], of = ''): Expectation {
  return expectation(`analysis runs ${of} are ${wanted.join()}`, (world) => {
    const found = world.runs().filter(({ metadata }) => metadata.name.includes(of));
    const ordered = found.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    return differenceOf(
      wanted,
      ordered.map((run) => run.status?.phase ?? 'none'),
    );
  });
}

/** An object of a kind and name is there and holds these values. */
export function object(kind: string, name: string, wanted: Spec = {}): Expectation {
  return expectation(`${kind} ${name} has ${show(wanted)}`, (world) => {
    const seen = world.get(kind, name);
    return seen === undefined ? 'there is none' : differenceOf(wanted, seen);
  });
}

/** There is no object of that kind and name. */
export function gone(kind: string, name: string): Expectation {
  return expectation(`${kind} ${name} is gone`, (world) =>
    world.get(kind, name) === undefined ? undefined : 'it is there',
  );
}

/** So many objects of a kind are there. */
export function count(kind: string, wanted: number): Expectation {
  return expectation(`${wanted} objects of kind ${kind}`, (world) => {
    const seen = world.list(kind).length;
    return seen === wanted ? undefined : `there are ${seen}`;
  });
}

/** What of `wanted` the seen value has not, in words; undefined when it has all. */
export function differenceOf(wanted: unknown, seen: unknown, path = ''): string | undefined {
  const at = path === '' ? '' : `${path} `;
  if (wanted instanceof RegExp)
    return typeof seen === 'string' && wanted.test(seen) ? undefined : `${at}is ${show(seen)}`;
  if (
    typeof wanted === 'object' &&
    wanted !== null &&
    !Array.isArray(wanted) &&
    typeof seen === 'object' &&
    seen !== null
  ) {
    for (const [key, value] of Object.entries(wanted)) {
      const found = differenceOf(value, (seen as Spec)[key], `${path}${path === '' ? '' : '.'}${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return show(wanted) === show(seen) ? undefined : `${at}is ${show(seen)}`;
}

function compareSizes(
  wanted: Readonly<Record<string, number>>,
  world: World,
  name: string,
  sizeOf: (set: ReturnType<World['replicaSets']>[number]) => number,
): string | undefined {
  const seen = new Map<string, number>();
  for (const set of world.replicaSets(name)) {
    const version = versionOf(set.spec.template.spec);
    seen.set(version, (seen.get(version) ?? 0) + sizeOf(set));
  }
  for (const [version, size] of Object.entries(wanted))
    if (!seen.has(version)) seen.set(version, size === 0 ? 0 : Number.NaN);
  const right = [...seen].every(([version, size]) => size === (wanted[version] ?? 0));
  return right ? undefined : `they are ${show(Object.fromEntries(seen))}`;
}

function orderOf({ metadata }: ReturnType<World['runs']>[number]): string {
  return `${metadata.creationTimestamp ?? ''}/${metadata.name}`;
}

function describePhase(seen: RolloutStatus | undefined): string {
  return seen === undefined ? NOT_OBSERVED : `${seen.phase ?? 'no phase'}: ${seen.message ?? ''}`;
}

function show(value: unknown): string {
  if (value instanceof RegExp) return String(value);
  return value === undefined
    ? 'nothing'
    : canonicalJson(
        JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (inner instanceof RegExp ? String(inner) : inner))),
      );
}
