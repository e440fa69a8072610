import { HASH_LABEL, MANAGED_BY } from '../api/names.ts';
import type { KubeClient } from '../kube/client.ts';
import { HTTP_ROUTES, SERVICES } from '../kube/kinds.ts';
import type { KubeObject } from '../kube/resource.ts';
import { keyOf } from '../kube/resource.ts';
import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import { renderSplit } from '../routers/gateway-api.ts';
import type { SplitOwner } from '../routers/split-owners.ts';
import { readSplitOwners, renderSplitOwner, renderWithoutOwners } from '../routers/split-owners.ts';
import type { Outcome } from './outcome.ts';
import { DONE, told } from './outcome.ts';

type Of<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

/** Reads a route as last seen, in raw JSON. */
export type RouteReader = (namespace: string, name: string) => KubeObject | undefined;

/** Points a Service at one revision, if it is still as the plan saw it. */
export async function pointService(
  client: KubeClient,
  observed: ObservedRollout,
  { target, hash }: Of<'PointService'>,
): Promise<Outcome> {
  const { namespace = '', name } = observed.rollout.metadata;
  const before = observed.services.find((service) => service.name === target.name)?.selector[HASH_LABEL] ?? '';
  const answer = await client.patch(
    { resource: SERVICES, namespace, name: target.name },
    {
      kind: 'Merge',
      body: {
        metadata: { uid: target.uid, resourceVersion: target.resourceVersion, annotations: { [MANAGED_BY]: name } },
        spec: { selector: { [HASH_LABEL]: hash } },
      },
    },
  );
  if (!answer.ok) return answer;
  return told('SwitchService', `Switched selector for service '${target.name}' from '${before}' to '${hash}'`);
}

function ownerOf({ rollout }: ObservedRollout): Pick<SplitOwner, 'rollout' | 'uid'> {
  return { rollout: keyOf(rollout.metadata), uid: rollout.metadata.uid ?? '' };
}

/** Writes a split into a route, and who did, if it is still as the plan saw it. */
export async function setSplit(
  client: KubeClient,
  observed: ObservedRollout,
  action: Of<'SetSplit'>,
  readRoute: RouteReader,
): Promise<Outcome> {
  const { namespace, name } = action.route;
  const object = readRoute(namespace, name);
  if (object?.metadata.resourceVersion !== action.target.resourceVersion) {
    return { ok: false, why: 'Conflict', status: 409, message: `HTTPRoute ${name} has changed since it was observed` };
  }
  const canary = observed.rollout.spec.strategy?.canary;
  const services = { canary: canary?.canaryService ?? '', stable: canary?.stableService ?? '' };
  const split = renderSplit(object, services, { ...action.split, inProgress: action.inProgress });
  if (split.length === 0) return DONE;
  const operations = [...split, ...renderSplitOwner(object, { ...ownerOf(observed), ...services })];
  const answer = await client.patch({ resource: HTTP_ROUTES, namespace, name }, { kind: 'Json', operations });
  if (!answer.ok) return answer;
  const before = observed.routes.find(({ route }) => route.name === name && route.namespace === namespace)?.split
    ?.canary;
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
          ...(mark === 'Goes' ? { annotations: { [MANAGED_BY]: null } } : {}),
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
  { route: { namespace, name }, target }: Of<'ReleaseRoute'>,
  readRoute: RouteReader,
): Promise<Outcome> {
  const object = readRoute(namespace, name);
  if (object?.metadata.resourceVersion !== target.resourceVersion) {
    return { ok: false, why: 'Conflict', status: 409, message: `HTTPRoute ${name} has changed since it was observed` };
  }
  const ours = readSplitOwners(object).filter(({ uid }) => uid === ownerOf(observed).uid);
  const operations = renderWithoutOwners(object, ours);
  const answer = await client.patch({ resource: HTTP_ROUTES, namespace, name }, { kind: 'Json', operations });
  return answer.ok ? DONE : answer;
}
