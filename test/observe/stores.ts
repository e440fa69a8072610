import type { KubeObject } from '../../src/kube/resource.ts';
import type { Store } from '../../src/kube/store.ts';
import type { WritableStores } from '../../src/controllers/world.ts';
import { createStores } from '../../src/controllers/world.ts';

/** What each store begins with. */
export type Contents = { readonly [Name in keyof WritableStores]?: readonly KubeObject[] };

/** Stores as controllers make them, with complete lists in them. */
export function filledStores(contents: Contents): WritableStores {
  const stores = createStores();
  for (const name of Object.keys(stores) as (keyof WritableStores)[]) {
    (stores[name] as unknown as Store).replaceAll(contents[name] ?? [], '1');
  }
  return stores;
}

/** The owner reference of a Rollout named web with the UID `web-uid`. */
export const OWNER = {
  apiVersion: 'sluice.dev/v1alpha1',
  kind: 'Rollout',
  name: 'web',
  uid: 'web-uid',
  controller: true,
};

/** A pod of a revision. */
export function pod(name: string, hash: string | undefined, uid = `${name}-uid`): KubeObject {
  const labels = hash === undefined ? {} : { 'rollouts-pod-template-hash': hash };
  return { metadata: { name, namespace: 'shop', uid, labels } };
}

/** One endpoint of a slice. */
export type Endpoint = Readonly<{ pod?: string; uid?: string; ready?: boolean }>;

/** An EndpointSlice of a Service. */
export function slice(name: string, service: string, endpoints: readonly Endpoint[]): KubeObject {
  const made = {
    metadata: { name, namespace: 'shop', uid: `${name}-uid`, labels: { 'kubernetes.io/service-name': service } },
    endpoints: endpoints.map((endpoint) => ({
      conditions: endpoint.ready === undefined ? {} : { ready: endpoint.ready },
      ...(endpoint.pod === undefined
        ? {}
        : { targetRef: { kind: 'Pod', name: endpoint.pod, uid: endpoint.uid ?? `${endpoint.pod}-uid` } }),
    })),
  };
  return made;
}
