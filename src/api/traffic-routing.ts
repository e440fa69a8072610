import type { gatewayApiSchema, trafficRoutingSchema } from './traffic-routing.schema.ts';
import type { Frozen, Shape } from './meta.ts';

/** The block of Gateway API routing: trafficRouting.gatewayAPI and plugins."argoproj-labs/gatewayAPI" alike. */
export type GatewayApiRouting = Shape<typeof gatewayApiSchema>;

/** How requests are split; `{}` sizes ReplicaSets as with a router but splits nothing. */
export type TrafficRouting = Omit<Shape<typeof trafficRoutingSchema>, 'plugins'> & {
  readonly plugins?: Frozen<Record<string, unknown>>;
};
