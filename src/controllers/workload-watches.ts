import { HASH_LABEL, WORKLOAD_FINALIZER } from '../api/names.ts';
import type { Rollout } from '../api/rollout.ts';
import type { Clock } from '../clock/clock.ts';
import type { Selection } from '../kube/client.ts';
import type { Reflector } from '../kube/reflector.ts';
import { keyOf } from '../kube/resource.ts';
import type { StoreChange, StoreReader } from '../kube/store.ts';
import type { DemandReflector } from './demand-reflector.ts';
import { startOnDemand } from './demand-reflector.ts';
import { rolloutsOfWorkload } from './triggers.ts';

/** The stores of what a workloadRef may name, and the kind in each. */
export const WORKLOAD_STORES = {
  deployments: 'Deployment',
  workloadReplicaSets: 'ReplicaSet',
  podTemplates: 'PodTemplate',
} as const;

/** The name of such a store. */
export type WorkloadStore = keyof typeof WORKLOAD_STORES;

/** What watches of workloads are made with. */
export type WorkloadWatchParts = Readonly<{
  clock: Clock;
  rollouts: StoreReader<Rollout>;
  everywhere: Selection;
  wake: (keys: readonly string[]) => void;
  start: (name: WorkloadStore, selection: Selection, onChange: (change: StoreChange) => void) => Reflector;
}>;

/** Watches of what a workloadRef may name: each begins with the first Rollout that needs it. */
export function watchWorkloads(parts: WorkloadWatchParts): Readonly<Record<WorkloadStore, DemandReflector>> {
  const { clock, rollouts, everywhere, wake } = parts;
  const on = (name: WorkloadStore, selection: Selection): DemandReflector =>
    startOnDemand(clock, () => {
      const reflector = parts.start(name, selection, (change) =>
        wake(rolloutsOfWorkload(rollouts, WORKLOAD_STORES[name], change)),
      );
      // An object that does not exist sends no event: who waits for the list is told that it is complete.
      const tell = (): void =>
        wake(
          rollouts
            .all()
            .filter((rollout) => needs(rollout, name))
            .map(keyFor),
        );
      reflector.whenSynced().then(tell, () => {});
      return reflector;
    });
  return {
    deployments: on('deployments', everywhere),
    // Ours bear the label of a revision; those that a workloadRef names do not.
    workloadReplicaSets: on('workloadReplicaSets', { ...everywhere, labelSelector: `!${HASH_LABEL}` }),
    podTemplates: on('podTemplates', everywhere),
  };
}

const keyFor = ({ metadata }: Rollout): string => keyOf(metadata);

/** Whether decisions about a Rollout need the objects of such a store; one with our finalizer has a Deployment to mend. */
export function needs({ metadata, spec }: Rollout, name: WorkloadStore): boolean {
  if (spec.workloadRef?.kind === WORKLOAD_STORES[name]) return true;
  return name === 'deployments' && (metadata.finalizers ?? []).includes(WORKLOAD_FINALIZER);
}
