import { expect, test } from 'vitest';
import { milliseconds } from '../../../src/units/duration.ts';
import { AT_PAUSE, openDesk, putRollout, rolloutsPath } from './desk.ts';

const HASH = 'rollouts-pod-template-hash';

test('get rollout shows status, steps, weight, and the tree of revisions with pods and runs', async () => {
  const desk = await openDesk();
  const weights = { canary: { weight: 20 }, stable: { weight: 80 }, verified: true };
  putRollout(desk, { ...AT_PAUSE, canary: { weights } });
  const { metadata } = desk.read(`${rolloutsPath()}/web`) as { metadata: { uid: string } };
  desk.post('/apis/sluice.dev/v1alpha1/namespaces/shop/analysisruns', {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name: 'web-v2-2',
      labels: { [HASH]: 'v2', 'rollout-type': 'Background' },
      annotations: { 'rollout.argoproj.io/revision': '2' },
      ownerReferences: [
        { apiVersion: 'sluice.dev/v1alpha1', kind: 'Rollout', name: 'web', uid: metadata.uid, controller: true },
      ],
    },
    spec: { metrics: [{ name: 'm', provider: { prometheus: { address: 'http://p', query: 'q' } } }] },
  });
  desk.merge('/apis/apps/v1/namespaces/shop/replicasets/web-v1/status', {
    status: { replicas: 3, readyReplicas: 3, availableReplicas: 3 },
  });
  const { out, code } = await desk.sluice('get rollout web');
  expect(code).toBe(0);
  expect(out.replaceAll(/\b\d+s\b/g, '0s').split('\n')).toEqual([
    'Name:       web',
    'Namespace:  shop',
    'Group:      sluice.dev',
    'Strategy:   Canary',
    'Status:     Paused',
    'Message:    CanaryPauseStep',
    'Weight:     canary 20, stable 80',
    'Pods:       desired 4, current 4, updated 1, ready 4, available 4',
    'Steps:',
    '  1  setWeight 20  done',
    '  2  pause         now',
    '  3  setWeight 60',
    '',
    'NAME            KIND         STATUS         AGE  WHAT',
    'web             Rollout      Paused         0s',
    '├─ revision 2',
    '│  ├─ web-v2    ReplicaSet   0/1 available  0s   canary, docker.io/example/web:2',
    '│  └─ web-v2-2  AnalysisRun  Pending        0s   background',
    '└─ revision 1',
    '   └─ web-v1    ReplicaSet   3/3 available  0s   stable, docker.io/example/web:1',
  ]);
  const json = JSON.parse((await desk.sluice('get rollout web -o json')).out) as { revisions: readonly unknown[] };
  expect(json.revisions).toHaveLength(2);
});

test('list tells where every rollout stands, in both groups', async () => {
  const desk = await openDesk(['sluice.dev', 'argoproj.io']);
  putRollout(desk, AT_PAUSE);
  desk.post(rolloutsPath('argoproj.io'), {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'old' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { a: 'b' } },
      template: {},
      strategy: { blueGreen: { activeService: 'x' } },
    },
  });
  const { out, code } = await desk.sluice('list -A');
  expect(code).toBe(0);
  expect(out.replaceAll(/\b\d+s\b/g, '0s').split('\n')).toEqual([
    'NAMESPACE  NAME  STRATEGY   STATUS       STEP  WEIGHT  READY  UP-TO-DATE  AVAILABLE  AGE  GROUP',
    'shop       web   Canary     Paused       1/3   -       4/4    1           4          0s   sluice.dev',
    'shop       old   BlueGreen  Progressing  -     -       0/2    0           0          0s   argoproj.io',
  ]);
  expect(await desk.sluice('get rollouts -o json')).toMatchObject({ code: 0 });
});

test('a cluster without our kinds says what to install', async () => {
  const desk = await openDesk([]);
  expect(await desk.sluice('list')).toEqual({
    out: '',
    err: 'sluice: this cluster knows no Rollouts\nnext: install the Helm chart, or the CRDs of this version',
    code: 1,
  });
});

test('status tells each change, and ends with 0 when it is Healthy', async () => {
  const desk = await openDesk();
  putRollout(desk, AT_PAUSE);
  const ended = desk.sluice('status web');
  const status = `${rolloutsPath()}/web/status`;
  const later = (after: number, body: object): void =>
    void desk.clock.schedule(milliseconds(after), () => desk.merge(status, { status: body }));
  later(400, { pauseConditions: null });
  later(600, { phase: 'Progressing', message: 'waiting for all steps to complete', controllerPause: null });
  later(800, { phase: 'Healthy', message: null });
  expect(await ended).toEqual({
    out: 'Paused - CanaryPauseStep\nProgressing - waiting for rollout to unpause\nProgressing - waiting for all steps to complete\nHealthy',
    err: '',
    code: 0,
  });
});

test('status ends with 1 when it is Degraded, deleted, or the time is over', async () => {
  const desk = await openDesk();
  putRollout(desk, { ...AT_PAUSE, phase: 'Degraded', message: 'RolloutAborted: why' });
  expect(await desk.sluice('status web')).toEqual({ out: 'Degraded - RolloutAborted: why', err: '', code: 1 });
  expect(await desk.sluice('status web --no-watch')).toMatchObject({ code: 1 });
  desk.merge(`${rolloutsPath()}/web/status`, { status: { phase: 'Paused', message: 'CanaryPauseStep' } });
  expect(await desk.sluice('status web --no-watch')).toEqual({ out: 'Paused - CanaryPauseStep', err: '', code: 0 });
  expect(await desk.sluice('status web --timeout 300ms')).toEqual({
    out: 'Paused - CanaryPauseStep',
    err: 'sluice: rollout web is neither Healthy nor Degraded after 300ms',
    code: 1,
  });
  const ended = desk.sluice('status web');
  desk.clock.schedule(milliseconds(400), () => desk.remove(`${rolloutsPath()}/web`));
  expect(await ended).toMatchObject({ err: 'sluice: rollout web was deleted', code: 1 });
});

test('a status of an older spec is not told as the state of the newest', async () => {
  const desk = await openDesk();
  putRollout(desk, { ...AT_PAUSE, phase: 'Healthy', message: '', observedGeneration: 0 });
  expect(await desk.sluice('status web --no-watch')).toMatchObject({
    out: 'Progressing - waiting for rollout spec update to be observed',
    code: 0,
  });
});
