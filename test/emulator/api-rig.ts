import type { ApiServer } from '../../src/emulator/api-server.ts';
import { createApiServer } from '../../src/emulator/api-server.ts';
import type { EmulatorResponse } from '../../src/emulator/request.ts';
import type { VirtualClock } from '../kube/virtual-clock.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';

/** A server on a clock that stands still, with random numbers that are the same in every run. */
export type Rig = Readonly<{
  server: ApiServer;
  clock: VirtualClock;
  post(path: string, body: unknown): EmulatorResponse;
  put(path: string, body: unknown): EmulatorResponse;
  get(path: string): EmulatorResponse;
  patch(path: string, body: unknown, kind?: 'merge' | 'json' | 'strategic'): EmulatorResponse;
  apply(path: string, body: unknown): EmulatorResponse;
  remove(path: string, options?: unknown): EmulatorResponse;
}>;

const PATCHES = { merge: 'merge-patch', json: 'json-patch', strategic: 'strategic-merge-patch' };

/** A new server and short words for its requests. */
export function createRig(): Rig {
  const clock = createVirtualClock();
  const server = createApiServer({ clock, random: sequence() });
  const userAgent = 'test/1';
  return {
    server,
    clock,
    post: (path, body) => server.handle({ method: 'POST', path, body, userAgent }),
    put: (path, body) => server.handle({ method: 'PUT', path, body, userAgent }),
    get: (path) => server.handle({ method: 'GET', path }),
    patch: (path, body, kind = 'merge') =>
      server.handle({ method: 'PATCH', path, body, contentType: `application/${PATCHES[kind]}+json`, userAgent }),
    apply: (path, body) => server.handle({ method: 'PATCH', path, body, contentType: 'application/apply-patch+yaml' }),
    remove: (path, body) => server.handle({ method: 'DELETE', path, body }),
  };
}

/** A linear congruential generator (Numerical Recipes): the same numbers in every run. */
export function sequence(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The message of a refusal, or what came instead of one. */
export function messageOf({ body }: EmulatorResponse): unknown {
  return (body as { message?: unknown }).message ?? body;
}

/** A ReplicaSet that the server takes. */
export function replicaSet(name: string): unknown {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'shop:1' }] } },
    },
  };
}
