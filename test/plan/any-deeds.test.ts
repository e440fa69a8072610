import { describe, expect, test } from 'vitest';
import type { CanaryStep } from '../../src/api/canary.ts';
import { randomFrom } from './model/random.ts';
import { applySpec, applyVersion, type Deed, patchStatus, playStory, type Story } from './model/whole-run.ts';
import { worldOf, type WorldWords } from './model/world.ts';

/** Runs of each strategy; SEEDS and SEED (the first) repeat or widen a search. */
const SEEDS = Number(process.env['SEEDS'] ?? 60);
const FIRST = Number(process.env['SEED'] ?? 1);

const ANALYSIS: CanaryStep = { analysis: { templates: [{ templateName: 'errors' }] } };
const STEPS: readonly CanaryStep[] = [
  { setWeight: 20 },
  { pause: {} },
  { setWeight: 60 },
  ANALYSIS,
  { pause: { duration: 10 } },
  { setWeight: 100 },
];

const WORDS: Readonly<Record<string, WorldWords>> = {
  basic: { strategy: 'Basic', replicas: 4, version: 'v1', steps: STEPS },
  routed: { strategy: 'Routed', replicas: 4, version: 'v1', steps: STEPS },
  'routed, by two routes': { strategy: 'Routed', replicas: 4, version: 'v1', steps: STEPS, routes: 2 },
  'routed, with a background analysis': {
    strategy: 'Routed',
    replicas: 3,
    version: 'v1',
    steps: [{ setWeight: 20 }, { pause: {} }, { setWeight: 50 }, { pause: { duration: 20 } }],
    options: { analysis: { templates: [{ templateName: 'errors' }], startingStep: 1 } },
  },
  'routed, with a stable version that shrinks': {
    strategy: 'Routed',
    replicas: 4,
    version: 'v1',
    steps: STEPS,
    options: { dynamicStableScale: true },
  },
  'routed, with declared sizes and thresholds': {
    strategy: 'Routed',
    replicas: 4,
    version: 'v1',
    maxWeight: 250,
    steps: [
      { setCanaryScale: { replicas: 2 }, pause: {} },
      { setWeight: 50 },
      { setCanaryScale: { matchTrafficWeight: true } },
      ANALYSIS,
      { setWeight: 200 },
    ],
    options: {
      dynamicStableScale: true,
      abortScaleDownDelaySeconds: 20,
      minPodsPerReplicaSet: 2,
      replicaProgressThreshold: { type: 'Percent', value: 75 },
    },
  },
  'blue-green': {
    strategy: 'BlueGreen',
    replicas: 3,
    version: 'v1',
    options: {
      autoPromotionEnabled: false,
      previewReplicaCount: 1,
      prePromotionAnalysis: { templates: [{ templateName: 'errors' }] },
      postPromotionAnalysis: { templates: [{ templateName: 'errors' }] },
    },
  },
};

const { analysisTemplates: TEMPLATES } = worldOf({ strategy: 'Basic', replicas: 1, version: 'v1' });
const withTemplates = (name: string, analysisTemplates: typeof TEMPLATES): Deed => ({
  name,
  change: (observed) => ({ ...observed, analysisTemplates }),
});

const retry = patchStatus('retry', { abort: false });
/** What Argo's clients write for promote: the pause is over, and without one the next step begins. */
const promote: Deed = {
  name: 'promote',
  change: (observed) => {
    const { status = {}, spec } = observed.rollout;
    const { pauseConditions = [], currentStepIndex: index } = status;
    const steps = spec.strategy?.canary?.steps?.length ?? 0;
    const next =
      pauseConditions.length === 0 && index !== undefined && index < steps ? { currentStepIndex: index + 1 } : {};
    return patchStatus('', { pauseConditions: undefined, ...next }).change(observed);
  },
};

/** What makes the specs valid again that some deeds make invalid. */
const MENDED = { progressDeadlineSeconds: 600, rollbackWindow: { revisions: 0 } } as const;

const DEEDS: readonly [Deed, ...Deed[]] = [
  patchStatus('abort', { abort: true }),
  retry,
  promote,
  promote,
  patchStatus('promote full', { promoteFull: true }),
  applyVersion('v1'),
  applyVersion('v2'),
  applyVersion('v3'),
  applySpec('scale to 1', { replicas: 1 }),
  applySpec('scale to 6', { replicas: 6 }),
  applySpec('scale to 0', { replicas: 0 }),
  applySpec('stop', { paused: true }),
  applySpec('go on', { paused: false }),
  applySpec('ask for a deadline before the beginning', { progressDeadlineSeconds: -1 }),
  applySpec('open the rollback window', { rollbackWindow: { revisions: 2 } }),
  applySpec('mend', MENDED),
  withTemplates('delete the analysis template', []),
  withTemplates('create the analysis template', TEMPLATES),
];

/** True once the newest spec was looked at: a new version clears what was asked for before it. */
const isSeen: Deed['when'] = ({ rollout }) =>
  Number(rollout.status?.observedGeneration) === rollout.metadata.generation;

/** A life with three to seven deeds by chance, at any time; at its end a last version is promoted in full, or aborted. */
function anyStory(name: string, words: WorldWords, seed: number): Story {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(random() * list.length)] ?? list[0];
  const deeds = Array.from({ length: 3 + Math.floor(random() * 5) }, () => pick(DEEDS));
  const good = seed % 2 === 0;
  const last = good ? pick(['v1', 'v2', 'v3', 'v4']) : 'v5';
  return {
    name,
    words,
    deeds: [
      applyVersion('v2', ({ rollout }) => rollout.status?.stableRS !== undefined),
      ...deeds,
      withTemplates('create the analysis template', TEMPLATES),
      applySpec('mend and go on', { paused: false, replicas: 3, ...MENDED }),
      applyVersion(last),
      patchStatus(good ? 'promote full' : 'abort', good ? { promoteFull: true } : { abort: true }, isSeen),
    ],
    verdict: pick(['Successful', 'Successful', 'Failed', 'Inconclusive', 'Error']),
    unrest: pick([0, 0, 60]),
    ends: good ? { phase: 'Healthy', stable: last } : { phase: 'Degraded', stable: 'any' },
  };
}

describe('whatever people do in any order and at any time, every write is safe, and the last word comes true', () => {
  test.each(Object.entries(WORDS))('%s', { timeout: 600_000 }, (name, words) => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const story = anyStory(name, words, seed);
      const { wrong, log } = playStory(story, seed);
      const again = `repeat with: SEEDS=1 SEED=${seed} npx vitest run test/plan/any-deeds.test.ts -t "${name}"`;
      const told = story.deeds.map((deed) => deed.name).join(', ');
      if (wrong.length > 0)
        expect.fail(`${wrong.join('; ')}\n${again}\n${told} (${story.verdict})\n${log.slice(-40).join('\n')}`);
    }
  });
});
