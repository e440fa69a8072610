import { resolveIntOrPercent } from '../../units/int-or-percent.ts';
import type { Sizes } from './basic-capacity.ts';
import { chooseBasicTarget, chooseFenceposts } from './basic-capacity.ts';
import { weightForSizes } from './canary-scale.ts';
import type { Situation } from './situation.ts';
import { canaryOf, totalWeight } from './situation.ts';

/** The surge and unavailability in force, in pods. */
export function fenceposts(situation: Situation): Readonly<{ maxSurge: number; maxUnavailable: number }> {
  const canary = canaryOf(situation);
  const { replicas } = situation;
  const surge = canary?.maxSurge === undefined ? undefined : resolveIntOrPercent(canary.maxSurge, replicas, 'up');
  const missing =
    canary?.maxUnavailable === undefined ? undefined : resolveIntOrPercent(canary.maxUnavailable, replicas, 'down');
  return chooseFenceposts(replicas, surge, missing);
}

/** What the current and stable revisions of a canary without routing aim at. */
export function basicTarget(situation: Situation): Sizes {
  const { replicas, stable, promoted } = situation;
  if (stable === undefined || promoted) return { canary: replicas, stable: 0 };
  return chooseBasicTarget({
    replicas,
    weight: weightForSizes(situation),
    total: totalWeight(situation),
    maxSurge: fenceposts(situation).maxSurge,
  });
}
