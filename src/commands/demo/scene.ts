import type { CanaryStep } from '../../api/canary.ts';
import type { Rollout } from '../../api/rollout.ts';
import { behaviourOfPod } from '../../emulator/behaviour.ts';
import type { ClusterView } from '../../emulator/step.ts';
import { PODS, listOf } from '../../emulator/steps/kinds.ts';
import { isActive, isReady } from '../../emulator/steps/pod-facts.ts';
import { matchesSelector } from '../../emulator/selectors.ts';
import type { Milliseconds } from '../../units/duration.ts';
import type { VersionTraffic } from './traffic-meter.ts';

/** The pods of one version. */
export type VersionPods = Readonly<{ ready: number; starting: number; ending: number }>;

/** One version on the stage. */
export type VersionScene = VersionTraffic & Readonly<{ pods: VersionPods }>;

/** What there is to see at one moment of a demo. */
export type Scene = Readonly<{
  /** Time since the demo began, as the cluster has it. */
  elapsed: Milliseconds;
  rollout: string;
  phase: string;
  /** Why it is in that phase. */
  message: string;
  /** A new version is on its way. */
  updating: boolean;
  /** The steps in words, and the index of the one under way: their number when all are done, 0 before any update. */
  steps: readonly string[];
  step: number;
  /** The update was given up; all traffic goes to the stable version. */
  aborted: boolean;
  /** The weight of the canary as it was read back; undefined where pods are the only weight. */
  weight: number | undefined;
  versions: readonly VersionScene[];
  /** What an update waits for, in the controller's own words. */
  because: readonly string[];
  sent: number;
  /** Failed by the application's own fault; and lost on the way, which must not happen. */
  failed: number;
  lost: number;
}>;

/** What makes one scene differ from another, but for traffic and time. */
export function signatureOf({ phase, message, step, weight, because, versions }: Scene): string {
  return JSON.stringify([phase, message, step, weight, because, versions.map(({ version, pods }) => [version, pods])]);
}

/** A step of a canary in a few words. */
export function describeStep(step: CanaryStep): string {
  const parts: string[] = [];
  if (step.setWeight !== undefined) parts.push(`${step.setWeight} %`);
  if (step.setCanaryScale !== undefined) {
    const { replicas, weight } = step.setCanaryScale;
    const weighed = weight === undefined ? 'pods by weight' : `pods of ${weight} %`;
    parts.push(replicas === undefined ? weighed : `${replicas} pods`);
  }
  if (step.pause !== undefined) {
    const { duration } = step.pause;
    const length = typeof duration === 'number' || /^\d+$/.test(duration ?? '') ? `${duration}s` : duration;
    parts.push(duration === undefined ? 'pause for a person' : `pause ${length}`);
  }
  if (step.analysis !== undefined) {
    const names = (step.analysis.templates ?? []).flatMap(({ templateName }) => templateName ?? []);
    parts.push(`analysis ${names.join(', ')}`);
  }
  return parts.length === 0 ? Object.keys(step).join(', ') : parts.join(' + ');
}

/** The pods of a Rollout by the version that they run. */
export function podsByVersion(view: ClusterView, rollout: Rollout): ReadonlyMap<string, VersionPods> {
  const found = new Map<string, VersionPods>();
  for (const pod of listOf(view, PODS, rollout.metadata.namespace)) {
    if (!matchesSelector(rollout.spec.selector, pod.metadata.labels ?? {})) continue;
    const { version } = behaviourOfPod(pod.spec);
    const { ready, starting, ending } = found.get(version) ?? { ready: 0, starting: 0, ending: 0 };
    const active = isActive(pod);
    found.set(version, {
      ready: ready + (active && isReady(pod) ? 1 : 0),
      starting: starting + (active && !isReady(pod) ? 1 : 0),
      ending: ending + (active ? 0 : 1),
    });
  }
  return found;
}

const NO_PODS: VersionPods = { ready: 0, starting: 0, ending: 0 };

/** Versions with traffic so far or with pods, in the order of their names. */
export function versionsOf(
  traffic: readonly VersionTraffic[],
  pods: ReadonlyMap<string, VersionPods>,
): readonly VersionScene[] {
  const silent = [...pods.keys()]
    .filter((version) => !traffic.some((one) => one.version === version))
    .map((version): VersionTraffic => ({ version, share: 0, ok: 0, failed: 0, lost: 0 }));
  return [...traffic, ...silent]
    .map((one) => ({ ...one, pods: pods.get(one.version) ?? NO_PODS }))
    .toSorted((a, b) => (a.version < b.version ? -1 : 1));
}
