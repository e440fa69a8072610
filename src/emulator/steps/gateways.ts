import type { Instant } from '../../units/instant.ts';
import type { ClusterStep, ClusterView } from '../step.ts';
import { GATEWAYS, getOf, listOf, ROUTES, SERVICES } from './kinds.ts';
import type { BackendReference, Condition, Gateway, HttpRoute, ParentReference } from './shapes.ts';
import { withCondition, writeStatus } from './writes.ts';

/** Who says what stands in the status of Gateways and routes here. */
export const GATEWAY_CONTROLLER = 'sluice.dev/emulated-gateway';

type Said = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** Accepts every Gateway, of whatever class: the emulated data plane serves them all. */
export const gatewayStatus: ClusterStep = {
  name: 'gateway-status',
  watches: [GATEWAYS],
  step: (view, now) => ({
    writes: listOf(view, GATEWAYS).flatMap((gateway) => {
      const said: readonly Said[] = [
        { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Gateway is accepted' },
        { type: 'Programmed', status: 'True', reason: 'Programmed', message: 'Gateway is programmed' },
      ];
      const conditions = saidOf(gateway, gateway.status?.conditions, said, now);
      return writeStatus(GATEWAYS, gateway, { ...gateway.status, conditions });
    }),
  }),
};

/**
 * Tells every route what became of it, a parent at a time: Accepted when its Gateway has the listener it names, and
 * ResolvedRefs when the Services that it sends to are there, with that port. Both name the generation that was looked at,
 * so a route that was just changed is not accepted yet. Parents of other controllers are left as they are; a Gateway
 * that does not exist says nothing. Source: Gateway API, RouteParentStatus.
 */
export const routeStatus: ClusterStep = {
  name: 'route-status',
  watches: [...ROUTES, GATEWAYS, SERVICES],
  step: (view, now) => ({
    writes: ROUTES.flatMap((kind) => listOf(view, kind).map((route) => ({ kind, route }))).flatMap(
      ({ kind, route }) => {
        const before = route.status?.parents ?? [];
        const foreign = before.filter(({ controllerName }) => controllerName !== GATEWAY_CONTROLLER);
        const ours = (route.spec?.parentRefs ?? []).flatMap((parentRef) => {
          const gateway = gatewayOf(view, route, parentRef);
          if (gateway === undefined) return [];
          const known = before.find(
            (one) => one.controllerName === GATEWAY_CONTROLLER && sameParent(one.parentRef, parentRef),
          );
          const said = [acceptance(gateway, parentRef), resolution(view, route)];
          const conditions = saidOf(route, known?.conditions, said, now);
          return [{ parentRef, controllerName: GATEWAY_CONTROLLER, conditions }];
        });
        if (ours.length + before.length === 0) return [];
        return writeStatus(kind, route, { parents: [...foreign, ...ours] });
      },
    ),
  }),
};

function saidOf(
  { metadata }: Gateway | HttpRoute,
  before: readonly Condition[] | undefined,
  said: readonly Said[],
  now: Instant,
): readonly Condition[] {
  const { generation } = metadata;
  let conditions = before ?? [];
  for (const one of said) {
    conditions = withCondition(
      conditions,
      { ...one, ...(generation === undefined ? {} : { observedGeneration: generation }) },
      now,
    );
  }
  return conditions;
}

function gatewayOf(
  view: ClusterView,
  route: HttpRoute,
  { kind = 'Gateway', namespace, name }: ParentReference,
): Gateway | undefined {
  return kind === 'Gateway' ? getOf(view, GATEWAYS, namespace ?? route.metadata.namespace, name) : undefined;
}

function sameParent(a: ParentReference, b: ParentReference): boolean {
  return a.namespace === b.namespace && a.name === b.name && a.sectionName === b.sectionName && a.port === b.port;
}

function acceptance(gateway: Gateway, { sectionName, port }: ParentReference): Said {
  const type = 'Accepted';
  const fits = (gateway.spec?.listeners ?? []).some(
    (listener) => (sectionName ?? listener.name) === listener.name && (port ?? listener.port) === listener.port,
  );
  return fits
    ? { type, status: 'True', reason: 'Accepted', message: 'Route is accepted' }
    : { type, status: 'False', reason: 'NoMatchingParent', message: 'No listener of the Gateway matches this parent' };
}

function resolution(view: ClusterView, route: HttpRoute): Said {
  const type = 'ResolvedRefs';
  for (const backend of backendsOf(route)) {
    const problem = problemOf(view, route, backend);
    if (problem !== undefined) return { type, status: 'False', ...problem };
  }
  return { type, status: 'True', reason: 'ResolvedRefs', message: 'All references are resolved' };
}

/** Where the route sends requests or copies of them. */
function backendsOf({ spec }: HttpRoute): readonly BackendReference[] {
  return (spec?.rules ?? []).flatMap(({ backendRefs = [], filters = [] }) => [
    ...backendRefs,
    ...[...filters, ...backendRefs.flatMap((backend) => backend.filters ?? [])].flatMap(
      ({ requestMirror }) => requestMirror?.backendRef ?? [],
    ),
  ]);
}

function problemOf(
  view: ClusterView,
  route: HttpRoute,
  { group = '', kind = 'Service', namespace = route.metadata.namespace, name, port }: BackendReference,
): Pick<Said, 'reason' | 'message'> | undefined {
  if (group !== '' || kind !== 'Service') return { reason: 'InvalidKind', message: `${kind} ${name} is no Service` };
  if (namespace !== route.metadata.namespace) {
    return { reason: 'RefNotPermitted', message: `Service ${namespace}/${name} is in another namespace` };
  }
  const service = getOf(view, SERVICES, namespace, name);
  if (service === undefined) return { reason: 'BackendNotFound', message: `Service ${namespace}/${name} not found` };
  if ((service.spec?.ports ?? []).some((open) => open.port === port)) return undefined;
  return { reason: 'BackendNotFound', message: `Service ${namespace}/${name} has no port ${port ?? '(none given)'}` };
}
