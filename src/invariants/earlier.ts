import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';

/**
 * The observation by which a plan is judged: where it takes an update back in a route as that stood before an edit, that
 * route and its Services, as though the spec still named them; else the observation itself.
 */
export function judgedBy(observed: ObservedRollout, actions: readonly Action[]): ObservedRollout {
  const written = observed.earlierRoutes.find(({ uid, services }) =>
    actions.some(
      (action) =>
        action.kind === 'SetSplit' &&
        action.target.uid === uid &&
        action.services.canary === services.canary &&
        action.services.stable === services.stable,
    ),
  );
  const canary = observed.rollout.spec.strategy?.canary;
  if (written === undefined || canary === undefined) return observed;
  const { services } = written;
  const { pingPong: _roles, trafficRouting = {}, ...rest } = canary;
  const pair = (name: string): boolean => name === services.canary || name === services.stable;
  const strategy = {
    canary: { ...rest, trafficRouting, canaryService: services.canary, stableService: services.stable },
  };
  return {
    ...observed,
    rollout: { ...observed.rollout, spec: { ...observed.rollout.spec, strategy } },
    services: [...observed.services, ...observed.leftServices.filter(({ name }) => pair(name))],
    leftServices: observed.leftServices.filter(({ name }) => !pair(name)),
    leftRoutes: [],
    routes: observed.earlierRoutes.filter(
      (route) => route.services.canary === services.canary && route.services.stable === services.stable,
    ),
  };
}
