import type { Seen } from './seen.ts';
import { isPromoted, statusOf, stepCount } from './seen.ts';
import { describeStanding } from './describe.ts';

/**
 * What to say when a `test` failed: `the rollout has moved on: step 3 of 5 now; look again`. `now` is what a fresh look
 * shows.
 */
export function movedOn(before: Seen, now: Seen): string {
  return `the rollout has moved on: ${whatIsNow(before, now)}; look again`;
}

function whatIsNow(before: Seen, now: Seen): string {
  const [old, fresh] = [statusOf(before), statusOf(now)];
  if (old.currentPodHash === fresh.currentPodHash && !isPromoted(fresh) && fresh.abort !== true) {
    const [count, index] = [stepCount(now.rollout), fresh.currentStepIndex ?? 0];
    if (count > 0 && index < count && old.currentStepIndex !== index) return `step ${index + 1} of ${count} now`;
    const generation = now.rollout.metadata.generation;
    if (before.rollout.metadata.generation !== generation) return `its spec was changed meanwhile`;
  }
  return `now ${describeStanding(now)}`;
}
