import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Breach } from './breach.ts';
import { totalWeight } from './strategy.ts';

/** S3: the weights of a route are whole numbers in 0..max that sum to max (100, or maxTrafficWeight), and the route is one that the spec names. */
export function weightsOffTotal(observed: ObservedRollout, actions: readonly Action[]): readonly Breach[] {
  const broken: Breach[] = [];
  const total = totalWeight(observed);
  for (const action of actions) {
    if (action.kind !== 'SetSplit') continue;
    const { canary, stable, additional = [] } = action.split;
    const all = [canary, stable, ...additional.map(({ weight }) => weight)];
    if (!all.every((weight) => isWeight(weight, total)) || all.reduce((sum, weight) => sum + weight, 0) !== total) {
      broken.push({ rule: 'S3', message: `weights ${all.join(' and ')} do not share ${total}`, action });
    }
    for (const { service } of additional) {
      if (observed.trialServices.some(({ name, exists }) => name === service && exists)) continue;
      broken.push({ rule: 'S3', message: `no experiment of this Rollout has a Service ${service}`, action });
    }
    const { resource, name, namespace } = action.route;
    const known = observed.routes.some(
      ({ route, exists }) =>
        exists && route.resource === resource && route.name === name && route.namespace === namespace,
    );
    const declared = observed.rollout.spec.strategy?.canary?.trafficRouting?.managedRoutes ?? [];
    for (const managed of action.managed) {
      if (declared.some((one) => one.name === managed.name)) continue;
      broken.push({ rule: 'S3', message: `the spec declares no managed route ${managed.name}`, action });
    }
    if (!known)
      broken.push({ rule: 'S3', message: `the spec names no route ${namespace}/${name} that exists`, action });
  }
  return broken;
}

function isWeight(value: number, total: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= total;
}
