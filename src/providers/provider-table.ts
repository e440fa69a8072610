import type { Metric } from '../api/metric.ts';
import { prometheus } from './prometheus.ts';
import type { Provider } from './provider.ts';

/** The provider of a metric; undefined for one that is not served. */
export function providerOf(metric: Metric): Provider | undefined {
  return metric.provider?.prometheus === undefined ? undefined : prometheus;
}
