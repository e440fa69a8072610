import { GATEWAY_API_PLUGIN } from './names.ts';
import { gatewayApiBlock } from './canary-routers.ts';
import type { Checked, Problem } from './problem.ts';
import { invalid, required } from './problem.ts';
import type { TrafficRouting } from './traffic-routing.ts';

/** An HTTPRoute by namespace and name, as the plan names routes. */
export type ParsedRoute = Readonly<{
  router: 'GatewayApi';
  resource: 'httproutes';
  namespace: string;
  name: string;
}>;

/**
 * Reads the HTTPRoutes of trafficRouting.gatewayAPI or of the plugin's block; no routes when neither is there. The
 * plugin's block has no schema in the CRD, so types are checked here.
 */
export function parseGatewayApiRoutes(
  routing: TrafficRouting,
  namespace: string,
  path: string,
): Checked<readonly ParsedRoute[]> {
  const found = gatewayApiBlock(routing, path);
  if (found === undefined) return { ok: true, value: [] };
  const problems: Problem[] = [];
  if (routing.gatewayAPI !== undefined && routing.plugins?.[GATEWAY_API_PLUGIN] !== undefined) {
    problems.push(invalid(found.path, 'OneGatewayApiBlock', 'both', 'keep gatewayAPI or the plugin block, not both'));
  }
  const { block } = found;
  if (typeof block !== 'object' || block === null || Array.isArray(block)) {
    return { ok: false, problems: [...problems, invalid(found.path, 'Object', block, 'must be an object')] };
  }
  const single: unknown = Reflect.get(block, 'httpRoute');
  const several: unknown = Reflect.get(block, 'httpRoutes');
  const given: unknown = Reflect.get(block, 'namespace');
  const names = [
    ...(single === undefined ? [] : [{ path: `${found.path}.httpRoute`, name: single }]),
    ...(Array.isArray(several)
      ? several.map((entry: unknown, index) => ({
          path: `${found.path}.httpRoutes[${index}].name`,
          name: typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'name') : undefined,
        }))
      : []),
  ];
  if (several !== undefined && !Array.isArray(several)) {
    problems.push(invalid(`${found.path}.httpRoutes`, 'List', several, 'must be a list of {name}'));
  } else if (names.length === 0) {
    problems.push(required(`${found.path}.httpRoute`, 'RouteRequired', 'name the HTTPRoute whose weights are to move'));
  }
  const place = given === undefined || given === '' ? namespace : given;
  if (typeof place !== 'string') {
    problems.push(invalid(`${found.path}.namespace`, 'String', given, 'must be the name of a namespace'));
  }
  return finish(names, place, problems);
}

function finish(
  names: readonly Readonly<{ path: string; name: unknown }>[],
  place: unknown,
  problems: Problem[],
): Checked<readonly ParsedRoute[]> {
  const routes: ParsedRoute[] = [];
  for (const { path, name } of names) {
    if (typeof name !== 'string' || name === '') {
      problems.push(invalid(path, 'RouteName', name, 'must be the name of an HTTPRoute'));
    } else if (routes.some((route) => route.name === name)) {
      problems.push(invalid(path, 'RouteTwice', name, 'names the same HTTPRoute again; remove one'));
    } else if (typeof place === 'string') {
      routes.push({ router: 'GatewayApi', resource: 'httproutes', namespace: place, name });
    }
  }
  return problems.length === 0 ? { ok: true, value: routes } : { ok: false, problems };
}
