import { DISASTER_ODDS } from './disaster-odds.ts';
import { drawSteps, drawVersion } from './draw-rollout.ts';
import type { Draws } from './random.ts';
import type { Disaster, Happening, PrometheusLie, RolloutDraw } from './world-plan.ts';

/** Faults and edits stop here; afterwards the world must come to rest. Milliseconds. */
const UNREST = 8 * 60_000;
/** An update begins within this time, so that what happens later meets it under way. */
const FIRST_UPDATE = 40_000;
/** The wall clock is set forward by an hour at most, back by less: whoever waits by it then waits so much longer. */
const FURTHEST_FORWARD = 3_600_000;
const FURTHEST_BACK = 300_000;

/** Which kinds of trouble a world has at all. */
export type Kinds = Readonly<
  Record<
    'edits' | 'crashes' | 'clusterFaults' | 'metricFaults' | 'disasters' | 'standby' | 'loads' | 'clockSteps',
    boolean
  >
>;

/** What happens in a world, in its order. */
export function drawHappenings(draws: Draws, rollout: RolloutDraw, rate: number, kinds: Kinds): readonly Happening[] {
  const happenings: Happening[] = [
    { at: draws.whole(5_000, FIRST_UPDATE), kind: 'Apply', version: drawVersion(draws, 2) },
  ];
  const some = (most: number, make: (at: number) => Happening): void => {
    for (let left = draws.whole(1, most); left > 0; left -= 1) happenings.push(make(draws.whole(5_000, UNREST)));
  };
  if (kinds.edits) some(8, (at) => drawEdit(draws, rollout, at));
  if (kinds.crashes) some(4, (at) => drawProcessFault(draws, at));
  if (kinds.clusterFaults) {
    some(4, (at) => ({ at, kind: 'KillPods', which: draws.whole(0, 2), count: draws.whole(1, 3) }));
  }
  if (kinds.metricFaults) {
    some(3, (at) => ({ at, kind: 'Prometheus', lie: draws.pick(LIES), length: draws.whole(5_000, 90_000) }));
  }
  if (kinds.disasters) some(2, (at) => drawDisaster(draws, rollout, at));
  if (kinds.standby) some(2, (at) => ({ at, kind: 'Standby', length: draws.whole(20_000, 300_000) }));
  if (kinds.loads) some(4, (at) => ({ at, kind: 'Load', rate: Math.round(rate * draws.pick([0, 0.2, 0.5, 1, 2])) }));
  if (kinds.clockSteps) some(2, (at) => ({ at, kind: 'SetClock', by: drawStep(draws) }));
  return happenings.toSorted((a, b) => a.at - b.at);
}

const LIES: readonly PrometheusLie[] = [
  'Down',
  'Unavailable',
  'Slow',
  'Hangs',
  'Empty',
  'NaN',
  'Infinite',
  'Text',
  'Several',
  'Resets',
  'Stale',
  'InTurn',
  'Partial',
  'ClockOff',
];

function drawStep(draws: Draws): number {
  return draws.chance(0.5) ? draws.whole(1_000, FURTHEST_FORWARD) : -draws.whole(1_000, FURTHEST_BACK);
}

/** A key of the table, as often as it says among all. */
function pickKind<Kind extends string>(draws: Draws, odds: Readonly<Record<Kind, number>>): Kind {
  const entries = Object.entries(odds) as [Kind, number][];
  return draws.pick(entries.flatMap(([kind, often]) => Array.from({ length: often }, () => kind)));
}

const EDIT_ODDS = {
  Apply: 3,
  Back: 1,
  Scale: 2,
  Pause: 1,
  Promote: 2,
  PromoteFull: 1,
  Abort: 2,
  Retry: 1,
  EditSteps: 1,
  EditWeight: 1,
  ScaleReplicaSet: 1,
  DeleteReplicaSet: 1,
  EditSelector: 1,
  EditStatus: 1,
};

function drawEdit(draws: Draws, rollout: RolloutDraw, at: number): Happening {
  const kind = pickKind(draws, EDIT_ODDS);
  switch (kind) {
    case 'Apply':
      return { at, kind, version: drawVersion(draws, draws.whole(2, 4)) };
    case 'Back':
      return { at, kind: 'Apply', version: { version: 1, errorRate: 0, crashes: false, neverReady: false } };
    case 'Scale':
      return { at, kind, replicas: draws.chance(0.1) ? 0 : draws.whole(1, 8) };
    case 'Pause':
      return { at, kind, paused: draws.chance(0.5) };
    case 'EditSteps':
      return rollout.strategy === 'BlueGreen' ? { at, kind: 'Promote' } : { at, kind, steps: drawSteps(draws) };
    case 'EditWeight':
      return { at, kind, canary: draws.whole(0, 100) };
    case 'ScaleReplicaSet':
      return { at, kind, which: draws.whole(0, 2), replicas: draws.whole(0, 6) };
    case 'DeleteReplicaSet':
      return { at, kind, which: draws.whole(0, 2) };
    case 'EditSelector':
      return { at, kind, service: draws.whole(0, 1), to: draws.whole(0, 2) };
    case 'Promote':
    case 'PromoteFull':
    case 'Abort':
    case 'Retry':
    case 'EditStatus':
      return { at, kind };
  }
}

function drawProcessFault(draws: Draws, at: number): Happening {
  const kind = draws.pick(['Crash', 'Stall', 'Restart', 'StopAndKill'] as const);
  switch (kind) {
    case 'Stall':
      return { at, kind, length: draws.whole(1_000, 30_000) };
    case 'Crash':
    case 'Restart':
      return { at, kind, downFor: draws.whole(0, 30_000) };
    case 'StopAndKill':
      return { at, kind, after: draws.whole(0, 500), downFor: draws.whole(0, 30_000) };
  }
}

function drawDisaster(draws: Draws, rollout: RolloutDraw, at: number): Happening {
  const kind = pickKind<Disaster['kind']>(draws, DISASTER_ODDS);
  const length = draws.whole(1_000, 90_000);
  switch (kind) {
    case 'Evict':
      return { at, kind, which: draws.whole(0, 2), count: draws.whole(1, 3) };
    case 'StickProxy':
      // With the longest delay of a proxy still less than the shortest wait before old pods go.
      return { at, kind, length: draws.whole(500, 4_000) };
    case 'DeleteService':
      return { at, kind, which: draws.whole(0, 1), length };
    case 'GitOps':
      return draws.chance(0.5)
        ? { at, kind, times: draws.whole(1, 3) }
        : { at, kind, times: draws.whole(2, 8), every: draws.whole(1_000, 30_000) };
    case 'Quota':
      return { at, kind, pods: rollout.replicas + draws.whole(0, 2), length };
    case 'EditLease':
      return { at, kind, how: draws.pick(['Delete', 'Steal'] as const) };
    case 'Forbid': {
      const resources = ['rollouts', 'replicasets', 'services', 'httproutes', 'analysisruns'] as const;
      return { at, kind, resource: draws.pick(resources), by: draws.pick(['Rights', 'Webhook'] as const), length };
    }
    case 'HoldReplicaSet':
      return { at, kind, which: draws.whole(0, 2), length };
    case 'LoseNode':
    case 'DrainNode':
    case 'DeleteRollout':
    case 'DeleteRoute':
    case 'Rival':
      return { at, kind, length };
    case 'Compact':
      return { at, kind };
  }
}
