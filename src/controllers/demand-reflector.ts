import type { Clock } from '../clock/clock.ts';
import type { Reflector } from '../kube/reflector.ts';

/** A reflector that begins with the first who needs it. */
export type DemandReflector = Reflector & Readonly<{ demand: () => void }>;

/**
 * A reflector of a kind that most clusters need no view of: nothing is listed before `demand` is called. It counts as
 * synced from the beginning; whoever reads its store asks the store whether that is complete.
 */
export function startOnDemand(clock: Clock, start: () => Reflector): DemandReflector {
  const since = clock.now();
  let reflector: Reflector | undefined;
  let stopped = false;
  return {
    get state() {
      return reflector?.state ?? { kind: 'Listing', since };
    },
    get lastEventAt() {
      return reflector?.lastEventAt;
    },
    get attempts() {
      return reflector?.attempts ?? { lists: 0, watches: 0 };
    },
    whenSynced: () => Promise.resolve(),
    demand() {
      if (!stopped) reflector ??= start();
    },
    async stop() {
      stopped = true;
      await reflector?.stop();
    },
  };
}
