import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add } from '../../units/instant.ts';
import { startsByAnotherClock } from '../process-group.ts';
import type { Checker, MakeChecker, WorldState } from './checker.ts';
import { hashOf, selectedBy } from './revisions.ts';

/**
 * S7: the revision that served before stays, with its pods, until scaleDownDelay has passed since the next one took its
 * place, by the world's own clock; and the stable revision itself is never deleted. A canary by pods keeps its
 * ReplicaSet only: its pods are what the next one is made of.
 */
export const wayBack: MakeChecker = ({ rollout, happenings, callFaults }): Checker => {
  const clockMoved = startsByAnotherClock(happenings, callFaults);
  // Another strategy has other delays, and a canary by pods none.
  const switched = happenings.some(({ kind }) => kind === 'SwitchStrategy');
  const replacedAt = new Map<string, Instant>();
  const delay = seconds(rollout.scaleDownDelay);
  return {
    id: 'S7',
    judge({ call, before, after, at }) {
      const [was, is] = [servingHash(before), servingHash(after)];
      if (is !== undefined) replacedAt.delete(is);
      // What was aborted is no way back; it has a delay of its own.
      const aborted = before.rollout?.status?.abort === true ? before.rollout.status.currentPodHash : undefined;
      if (was !== undefined && is !== undefined && was !== is && was !== aborted) replacedAt.set(was, at);
      if (call.resource.plural !== 'replicasets' || after.rollout === undefined || after.rollout.spec.replicas === 0)
        return [];
      return before.replicaSets.flatMap((replicaSet) => {
        const hash = hashOf(replicaSet);
        const left = after.replicaSets.find(({ metadata }) => metadata.uid === replicaSet.metadata.uid);
        const { name } = replicaSet.metadata;
        if (left === undefined && hash === after.rollout?.status?.stableRS)
          return [`${name} is deleted, and is stable`];
        const since = replacedAt.get(hash);
        const emptied = (replicaSet.spec.replicas ?? 1) > 0 && left?.spec.replicas === 0;
        const early =
          since !== undefined && at < add(since, delay) && rollout.strategy !== 'Basic' && !clockMoved && !switched;
        return early && emptied && hash !== aborted
          ? [`${name} loses its pods ${(at - since) / 1000} s after it was replaced, not ${rollout.scaleDownDelay} s`]
          : [];
      });
    },
  };
};

/** The revision that users are served by: of the active Service, or the stable one. */
function servingHash({ rollout, services }: WorldState): string | undefined {
  const active = rollout?.spec.strategy?.blueGreen?.activeService;
  if (active === undefined) return rollout?.status?.stableRS;
  return selectedBy(services.find(({ metadata }) => metadata.name === active));
}
