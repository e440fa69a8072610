import { lookup } from 'node:dns/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { networkInterfaces } from 'node:os';
import type { AxiosInstance } from 'axios';
import axios, { isAxiosError } from 'axios';
import type { Clock } from '../clock/clock.ts';
import { abortAfter } from '../clock/clock.ts';
import { milliseconds } from '../units/duration.ts';
import type { MetricRequest, MetricResponse } from '../providers/provider.ts';
import type { AddressPolicy } from './address-policy.ts';
import { isConfigured, isOnlyWarned, nameToResolve, portOf, refuseAddress, refuseIp } from './address-policy.ts';

/** Sends one request and answers what came back; never throws. */
export type Fetcher = Readonly<{
  fetch(request: MetricRequest, signal: AbortSignal): Promise<MetricResponse>;
  close(): void;
}>;

/** Largest answer that is read, in bytes after decompression: raw samples of many pods come near it. */
export const LARGEST_ANSWER = 8 * 1024 * 1024;

const nothing = (message: string): MetricResponse => ({ kind: 'Nothing', message });

/**
 * Outbound calls of metric providers: kept-alive connections, no redirects, no proxy of the environment, a limit of
 * time over the whole exchange and of size, and only addresses that the operator's policy allows. The name is resolved
 * once, and the address that was checked is the one that is called. Messages never hold any of the answer. The policy is
 * asked for at each call: it may have changed.
 */
export function createFetcher(
  currentPolicy: () => AddressPolicy,
  clock: Clock,
  resolve: Resolve = systemResolver,
): Fetcher {
  const agents = {
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 32 }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 32 }),
  };
  // For metrics whose author accepts any certificate; connections of the two kinds are never mixed.
  const trusting = new HttpsAgent({ keepAlive: true, maxSockets: 32, rejectUnauthorized: false });
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
      const policy = currentPolicy();
      const refused = refuseAddress(request.url, policy);
      const warned = refused !== undefined && isOnlyWarned(request.url, policy);
      if (refused !== undefined && !warned) {
        return nothing(`address ${originOf(request.url)} may not be called: ${refused}`);
      }
      // One limit for the whole exchange: a time-out between two bytes would let a slow drip go on for ever.
      const limit = abortAfter(clock, milliseconds(request.timeLimit), signal);
      try {
        const address = await addressOf(new URL(request.url), policy, warned, resolve, limit.signal);
        if ('kind' in address) return address;
        const response = await exchange(client, request, address, limit.signal, trusting);
        if (!warned || response.kind === 'Nothing') return response;
        return { ...response, warning: `address ${originOf(request.url)} would be refused: ${refused}` };
      } finally {
        limit.done();
      }
    },
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
      trusting.destroy();
    },
  };
}

async function exchange(
  client: AxiosInstance,
  request: MetricRequest,
  address: Address,
  signal: AbortSignal,
  trusting: HttpsAgent,
): Promise<MetricResponse> {
  const url = new URL(request.url);
  try {
    const { status, data, headers } = await client.request<string>({
      method: request.method,
      url: request.url,
      headers: { ...request.headers },
      data: request.body,
      signal,
      ...(request.insecure === true ? { httpsAgent: trusting } : {}),
      // axios takes only an AsyncFunction for one that answers by a promise; any other must call back, and would hang.
      lookup: async () => [address.ip, address.family],
    });
    const answeredAt = Date.parse(String(headers['date']));
    return { kind: 'Answer', status, body: data, ...(Number.isNaN(answeredAt) ? {} : { answeredAt }) };
  } catch (error) {
    return nothing(
      `no answer from ${url.origin}: ${describe(error, signal)}; correct the address, or see that it can be reached`,
    );
  }
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : '(unreadable)';
}

/** An address that a name leads to. */
export type Address = Readonly<{ ip: string; family: 4 | 6 }>;
/** Asks for the addresses of a name, the one to call first; rejects when there are none. An IP address is its own. */
export type Resolve = (name: string) => Promise<readonly Address[]>;

const systemResolver: Resolve = async (name) => {
  const found = await lookup(name, { all: true });
  return found.map(({ address, family }) => ({ ip: address, family: family === 6 ? 6 : 4 }));
};

async function addressOf(
  url: URL,
  policy: AddressPolicy,
  warned: boolean,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<Address | MetricResponse> {
  // A name that is only warned about is taken as it is written, as if its origin were allowed.
  const asked = warned ? { ...policy, origins: [url.origin] } : policy;
  const apiServer = isConfigured(url, policy) ? [] : await ipsOf(policy.apiServerHosts, resolve, signal);
  let address: Address | undefined;
  try {
    [address] = await Promise.race([resolve(nameToResolve(url, asked)), aborted(signal)]);
  } catch {
    // No such name, or no time left: the same as no address.
  }
  if (address === undefined) {
    return nothing(`no answer from ${url.origin}: its name cannot be resolved; correct it, or create that Service`);
  }
  if (isConfigured(url, policy)) return address;
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((one) => one.address));
  const refused = refuseIp(address.ip, portOf(url), policy, { apiServer, own });
  return refused === undefined ? address : nothing(`address ${url.origin} may not be called: ${refused}`);
}

/** Every address of the hosts; a name that cannot be resolved has none, and then nobody can be led there either. */
async function ipsOf(hosts: readonly string[], resolve: Resolve, signal: AbortSignal): Promise<readonly string[]> {
  const found = hosts.map(async (host) => {
    try {
      return (await Promise.race([resolve(host), aborted(signal)])).map(({ ip }) => ip);
    } catch {
      return [];
    }
  });
  return (await Promise.all(found)).flat();
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
