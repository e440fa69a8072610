import { expect, test } from 'vitest';
import { createRig, messageOf } from './api-rig.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const configMap = (data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data });
const dataOf = ({ body }: { body: unknown }): unknown => (body as { data: unknown }).data;

test('an apply creates what is not there, and takes away what it no longer names', () => {
  const { apply } = createRig();
  expect(apply(`${MAPS}/a?fieldManager=me`, configMap({ x: '1', y: '2' })).status).toBe(201);
  expect(dataOf(apply(`${MAPS}/a?fieldManager=me`, configMap({ x: '1' })))).toEqual({ x: '1' });
});

test('an apply of what another manager holds is a conflict that names both, unless forced', () => {
  const { apply } = createRig();
  apply(`${MAPS}/a?fieldManager=me`, configMap({ x: '1', y: '2' }));
  const refused = apply(`${MAPS}/a?fieldManager=you`, configMap({ x: '9' }));
  expect([refused.status, messageOf(refused)]).toEqual([
    409,
    'Apply failed with 1 conflict: conflict with "me": .data.x',
  ]);
  expect(dataOf(apply(`${MAPS}/a?fieldManager=you&force=true`, configMap({ x: '9' })))).toEqual({ x: '9', y: '2' });
  expect(dataOf(apply(`${MAPS}/a?fieldManager=me`, configMap({ y: '2' })))).toEqual({ x: '9', y: '2' });
});

test('an apply that changes nothing keeps the version', () => {
  const { apply } = createRig();
  const first = apply(`${MAPS}/a?fieldManager=me`, configMap({ x: '1' }));
  expect(apply(`${MAPS}/a?fieldManager=me`, configMap({ x: '1' })).body).toEqual(first.body);
});
