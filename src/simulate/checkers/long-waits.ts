import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { isProcessTrouble, startsByAnotherClock } from '../process-group.ts';
import type { Checker, MakeChecker, WorldState } from './checker.ts';

/** Longer than a move takes to be seen, ten seconds after which a wait is told, and the write that tells it. */
const LONG = seconds(45);

/**
 * L3: what waits long has a condition that names the object, what is missing, and since when. A pause is told by its own
 * condition; what was refused, or is wrong with the spec, by those of that name.
 */
export const longWaits: MakeChecker = ({ happenings, callFaults }): Checker => {
  const clockMoved = startsByAnotherClock(happenings, callFaults);
  // A process that is gone, or whose writes are not answered, cannot say what it waits for.
  const speechless = callFaults.length > 0 || happenings.some(isProcessTrouble);
  let still: Readonly<{ key: string; since: Instant }> | undefined;
  return {
    id: 'L3',
    looked(state, at, calm) {
      const key = progressOf(state);
      if (still?.key !== key || !calm) still = { key, since: at };
      const { phase, conditions = [], pauseConditions = [] } = state.rollout?.status ?? {};
      if (clockMoved || speechless || phase !== 'Progressing' || at - still.since < LONG || pauseConditions.length > 0) return [];
      const told = conditions.find(({ type, status }) => type === 'Waiting' && status === 'True');
      const names = /ReplicaSet|Service|HTTPRoute|AnalysisRun|Experiment/.test(told?.message ?? '');
      const since = /since \d{4}-/.test(told?.message ?? '');
      if (names && since && told?.reason !== undefined) return [];
      return [`it has not moved for ${(at - still.since) / 1000} s, and says only: ${told?.message ?? 'nothing'}`];
    },
  };
};

/** All that changes when an update, or what is left of one, moves. */
function progressOf({ rollout, replicaSets, pods, route }: WorldState): string {
  const { conditions: _conditions, ...status } = rollout?.status ?? {};
  return JSON.stringify([
    rollout?.metadata.generation,
    status,
    replicaSets.map(({ spec, status: is }) => [spec.replicas, is]),
    pods.length,
    route?.metadata.generation,
  ]);
}
