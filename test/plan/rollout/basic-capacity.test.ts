import { describe, expect, test } from 'vitest';
import { chooseBasicSizes, chooseBasicTarget, chooseFenceposts } from '../../../src/plan/rollout/basic-capacity.ts';

/** Rows of rollout-semantics 1.4: replicas, weight, canary/stable without surge, canary/stable with surge. */
const targets = `
0 50 0/0 0/0
1 1 0/1 1/1
1 49 0/1 1/1
1 50 1/0 1/1
1 99 1/0 1/1
1 100 1/0 1/0
2 1 1/1 1/2
2 99 1/1 2/1
3 10 1/2 1/3
3 33 1/2 1/2
3 49 1/2 2/2
3 50 2/1 2/2
4 25 1/3 1/3
5 10 1/4 1/5
5 50 3/2 3/3
7 15 1/6 1/6
10 1 1/9 1/10
10 15 2/8 2/9
10 18 2/8 2/9
10 25 3/7 3/8
10 33 3/7 3/7
10 45 5/5 5/6
10 99 9/1 10/1
10 100 10/0 10/0`
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [string, string, string, string]);

describe('the target of a canary without routing', () => {
  test.each(targets)('%s pods at %s %% are %s without and %s with surge', (replicas, weight, without, withSurge) => {
    for (const [maxSurge, expected] of [
      [0, without],
      [1, withSurge],
    ] as const) {
      const { canary, stable } = chooseBasicTarget({
        replicas: Number(replicas),
        weight: Number(weight),
        total: 100,
        maxSurge,
      });
      expect(`${canary}/${stable}`).toBe(expected);
    }
  });
});

/** Rows of "next write": n, weight, surge, unavailable, canary spec/available, stable spec/available, others, result. */
const nextWrites = `
10 10 1 1 0/0 10/10 0/0 1/9
10 5 1 1 0/0 10/10 0/0 1/10
10 30 3 0 0/0 10/10 0/0 3/10
10 30 3 0 3/0 10/10 0/0 3/10
10 30 3 0 3/2 10/10 0/0 3/8
10 30 3 0 3/3 10/10 0/0 3/7
10 30 0 5 0/0 10/10 0/0 0/7
10 50 3 2 0/0 10/10 0/0 3/8
10 50 1 1 0/0 10/0 0/0 1/9
5 50 2 1 0/0 5/5 0/0 2/4
1 5 1 0 0/0 1/1 0/0 1/1
1 100 1 0 1/1 1/1 0/0 1/0
10 100 1 0 3/3 7/7 0/0 4/7
10 100 1 0 4/3 7/7 0/0 4/7
10 100 1 0 4/4 7/7 0/0 4/6
10 0 1 0 4/4 6/6 0/0 4/7
10 0 1 0 4/4 7/6 0/0 4/7
8 25 1 0 1/1 3/3 0/0 2/6
4 25 1 0 2/2 6/6 0/0 1/4
10 20 1 0 1/1 8/8 2/2 1/8
10 20 1 0 1/1 8/8 0/0 2/8`
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [string, string, string, string, string, string, string, string]);

const side = (text: string) => {
  const [spec = 0, available = 0] = text.split('/').map(Number);
  return { spec, available };
};

describe('the next write of a canary without routing', () => {
  test.each(nextWrites)(
    '%s pods at %s %%, surge %s, unavailable %s, new %s, stable %s, others %s give %s',
    (n, weight, surge, unavailable, canary, stable, others, expected) => {
      const replicas = Number(n);
      const maxSurge = Number(surge);
      const sizes = chooseBasicSizes({
        replicas,
        maxSurge,
        maxUnavailable: Number(unavailable),
        canary: side(canary),
        stable: side(stable),
        othersSpec: side(others).spec,
        target: chooseBasicTarget({ replicas, weight: Number(weight), total: 100, maxSurge }),
      });
      expect(`${sizes.canary}/${sizes.stable}`).toBe(expected);
    },
  );
});

/** Whole runs with every pod ready at once: n, weight, surge, unavailable, start, the sequence of writes. */
const runs: readonly (readonly [number, number, number, number, string, string])[] = [
  [10, 20, 1, 0, '0/10', '1/10 1/9 2/9 2/8'],
  [10, 50, 3, 2, '0/10', '3/8 5/5'],
  [5, 60, 1, 0, '1/4', '2/4 2/3 3/3 3/2'],
  [4, 100, 1, 1, '0/4', '1/3 2/2 3/1 4/0'],
  [10, 0, 1, 0, '5/5', '5/6 4/6 4/7 3/7 3/8 2/8 2/9 1/9 1/10 0/10'],
];

describe('a whole run of a canary without routing', () => {
  test.each(runs)(
    '%d pods to %d %%, surge %d, unavailable %d, from %s goes %s',
    (replicas, weight, maxSurge, maxUnavailable, start, expected) => {
      const target = chooseBasicTarget({ replicas, weight, total: 100, maxSurge });
      let [canary = 0, stable = 0] = start.split('/').map(Number);
      const seen: string[] = [];
      for (let pass = 0; pass < 40; pass++) {
        const next = chooseBasicSizes({
          replicas,
          maxSurge,
          maxUnavailable,
          canary: { spec: canary, available: canary },
          stable: { spec: stable, available: stable },
          othersSpec: 0,
          target,
        });
        if (next.canary === canary && next.stable === stable) break;
        ({ canary, stable } = next);
        seen.push(`${canary}/${stable}`);
      }
      expect(seen.join(' ')).toBe(expected);
    },
  );
});

test.each([
  [1, 1, 0],
  [3, 1, 0],
  [4, 1, 1],
  [10, 3, 2],
])('25 %% of %d pods are surge %d and unavailable %d', (replicas, maxSurge, maxUnavailable) => {
  expect(chooseFenceposts(replicas, undefined, undefined)).toEqual({ maxSurge, maxUnavailable });
});
