import type { KubeObject } from '../../../src/kube/resource.ts';
import { seconds } from '../../../src/units/duration.ts';
import { add, formatInstant } from '../../../src/units/instant.ts';
import { collectionOf, inGroup, resourceOf } from './kinds.ts';
import type { MetricScript } from './metrics.ts';
import { PROMETHEUS } from './metrics.ts';
import type { Spec } from './objects.ts';
import { imageOf } from './objects.ts';
import type { Deed } from './scenario.ts';
import type { Asked, Hands, Reply } from './stage.ts';

const MERGE = 'application/merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';

/** A deed of one's own. */
export function deed(told: string, act: Deed['act']): Deed {
  return { told, act };
}

/** Creates an object, or replaces the spec of the one that is there, as `kubectl apply` would. */
export function apply(object: KubeObject): Deed {
  return deed(`apply ${object.kind ?? ''} ${object.metadata.name}`, async (hands) => {
    await applyObject(hands, object);
  });
}

/** Merges a patch into the main object: `patch('Service', 'web', { spec: { … } })`. */
export function patch(kind: string, name: string, body: Spec): Deed {
  return deed(`patch ${kind} ${name} ${JSON.stringify(body)}`, (hands) => send(hands, 'PATCH', kind, name, body));
}

/** JSON Patch operations on the main object. */
export function jsonPatch(kind: string, name: string, operations: readonly Spec[]): Deed {
  return deed(`json patch ${kind} ${name} ${JSON.stringify(operations)}`, (hands) =>
    send(hands, 'PATCH', kind, name, operations, { contentType: JSON_PATCH }),
  );
}

/** Merges a patch into the status, as Argo's clients do. */
export function patchStatus(status: Spec, name = 'web', kind = 'Rollout'): Deed {
  return deed(`patch status of ${kind} ${name} ${JSON.stringify(status)}`, (hands) =>
    send(hands, 'PATCH', kind, name, { status }, { subresource: 'status' }),
  );
}

/** Merges a patch into the spec of the Rollout. */
export const patchSpec = (spec: Spec, name = 'web'): Deed => patch('Rollout', name, { spec });

/** Merges a patch into the strategy's block, `canary` or `blueGreen`. */
export const patchCanary = (block: Spec, name = 'web'): Deed => patchSpec({ strategy: { canary: block } }, name);

/** A new version: the image of the first container, by the tag. */
export function image(version: string, name = 'web'): Deed {
  const path = '/spec/template/spec/containers/0/image';
  return deed(`set the image of ${name} to ${version}`, (hands) =>
    send(hands, 'PATCH', 'Rollout', name, [{ op: 'replace', path, value: imageOf(version) }], {
      contentType: JSON_PATCH,
    }),
  );
}

/** What `promote` of Argo's clients writes while the Rollout is paused. */
export const promote = (name = 'web'): Deed => patchStatus({ pauseConditions: null }, name);
/** What `promote --full` writes. */
export const promoteFull = (name = 'web'): Deed => patchStatus({ promoteFull: true }, name);
/** What `abort` writes. */
export const abort = (name = 'web'): Deed => patchStatus({ abort: true }, name);
/** What `retry rollout` writes. */
export const retry = (name = 'web'): Deed => patchStatus({ abort: false }, name);
/** What `pause` writes. */
export const pauseRollout = (name = 'web'): Deed => patchSpec({ paused: true }, name);
/** What `resume` writes. */
export const resume = (name = 'web'): Deed => patchSpec({ paused: false }, name);

/** Another size, through the scale subresource, as an autoscaler does it. */
export function scale(replicas: number, name = 'web'): Deed {
  return deed(`scale ${name} to ${replicas}`, (hands) =>
    send(hands, 'PATCH', 'Rollout', name, { spec: { replicas } }, { subresource: 'scale' }),
  );
}

/** Another size of a version's ReplicaSet, as a person who meddles. */
export function scaleReplicaSet(version: string, replicas: number): Deed {
  return deed(`scale the ReplicaSet of ${version} to ${replicas}`, async (hands) => {
    const found = hands.world.replicaSet(version);
    if (found === undefined) throw new Error(`there is no ReplicaSet of ${version}`);
    await send(hands, 'PATCH', 'ReplicaSet', found.metadata.name, { spec: { replicas } });
  });
}

/** Deletes an object. */
export function remove(kind: string, name: string): Deed {
  return deed(`delete ${kind} ${name}`, (hands) => send(hands, 'DELETE', kind, name, undefined));
}

/** From now on Prometheus answers so; metrics that are not named stay as they were. */
export function metrics(script: MetricScript): Deed {
  return deed(`metrics are ${JSON.stringify(script)}`, (hands) => Promise.resolve(hands.metrics.play(script)));
}

/** Lets so many seconds pass. */
export function wait(length: number): Deed {
  return deed(`wait ${length} s`, (hands) => hands.pass(seconds(length)));
}

/** The server must refuse that deed, with a message in which `saying` occurs. */
export function refused(tried: Deed, saying: string): Deed {
  return deed(`${tried.told}: to be refused`, async (hands) => {
    const message = await tried.act(hands).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if (message === undefined) throw new Error(`not refused: ${tried.told}`);
    if (!message.includes(saying)) throw new Error(`refused otherwise than with '${saying}': ${message}`);
  });
}

/** Creates or replaces an object in the scenario's namespace and group. */
export async function applyObject(hands: Hands, object: KubeObject): Promise<void> {
  const { world } = hands;
  const prepared = withAddress(inGroup(object, world.group, world.namespace), hands.metrics.address);
  const resource = resourceOf(object.kind ?? '', world.group);
  const collection = collectionOf(resource, world.namespace);
  const made = await hands.ask({ method: 'POST', path: collection, body: prepared });
  if (made.status !== 409) return expectDone(made, `create ${resource.kind} ${object.metadata.name}`);
  const path = `${collection}/${object.metadata.name}`;
  for (let lost = 0; lost < LOST_RACES; lost += 1) {
    const replaced = await hands.ask(await replacement(hands, path, prepared));
    // Somebody else wrote between our reading and our writing: kubectl tries again as well.
    if (replaced.status !== 409) return expectDone(replaced, `replace ${resource.kind} ${object.metadata.name}`);
  }
  throw new Error(`replace ${resource.kind} ${object.metadata.name}: somebody else wrote it ${LOST_RACES} times`);
}

/** How often a replacement that lost a race is tried again. */
const LOST_RACES = 5;

async function replacement(hands: Hands, path: string, prepared: KubeObject): Promise<Asked> {
  const current = (await ask(hands, { method: 'GET', path })).body as KubeObject;
  const metadata = {
    ...current.metadata,
    labels: { ...current.metadata.labels, ...prepared.metadata.labels },
    annotations: { ...current.metadata.annotations, ...prepared.metadata.annotations },
  };
  const { status } = current as Readonly<{ status?: unknown }>;
  return { method: 'PUT', path, body: { ...prepared, metadata, status } };
}

function withAddress(object: KubeObject, address: string): KubeObject {
  return JSON.parse(JSON.stringify(object).replaceAll(PROMETHEUS, address)) as KubeObject;
}

type How = Readonly<{ contentType?: string; subresource?: string }>;

async function send(
  hands: Hands,
  method: Asked['method'],
  kind: string,
  name: string,
  body: unknown,
  { contentType = MERGE, subresource }: How = {},
): Promise<void> {
  const { world } = hands;
  const collection = collectionOf(resourceOf(kind, world.group), world.namespace);
  const path = `${collection}/${name}${subresource === undefined ? '' : `/${subresource}`}`;
  await ask(hands, { method, path, ...(body === undefined ? {} : { body, contentType }) });
}

async function ask(hands: Hands, asked: Asked): Promise<Reply> {
  const reply = await hands.ask(asked);
  expectDone(reply, `${asked.method} ${asked.path}`);
  return reply;
}

function expectDone({ status, body }: Reply, what: string): void {
  if (status < 300) return;
  const { message = JSON.stringify(body) } = body as Readonly<{ message?: string }>;
  throw new Error(`${what} was refused with ${status}: ${message}`);
}

/** What `restart` writes: pods made before now, or so many seconds later, are to be replaced. */
export function restart(later = 0, name = 'web'): Deed {
  return deed(`restart ${name}${later === 0 ? '' : ` in ${later} s`}`, (hands) =>
    send(hands, 'PATCH', 'Rollout', name, {
      spec: { restartAt: formatInstant(add(hands.world.now, seconds(later))) },
    }),
  );
}
