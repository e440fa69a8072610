import type { ManagedRoute } from '../../api/managed-routes.ts';
import type { Action, AdditionalWeight, RouteTerms, SplitServices } from '../action.ts';
import { chooseAdditional, sameAdditional, sumOf } from './experiment-weights.ts';
import { contestedUntil } from './contested.ts';
import { chooseManaged, holdsManaged, managedFor } from './managed-routes.ts';
import type { ObservedRoute } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { canaryOf, isRouted, totalWeight } from './situation.ts';
import { chooseSplit, needsWriting } from './split.ts';

type Wish = Readonly<{
  canary: number;
  additional: readonly AdditionalWeight[];
  managed: readonly ManagedRoute[] | 'Hold';
  inProgress: boolean;
  services: SplitServices;
  terms: RouteTerms;
  because: string;
}>;

/**
 * The writes that bring every route to the split and the managed routes that should be in force, and its label and note to
 * the state of the update: at rest a route looks as its author wrote it.
 */
export function planRoutes(situation: Situation): readonly Action[] {
  if (!isRouted(situation)) return [];
  const { canary, reason } = chooseSplit(situation);
  if (contestedUntil(situation, canary) !== undefined) return [];
  const { canaryService = '', stableService = '', routing } = canaryOf(situation) ?? {};
  const additional = chooseAdditional(situation, canary);
  const wish: Wish = {
    canary,
    additional,
    managed: chooseManaged(situation),
    inProgress: canary > 0 || additional.length > 0 || !(situation.promoted || situation.aborted),
    services: { canary: canaryService, stable: stableService },
    terms: { declared: routing?.managedRoutes ?? [], label: routing?.label, total: totalWeight(situation) },
    because: reason,
  };
  return situation.observed.routes.flatMap((route) => planRoute(route, wish));
}

function planRoute(route: ObservedRoute, wish: Wish): readonly Action[] {
  if (!route.exists || route.split === undefined) return [];
  const { canary, additional, services, inProgress, terms, because } = wish;
  const held = wish.managed === 'Hold';
  const managed = wish.managed === 'Hold' ? route.managed : managedFor(route, wish.managed);
  // What another Rollout has in progress on the same route keeps the label.
  const labelled = terms.label === undefined || route.inProgress === (inProgress || route.shared);
  const settled = held || holdsManaged(route, managed);
  const written = !needsWriting(route, canary) && sameAdditional(route.additional ?? [], additional);
  if (written && settled && labelled && route.noted === inProgress) return [];
  const { router, resource, namespace, name } = route.route;
  return [
    {
      kind: 'SetSplit',
      route: { router, resource, namespace, name },
      target: { name, uid: route.uid, resourceVersion: route.resourceVersion },
      services,
      split: {
        canary,
        stable: terms.total - canary - sumOf(additional),
        ...(additional.length === 0 ? {} : { additional }),
      },
      managed,
      inProgress,
      terms,
      because,
    },
  ];
}
