import type { MetricRequest, NoEvidence, TokenRequest } from '../providers/provider.ts';
import { nothing } from '../providers/provider.ts';
import type { Fetcher } from './fetcher.ts';

/**
 * Fetches a token by client credentials and gives the request that carries it. A token lives for one measurement: it is
 * not kept. Source: RFC 6749, section 4.4.
 */
export async function withToken(
  fetcher: Fetcher,
  request: MetricRequest,
  token: TokenRequest,
  signal: AbortSignal,
): Promise<MetricRequest | NoEvidence> {
  const { tokenUrl, clientId, clientSecret, scopes } = token;
  const parameters = {
    grant_type: 'client_credentials',
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
  };
  const answer = await fetcher.fetch(
    {
      method: 'POST',
      url: tokenUrl,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        authorization: `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`,
      },
      body: new URLSearchParams(parameters).toString(),
      timeLimit: request.timeLimit,
      ...(request.insecure === true ? { insecure: true } : {}),
    },
    signal,
  );
  if (answer.kind === 'Nothing') return nothing(`authentication.oauth2.tokenUrl: ${answer.message}`);
  const bearer = answer.status === 200 ? tokenIn(answer.body) : undefined;
  if (bearer === undefined) return nothing(`authentication.oauth2: no token was issued (status ${answer.status})`);
  const { oauth2: _used, ...plain } = request;
  return { ...plain, headers: { ...plain.headers, authorization: `Bearer ${bearer}` } };
}

function tokenIn(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const token = (parsed as Readonly<{ access_token?: unknown }> | null)?.access_token;
    // A line break in it would write header lines of its own.
    return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
  } catch {
    return undefined;
  }
}
