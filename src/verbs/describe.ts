import type { CanaryStep } from '../api/canary.ts';
import type { Seen } from './seen.ts';
import { isPromoted, ownReplicaSets, revisionOf, statusOf, stepCount } from './seen.ts';
import { HASH_LABEL } from '../api/names.ts';

/** A revision as people speak of it: `revision 3 (5ffbfbbd64)`, or its hash alone while it has no ReplicaSet. */
export function describeRevision(seen: Seen, hash: string | undefined): string {
  const found = ownReplicaSets(seen).find(({ metadata }) => metadata.labels?.[HASH_LABEL] === hash);
  if (hash === undefined || hash === '') return 'no revision';
  return found === undefined ? `revision ${hash}` : `revision ${revisionOf(found)} (${hash})`;
}

/** A step in a few words, by the keys that it holds: `setWeight 20`, `pause 30s`, `pause`. */
export function describeStep(step: CanaryStep | undefined): string {
  if (step === undefined) return '';
  return Object.keys(step)
    .map((kind) => {
      if (kind === 'setWeight') return `setWeight ${step.setWeight}`;
      if (kind !== 'pause') return kind;
      const duration = step.pause?.duration;
      return duration === undefined ? 'pause' : `pause ${duration}${/^\d+$/.test(String(duration)) ? 's' : ''}`;
    })
    .join(', ');
}

/** Where an update stands: `step 3 of 5 (setWeight 40)`, `all 5 steps are done`, `no update is under way`. */
export function describeStanding(seen: Seen): string {
  const status = statusOf(seen);
  const count = stepCount(seen.rollout);
  const revision = describeRevision(seen, status.currentPodHash);
  if (status.currentPodHash === undefined) return 'nothing is deployed yet';
  if (isPromoted(status)) return `no update is under way, ${revision} is stable`;
  if (status.abort === true) return `the update to ${revision} is aborted`;
  const index = status.currentStepIndex;
  if (count === 0 || index === undefined) return `the update to ${revision} is under way`;
  if (index >= count) return `all ${count} steps of the update to ${revision} are done`;
  const step = describeStep(seen.rollout.spec.strategy?.canary?.steps?.[index]);
  return `step ${index + 1} of ${count} (${step}) of the update to ${revision}`;
}
