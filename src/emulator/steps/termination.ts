import type { Milliseconds } from '../../units/duration.ts';
import { milliseconds, seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, instant, parseInstant } from '../../units/instant.ts';
import { behaviourOf } from '../behaviour.ts';
import type { Container, Pod } from './pod-shape.ts';
import type { PodTimes } from './pod-times.ts';
import { CUT, timeOf } from './pod-times.ts';

/**
 * When the pod was asked to end, at the latest; undefined when it was not. Its deletionTimestamp is when its grace will
 * be over, not when it was deleted (BeforeDelete of k8s.io/apiserver).
 */
export function askedToEnd({ metadata }: Pod): Instant | undefined {
  const over = parseInstant(metadata.deletionTimestamp);
  return over === undefined
    ? undefined
    : add(over, milliseconds(CUT - seconds(metadata.deletionGracePeriodSeconds ?? 0)));
}

/** When the application of the pod gets SIGTERM: after its preStop hook, which counts as a part of the grace. */
export function drainingFrom(pod: Pod): Instant | undefined {
  const asked = askedToEnd(pod);
  return asked === undefined ? undefined : add(asked, Math.min(graceOf(pod), longest(pod, preStopOf)) as Milliseconds);
}

/** How a pod ends: when the kubelet reports it, and the exit code of containers that ran until then. */
export type PodEnd = Readonly<{ at: Instant; exitCode: number }>;

/** What the kernel reports of a process that SIGKILL ended. */
const KILLED = 137;

/**
 * How the pod ends: each running container takes its preStop hook and its drain, never more than the grace, then SIGKILL;
 * one that does not run ends at once. Undefined while nobody asked it to end.
 */
export function endOfPod(pod: Pod, times: PodTimes): PodEnd | undefined {
  const asked = askedToEnd(pod);
  if (asked === undefined) return undefined;
  const serving = longest(pod, (container) => milliseconds(preStopOf(container) + behaviourOf(container).drain));
  const stopped = add(asked, milliseconds(Math.min(graceOf(pod), serving)));
  const at = add(latest(stopped, ...endsOf(pod)), timeOf(times, 'removing', pod));
  return { at, exitCode: serving > graceOf(pod) ? KILLED : 0 };
}

/** When containers of the pod ended by themselves, at the latest. */
function endsOf({ status }: Pod): readonly Instant[] {
  return (status?.containerStatuses ?? []).flatMap(({ state }) => {
    const ended = parseInstant(state.terminated?.finishedAt);
    return ended === undefined ? [] : [add(ended, CUT)];
  });
}

function latest(...instants: readonly Instant[]): Instant {
  return instant(Math.max(...instants));
}

function graceOf({ metadata }: Pod): Milliseconds {
  return seconds(metadata.deletionGracePeriodSeconds ?? 0);
}

/** The longest that any running container takes for something. */
function longest({ spec, status }: Pod, length: (container: Container) => Milliseconds): Milliseconds {
  const running = new Set(
    status?.containerStatuses?.filter(({ state }) => state.running !== undefined).map(({ name }) => name),
  );
  return milliseconds(Math.max(0, ...spec.containers.filter(({ name }) => running.has(name)).map(length)));
}

/** The length of a preStop hook: `sleep: {seconds}`, or a command with `sleep N` in it. Other commands take no time. */
function preStopOf({ lifecycle }: Container): Milliseconds {
  const { sleep, exec } = lifecycle?.preStop ?? {};
  if (sleep !== undefined) return seconds(sleep.seconds);
  const slept = /\bsleep (\d+(?:\.\d+)?)/.exec((exec?.command ?? []).join(' '));
  return seconds(Number(slept?.[1] ?? 0));
}
