import { milliseconds, seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, earliest, formatInstant, parseInstant } from '../../units/instant.ts';
import type { Behaviour } from '../behaviour.ts';
import { behaviourOf } from '../behaviour.ts';
import type { Container, ContainerState, ContainerStatus, Pod } from './pod-shape.ts';
import type { PodTimes } from './pod-times.ts';
import { CUT, restartBackoff, timeOf } from './pod-times.ts';
import { isReadyAt } from './readiness.ts';

/** A container's status at an instant, and when it changes next though nothing else does. */
export type ContainerLife = Readonly<{ status: ContainerStatus; next?: Instant }>;

/** A failed pull is tried again after that time, and is then said to be backing off. */
const PULL_AGAIN = seconds(10);

/**
 * What the kubelet reports on a container at an instant, from what it reported before:
 *
 *     ContainerCreating ──► running ──► terminated ──► running (the first restart is at once)
 *            │                 ▲             │
 *            ▼                 └── CrashLoopBackOff (10 s, doubled up to 5 min)
 *       ErrImagePull ──► ImagePullBackOff
 *
 * A container of a pod on its way out is not started again.
 */
export function containerAt(pod: Pod, container: Container, times: PodTimes, now: Instant): ContainerLife {
  const behaviour = behaviourOf(container, pod.spec.restartPolicy);
  let status = statusBefore(pod, container);
  let due = nextState(pod, status, behaviour, times, now);
  // A kubelet that looks late may have two changes to tell: what was seen of a failed pull and its back-off, for one.
  while (due !== undefined && due.at <= now) {
    status = { ...status, ...due.change };
    due = nextState(pod, status, behaviour, times, now);
  }
  const { running } = status.state;
  const ready =
    running === undefined ? { ready: false } : isReadyAt(pod, container, behaviour, times, running.startedAt, now);
  const next = earliest(due?.at, ready.next);
  const reported = { ...status, started: running !== undefined, ready: ready.ready };
  return next === undefined ? { status: reported } : { status: reported, next };
}

/** True when the kubelet would start the container again after this end. */
export function isRestarted(pod: Pod, exitCode: number): boolean {
  const policy = pod.spec.restartPolicy ?? 'Always';
  return (
    pod.metadata.deletionTimestamp === undefined && (policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0))
  );
}

/** A container of a pod that has ended: it ran until now, or had ended before, or never ran. */
export function containerAtEnd(pod: Pod, container: Container, exitCode: number, now: Instant): ContainerStatus {
  const before = statusBefore(pod, container);
  const stopped = { ...before, ready: false, started: false };
  const { running, terminated } = before.state;
  if (terminated !== undefined) return stopped;
  const finishedAt = formatInstant(now);
  const startedAt = running?.startedAt ?? finishedAt;
  const code = running === undefined ? 137 : exitCode;
  const reason = code === 0 ? 'Completed' : 'Error';
  return { ...stopped, state: { terminated: { exitCode: code, reason, startedAt, finishedAt } } };
}

function statusBefore(pod: Pod, { name, image = '' }: Container): ContainerStatus {
  const known = pod.status?.containerStatuses?.find((status) => status.name === name);
  const state: ContainerState = { waiting: { reason: 'ContainerCreating' } };
  return known ?? { name, image, imageID: '', ready: false, started: false, restartCount: 0, state, lastState: {} };
}

type Change = Readonly<{ at: Instant; change: Partial<ContainerStatus> }>;

function nextState(
  pod: Pod,
  status: ContainerStatus,
  behaviour: Behaviour,
  times: PodTimes,
  now: Instant,
): Change | undefined {
  const { waiting, running, terminated } = status.state;
  if (running !== undefined) return endOf(running.startedAt, behaviour, now);
  if (terminated !== undefined) return isRestarted(pod, terminated.exitCode) ? restartOf(status, now) : undefined;
  if (pod.metadata.deletionTimestamp !== undefined) return undefined;
  if (waiting?.reason === 'CrashLoopBackOff') return restartAfterBackoff(status, now);
  return firstStart(pod, status, behaviour, times, now);
}

function firstStart(
  pod: Pod,
  { image, state }: ContainerStatus,
  { imageMissing }: Behaviour,
  times: PodTimes,
  now: Instant,
): Change | undefined {
  const at = add(parseInstant(pod.status?.startTime) ?? now, milliseconds(CUT + timeOf(times, 'starting', pod)));
  if (!imageMissing) return { at, change: { state: { running: { startedAt: formatInstant(now) } }, imageID: image } };
  const reason = state.waiting?.reason;
  if (reason === 'ContainerCreating') {
    return { at, change: waitingFor('ErrImagePull', `failed to pull and unpack image "${image}": not found`) };
  }
  if (reason !== 'ErrImagePull') return undefined;
  return { at: add(at, PULL_AGAIN), change: waitingFor('ImagePullBackOff', `Back-off pulling image "${image}"`) };
}

function waitingFor(reason: string, message: string): Partial<ContainerStatus> {
  return { state: { waiting: { reason, message } } };
}

function endOf(startedAt: string, { crashAfter, exitAfter, exitCode }: Behaviour, now: Instant): Change | undefined {
  const length = crashAfter ?? exitAfter;
  if (length === undefined) return undefined;
  const code = crashAfter === undefined ? exitCode : 1;
  const reason = code === 0 ? 'Completed' : 'Error';
  const terminated = { exitCode: code, reason, startedAt, finishedAt: formatInstant(now) };
  return { at: add(parseInstant(startedAt) ?? now, milliseconds(CUT + length)), change: { state: { terminated } } };
}

/** The kubelet sees an end at its next look, about once a second, and starts the container again the first time. */
function restartOf(status: ContainerStatus, now: Instant): Change {
  const { terminated } = status.state;
  const at = add(parseInstant(terminated?.finishedAt) ?? now, milliseconds(CUT + 1));
  const lastState = terminated === undefined ? {} : { terminated };
  if (status.restartCount === 0) return { at, change: { ...running(status, now), lastState } };
  const wait = restartBackoff(status.restartCount) / 1000;
  return {
    at,
    change: { ...waitingFor('CrashLoopBackOff', `back-off ${wait}s restarting failed container`), lastState },
  };
}

function restartAfterBackoff(status: ContainerStatus, now: Instant): Change {
  const ended = parseInstant(status.lastState.terminated?.finishedAt) ?? now;
  return { at: add(ended, milliseconds(CUT + restartBackoff(status.restartCount))), change: running(status, now) };
}

function running({ restartCount }: ContainerStatus, now: Instant): Partial<ContainerStatus> {
  return { state: { running: { startedAt: formatInstant(now) } }, restartCount: restartCount + 1 };
}
