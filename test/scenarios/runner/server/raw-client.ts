import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { Asked, Reply } from '../stage.ts';

/** Requests to a real API server, as they are written down. */
export interface RawClient {
  /** Sends a request; answers what came back, whatever it is, and rejects only when nothing came. */
  ask(asked: Asked): Promise<Reply>;
  close(): void;
}

/** Who is asked, and as whom. */
export type RawTarget = Readonly<{ url: string; caPath: string; token: string }>;

const JSON_TYPE = 'application/json';

/** A client with connections that are kept. */
export function createRawClient({ url, caPath, token }: RawTarget, userAgent: string): RawClient {
  const ca = readFileSync(caPath);
  const agent = new Agent({ keepAlive: true, maxSockets: 64, ca });
  return {
    ask: ({ method, path, body, contentType = JSON_TYPE }) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? '' : JSON.stringify(body);
        // Without its length Node sends the body of a DELETE as if it were the next request.
        const length = { 'content-length': Buffer.byteLength(text) };
        const headers = {
          authorization: `Bearer ${token}`,
          'content-type': contentType,
          'user-agent': userAgent,
          ...length,
        };
        const sent = request(`${url}${path}`, { method, agent, headers }, (answer) => {
          let said = '';
          answer.setEncoding('utf8').on('data', (piece: string) => (said += piece));
          answer.on('error', reject);
          answer.on('end', () => resolve({ status: answer.statusCode ?? 500, body: parsed(said) }));
        });
        sent.on('error', reject);
        sent.end(text);
      }),
    close: () => agent.destroy(),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}
