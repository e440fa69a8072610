import { expect, test } from 'vitest';
import { parseFieldPath, readFieldPath } from '../../src/api/field-path.ts';

const OBJECT = {
  metadata: { labels: { 'app.kubernetes.io/name': 'web' }, generation: 3 },
  spec: { strategy: { canary: { steps: [{ setWeight: 20 }] } } },
};

test.each([
  ["metadata.labels['app.kubernetes.io/name']", 'web'],
  ['metadata.labels["app.kubernetes.io/name"]', 'web'],
  ['metadata.generation', '3'],
  ['spec.strategy.canary.steps[0].setWeight', '20'],
])('%s leads to %s', (path, value) => {
  expect(readFieldPath(OBJECT, path)).toEqual({ ok: true, value });
});

test.each([
  ['metadata.name', 'the object has no field "metadata.name"'],
  ['spec.strategy', '"spec.strategy" is not a string, number or boolean'],
  ['spec..x', `"spec..x" is not a field path such as metadata.labels['app']`],
  ['metadata.constructor', 'the object has no field "metadata.constructor"'],
])('%s leads nowhere', (path, why) => {
  expect(readFieldPath(OBJECT, path)).toEqual({ ok: false, why });
});

test('an empty path is none', () => {
  expect(parseFieldPath('')).toBeUndefined();
});
