import { expect, test } from 'vitest';
import type { CanaryStep } from '../../../src/api/canary.ts';
import { fnv1a32, safeEncode } from '../../../src/units/fnv.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';

test.each([
  ['no steps', undefined, '5ffbfbbd64'],
  ['an endless pause', [{ pause: {} }], '6b9b86fbd5'],
  ['a weight and a pause', [{ setWeight: 20 }, { pause: {} }], '54649b9f5c'],
] as const)('%s hash to what Argo writes', (_name, steps, expected) => {
  expect(stepHash(steps)).toBe(expected);
});

test('the order of keys in a step does not change its hash', () => {
  expect(stepHash([{ pause: { duration: '1m' }, setWeight: 5 }])).toBe(
    stepHash([{ setWeight: 5, pause: { duration: '1m' } }]),
  );
});

test('a changed weight changes the hash', () => {
  expect(stepHash([{ setWeight: 20 }])).not.toBe(stepHash([{ setWeight: 21 }]));
});

/** Steps with an experiment, and the JSON that Go writes for them: its metadata fields stand there even when empty. */
const EXPERIMENTS: readonly (readonly [what: string, step: CanaryStep, json: string])[] = [
  [
    'a template without metadata',
    { experiment: { templates: [{ name: 'a', specRef: 'stable' }] } },
    '[{"experiment":{"templates":[{"name":"a","specRef":"stable","metadata":{}}],"analysisRunMetadata":{}}}]',
  ],
  [
    'all of its fields, in the order of the API',
    {
      experiment: {
        duration: '5m',
        scaleDownDelaySeconds: 0,
        analysisRunMetadata: { labels: { b: '2', a: '1' } },
        dryRun: [{ metricName: '.*' }],
        analyses: [
          {
            requiredForCompletion: true,
            args: [{ name: 'h', valueFrom: { podTemplateHashValue: 'Latest' } }],
            clusterScope: true,
            templateName: 't',
            name: 'x',
          },
        ],
        templates: [
          {
            service: {},
            weight: 0,
            selector: { matchLabels: { app: 'web' } },
            metadata: { annotations: { note: 'a<b' }, labels: { role: 'trial' } },
            replicas: 1,
            specRef: 'canary',
            name: 'a',
          },
        ],
      },
    },
    '[{"experiment":{"templates":[{"name":"a","specRef":"canary","replicas":1,"metadata":{"labels":{"role":"trial"},"annotations":{"note":"a\\u003cb"}},"selector":{"matchLabels":{"app":"web"}},"weight":0,"service":{}}],"duration":"5m","analyses":[{"name":"x","templateName":"t","clusterScope":true,"args":[{"name":"h","valueFrom":{"podTemplateHashValue":"Latest"}}],"requiredForCompletion":true}],"dryRun":[{"metricName":".*"}],"analysisRunMetadata":{"labels":{"a":"1","b":"2"}},"scaleDownDelaySeconds":0}}]',
  ],
  [
    'what is empty or false is left out, but for its metadata',
    {
      experiment: {
        templates: [{ name: 'a', specRef: 'stable', metadata: { labels: {} } }],
        analyses: [{ name: 'x', templateName: 't', clusterScope: false, requiredForCompletion: false, args: [] }],
        dryRun: [],
        duration: '',
      },
    },
    '[{"experiment":{"templates":[{"name":"a","specRef":"stable","metadata":{}}],"analyses":[{"name":"x","templateName":"t"}],"analysisRunMetadata":{}}}]',
  ],
];

test.each(EXPERIMENTS)('an experiment is hashed with %s', (_what, step, json) => {
  expect(stepHash([step])).toBe(safeEncode(fnv1a32(json)));
});
