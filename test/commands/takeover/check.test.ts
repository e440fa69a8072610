import { expect, test } from 'vitest';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { readManifests } from '../../../src/config/manifest-file.ts';
import { readCrds } from '../../../src/commands/demo/read-crds.ts';
import type { Desk } from '../people/desk.ts';
import { AT_PAUSE, openDesk, putRollout, rolloutsPath } from '../people/desk.ts';

const ARGO = 'argoproj.io';
const shop = `/apis/${ARGO}/v1alpha1/namespaces/shop`;

/** A cluster with a Rollout that Argo paused in mid-step, and all its pods. */
async function openArgoDesk(): Promise<Desk> {
  const desk = await openDesk([ARGO]);
  const currentStepHash = stepHash([{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }]);
  const { stepDisplay, ...argos } = AT_PAUSE;
  void stepDisplay;
  putRollout(
    desk,
    { ...argos, observedGeneration: '1', currentStepHash, selector: 'app=web', HPAReplicas: 5, replicas: 5 },
    { group: ARGO },
  );
  for (const [name, replicas] of [
    ['web-v1', 4],
    ['web-v2', 1],
  ] as const) {
    desk.merge(`/apis/apps/v1/namespaces/shop/replicasets/${name}`, { spec: { replicas } });
    desk.merge(`/apis/apps/v1/namespaces/shop/replicasets/${name}/status`, {
      status: { replicas, readyReplicas: replicas, availableReplicas: replicas, observedGeneration: 2 },
    });
  }
  return desk;
}

const template = (name: string, provider: object): object => ({
  apiVersion: `${ARGO}/v1alpha1`,
  kind: 'AnalysisTemplate',
  metadata: { name },
  spec: { metrics: [{ name: 'm', successCondition: 'true', provider }] },
});

const scope = { scope: 's', region: 'r', step: 60 };
const KAYENTA = {
  address: 'http://kayenta.canary',
  application: 'web',
  canaryConfigName: 'c',
  metricsAccountName: 'm',
  configurationAccountName: 'c',
  storageAccountName: 's',
  threshold: { pass: 90, marginal: 70 },
  scopes: [{ name: 'default', controlScope: scope, experimentScope: scope }],
};

test('takeover check tells what is adopted as it is, and writes nothing', async () => {
  const desk = await openArgoDesk();
  desk.post(`${shop}/analysistemplates`, template('good', { prometheus: { address: 'http://p', query: 'q' } }));
  const before = JSON.stringify(desk.read(`${rolloutsPath(ARGO)}/web`));
  expect(await desk.sluice('takeover check')).toEqual({
    out: [
      'adopted as it is  Rollout           shop/web',
      'adopted as it is  AnalysisTemplate  shop/good',
      '0 refused, 0 not known, 0 would change, 0 not served, 2 adopted as it is',
    ].join('\n'),
    err: '',
    code: 0,
  });
  expect(JSON.stringify(desk.read(`${rolloutsPath(ARGO)}/web`))).toBe(before);
});

test('takeover check refuses what is not served, with the field, and ends with 1', async () => {
  const desk = await openArgoDesk();
  desk.post(`${shop}/analysistemplates`, template('other', { kayenta: KAYENTA }));
  desk.merge(`${rolloutsPath(ARGO)}/web`, {
    spec: { strategy: { canary: { trafficRouting: { istio: { virtualService: { name: 'web' } } } } } },
  });
  const { out, code } = await desk.sluice('takeover check -o json');
  expect(code).toBe(1);
  const { objects } = JSON.parse(out) as {
    objects: readonly { kind: string; verdict: { kind: string; why: readonly string[] } }[];
  };
  expect(objects.map(({ kind, verdict }) => `${kind} ${verdict.kind}`)).toEqual([
    'Rollout Refused',
    'AnalysisTemplate Refused',
  ]);
  expect(objects[0]?.verdict.why[0]).toContain('spec.strategy.canary.trafficRouting.istio');
  expect(objects[1]?.verdict.why[0]).toContain('spec.metrics[0].provider.kayenta');
});

test('takeover check tells what would be done at once', async () => {
  const desk = await openArgoDesk();
  desk.merge(`${rolloutsPath(ARGO)}/web/status`, { status: { pauseConditions: null } });
  const { out, code } = await desk.sluice('takeover check');
  expect(code).toBe(0);
  expect(out).toContain('would change  Rollout  shop/web');
  expect(out).toContain('status.currentStepIndex: 1 becomes 2');
});

test('takeover check leaves another instance alone', async () => {
  const desk = await openArgoDesk();
  desk.merge(`${rolloutsPath(ARGO)}/web`, {
    metadata: { labels: { 'argo-rollouts.argoproj.io/controller-instance-id': 'blue' } },
  });
  expect((await desk.sluice('takeover check')).out).toContain(
    'it is for the instance blue: start with --instance-id blue to serve it',
  );
  expect((await desk.sluice('takeover check --instance-id blue')).out).toContain('1 adopted as it is');
});

test('takeover check of a cluster without the group says so', async () => {
  const desk = await openDesk(['sluice.dev']);
  expect(await desk.sluice('takeover check')).toEqual({
    out: '',
    err: 'sluice: the cluster has no rollouts.argoproj.io\nnext: name the other group: --api-group sluice.dev',
    code: 1,
  });
});

test('takeover crds prints the definitions that the controller asks for', async () => {
  const lines: string[] = [];
  const { createProgram } = await import('../../../src/commands/program.ts');
  const { systemClock } = await import('../../../src/clock/clock.ts');
  const terminal = { out: (line: string) => void lines.push(line), err: () => {} };
  let code: number | undefined;
  await createProgram((given) => void (code = given), { terminal, clock: systemClock() }).parseAsync([
    'node',
    'sluice',
    'takeover',
    'crds',
  ]);
  expect(code).toBe(0);
  const file = readManifests(lines.join('\n'));
  expect(file.ok && file.manifests.map(({ object }) => object)).toEqual(readCrds(ARGO));
});
