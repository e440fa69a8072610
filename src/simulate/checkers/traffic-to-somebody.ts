import { backendsOf, readyPods } from './revisions.ts';
import type { Checker, WorldState } from './checker.ts';

/** S1: a write of ours never leaves weight on a revision without a ready pod, where there was one before or no weight. */
export const trafficToSomebody: Checker = {
  id: 'S1',
  judge({ before, after, calm }) {
    if (!calm || wantsNothing(after)) return [];
    const known = new Set(empty(before));
    return empty(after).filter((problem) => !known.has(problem));
  },
};

function empty(state: WorldState): readonly string[] {
  return backendsOf(state)
    .filter(({ weight, hash }) => weight > 0 && readyPods(state, hash).length === 0)
    .map(({ name }) => `${name} has weight and no ready pod`);
}

function wantsNothing({ rollout }: WorldState): boolean {
  return rollout?.spec.replicas === 0;
}
