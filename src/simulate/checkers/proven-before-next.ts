import type { Checker, JudgedWrite, WorldState } from './checker.ts';
import { backendsOf, canaryShare, hashOf, isTaken, needed, readyPods, selectedBy } from './revisions.ts';

/**
 * S4, growing: a step with a weight is completed only when the stored route carries that weight, every parent has taken
 * that very generation, and the pods that the weight needs are ready; a revision becomes the stable one only with all
 * of its pods ready.
 */
export const provenBeforeNext: Checker = {
  id: 'S4',
  judge(write) {
    const { call, calm, before, after } = write;
    if (!calm || call.resource.plural !== 'rollouts' || call.subresource !== 'status') return [];
    if (after.rollout?.spec.replicas === 0) return [];
    return [...stepProblems(write), ...promotionProblems(before, after)];
  },
};

function stepProblems({ before, after }: JudgedWrite): readonly string[] {
  const was = before.rollout?.status ?? {};
  const is = after.rollout?.status ?? {};
  const index = was.currentStepIndex ?? 0;
  const onward =
    was.currentPodHash === is.currentPodHash &&
    was.currentStepHash === is.currentStepHash &&
    was.promoteFull !== true &&
    (is.currentStepIndex ?? 0) === index + 1;
  const steps = (before.rollout?.spec.strategy?.canary?.steps ?? []) as readonly Readonly<{ setWeight?: number }>[];
  const weight = steps[index]?.setWeight;
  if (!onward || weight === undefined) return [];
  const hash = was.currentPodHash;
  const ready = readyPods(before, hash).length;
  const n = before.rollout?.spec.replicas ?? 1;
  if (before.rollout?.spec.strategy?.canary?.trafficRouting === undefined) {
    // A small share of few pods may come to none at all: the nearest whole number is what a canary by pods aims at.
    const least = Math.floor((n * weight) / 100);
    return ready < least ? [`weight ${weight} counts as reached with ${ready} of ${least} ready pods`] : [];
  }
  const wrong: string[] = [];
  const share = canaryShare(before);
  if (share !== weight) wrong.push(`weight ${weight} counts as reached, and the route has ${share}`);
  if (!isTaken(before)) wrong.push(`weight ${weight} counts as proven before the Gateway took it`);
  if (ready < needed(weight, n)) wrong.push(`weight ${weight} counts as reached with ${ready} of ${n} pods`);
  const behind = backendsOf(before).find((backend) => backend.name.endsWith('-canary'))?.hash;
  if (weight > 0 && behind !== hash)
    wrong.push(`weight ${weight} counts as reached before its Service selects the canary`);
  return wrong;
}

function promotionProblems(before: WorldState, after: WorldState): readonly string[] {
  const was = before.rollout?.status?.stableRS ?? '';
  const is = after.rollout?.status?.stableRS ?? '';
  if (was === '' || is === was) return [];
  const n = before.rollout?.spec.replicas ?? 1;
  const ready = readyPods(before, is).length;
  const wrong = ready < n ? [`revision ${is} becomes the stable one with ${ready} of ${n} pods`] : [];
  const activeName = before.rollout?.spec.strategy?.blueGreen?.activeService;
  const active = before.services.find(({ metadata }) => metadata.name === activeName);
  if (activeName !== undefined && selectedBy(active) !== is)
    wrong.push(`revision ${is} becomes the stable one before the active Service selects it`);
  const { canary } = before.rollout?.spec.strategy ?? {};
  const stepped = canary?.trafficRouting !== undefined && (canary.steps ?? []).length > 0;
  if (stepped && canaryShare(before) !== 100)
    wrong.push(`revision ${is} becomes the stable one with ${canaryShare(before)} % of the traffic`);
  return before.replicaSets.some((replicaSet) => hashOf(replicaSet) === is) ? wrong : [];
}
