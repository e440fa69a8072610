import { isEmptySelector } from './label-selector.ts';
import type { LabelSelector } from './meta.ts';
import { GATEWAY_API_PLUGIN, IN_PROGRESS_LABEL, IN_PROGRESS_VALUE } from './names.ts';
import { gatewayApiBlock } from './canary-routers.ts';
import type { Checked, Problem } from './problem.ts';
import { invalid, required } from './problem.ts';
import type { TrafficRouting } from './traffic-routing.ts';

/** The kinds of routes that carry weights, by the beginning of their fields. */
export const ROUTE_KINDS = {
  http: { resource: 'httproutes', kind: 'HTTPRoute' },
  grpc: { resource: 'grpcroutes', kind: 'GRPCRoute' },
  tcp: { resource: 'tcproutes', kind: 'TCPRoute' },
  tls: { resource: 'tlsroutes', kind: 'TLSRoute' },
} as const;

/** Begins the fields of one kind of routes. */
export type RouteProtocol = keyof typeof ROUTE_KINDS;
/** The plural of a kind of routes. */
export type RouteResource = (typeof ROUTE_KINDS)[RouteProtocol]['resource'];

/** The kind of a plural, as people know it. */
export function routeKindOf(resource: RouteResource): string {
  return Object.values(ROUTE_KINDS).find((one) => one.resource === resource)?.kind ?? resource;
}

/** A route by namespace and name, as the plan names routes. */
export type ParsedRoute = Readonly<{
  router: 'GatewayApi';
  resource: RouteResource;
  namespace: string;
  name: string;
  /** Header and mirror routes of steps are made in it. */
  headerRoutes: boolean;
}>;

/** Routes by label. Header and mirror routes are made only in routes that are named. */
export type RouteSelector = Readonly<{ resource: RouteResource; namespace: string; selector: LabelSelector }>;

/** The block of Gateway API routing, read. */
export type ParsedGatewayApi = Readonly<{
  routes: readonly ParsedRoute[];
  selectors: readonly RouteSelector[];
  /** The label of routes while an update moves their weights; undefined: none is wanted. */
  label: Readonly<{ key: string; value: string }> | undefined;
}>;

const NOTHING: ParsedGatewayApi = {
  routes: [],
  selectors: [],
  label: { key: IN_PROGRESS_LABEL, value: IN_PROGRESS_VALUE },
};

/** A label's key and value (apimachinery, IsQualifiedName and IsValidLabelValue). */
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/**
 * Reads trafficRouting.gatewayAPI or the plugin's block; nothing when neither is there. The plugin's block has no schema
 * in the CRD, so types are checked here.
 */
export function parseGatewayApi(routing: TrafficRouting, namespace: string, path: string): Checked<ParsedGatewayApi> {
  const found = gatewayApiBlock(routing, path);
  if (found === undefined) return { ok: true, value: NOTHING };
  const problems: Problem[] = [];
  if (routing.gatewayAPI !== undefined && routing.plugins?.[GATEWAY_API_PLUGIN] !== undefined) {
    problems.push(invalid(found.path, 'OneGatewayApiBlock', 'both', 'keep gatewayAPI or the plugin block, not both'));
  }
  const { block } = found;
  if (!isMap(block)) {
    return { ok: false, problems: [...problems, invalid(found.path, 'Object', block, 'must be an object')] };
  }
  const given = block['namespace'];
  const place = given === undefined || given === '' ? namespace : given;
  if (typeof place !== 'string') {
    problems.push(invalid(`${found.path}.namespace`, 'String', given, 'must be the name of a namespace'));
  }
  const names = (Object.keys(ROUTE_KINDS) as RouteProtocol[]).map((protocol) =>
    readNames(block, protocol, found.path, problems),
  );
  const selectors = readSelectors(block, typeof place === 'string' ? place : namespace, found.path, problems);
  if (problems.length === 0 && names.flat().length === 0 && selectors.length === 0) {
    problems.push(required(`${found.path}.httpRoute`, 'RouteRequired', 'name the HTTPRoute whose weights are to move'));
  }
  const label = readLabel(block, found.path, problems);
  const routes = finish(names.flat(), place, problems);
  return problems.length === 0 ? { ok: true, value: { routes, selectors, label } } : { ok: false, problems };
}

type Block = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Named = Readonly<{ protocol: RouteProtocol; path: string; name: unknown; headerRoutes: boolean }>;

/** One route by its own field gets header routes; those of a list say so themselves (as in Argo's plugin). */
function readNames(block: Block, protocol: RouteProtocol, path: string, problems: Problem[]): readonly Named[] {
  const [single, several] = [block[`${protocol}Route`], block[`${protocol}Routes`]];
  const names: Named[] =
    single === undefined ? [] : [{ protocol, path: `${path}.${protocol}Route`, name: single, headerRoutes: true }];
  if (several === undefined) return names;
  if (!Array.isArray(several)) {
    problems.push(invalid(`${path}.${protocol}Routes`, 'List', several, 'must be a list of {name}'));
    return names;
  }
  for (const [index, entry] of several.entries() as Iterable<[number, unknown]>) {
    const fields: Block = isMap(entry) ? entry : {};
    const headerRoutes = fields['useHeaderRoutes'] === true;
    names.push({ protocol, path: `${path}.${protocol}Routes[${index}].name`, name: fields['name'], headerRoutes });
  }
  return names;
}

function readSelectors(block: Block, namespace: string, path: string, problems: Problem[]): readonly RouteSelector[] {
  return (Object.keys(ROUTE_KINDS) as RouteProtocol[]).flatMap((protocol) => {
    const place = `${path}.${protocol}RouteSelector`;
    const selector = block[`${protocol}RouteSelector`];
    if (selector === undefined) return [];
    if (!isMap(selector) || isEmptySelector(selector)) {
      problems.push(invalid(place, 'RouteSelector', selector, 'must ask for a label, or it would take every route'));
      return [];
    }
    return [{ resource: ROUTE_KINDS[protocol].resource, namespace, selector }];
  });
}

function readLabel(block: Block, path: string, problems: Problem[]): ParsedGatewayApi['label'] {
  const key = block['inProgressLabelKey'] ?? IN_PROGRESS_LABEL;
  const value = block['inProgressLabelValue'] ?? IN_PROGRESS_VALUE;
  if (typeof key !== 'string' || !LABEL_KEY.test(key)) {
    problems.push(invalid(`${path}.inProgressLabelKey`, 'LabelKey', key, 'must be the key of a label'));
    return undefined;
  }
  if (typeof value !== 'string' || !LABEL_VALUE.test(value)) {
    problems.push(invalid(`${path}.inProgressLabelValue`, 'LabelValue', value, 'must be the value of a label'));
    return undefined;
  }
  return block['disableInProgressLabel'] === true ? undefined : { key, value };
}

function finish(names: readonly Named[], place: unknown, problems: Problem[]): readonly ParsedRoute[] {
  const routes: ParsedRoute[] = [];
  for (const { protocol, path, name, headerRoutes } of names) {
    const { resource, kind } = ROUTE_KINDS[protocol];
    if (typeof name !== 'string' || name === '') {
      problems.push(
        invalid(path, 'RouteName', name, `must be the name of ${protocol === 'http' ? 'an' : 'a'} ${kind}`),
      );
    } else if (routes.some((route) => route.resource === resource && route.name === name)) {
      problems.push(invalid(path, 'RouteTwice', name, `names the same ${kind} again; remove one`));
    } else if (typeof place === 'string') {
      routes.push({ router: 'GatewayApi', resource, namespace: place, name, headerRoutes });
    }
  }
  return routes;
}
