import type { KubeObject, Resource } from '../../src/kube/resource.ts';
import { seconds } from '../../src/units/duration.ts';
import { applyObject, image, wait } from '../scenarios/runner/deeds.ts';
import type { Spec } from '../scenarios/runner/objects.ts';
import { rollout, surroundingsOf } from '../scenarios/runner/objects.ts';
import type { Deed } from '../scenarios/runner/scenario.ts';
import { openVirtualStage } from '../scenarios/runner/virtual-stage.ts';

/** A life of a Rollout in which fields are changed from the beginning. */
export type Story = Readonly<{
  strategy: Spec;
  spec?: Spec;
  /** What must be there beside the Services and the route that the Rollout names. */
  objects?: readonly KubeObject[];
  /** What is done once it is Healthy; unless told, version v2 for 12 s. */
  deeds?: readonly Deed[];
}>;

/** The Rollout of a story, with other values at some paths, such as `spec.strategy.canary.steps[0].setWeight`. */
export function rolloutOf(story: Story, values: Readonly<Record<string, unknown>> = {}): KubeObject {
  let made: unknown = rollout(story.strategy, story.spec);
  for (const [path, value] of Object.entries(values)) made = withValue(made, keysOf(path), value);
  return made as KubeObject;
}

/**
 * Plays a story in virtual time and tells everything that was stored on the way, line by line, but what says nothing of a
 * field's effect: the Rollout's own spec, versions, and the hash of its steps.
 */
export async function playStory(
  story: Story,
  values: Readonly<Record<string, unknown>> = {},
): Promise<readonly string[]> {
  const stage = await openVirtualStage('sluice.dev', ['httproutes', 'grpcroutes', 'tcproutes', 'tlsroutes']);
  const lines: string[] = [];
  const begin = stage.world.now;
  try {
    stage.onChange((resource, object) => {
      lines.push(`+${((stage.world.now - begin) / 1000).toFixed(1)}s ${lineOf(resource, object)}`);
    });
    const made = rolloutOf(story, values);
    for (const object of surroundingsOf(rolloutOf(story))) await applyObject(stage, object);
    for (const object of story.objects ?? []) await applyObject(stage, object);
    await applyObject(stage, made);
    const isUp = (): boolean => stage.world.status()?.phase === 'Healthy';
    await stage.until(isUp, seconds(15));
    for (const { act } of story.deeds ?? [image('v2'), wait(12)]) await act(stage);
    return lines;
  } finally {
    await stage.close();
  }
}

const VOLATILE = new Set([
  'resourceVersion',
  'uid',
  'generation',
  'managedFields',
  'observedGeneration',
  'currentStepHash',
]);

function lineOf({ kind }: Resource, object: KubeObject): string {
  const { metadata, ...rest } = object as KubeObject & Readonly<{ spec?: unknown }>;
  const { spec, ...others } = rest;
  const told = kind === 'Rollout' ? others : { ...others, spec };
  return `${kind} ${metadata.name} ${JSON.stringify({ labels: metadata.labels, annotations: metadata.annotations, ...told }, (key, value: unknown) => (VOLATILE.has(key) ? undefined : value))}`;
}

function keysOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) =>
    index === undefined ? (name ?? '') : Number(index),
  );
}

function withValue(object: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const list = Array.isArray(object) ? [...(object as readonly unknown[])] : [];
    list[key] = withValue(list[key], rest, value);
    return list;
  }
  const record = (object ?? {}) as Readonly<Record<string, unknown>>;
  const next = withValue(record[key], rest, value);
  // `undefined` takes the field away.
  return { ...record, [key]: next };
}
