import { HASH_LABEL, ROLLOUT_TYPE_LABEL, STEP_INDEX_LABEL } from '../../api/names.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { ATTEMPT } from '../../plan/rollout/runs.ts';
import type { Checker, MakeChecker, WorldState } from './checker.ts';
import { canaryShare } from './revisions.ts';

/**
 * S11 and B14, B19: one analysis of one attempt is made once, and none beside the steps begins before the canary has the
 * traffic that it is to judge.
 */
export const oneRunAnAnalysis: MakeChecker = (): Checker => {
  const made = new Set<string>();
  return {
    id: 'S11',
    judge({ call, before }) {
      if (call.resource.plural !== 'analysisruns' || call.verb !== 'create') return [];
      const { metadata } = call.body as KubeObject;
      const { labels = {}, annotations = {}, ownerReferences = [] } = metadata;
      const type = labels[ROLLOUT_TYPE_LABEL] ?? '';
      const owner = ownerReferences[0]?.uid;
      const key = JSON.stringify([owner, labels[HASH_LABEL], type, labels[STEP_INDEX_LABEL], annotations[ATTEMPT]]);
      const wrong = made.has(key) ? [`a second run ${metadata.name} of the same analysis`] : [];
      made.add(key);
      if (type === 'Background' && wantsTraffic(before) && canaryShare(before) === 0)
        wrong.push(`run ${metadata.name} begins before the canary has any traffic`);
      return wrong;
    },
  };
};

/** True when the step under way, or one before it, gives the canary weight on a route. */
function wantsTraffic({ rollout }: WorldState): boolean {
  const { canary } = rollout?.spec.strategy ?? {};
  if (canary?.trafficRouting === undefined) return false;
  const steps = (canary.steps ?? []) as readonly Readonly<{ setWeight?: number }>[];
  const index = rollout?.status?.currentStepIndex ?? 0;
  return (steps.slice(0, index + 1).findLast(({ setWeight }) => setWeight !== undefined)?.setWeight ?? 0) > 0;
}
