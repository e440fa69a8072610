import type { Milliseconds } from '../../units/duration.ts';
import { milliseconds, seconds } from '../../units/duration.ts';
import { draw } from '../draw.ts';
import type { Pod } from './pod-shape.ts';

/** The shortest and the longest time something takes; a pod's own lies between, drawn from the seed and its UID. */
export type Range = Readonly<{ from: Milliseconds; to: Milliseconds }>;

/** How long the stages of a pod's life take where the pod itself does not say so. */
export type PodTimes = Readonly<{
  /** Varies the draws; the same seed and UID give the same times. */
  seed: number;
  /** From its creation until a node is chosen. */
  scheduling: Range;
  /** From there until its containers run: sandbox, image, start. */
  starting: Range;
  /** From a container's start until its first readiness probe, beside the probe's own initial delay. */
  probing: Range;
  /** From the end of its processes until the pod is gone from the API. */
  removing: Range;
}>;

/**
 * Times as measured on a real cluster with local images (three pods ready 1.8 s after the apply, a pod with a drain of
 * 3 s gone after 3.9 to 4.4 s), the start at its slow end.
 */
export const usualPodTimes: PodTimes = {
  seed: 1,
  scheduling: { from: milliseconds(20), to: milliseconds(200) },
  starting: { from: milliseconds(300), to: milliseconds(1200) },
  probing: { from: milliseconds(50), to: milliseconds(500) },
  removing: { from: milliseconds(300), to: milliseconds(900) },
};

/** How long this stage takes for this pod. */
export function timeOf(times: PodTimes, stage: Exclude<keyof PodTimes, 'seed'>, pod: Pod): Milliseconds {
  const { from, to } = times[stage];
  return milliseconds(Math.round(from + draw(times.seed, stage, pod.metadata.uid ?? '') * (to - from)));
}

/**
 * Added to a time that was read from an object: metav1.Time cuts the fraction of the second, so what it tells may have
 * happened up to this much later.
 */
export const CUT: Milliseconds = milliseconds(999);

/** How long the kubelet waits before it starts a container for the given time again: 10 s, doubled up to 5 minutes. */
export function restartBackoff(restarts: number): Milliseconds {
  return seconds(restarts === 0 ? 0 : Math.min(300, 10 * 2 ** (restarts - 1)));
}
