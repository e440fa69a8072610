import { expect, test } from 'vitest';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import { BEGIN, worldOf } from '../model/world.ts';

/** What is told of a fresh Rollout whose analysis takes this hash, with and without a revision on record. */
function told(hash: 'Latest' | 'Stable', templateName: string, status?: RolloutStatus): readonly string[] {
  const args = [{ name: 'hash', valueFrom: { podTemplateHashValue: hash } }];
  const steps = [{ setWeight: 20 }, { analysis: { templates: [{ templateName }], args } }];
  const words = { strategy: 'Routed', replicas: 4, version: 'v1', steps } as const;
  const world = worldOf({ ...words, ...(status === undefined ? {} : { status }) });
  const observed = {
    ...world,
    analysisTemplates: world.analysisTemplates.map(({ template, ...found }) => ({
      ...found,
      template: template && { ...template, spec: { ...template.spec, args: [{ name: 'hash' }] } },
    })),
  };
  return planRollout(observed, BEGIN)
    .events.filter(({ reason }) => reason === 'InvalidSpec')
    .map(({ note }) => note);
}

test('a fresh Rollout is not called invalid because its hashes are not on record yet', () => {
  expect(told('Latest', 'errors')).toEqual([]);
  expect(told('Stable', 'errors')).toEqual([]);
});

test('what is really wrong with its analysis is told as soon as its first revision is on record', () => {
  const recorded: RolloutStatus = { currentPodHash: 'v1', stableRS: 'v1' };
  expect(told('Latest', 'errors', recorded)).toEqual([]);
  expect(told('Latest', 'absent', recorded).join()).toContain('AnalysisTemplate "absent" does not exist');
});

test('a new version is not observed before the server has answered for it: nobody takes the old one for it', () => {
  const healthy: RolloutStatus = {
    observedGeneration: 1,
    currentPodHash: 'v1',
    stableRS: 'v1',
    currentStepHash: '5ffbfbbd64',
    phase: 'Healthy',
  };
  const sets = { v1: { spec: 2, available: 2 } };
  const world = worldOf({ strategy: 'Basic', replicas: 2, version: 'v2', sets, status: healthy });
  const { rollout } = world;
  const changed = { ...world, rollout: { ...rollout, metadata: { ...rollout.metadata, generation: 2 } } };
  const unasked = planRollout(changed, BEGIN).status;
  expect(unasked.observedGeneration).toBe(1);
  expect(unasked.conditions?.map(({ observedGeneration }) => observedGeneration)).not.toContain(2);
  const templateAnswer = { generation: 2, accepted: true, template: rollout.spec.template } as const;
  const answered = planRollout({ ...changed, templateAnswer }, BEGIN).status;
  expect(answered).toMatchObject({ observedGeneration: 2, phase: 'Progressing' });
});

test('a version that comes before the first one could be created is the first deployment itself', () => {
  const never: RolloutStatus = { observedGeneration: 1, currentPodHash: 'v1', stableRS: 'v1', replicas: 0 };
  const second = (status: RolloutStatus): RolloutStatus => {
    const world = worldOf({ strategy: 'Routed', replicas: 2, version: 'v2', status });
    const { metadata, spec } = world.rollout;
    const templateAnswer = { generation: metadata.generation ?? 0, accepted: true, template: spec.template } as const;
    return planRollout({ ...world, templateAnswer }, BEGIN).status;
  };
  const { stableRS, currentPodHash } = second(never);
  expect(currentPodHash).not.toBe('v1');
  expect(stableRS).toBe(currentPodHash);
  // Where pods were counted there was a version, and its ReplicaSet may only not have been seen yet.
  expect(second({ ...never, replicas: 2 }).stableRS).toBe('v1');
});
