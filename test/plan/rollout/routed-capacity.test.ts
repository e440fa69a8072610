import { describe, expect, test } from 'vitest';
import type { CanaryScale } from '../../../src/api/parse-canary.ts';
import { chooseRoutedTarget } from '../../../src/plan/rollout/routed-capacity.ts';

type Options = Readonly<{ scale?: CanaryScale; minPods?: number; total?: number; dynamic?: boolean }>;

/** Rows of rollout-semantics 1.4, "With TR": n, w, options, observed stable weight, canary, stable. */
const rows: readonly (readonly [string, number, number, Options, number, string])[] = [
  ['a quarter of ten pods is three', 10, 25, {}, 100, '3/10'],
  ['a tenth of three pods is one', 3, 10, {}, 100, '1/3'],
  ['minPods makes two of one', 10, 5, { minPods: 2 }, 100, '2/10'],
  ['minPods never asks for more than all', 1, 100, { minPods: 2 }, 100, '1/1'],
  ['minPods leaves no pods alone', 10, 0, { minPods: 2 }, 100, '0/10'],
  ['a declared number of pods rules', 10, 10, { scale: { kind: 'Replicas', replicas: 3 } }, 100, '3/10'],
  [
    'minPods leaves a declared number alone',
    10,
    10,
    { scale: { kind: 'Replicas', replicas: 1 }, minPods: 2 },
    100,
    '1/10',
  ],
  ['a declared number may exceed all', 10, 10, { scale: { kind: 'Replicas', replicas: 12 } }, 100, '12/10'],
  ['a declared weight rules', 10, 10, { scale: { kind: 'Weight', weight: 50 } }, 100, '5/10'],
  ['minPods holds for a declared weight', 10, 50, { scale: { kind: 'Weight', weight: 5 }, minPods: 2 }, 100, '2/10'],
  ['five of a thousand is one pod', 10, 5, { total: 1000 }, 1000, '1/10'],
  ['dynamic: stable stays whole while it has all of the traffic', 4, 25, { dynamic: true }, 100, '1/4'],
  ['dynamic: stable shrinks once its share has', 4, 25, { dynamic: true }, 75, '1/3'],
  ['dynamic: stable keeps what it carries while the weight rises', 4, 75, { dynamic: true }, 75, '3/3'],
  ['dynamic: and shrinks when it has risen', 4, 75, { dynamic: true }, 25, '3/1'],
  ['dynamic: nothing is left of it at the end', 10, 100, { dynamic: true }, 0, '10/0'],
  ['dynamic: minPods holds for both', 10, 95, { dynamic: true, minPods: 3 }, 5, '10/3'],
  [
    'dynamic: minPods holds for a declared number too',
    10,
    10,
    { dynamic: true, minPods: 2, scale: { kind: 'Replicas', replicas: 1 } },
    90,
    '2/10',
  ],
  ['dynamic: by a declared weight', 10, 10, { dynamic: true, scale: { kind: 'Weight', weight: 50 } }, 50, '5/5'],
];

describe('the sizes of a canary with traffic routing', () => {
  test.each(rows)(
    '%s',
    (_sentence, replicas, weight, { total = 100, dynamic = false, scale, minPods }, observed, expected) => {
      const { canary, stable } = chooseRoutedTarget({
        replicas,
        weight,
        total,
        scale,
        minPods,
        dynamic: dynamic ? { observedStable: observed, observedCanary: total - observed, aborted: false } : undefined,
      });
      expect(`${canary}/${stable}`).toBe(expected);
    },
  );

  test('dynamic: an aborted canary keeps what its weight needs until that is back', () => {
    const dynamic = { observedStable: 25, observedCanary: 75, aborted: true };
    expect(chooseRoutedTarget({ replicas: 4, weight: 50, total: 100, dynamic })).toEqual({ canary: 3, stable: 2 });
    expect(
      chooseRoutedTarget({
        replicas: 4,
        weight: 50,
        total: 100,
        dynamic: { observedStable: 50, observedCanary: 50, aborted: true },
      }),
    ).toEqual({ canary: 2, stable: 2 });
  });
});
