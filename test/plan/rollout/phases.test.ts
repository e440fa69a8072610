import { expect, test } from 'vitest';
import { parseRollout } from '../../../src/api/parse.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { choosePhase } from '../../../src/plan/rollout/phase.ts';
import { readSituation } from '../../../src/plan/rollout/situation.ts';
import { BEGIN, type StrategyName, worldOf, type WorldWords } from '../model/world.ts';

/** All is well with 4 replicas of v1. */
const WELL: RolloutStatus = {
  currentPodHash: 'v1',
  stableRS: 'v1',
  replicas: 4,
  updatedReplicas: 4,
  readyReplicas: 4,
  availableReplicas: 4,
  blueGreen: { activeSelector: 'v1', previewSelector: 'v1' },
};
const aborted = {
  type: 'Progressing',
  status: 'False',
  reason: 'RolloutAborted',
  message: 'Rollout aborted update to revision 3',
} as const;
const late = {
  type: 'Progressing',
  status: 'False',
  reason: 'ProgressDeadlineExceeded',
  message: 'ReplicaSet "web-v1" has timed out progressing.',
} as const;
const invalid = {
  type: 'InvalidSpec',
  status: 'True',
  reason: 'InvalidSpec',
  message: 'The Rollout "web" is invalid: x',
} as const;
const PAUSE = { pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-11-24T10:00:00Z' }] } as const;
const UPDATING = { currentPodHash: 'v2' };
const RESTART = { spec: { restartAt: '2026-11-24T09:00:00Z' } };

function phaseOf(strategy: StrategyName, status: RolloutStatus, more: Partial<WorldWords> = {}): string {
  const world = worldOf({ strategy, replicas: 4, version: 'v1', ...more });
  const parsed = parseRollout(world.rollout);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { phase, message } = choosePhase(readSituation(world, parsed.value, BEGIN), { ...WELL, ...status });
  return message === '' ? phase : `${phase}: ${message}`;
}

// Rollout-semantics 2.2, row by row; each status has what the rows below ask for too, as the first match counts.
for (const [row, sentence, strategy, status, more, expected] of [
  [
    1,
    'an invalid spec',
    'Basic',
    { conditions: [aborted, invalid] },
    { spec: { paused: true } },
    `Degraded: InvalidSpec: ${invalid.message}`,
  ],
  [
    2,
    'an abort',
    'Basic',
    { conditions: [aborted], ...PAUSE },
    { spec: { paused: true } },
    `Degraded: RolloutAborted: ${aborted.message}`,
  ],
  [
    2,
    'a deadline that is over',
    'Basic',
    { conditions: [late] },
    {},
    `Degraded: ProgressDeadlineExceeded: ${late.message}`,
  ],
  [3, 'a Rollout that its spec pauses', 'Basic', PAUSE, { spec: { paused: true } }, 'Paused: manually paused'],
  [4, 'a pause of an update', 'Routed', { ...PAUSE, ...UPDATING }, RESTART, 'Paused: CanaryPauseStep'],
  [5, 'a restart that is not done', 'Basic', { updatedReplicas: 1 }, RESTART, 'Progressing: rollout is restarting'],
  [5, 'a restart that is done', 'Basic', { restartedAt: '2026-11-24T10:00:00+01:00' }, RESTART, 'Healthy'],
  [
    6,
    'updated pods that are not there',
    'Basic',
    { updatedReplicas: 3, availableReplicas: 2 },
    {},
    'Progressing: more replicas need to be updated',
  ],
  [
    7,
    'updated pods that are not available',
    'Basic',
    { availableReplicas: 3, ...UPDATING },
    {},
    'Progressing: updated replicas are still becoming available',
  ],
  [
    8,
    'an active Service that selects an old version',
    'BlueGreen',
    { ...UPDATING, blueGreen: { activeSelector: 'v1' } },
    {},
    'Progressing: active service cutover pending',
  ],
  [
    8,
    'an active Service that selects no version',
    'BlueGreen',
    { blueGreen: {} },
    {},
    'Progressing: active service cutover pending',
  ],
  [
    9,
    'a switch under judgement',
    'BlueGreen',
    { ...UPDATING, blueGreen: { activeSelector: 'v2' } },
    { options: { postPromotionAnalysis: { templates: [{ templateName: 'errors' }] } } },
    'Progressing: waiting for analysis to complete',
  ],
  [
    9,
    'a switch that is not recorded yet',
    'BlueGreen',
    { ...UPDATING, blueGreen: { activeSelector: 'v2' } },
    {},
    'Progressing: waiting for post-promotion verification to complete',
  ],
  [
    10,
    'old pods of a canary without routes',
    'Basic',
    { ...UPDATING, replicas: 5 },
    {},
    'Progressing: old replicas are pending termination',
  ],
  [11, 'a canary that is not promoted', 'Basic', UPDATING, {}, 'Progressing: waiting for all steps to complete'],
  [
    11,
    'a routed canary that is not promoted',
    'Routed',
    { ...UPDATING, replicas: 8 },
    {},
    'Progressing: waiting for all steps to complete',
  ],
  [12, 'a canary at rest', 'Basic', {}, {}, 'Healthy'],
  [12, 'a routed canary whose old pods wait for the end of their delay', 'Routed', { replicas: 8 }, {}, 'Healthy'],
  [12, 'blue-green whose old pods wait for the end of their delay', 'BlueGreen', { replicas: 8 }, {}, 'Healthy'],
] as const) {
  test(`phase, row ${row}: ${sentence} is ${expected}`, () => {
    expect(phaseOf(strategy, status, more)).toBe(expected);
  });
}
