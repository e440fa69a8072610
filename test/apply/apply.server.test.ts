import { beforeAll, describe, expect, test } from 'vitest';
import type { Rollout, RolloutStatus } from '../../src/api/rollout.ts';
import { applyRolloutPlan } from '../../src/apply/apply.ts';
import { ownKinds } from '../../src/controllers/world.ts';
import { Answers } from '../../src/kube/answers.ts';
import type { Failure, KubeClient } from '../../src/kube/client.ts';
import { HTTP_ROUTES, REPLICA_SETS, SERVICES } from '../../src/kube/kinds.ts';
import type { KubeObject, Resource } from '../../src/kube/resource.ts';
import { observeReplicaSet } from '../../src/observe/owned.ts';
import type { ReplicaSet } from '../../src/observe/stores.ts';
import type { Action, EventNote } from '../../src/plan/action.ts';
import type { ObservedRollout } from '../../src/plan/rollout/observed-rollout.ts';
import { buildReplicaSet } from '../../src/plan/rollout/replica-set.ts';
import { rollout, route, service } from '../controllers/manifests.ts';
import { installCrds, startNamespace } from '../controllers/server-rig.ts';

beforeAll(() => installCrds());

const { rollouts } = ownKinds('sluice.dev');

/** A Rollout on the server that nobody serves, as it was observed, and a way to carry plans out for it. */
type World = Readonly<{
  namespace: string;
  client: KubeClient;
  observed: ObservedRollout;
  answers: Answers;
  events: EventNote[];
  create<T extends KubeObject>(resource: Resource, object: object): Promise<T>;
  get<T extends KubeObject>(resource: Resource, name: string): Promise<T>;
  carryOut(action: Action, more?: Partial<Parts>): Promise<Failure | undefined>;
}>;
type Parts = Readonly<{
  observed: ObservedRollout;
  status: RolloutStatus;
  events: readonly EventNote[];
  routes: readonly KubeObject[];
}>;

async function startWorld(): Promise<World> {
  const { namespace, client } = await startNamespace();
  const answers = new Answers(() => {});
  const events: EventNote[] = [];
  const create = async <T extends KubeObject>(resource: Resource, object: object): Promise<T> => {
    const { metadata, ...rest } = object as KubeObject;
    const answer = await client.create(resource, { ...rest, metadata: { ...metadata, namespace } });
    if (!answer.ok) throw new Error(answer.message);
    return answer.value as T;
  };
  const made = await create<KubeObject & Rollout>(rollouts, rollout('1'));
  const observed: ObservedRollout = {
    group: 'sluice.dev',
    instanceId: '',
    rollout: made,
    replicaSets: [],
    services: [],
    routes: [],
    leftServices: [],
    leftRoutes: [],
    earlierRoutes: [],
    analysisRuns: [],
    experiments: [],
    trialServices: [],
    analysisTemplates: [],
    templateAnswer: undefined,
    missingRouteKinds: [],
    pods: [],
    refusals: [],
  };
  return {
    namespace,
    client,
    observed,
    answers,
    events,
    create,
    async get<T extends KubeObject>(resource: Resource, name: string): Promise<T> {
      const answer = await client.get({ resource, namespace, name });
      if (!answer.ok) throw new Error(answer.message);
      return answer.value as T;
    },
    carryOut: (action, more = {}) =>
      applyRolloutPlan(
        {
          client,
          answers,
          readRoute: (_resource, _namespace, name) => more.routes?.find(({ metadata }) => metadata.name === name),
          record: (_observed, note) => void events.push(note),
        },
        more.observed ?? observed,
        {
          actions: [action],
          status: more.status ?? observed.rollout.status ?? {},
          events: more.events ?? [],
          requeueAt: undefined,
          because: [],
        },
      ),
  };
}

const existing = ({ metadata: { name, uid = '', resourceVersion = '' } }: KubeObject) => ({
  name,
  uid,
  resourceVersion,
});
const reasons = ({ events }: World): readonly string[] => events.map(({ reason }) => reason);

describe('a ReplicaSet', () => {
  async function withReplicaSet(): Promise<
    Readonly<{ world: World; replicaSet: ReplicaSet; observed: ObservedRollout }>
  > {
    const world = await startWorld();
    const replicaSet = await world.create<ReplicaSet>(REPLICA_SETS, buildReplicaSet(world.observed, 'aaa', 1));
    return { world, replicaSet, observed: { ...world.observed, replicaSets: [observeReplicaSet(replicaSet)] } };
  }
  const change = (replicaSet: ReplicaSet, more: object): Action => ({
    kind: 'ChangeReplicaSet',
    name: replicaSet.metadata.name,
    uid: replicaSet.metadata.uid ?? '',
    seenReplicas: 0,
    because: 'test',
    ...more,
  });

  test('is scaled and marked in one write, and an event tells', async () => {
    const { world, replicaSet, observed } = await withReplicaSet();
    const action = change(replicaSet, {
      replicas: 3,
      minReadySeconds: 7,
      annotations: { 'scale-down-deadline': null, 'rollout.argoproj.io/revision': '2' },
      labels: { team: 'shop' },
    });
    expect(await world.carryOut(action, { observed })).toBeUndefined();
    const after = await world.get<ReplicaSet>(REPLICA_SETS, 'web-aaa');
    expect(after.spec).toMatchObject({ replicas: 3, minReadySeconds: 7 });
    expect(after.metadata.annotations).toMatchObject({ 'rollout.argoproj.io/revision': '2' });
    expect(after.metadata.labels).toMatchObject({ team: 'shop', 'rollouts-pod-template-hash': 'aaa' });
    expect(world.events).toEqual([
      { type: 'Normal', reason: 'ScalingReplicaSet', note: 'Scaled up ReplicaSet web-aaa (revision 1) from 0 to 3' },
    ]);
  });

  test('that has another size than was seen, or another UID, is left alone', async () => {
    const { world, replicaSet, observed } = await withReplicaSet();
    const resized = change(replicaSet, { seenReplicas: 4, replicas: 3 });
    expect(await world.carryOut(resized, { observed })).toMatchObject({ why: 'Conflict' });
    const anew = change(replicaSet, { uid: '00000000-0000-0000-0000-000000000000', replicas: 3 });
    expect(await world.carryOut(anew, { observed })).toMatchObject({ why: 'Conflict' });
    expect((await world.get<ReplicaSet>(REPLICA_SETS, 'web-aaa')).spec.replicas).toBe(0);
    expect(world.events).toEqual([]);
  });

  test('whose pods move meanwhile is changed all the same', async () => {
    const { world, replicaSet, observed } = await withReplicaSet();
    const target = {
      resource: REPLICA_SETS,
      namespace: world.namespace,
      name: 'web-aaa',
      subresource: 'status',
    } as const;
    await world.client.patch(target, { kind: 'Merge', body: { status: { replicas: 1 } } });
    expect(await world.carryOut(change(replicaSet, { replicas: 3 }), { observed })).toBeUndefined();
    expect((await world.get<ReplicaSet>(REPLICA_SETS, 'web-aaa')).spec.replicas).toBe(3);
  });

  test('created twice is created once, and a stranger of that name is a collision', async () => {
    const { world } = await withReplicaSet();
    const again: Action = { kind: 'CreateReplicaSet', manifest: buildReplicaSet(world.observed, 'aaa', 1) };
    expect(await world.carryOut(again)).toBeUndefined();
    expect(world.events).toEqual([]);
    const manifest = buildReplicaSet(world.observed, 'bbb', 2);
    const { ownerReferences: _ours, ...metadata } = manifest.metadata;
    await world.create(REPLICA_SETS, { ...manifest, metadata });
    expect(await world.carryOut({ kind: 'CreateReplicaSet', manifest })).toMatchObject({ why: 'AlreadyExists' });
    const { uid = '' } = world.observed.rollout.metadata;
    expect(world.answers.about(uid).map(({ answer }) => answer)).toMatchObject([
      { action: 'collision', object: 'web-bbb' },
    ]);
    expect(reasons(world)).toEqual(['ReplicaSetCreateError']);
  });

  test('that the server refuses is remembered until it goes through', async () => {
    const world = await startWorld();
    const good = buildReplicaSet(world.observed, 'aaa', 1);
    const bad = { ...good, spec: { ...good.spec, replicas: -1 } };
    const { uid = '' } = world.observed.rollout.metadata;
    expect(await world.carryOut({ kind: 'CreateReplicaSet', manifest: bad })).toMatchObject({ why: 'Invalid' });
    expect(world.answers.about(uid).map(({ question }) => question)).toEqual(['refused/CreateReplicaSet/web-aaa']);
    expect(await world.carryOut({ kind: 'CreateReplicaSet', manifest: good })).toBeUndefined();
    expect(world.answers.about(uid)).toEqual([]);
    expect(reasons(world)).toEqual(['ReplicaSetCreateError', 'NewReplicaSetCreated']);
  });

  test('is deleted only as it was seen; one that is gone already is fine', async () => {
    const { world, replicaSet } = await withReplicaSet();
    const remove = (resourceVersion: string): Action => ({
      kind: 'DeleteReplicaSet',
      target: { ...existing(replicaSet), resourceVersion },
      because: 'test',
    });
    expect(await world.carryOut(remove('1'))).toMatchObject({ why: 'Conflict' });
    expect(await world.carryOut(remove(replicaSet.metadata.resourceVersion ?? ''))).toBeUndefined();
    expect(await world.carryOut(remove(replicaSet.metadata.resourceVersion ?? ''))).toBeUndefined();
  });
});

test('the server is asked about a template, and keeps nothing', async () => {
  const world = await startWorld();
  const { uid = '', generation = 0 } = world.observed.rollout.metadata;
  const manifest = buildReplicaSet(world.observed, 'asked', 0);
  expect(await world.carryOut({ kind: 'AskTemplate', generation, manifest })).toBeUndefined();
  expect(world.answers.get(uid, 'template', generation)).toMatchObject({
    accepted: true,
    template: { spec: { restartPolicy: 'Always', containers: [{ terminationMessagePath: '/dev/termination-log' }] } },
  });
  const bad = { ...manifest, spec: { ...manifest.spec, template: { metadata: {}, spec: { containers: [] } } } };
  expect(await world.carryOut({ kind: 'AskTemplate', generation, manifest: bad })).toBeUndefined();
  expect(world.answers.get(uid, 'template', generation)).toMatchObject({ accepted: false });
  const kept = await world.client.list(REPLICA_SETS, { namespace: world.namespace }, {});
  expect(kept.ok && kept.value.items).toEqual([]);
});

type Selecting = KubeObject & Readonly<{ spec: Readonly<{ selector: Readonly<Record<string, string>> }> }>;

test('a Service is pointed at a revision and marked, its other labels stay, and a lost race changes nothing', async () => {
  const world = await startWorld();
  const made = await world.create<Selecting>(SERVICES, service('web-stable'));
  const point = (hash: string): Action => ({ kind: 'PointService', target: existing(made), hash, because: 'test' });
  expect(await world.carryOut(point('aaa'))).toBeUndefined();
  expect(await world.carryOut(point('bbb'))).toMatchObject({ why: 'Conflict' });
  const after = await world.get<Selecting>(SERVICES, 'web-stable');
  expect(after.spec.selector).toEqual({ app: 'web', 'rollouts-pod-template-hash': 'aaa' });
  expect(after.metadata.annotations).toMatchObject({ 'argo-rollouts.argoproj.io/managed-by-rollouts': 'web' });
  expect(reasons(world)).toEqual(['SwitchService']);
});

test('weights are written into the route that was observed, and into no other version of it', async () => {
  const world = await startWorld();
  const made = await world.create<KubeObject>(HTTP_ROUTES, route);
  const name = { router: 'GatewayApi', resource: 'httproutes', namespace: world.namespace, name: 'web' } as const;
  const split = (canary: number, target: KubeObject): Action => ({
    kind: 'SetSplit',
    route: name,
    target: existing(target),
    split: { canary, stable: 100 - canary },
    services: { canary: 'web-canary', stable: 'web-stable' },
    managed: [],
    terms: { declared: [], label: { key: 'rollouts.argoproj.io/gatewayapi-canary', value: 'in-progress' }, total: 100 },
    inProgress: true,
    because: 'test',
  });
  expect(await world.carryOut(split(20, made), { routes: [made] })).toBeUndefined();
  const after = await world.get(HTTP_ROUTES, 'web');
  expect(after).toMatchObject({
    metadata: { labels: { 'rollouts.argoproj.io/gatewayapi-canary': 'in-progress' } },
    spec: {
      rules: [
        {
          backendRefs: [
            { name: 'web-stable', weight: 80 },
            { name: 'web-canary', weight: 20 },
          ],
        },
      ],
    },
  });
  // The store still has the old version: the server refuses it.
  expect(await world.carryOut(split(40, made), { routes: [made] })).toMatchObject({ why: 'Conflict' });
  // The store has moved on since the observation: nothing is even sent.
  expect(await world.carryOut(split(40, made), { routes: [after] })).toMatchObject({ why: 'Conflict' });
  expect((await world.get(HTTP_ROUTES, 'web')).metadata.resourceVersion).toBe(after.metadata.resourceVersion);
  expect(reasons(world)).toEqual(['TrafficWeightUpdated']);
});

test('events of a plan are recorded only once its status was accepted, and a field that is gone is removed', async () => {
  const world = await startWorld();
  const ask: Action = { kind: 'AskTemplate', generation: 1, manifest: buildReplicaSet(world.observed, 'asked', 0) };
  const events: readonly EventNote[] = [{ type: 'Normal', reason: 'RolloutUpdated', note: 'now' }];
  const status = { phase: 'Progressing', message: 'now', abort: true } as const;
  expect(await world.carryOut(ask, { status, events })).toBeUndefined();
  expect(reasons(world)).toEqual(['RolloutUpdated']);
  // The same observation again: somebody, we ourselves, wrote meanwhile.
  expect(await world.carryOut(ask, { status: { phase: 'Paused' }, events })).toMatchObject({ why: 'Conflict' });
  expect(reasons(world)).toEqual(['RolloutUpdated']);
  const second = await world.get<KubeObject & Rollout>(rollouts, 'web');
  expect(second.status).toMatchObject(status);
  const observed = { ...world.observed, rollout: second };
  expect(await world.carryOut(ask, { observed, status: { phase: 'Healthy' } })).toBeUndefined();
  const third = await world.get<KubeObject & Rollout>(rollouts, 'web');
  expect(third.status?.phase).toBe('Healthy');
  expect(third.status).not.toHaveProperty('abort');
  expect(third.status).not.toHaveProperty('message');
});
