import { expect, test } from 'vitest';
import { AT_PAUSE, openDesk, putRollout, rolloutsPath } from './desk.ts';
import type { Desk } from './desk.ts';

type Status = Readonly<{ status?: Readonly<Record<string, unknown>>; spec: Readonly<Record<string, unknown>> }>;
const rollout = (desk: Desk): Status => desk.read(`${rolloutsPath()}/web`) as Status;

function eventsOf(desk: Desk): readonly string[] {
  const { items } = desk.read('/apis/events.k8s.io/v1/namespaces/shop/events') as {
    items: readonly { reason: string; note: string; reportingController: string }[];
  };
  return items.map(({ reason, note, reportingController }) => `${reportingController} ${reason} ${note}`);
}

test('promote ends the pause, and an event names who did it and what they saw', async () => {
  const desk = await openDesk();
  putRollout(desk, AT_PAUSE);
  expect(await desk.sluice('promote web')).toEqual({
    out: 'rollout web: promoted: the pause is over (CanaryPauseStep)',
    err: '',
    code: 0,
  });
  expect(rollout(desk).status?.['pauseConditions']).toBeUndefined();
  expect(eventsOf(desk)).toEqual([
    'sluice PromoteByPerson sluice: promoted: the pause is over (CanaryPauseStep); they saw step 2 of 3 (pause) of the update to revision 2 (v2)',
  ]);
  expect(await desk.sluice('promote rollout/web')).toMatchObject({
    out: 'rollout web: somebody has promoted it a moment ago: the controller is about to go on',
    code: 0,
  });
});

test('two promotes at once end one pause, and leave no step', async () => {
  const desk = await openDesk();
  putRollout(desk, AT_PAUSE);
  const twice = await Promise.all([desk.sluice('promote web'), desk.sluice('promote web')]);
  const index = rollout(desk).status?.['currentStepIndex'];
  expect(index).toBe(1);
  expect(twice.map(({ code }) => code)).toContain(0);
});

test('abort, retry, pause, resume, undo, restart and set-image write what they say', async () => {
  const desk = await openDesk();
  putRollout(desk, AT_PAUSE);
  expect(await desk.sluice('abort web')).toMatchObject({
    out: 'rollout web: aborted the update to revision 2 (v2): traffic goes back to revision 1 (v1)',
    code: 0,
  });
  desk.merge(`${rolloutsPath()}/web/status`, { status: { abortedAt: '2026-01-01T00:00:00Z' } });
  expect(await desk.sluice('retry rollout web')).toMatchObject({ code: 0 });
  expect(rollout(desk).status).toMatchObject({ abort: false });
  expect(await desk.sluice('pause web')).toMatchObject({ out: 'rollout web: paused: spec.paused is true', code: 0 });
  expect(await desk.sluice('resume web')).toMatchObject({
    out: 'rollout web: resumed: spec.paused is false; the update itself still waits (CanaryPauseStep): sluice promote',
  });
  expect(await desk.sluice('undo web --to-revision 1')).toMatchObject({
    out: 'rollout web: went back to revision 1 (v1): it is the stable revision, so no step, pause or analysis runs',
  });
  expect(await desk.sluice('set-image web web=docker.io/example/web:9')).toMatchObject({
    out: 'rollout web: image updated: web=docker.io/example/web:9',
    code: 0,
  });
  expect(rollout(desk).spec['template']).toMatchObject({
    spec: { containers: [{ image: 'docker.io/example/web:9' }] },
  });
  expect(await desk.sluice('restart web --in 10m')).toMatchObject({ code: 0 });
  expect(Date.parse(String(rollout(desk).spec['restartAt']))).toBeGreaterThan(desk.clock.now() + 500_000);
  expect(eventsOf(desk)).toHaveLength(7);
});

test('promote --full waits for the controller to see the newest spec, and says so when it does not', async () => {
  const desk = await openDesk();
  putRollout(desk, { ...AT_PAUSE, observedGeneration: 0 });
  expect(await desk.sluice('promote web --full --timeout 300ms')).toEqual({
    out: '',
    err:
      'sluice: rollout web: the controller has not looked at the newest spec yet (generation 1, seen 0); waited 300ms\n' +
      'next: see whether the controller runs and serves this namespace, or wait longer: --timeout 5m',
    code: 1,
  });
  const asked = desk.sluice('promote web --full --timeout 20s');
  desk.merge(`${rolloutsPath()}/web/status`, { status: { observedGeneration: 1 } });
  expect(await asked).toMatchObject({
    out: 'rollout web: promoted in full: revision 2 (v2) skips its steps, pauses and analyses',
    code: 0,
  });
});

test.each([
  [
    'promote nothing',
    'sluice: rollout nothing: there is no rollout nothing in namespace shop (looked in sluice.dev and argoproj.io)\nnext: see which there are: sluice list -A',
    1,
  ],
  [
    'retry web',
    'sluice: rollout web: nothing to retry: the update is not aborted\nnext: see where it stands: sluice get rollout',
    1,
  ],
  ['set-image web web', 'sluice: no container=image: web\nnext: write it as web=docker.io/example/web:2', 2],
  ['set-image web db=x', 'sluice: rollout web: there is no container db\nnext: name one of: web', 1],
  ['terminate rollout web', 'sluice: cannot terminate a rollout\nnext: say analysisrun or experiment', 2],
  [
    'terminate analysisrun run',
    'sluice: there is no analysisrun run in namespace shop (looked in sluice.dev and argoproj.io)\nnext: kubectl get analysisruns -A',
    1,
  ],
  [
    'get deployment web',
    'sluice: cannot show a deployment\nnext: sluice get rollout <name>, or kubectl get deployment',
    2,
  ],
  ['promote web --context other', 'sluice: the kubeconfig has no context other: choose one of sluice-demo', 1],
])('%s is refused with the next step', async (line, err, code) => {
  const desk = await openDesk();
  putRollout(desk, AT_PAUSE);
  expect(await desk.sluice(line)).toEqual({ out: '', err, code });
});

test('a name in both groups wants the group; each group is found by itself', async () => {
  const desk = await openDesk(['sluice.dev', 'argoproj.io']);
  putRollout(desk, { ...AT_PAUSE, observedGeneration: '1' }, { group: 'argoproj.io' });
  expect(await desk.sluice('pause web')).toMatchObject({ code: 0 });
  expect(desk.read(`${rolloutsPath('argoproj.io')}/web`)).toMatchObject({ spec: { paused: true } });
  desk.post(rolloutsPath(), {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } } },
      strategy: { canary: {} },
    },
  });
  expect(await desk.sluice('resume web')).toEqual({
    out: '',
    err:
      'sluice: rollout web: there is a rollout web in both sluice.dev and argoproj.io\n' +
      'next: say which: --api-group sluice.dev or argoproj.io',
    code: 1,
  });
  expect(await desk.sluice('resume web --api-group argoproj.io')).toMatchObject({ code: 0 });
});

test('a run is asked to end once; JSON tells the same', async () => {
  const desk = await openDesk();
  const runs = '/apis/sluice.dev/v1alpha1/namespaces/shop/analysisruns';
  const metric = { name: 'm', provider: { prometheus: { address: 'http://p', query: 'q' } } };
  desk.post(runs, {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'AnalysisRun',
    metadata: { name: 'run' },
    spec: { metrics: [metric] },
  });
  expect(await desk.sluice('terminate analysisrun run -o json')).toMatchObject({
    out: '{"verb":"terminate","name":"run","outcome":"Write","says":"asked to end; it was Pending"}',
    code: 0,
  });
  expect(desk.read(`${runs}/run`)).toMatchObject({ spec: { terminate: true } });
  expect(await desk.sluice('terminate ar run')).toMatchObject({ out: 'analysisrun run: it was asked to end already' });
});

test('an experiment that failed is begun anew by an empty status', async () => {
  const desk = await openDesk();
  const path = '/apis/sluice.dev/v1alpha1/namespaces/shop/experiments';
  const selector = { matchLabels: { app: 'exp' } };
  const template = { metadata: { labels: { app: 'exp' } }, spec: { containers: [{ name: 'a', image: 'a' }] } };
  desk.post(path, {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'Experiment',
    metadata: { name: 'exp' },
    spec: { templates: [{ name: 'a', selector, template }] },
  });
  desk.merge(`${path}/exp/status`, { status: { phase: 'Failed', message: 'why' } });
  expect(await desk.sluice('retry experiment exp')).toMatchObject({
    out: 'experiment exp: starts again; it was Failed',
    code: 0,
  });
  expect((desk.read(`${path}/exp`) as { status?: unknown }).status ?? {}).toEqual({});
});
