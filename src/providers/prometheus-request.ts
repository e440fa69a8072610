import type { Values } from '../api/arguments.ts';
import { substitute } from '../api/arguments.ts';
import type { PrometheusServer } from '../api/metric-provider.ts';
import type { MetricRequest, NoEvidence, ProviderSettings } from './provider.ts';
import { nothing } from './provider.ts';

const DEFAULT_TIMEOUT_SECONDS = 30;

/**
 * A request to a Prometheus server: where it is and how to authenticate, with the arguments put in, and the parameters
 * of the query. `path` is that of its HTTP API, such as /api/v1/query.
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/.
 */
export function prometheusRequest(
  server: PrometheusServer,
  path: string,
  parameters: Readonly<Record<string, string>>,
  values: Values,
  settings: ProviderSettings,
): MetricRequest | NoEvidence {
  let plain: PrometheusServer;
  try {
    plain = substitute(server, values);
  } catch (error) {
    return nothing(error instanceof Error ? error.message : 'an argument was not resolved');
  }
  const address = plain.address ?? settings.prometheusAddress;
  if (address === undefined || address === '') {
    return nothing(
      'provider.prometheus.address: no address of Prometheus; set it, or prometheusAddress of the controller',
    );
  }
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  for (const { key, value } of plain.headers ?? []) headers[key.toLowerCase()] = value;
  const { username = '', password = '' } = plain.authentication?.basicAuth ?? {};
  if (username !== '') headers['authorization'] = `Basic ${btoa(`${username}:${password}`)}`;
  const timeout = plain.timeout ?? DEFAULT_TIMEOUT_SECONDS;
  return {
    method: 'POST',
    url: `${address.replace(/\/+$/, '')}${path}`,
    headers,
    body: new URLSearchParams({ ...parameters, timeout: `${timeout}s` }).toString(),
    timeLimit: timeout * 1000,
  };
}
