import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { ApiGroup } from '../../src/api/names.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import { KINDS } from '../../scripts/crd/kinds.ts';
import { GROUPS, renderCrds } from '../../scripts/crds.ts';
import { kubectl, mustKubectl } from './kubectl.ts';
import { REFUSALS } from './refusals.ts';
import { blueGreen, canary, routed } from './rollouts.ts';

const NAMESPACE = 'sluice-crds';

const inGroup = (object: object, group: ApiGroup): string =>
  JSON.stringify({ ...object, apiVersion: `${group}/v1alpha1` }).replaceAll(
    '"namespace":"shop"',
    `"namespace":"${NAMESPACE}"`,
  );

const dryRun = ['create', '--dry-run=server', '-o', 'json', '-f', '-'];

beforeAll(async () => {
  for (const { text } of await renderCrds()) {
    await mustKubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], text);
  }
  const names = GROUPS.flatMap((group) => KINDS.map(({ plural }) => `crd/${plural}.${group}`));
  await mustKubectl(['wait', '--for=condition=Established', '--timeout=60s', ...names]);
  const namespace = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await mustKubectl(['apply', '-f', '-'], namespace);
  // Discovery lags behind Established: the first create of a fresh kind may answer "no matches for kind".
  for (const name of GROUPS.flatMap((group) => KINDS.map(({ plural }) => `${plural}.${group}`))) {
    await vi.waitFor(() => mustKubectl(['get', name, '-n', NAMESPACE]), { timeout: 60_000, interval: 200 });
  }
});

test('the API server finds no fault with the schemas of either group', async () => {
  const list: unknown = JSON.parse(await mustKubectl(['get', 'crd', '-o', 'json']));
  const text = JSON.stringify(list);
  expect(text).not.toContain('NonStructuralSchema');
  expect(text).not.toContain('Violations');
});

describe('in our own group the API server refuses with the path:', () => {
  test.each(REFUSALS.filter(({ server }) => server !== undefined))('$because', async ({ rollout, server = '' }) => {
    const answer = await kubectl(dryRun, inGroup(rollout, 'sluice.dev'));
    expect(answer.ok).toBe(false);
    expect(answer.stderr).toContain(`${server}:`);
  });
});

describe('the API server leaves to the controller:', () => {
  test.each(REFUSALS.filter(({ server }) => server === undefined))('$because', async ({ rollout }) => {
    await mustKubectl(dryRun, inGroup(rollout, 'sluice.dev'));
  });
});

test('the takeover group has no bounds of ours: the controller tells what is wrong', async () => {
  // A negative size is refused by every scale subresource, Argo's too.
  for (const { because, rollout } of REFUSALS.filter(({ path }) => path !== 'spec.replicas')) {
    const answer = await kubectl(dryRun, inGroup(rollout, 'argoproj.io'));
    expect(answer.stderr, because).toBe('');
  }
});

test('a fresh Rollout has its defaults, and no tool can take it for ready', async () => {
  const created: unknown = JSON.parse(await mustKubectl(dryRun, inGroup(canary({}), 'sluice.dev')));
  expect(created).toMatchObject({
    spec: { replicas: 1, minReadySeconds: 0, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, paused: false },
    status: { observedGeneration: -1 },
  });
});

test('the takeover group fills in replicas and nothing else', async () => {
  const created = JSON.parse(await mustKubectl(dryRun, inGroup(canary({}), 'argoproj.io')));
  expect(created.spec).toEqual({ ...canary({}).spec, replicas: 1 });
  expect(created.status).toBeUndefined();
});

test('unknown members of steps and of trafficRouting are kept, so that the controller can name them', async () => {
  const misspelt: Rollout = JSON.parse(
    JSON.stringify(routed([{ setWeight: 5 }])).replace('"setWeight"', '"setWieght"'),
  );
  for (const group of GROUPS) {
    const kept = await mustKubectl(dryRun, inGroup(misspelt, group));
    expect(kept).toContain('"setWieght": 5');
  }
});

test('newer fields of a pod template are kept', async () => {
  const template = {
    metadata: { labels: { app: 'web' }, finalizers: ['a/b'] },
    spec: { containers: [{ name: 'web', image: 'web:1', fieldOfTomorrow: { x: 1 } }] },
  };
  for (const group of GROUPS) {
    const created = JSON.parse(await mustKubectl(dryRun, inGroup(canary({}, { template }), group)));
    expect(created.spec.template).toEqual(template);
  }
});

describe('a Rollout that lives', () => {
  const name = (group: ApiGroup): string => `rollouts.${group}/alive`;
  const here = ['-n', NAMESPACE];

  beforeAll(async () => {
    for (const group of GROUPS) {
      await mustKubectl(['delete', name(group), '--ignore-not-found', ...here]);
      const manifest = { ...canary({}, { replicas: 4 }), metadata: { name: 'alive', namespace: NAMESPACE } };
      await mustKubectl(['create', '-f', '-'], inGroup(manifest, group));
    }
  });

  test('has its selector for good', async () => {
    const patch = {
      spec: { selector: { matchLabels: { tier: 'x' } }, template: { metadata: { labels: { tier: 'x' } } } },
    };
    const args = ['patch', name('sluice.dev'), ...here, '--type=merge', '-p', JSON.stringify(patch)];
    const answer = await kubectl(args);
    expect(answer.stderr).toContain('spec.selector: Invalid value');
    expect(answer.stderr).toContain('cannot be changed');
  });

  test('shows its state in the columns of kubectl get', async () => {
    for (const group of GROUPS) {
      const status = {
        observedGeneration: group === 'sluice.dev' ? 1 : '1',
        ...{ phase: 'Progressing', message: 'waiting for all steps to complete', stepDisplay: '1/2' },
        ...{
          replicas: 5,
          updatedReplicas: 1,
          availableReplicas: 5,
          stableRS: 'abc',
          HPAReplicas: 5,
          selector: 'app=web',
        },
        canary: { weights: { canary: { weight: 20 }, stable: { weight: 80 }, verified: null } },
      };
      await mustKubectl([
        ...['patch', name(group), ...here, '--type=merge', '--subresource=status'],
        ...['-p', JSON.stringify({ status })],
      ]);
      const [head = '', line = ''] = (await mustKubectl(['get', name(group), ...here, '-o', 'wide'])).split('\n');
      expect(head.trim().split(/\s{2,}/)).toEqual([
        ...['NAME', 'DESIRED', 'CURRENT', 'UP-TO-DATE', 'AVAILABLE', 'STATUS', 'STEP', 'WEIGHT', 'AGE'],
        ...['STABLE', 'MESSAGE'],
      ]);
      expect(line).toMatch(
        /^alive\s+4\s+5\s+1\s+5\s+Progressing\s+1\/2\s+20\s+\S+\s+abc\s+waiting for all steps to complete\s*$/,
      );
    }
  });

  test('is scaled through the scale subresource, which tells autoscalers the pods and their selector', async () => {
    for (const group of GROUPS) {
      const scale = JSON.parse(await mustKubectl(['get', name(group), ...here, '--subresource=scale', '-o', 'json']));
      expect(scale).toMatchObject({ spec: { replicas: 4 }, status: { replicas: 5, selector: 'app=web' } });
      await mustKubectl(['scale', name(group), ...here, '--replicas=7']);
      expect(await mustKubectl(['get', name(group), ...here, '-o', 'jsonpath={.spec.replicas}'])).toBe('7');
    }
  });

  test('answers to its short name', async () => {
    expect(await mustKubectl(['get', 'sro', 'alive', ...here, '-o', 'name'])).toContain('rollout.sluice.dev/alive');
    expect(await mustKubectl(['get', 'ro', 'alive', ...here, '-o', 'name'])).toContain('rollout.argoproj.io/alive');
  });
});

test('runs of the takeover group have no status subresource: other clients write the main object', async () => {
  const run = {
    kind: 'AnalysisRun',
    metadata: { name: 'run', namespace: NAMESPACE },
    spec: RUN_SPEC,
    status: { phase: 'Running' },
  };
  const phaseOf = async (group: ApiGroup): Promise<unknown> =>
    JSON.parse(await mustKubectl(dryRun, inGroup(run, group))).status?.phase;
  expect(await phaseOf('argoproj.io')).toBe('Running');
  expect(await phaseOf('sluice.dev')).toBeUndefined();
});

test('two metrics of one name, and a metric with two providers, are refused', async () => {
  const [metric] = RUN_SPEC.metrics;
  const both = { ...metric, provider: { ...metric?.provider, graphite: { query: 'up' } } };
  for (const [metrics, path] of [
    [[metric, metric], 'spec.metrics[1]'],
    [[both], 'spec.metrics[0].provider'],
  ] as const) {
    const run = { kind: 'AnalysisRun', metadata: { name: 'run', namespace: NAMESPACE }, spec: { metrics } };
    const answer = await kubectl(dryRun, inGroup(run, 'sluice.dev'));
    expect(answer.stderr).toContain(`${path}:`);
  }
});

test('the manifests of the reference pages are accepted', async () => {
  for (const { plural } of KINDS) {
    const manifest = await readFile(`docs/reference/manifests/${plural}.yaml`, 'utf8');
    await mustKubectl(['apply', '--dry-run=server', '-n', NAMESPACE, '-f', '-'], manifest);
  }
});

test('blue-green is accepted with all that it can have', async () => {
  const full = blueGreen({ previewService: 'p', autoPromotionSeconds: 5, abortScaleDownDelaySeconds: 0 });
  for (const group of GROUPS) await mustKubectl(dryRun, inGroup(full, group));
});

const RUN_SPEC = { metrics: [{ name: 'a', provider: { prometheus: { query: 'up' } } }] };
