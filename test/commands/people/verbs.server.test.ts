import { beforeAll, expect, test } from 'vitest';
import { EVENTS } from '../../../src/kube/kinds.ts';
import type { KubeObject } from '../../../src/kube/resource.ts';
import { rollout, route, service } from '../../controllers/manifests.ts';
import type { ServerRig } from '../../controllers/server-rig.ts';
import { clock, installCrds, startRig } from '../../controllers/server-rig.ts';
import type { Ran } from './desk.ts';
import { runSluice } from './desk.ts';

beforeAll(() => installCrds());

function sluice({ namespace }: ServerRig, line: string): Promise<Ran> {
  const flags = ['--kubeconfig', process.env['SLUICE_TEST_KUBECONFIG'] ?? '', '-n', namespace];
  return runSluice(line, flags, clock);
}

test('an update is promoted, aborted, retried and undone by commands on a real API server', async () => {
  const rig = await startRig();
  for (const object of [service('web-stable'), service('web-canary'), route, rollout('1')]) await rig.apply(object);
  expect(await sluice(rig, 'status web --timeout 60s')).toMatchObject({ code: 0 });
  const first = (await rig.rollout()).status?.stableRS;

  await rig.apply(rollout('2'));
  await rig.until('the first pause', ({ phase, currentStepIndex }) => phase === 'Paused' && currentStepIndex === 1);
  const shown = await sluice(rig, 'get rollout web');
  expect(shown.out).toContain('canary 20, stable 80');
  expect(shown.out).toMatch(/├─ revision 2\n.*ReplicaSet .* canary, /);
  expect(await sluice(rig, 'list')).toMatchObject({ code: 0 });

  expect(await sluice(rig, 'abort web')).toMatchObject({ code: 0 });
  expect(await sluice(rig, 'status web --timeout 60s')).toMatchObject({ code: 1 });
  expect(await sluice(rig, 'promote web')).toMatchObject({ code: 1 });
  expect(await sluice(rig, 'retry web')).toMatchObject({ code: 0 });
  await rig.until('the pause again', ({ phase, currentStepIndex }) => phase === 'Paused' && currentStepIndex === 1);

  // Two people see the same pause: one of them ends it, and no step is left out.
  const both = await Promise.all([sluice(rig, 'promote web'), sluice(rig, 'promote web')]);
  expect(both.map(({ code }) => code)).toContain(0);
  for (const { err, code } of both.filter((one) => one.code !== 0)) {
    expect({ err, code }).toMatchObject({ code: 1, err: expect.stringContaining('the rollout has moved on') });
  }
  const second = (await rig.rollout()).status?.currentPodHash;
  await rig.until('version 2 is stable', ({ phase, stableRS }) => phase === 'Healthy' && stableRS === second);

  expect(await sluice(rig, 'undo web')).toMatchObject({
    out: expect.stringContaining(`went back to revision 1 (${first})`),
    code: 0,
  });
  // Asked for a moment after the undo, it waits until the undo was seen, and is not lost.
  expect(await sluice(rig, 'promote web --full')).toMatchObject({ code: 0 });
  await rig.until('version 1 is stable again', ({ phase, stableRS }) => phase === 'Healthy' && stableRS === first);

  const events = await rig.client.list(EVENTS, { namespace: rig.namespace }, {});
  const told = (events.ok ? events.value.items : []) as readonly (KubeObject & { reason?: string; note?: string })[];
  const promotions = told.filter(({ reason }) => reason === 'PromoteByPerson').map(({ note = '' }) => note);
  expect(promotions).toContainEqual(
    expect.stringMatching(/^sluice-test: promoted: the pause is over \(CanaryPauseStep\); they saw step 2 of /),
  );
  expect(rig.lines.filter(({ level }) => level === 'error')).toEqual([]);
}, 180_000);
