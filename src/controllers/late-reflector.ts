import type { Clock } from '../clock/clock.ts';
import { sleep } from '../clock/clock.ts';
import type { Failure } from '../kube/client.ts';
import type { Reflector, ReflectorOptions } from '../kube/reflector.ts';
import { startReflector } from '../kube/reflector.ts';
import type { KubeObject } from '../kube/resource.ts';
import { seconds } from '../units/duration.ts';

/** How often we look whether a kind that the server does not know has been installed. */
const LOOK_AGAIN_AFTER = seconds(30);

/**
 * A reflector of a kind that the server may not have, or not let us see: it counts as synced while the server says so
 * with one of the given answers, looks again every 30 s, and watches from then on. Any other failure is waited out.
 */
export function startLateReflector<T extends KubeObject>(
  options: ReflectorOptions<T>,
  absent: readonly Failure['why'][],
): Reflector {
  const { client, clock, resource, selection = {} } = options;
  const stopping = new AbortController();
  const settled = Promise.withResolvers<void>();
  settled.promise.catch(() => {});
  let reflector: Reflector | undefined;
  let probes = 0;

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      probes += 1;
      const answer = await client.list(resource, selection, { limit: 1 }, stopping.signal);
      if (stopping.signal.aborted) break;
      if (answer.ok) {
        reflector = startReflector(options);
        reflector.whenSynced().then(settled.resolve, settled.reject);
        return;
      }
      if (absent.includes(answer.why)) settled.resolve();
      else options.onError?.(answer);
      await pause(clock, stopping.signal);
    }
    settled.reject(new Error('the reflector was stopped before it was synced'));
  };
  const running = run();

  return {
    get state() {
      return reflector?.state ?? { kind: 'Listing', since: clock.now() };
    },
    get lastEventAt() {
      return reflector?.lastEventAt;
    },
    get attempts() {
      const { lists, watches } = reflector?.attempts ?? { lists: 0, watches: 0 };
      return { lists: lists + probes, watches };
    },
    whenSynced: () => settled.promise,
    async stop() {
      stopping.abort(new Error('the reflector is stopped'));
      await running;
      await reflector?.stop();
    },
  };
}

async function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  await sleep(clock, LOOK_AGAIN_AFTER, signal).catch(() => {});
}
