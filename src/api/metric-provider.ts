import type {
  authenticationSchema,
  metricProviderSchema,
  prometheusConnection,
  prometheusSchema,
} from './metric-provider.schema.ts';
import type { Shape } from './meta.ts';

/** Where a metric's value comes from: exactly one member is present in a valid metric. */
export type MetricProvider = Shape<typeof metricProviderSchema>;

/** A query to a Prometheus server. */
export type PrometheusMetric = Shape<typeof prometheusSchema>;

/** Where a Prometheus server is and how to authenticate there. */
export type PrometheusServer = Shape<ReturnType<typeof prometheusConnection>>;

/** How a provider authenticates. */
export type ProviderAuthentication = Shape<typeof authenticationSchema>;

/** Times and step of a range query. */
export type RangeQuery = NonNullable<PrometheusMetric['rangeQuery']>;
