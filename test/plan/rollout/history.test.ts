import { expect, test } from 'vitest';
import type { AnalysisRun } from '../../../src/api/analysis.ts';
import { HASH_LABEL } from '../../../src/api/names.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { BEGIN, worldOf, type WorldWords } from '../model/world.ts';
import { withSet } from './pods.ts';

const STATUS: RolloutStatus = {
  observedGeneration: 1,
  currentPodHash: 'v9',
  stableRS: 'v9',
  currentStepHash: stepHash(undefined),
};

/** v9 is stable, and v1 to v5 are behind it without pods. */
function history(spec: WorldWords['spec'] = {}): ObservedRollout {
  const old = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`v${n}`, { spec: 0, available: 0, revision: n }]));
  const sets = { ...old, v9: { spec: 1, available: 1, revision: 9 } };
  return worldOf({ strategy: 'Basic', replicas: 1, version: 'v9', sets, status: STATUS, spec });
}

const deleted = (world: ObservedRollout): readonly string[] =>
  planRollout(world, BEGIN).actions.flatMap((action) =>
    action.kind === 'DeleteReplicaSet' || action.kind === 'DeleteAnalysisRun' ? [action.target.name] : [],
  );

for (const [sentence, world, expected] of [
  ['ten are kept where nothing is said', history(), []],
  ['those beyond the limit go, oldest first', history({ revisionHistoryLimit: 3 }), ['web-v2', 'web-v1']],
  [
    'all go at a limit of 0, but for the one in use',
    history({ revisionHistoryLimit: 0 }),
    ['web-v5', 'web-v4', 'web-v3', 'web-v2', 'web-v1'],
  ],
  [
    'one that asks for pods stays, and counts',
    withSet(history({ revisionHistoryLimit: 3 }), 'v1', { specReplicas: 1 }),
    ['web-v3', 'web-v2'],
  ],
  ['one that still has a pod stays', withSet(history({ revisionHistoryLimit: 4 }), 'v1', { replicas: 1 }), ['web-v2']],
  [
    'one whose status is not of its present spec stays',
    withSet(history({ revisionHistoryLimit: 4 }), 'v1', { settled: false }),
    ['web-v2'],
  ],
] as const) {
  test(`old ReplicaSets: ${sentence}`, () => {
    expect(deleted(world).filter((name) => expected.includes(name as never) || name.startsWith('web-v'))).toEqual(
      expected,
    );
  });
}

/** A finished run of a revision; the higher the number the younger. */
function run(
  name: string,
  phase: 'Successful' | 'Failed' | 'Error' | 'Inconclusive',
  minute: number,
  hash = 'v9',
): AnalysisRun {
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      resourceVersion: '1',
      creationTimestamp: `2026-11-24T08:${String(minute).padStart(2, '0')}:00Z`,
      labels: { [HASH_LABEL]: hash },
    },
    spec: { metrics: [] },
    status: { phase },
  };
}
const many = (phase: Parameters<typeof run>[1], count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => run(`${phase.toLowerCase()}-${index}`, phase, from + index));

for (const [sentence, runs, spec, expected] of [
  ['five successful ones are kept, the youngest', many('Successful', 7), {}, ['successful-1', 'successful-0']],
  [
    'five of all others together are kept',
    [...many('Failed', 3), ...many('Error', 3, 10), ...many('Inconclusive', 1, 20)],
    {},
    ['failed-1', 'failed-0'],
  ],
  [
    'the limits are those of the spec',
    [...many('Successful', 2), ...many('Failed', 2)],
    { analysis: { successfulRunHistoryLimit: 1, unsuccessfulRunHistoryLimit: 0 } },
    ['successful-0', 'failed-1', 'failed-0'],
  ],
  ['those whose ReplicaSet is gone go, whatever the limit', [run('orphan', 'Successful', 1, 'gone')], {}, ['orphan']],
] as const) {
  test(`finished runs: ${sentence}`, () => {
    expect(deleted({ ...history(spec), analysisRuns: runs })).toEqual(expected);
  });
}

test('a change of minReadySeconds alone is written to the ReplicaSet and makes no revision', () => {
  const world = history({ minReadySeconds: 7 });
  const { actions, status } = planRollout(world, BEGIN);
  expect(actions).toContainEqual(
    expect.objectContaining({ kind: 'ChangeReplicaSet', name: 'web-v9', minReadySeconds: 7 }),
  );
  expect(actions.map(({ kind }) => kind)).not.toContain('CreateReplicaSet');
  expect(status.currentPodHash).toBe('v9');
});
