import type { Metric } from '../api/metric.ts';
import { cloudWatch } from './cloud-watch.ts';
import { datadog } from './datadog.ts';
import { graphite } from './graphite.ts';
import { influxdb } from './influxdb.ts';
import { newRelic } from './new-relic.ts';
import { plugin } from './plugin.ts';
import { prometheus } from './prometheus.ts';
import type { Provider } from './provider.ts';
import { skywalking } from './skywalking.ts';
import { wavefront } from './wavefront.ts';
import { web } from './web.ts';

/** The providers that one request answers, by the member of `provider` that asks for them. */
export const PROVIDERS = {
  prometheus,
  web,
  datadog,
  newRelic,
  wavefront,
  cloudWatch,
  graphite,
  influxdb,
  skywalking,
  plugin,
} as const satisfies Readonly<Record<string, Provider>>;

/** The provider of a metric; undefined for one that is not served. */
export function providerOf({ provider = {} }: Metric): Provider | undefined {
  return Object.entries(PROVIDERS).find(([name]) => Object.hasOwn(provider, name))?.[1];
}
