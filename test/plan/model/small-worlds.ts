import { HASH_LABEL, ROLLOUT_TYPE_LABEL, STEP_INDEX_LABEL } from '../../../src/api/names.ts';
import type { AnalysisPhase, AnalysisRun } from '../../../src/api/analysis.ts';
import type { CanaryStep } from '../../../src/api/canary.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { ATTEMPT } from '../../../src/plan/rollout/runs.ts';
import {
  ACTIVE_SERVICE,
  CANARY_SERVICE,
  PREVIEW_SERVICE,
  STABLE_SERVICE,
  type Sized,
  worldOf,
  type WorldWords,
} from './world.ts';

/** A point of an enumeration: the words of the world, and what stands in it besides. */
export type SmallWorld = Readonly<{ words: WorldWords; run?: AnalysisPhase }>;

/** The values of each dimension, by name: what is listed is what is enumerated. */
export type Dimensions<T> = { readonly [Key in keyof T]: readonly T[Key][] };

/** v1 is stable, v2 the version in flight, v0 an intermediate one of an earlier update. */
const STABLE = 'v1';
const CURRENT = 'v2';
const OTHER = 'v0';

/** Before every step kind, at it, and behind the last. */
export const STEPS: readonly CanaryStep[] = [
  { setWeight: 25 },
  { pause: {} },
  { setWeight: 50 },
  { analysis: { templates: [{ templateName: 'errors' }] } },
];

/** What people and earlier passes left in spec and status. */
export const FLAGS = [
  'none',
  'abortAsked',
  'aborted',
  'paused',
  'promoteFull',
  'waiting',
  'resumed',
  'promoted',
] as const;
export type Flag = (typeof FLAGS)[number];

/** How the spec's template stands to the status: in flight, new to us, back at stable's, or refused by the server. */
export const TEMPLATES = ['inFlight', 'newTemplate', 'backToStable', 'refused'] as const;
export type TemplateState = (typeof TEMPLATES)[number];

/** Every (pods asked for, pods available) with asked for ≤ n, and available ≤ what is asked for, or one more. */
export function sizesUpTo(n: number): readonly Sized[] {
  const sizes: Sized[] = [];
  for (let spec = 0; spec <= n; spec++) {
    for (let available = 0; available <= spec + 1; available++) sizes.push({ spec, available });
  }
  return sizes;
}

/** Usual sizes: no pods, none or half of them available, half of them, all. */
export function stages(n: number): readonly Sized[] {
  const half = Math.ceil(n / 2);
  const all = [
    { spec: 0, available: 0 },
    { spec: n, available: 0 },
    { spec: n, available: Math.floor(n / 2) },
    { spec: half, available: half },
    { spec: n, available: n },
  ];
  return [...new Map(all.map((sized) => [JSON.stringify(sized), sized])).values()];
}

/** All combinations of the dimensions, as records of one value each; `keep` cuts what cannot be or was covered. */
export function* combinations<T>(dimensions: Dimensions<T>): Generator<T> {
  const names = Object.keys(dimensions) as (keyof T)[];
  const sizes = names.map((name) => dimensions[name].length);
  const total = sizes.reduce((product, size) => product * size, 1);
  for (let index = 0; index < total; index++) {
    let rest = index;
    const point: Partial<T> = {};
    for (const [at, name] of names.entries()) {
      const size = sizes[at] ?? 1;
      const value = dimensions[name][rest % size];
      if (value !== undefined) point[name] = value;
      rest = Math.floor(rest / size);
    }
    yield point as T;
  }
}

/** What the three strategies' points have in common. */
export type Point = Readonly<{
  n: number;
  stable: Sized;
  current: Sized;
  other: Sized | 'absent';
  index: number;
  flag: Flag;
  template: TemplateState;
  run: AnalysisPhase | 'none';
}>;

/** The status that a point speaks of. */
export function statusOf(point: Point, steps: readonly CanaryStep[] | undefined): RolloutStatus {
  const { flag, index } = point;
  const waiting = flag === 'waiting';
  const reason = steps === undefined ? ('BlueGreenPause' as const) : ('CanaryPauseStep' as const);
  return {
    observedGeneration: 1,
    currentPodHash: CURRENT,
    stableRS: flag === 'promoted' ? CURRENT : STABLE,
    ...(steps === undefined ? {} : { currentStepIndex: flag === 'promoted' ? steps.length : index }),
    currentStepHash: steps === undefined ? '' : stepHash(steps),
    ...(flag === 'abortAsked' || flag === 'aborted' ? { abort: true } : {}),
    ...(flag === 'aborted' ? { abortedAt: '2026-11-24T09:58:00Z' } : {}),
    ...(flag === 'promoteFull' ? { promoteFull: true } : {}),
    ...(waiting || flag === 'resumed' ? { controllerPause: true } : {}),
    ...(waiting ? { pauseConditions: [{ reason, startTime: '2026-11-24T09:58:00Z' }] } : {}),
  };
}

/** The words that the strategies' points have in common. */
export function wordsOf(point: Point): Omit<WorldWords, 'strategy'> {
  const { n, stable, current, other, flag, template } = point;
  return {
    replicas: n,
    version: { inFlight: CURRENT, newTemplate: 'v3', backToStable: STABLE, refused: 'v3' }[template],
    ...(template === 'refused' ? { refused: true } : {}),
    sets: {
      [STABLE]: { ...stable, revision: 1 },
      ...(other === 'absent' ? {} : { [OTHER]: { ...other, revision: 2 } }),
      [CURRENT]: { ...current, revision: 3 },
    },
    ...(flag === 'paused' ? { spec: { paused: true } } : {}),
  };
}

/** The world of a point, with the run that it has. */
export function observe({ words, run }: SmallWorld): ObservedRollout {
  const observed = worldOf(words);
  if (run === undefined) return observed;
  const index = words.status?.currentStepIndex;
  const step = index !== undefined;
  const made: AnalysisRun = {
    metadata: {
      name: step ? `web-${CURRENT}-3-${index}` : `web-${CURRENT}-3-pre`,
      namespace: 'shop',
      uid: 'run',
      resourceVersion: '1',
      creationTimestamp: '2026-11-24T09:59:00Z',
      labels: {
        [HASH_LABEL]: CURRENT,
        [ROLLOUT_TYPE_LABEL]: step ? 'Step' : 'PrePromotion',
        ...(step ? { [STEP_INDEX_LABEL]: String(index) } : {}),
      },
      annotations: { [ATTEMPT]: '0' },
    },
    spec: { metrics: [] },
    status: { phase: run },
  };
  return { ...observed, analysisRuns: [made] };
}

/** Which revision each Service of a canary with routes names: as an update leaves them at its stages. */
export const SELECTED: readonly Readonly<Record<string, string>>[] = [
  { [CANARY_SERVICE]: STABLE, [STABLE_SERVICE]: STABLE },
  { [CANARY_SERVICE]: CURRENT, [STABLE_SERVICE]: STABLE },
  { [CANARY_SERVICE]: OTHER, [STABLE_SERVICE]: STABLE },
  { [CANARY_SERVICE]: CURRENT, [STABLE_SERVICE]: CURRENT },
  { [CANARY_SERVICE]: '', [STABLE_SERVICE]: STABLE },
  { [CANARY_SERVICE]: '', [STABLE_SERVICE]: '' },
];

/** The same for blue-green. */
export const BLUE_GREEN_SELECTED: readonly Readonly<Record<string, string>>[] = [
  { [ACTIVE_SERVICE]: STABLE, [PREVIEW_SERVICE]: STABLE },
  { [ACTIVE_SERVICE]: STABLE, [PREVIEW_SERVICE]: CURRENT },
  { [ACTIVE_SERVICE]: CURRENT, [PREVIEW_SERVICE]: CURRENT },
  { [ACTIVE_SERVICE]: OTHER, [PREVIEW_SERVICE]: CURRENT },
  { [ACTIVE_SERVICE]: '', [PREVIEW_SERVICE]: '' },
];
