import type { ReplicaSet } from '../../emulator/steps/shapes.ts';
import type { Checker, WorldState } from './checker.ts';
import { backendsOf, hashOf, readyPods, selectedBy } from './revisions.ts';

/**
 * S6: no write of ours takes the pods, or the object, of the stable revision, of one that has weight, of the only one
 * that has ready pods, or of one that a Service with traffic selects. Basic canaries move pods from one to the other by
 * design: of them only the last ready pods are judged.
 */
export const neverRemove: Checker = {
  id: 'S6',
  judge({ call, before, after, calm }) {
    if (!calm || call.resource.plural !== 'replicasets' || after.rollout?.spec.replicas === 0) return [];
    if (after.rollout === undefined) return [];
    return before.replicaSets.flatMap((was) => {
      const is = after.replicaSets.find(({ metadata }) => metadata.uid === was.metadata.uid);
      const emptied = (was.spec.replicas ?? 1) > 0 && is?.spec.replicas === 0;
      if (is !== undefined && !emptied) return [];
      const why = whyNeeded(before, was);
      return why === undefined ? [] : [`${was.metadata.name} is taken away although ${why}`];
    });
  },
};

function whyNeeded(state: WorldState, replicaSet: ReplicaSet): string | undefined {
  const hash = hashOf(replicaSet);
  const ready = readyPods(state, hash).length;
  if (ready > 0 && readyPods(state, undefined).length === ready) return 'only it has ready pods';
  const { strategy } = state.rollout?.spec ?? {};
  const basic = strategy?.canary !== undefined && strategy.canary.trafficRouting === undefined;
  if (basic) return (replicaSet.spec.replicas ?? 1) === 0 ? deletedStable(state, hash) : undefined;
  if (hash === state.rollout?.status?.stableRS) return 'it is the stable revision';
  const weighted = backendsOf(state).find((backend) => backend.weight > 0 && backend.hash === hash);
  if (weighted !== undefined) return `${weighted.name} sends traffic to it`;
  const active = state.services.find(({ metadata }) => metadata.name === strategy?.blueGreen?.activeService);
  return selectedBy(active) === hash ? 'the active Service selects it' : undefined;
}

function deletedStable(state: WorldState, hash: string): string | undefined {
  return hash === state.rollout?.status?.stableRS ? 'it is the stable revision' : undefined;
}
