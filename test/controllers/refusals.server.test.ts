import { beforeAll, expect, test } from 'vitest';
import type { RolloutStatus } from '../../src/api/rollout.ts';
import { EVENTS } from '../../src/kube/kinds.ts';
import type { KubeObject, Resource } from '../../src/kube/resource.ts';
import { mustKubectl } from '../api/kubectl.ts';
import { startAdmissionWebhook } from './admission-webhook.ts';
import { rollout, route, service } from './manifests.ts';
import type { RigOptions, ServerRig } from './server-rig.ts';
import { clock, installCrds, startRig } from './server-rig.ts';

beforeAll(() => installCrds());

const QUOTAS: Resource = {
  group: '',
  version: 'v1',
  plural: 'resourcequotas',
  kind: 'ResourceQuota',
  namespaced: true,
};

async function deployed(options: RigOptions = {}): Promise<ServerRig> {
  const rig = await startRig(options);
  for (const object of [service('web-stable'), service('web-canary'), route, rollout('1')]) await rig.apply(object);
  await rig.until('version 1 is healthy', ({ phase }) => phase === 'Healthy');
  return rig;
}

const message = ({ conditions }: RolloutStatus, type: string): string =>
  conditions?.find((condition) => condition.type === type)?.message ?? '';

async function eventsOf(rig: ServerRig, reason: string): Promise<readonly KubeObject[]> {
  const page = await rig.client.list(EVENTS, { namespace: rig.namespace }, {});
  const events = page.ok ? (page.value.items as readonly (KubeObject & { reason: string })[]) : [];
  return events.filter((event) => event.reason === reason);
}

/** What the server refuses takes effect a little later than it was written: waits until a second version is refused so. */
async function expectRefused(rig: ServerRig, words: string): Promise<void> {
  const { spec } = rollout('2') as { spec: { selector: object; template: object } };
  const probe = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'probe' },
    spec: { ...spec, strategy: undefined },
  };
  const create = ['create', '-n', rig.namespace, '--validate=false', '--dry-run=server', '-f', '-'];
  const refusal = (): Promise<string> => mustKubectl(create, JSON.stringify(probe)).catch(String);
  await expect.poll(refusal, { timeout: 30_000, interval: 200 }).toContain(words);
}

const stepOne = ({ phase, currentStepIndex }: RolloutStatus): boolean => phase === 'Paused' && currentStepIndex === 1;

test.each([403, 400, 422])(
  'a template that a webhook objects to by %i is invalid, in the words of the webhook, and is asked about again',
  async (code) => {
    const rig = await deployed();
    const webhook = await startAdmissionWebhook(rig.client, rig.namespace);
    webhook.code = code;
    webhook.objectsTo = ({ object }) => (JSON.stringify(object).includes('example/web:2') ? 'no version 2' : undefined);
    await expectRefused(rig, 'no version 2');
    await rig.apply(rollout('2'));
    const told = await rig.until('it is invalid', ({ phase }) => phase === 'Degraded');
    expect(message(told, 'InvalidSpec')).toContain(
      'admission webhook "policy.example.com" denied the request: no version 2',
    );
    expect(message(told, 'InvalidSpec')).toContain('spec.template');
    expect(message(told, 'InvalidSpec')).toContain('correct the template');
    expect(await rig.weights()).toEqual([100, 0]);
    expect(webhook.asked.some(({ dryRun, operation }) => dryRun && operation === 'CREATE')).toBe(true);
    if (code !== 403) return;
    // The policy changes, and nothing else does.
    webhook.objectsTo = () => undefined;
    const began = clock.now();
    await rig.until('the update goes on', stepOne);
    console.log(`a policy that was relaxed was noticed after ${clock.now() - began} ms`);
    expect(message(await rig.rollout().then(({ status = {} }) => status), 'InvalidSpec')).toBe('');
    expect(await eventsOf(rig, 'InvalidSpec')).toHaveLength(1);
  },
  120_000,
);

test('a validating policy that forbids the template makes it invalid as well', async () => {
  const rig = await deployed();
  const name = rig.namespace;
  const policy = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': rig.namespace } },
        resourceRules: [
          { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['replicasets'] },
        ],
      },
      validations: [
        {
          expression: "object.spec.template.spec.containers.all(c, !c.image.endsWith(':2'))",
          message: 'version 2 is not for here',
          reason: 'Forbidden',
        },
      ],
    },
  };
  const binding = {
    apiVersion: policy.apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  };
  await mustKubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [policy, binding] }));
  try {
    await expectRefused(rig, 'version 2 is not for here');
    await rig.apply(rollout('2'));
    const told = await rig.until('it is invalid', ({ phase }) => phase === 'Degraded');
    expect(message(told, 'InvalidSpec')).toContain('version 2 is not for here');
    await rig.apply(rollout('3'));
    await rig.until('a template that the policy allows goes on', stepOne);
  } finally {
    await mustKubectl(['delete', 'validatingadmissionpolicybinding,validatingadmissionpolicy', name]);
  }
}, 120_000);

test('a weight that a webhook refuses is told with the route, and written when it may be', async () => {
  const rig = await deployed();
  const webhook = await startAdmissionWebhook(rig.client, rig.namespace);
  webhook.objectsTo = ({ resource, object }) =>
    resource.resource === 'httproutes' && JSON.stringify(object).includes('"weight":20') ? 'frozen' : undefined;
  await rig.apply(rollout('2'));
  const told = await rig.until('the refusal is told', (status) => message(status, 'WriteRefused') !== '');
  expect(message(told, 'WriteRefused')).toMatch(
    /^web: .*admission webhook "policy.example.com" denied the request: frozen/,
  );
  expect(told.conditions?.find(({ type }) => type === 'WriteRefused')).toMatchObject({
    status: 'True',
    reason: 'TrafficRoutingError',
  });
  expect(
    rig.lines.some(({ message: line, fields }) => line === 'waiting' && JSON.stringify(fields).includes('frozen')),
  ).toBe(true);
  webhook.objectsTo = () => undefined;
  const after = await rig.until('the update goes on', stepOne);
  await rig.until('the condition goes', (status) => message(status, 'WriteRefused') === '');
  expect(message(after, 'InvalidSpec')).toBe('');
  expect(await eventsOf(rig, 'TrafficRoutingError')).toHaveLength(1);
}, 120_000);

test('a quota that is used up is told, is no fault of the template, and is waited for at most 30 s at a time', async () => {
  const rig = await deployed();
  const made = await rig.client.create(QUOTAS, {
    metadata: { name: 'few', namespace: rig.namespace },
    spec: { hard: { 'count/replicasets.apps': '1' } },
  } as KubeObject);
  expect(made.ok).toBe(true);
  // Nobody counts here: without a status the quota is not in force.
  const setQuota = (hard: string) =>
    rig.client.patch(
      { resource: QUOTAS, namespace: rig.namespace, name: 'few', subresource: 'status' },
      {
        kind: 'Merge',
        body: { status: { hard: { 'count/replicasets.apps': hard }, used: { 'count/replicasets.apps': '1' } } },
      },
    );
  expect((await setQuota('1')).ok).toBe(true);
  await expectRefused(rig, 'exceeded quota');
  await rig.apply(rollout('2'));
  const told = await rig.until('the refusal is told', (status) => message(status, 'WriteRefused') !== '');
  expect(message(told, 'WriteRefused')).toContain('exceeded quota: few');
  expect(message(told, 'InvalidSpec')).toBe('');
  // Long enough for an unbounded back-off to be far out.
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  expect((await setQuota('5')).ok).toBe(true);
  const began = clock.now();
  await rig.until('the update goes on', stepOne);
  console.log(`a quota that was raised was noticed after ${clock.now() - began} ms`);
  expect(clock.now() - began).toBeLessThan(31_000);
  await rig.until('the condition goes', (status) => message(status, 'WriteRefused') === '');
}, 120_000);

test('a right that is missing is our installation’s fault: it is named, and the spec is not called invalid', async () => {
  const user = `limited-${clock.now()}`;
  const role = (verbs: readonly string[]): object => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: user },
    rules: [
      { apiGroups: ['apps'], resources: ['replicasets'], verbs },
      {
        apiGroups: [
          'sluice.dev',
          '',
          'gateway.networking.k8s.io',
          'discovery.k8s.io',
          'coordination.k8s.io',
          'events.k8s.io',
        ],
        resources: ['*'],
        verbs: ['*'],
      },
    ],
  });
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: user },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }],
  };
  for (const object of [role(['get', 'list', 'watch', 'patch', 'delete']), binding])
    await mustKubectl(['apply', '-f', '-'], JSON.stringify(object));
  try {
    const rig = await startRig({ user });
    for (const object of [service('web-stable'), service('web-canary'), route, rollout('1')]) await rig.apply(object);
    const told = await rig.until('the refusal is told', (status) => message(status, 'WriteRefused') !== '');
    expect(message(told, 'WriteRefused')).toContain(`User "${user}" cannot create resource "replicasets"`);
    expect(message(told, 'WriteRefused')).toContain('add verb create on resource replicasets of group apps');
    expect(message(told, 'InvalidSpec')).toBe('');
    expect(await eventsOf(rig, 'ReconciliationError')).toHaveLength(1);
    await mustKubectl(['apply', '-f', '-'], JSON.stringify(role(['*'])));
    await rig.until('version 1 is healthy', ({ phase }) => phase === 'Healthy');
  } finally {
    await mustKubectl(['delete', 'clusterrolebinding,clusterrole', user]);
  }
}, 120_000);
