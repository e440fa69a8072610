import { milliseconds, seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, earliest, instant, parseInstant } from '../../units/instant.ts';
import type { Behaviour } from '../behaviour.ts';
import type { Container, Pod } from './pod-shape.ts';
import type { PodTimes } from './pod-times.ts';
import { CUT, timeOf } from './pod-times.ts';
import { drainingFrom } from './termination.ts';

/** Whether a running container is ready at an instant, and when that changes next. */
export type Readiness = Readonly<{ ready: boolean; next?: Instant }>;

/**
 * The outcome of a running container's readiness probe. Without a probe it is ready as soon as it runs, unless its
 * behaviour says otherwise. A draining application answers its probe with 503, and is unready after failureThreshold
 * probes; the kubelet goes on probing while a pod terminates.
 */
export function isReadyAt(
  pod: Pod,
  container: Container,
  behaviour: Behaviour,
  times: PodTimes,
  startedAt: string,
  now: Instant,
): Readiness {
  if (behaviour.neverReady) return { ready: false };
  const from = readyFrom(pod, container, behaviour, times, parseInstant(startedAt) ?? now);
  if (from > now) return { ready: false, next: from };
  const drained = drainedFrom(pod, container);
  if (drained !== undefined && drained <= now) return { ready: false };
  const flap = flapAt(from, behaviour, now);
  const next = earliest(drained, flap.next);
  return next === undefined ? { ready: flap.ready } : { ready: flap.ready, next };
}

function readyFrom(
  pod: Pod,
  { readinessProbe }: Container,
  { readyAfter }: Behaviour,
  times: PodTimes,
  started: Instant,
): Instant {
  const application = add(started, readyAfter);
  if (readinessProbe === undefined) return application;
  const { initialDelaySeconds = 0, successThreshold = 1 } = readinessProbe;
  const period = periodOf(readinessProbe);
  const first = add(started, milliseconds(CUT + seconds(initialDelaySeconds) + timeOf(times, 'probing', pod)));
  const missed = Math.max(0, Math.ceil((application - first) / period));
  return add(first, milliseconds((missed + successThreshold - 1) * period));
}

function flapAt(from: Instant, { flapEvery }: Behaviour, now: Instant): Readiness {
  if (flapEvery === undefined || flapEvery <= 0) return { ready: true };
  const turn = Math.floor((now - from) / flapEvery);
  return { ready: turn % 2 === 0, next: instant(from + (turn + 1) * flapEvery) };
}

function drainedFrom(pod: Pod, { readinessProbe }: Container): Instant | undefined {
  const draining = drainingFrom(pod);
  if (draining === undefined || readinessProbe === undefined) return undefined;
  return add(draining, milliseconds((readinessProbe.failureThreshold ?? 3) * periodOf(readinessProbe)));
}

function periodOf({ periodSeconds = 10 }: Readonly<{ periodSeconds?: number }>): number {
  return seconds(Math.max(1, periodSeconds));
}
