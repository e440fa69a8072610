import type { ParsedRollout } from '../../api/parse.ts';
import type { ParsedRoute } from '../../api/gateway-api-routes.ts';
import { matchesSelector } from '../../emulator/selectors.ts';
import type { HttpRoute, ParentReference, Service } from '../../emulator/steps/shapes.ts';
import type { Stream } from '../../emulator/traffic.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { keyOf } from '../../kube/resource.ts';

/** What a Rollout needs beside it: what was added to what the user wrote, and where users send their requests. */
export type Around = Readonly<{ added: readonly KubeObject[]; users: Stream['to']; notes: readonly string[] }>;

/** The host of routes that name none. */
const ANY_HOST = 'demo.example';
const ROUTE_VERSION = 'gateway.networking.k8s.io/v1';

/** Adds the namespaces, Services, routes and Gateways that a Rollout names and the user did not write. */
export function surroundingsFor(rollout: ParsedRollout, written: readonly KubeObject[]): Around {
  const added: KubeObject[] = [];
  const notes: string[] = [];
  const find = (kind: string, namespace: string, name: string): KubeObject | undefined =>
    [...written, ...added].find(
      (one) => one.kind === kind && one.metadata.name === name && (one.metadata.namespace ?? '') === namespace,
    );
  const add = (object: KubeObject, why: string): KubeObject => {
    added.push(object);
    notes.push(`${object.kind} ${object.metadata.name} was added: ${why}`);
    return object;
  };
  const { namespace, strategy } = rollout;
  const services = servicesOf(rollout);
  for (const name of services) {
    if (find('Service', namespace, name) === undefined) add(serviceFor(rollout, name), 'the Rollout names it');
  }
  const routes = strategy.kind === 'Canary' ? (strategy.routing?.routes ?? []) : [];
  let users: Stream['to'] | undefined;
  for (const route of routes) {
    const found =
      find('HTTPRoute', route.namespace, route.name) ?? add(routeFor(route, rollout, services), 'the Rollout names it');
    for (const parent of parentsOf(found)) {
      if (find('Gateway', parent.namespace ?? route.namespace, parent.name) === undefined)
        add(gatewayFor(parent, route.namespace), `HTTPRoute ${route.name} hangs on it`);
    }
    users ??= requestsFor(found, services);
  }
  if (users === undefined) {
    const [first] = services;
    const existing = first === undefined ? serviceSelecting(rollout, written) : find('Service', namespace, first);
    const service = existing ?? add(serviceFor(rollout, rollout.name), 'so that users can reach the pods');
    users = { kind: 'Service', service: keyOf(service.metadata), port: portOf(service) };
  }
  return { added: [...namespacesFor([...written, ...added], namespace), ...added], users, notes };
}

/** The Services that the strategy names; the one with the users' requests first. */
function servicesOf({ strategy }: ParsedRollout): readonly string[] {
  const named =
    strategy.kind === 'Canary'
      ? [strategy.stableService, strategy.canaryService]
      : [strategy.activeService, strategy.previewService];
  return named.flatMap((name) => name ?? []);
}

function serviceSelecting(
  { namespace, template }: ParsedRollout,
  written: readonly KubeObject[],
): KubeObject | undefined {
  const labels = template.metadata?.labels ?? {};
  return written.find((one) => {
    const { selector } = (one as Service).spec ?? {};
    if (one.kind !== 'Service' || one.metadata.namespace !== namespace || selector === undefined) return false;
    return matchesSelector({ matchLabels: selector }, labels);
  });
}

function portOf(service: KubeObject): number {
  return (service as Service).spec?.ports?.[0]?.port ?? 80;
}

function serviceFor({ namespace, selector, template }: ParsedRollout, name: string): KubeObject {
  const labels = selector.matchLabels ?? template.metadata?.labels ?? {};
  const made = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: labels, ports: [{ port: 80 }] },
  };
  return made;
}

function routeFor({ namespace, name }: ParsedRoute, rollout: ParsedRollout, services: readonly string[]): KubeObject {
  const backendRefs = services.map((service, index) => ({
    name: service,
    ...(namespace === rollout.namespace ? {} : { namespace: rollout.namespace }),
    port: 80,
    weight: index === 0 ? 100 : 0,
  }));
  const made = {
    apiVersion: ROUTE_VERSION,
    kind: 'HTTPRoute',
    metadata: { name, namespace },
    spec: { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs }] },
  };
  return made;
}

function parentsOf(route: KubeObject): readonly ParentReference[] {
  return ((route as HttpRoute).spec?.parentRefs ?? []).filter(({ kind = 'Gateway' }) => kind === 'Gateway');
}

function gatewayFor({ name, namespace, sectionName }: ParentReference, here: string): KubeObject {
  const listener = {
    name: sectionName ?? 'http',
    port: 80,
    protocol: 'HTTP',
    allowedRoutes: { namespaces: { from: 'All' } },
  };
  const made = {
    apiVersion: ROUTE_VERSION,
    kind: 'Gateway',
    metadata: { name, namespace: namespace ?? here },
    spec: { gatewayClassName: 'emulated', listeners: [listener] },
  };
  return made;
}

type WrittenRoute = KubeObject &
  Readonly<{
    spec?: Readonly<{
      hostnames?: readonly string[];
      rules?: readonly Readonly<{
        matches?: readonly RouteMatch[];
        backendRefs?: readonly Readonly<{ name: string }>[];
      }>[];
    }>;
  }>;
type RouteMatch = Readonly<{
  path?: Readonly<{ type?: string; value?: string }>;
  method?: string;
  headers?: readonly Readonly<{ type?: string; name: string; value: string }>[];
}>;

/** Requests that the route sends to one of these Services: its host, and the path and headers that it matches. */
function requestsFor(route: KubeObject, services: readonly string[]): Stream['to'] {
  const { spec } = route as WrittenRoute;
  const [host = ANY_HOST] = spec?.hostnames ?? [];
  const rules = spec?.rules ?? [];
  const rule =
    rules.find(({ backendRefs = [] }) => backendRefs.some(({ name }) => services.includes(name))) ?? rules[0];
  const matches = rule?.matches ?? [];
  // Users here only GET, and nobody can tell what a pattern would match.
  const match = matches.find((one) => (one.method ?? 'GET') === 'GET' && !hasPattern(one)) ?? matches[0];
  const headers = Object.fromEntries((match?.headers ?? []).map(({ name, value }) => [name.toLowerCase(), value]));
  return { kind: 'Host', host: host.replace(/^\*/, 'demo'), path: match?.path?.value ?? '/', headers };
}

function hasPattern({ path, headers = [] }: RouteMatch): boolean {
  return [path, ...headers].some((one) => one?.type === 'RegularExpression');
}

/** Namespaces that objects are in; those that every cluster has, and those that the user wrote, are there. */
function namespacesFor(objects: readonly KubeObject[], own: string): readonly KubeObject[] {
  const names = new Set([own, ...objects.flatMap(({ metadata }) => metadata.namespace ?? [])]);
  for (const { kind, metadata } of objects) if (kind === 'Namespace') names.delete(metadata.name);
  names.delete('default');
  return [...names].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}
