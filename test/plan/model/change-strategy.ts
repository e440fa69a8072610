import { HASH_LABEL } from '../../../src/api/names.ts';
import type { LeftRoute, ObservedRollout, ObservedService } from '../../../src/plan/rollout/observed-rollout.ts';
import { applySpec, type Deed } from './whole-run.ts';
import { CANARY_SERVICE, specOf, STABLE_SERVICE, worldOf, type WorldWords } from './world.ts';

/**
 * A person applies another strategy: the Services and routes that it names come into sight, unmanaged if they are new;
 * those that it names no more are left behind, if they bear our mark.
 */
export function applyStrategy(words: WorldWords, when?: Deed['when']): Deed {
  const { strategy } = specOf(words);
  const deed = applySpec(`change to ${words.strategy}`, strategy === undefined ? {} : { strategy }, when);
  return {
    ...deed,
    change: (observed) => {
      const fresh = worldOf({ ...words, weight: 0 });
      const named = new Set(fresh.services.map(({ name }) => name));
      const known = [...observed.services, ...observed.leftServices];
      const routes = fresh.routes.map((route) => observed.routes.find(({ uid }) => uid === route.uid) ?? route);
      const gone = observed.routes.filter(({ uid }) => !routes.some((route) => route.uid === uid));
      // What was never written by us bears no note of ours.
      const leftRoutes = gone.filter(({ resourceVersion }) => resourceVersion !== '1').map(leftRoute);
      const behind = leftRoutes.flatMap(({ services }) => Object.values(services));
      return {
        ...deed.change(observed),
        services: fresh.services.map(
          (service) => known.find(({ name }) => name === service.name) ?? unmanaged(service, observed),
        ),
        leftServices: known.filter(
          ({ name, managedBy }) => !named.has(name) && (managedBy !== undefined || behind.includes(name)),
        ),
        routes,
        leftRoutes,
      };
    },
  };
}

function unmanaged(service: ObservedService, { replicaSets }: ObservedRollout): ObservedService {
  const { [HASH_LABEL]: _, ...selector } = service.selector;
  const ready = replicaSets.filter((set) => set.ready > 0).map((set) => [set.hash, set.ready] as const);
  return { ...service, selector, managedBy: undefined, readyEndpoints: Object.fromEntries(ready) };
}

function leftRoute({ route, uid, resourceVersion }: ObservedRollout['routes'][number]): LeftRoute {
  return { route, uid, resourceVersion, services: { canary: CANARY_SERVICE, stable: STABLE_SERVICE } };
}
