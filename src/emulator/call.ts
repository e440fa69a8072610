import type { Patch, Selection, Target } from '../kube/client.ts';
import type { KubeObject, Resource } from '../kube/resource.ts';
import type { EmulatorRequest } from './request.ts';

/** One call of a client, as a request and in Kubernetes' terms. */
export type Call = EmulatorRequest &
  Readonly<{
    verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'update' | 'delete';
    resource: Resource;
    subresource?: string;
    namespace?: string;
    name?: string;
    /** True when the server keeps something of it; false for reads and dry runs. */
    writes: boolean;
  }>;

/** The path of a collection: of one namespace, or of all. */
export function collectionPath({ group, version, plural, namespaced }: Resource, namespace?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespaced && namespace !== undefined ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
}

function objectPath({ resource, namespace, name, subresource }: Target): string {
  return `${collectionPath(resource, namespace)}/${name}${subresource === undefined ? '' : `/${subresource}`}`;
}

/** The query of a list or watch, with its question mark; members that are undefined are left out. */
export function listQuery(
  { labelSelector, fieldSelector }: Selection,
  more: Readonly<Record<string, string | number | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries<string | number | undefined>({ labelSelector, fieldSelector, ...more })) {
    if (value !== undefined) query.set(key, String(value));
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}

function place({ resource, namespace, name, subresource }: Target): Omit<Call, 'verb' | 'method' | 'path' | 'writes'> {
  return {
    resource,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

/** A read of one object. */
export function getCall(target: Target): Call {
  return { verb: 'get', method: 'GET', path: objectPath(target), writes: false, ...place(target) };
}

/** A creation. */
export function createCall(resource: Resource, object: KubeObject, dryRun: boolean): Call {
  const { namespace, name } = object.metadata;
  const path = `${collectionPath(resource, namespace)}${dryRun ? '?dryRun=All' : ''}`;
  const at = namespace === undefined ? {} : { namespace };
  return { verb: 'create', method: 'POST', path, body: object, writes: !dryRun, resource, name, ...at };
}

const MEDIA_TYPES = {
  Json: 'application/json-patch+json',
  Merge: 'application/merge-patch+json',
  Apply: 'application/apply-patch+yaml',
} as const;

/** A patch of any kind. */
export function patchCall(target: Target, patch: Patch, dryRun: boolean): Call {
  const query = new URLSearchParams(dryRun ? { dryRun: 'All' } : {});
  if (patch.kind === 'Apply') {
    query.set('fieldManager', patch.fieldManager);
    if (patch.force === true) query.set('force', 'true');
  }
  const path = `${objectPath(target)}${query.size === 0 ? '' : `?${query.toString()}`}`;
  const body = patch.kind === 'Json' ? patch.operations : patch.body;
  return {
    verb: 'patch',
    method: 'PATCH',
    path,
    body,
    contentType: MEDIA_TYPES[patch.kind],
    writes: !dryRun,
    ...place(target),
  };
}

/** A replacement. */
export function replaceCall(target: Target, object: KubeObject): Call {
  return { verb: 'update', method: 'PUT', path: objectPath(target), body: object, writes: true, ...place(target) };
}

/** A deletion whose dependents go in the background. */
export function deleteCall(target: Target, preconditions: Readonly<{ uid: string; resourceVersion?: string }>): Call {
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions };
  return { verb: 'delete', method: 'DELETE', path: objectPath(target), body, writes: true, ...place(target) };
}

/** An eviction of a pod with that UID. */
export function evictCall(pod: Omit<Target, 'subresource'>, uid: string): Call {
  const target: Target = { ...pod, subresource: 'eviction' };
  const { name, namespace } = pod;
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions: { preconditions: { uid } } };
  return { verb: 'create', method: 'POST', path: objectPath(target), body, writes: true, ...place(target) };
}

/** `patch replicasets/status shop/checkout`: names a call in a message for people. */
export function describeCall({ verb, resource, subresource, namespace, name }: Call): string {
  const kind = `${resource.plural}${subresource === undefined ? '' : `/${subresource}`}`;
  const object = [namespace, name].filter((part) => part !== undefined).join('/');
  return `${verb} ${kind}${object === '' ? '' : ` ${object}`}`;
}
