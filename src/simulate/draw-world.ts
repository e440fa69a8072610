import { drawCallFaults, drawWatchFaults } from './draw-faults.ts';
import { drawHappenings } from './draw-happenings.ts';
import { drawAutoscaler, drawRollout } from './draw-rollout.ts';
import { drawsFrom } from './random.ts';
import type { WorldPlan } from './world-plan.ts';

/**
 * The world of a seed. Each seed first draws which kinds of trouble it has at all (a swarm): worlds with one kind of
 * fault go deeper than worlds that have a little of everything. Source: Groce and others, "Swarm testing", ISSTA 2012.
 */
export function drawWorld(seed: number): WorldPlan {
  const draws = drawsFrom(seed);
  const swarm = draws.fork('swarm');
  const rollout = drawRollout(draws.fork('rollout'));
  const has = (chance = 0.5): boolean => swarm.chance(chance);
  const slow = has();
  const lag = (most: number): number => (slow ? draws.whole(1, most) : 1);
  const kinds = { edits: has(), apiFaults: has(), watchFaults: has(), crashes: has(), clusterFaults: has() };
  const more = { metricFaults: has(), disasters: has(), standby: has(), loads: has(0.3), clockSteps: has(0.3) };
  const requestsPerSecond = draws.pick([5, 50, 200]);
  return {
    seed,
    rollout,
    lags: { api: lag(200), watch: lag(500), pods: lag(4000), controllers: lag(1000), proxies: lag(4000) },
    proxies: draws.whole(1, 3),
    requestsPerSecond,
    ...(has(0.2) ? { autoscaler: drawAutoscaler(draws.fork('autoscaler'), requestsPerSecond) } : {}),
    ...(has(0.3) ? { budget: swarm.whole(0, 2) } : {}),
    happenings: drawHappenings(draws.fork('happenings'), rollout, requestsPerSecond, { ...kinds, ...more }),
    callFaults: kinds.apiFaults ? drawCallFaults(draws.fork('calls'), kinds.crashes) : [],
    watchFaults: kinds.watchFaults ? drawWatchFaults(draws.fork('watches')) : [],
  };
}
