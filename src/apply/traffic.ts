import type { RouteResource } from '../api/gateway-api-routes.ts';
import { routeKindOf } from '../api/gateway-api-routes.ts';
import { HASH_LABEL, MANAGED_BY, MANAGED_IN } from '../api/names.ts';
import type { KubeClient } from '../kube/client.ts';
import { GRPC_ROUTES, HTTP_ROUTES, SERVICES, TCP_ROUTES, TLS_ROUTES } from '../kube/kinds.ts';
import type { KubeObject, Resource } from '../kube/resource.ts';
import { keyOf } from '../kube/resource.ts';
import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import { renderRoute, renderWithoutOwners } from '../routers/gateway-api.ts';
import { readSplitOwners } from '../routers/split-owners.ts';
import type { Outcome } from './outcome.ts';
import { DONE, told } from './outcome.ts';

type Of<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

/** Reads a route as last seen, in raw JSON. */
export type RouteReader = (resource: RouteResource, namespace: string, name: string) => KubeObject | undefined;

/** Each kind of routes as the API server addresses it. */
export const ROUTE_RESOURCES: Readonly<Record<RouteResource, Resource>> = {
  httproutes: HTTP_ROUTES,
  grpcroutes: GRPC_ROUTES,
  tcproutes: TCP_ROUTES,
  tlsroutes: TLS_ROUTES,
};

/** Points a Service at one revision, if it is still as the plan saw it. */
export async function pointService(
  client: KubeClient,
  observed: ObservedRollout,
  { target, hash }: Of<'PointService'>,
): Promise<Outcome> {
  const { namespace = '', name } = observed.rollout.metadata;
  const before = observed.services.find((service) => service.name === target.name)?.selector[HASH_LABEL] ?? '';
  const { uid, resourceVersion } = target;
  const annotations = { [MANAGED_BY]: name, [MANAGED_IN]: observed.group };
  const answer = await client.patch(
    { resource: SERVICES, namespace, name: target.name },
    {
      kind: 'Merge',
      body: {
        metadata: { uid, resourceVersion, annotations },
        spec: { selector: { [HASH_LABEL]: hash } },
      },
    },
  );
  if (!answer.ok) return answer;
  return told('SwitchService', `Switched selector for service '${target.name}' from '${before}' to '${hash}'`);
}

/** Writes a split and managed routes into a route, and who did, if it is still as the plan saw it. */
export async function setSplit(
  client: KubeClient,
  observed: ObservedRollout,
  action: Of<'SetSplit'>,
  readRoute: RouteReader,
): Promise<Outcome> {
  const { resource, namespace, name } = action.route;
  const object = readRoute(resource, namespace, name);
  if (object?.metadata.resourceVersion !== action.target.resourceVersion) {
    const message = `${routeKindOf(resource)} ${name} has changed since it was observed`;
    return { ok: false, why: 'Conflict', status: 409, message };
  }
  const { rollout, group } = observed;
  const writer = { group, rollout: keyOf(rollout.metadata), uid: rollout.metadata.uid ?? '', ...action.services };
  const operations = renderRoute(object, writer, action, action.terms);
  if (operations.length === 0) return DONE;
  const target = { resource: ROUTE_RESOURCES[resource], namespace, name };
  const answer = await client.patch(target, { kind: 'Json', operations });
  if (!answer.ok) return answer;
  const before = observed.routes.find(({ uid }) => uid === action.target.uid)?.split?.canary;
  if (before === action.split.canary) return DONE;
  return told('TrafficWeightUpdated', `Traffic weight updated from ${before ?? 0} to ${action.split.canary}`);
}

/** Takes our revision, and our mark if it goes too, out of a Service that the spec names no more, if it is still as the plan saw it. */
export async function releaseService(
  client: KubeClient,
  observed: ObservedRollout,
  { target, mark }: Of<'ReleaseService'>,
): Promise<Outcome> {
  const { namespace = '' } = observed.rollout.metadata;
  const before = observed.leftServices.find((service) => service.name === target.name)?.selector[HASH_LABEL] ?? '';
  const answer = await client.patch(
    { resource: SERVICES, namespace, name: target.name },
    {
      kind: 'Merge',
      body: {
        metadata: {
          uid: target.uid,
          resourceVersion: target.resourceVersion,
          ...(mark === 'Goes' ? { annotations: { [MANAGED_BY]: null, [MANAGED_IN]: null } } : {}),
        },
        spec: { selector: { [HASH_LABEL]: null } },
      },
    },
  );
  if (!answer.ok) return answer;
  if (before === '') return DONE;
  return told('SwitchService', `Switched selector for service '${target.name}' from '${before}' to ''`);
}

/** Takes our weights and our note out of a route that the spec names no more, if it is still as the plan saw it. */
export async function releaseRoute(
  client: KubeClient,
  observed: ObservedRollout,
  { route: { resource, namespace, name }, target }: Of<'ReleaseRoute'>,
  readRoute: RouteReader,
): Promise<Outcome> {
  const object = readRoute(resource, namespace, name);
  if (object?.metadata.resourceVersion !== target.resourceVersion) {
    const message = `${routeKindOf(resource)} ${name} has changed since it was observed`;
    return { ok: false, why: 'Conflict', status: 409, message };
  }
  const ours = readSplitOwners(object).filter(({ uid }) => uid === observed.rollout.metadata.uid);
  const operations = renderWithoutOwners(object, ours);
  const answer = await client.patch(
    { resource: ROUTE_RESOURCES[resource], namespace, name },
    { kind: 'Json', operations },
  );
  return answer.ok ? DONE : answer;
}
