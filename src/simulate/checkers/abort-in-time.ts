import type { Milliseconds } from '../../units/duration.ts';
import { milliseconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add } from '../../units/instant.ts';
import type { Checker, MakeChecker, WorldState } from './checker.ts';
import { canaryShare, readyPods } from './revisions.ts';
import type { WorldPlan } from '../world-plan.ts';

/** L1: from an abort to the stable revision being meant to have all traffic, where the API is healthy. */
const IN_TIME = 2_000;

/** When an abort must have been obeyed in a world; undefined where something else may hold it up. */
function abortDue({ callFaults, watchFaults, happenings, lags }: WorldPlan): Milliseconds | undefined {
  const calm = happenings.every(({ kind }) => /^(Apply|Abort|Promote|Pause|Prometheus)$/.test(kind));
  if (!calm || callFaults.length > 0 || watchFaults.length > 0) return undefined;
  // On the way: two events of watches, and two calls there and back.
  return milliseconds(IN_TIME + 4 * lags.api + 2 * lags.watch);
}

/** L1: an abort is obeyed within two seconds, where nothing holds it up; held against the world as it then was. */
export const abortInTime: MakeChecker = (plan): Checker => {
  const within = abortDue(plan);
  let asked: Readonly<{ due: Instant; then: WorldState }> | undefined;
  const judge = (now: WorldState, at: Instant): readonly string[] => {
    if (asked === undefined || at <= asked.due) return [];
    const problem = judgeAbort(asked.then, now);
    asked = undefined;
    return problem === undefined ? [] : [problem];
  };
  return {
    id: 'L1',
    met({ kind }, state, at) {
      if (within !== undefined && kind === 'Abort') asked = { due: add(at, within), then: state };
    },
    judge: ({ before, at }) => judge(before, at),
    looked: (state, at) => judge(state, at),
  };
};

/** What is wrong some time after an abort, if anything: `then` is the world when it was asked for. */
function judgeAbort(then: WorldState, now: WorldState): string | undefined {
  const { status = {}, spec } = now.rollout ?? { spec: {} };
  const inFlight = then.rollout?.status?.stableRS !== then.rollout?.status?.currentPodHash;
  // A new version that came meanwhile is another update, which begins without the abort.
  const same = then.rollout?.metadata.generation === now.rollout?.metadata.generation;
  if (!inFlight || !same || status.stableRS === status.currentPodHash) return undefined;
  if (status.abort !== true || status.abortedAt === undefined) return 'an abort is not obeyed after two seconds';
  const able = readyPods(now, status.stableRS).length >= (spec.replicas ?? 1);
  const share = canaryShare(now);
  return able && share > 0 ? `two seconds after an abort the canary has ${share} %` : undefined;
}
