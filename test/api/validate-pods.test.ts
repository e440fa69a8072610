import { expect, test } from 'vitest';
import { validateRollout } from '../../src/api/validate.ts';
import { blueGreen, canary } from './rollouts.ts';

const CANARY = 'spec.strategy.canary';
const LABEL_TEXT = 'must be at most 63 letters, digits, "-", "_" or ".", beginning and ending with a letter or digit';

for (const [sentence, rollout, problem] of [
  [
    'a time of restart that nobody can read',
    canary({}, { restartAt: 'soon' }),
    'spec.restartAt: Invalid value: "soon": must be a time such as 2026-11-24T10:00:00Z (RFC 3339)',
  ],
  [
    "the label that tells a pod's revision",
    canary({ canaryMetadata: { labels: { 'rollouts-pod-template-hash': 'x' } } }),
    `${CANARY}.canaryMetadata.labels["rollouts-pod-template-hash"]: Invalid value: "x": tells the revision of a pod and is set by Sluice; remove it`,
  ],
  [
    'another value of a label that the selector finds pods by',
    canary({ stableMetadata: { labels: { app: 'other' } } }),
    `${CANARY}.stableMetadata.labels.app: Invalid value: "other": must stay "web": spec.selector finds the pods by it`,
  ],
  [
    'a value that no label can have',
    canary({ canaryMetadata: { labels: { role: 'a b' } } }),
    `${CANARY}.canaryMetadata.labels.role: Invalid value: "a b": ${LABEL_TEXT}`,
  ],
  [
    'a key that no label can have',
    blueGreen({ previewMetadata: { labels: { 'a/b/c': 'x' } } }),
    'spec.strategy.blueGreen.previewMetadata.labels["a/b/c"]: Invalid value: "a/b/c": is no key that a label may have; see the syntax of Kubernetes labels',
  ],
  [
    'a key that no annotation can have',
    blueGreen({ activeMetadata: { annotations: { 'a b': 'x' } } }),
    'spec.strategy.blueGreen.activeMetadata.annotations["a b"]: Invalid value: "a b": is no key that an annotation may have; see the Kubernetes syntax',
  ],
  [
    'a maxUnavailable that is no number',
    blueGreen({ maxUnavailable: 'some' }),
    'spec.strategy.blueGreen.maxUnavailable: Invalid value: "some": must be a count or a percentage such as 25%, and not negative',
  ],
  [
    'two forms of anti-affinity at once',
    canary({
      antiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {},
        preferredDuringSchedulingIgnoredDuringExecution: { weight: 1 },
      },
    }),
    `${CANARY}.antiAffinity: Invalid value: {"requiredDuringSchedulingIgnoredDuringExecution":{},"preferredDuringScheduli...: must hold exactly one of the preferred and the required form`,
  ],
  [
    'an anti-affinity of neither form',
    blueGreen({ antiAffinity: {} }),
    'spec.strategy.blueGreen.antiAffinity: Invalid value: {}: must hold exactly one of the preferred and the required form',
  ],
  [
    'a weight of anti-affinity above 100',
    canary({ antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 101 } } }),
    `${CANARY}.antiAffinity.preferredDuringSchedulingIgnoredDuringExecution.weight: Invalid value: 101: must be 1 to 100`,
  ],
] as const) {
  test(`refused: ${sentence}`, () => {
    expect(validateRollout(rollout).map(({ path, message }) => `${path}: ${message}`)).toEqual([problem]);
  });
}

for (const [sentence, rollout] of [
  [
    'keys with a prefix, empty values, and long annotations',
    canary({
      canaryMetadata: { labels: { 'team.example/Role_1': '' }, annotations: { 'Team.example/note': 'x'.repeat(1000) } },
    }),
  ],
  ['a label of the selector with its own value', canary({ stableMetadata: { labels: { app: 'web' } } })],
  ['a time with an offset', canary({}, { restartAt: '2026-11-24T10:00:00+01:00' })],
  ['empty metadata', blueGreen({ previewMetadata: {}, activeMetadata: { labels: {} } })],
] as const) {
  test(`legal: ${sentence}`, () => {
    expect(validateRollout(rollout)).toEqual([]);
  });
}
