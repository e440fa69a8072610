import type { Rollout } from '../api/rollout.ts';
import type { RouteName } from '../plan/action.ts';
import type { LeftRoute, ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import { readSplitOwners } from '../routers/split-owners.ts';
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
): Pick<ObservedRollout, 'leftServices' | 'leftRoutes'> {
  const { namespace = '', name } = rollout.metadata;
  const key = `${namespace}/${name}`;
  const leftRoutes = observeLeftRoutes(stores, rollout, named.routes);
  const marked = stores.services.byIndex(MANAGED_SERVICES, key).map(({ metadata }) => metadata.name);
  const behind = leftRoutes.flatMap(({ services: { canary, stable } }) => [canary, stable]);
  const left = [...new Set([...marked, ...behind])].filter((service) => !named.services.includes(service));
  const leftServices = left.map((service) => observeService(stores, namespace, service));
  return { leftServices: leftServices.filter(({ exists }) => exists), leftRoutes };
}

function observeLeftRoutes(stores: Stores, rollout: Rollout, named: readonly RouteName[]): readonly LeftRoute[] {
  const { namespace = '', name, uid } = rollout.metadata;
  const key = `${namespace}/${name}`;
  return stores.httpRoutes.byIndex(SPLIT_ROUTES, key).flatMap((object) => {
    const { metadata } = object;
    const place = { namespace: metadata.namespace ?? '', name: metadata.name };
    if (metadata.deletionTimestamp !== undefined) return [];
    if (named.some((route) => route.namespace === place.namespace && route.name === place.name)) return [];
    const owner = readSplitOwners(object).find((one) => one.rollout === key && one.uid === uid);
    if (owner === undefined) return [];
    return [
      {
        route: { router: 'GatewayApi', resource: 'httproutes', ...place },
        uid: metadata.uid ?? '',
        resourceVersion: metadata.resourceVersion ?? '',
        services: { canary: owner.canary, stable: owner.stable },
      },
    ];
  });
}
