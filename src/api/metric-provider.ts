import type { authenticationSchema, metricProviderSchema, prometheusSchema } from './metric-provider.schema.ts';
import type { Shape } from './meta.ts';

/** Where a metric's value comes from: exactly one member is present in a valid metric. */
export type MetricProvider = Shape<typeof metricProviderSchema>;

/** A query to a Prometheus server. */
export type PrometheusMetric = Shape<typeof prometheusSchema>;

/** How a provider authenticates. */
export type ProviderAuthentication = Shape<typeof authenticationSchema>;
