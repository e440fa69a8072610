import { HASH_LABEL, ROLLOUT_TYPE_LABEL, STEP_INDEX_LABEL } from '../../../src/api/names.ts';
import type { AnalysisPhase, AnalysisRun } from '../../../src/api/analysis.ts';
import type { CanaryStep } from '../../../src/api/canary.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { ATTEMPT } from '../../../src/plan/rollout/runs.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { CANARY_SERVICE, STABLE_SERVICE, worldOf, type WorldWords } from '../model/world.ts';

/** A routed update from v1 to v2 with 4 replicas, at a step, at a weight that was read back and proven. */
export function routedUpdate(
  steps: readonly CanaryStep[],
  at: Readonly<{ index: number; weight: number; status?: RolloutStatus; words?: Partial<WorldWords> }>,
): ObservedRollout {
  return worldOf({
    strategy: 'Routed',
    replicas: 4,
    version: 'v2',
    steps,
    sets: { v1: { spec: 4, available: 4, revision: 1 }, v2: { spec: 4, available: 4, revision: 2 } },
    selected: { [CANARY_SERVICE]: 'v2', [STABLE_SERVICE]: 'v1' },
    weight: at.weight,
    status: {
      observedGeneration: 1,
      currentPodHash: 'v2',
      stableRS: 'v1',
      currentStepIndex: at.index,
      currentStepHash: stepHash(steps),
      ...at.status,
    },
    ...at.words,
  });
}

/** The run of a step of that update. */
export function stepRun(index: number, phase: AnalysisPhase): AnalysisRun {
  return {
    metadata: {
      name: `web-v2-2-${index}`,
      namespace: 'shop',
      uid: `run-${index}`,
      resourceVersion: '1',
      creationTimestamp: '2026-11-24T09:59:00Z',
      labels: { [HASH_LABEL]: 'v2', [ROLLOUT_TYPE_LABEL]: 'Step', [STEP_INDEX_LABEL]: String(index) },
      annotations: { [ATTEMPT]: '0' },
    },
    spec: { metrics: [] },
    status: { phase },
  };
}

/** The status' report of that run. */
export function stepReport(index: number, status: AnalysisPhase): RolloutStatus {
  return { canary: { currentStepAnalysisRunStatus: { name: `web-v2-2-${index}`, status } } };
}
