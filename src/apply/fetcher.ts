import { lookup } from 'node:dns/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AxiosInstance } from 'axios';
import axios, { isAxiosError } from 'axios';
import type { Clock } from '../clock/clock.ts';
import { abortAfter } from '../clock/clock.ts';
import { milliseconds } from '../units/duration.ts';
import type { MetricRequest, MetricResponse } from '../providers/provider.ts';
import type { AddressPolicy } from './address-policy.ts';
import { isConfigured, isForbiddenIp, nameToResolve, refuseAddress } from './address-policy.ts';

/** Sends one request and answers what came back; never throws. */
export type Fetcher = Readonly<{
  fetch(request: MetricRequest, signal: AbortSignal): Promise<MetricResponse>;
  close(): void;
}>;

/** Largest answer that is read, in bytes after decompression: a query for a verdict needs no more. */
export const LARGEST_ANSWER = 2 * 1024 * 1024;

const nothing = (message: string): MetricResponse => ({ kind: 'Nothing', message });

/**
 * Outbound calls of metric providers: kept-alive connections, no redirects, no proxy of the environment, a limit of
 * time over the whole exchange and of size, and only addresses that the operator's policy allows. The name is resolved
 * once, and the address that was checked is the one that is called. Messages never hold any of the answer.
 */
export function createFetcher(policy: AddressPolicy, clock: Clock): Fetcher {
  const agents = {
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 32 }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 32 }),
  };
  const client = axios.create({
    ...agents,
    maxRedirects: 0,
    proxy: false,
    maxContentLength: LARGEST_ANSWER,
    maxBodyLength: 1024 * 1024,
    responseType: 'text',
    transformResponse: (body: unknown) => body,
    validateStatus: () => true,
  });
  return {
    async fetch(request, signal) {
      const refused = refuseAddress(request.url, policy);
      if (refused !== undefined) return nothing(`address ${originOf(request.url)} may not be called: ${refused}`);
      // One limit for the whole exchange: a time-out between two bytes would let a slow drip go on for ever.
      const limit = abortAfter(clock, milliseconds(request.timeLimit), signal);
      try {
        return await exchange(client, request, policy, limit.signal);
      } finally {
        limit.done();
      }
    },
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

async function exchange(
  client: AxiosInstance,
  request: MetricRequest,
  policy: AddressPolicy,
  signal: AbortSignal,
): Promise<MetricResponse> {
  const url = new URL(request.url);
  const address = await resolve(url, policy, signal);
  if ('kind' in address) return address;
  try {
    const { status, data } = await client.request<string>({
      method: request.method,
      url: request.url,
      headers: { ...request.headers },
      data: request.body,
      signal,
      // axios takes only an AsyncFunction for one that answers by a promise; any other must call back, and would hang.
      lookup: async () => [address.ip, address.family],
    });
    return { kind: 'Answer', status, body: data };
  } catch (error) {
    return nothing(
      `no answer from ${url.origin}: ${describe(error, signal)}; correct the address, or see that it can be reached`,
    );
  }
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : '(unreadable)';
}

type Address = Readonly<{ ip: string; family: 4 | 6 }>;

async function resolve(url: URL, policy: AddressPolicy, signal: AbortSignal): Promise<Address | MetricResponse> {
  try {
    const answer = await Promise.race([lookup(nameToResolve(url, policy)), aborted(signal)]);
    if (isForbiddenIp(answer.address, policy.refusedIps) && !isConfigured(url, policy)) {
      return nothing(
        `address ${url.origin} may not be called: it resolves to this machine or a link-local address; name another`,
      );
    }
    return { ip: answer.address, family: answer.family === 6 ? 6 : 4 };
  } catch {
    return nothing(`no answer from ${url.origin}: its name cannot be resolved; correct it, or create that Service`);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('time limit')), { once: true });
  });
}

/** The class of an error, never its text: that may repeat what the server sent. */
function describe(error: unknown, limit: AbortSignal): string {
  if (limit.aborted) return 'the time limit passed';
  const code = isAxiosError(error) ? (error.code ?? '') : '';
  if (code === 'ERR_BAD_RESPONSE') return `the answer is larger than ${LARGEST_ANSWER} bytes`;
  return /^[A-Z_]{3,40}$/.test(code) ? code : 'the connection failed';
}
