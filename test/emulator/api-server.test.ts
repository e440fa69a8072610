import { expect, test } from 'vitest';
import { seconds } from '../../src/units/duration.ts';
import { createRig, messageOf, replicaSet } from './api-rig.ts';

const SETS = '/apis/apps/v1/namespaces/default/replicasets';
const MAPS = '/api/v1/namespaces/default/configmaps';

test('a pod template gets the defaults of the real server', () => {
  const { post } = createRig();
  const made = post(SETS, replicaSet('a'));
  expect(made.status).toBe(201);
  expect((made.body as { spec: { template: unknown } }).spec.template).toEqual({
    metadata: { labels: { app: 'a' } },
    spec: {
      containers: [
        {
          name: 'main',
          image: 'shop:1',
          imagePullPolicy: 'IfNotPresent',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    },
  });
});

test('a dry run answers the object with its defaults and stores nothing', () => {
  const { post, get } = createRig();
  expect(post(`${SETS}?dryRun=All`, replicaSet('a')).status).toBe(201);
  expect(get(`${SETS}/a`).status).toBe(404);
});

test('a taken name is AlreadyExists, and a missing namespace is told of', () => {
  const { post } = createRig();
  post(MAPS, { metadata: { name: 'a' } });
  expect(messageOf(post(MAPS, { metadata: { name: 'a' } }))).toBe('configmaps "a" already exists');
  const elsewhere = post('/api/v1/namespaces/nope/configmaps', { metadata: { name: 'a' } });
  expect(messageOf(elsewhere)).toBe('namespaces "nope" not found');
});

test('a lost race is a Conflict, and a write that changes nothing keeps the version', () => {
  const { post, patch, get } = createRig();
  post(MAPS, { metadata: { name: 'a' }, data: { k: 'v' } });
  const before = get(`${MAPS}/a`).body;
  expect(patch(`${MAPS}/a`, { data: { k: 'v' } }).body).toEqual(before);
  const stale = patch(`${MAPS}/a`, { metadata: { resourceVersion: '1' }, data: { k: 'w' } });
  expect(stale.status).toBe(409);
});

test('generation counts changes of the spec, not of the status or the labels', () => {
  const { post, patch } = createRig();
  post(SETS, replicaSet('a'));
  const generation = (answer: { body: unknown }): unknown =>
    (answer.body as { metadata: { generation: number } }).metadata.generation;
  expect(generation(patch(`${SETS}/a`, { metadata: { labels: { x: 'y' } } }))).toBe(1);
  expect(generation(patch(`${SETS}/a/status`, { status: { replicas: 1 } }))).toBe(1);
  expect(generation(patch(`${SETS}/a`, { spec: { replicas: 5 } }))).toBe(2);
});

test('a failed test of a JSON patch is a 422 that says nothing else', () => {
  const { post, patch } = createRig();
  post(SETS, replicaSet('a'));
  const refused = patch(`${SETS}/a`, [{ op: 'test', path: '/spec/replicas', value: 3 }], 'json');
  expect([refused.status, messageOf(refused)]).toEqual([
    422,
    'the server rejected our request due to an error in our request',
  ]);
});

test('a namespace that is deleted refuses what is new, is emptied, and goes when nothing holds it', async () => {
  const { clock, post, patch, remove, get } = createRig();
  const maps = '/api/v1/namespaces/shop/configmaps';
  post('/api/v1/namespaces', { metadata: { name: 'shop' } });
  post(maps, { metadata: { name: 'a' } });
  post(maps, { metadata: { name: 'held', finalizers: ['x.io/y'] } });
  expect(remove('/api/v1/namespaces/shop').status).toBe(200);
  expect(messageOf(post(maps, { metadata: { name: 'late' } }))).toBe(
    'configmaps "late" is forbidden: unable to create new content in namespace shop because it is being terminated',
  );
  await clock.advance(seconds(2));
  expect([get(`${maps}/a`).status, get('/api/v1/namespaces/shop').status]).toEqual([404, 200]);
  patch(`${maps}/held`, { metadata: { finalizers: null } });
  expect(get('/api/v1/namespaces/shop').status).toBe(404);
});

test('a snapshot restores what was stored, and versions go on from there', () => {
  const { server, post, get } = createRig();
  post(MAPS, { metadata: { name: 'a' } });
  const snapshot = server.snapshot();
  post(MAPS, { metadata: { name: 'b' } });
  server.restore(snapshot);
  expect([get(`${MAPS}/a`).status, get(`${MAPS}/b`).status]).toEqual([200, 404]);
});
