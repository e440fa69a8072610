import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Breach } from './breach.ts';

/** The weights of a Gateway API route that we write sum to this. */
const TOTAL = 100;

/** S3: the weights of a route are whole numbers in 0..100 that sum to 100, and the route is one that the spec names. */
export function weightsOffTotal(observed: ObservedRollout, actions: readonly Action[]): readonly Breach[] {
  const broken: Breach[] = [];
  for (const action of actions) {
    if (action.kind !== 'SetSplit') continue;
    const { canary, stable } = action.split;
    if (!isWeight(canary) || !isWeight(stable) || canary + stable !== TOTAL) {
      broken.push({ rule: 'S3', message: `weights ${canary} and ${stable} do not share ${TOTAL}`, action });
    }
    const { name, namespace } = action.route;
    const known = observed.routes.some(
      ({ route, exists }) => exists && route.name === name && route.namespace === namespace,
    );
    if (!known)
      broken.push({ rule: 'S3', message: `the spec names no route ${namespace}/${name} that exists`, action });
  }
  return broken;
}

function isWeight(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= TOTAL;
}
