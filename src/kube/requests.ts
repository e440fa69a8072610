import { unreachable } from '../units/assert.ts';
import type { Patch, Selection, Target } from './client.ts';
import type { Resource } from './resource.ts';

/** One HTTP request to the API server, and what it means in Kubernetes' terms. */
export type ApiRequest = Readonly<{
  verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'update' | 'delete';
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  query: Readonly<Record<string, string>>;
  body?: string;
  contentType?: string;
  resource: Resource;
  subresource?: string;
  namespace?: string;
  name?: string;
  /** True when the server keeps something of it; false for reads and dry runs. */
  writes: boolean;
}>;

/** `/api/v1/namespaces/ns/pods/name/status`: the path of an object or, without a name, of its collection. */
export function pathOf(
  resource: Resource,
  at: Readonly<{ namespace?: string | undefined; name?: string | undefined; subresource?: string | undefined }>,
): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const namespace = resource.namespaced && at.namespace !== undefined ? ['namespaces', at.namespace] : [];
  const rest = [...namespace, resource.plural, at.name, at.subresource].filter((part) => part !== undefined);
  return [root, ...rest.map(encodeURIComponent)].join('/');
}

/** The query of a list or watch: selectors and what else is set; undefined members are left out. */
export function queryOf(
  selection: Selection,
  more: Readonly<Record<string, string | number | undefined>>,
): Readonly<Record<string, string>> {
  const { labelSelector, fieldSelector } = selection;
  const query: Record<string, string> = {};
  for (const [key, value] of Object.entries<string | number | undefined>({ labelSelector, fieldSelector, ...more })) {
    if (value !== undefined) query[key] = String(value);
  }
  return query;
}

/** How a patch is sent: body, content type and query. Source: Kubernetes API concepts, "Patch". */
export function encodePatch(
  patch: Patch,
): Readonly<{ body: string; contentType: string; query: Readonly<Record<string, string>> }> {
  switch (patch.kind) {
    case 'Json':
      return { body: JSON.stringify(patch.operations), contentType: 'application/json-patch+json', query: {} };
    case 'Merge':
      return { body: JSON.stringify(patch.body), contentType: 'application/merge-patch+json', query: {} };
    case 'Apply':
      return {
        body: JSON.stringify(patch.body),
        contentType: 'application/apply-patch+yaml',
        query: { fieldManager: patch.fieldManager, ...(patch.force === true ? { force: 'true' } : {}) },
      };
    default:
      return unreachable(patch);
  }
}

/** Where a target stands, as members of an ApiRequest. */
export function placeOf(
  target: Target,
): Readonly<{ path: string; resource: Resource; name: string; namespace?: string; subresource?: string }> {
  const { resource, namespace, name, subresource } = target;
  return {
    path: pathOf(resource, { namespace, name, subresource }),
    resource,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

/** The body that asks for a pod's eviction. Source: policy/v1. */
export function evictionOf(namespace: string | undefined, name: string, uid: string): unknown {
  return {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    deleteOptions: { preconditions: { uid } },
  };
}

/** `PATCH replicasets/status shop/checkout`: names a request in a message for people. */
export function describeRequest(request: ApiRequest): string {
  const { resource, subresource, namespace, name } = request;
  const kind = `${resource.plural}${subresource === undefined ? '' : `/${subresource}`}`;
  const object = [namespace, name].filter((part) => part !== undefined).join('/');
  return `${request.verb} ${kind}${object === '' ? '' : ` ${object}`}`;
}
