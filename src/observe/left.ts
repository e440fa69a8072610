import type { RouteResource } from '../api/gateway-api-routes.ts';
import { DEFAULT_MAX_WEIGHT } from '../api/defaults.ts';
import type { Rollout } from '../api/rollout.ts';
import { rolesOf } from '../api/split-services.ts';
import type { RouteName } from '../plan/action.ts';
import type { EarlierRoute, LeftRoute, ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import { DEFAULT_LABEL } from '../routers/gateway-api.ts';
import { readSplitOwners } from '../routers/split-owners.ts';
import { observeRoute, ROUTE_STORES, routesOfKind } from './routes.ts';
import { observeService } from './services.ts';
import type { Stores } from './stores.ts';
import { MANAGED_SERVICES, SPLIT_ROUTES } from './stores.ts';

/** What a Rollout's spec names now. */
type Named = Readonly<{ services: readonly string[]; routes: readonly RouteName[] }>;

/**
 * What bears our mark and is named by the spec no more, as after a change of strategy or of a name. The marks are
 * the memory: they are there after a restart, and on what somebody put back.
 */
export function observeLeft(
  stores: Stores,
  rollout: Rollout,
  named: Named,
): Pick<ObservedRollout, 'leftServices' | 'leftRoutes' | 'earlierRoutes'> {
  const { namespace = '', name } = rollout.metadata;
  const key = `${namespace}/${name}`;
  const leftRoutes = observeLeftRoutes(stores, rollout, named.routes);
  const marked = stores.services.byIndex(MANAGED_SERVICES, key).map(({ metadata }) => metadata.name);
  const behind = leftRoutes.flatMap(({ services: { canary, stable } }) => [canary, stable]);
  const left = [...new Set([...marked, ...behind])].filter((service) => !named.services.includes(service));
  const leftServices = left.map((service) => observeService(stores, rollout, service));
  const earlierRoutes = observeEarlier(stores, rollout, named.routes);
  return { leftServices: leftServices.filter(({ exists }) => exists), leftRoutes, earlierRoutes };
}

/** The routes that note an update of this Rollout with other Services than the spec names now, or that it names no more. */
function observeEarlier(stores: Stores, rollout: Rollout, named: readonly RouteName[]): readonly EarlierRoute[] {
  const { namespace = '', name, uid = '' } = rollout.metadata;
  const key = `${namespace}/${name}`;
  const roles = rolesOf(rollout);
  const { maxTrafficWeight: total = DEFAULT_MAX_WEIGHT } = rollout.spec.strategy?.canary?.trafficRouting ?? {};
  return (Object.keys(ROUTE_STORES) as RouteResource[]).flatMap((resource) =>
    routesOfKind(stores, resource)
      .byIndex(SPLIT_ROUTES, key)
      .flatMap((object): readonly EarlierRoute[] => {
        const place = { resource, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
        const route = { router: 'GatewayApi', ...place, headerRoutes: true } as const;
        const owner = readSplitOwners(object).find((one) => one.rollout === key && one.uid === uid);
        if (owner === undefined || object.metadata.deletionTimestamp !== undefined) return [];
        const services = { canary: owner.canary, stable: owner.stable };
        const same = services.canary === roles.canary && services.stable === roles.stable;
        if (same && named.some((one) => sameRoute(one, route))) return [];
        const terms = { declared: (owner.managed ?? []).map((managed) => managed.name), label: DEFAULT_LABEL, total };
        return [
          { ...observeRoute(stores, route, { group: owner.group, rollout: key, uid, ...services }, terms), services },
        ];
      }),
  );
}

function sameRoute(a: RouteName, b: RouteName): boolean {
  return a.resource === b.resource && a.namespace === b.namespace && a.name === b.name;
}

function observeLeftRoutes(stores: Stores, rollout: Rollout, named: readonly RouteName[]): readonly LeftRoute[] {
  const { namespace = '', name, uid } = rollout.metadata;
  const key = `${namespace}/${name}`;
  return (Object.keys(ROUTE_STORES) as RouteResource[]).flatMap((resource) =>
    routesOfKind(stores, resource)
      .byIndex(SPLIT_ROUTES, key)
      .flatMap((object): readonly LeftRoute[] => {
        const { metadata } = object;
        const route: RouteName = {
          router: 'GatewayApi',
          resource,
          namespace: metadata.namespace ?? '',
          name: metadata.name,
        };
        if (metadata.deletionTimestamp !== undefined || named.some((one) => sameRoute(one, route))) return [];
        const owner = readSplitOwners(object).find((one) => one.rollout === key && one.uid === uid);
        if (owner === undefined) return [];
        const { uid: own = '', resourceVersion = '' } = metadata;
        return [{ route, uid: own, resourceVersion, services: { canary: owner.canary, stable: owner.stable } }];
      }),
  );
}
