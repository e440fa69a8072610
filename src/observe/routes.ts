import type { ParsedRoute, RouteResource } from '../api/gateway-api-routes.ts';
import { matchesSelector } from '../api/label-selector.ts';
import type { ParsedRouting } from '../api/parse-canary.ts';
import type { StoreReader } from '../kube/store.ts';
import type { ObservedRoute } from '../plan/rollout/observed-rollout.ts';
import { readAcceptance } from '../routers/acceptance.ts';
import type { RouteTerms } from '../routers/gateway-api.ts';
import { readRoute } from '../routers/gateway-api.ts';
import type { GatewayRoute } from '../routers/route-shape.ts';
import type { SplitWriter } from '../routers/router.ts';
import type { Stores } from './stores.ts';

/** The stores of routes, by the plural of their kind. */
export const ROUTE_STORES = {
  httproutes: 'httpRoutes',
  grpcroutes: 'grpcRoutes',
  tcproutes: 'tcpRoutes',
  tlsroutes: 'tlsRoutes',
} as const;

/** The routes of a kind. */
export function routesOfKind(stores: Pick<Stores, RouteStoreName>, resource: RouteResource): StoreReader {
  return stores[ROUTE_STORES[resource]];
}

/** Names of the stores of routes. */
export type RouteStoreName = (typeof ROUTE_STORES)[RouteResource];

/** The routes that a routing means: those that it names, and those that it selects by label, each once. */
export function routesMeant(stores: Pick<Stores, RouteStoreName>, routing: ParsedRouting): readonly ParsedRoute[] {
  const named = routing.routes;
  const isNamed = (one: ParsedRoute): boolean =>
    named.some(
      ({ resource, namespace, name }) => resource === one.resource && namespace === one.namespace && name === one.name,
    );
  const selected = routing.selectors.flatMap(({ resource, namespace, selector }) =>
    routesOfKind(stores, resource)
      .inNamespace(namespace)
      .filter(({ metadata }) => matchesSelector(selector, metadata.labels ?? {}))
      .map(({ metadata }): ParsedRoute => ({
        router: 'GatewayApi',
        resource,
        namespace,
        name: metadata.name,
        headerRoutes: false,
      })),
  );
  return [...named, ...selected.filter((one) => !isNamed(one))];
}

/** A route as decisions read it: its split, its managed routes, and whether every parent took it. */
export function observeRoute(
  stores: Pick<Stores, RouteStoreName>,
  route: ParsedRoute,
  writer: SplitWriter,
  terms: RouteTerms,
): ObservedRoute {
  const object = routesOfKind(stores, route.resource).get(route.namespace, route.name);
  if (object === undefined) return { ...ABSENT, route };
  const gatewayRoute = object as GatewayRoute;
  const acceptance = readAcceptance(gatewayRoute);
  return {
    route,
    exists: true,
    uid: object.metadata.uid ?? '',
    resourceVersion: object.metadata.resourceVersion ?? '',
    ...readRoute(gatewayRoute, writer, terms),
    accepted: acceptance.accepted,
    refused: !acceptance.accepted && acceptance.refused === true,
    problem: acceptance.accepted ? undefined : acceptance.problem,
  };
}

const ABSENT: Omit<ObservedRoute, 'route'> = {
  exists: false,
  uid: '',
  resourceVersion: '',
  split: undefined,
  uniform: false,
  accepted: false,
  refused: false,
  problem: 'it does not exist',
  inProgress: false,
  noted: false,
  shared: false,
  managed: [],
  intact: true,
  authored: [],
};
