import { HASH_LABEL, ROLLOUT_TYPE_LABEL, STEP_INDEX_LABEL } from '../../api/names.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { ATTEMPT } from '../../plan/rollout/runs.ts';
import type { Checker, MakeChecker, WorldState } from './checker.ts';
import { applied, versionOf } from '../versions.ts';
import type { WorldPlan } from '../world-plan.ts';
import { canaryShare, hashOf } from './revisions.ts';

/**
 * S11 and B14, B19: one analysis of one attempt is made once, and none beside the steps begins before the canary has the
 * traffic that it is to judge.
 */
export const noEvidenceNoVerdict: MakeChecker = (): Checker => {
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
    ended: ({ plan, state }) => badPromoted(plan, state),
  };
};

/**
 * A version with 30 % errors does not pass an analysis that had enough requests to see them, whatever the metrics
 * store says, unless a person took it past.
 */
function badPromoted(plan: WorldPlan, state: WorldState): readonly string[] {
  const skipped = plan.happenings.some(({ kind }) =>
    /^(Promote|PromoteFull|EditSteps|EditWeight|EditSelector|EditStatus|DeleteReplicaSet|Scale|DeleteRollout|GitOps|Load|Rival|SwitchStrategy)$/.test(
      kind,
    ),
  );
  const { steps, strategy, replicas, extras } = plan.rollout;
  const judged = steps.findIndex(({ kind }) => kind === 'Analysis');
  const weight = steps.slice(0, Math.max(0, judged)).findLast((step) => step.kind === 'Weight');
  if (
    skipped ||
    extras?.rollbackWindow !== undefined ||
    strategy !== 'Routed' ||
    judged < 0 ||
    weight?.kind !== 'Weight'
  )
    return [];
  if (weight.weight < 20 || plan.requestsPerSecond < 50 || replicas === 0) return [];
  // The version that was applied before our process had seen another is the first deployment: it is not analysed.
  if (!state.replicaSets.some((replicaSet) => versionOf(state, hashOf(replicaSet)) === 1)) return [];
  const version = versionOf(state, state.rollout?.status?.stableRS);
  const drawn = applied(plan).filter((each) => each.version === version);
  const bad = drawn.length > 0 && drawn.every(({ errorRate }) => errorRate > 0);
  return bad ? [`v${version} with 30 % errors was promoted`] : [];
}

/** True when the step under way, or one before it, gives the canary weight on a route. */
function wantsTraffic({ rollout }: WorldState): boolean {
  const { canary } = rollout?.spec.strategy ?? {};
  if (canary?.trafficRouting === undefined) return false;
  const steps = (canary.steps ?? []) as readonly Readonly<{ setWeight?: number }>[];
  const index = rollout?.status?.currentStepIndex ?? 0;
  return (steps.slice(0, index + 1).findLast(({ setWeight }) => setWeight !== undefined)?.setWeight ?? 0) > 0;
}
