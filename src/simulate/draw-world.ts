import type { Draws } from './random.ts';
import { drawsFrom } from './random.ts';
import type {
  CallFault,
  Happening,
  PrometheusLie,
  RolloutDraw,
  StepDraw,
  VersionDraw,
  WatchFault,
  WorldPlan,
} from './world-plan.ts';

/** Faults and edits stop here; afterwards the world must come to rest. Milliseconds. */
export const UNREST = 8 * 60_000;
/** An update begins within this time, so that what happens later meets it under way. */
const FIRST_UPDATE = 40_000;

/**
 * The world of a seed. Each seed first draws which kinds of trouble it has at all (a swarm): worlds with one kind of
 * fault go deeper than worlds that have a little of everything. Source: Groce and others, "Swarm testing", ISSTA 2012.
 */
export function drawWorld(seed: number): WorldPlan {
  const draws = drawsFrom(seed);
  const swarm = draws.fork('swarm');
  const rollout = drawRollout(draws.fork('rollout'));
  const has = (): boolean => swarm.chance(0.5);
  const slow = has();
  const lag = (most: number): number => (slow ? draws.whole(1, most) : 1);
  const edits = has();
  const apiFaults = has();
  const watchFaults = has();
  const crashes = has();
  const clusterFaults = has();
  const metricFaults = has();
  const disasters = has();
  const standby = has();
  return {
    seed,
    rollout,
    lags: { api: lag(200), watch: lag(500), pods: lag(4000), controllers: lag(1000), proxies: lag(4000) },
    proxies: draws.whole(1, 3),
    requestsPerSecond: draws.pick([5, 50, 200]),
    happenings: drawHappenings(draws.fork('happenings'), rollout, {
      edits,
      crashes,
      clusterFaults,
      metricFaults,
      disasters,
      standby,
    }),
    callFaults: apiFaults ? drawCallFaults(draws.fork('calls'), crashes) : [],
    watchFaults: watchFaults ? drawWatchFaults(draws.fork('watches')) : [],
  };
}

function drawSteps(draws: Draws): readonly StepDraw[] {
  const steps: StepDraw[] = [];
  const count = draws.whole(0, 4);
  let weight = 0;
  for (let index = 0; index < count; index += 1) {
    weight = draws.chance(0.15) ? draws.whole(0, 100) : Math.min(100, weight + draws.whole(5, 50));
    steps.push({ kind: 'Weight', weight });
    const after = draws.next();
    if (after < 0.4) steps.push({ kind: 'Pause', seconds: draws.pick([1, 5, 20, 60]) });
    else if (after < 0.5) steps.push({ kind: 'Pause', seconds: 0 });
    else if (after < 0.75) steps.push({ kind: 'Analysis' });
  }
  return steps;
}

function drawRollout(draws: Draws): RolloutDraw {
  const strategy = draws.pick(['Routed', 'Routed', 'Routed', 'Basic', 'BlueGreen'] as const);
  return {
    strategy,
    replicas: draws.whole(1, 6),
    steps: strategy === 'BlueGreen' ? [] : drawSteps(draws),
    // Longer than any proxy is late here: a shorter delay would lose requests by declaration.
    scaleDownDelay: draws.whole(10, 60),
    abortScaleDownDelay: draws.whole(10, 60),
    progressDeadline: draws.pick([60, 120, 600]),
    progressDeadlineAbort: draws.chance(0.5),
    background: strategy !== 'BlueGreen' && draws.chance(0.3),
    autoPromotion: draws.chance(0.6),
    analyses: { pre: draws.chance(0.3), post: draws.chance(0.3) },
  };
}

function drawVersion(draws: Draws, version: number): VersionDraw {
  const kind = draws.next();
  return {
    version,
    errorRate: kind < 0.2 ? 0.3 : 0,
    crashes: kind >= 0.2 && kind < 0.28,
    neverReady: kind >= 0.28 && kind < 0.34,
  };
}

type Kinds = Readonly<
  Record<'edits' | 'crashes' | 'clusterFaults' | 'metricFaults' | 'disasters' | 'standby', boolean>
>;

function drawHappenings(draws: Draws, rollout: RolloutDraw, kinds: Kinds): readonly Happening[] {
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
    const lies: readonly PrometheusLie[] = [
      'Down',
      'Unavailable',
      'Slow',
      'Empty',
      'NaN',
      'Several',
      'Stale',
      'Partial',
    ];
    some(3, (at) => ({ at, kind: 'Prometheus', lie: draws.pick(lies), length: draws.whole(5_000, 90_000) }));
  }
  if (kinds.disasters) some(2, (at) => drawDisaster(draws, rollout, at));
  if (kinds.standby) some(2, (at) => ({ at, kind: 'Standby', length: draws.whole(20_000, 300_000) }));
  return happenings.toSorted((a, b) => a.at - b.at);
}

function drawEdit(draws: Draws, rollout: RolloutDraw, at: number): Happening {
  const kind = draws.pick([
    'Apply',
    'Apply',
    'Back',
    'Scale',
    'Scale',
    'Pause',
    'Promote',
    'Promote',
    'PromoteFull',
    'Abort',
    'Abort',
    'Retry',
    'EditSteps',
    'EditWeight',
    'ScaleReplicaSet',
  ] as const);
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
    case 'Promote':
    case 'PromoteFull':
    case 'Abort':
    case 'Retry':
      return { at, kind };
  }
}

function drawProcessFault(draws: Draws, at: number): Happening {
  const kind = draws.pick(['Crash', 'Stall', 'Restart'] as const);
  return kind === 'Stall'
    ? { at, kind, length: draws.whole(1_000, 30_000) }
    : { at, kind, downFor: draws.whole(0, 30_000) };
}

function drawCallFaults(draws: Draws, crashes: boolean): readonly CallFault[] {
  const faults: CallFault[] = [];
  const rate = draws.pick([0.01, 0.05, 0.2]);
  for (let call = 0; call < 2_000; call += 1) {
    if (!draws.chance(rate)) continue;
    const kind = draws.next();
    if (kind < 0.5)
      faults.push({ call, kind: 'Refuse', why: draws.pick(['Conflict', 'TooMany', 'Unavailable', 'Failed'] as const) });
    else if (kind < 0.6) faults.push({ call, kind: 'LoseRequest' });
    else if (kind < 0.7) faults.push({ call, kind: 'LoseAnswer' });
    else if (kind < 0.9 || !crashes) faults.push({ call, kind: 'Slow', by: draws.whole(100, 8_000) });
    else faults.push({ call, kind: 'Crash', when: draws.pick(['Before', 'After'] as const) });
  }
  return faults;
}

function drawWatchFaults(draws: Draws): readonly WatchFault[] {
  const faults: WatchFault[] = [];
  const rate = draws.pick([0.01, 0.05]);
  for (let event = 0; event < 2_000; event += 1) {
    if (!draws.chance(rate)) continue;
    faults.push({ event, kind: draws.pick(['Repeat', 'Repeat', 'Delay', 'Gone', 'Cut', 'Silent'] as const) });
  }
  return faults;
}

function drawDisaster(draws: Draws, rollout: RolloutDraw, at: number): Happening {
  const kind = draws.pick([
    'Evict',
    'Evict',
    'LoseNode',
    'StickProxy',
    'StickProxy',
    'DeleteRollout',
    'DeleteService',
    'DeleteRoute',
    'GitOps',
    'Quota',
    'Compact',
    'EditLease',
  ] as const);
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
      return { at, kind, times: draws.whole(1, 3) };
    case 'Quota':
      return { at, kind, pods: rollout.replicas + draws.whole(0, 2), length };
    case 'EditLease':
      return { at, kind, how: draws.pick(['Delete', 'Steal'] as const) };
    case 'LoseNode':
    case 'DeleteRollout':
    case 'DeleteRoute':
      return { at, kind, length };
    case 'Compact':
      return { at, kind };
  }
}
