import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import { createApiServer } from '../../src/emulator/api-server.ts';
import type { EmbeddedCluster } from '../../src/emulator/embedded-cluster.ts';
import { startEmbeddedCluster } from '../../src/emulator/embedded-cluster.ts';
import type { HttpListener } from '../../src/emulator/loopback.ts';
import { listenHttp } from '../../src/emulator/http-listener.ts';
import { kubectl, mustKubectl } from '../api/kubectl.ts';
import { sequence } from './api-rig.ts';

const clock = systemClock();
let folder: string;
let kubeconfig: string;
let listener: HttpListener;
let cluster: EmbeddedCluster;

beforeAll(async () => {
  const server = createApiServer({ clock, random: sequence() });
  cluster = startEmbeddedCluster({ server, clock });
  listener = await listenHttp(server, { port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'sluice-emulator-'));
  kubeconfig = join(folder, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'emulator',
    clusters: [{ name: 'emulator', cluster: { server: listener.address } }],
    users: [{ name: 'emulator', user: {} }],
    contexts: [{ name: 'emulator', context: { cluster: 'emulator', user: 'emulator', namespace: 'default' } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config));
});

afterAll(async () => {
  cluster.stop();
  await listener.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (line: string, input = ''): Promise<string> =>
  mustKubectl(['--cache-dir', join(folder, 'cache'), ...line.split(' ')], input, kubeconfig);
const fail = async (line: string, input = ''): Promise<string> => {
  const answer = await kubectl(['--cache-dir', join(folder, 'cache'), ...line.split(' ')], input, kubeconfig);
  expect(answer.ok).toBe(false);
  return answer.stderr;
};

const DEPLOYMENT = (name: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, labels: { app: ${name} } }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: main, image: 'shop:1' }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80, targetPort: 8080 }] }
`;

/** The words of each line, without the spaces that align them. */
const words = (text: string): readonly (readonly string[])[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/).map((word) => word.trim()));

test('kubectl apply creates, then changes nothing, then changes', async () => {
  const file = DEPLOYMENT('applied');
  expect(await run('apply -f -', file)).toBe('deployment.apps/applied created\nservice/applied created\n');
  expect(await run('apply -f -', file)).toBe('deployment.apps/applied unchanged\nservice/applied unchanged\n');
  const changed = file.replace('shop:1', 'shop:2');
  expect(await run('diff -f - --request-timeout=20s', file)).toBe('');
  expect(await run('apply -f -', changed)).toBe('deployment.apps/applied configured\nservice/applied unchanged\n');
});

test('kubectl apply on the server side meets the owner of a field, and may force him', async () => {
  const file = DEPLOYMENT('owned');
  expect(await run('apply --server-side -f -', file)).toContain('deployment.apps/owned serverside-applied');
  await run('scale deployment/owned --replicas=3');
  expect(await fail('apply --server-side -f -', file)).toMatch(/conflict with "kubectl\S*" with subresource "scale"/);
  await run('apply --server-side --force-conflicts -f -', file);
  expect(await run('get deployment owned -o jsonpath={.spec.replicas}')).toBe('2');
});

test('kubectl rollout status waits until a Deployment runs, and get shows it', async () => {
  await run('apply -f -', DEPLOYMENT('shown'));
  expect(await run('rollout status deployment/shown --timeout=60s')).toContain('successfully rolled out');
  const [heads, row = []] = words(await run('get deployment shown'));
  expect([heads, row.slice(0, 4)]).toEqual([
    ['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE'],
    ['shown', '2/2', '2', '2'],
  ]);
  const [wide] = words(await run('get pods -l app=shown -o wide'));
  expect(wide).toEqual([
    'NAME',
    'READY',
    'STATUS',
    'RESTARTS',
    'AGE',
    'IP',
    'NODE',
    'NOMINATED NODE',
    'READINESS GATES',
  ]);
  const all = await run('get all -l app=shown');
  for (const kind of ['pod/', 'deployment.apps/shown', 'replicaset.apps/']) expect(all).toContain(kind);
  expect(await run('get pods -l app=shown -o name')).toMatch(/^(pod\/shown-\S+\n){2}$/);
});

test('kubectl get -w tells of changes as they come', async () => {
  await run('apply -f -', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: watched }\ndata: { a: b }');
  const watching = run('get configmap watched -w --request-timeout=4s -o jsonpath={.data.a}');
  // kubectl has no sign that its watch stands; a change every half a second is seen by any that does.
  for (let turn = 0; turn < 6; turn += 1) {
    await run(`patch configmap watched --type=merge -p {"data":{"a":"turn-${turn}"}}`);
  }
  expect(await watching).toMatch(/^b?(turn-\d)+$/);
});

test('kubectl patch knows the three kinds of patches', async () => {
  await run('apply -f -', DEPLOYMENT('patched'));
  const image = 'get deployment patched -o jsonpath={.spec.template.spec.containers[*].image}';
  await run(
    'patch deployment patched -p {"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:1"}]}}}}',
  );
  expect(await run(image)).toBe('side:1 shop:1');
  await run('patch deployment patched --type=merge -p {"spec":{"replicas":1}}');
  await run('patch deployment patched --type=json -p [{"op":"remove","path":"/spec/template/spec/containers/0"}]');
  expect(await run(image)).toBe('shop:1');
  expect(await run('patch deployment patched --subresource=scale --type=merge -p {"spec":{"replicas":0}}')).toContain(
    'patched',
  );
  expect(await run('get deployment patched --subresource=scale -o jsonpath={.spec.replicas}')).toBe('');
});

test('kubectl wait waits for conditions, for values and for the end', async () => {
  await run('apply -f -', DEPLOYMENT('awaited'));
  expect(await run('wait --for=condition=Available deployment/awaited --timeout=60s')).toContain('condition met');
  await run('wait --for=jsonpath={.status.readyReplicas}=2 deployment/awaited --timeout=60s');
  await run('delete deployment awaited --wait=false');
  expect(await run('wait --for=delete pods -l app=awaited --timeout=60s')).not.toContain('timed out');
});

test('kubectl scale holds to the size that it was told to expect', async () => {
  await run('apply -f -', DEPLOYMENT('scaled'));
  expect(await fail('scale deployment/scaled --current-replicas=5 --replicas=1')).toContain(
    'Expected replicas to be 5',
  );
  expect(await run('scale deployment/scaled --current-replicas=2 --replicas=1')).toBe(
    'deployment.apps/scaled scaled\n',
  );
});

test('kubectl describe and explain find what they show', async () => {
  await run('apply -f -', DEPLOYMENT('described'));
  await run('rollout status deployment/described --timeout=60s');
  const text = await run('describe deployment described');
  expect(text).toContain('2 desired | 2 updated | 2 total | 2 available | 0 unavailable');
  expect(text).toMatch(/NewReplicaSet: +described-\S+ \(2\/2 replicas created\)/);
  expect(await run('describe service described')).toMatch(/TargetPort: +8080\/TCP/);
  expect(await run('describe pods -l app=described')).toMatch(/Status: +Running/);
  expect(await run('describe node node-1')).toContain('Non-terminated Pods:');
  expect(await run('explain deployment.spec.replicas')).toContain('FIELD: replicas <integer>');
  expect(await run('explain pod.spec.containers --recursive')).toContain('readinessProbe\t<Probe>');
});

test('kubectl events lists what was told of an object', async () => {
  await run('apply -f -', DEPLOYMENT('noted'));
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'noted.1', namespace: 'default' },
    involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'noted', namespace: 'default' },
    reason: 'Noted',
    message: 'something was told',
    type: 'Normal',
    lastTimestamp: new Date(clock.now()).toISOString().replace(/\.\d+/, ''),
  };
  await run('create -f -', JSON.stringify(event));
  expect(await run('events --for=deployment/noted')).toContain('something was told');
});

test('kubectl delete waits until an object and what it owned are gone', async () => {
  await run('apply -f -', DEPLOYMENT('deleted'));
  await run('rollout status deployment/deleted --timeout=60s');
  const said = await run('delete deployment deleted --cascade=foreground --timeout=60s');
  expect(said).toContain('deployment.apps "deleted" deleted');
  expect(await run('get pods,replicasets -l app=deleted')).toBe('');
  expect(await fail('delete deployment deleted')).toContain('deployments.apps "deleted" not found');
});

test('what the server refuses, kubectl tells with the field', async () => {
  const wrong = DEPLOYMENT('wrong').replace('replicas: 2', 'replicas: -1');
  expect(await fail('apply -f -', wrong)).toContain('spec.replicas: Invalid value: -1');
  const unknown = DEPLOYMENT('wrong').replace('replicas: 2', 'replica: 2');
  expect(await fail('apply -f -', unknown)).toContain('unknown field "spec.replica"');
});
