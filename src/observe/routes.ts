import type { ParsedRoute } from '../api/gateway-api-routes.ts';
import type { ObservedRoute } from '../plan/rollout/observed-rollout.ts';
import type { HttpRoute } from '../routers/gateway-api.ts';
import { readAcceptance, readSplit } from '../routers/gateway-api.ts';
import type { SplitServices } from '../routers/router.ts';
import type { Stores } from './stores.ts';

/** A route as decisions read it: its split in weights of `total`, and whether every parent took it. */
export function observeRoute(
  stores: Stores,
  route: ParsedRoute,
  services: SplitServices,
  total: number,
): ObservedRoute {
  const object = stores.httpRoutes.get(route.namespace, route.name);
  if (object === undefined) {
    return {
      route,
      exists: false,
      uid: '',
      resourceVersion: '',
      split: undefined,
      uniform: false,
      accepted: false,
      problem: 'it does not exist',
      inProgress: false,
    };
  }
  const httpRoute = object as HttpRoute;
  const acceptance = readAcceptance(httpRoute);
  return {
    route,
    exists: true,
    uid: object.metadata.uid ?? '',
    resourceVersion: object.metadata.resourceVersion ?? '',
    ...readSplit(httpRoute, services, total),
    accepted: acceptance.accepted,
    problem: acceptance.accepted ? undefined : acceptance.problem,
  };
}
