import { describe, expect, test } from 'vitest';
import type { AnalysisPhase } from '../../src/api/analysis.ts';
import { describeFindings, judgeAll } from './model/report.ts';
import {
  BLUE_GREEN_SELECTED,
  combinations,
  FLAGS,
  type Dimensions,
  type Point,
  sizesUpTo,
  stages,
  type SmallWorld,
  statusOf,
  STEPS,
  TEMPLATES,
  wordsOf,
} from './model/small-worlds.ts';
import { BEGIN } from './model/world.ts';

/** Worlds that the enumerations had when they were last made larger: they may only grow. */
const BASIC_WORLDS = 23_792;
const BLUE_GREEN_WORLDS = 35_200;

const RUNS: readonly (AnalysisPhase | 'none')[] = ['none', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive'];

type Limits = Readonly<{ limits: readonly [number, number] }>;

/** A canary without routes: sizes in full while its own update is under way, then every state at the usual sizes. */
function* basicWorlds(): Generator<SmallWorld> {
  for (const n of [1, 2, 3]) {
    yield* basicPoints({
      n: [n],
      stable: sizesUpTo(n),
      current: sizesUpTo(n),
      other: n > 2 ? ['absent'] : ['absent', { spec: n, available: n }],
      index: [0, 2, 4],
      flag: ['none', 'aborted', 'promoteFull', 'promoted'],
      template: ['inFlight'],
      run: ['none'],
      limits: [
        [1, 0],
        [0, 1],
      ],
    });
  }
  for (const n of [0, 1, 3]) {
    yield* basicPoints({
      n: [n],
      stable: stages(n),
      current: stages(n),
      other: ['absent', { spec: 1, available: 0 }],
      index: [0, 1, 2, 3, 4],
      flag: FLAGS,
      template: TEMPLATES,
      run: ['none'],
      limits: [[1, 0]],
    });
  }
}

function* basicPoints(dimensions: Dimensions<Point & Limits>): Generator<SmallWorld> {
  for (const point of combinations<Point & Limits>(dimensions)) {
    const runs = point.index === 3 && point.template === 'inFlight' ? RUNS : (['none'] as const);
    for (const run of runs) yield basicWorld(point, point.limits, run);
  }
}

function basicWorld(
  point: Point,
  [maxSurge, maxUnavailable]: readonly [number, number],
  run: AnalysisPhase | 'none',
): SmallWorld {
  return {
    words: {
      strategy: 'Basic',
      ...wordsOf(point),
      steps: STEPS,
      status: statusOf(point, STEPS),
      options: { maxSurge, maxUnavailable },
    },
    ...(run === 'none' ? {} : { run }),
  };
}

/** Blue-green: sizes in full at each pair of Services, then every state at the usual sizes. */
function* blueGreenWorlds(): Generator<SmallWorld> {
  for (const n of [1, 2, 3]) {
    yield* blueGreenPoints({
      n: [n],
      stable: sizesUpTo(n),
      current: sizesUpTo(n),
      other: ['absent'],
      index: [0],
      flag: n > 2 ? ['none', 'aborted'] : ['none', 'aborted', 'promoteFull', 'promoted'],
      template: ['inFlight'],
      run: ['none'],
      selected: BLUE_GREEN_SELECTED,
      lag: [false, true],
      pre: [false],
    });
  }
  for (const n of [0, 2]) {
    yield* blueGreenPoints({
      n: [n],
      stable: stages(n),
      current: stages(n),
      other: ['absent', { spec: n, available: n }],
      index: [0],
      flag: FLAGS,
      template: TEMPLATES,
      run: ['none'],
      selected: BLUE_GREEN_SELECTED,
      lag: [false],
      pre: [false, true],
    });
  }
}

type BlueGreenPoint = Point & Readonly<{ selected: Readonly<Record<string, string>>; lag: boolean; pre: boolean }>;

function* blueGreenPoints(dimensions: Dimensions<BlueGreenPoint>): Generator<SmallWorld> {
  for (const point of combinations<BlueGreenPoint>(dimensions)) {
    const runs = point.pre && point.template === 'inFlight' ? RUNS : (['none'] as const);
    for (const run of runs) yield blueGreenWorld(point, point, run);
  }
}

function blueGreenWorld(
  point: Point,
  { selected, lag, pre }: Readonly<{ selected: Readonly<Record<string, string>>; lag: boolean; pre: boolean }>,
  run: AnalysisPhase | 'none',
): SmallWorld {
  const analysis = { templates: [{ templateName: 'errors' }] };
  return {
    words: {
      strategy: 'BlueGreen',
      ...wordsOf(point),
      status: statusOf(point, undefined),
      selected,
      ...(lag ? { endpointsLag: true } : {}),
      options: { autoPromotionEnabled: point.flag !== 'waiting', ...(pre ? { prePromotionAnalysis: analysis } : {}) },
    },
    ...(run === 'none' ? {} : { run }),
  };
}

describe('every small world', { timeout: 300_000 }, () => {
  test('of a canary without routes: its plan is safe in any order and prefix, and comes to rest', () => {
    const { worlds, findings } = judgeAll(basicWorlds(), BEGIN);
    console.log(`${worlds} worlds of a canary without routes`);
    expect(describeFindings(findings)).toBe('');
    expect(worlds).toBeGreaterThanOrEqual(BASIC_WORLDS);
  });

  test('of a blue-green Rollout: its plan is safe in any order and prefix, and comes to rest', () => {
    const { worlds, findings } = judgeAll(blueGreenWorlds(), BEGIN);
    console.log(`${worlds} blue-green worlds`);
    expect(describeFindings(findings)).toBe('');
    expect(worlds).toBeGreaterThanOrEqual(BLUE_GREEN_WORLDS);
  });
});
