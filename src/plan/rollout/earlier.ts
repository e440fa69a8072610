import type { ParsedRollout } from '../../api/parse.ts';
import type { Instant } from '../../units/instant.ts';
import type { ObservedRollout } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { readSituation } from './situation.ts';

/**
 * The situation as it was before an edit that names Services or routes that nobody can use: the update under way goes on
 * to be looked at where its traffic is, so that an abort takes it back there. Undefined when no route tells of it.
 */
export function readEarlier(observed: ObservedRollout, spec: ParsedRollout, now: Instant): Situation | undefined {
  const [first] = observed.earlierRoutes;
  if (first === undefined || spec.strategy.kind !== 'Canary') return undefined;
  const { canary, stable } = first.services;
  const routes = observed.earlierRoutes.filter(
    ({ services }) => services.canary === canary && services.stable === stable,
  );
  const pair = (name: string): boolean => name === canary || name === stable;
  const before: ObservedRollout = {
    ...observed,
    services: [...observed.services, ...observed.leftServices.filter(({ name }) => pair(name))],
    leftServices: observed.leftServices.filter(({ name }) => !pair(name)),
    leftRoutes: [],
    routes,
  };
  const { routing } = spec.strategy;
  const strategy = {
    ...spec.strategy,
    canaryService: canary,
    stableService: stable,
    pingPong: false,
    routing: {
      maxWeight: routing?.maxWeight ?? 100,
      managedRoutes: routing?.managedRoutes ?? [],
      label: routing?.label,
      selectors: [],
      routes: routes.map(({ route }) => route),
    },
  };
  return readSituation(before, { ...spec, strategy }, now);
}
