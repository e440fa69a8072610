import type { PrometheusServer, ProviderAuthentication } from '../api/metric-provider.ts';
import { signed } from './aws-signature.ts';
import type { Asked, MetricRequest, NoEvidence } from './provider.ts';
import { nothing } from './provider.ts';
import { headerRecord, written } from './written.ts';

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
  { values, settings, now }: Pick<Asked, 'values' | 'settings' | 'now'>,
): MetricRequest | NoEvidence {
  const put = written(server, values);
  if (put.kind === 'NoEvidence') return put;
  const { address: own, timeout = DEFAULT_TIMEOUT_SECONDS, headers, insecure, authentication } = put.value;
  const address = own === undefined || own === '' ? settings.prometheusAddress : own;
  if (address === undefined || address === '') {
    return nothing(
      'provider.prometheus.address: no address of Prometheus; set it, or prometheusAddress of the controller',
    );
  }
  const request: MetricRequest = {
    method: 'POST',
    url: `${address.replace(/\/+$/, '')}${path}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headerRecord(headers) },
    body: new URLSearchParams({ ...parameters, timeout: `${timeout}s` }).toString(),
    timeLimit: timeout * 1000,
    ...(insecure === true ? { insecure } : {}),
  };
  const field = 'provider.prometheus.authentication';
  // The operator's own credentials sign it: they must not go to an address that somebody else chose.
  if (
    authentication?.sigv4 !== undefined &&
    !/^https:\/\/aps-workspaces\.[a-z0-9-]+\.amazonaws\.com\//.test(request.url)
  ) {
    return nothing(`${field}.sigv4: only an address of Amazon Managed Prometheus (https://aps-workspaces.…) is signed`);
  }
  return authentication?.sigv4 === undefined
    ? authenticated(request, authentication, field)
    : signed(request, { service: 'aps', region: authentication.sigv4.region, now }, settings, `${field}.sigv4`);
}

/** The request with user and password, or with a token to be fetched first. `field` is for messages. */
export function authenticated(
  request: MetricRequest,
  authentication: ProviderAuthentication | undefined,
  field: string,
): MetricRequest | NoEvidence {
  const { username = '', password = '' } = authentication?.basicAuth ?? {};
  if (username !== '') {
    return { ...request, headers: { ...request.headers, authorization: `Basic ${btoa(`${username}:${password}`)}` } };
  }
  const { oauth2 } = authentication ?? {};
  if (oauth2 === undefined) return request;
  const { tokenUrl = '', clientId = '', clientSecret = '', scopes = [] } = oauth2;
  if (tokenUrl === '' || clientId === '') return nothing(`${field}.oauth2: needs tokenUrl and clientId`);
  return { ...request, oauth2: { tokenUrl, clientId, clientSecret, scopes } };
}
