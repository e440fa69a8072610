import { GATEWAY_API_PLUGIN } from './names.ts';
import type { TrafficRouting } from './traffic-routing.ts';

/** The routers that trafficRouting can name, in the order in which they are told to people. */
export const ROUTERS = [
  'alb',
  'ambassador',
  'apisix',
  'appMesh',
  'gatewayAPI',
  'istio',
  'nginx',
  'smi',
  'traefik',
] as const;

/** A router that trafficRouting can name; the Gateway API plugin counts as gatewayAPI. */
export type RouterName = (typeof ROUTERS)[number];

/** The routers that the block names; empty for a literal `trafficRouting: {}`. */
export function routersOf(routing: TrafficRouting | undefined): readonly RouterName[] {
  if (routing === undefined) return [];
  const plugin = routing.plugins?.[GATEWAY_API_PLUGIN] !== undefined;
  return ROUTERS.filter((router) => routing[router] !== undefined || (plugin && router === 'gatewayAPI'));
}

/** Where the Gateway API block stands, and what it holds: our own field before the plugin's; undefined without one. */
export function gatewayApiBlock(
  routing: TrafficRouting,
  path: string,
): Readonly<{ path: string; block: unknown }> | undefined {
  if (routing.gatewayAPI !== undefined) return { path: `${path}.gatewayAPI`, block: routing.gatewayAPI };
  const block = routing.plugins?.[GATEWAY_API_PLUGIN];
  return block === undefined ? undefined : { path: `${path}.plugins["${GATEWAY_API_PLUGIN}"]`, block };
}
