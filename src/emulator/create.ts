import type { KubeObject } from '../kube/resource.ts';
import { formatInstant } from '../units/instant.ts';
import { completed, kindProblems, prepared, readObject } from './admit.ts';
import type { Core, WriteOptions } from './core.ts';
import { decode } from './decode.ts';
import { trackedCreate } from './field-tracking.ts';
import type { Kind } from './kind.ts';
import { shown, toldResource } from './kind.ts';
import { metadataOf, metadataProblems } from './metadata.ts';
import { generatedName, randomUid } from './names.ts';
import type { Refusal } from './refusal.ts';
import {
  alreadyExists,
  badRequest,
  forbidden,
  invalid,
  isRefusal,
  methodNotAllowed,
  notFound,
  refuse,
} from './refusal.ts';
import { isMap, withMember } from './schema.ts';

/** Creates an object of a kind in a namespace; answers it as stored, or as it would be. `track` records its field managers. */
export function createObject(
  core: Core,
  kind: Kind,
  namespace: string | undefined,
  body: unknown,
  options: WriteOptions,
  track?: (object: KubeObject) => KubeObject,
): KubeObject | Refusal {
  const read = readObject(kind, body, options);
  if (isRefusal(read)) return read;
  const placed = placeIn(kind, namespace, read);
  if (isRefusal(placed)) return placed;
  const lacking = namespaceRefusal(core, kind, namespace, placed);
  if (lacking !== undefined) return lacking;
  if (placed.metadata.resourceVersion !== undefined) {
    return refuse(500, undefined, 'resourceVersion should not be set on objects to be created');
  }
  const whole = completed(kind, born(core, kind, placed));
  const tracked = track === undefined ? trackedCreate(core, kind, whole, options) : track(whole);
  const object = prepared(core, kind, tracked, undefined);
  const { name } = object.metadata;
  const problems = [...metadataProblems(kind, object.metadata), ...kindProblems(core, kind, object, undefined, 'main')];
  if (problems.length > 0) return invalid(toldResource(kind), name ?? '', problems);
  if (core.state.get(kind.table, object.metadata.namespace, name) !== undefined)
    return alreadyExists(kind.resource, name);
  return shown(kind, options.dryRun ? object : core.state.put(kind.table, object));
}

function placeIn(kind: Kind, namespace: string | undefined, object: KubeObject): KubeObject | Refusal {
  const metadata = metadataOf(object);
  if (!kind.resource.namespaced) {
    return metadata.namespace === undefined
      ? object
      : { ...object, metadata: withMember(metadata, 'namespace', undefined) };
  }
  if (namespace === undefined) return methodNotAllowed();
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    return badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return metadata.namespace === namespace ? object : { ...object, metadata: { ...metadata, namespace } };
}

/** Nothing is created in a namespace that is not there, or that is going. Source: plugin NamespaceLifecycle. */
function namespaceRefusal(
  core: Core,
  kind: Kind,
  namespace: string | undefined,
  object: KubeObject,
): Refusal | undefined {
  if (!kind.resource.namespaced || namespace === undefined) return undefined;
  const found = core.state.get('/namespaces', undefined, namespace);
  if (found === undefined) return notFound({ group: '', plural: 'namespaces' }, namespace);
  if (found.metadata.deletionTimestamp === undefined) return undefined;
  const message = `namespace ${namespace} is being terminated`;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  return forbidden(kind.resource, object.metadata.name ?? '', why, [
    { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' },
  ]);
}

/** A new object: the fields that the server alone sets. */
function born(core: Core, kind: Kind, object: KubeObject): KubeObject {
  type Sent = KubeObject['metadata'] & { generateName?: string; managedFields?: unknown; selfLink?: string };
  const given: Sent = object.metadata;
  const { managedFields: _sent, deletionTimestamp: _gone, selfLink: _old, ...rest } = given;
  const { generateName } = rest;
  const unnamed = (rest.name === undefined || rest.name === '') && generateName !== undefined && generateName !== '';
  const metadata = {
    ...rest,
    ...(unnamed ? { name: generatedName(generateName, core.random) } : {}),
    uid: randomUid(core.random),
    creationTimestamp: formatInstant(core.now()),
    ...(kind.hasGeneration ? { generation: 1 } : {}),
  };
  return withoutStatus(kind, { ...object, metadata: withMember(metadata, 'deletionGracePeriodSeconds', undefined) });
}

/** A status is not taken from a create: a kind that has one begins with the zero of its type, a custom object without. */
function withoutStatus(kind: Kind, object: KubeObject): KubeObject {
  if (!kind.hasStatus) return object;
  if (!kind.builtIn) return statusDefault(kind, object);
  const type = kind.schema.properties?.['status'];
  return type === undefined ? object : withMember(object, 'status', decode(type, {}).value);
}

function statusDefault(kind: Kind, object: KubeObject): KubeObject {
  const fallback = kind.schema.properties?.['status']?.default;
  return withMember(object, 'status', isMap(fallback) ? fallback : undefined);
}
