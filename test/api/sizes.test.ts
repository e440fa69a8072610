import { describe, expect, test } from 'vitest';
import type { CanaryStrategy } from '../../src/api/canary.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import { validateRollout, warnRollout } from '../../src/api/validate.ts';
import { canary, ROUTED, routed } from './rollouts.ts';

const CANARY = 'spec.strategy.canary';

/** What a person reads of each refusal, word for word. */
const REFUSED: readonly (readonly [string, Rollout, string])[] = [
  [
    'a delay of old pods where there is no route',
    canary({ scaleDownDelaySeconds: 10 }),
    `${CANARY}.scaleDownDelaySeconds: Invalid value: 10: has a meaning only with trafficRouting; remove it`,
  ],
  [
    'a delay of old pods beside a stable version that shrinks',
    routed([], { dynamicStableScale: true, scaleDownDelaySeconds: 10 }),
    `${CANARY}.scaleDownDelaySeconds: Invalid value: 10: cannot stand beside dynamicStableScale, which leaves no old pods; remove one`,
  ],
  [
    'a stable version that shrinks with no route',
    canary({ dynamicStableScale: true }),
    `${CANARY}.dynamicStableScale: Invalid value: true: has a meaning only with trafficRouting; remove it`,
  ],
  [
    'neither surge nor unavailability',
    canary({ maxSurge: 0, maxUnavailable: '0%' }),
    `${CANARY}.maxSurge: Invalid value: 0: cannot be 0 while maxUnavailable is 0; allow one of them`,
  ],
  [
    'another maximum of weights for a router that reckons with 100',
    canary({ ...ROUTED, trafficRouting: { istio: { virtualService: { name: 'web' } }, maxTrafficWeight: 1000 } }),
    `${CANARY}.trafficRouting.maxTrafficWeight: Invalid value: 1000: istio reckons with 100; only nginx and plugins take another maximum`,
  ],
  [
    'a weight above the maximum',
    routed([{ setWeight: 120 }]),
    `${CANARY}.steps[0].setWeight: Invalid value: 120: must be 0 to 100`,
  ],
  [
    'a declared size where there is no route',
    canary({ steps: [{ setCanaryScale: { replicas: 1 } }] }),
    `${CANARY}.steps[0].setCanaryScale: Invalid value: {"replicas":1}: has a meaning only with trafficRouting; remove it`,
  ],
  [
    'two declared sizes in one',
    routed([{ setCanaryScale: { replicas: 1, weight: 10 } }]),
    `${CANARY}.steps[0].setCanaryScale: Invalid value: {"replicas":1,"weight":10}: must hold exactly one of weight, replicas, matchTrafficWeight`,
  ],
  [
    'a negative declared size',
    routed([{ setCanaryScale: { weight: -5 } }]),
    `${CANARY}.steps[0].setCanaryScale.weight: Invalid value: -5: must be 0 or more`,
  ],
];

test.each(REFUSED)('refused: %s', (_, rollout, message) => {
  expect(validateRollout(rollout).map(({ path, message: why }) => `${path}: ${why}`)).toContain(message);
});

describe('legal, and told once as a warning:', () => {
  const withThreshold = (type: string, value: number): Rollout =>
    canary({ replicaProgressThreshold: { type, value } as NonNullable<CanaryStrategy['replicaProgressThreshold']> });

  test.each<readonly [string, Rollout, readonly string[]]>([
    [
      'a declared size that outlives the weight it was meant for',
      routed([{ setCanaryScale: { replicas: 1 } }, { setWeight: 50 }, { setWeight: 100 }], {}),
      [],
    ],
    [
      'three pods of ten that count as enough',
      canary({ replicaProgressThreshold: { type: 'Pods', value: 3 } }, { replicas: 10 }),
      [
        `${CANARY}.replicaProgressThreshold: Invalid value: {"type":"Pods","value":3}: 3 of 10 pods count as enough, for all of the traffic too`,
      ],
    ],
    ['a threshold of all pods', canary({ replicaProgressThreshold: { type: 'Percent', value: 100 } }), []],
    [
      'a threshold of nothing',
      withThreshold('Percent', 0),
      [`${CANARY}.replicaProgressThreshold.value: Invalid value: 0: counts as all of the pods; write 1 or more`],
    ],
    [
      'a threshold of another type',
      withThreshold('Ratio', 5),
      [
        `${CANARY}.replicaProgressThreshold.type: Invalid value: "Ratio": counts as all of the pods; write Percent or Pods`,
      ],
    ],
  ])('%s', (_, rollout, messages) => {
    expect(warnRollout(rollout).map(({ path, message }) => `${path}: ${message}`)).toEqual(messages);
  });

  test('a weight whose pods a setCanaryScale of before does not allow (F-C1)', () => {
    const steps = [
      { setCanaryScale: { replicas: 2 } },
      { setWeight: 20 },
      { setWeight: 60 },
      { setCanaryScale: { matchTrafficWeight: true } },
      { setWeight: 80 },
    ];
    const rollout = canary({ ...ROUTED, steps }, { replicas: 10 });
    expect(warnRollout(rollout).map(({ path, message }) => `${path}: ${message}`)).toEqual([
      `${CANARY}.steps[2].setWeight: Invalid value: 60: asks for 6 pods, and setCanaryScale of steps[0] keeps 2; put setCanaryScale: {matchTrafficWeight: true} before it`,
    ]);
  });
});
