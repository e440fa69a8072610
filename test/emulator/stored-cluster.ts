import type { Clock } from '../../src/clock/clock.ts';
import { createApiServer } from '../../src/emulator/api-server.ts';
import type { ClusterAccess } from '../../src/emulator/cluster-access.ts';
import { GATEWAY_CRDS } from '../../src/emulator/gateway-crds.ts';
import type { EmulatorRequest } from '../../src/emulator/request.ts';
import type { KubeObject, Resource } from '../../src/kube/resource.ts';
import { apiVersionOf } from '../../src/kube/resource.ts';
import { sameJson } from '../../src/units/canonical-json.ts';
import { sequence } from './api-rig.ts';

/** The stored objects of an API server, with what users do to them; each of these throws when the server refuses it. */
export interface StoredCluster extends ClusterAccess {
  /** Creates an object, and gives it its status where it has one. */
  create<T extends KubeObject>(resource: Resource, object: T): T;
  /** Replaces an object, or its status, by what `change` makes of it. */
  change<T extends KubeObject>(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    change: (object: T) => T,
  ): void;
  /** Deletes an object. */
  remove(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    propagation?: 'Background' | 'Foreground' | 'Orphan',
  ): void;
  /** How many changes were stored. */
  readonly writes: number;
}

type WithStatus = KubeObject & Readonly<{ status?: unknown }>;

/** A cluster without controllers, with the namespaces given. */
export function storedCluster(clock: Clock, namespaces: readonly string[], seed = 1): StoredCluster {
  const server = createApiServer({ clock, random: sequence(seed), tracksFields: false });
  const ask = (request: EmulatorRequest): unknown => {
    const { status, body } = server.handle(request);
    if (status >= 400) throw new Error(`${request.method} ${request.path}: ${JSON.stringify(body)}`);
    return body;
  };
  const path = (resource: Resource, namespace: string | undefined, name = ''): string => {
    const root = resource.group === '' ? '/api/v1' : `/apis/${apiVersionOf(resource)}`;
    const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
    return `${root}${place}/${resource.plural}${name === '' ? '' : `/${name}`}`;
  };
  const put = (resource: Resource, object: KubeObject, subresource = ''): unknown => {
    const { namespace, name } = object.metadata;
    return ask({ method: 'PUT', path: `${path(resource, namespace, name)}${subresource}`, body: object });
  };
  let writes = 0;
  server.onChange(() => (writes += 1));
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  for (const body of GATEWAY_CRDS) ask({ method: 'POST', path: crds, body });
  for (const name of namespaces) ask({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });

  return {
    view: server.view,
    write: (write) => server.write(write),
    onChange: (listener) => server.onChange(listener),
    create<T extends KubeObject>(resource: Resource, object: T) {
      const body = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...object };
      const created = ask({ method: 'POST', path: path(resource, object.metadata.namespace), body }) as T;
      const { status } = object as WithStatus;
      return status === undefined ? created : (put(resource, { ...created, status }, '/status') as T);
    },
    change<T extends KubeObject>(
      resource: Resource,
      namespace: string | undefined,
      name: string,
      change: (object: T) => T,
    ) {
      const before = server.view.get(resource, namespace, name);
      if (before === undefined) throw new Error(`there is no ${resource.kind} ${name}`);
      const after = change(before as T);
      const same = sameJson((before as WithStatus).status, (after as WithStatus).status);
      put(resource, after, same ? '' : '/status');
    },
    remove(resource, namespace, name, propagationPolicy = 'Background') {
      ask({ method: 'DELETE', path: path(resource, namespace, name), body: { propagationPolicy } });
    },
    get writes() {
      return writes;
    },
  };
}
