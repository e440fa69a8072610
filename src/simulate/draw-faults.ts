import type { Draws } from './random.ts';
import type { CallFault, WatchFault } from './world-plan.ts';

const REFUSALS = ['Conflict', 'Conflict', 'TooMany', 'Unavailable', 'TimedOut', 'Failed'] as const;
const WATCH_FAULTS = ['Repeat', 'Repeat', 'Delay', 'Merge', 'Gone', 'Cut', 'Silent'] as const;
/** F04, once in so many worlds: for twenty minutes nobody can know what is going on. */
const ONLY_BOOKMARKS = 0.1;
/** F09: a refusal may come so often in a row at most. */
const IN_A_ROW = 5;

/** Faults of calls, so many in a hundred. */
export function drawCallFaults(draws: Draws, crashes: boolean): readonly CallFault[] {
  const faults: CallFault[] = [];
  const rate = draws.pick([0.01, 0.05, 0.2]);
  for (let call = 0; call < 2_000; call += 1) {
    if (!draws.chance(rate)) continue;
    const kind = draws.next();
    if (kind < 0.5) {
      const why = draws.pick(REFUSALS);
      const last = call + (draws.chance(0.1) ? draws.whole(1, IN_A_ROW - 1) : 0);
      for (; call < last; call += 1) faults.push({ call, kind: 'Refuse', why });
      faults.push({ call, kind: 'Refuse', why });
    } else if (kind < 0.6) faults.push({ call, kind: 'LoseRequest' });
    else if (kind < 0.7) faults.push({ call, kind: 'LoseAnswer' });
    else if (kind < 0.9 || !crashes) faults.push({ call, kind: 'Slow', by: draws.whole(100, 8_000) });
    else faults.push({ call, kind: 'Crash', when: draws.pick(['Before', 'After'] as const) });
  }
  return faults;
}

/** Faults of events, so many in a hundred. */
export function drawWatchFaults(draws: Draws): readonly WatchFault[] {
  const faults: WatchFault[] = [];
  const rate = draws.pick([0.01, 0.05]);
  if (draws.chance(ONLY_BOOKMARKS)) faults.push({ event: draws.whole(50, 500), kind: 'Bookmarks' });
  for (let event = 0; event < 2_000; event += 1) {
    if (!draws.chance(rate)) continue;
    faults.push({ event, kind: draws.pick(WATCH_FAULTS) });
  }
  return faults;
}
