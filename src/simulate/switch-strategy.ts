import type { ApiServer } from '../emulator/api-server.ts';
import { HTTP_ROUTES, SERVICES, getOf } from '../emulator/steps/kinds.ts';
import type { EmulatorResponse } from '../emulator/request.ts';
import { PLACE, SPLIT_SERVICES, backendsOf, servicesOf, strategyOf } from './manifests.ts';
import type { RolloutDraw } from './world-plan.ts';

const { namespace, name } = PLACE;
const MERGE = 'application/merge-patch+json';

/**
 * A person gives the Rollout another strategy, with the Services that it names, and for a split the backends of the route.
 * Users go on to come by the route as it was: what is named no more is given back by our process.
 */
export function switchStrategy(
  server: ApiServer,
  draw: RolloutDraw,
  to: RolloutDraw['strategy'],
  create: (object: ReturnType<typeof servicesOf>[number]) => void,
): EmulatorResponse {
  for (const service of servicesOf(to)) {
    if (getOf(server.view, SERVICES, namespace, service.metadata.name) === undefined) create(service);
  }
  if (to === 'Routed') addBackends(server, draw.extras?.maxTrafficWeight ?? 100);
  const path = `/apis/sluice.dev/v1alpha1/namespaces/${namespace}/rollouts/${name}`;
  const strategy = { canary: null, blueGreen: null, ...strategyOf({ ...draw, strategy: to }) };
  return server.handle({
    method: 'PATCH',
    path,
    body: [{ op: 'replace', path: '/spec/strategy', value: present(strategy) }],
    contentType: 'application/json-patch+json',
  });
}

function present(strategy: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(strategy).filter(([, value]) => value !== null));
}

function addBackends(server: ApiServer, total: number): void {
  const route = getOf(server.view, HTTP_ROUTES, namespace, name);
  if (route === undefined || (route.spec?.rules?.[0]?.backendRefs?.length ?? 0) > 1) return;
  const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes/${name}`;
  const body = { spec: { rules: [{ backendRefs: backendsOf(SPLIT_SERVICES, total) }] } };
  server.handle({ method: 'PATCH', path, body, contentType: MERGE });
}
