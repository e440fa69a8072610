import type { Action } from '../action.ts';
import type { ObservedRoute } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { isRouted, totalWeight } from './situation.ts';
import { chooseSplit, needsWriting } from './split.ts';

/** The writes that bring every route to the split that should be in force, and its label to the state of the update. */
export function planRoutes(situation: Situation): readonly Action[] {
  if (!isRouted(situation)) return [];
  const { canary, reason } = chooseSplit(situation);
  const inProgress = canary > 0 || !(situation.promoted || situation.aborted);
  return situation.observed.routes.flatMap((route) => planRoute(situation, route, canary, inProgress, reason));
}

function planRoute(
  situation: Situation,
  route: ObservedRoute,
  canary: number,
  inProgress: boolean,
  reason: string,
): readonly Action[] {
  if (!route.exists || route.split === undefined) return [];
  const labelled = route.inProgress === inProgress || !wantsLabel(situation);
  if (!needsWriting(route, canary) && labelled) return [];
  return [
    {
      kind: 'SetSplit',
      route: route.route,
      target: { name: route.route.name, uid: route.uid, resourceVersion: route.resourceVersion },
      split: { canary, stable: totalWeight(situation) - canary },
      inProgress: wantsLabel(situation) ? inProgress : route.inProgress,
      because: reason,
    },
  ];
}

/** Whether routes are labelled while an update moves their weights. */
function wantsLabel(situation: Situation): boolean {
  const routing = situation.observed.rollout.spec.strategy?.canary?.trafficRouting;
  return routing?.gatewayAPI?.disableInProgressLabel !== true;
}
