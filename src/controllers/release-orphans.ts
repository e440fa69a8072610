import type { ParsedRoute, RouteResource } from '../api/gateway-api-routes.ts';
import { HASH_LABEL, MANAGED_BY, MANAGED_IN } from '../api/names.ts';
import type { Rollout } from '../api/rollout.ts';
import type { Failure } from '../kube/client.ts';
import { SERVICES } from '../kube/kinds.ts';
import type { KubeObject } from '../kube/resource.ts';
import { ROUTE_RESOURCES } from '../apply/traffic.ts';
import { routesOf } from '../observe/observe-rollout.ts';
import { ROUTE_STORES } from '../observe/routes.ts';
import { renderWithoutOwners } from '../routers/gateway-api.ts';
import type { SplitOwner } from '../routers/split-owners.ts';
import { readSplitOwners } from '../routers/split-owners.ts';
import { MANAGED_SERVICES, SPLIT_ROUTES } from '../observe/stores.ts';
import { expectingClient } from './expecting-client.ts';
import type { KindParts } from './kind-controller.ts';
import { ownKinds } from './world.ts';

/** A route, and the owners noted on it that are no more. */
type OrphanedRoute = Readonly<{ resource: RouteResource; route: KubeObject; gone: readonly SplitOwner[] }>;

/**
 * Gives back what a Rollout that is gone had taken: routes send everything to its stable Service, and then the revision
 * leaves the selectors of its Services, and our annotations with it, so that whatever the owner runs next is selected
 * again. Only a quorum read counts as proof, by a 404 or by another UID under that name: a store that lost sight of an
 * object, or one that changed its instance label, proves nothing (F-T5). What a Rollout of the other group holds is left
 * alone: another controller may serve that. Undefined when all is well; else the failure
 * that wants another try.
 */
export async function releaseOrphans(parts: KindParts, key: string): Promise<Failure | undefined> {
  const { stores, group, expectations } = parts;
  // What was given back a moment ago may not be seen yet: it would be given back again, and refused.
  if (expectations.waitsUntil(key, parts.lookup) !== undefined) return undefined;
  const client = expectingClient(parts.client, expectations, key);
  const [namespace = '', name = ''] = key.split('/');
  const known = stores.rollouts.get(namespace, name);
  const services = known === undefined ? servicesLeftBy(parts, key) : [];
  if (services.length === 0 && routesLeftBy(parts, key, known).length === 0) return undefined;
  const answer = await client.get({ resource: ownKinds(group).rollouts, namespace, name });
  if (!answer.ok && answer.why !== 'NotFound') return answer;
  const living = answer.ok ? (answer.value as Rollout) : undefined;
  const failures: (Failure | undefined)[] = [];
  for (const orphan of routesLeftBy(parts, key, living))
    failures.push(await releaseRoute({ ...parts, client }, key, orphan));
  // Services are claimed by name, so they belong to whoever lives under it.
  for (const service of living === undefined ? services : [])
    failures.push(await releaseService({ ...parts, client }, key, service));
  return failures.find((failure) => failure !== undefined);
}

function servicesLeftBy({ stores, group }: KindParts, key: string): readonly KubeObject[] {
  return stores.services.byIndex(MANAGED_SERVICES, key).filter(({ metadata: { annotations, deletionTimestamp } }) => {
    const managedIn = annotations?.[MANAGED_IN] ?? 'argoproj.io';
    return deletionTimestamp === undefined && managedIn === group;
  });
}

/** The routes that note a Rollout of that key which is not `living`; one that `living` names is its affair. */
function routesLeftBy(
  { stores, group }: KindParts,
  key: string,
  living: Rollout | undefined,
): readonly OrphanedRoute[] {
  const taken = new Set(living === undefined ? [] : routesOf(stores, living).map(placeOf));
  return (Object.keys(ROUTE_STORES) as RouteResource[]).flatMap((resource) =>
    stores[ROUTE_STORES[resource]].byIndex(SPLIT_ROUTES, key).flatMap((route) => {
      const { namespace = '', name, deletionTimestamp } = route.metadata;
      if (deletionTimestamp !== undefined || taken.has(placeOf({ resource, namespace, name }))) return [];
      const ours = readSplitOwners(route).filter((owner) => owner.group === group && owner.rollout === key);
      const gone = ours.filter(({ uid }) => uid !== living?.metadata.uid);
      return gone.length === 0 ? [] : [{ resource, route, gone }];
    }),
  );
}

function placeOf({ resource, namespace, name }: Pick<ParsedRoute, 'resource' | 'namespace' | 'name'>): string {
  return `${resource}/${namespace}/${name}`;
}

async function releaseRoute(
  { client, log }: KindParts,
  key: string,
  { resource, route, gone }: OrphanedRoute,
): Promise<Failure | undefined> {
  const { namespace = '', name } = route.metadata;
  const operations = renderWithoutOwners(route, gone);
  const written = await client.patch(
    { resource: ROUTE_RESOURCES[resource], namespace, name },
    { kind: 'Json', operations },
  );
  if (!written.ok && written.why !== 'NotFound') return written;
  log.info({ rollout: key, namespace, route: name }, 'route given back');
  return undefined;
}

async function releaseService(
  { client, log }: KindParts,
  key: string,
  { metadata: { namespace = '', name, resourceVersion } }: KubeObject,
): Promise<Failure | undefined> {
  const body = {
    metadata: { resourceVersion, annotations: { [MANAGED_BY]: null, [MANAGED_IN]: null } },
    spec: { selector: { [HASH_LABEL]: null } },
  };
  const written = await client.patch({ resource: SERVICES, namespace, name }, { kind: 'Merge', body });
  if (!written.ok && written.why !== 'NotFound') return written;
  log.info({ rollout: key, namespace, service: name }, 'service given back');
  return undefined;
}
