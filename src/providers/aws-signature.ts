import aws4 from 'aws4';
import { formatInstant, instant } from '../units/instant.ts';
import type { MetricRequest, NoEvidence, ProviderSettings } from './provider.ts';
import { nothing } from './provider.ts';

/** Which service of AWS is called, where, and when (milliseconds since the epoch); without a region that of the controller's environment. */
export type AwsService = Readonly<{ service: string; region?: string | undefined; now: number }>;

/**
 * The request with Signature Version 4, by the credentials of the controller's environment. `field` is for messages.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html.
 */
export function signed(
  request: MetricRequest,
  { service, region = '', now }: AwsService,
  settings: ProviderSettings,
  field: string,
): MetricRequest | NoEvidence {
  const credentials = settings.aws?.credentials;
  const where = region === '' ? (settings.aws?.region ?? '') : region;
  if (credentials === undefined) {
    return nothing(`${field}: no credentials of AWS; give the controller AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`);
  }
  if (where === '') return nothing(`${field}: no region; set it, or AWS_REGION of the controller`);
  const url = new URL(request.url);
  const { headers = {} } = aws4.sign(
    {
      service,
      region: where,
      method: request.method,
      host: url.host,
      path: `${url.pathname}${url.search}`,
      headers: {
        ...request.headers,
        // The library would read a clock of its own.
        'X-Amz-Date': formatInstant(instant(now)).replaceAll(/[:-]/g, ''),
      },
      body: request.body ?? '',
    },
    credentials,
  );
  const lowered = Object.entries(headers).map(([key, value]) => [key.toLowerCase(), String(value)] as const);
  // What the transport writes by itself must not be there twice.
  const own = lowered.filter(([key]) => key !== 'host' && key !== 'content-length');
  return { ...request, headers: Object.fromEntries(own) };
}
