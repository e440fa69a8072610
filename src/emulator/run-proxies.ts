import type { Clock, Timer } from '../clock/clock.ts';
import type { Resource } from '../kube/resource.ts';
import { milliseconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { elapsed } from '../units/instant.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { ProxyFleet } from './proxy-fleet.ts';
import { targetsOf } from './pod-targets.ts';
import type { EmulatedPrometheus } from './prometheus.ts';
import { ENDPOINT_SLICES, HTTP_ROUTES, NODES, PODS } from './steps/kinds.ts';

/** A data plane under way. */
export type RunningProxies = Readonly<{
  /** Carries the traffic up to now: before a report is read. */
  catchUp(): void;
  /** No timer is left after this returns. */
  stop(): void;
}>;

const WATCHED: ReadonlySet<string> = new Set([PODS, NODES, ENDPOINT_SLICES, HTTP_ROUTES].map(keyOf));

/**
 * Lets a data plane and its Prometheus live on a clock: each change of what they watch is met at its instant, after the
 * write that made it, and every scrape comes when it is due. Between those nothing costs anything.
 */
export function runProxies(
  access: ClusterAccess,
  clock: Clock,
  fleet: ProxyFleet,
  prometheus: EmulatedPrometheus,
): RunningProxies {
  let set: Readonly<{ at: Instant; timer: Timer }> | undefined;
  let stopped = false;
  const wakeAt = (at: Instant): void => {
    if (stopped || (set !== undefined && set.at <= at)) return;
    set?.timer.cancel();
    set = { at, timer: clock.schedule(milliseconds(elapsed(clock.now(), at)), turn) };
  };
  const catchUp = (): void => fleet.advance(access.view, clock.now());
  const turn = (): void => {
    set = undefined;
    catchUp();
    prometheus.scrape(targetsOf(access.view, fleet), clock.now());
    if (prometheus.nextScrape !== undefined) wakeAt(prometheus.nextScrape);
  };
  const unsubscribe = access.onChange((resource) => {
    if (WATCHED.has(keyOf(resource))) wakeAt(clock.now());
  });
  wakeAt(clock.now());
  return {
    catchUp,
    stop() {
      stopped = true;
      unsubscribe();
      set?.timer.cancel();
    },
  };
}

function keyOf({ group, plural }: Resource): string {
  return `${group}/${plural}`;
}
