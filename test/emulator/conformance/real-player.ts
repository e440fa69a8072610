import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { ControlPlane } from '../../cluster/control-plane.ts';
import type { Exchange, Player } from './exchange.ts';
import { COMPACTED } from './exchange.ts';

/** Plays to a kube-apiserver as its administrator. */
export async function realPlayer({ url, caPath, token }: ControlPlane): Promise<Player> {
  return wirePlayer(url, { ca: await readFile(caPath, 'utf8'), token });
}

/** Plays over HTTP to any API server. */
export function wirePlayer(url: string, credentials: Credentials = {}): Player {
  return {
    play: async (exchange) => {
      if (exchange.method === 'COMPACT') {
        // Two compactions, a second apart, and some time for a server under load.
        await pause(6_000);
        return COMPACTED;
      }
      const { status, headers, text } = await send(url, credentials, exchange);
      const [contentType = ''] = (headers['content-type'] ?? '').split(';');
      const warnings = warningsOf(headers['warning']);
      const isJson = contentType === 'application/json';
      const isWatch = exchange.method === 'WATCH' && (text === '' || text.startsWith('{"type":'));
      const lines = text.split('\n').filter((line) => line !== '');
      const body: unknown = isWatch ? lines.map((line): unknown => JSON.parse(line)) : isJson ? JSON.parse(text) : text;
      return { status, contentType, body, ...(warnings.length === 0 ? {} : { warnings }) };
    },
  };
}

// `299 - "text"`, several of them joined by commas.
function warningsOf(header: unknown): readonly string[] {
  const joined = typeof header === 'string' ? header : '';
  return [...joined.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => JSON.parse(`"${text}"`) as string);
}

type Credentials = Readonly<{ ca?: string; token?: string }>;
type Sent = Readonly<{ status: number; headers: IncomingHttpHeaders; text: string }>;

function send(url: string, { ca, token }: Credentials, exchange: Exchange): Promise<Sent> {
  const { method, path, body, accept = 'application/json', userAgent = 'conformance/1' } = exchange;
  const payload = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    accept,
    'user-agent': userAgent,
    ...(payload === undefined
      ? {}
      : { 'content-type': exchange.contentType ?? 'application/json', 'content-length': Buffer.byteLength(payload) }),
  };
  return new Promise((resolve, reject) => {
    const options = { method: method === 'WATCH' ? 'GET' : method, headers, ca, timeout: 60_000 };
    const ask = url.startsWith('https:') ? secure : plain;
    const sent = ask(`${url}${encodeURI(path)}`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.once('error', reject);
    sent.once('timeout', () => sent.destroy(new Error(`no answer within a minute: ${method} ${path}`)));
    sent.end(payload);
  });
}
