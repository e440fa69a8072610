import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import { type Situation, situation, situationAfter } from './situation.ts';

/** How badly a situation breaks a rule: 0 when it holds. */
export type Measure = (observed: ObservedRollout, situation: Situation) => number;

/** A worsening that a plan can cause: from what to what, and by which action (absent when several act together). */
export type Worsening = Readonly<{ before: number; after: number; action?: Action }>;

/** Differences below this are rounding: weights are whole numbers, shares of pods are not. */
const ROUNDING = 1e-6;

/**
 * The worst that any prefix of the plan, in any order, makes of a measure; undefined when nothing gets worse than the
 * world already is (the charge rule of reliability.md 2). Writes to Services and routes are tried in every combination;
 * of the ReplicaSets only what they lose counts at once, so all losses together are the worst.
 */
export function worsening(
  observed: ObservedRollout,
  actions: readonly Action[],
  measure: Measure,
): Worsening | undefined {
  const before = measure(observed, situation(observed));
  for (const action of actions) {
    const after = measure(observed, situationAfter(observed, [action]));
    if (after > before + ROUNDING) return { before, after, action };
  }
  const losses = actions.filter((action) => action.kind === 'ChangeReplicaSet' || action.kind === 'DeleteReplicaSet');
  const moves = actions.filter(
    ({ kind }) => kind === 'PointService' || kind === 'ReleaseService' || kind === 'SetSplit',
  );
  let worst: Worsening | undefined;
  for (const some of subsets(moves)) {
    for (const taken of [[], losses]) {
      const after = measure(observed, situationAfter(observed, [...some, ...taken]));
      if (after > Math.max(before, worst?.after ?? 0) + ROUNDING) worst = { before, after };
    }
  }
  return worst;
}

/** All subsets; a plan moves at most a few routes and two Services. */
function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  let all: readonly (readonly T[])[] = [[]];
  for (const item of items) all = [...all, ...all.map((subset) => [...subset, item])];
  return all;
}
