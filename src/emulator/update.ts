import type { KubeObject } from '../kube/resource.ts';
import { completed, kindProblems, prepared, readObject } from './admit.ts';
import { conversionFault } from './body.ts';
import type { Core, WriteOptions } from './core.ts';
import { trackedUpdate } from './field-tracking.ts';
import type { Kind, Part } from './kind.ts';
import { shown, toldResource } from './kind.ts';
import { metadataChangeProblems, metadataOf } from './metadata.ts';
import type { Refusal } from './refusal.ts';
import { badRequest, conflict, invalid, invalidValue, isRefusal, MODIFIED, notFound, refuse } from './refusal.ts';
import type { JsonMap } from './schema.ts';
import { isMap, sameValue, withMember } from './schema.ts';

/** Names one object of a kind. */
export type Target = Readonly<{ kind: Kind; namespace?: string; name: string }>;

/** How an object is to be changed. */
export type Change = Readonly<{
  part: Part;
  /** The name of the subresource for field managers; '' for the object itself. */
  subresource: string;
  /** Makes the wanted object from the current one, both as they are shown. */
  make: (current: KubeObject) => unknown;
  /** True for PUT: a UID that differs is a lost race rather than a forbidden change. */
  replaces: boolean;
  /** Takes the place of the ordinary record of field managers. */
  track?: (object: KubeObject, before: KubeObject) => KubeObject | Refusal;
}>;

/** Changes an object; answers it as stored, or as it would be. A change that changes nothing keeps the version. */
export function updateObject(core: Core, target: Target, change: Change, options: WriteOptions): KubeObject | Refusal {
  const { kind, namespace, name } = target;
  const before = core.state.get(kind.table, namespace, name);
  if (before === undefined) return notFound(kind.resource, name);
  const current = shown(kind, before);
  const made = change.make(current);
  if (isRefusal(made)) return made;
  const read = readObject(kind, made, options, current);
  if (isRefusal(read)) return change.replaces ? read : patchRefusal(kind, made, read);
  const misplaced = placeRefusal(target, read);
  // An apply is asked for its conflicts first.
  if (misplaced !== undefined && change.track === undefined) return misplaced;
  const lost = raceRefusal(kind, read, before, change.replaces);
  if (lost !== undefined) return lost;
  const merged = partOf(kind, systemMetadata(read, before), before, change.part);
  const tracked =
    change.track?.(merged, before) ??
    trackedUpdate(core, kind, merged, before, { ...options, subresource: change.subresource });
  if (isRefusal(tracked)) return tracked;
  if (misplaced !== undefined) return misplaced;
  const whole = prepared(core, kind, tracked, before);
  // A write of the status may bring annotations along: they are no change of what is wanted.
  const counted = change.part === 'status' ? whole : withGeneration(kind, whole, before);
  const problems = [
    ...metadataChangeProblems(counted, before),
    ...kindProblems(core, kind, counted, before, change.part),
  ];
  if (problems.length > 0) return invalid(toldResource(kind), name, problems);
  return shown(kind, stored(core, kind, counted, before, options));
}

/** A patch whose result cannot be read is a wrong patch, told with all that it made. */
function patchRefusal(kind: Kind, made: unknown, read: Refusal): Refusal {
  const why = read.refused.message.replace(conversionFault(kind, ''), '');
  const problem = invalidValue('patch', JSON.stringify(made), why);
  const { refused } = invalid({ group: '', version: '', plural: '', kind: '', namespaced: false }, '', [problem]);
  return {
    refused: {
      ...refused,
      message: ` "" is invalid: patch: ${problem.message}`,
      details: { causes: refused.details?.causes ?? [] },
    },
  };
}

function stored(core: Core, kind: Kind, object: KubeObject, before: KubeObject, options: WriteOptions): KubeObject {
  if (sameObject(object, before)) return before;
  if (options.dryRun) return object;
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  const grace = (object.metadata as { deletionGracePeriodSeconds?: number }).deletionGracePeriodSeconds ?? 0;
  const isHeld = finalizers.length > 0 || (kind.table === '/namespaces' && namespaceHolds(object));
  if (deletionTimestamp !== undefined && !isHeld && grace === 0) {
    // Watchers are told of the last state that was stored; the caller, of what he made of it.
    core.state.remove(kind.table, before);
    return object;
  }
  return core.state.put(kind.table, object);
}

function namespaceHolds(object: KubeObject): boolean {
  const { spec } = object as { spec?: unknown };
  return isMap(spec) && Array.isArray(spec['finalizers']) && spec['finalizers'].length > 0;
}

/** Equal but for the times that say when a manager last wrote. */
function sameObject(object: KubeObject, before: KubeObject): boolean {
  if (object === before) return true;
  const version = before.metadata.resourceVersion;
  const metadata =
    object.metadata.resourceVersion === version ? object.metadata : { ...object.metadata, resourceVersion: version };
  return sameValue(timeless(withMember(object, 'metadata', metadata)), timeless(before));
}

function timeless(object: KubeObject): unknown {
  const { managedFields } = object.metadata as { managedFields?: readonly JsonMap[] };
  if (managedFields === undefined) return object;
  const without = managedFields.map((entry) => withMember(entry, 'time', undefined));
  return { ...object, metadata: { ...object.metadata, managedFields: without } };
}

function placeRefusal({ namespace, name }: Target, object: KubeObject): Refusal | undefined {
  const metadata = metadataOf(object);
  if (metadata.name !== name) {
    const given = metadata.name ?? '';
    if (given === '') {
      return badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
    }
    return badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  }
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    return badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${namespace ?? ''})`,
    );
  }
  return undefined;
}

function raceRefusal(kind: Kind, object: KubeObject, before: KubeObject, replaces: boolean): Refusal | undefined {
  const { uid, resourceVersion, name } = object.metadata;
  if (replaces && uid !== undefined && uid !== before.metadata.uid) {
    const { group, plural } = kind.resource;
    const path = [kind.builtIn ? plural : `${group}/${plural}`, before.metadata.namespace, name];
    const key = `/registry/${path.filter((part) => part !== undefined).join('/')}`;
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid ?? ''}`;
    const told = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`;
    return conflict(kind.resource, name, told);
  }
  if (resourceVersion === undefined || resourceVersion === '0') {
    if (kind.unconditionalUpdate) return undefined;
    const problem = invalidValue('metadata.resourceVersion', 0, 'must be specified for an update');
    return invalid({ ...kind.resource, kind: kind.resource.plural }, name, [problem]);
  }
  if (!/^\d+$/.test(resourceVersion)) {
    const detail = `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`;
    return refuse(500, undefined, detail);
  }
  return resourceVersion === before.metadata.resourceVersion ? undefined : conflict(kind.resource, name, MODIFIED);
}

/** Metadata that no client can change or take away. */
function systemMetadata(object: KubeObject, before: KubeObject): KubeObject {
  const old = before.metadata as JsonMap;
  if (object.metadata === before.metadata) return object;
  let metadata = object.metadata;
  for (const key of ['namespace', 'uid', 'creationTimestamp']) {
    if ((metadata as JsonMap)[key] === undefined) metadata = withMember(metadata, key, old[key]);
  }
  for (const key of ['generation', 'resourceVersion', 'deletionGracePeriodSeconds'])
    metadata = withMember(metadata, key, old[key]);
  if (old['deletionTimestamp'] !== undefined)
    metadata = withMember(metadata, 'deletionTimestamp', old['deletionTimestamp']);
  if (metadata !== before.metadata && sameValue(metadata, before.metadata)) metadata = before.metadata;
  return withMember(object, 'metadata', metadata);
}

/** The object as far as this part of it may be written; the rest is as it was. */
function partOf(kind: Kind, object: KubeObject, before: KubeObject, part: Part): KubeObject {
  const old = before as KubeObject & JsonMap;
  if (part === 'main') {
    const kept = kind.hasStatus ? withMember(object, 'status', old['status']) : object;
    return completed(kind, kept);
  }
  const { status } = object as { status?: unknown };
  // Of a custom object nothing but the status; a built-in kind takes labels and annotations too.
  const metadata = kind.builtIn ? object.metadata : before.metadata;
  return completed(kind, withMember(withMember({ ...before }, 'status', status), 'metadata', metadata));
}

/** One more when anything but metadata and status has changed; of a Deployment, annotations count as well. */
function withGeneration(kind: Kind, object: KubeObject, before: KubeObject): KubeObject {
  if (!kind.hasGeneration) return object;
  const keys = new Set([...Object.keys(object), ...Object.keys(before)]);
  const differs = [...keys].some((key) => {
    if (key === 'metadata' && kind.table === 'apps/deployments') {
      return !sameValue(object.metadata.annotations ?? {}, before.metadata.annotations ?? {});
    }
    if (key === 'metadata' || key === 'apiVersion' || key === 'kind') return false;
    if (key === 'status' && kind.hasStatus) return false;
    return !sameValue((object as unknown as JsonMap)[key], (before as unknown as JsonMap)[key]);
  });
  if (!differs) return object;
  return { ...object, metadata: { ...object.metadata, generation: (before.metadata.generation ?? 0) + 1 } };
}
