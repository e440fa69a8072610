import { WORKLOAD_FINALIZER } from '../api/names.ts';
import type { Rollout } from '../api/rollout.ts';
import type { StoreReader } from '../kube/store.ts';
import type { ObservedDeployment, ObservedRollout, ObservedWorkload } from '../plan/rollout/observed-rollout.ts';
import type { Stores, Workload } from './stores.ts';
import { SCALED_DOWN } from './stores.ts';

/** What a Rollout's workloadRef names, and the Deployments that it made smaller. */
export function observeWorkload(stores: Stores, rollout: Rollout): Pick<ObservedRollout, 'workload' | 'scaledDown'> {
  const { namespace = '', name, finalizers = [] } = rollout.metadata;
  const ref = rollout.spec.workloadRef;
  if (ref === undefined && !finalizers.includes(WORKLOAD_FINALIZER)) return {};
  const scaledDown = stores.deployments.byIndex(SCALED_DOWN, `${namespace}/${name}`).map(observeDeployment);
  const marked = scaledDown.length === 0 ? {} : { scaledDown };
  if (ref === undefined) return stores.deployments.synced ? marked : { workload: { kind: 'Unread' } };
  const store = storeOf(stores, ref.kind);
  return store === undefined ? marked : { workload: observe(store, namespace, ref), ...marked };
}

function storeOf(stores: Stores, kind: string | undefined): StoreReader<Workload> | undefined {
  if (kind === 'Deployment') return stores.deployments;
  if (kind === 'ReplicaSet') return stores.workloadReplicaSets;
  return kind === 'PodTemplate' ? stores.podTemplates : undefined;
}

function observe(
  store: StoreReader<Workload>,
  namespace: string,
  { kind, name = '' }: NonNullable<Rollout['spec']['workloadRef']>,
): ObservedWorkload {
  const object = store.get(namespace, name);
  if (object === undefined) return { kind: store.synced ? 'Missing' : 'Unread' };
  const { metadata, spec } = object;
  return {
    kind: 'Found',
    generation: metadata.generation ?? 0,
    template: kind === 'PodTemplate' ? object.template : spec?.template,
    selector: spec?.selector,
    deployment: kind === 'Deployment' ? observeDeployment(object) : undefined,
  };
}

function observeDeployment({ metadata, spec, status }: Workload): ObservedDeployment {
  const current = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    specReplicas: spec?.replicas ?? 1,
    available: current ? (status?.availableReplicas ?? 0) : 0,
    annotations: metadata.annotations ?? {},
  };
}
