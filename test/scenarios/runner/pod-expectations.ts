import { canonicalJson } from '../../../src/units/canonical-json.ts';
import { parseInstant } from '../../../src/units/instant.ts';
import type { Expectation } from './scenario.ts';
import { expectation } from './scenario.ts';
import { differenceOf } from './expectations.ts';
import { versionOf } from './world.ts';

/** What pods carry, by key; null for a key that none may have. */
type Carried = Readonly<Record<string, string | null>>;

function carries(part: 'labels' | 'annotations', version: string, wanted: Carried): Expectation {
  return expectation(`pods of ${version} have ${part} ${canonicalJson(wanted)}`, (world) => {
    const pods = world.pods().filter((pod) => versionOf(pod.spec) === version);
    if (pods.length === 0) return `there are no pods of ${version}`;
    for (const { metadata } of pods) {
      for (const [key, value] of Object.entries(wanted)) {
        const seen = metadata[part]?.[key] ?? null;
        if (seen !== value) return `${metadata.name} has ${key}=${seen ?? 'nothing'}`;
      }
    }
    return undefined;
  });
}

/** Every pod of a version carries these labels; null: none has that key. There is at least one. */
export const podLabels = (version: string, wanted: Carried): Expectation => carries('labels', version, wanted);

/** Every pod of a version carries these annotations. */
export const podAnnotations = (version: string, wanted: Carried): Expectation =>
  carries('annotations', version, wanted);

/** No pod is older than spec.restartAt. */
export const noOldPods: Expectation = expectation('no pod is older than restartAt', (world) => {
  const at = parseInstant(world.rollout()?.spec.restartAt);
  if (at === undefined) return 'there is no restartAt';
  const old = world.pods().filter(({ metadata }) => (parseInstant(metadata.creationTimestamp) ?? at) < at);
  return old.length === 0 ? undefined : `${old.length} are`;
});

/** restartedAt is what was asked for. */
export const restarted: Expectation = expectation('the restart is recorded as done', (world) => {
  const asked = parseInstant(world.rollout()?.spec.restartAt);
  const done = parseInstant(world.status()?.restartedAt);
  return asked !== undefined && asked === done
    ? undefined
    : `restartedAt is ${world.status()?.restartedAt ?? 'absent'}`;
});

/** The affinity of a version's pod template holds this; 'none' when it has none. */
export function affinity(version: string, wanted: Readonly<Record<string, unknown>> | 'none'): Expectation {
  return expectation(`affinity of ${version} is ${canonicalJson(wanted)}`, (world) => {
    const seen = (world.replicaSet(version)?.spec.template.spec as Readonly<{ affinity?: unknown }> | undefined)
      ?.affinity;
    if (wanted === 'none') return seen === undefined ? undefined : `it is ${canonicalJson(seen)}`;
    return differenceOf(wanted, seen ?? {});
  });
}
