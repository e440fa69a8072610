import { describe, expect, test } from 'vitest';
import type { AnalysisPhase } from '../../src/api/analysis.ts';
import type { ProvenWeight } from '../../src/api/rollout.ts';
import { describeFindings, judgeAll } from './model/report.ts';
import {
  combinations,
  type Dimensions,
  FLAGS,
  type Point,
  SELECTED,
  sizesUpTo,
  stages,
  type SmallWorld,
  statusOf,
  STEPS,
  TEMPLATES,
  wordsOf,
} from './model/small-worlds.ts';
import { BEGIN, CANARY_SERVICE, STABLE_SERVICE } from './model/world.ts';

/** Worlds that the enumeration had when it was last made larger: it may only grow. */
const ROUTED_WORLDS = 61_144;
const DYNAMIC_WORLDS = 24_064;

const RUNS: readonly (AnalysisPhase | 'none')[] = ['none', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive'];

type RoutedPoint = Point &
  Readonly<{
    selected: Readonly<Record<string, string>>;
    weight: number;
    accepted: boolean;
    lag: boolean;
    /** The weight that was proven last, by the Services' revisions of now; undefined: none was. */
    proven: number | 'none';
    /** The number of replicas that was carried last. */
    carried: number | 'none';
    /** Fields of the strategy that change sizes; none unless told. */
    options?: Readonly<Record<string, unknown>> | undefined;
  }>;

/** Sizes in full at the usual stages of an update; then every state of it at usual sizes; then lagging endpoints. */
function* routedWorlds(): Generator<SmallWorld> {
  for (const n of [1, 2, 3]) {
    yield* routedPoints({
      n: [n],
      stable: sizesUpTo(n),
      current: sizesUpTo(n),
      other: ['absent'],
      index: n > 2 ? [2, 4] : [0, 2, 4],
      flag: n > 2 ? ['none', 'aborted'] : ['none', 'aborted', 'promoteFull', 'promoted'],
      template: ['inFlight'],
      run: ['none'],
      selected: SELECTED.slice(1, 2),
      weight: [0, 25, 50, 100],
      accepted: [true],
      lag: [false],
      proven: n > 2 ? [50] : [0, 50],
      carried: ['none'],
    });
  }
  const usual = {
    run: ['none'],
    selected: SELECTED,
    accepted: [true, false],
    lag: [false],
    proven: [0],
    carried: ['none'],
    flag: FLAGS,
  } as const;
  const deadline = '2026-11-24T09:59:00Z';
  const two = {
    ...usual,
    n: [2],
    stable: stages(2).slice(-2),
    current: stages(2).slice(-3),
    other: ['absent', { spec: 2, available: 2, deadline }],
    weight: [0, 50, 100],
  } as const;
  yield* routedPoints({ ...two, index: [0, 1, 2, 3, 4], template: ['inFlight'] });
  yield* routedPoints({ ...two, index: [2], template: ['newTemplate', 'backToStable', 'refused'] });
  yield* routedPoints({
    ...usual,
    n: [0],
    stable: [
      { spec: 0, available: 0 },
      { spec: 1, available: 1 },
    ],
    current: stages(0),
    other: ['absent', { spec: 1, available: 1, deadline }],
    index: [0, 4],
    weight: [0, 50],
    template: TEMPLATES,
  });
  yield* routedPoints({
    n: [3],
    stable: stages(3),
    current: stages(3),
    other: ['absent'],
    index: [2],
    flag: ['none', 'aborted', 'promoteFull', 'promoted'],
    template: ['inFlight', 'newTemplate', 'backToStable'],
    run: ['none'],
    selected: SELECTED,
    weight: [0, 50, 100],
    accepted: [true],
    lag: [true],
    proven: [0],
    carried: [1],
  });
}

/** What dynamicStableScale adds: sizes of both sides apart from each other, at every weight and stage of the way back. */
function* dynamicWorlds(): Generator<SmallWorld> {
  const dynamic = { dynamicStableScale: true } as const;
  for (const n of [1, 2, 3]) {
    const sizes = sizesUpTo(n).filter(({ spec, available }) => available <= spec);
    yield* routedPoints({
      n: [n],
      stable: sizes,
      current: sizes,
      other: ['absent'],
      index: n > 2 ? [2, 4] : [0, 2, 4],
      flag: n > 2 ? ['none', 'aborted'] : ['none', 'aborted', 'promoteFull', 'promoted'],
      template: n > 2 ? ['inFlight'] : ['inFlight', 'backToStable'],
      run: ['none'],
      selected: SELECTED.slice(1, 2),
      weight: [0, 25, 50, 100],
      accepted: n > 1 ? [true] : [true, false],
      lag: [false],
      proven: n > 2 ? [50] : [0, 100],
      carried: ['none'],
      options: n > 1 ? [dynamic] : [dynamic, { ...dynamic, abortScaleDownDelaySeconds: 10 }],
    });
  }
  yield* routedPoints({
    n: [2],
    stable: stages(2),
    current: stages(2).slice(-3),
    other: ['absent', { spec: 2, available: 2 }],
    index: [2],
    flag: ['none', 'aborted', 'paused', 'promoteFull'],
    template: ['inFlight', 'newTemplate', 'backToStable'],
    run: ['none'],
    selected: SELECTED,
    weight: [0, 100],
    accepted: [true],
    lag: [false],
    proven: [0],
    carried: ['none'],
    options: [dynamic, { ...dynamic, minPodsPerReplicaSet: 2 }],
  });
}

function* routedPoints(dimensions: Dimensions<RoutedPoint>): Generator<SmallWorld> {
  for (const point of combinations<RoutedPoint>(dimensions)) {
    const runs = point.index === 3 && point.template === 'inFlight' && point.accepted ? RUNS : (['none'] as const);
    for (const run of runs) yield { words: routedWords(point), ...(run === 'none' ? {} : { run }) };
  }
}

function routedWords(point: RoutedPoint): SmallWorld['words'] {
  const { selected, weight, accepted, lag, proven, carried, options } = point;
  const provenWeight: ProvenWeight | undefined =
    proven === 'none'
      ? undefined
      : {
          weight: proven,
          canaryHash: selected[CANARY_SERVICE] ?? '',
          stableHash: selected[STABLE_SERVICE] ?? '',
          since: '2026-11-24T09:58:00Z',
        };
  return {
    strategy: 'Routed',
    ...wordsOf(point),
    steps: STEPS,
    status: {
      ...statusOf(point, STEPS),
      canary: {
        ...(provenWeight === undefined ? {} : { provenWeight }),
        ...(carried === 'none' ? {} : { carriedReplicas: carried }),
      },
    },
    selected,
    weight,
    accepted,
    ...(lag ? { endpointsLag: true } : {}),
    ...(options === undefined ? {} : { options }),
  };
}

describe('every small world', { timeout: 300_000 }, () => {
  test('of a canary with a route: its plan is safe in any order and prefix, and comes to rest', () => {
    const { worlds, findings } = judgeAll(routedWorlds(), BEGIN);
    console.log(`${worlds} worlds of a canary with a route`);
    expect(describeFindings(findings)).toBe('');
    expect(worlds).toBeGreaterThanOrEqual(ROUTED_WORLDS);
  });

  test('of a canary whose stable version shrinks: the same', () => {
    const { worlds, findings } = judgeAll(dynamicWorlds(), BEGIN);
    console.log(`${worlds} worlds of a canary whose stable version shrinks`);
    expect(describeFindings(findings)).toBe('');
    expect(worlds).toBeGreaterThanOrEqual(DYNAMIC_WORLDS);
  });
});
