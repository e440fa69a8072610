import { kubectl } from '../kubectl.ts';
import { analysisOf, analysisTemplate, APP, rollout, route, routedCanary, service } from './manifests.ts';
import type { Version } from './manifests.ts';
import { expectTrafficHeld } from './refusal.ts';
import type { Scenario } from './scenario.ts';
import { expectThat } from './scenario.ts';
import type { Stage } from './stage.ts';

const HEALTHY = (status: { phase?: string; availableReplicas?: number }): boolean => status.phase === 'Healthy';

/** Weights 20, 40, 60, 80 with a short pause after each: what most of the stories walk through. */
const WALK = [20, 40, 60, 80].flatMap((weight) => [{ setWeight: weight }, { pause: { duration: '2s' } }]);

/** Brings up version v1 behind two Services and a route, and starts the load. */
export async function begin(stage: Stage, strategy: object, replicas = 4, more: object = {}): Promise<void> {
  const { namespace, host } = stage;
  await stage.apply(
    service(namespace, `${APP}-stable`),
    service(namespace, `${APP}-canary`),
    route(namespace, host, [`${APP}-stable`, `${APP}-canary`]),
    rollout(namespace, { replicas, version: { version: 'v1' }, strategy, more }),
  );
  await stage.untilStatus('v1 is Healthy', HEALTHY);
  await stage.startLoad();
}

/** Applies another version, as `kubectl apply` of the same manifest with another image would. */
export async function change(
  stage: Stage,
  version: Version,
  strategy: object,
  replicas = 4,
  more: object = {},
): Promise<void> {
  await stage.apply(rollout(stage.namespace, { replicas, version, strategy, more }));
}

/** Waits until one version alone answers. */
export async function untilOnly(stage: Stage, version: string, seconds = 30): Promise<void> {
  await stage.until(`only ${version} answers`, async () => stage.load.share(version) === 1, seconds);
}

/** Waits until a version's share of the answers is near `share`: n = 200 a second, so 4 sigma at 20 % are 11 points. */
export async function untilShare(stage: Stage, version: string, share: number): Promise<void> {
  const near = async (): Promise<boolean> => Math.abs(stage.load.share(version) - share) < 0.12;
  await stage.until(`${version} has ${share * 100} % of the traffic`, near, 30);
}

/** How many pods of the application have a label. */
async function podsLabelled({ namespace }: Stage, label: string): Promise<number> {
  const names = await kubectl(['get', 'pods', '-n', namespace, '-l', `app=${APP},${label}`, '-o', 'name']);
  return names.split('\n').filter((line) => line !== '').length;
}

const aborted = (status: { abort?: boolean; phase?: string }): boolean =>
  status.abort === true && status.phase === 'Degraded';

/** Every canary story. */
export const canaryScenarios: readonly Scenario[] = [
  {
    name: 'good version promoted through 20/40/60/80/100',
    id: 'good',
    async play(stage) {
      const strategy = routedCanary(WALK, {
        maxUnavailable: 2,
        canaryMetadata: { labels: { role: 'canary' } },
        stableMetadata: { labels: { role: 'stable' } },
      });
      await begin(stage, strategy);
      await change(stage, { version: 'v2' }, strategy);
      for (const share of [0.2, 0.4, 0.6, 0.8]) await untilShare(stage, 'v2', share);
      await stage.untilStatus(
        'v2 is Healthy',
        (status) => HEALTHY(status) && status.stableRS === status.currentPodHash,
      );
      await untilOnly(stage, 'v2');
      await stage.untilStatus('the old pods are gone', ({ replicas }) => replicas === 4);
      await stage.until(
        'every pod has the label of stable pods',
        async () => (await podsLabelled(stage, 'role=stable')) === 4,
      );
      const restartAt = new Date().toISOString();
      await change(stage, { version: 'v2' }, strategy, 4, { restartAt });
      await stage.untilStatus('all pods are replaced', (status) => HEALTHY(status) && status.restartedAt === restartAt);
    },
  },
  {
    name: 'version with 30 % errors rolled back by the inline analysis',
    id: 'errors',
    badVersions: ['v2'],
    judged: true,
    async play(stage) {
      const strategy = routedCanary([
        { setWeight: 25 },
        { analysis: analysisOf('errors') },
        { setWeight: 50 },
        { pause: {} },
      ]);
      await stage.apply(analysisTemplate(stage.namespace, 'errors'));
      await begin(stage, strategy);
      await change(stage, { version: 'v2', errorRate: 0.3 }, strategy);
      await stage.untilStatus('it is aborted', aborted);
      await untilOnly(stage, 'v1');
    },
  },
  {
    name: 'slow version rolled back by the background analysis',
    id: 'slow',
    judged: true,
    async play(stage) {
      const analysis = { ...analysisOf('latency'), startingStep: 1 };
      const strategy = routedCanary([{ setWeight: 25 }, { pause: {} }], { analysis });
      await stage.apply(analysisTemplate(stage.namespace, 'latency'));
      await begin(stage, strategy);
      await change(stage, { version: 'v2', latencyMs: 600 }, strategy);
      await stage.untilStatus('it is aborted', aborted);
      await untilOnly(stage, 'v1');
    },
  },
  {
    name: 'crash-looping version stopped by the progress deadline',
    id: 'crash',
    async play(stage) {
      const strategy = routedCanary([{ setWeight: 25 }, { pause: {} }]);
      const more = { progressDeadlineSeconds: 15, progressDeadlineAbort: true };
      await begin(stage, strategy, 4, more);
      await change(stage, { version: 'v2', crash: true }, strategy, 4, more);
      await stage.untilStatus('it is aborted', aborted);
      await untilOnly(stage, 'v1');
      expectThat(!(await stage.stopLoad()).seen.has('v2'), 'a version that never was ready got requests');
    },
  },
  {
    name: 'indefinite pause, then promote by a bare kubectl patch',
    id: 'pause',
    async play(stage) {
      const strategy = routedCanary([{ setWeight: 50 }, { pause: {} }]);
      await begin(stage, strategy);
      await change(stage, { version: 'v2' }, strategy);
      await stage.untilStatus('it is Paused', (status) => status.phase === 'Paused');
      await untilShare(stage, 'v2', 0.5);
      await expectTrafficHeld(stage, 0.5);
      const patch = JSON.stringify({ status: { pauseConditions: null } });
      const where = [`rollouts.sluice.dev/${APP}`, '-n', stage.namespace, '--subresource=status'];
      await kubectl(['patch', ...where, '--type=merge', '-p', patch]);
      await stage.untilStatus('v2 is Healthy', HEALTHY);
      await untilOnly(stage, 'v2');
    },
  },
  {
    name: 'abort by a person in mid-step',
    id: 'abort',
    async play(stage) {
      const strategy = routedCanary([{ setWeight: 50 }, { pause: {} }]);
      await begin(stage, strategy);
      await change(stage, { version: 'v2' }, strategy);
      await untilShare(stage, 'v2', 0.5);
      await stage.patchStatus({ abort: true });
      await stage.untilStatus('it is aborted', aborted);
      await untilOnly(stage, 'v1');
      await stage.patchStatus({ abort: false });
      await untilShare(stage, 'v2', 0.5);
      await stage.patchStatus({ promoteFull: true });
      await stage.untilStatus('the retried v2 is Healthy', HEALTHY);
      await untilOnly(stage, 'v2');
    },
  },
  {
    name: 'v3 applied during v2',
    id: 'third',
    async play(stage) {
      // A run beside the steps, and no history: what v2 leaves behind is ended and deleted.
      const analysis = { ...analysisOf('errors'), startingStep: 0 };
      const strategy = routedCanary([{ setWeight: 40 }, { pause: { duration: '4s' } }], { analysis });
      const more = { revisionHistoryLimit: 0 };
      await stage.apply(analysisTemplate(stage.namespace, 'errors'));
      await begin(stage, strategy, 4, more);
      await change(stage, { version: 'v2' }, strategy, 4, more);
      await untilShare(stage, 'v2', 0.4);
      await change(stage, { version: 'v3' }, strategy, 4, more);
      await stage.untilStatus('v3 is Healthy', HEALTHY);
      await untilOnly(stage, 'v3');
      const alone = async (): Promise<boolean> => (await stage.replicaSets()).length === 1;
      await stage.until('the old revisions are deleted', alone, 60);
    },
  },
  {
    name: 'back to v1 during v2',
    id: 'back',
    async play(stage) {
      const strategy = routedCanary([{ setWeight: 40 }, { pause: {} }]);
      await begin(stage, strategy);
      await change(stage, { version: 'v2' }, strategy);
      await untilShare(stage, 'v2', 0.4);
      await change(stage, { version: 'v1' }, strategy);
      await stage.untilStatus('v1 is Healthy again', HEALTHY);
      await untilOnly(stage, 'v1');
    },
  },
  {
    name: 'scale 4→8→3 during a step',
    id: 'scale',
    async play(stage) {
      const strategy = routedCanary([{ setWeight: 25 }, { pause: {} }]);
      await begin(stage, strategy);
      await change(stage, { version: 'v2' }, strategy);
      await untilShare(stage, 'v2', 0.25);
      for (const replicas of [8, 3]) {
        await stage.patchSpec({ replicas });
        const total = replicas + Math.ceil(replicas / 4);
        await stage.untilStatus(
          `${replicas} pods`,
          ({ availableReplicas, canary }) => availableReplicas === total && canary?.weights?.canary.weight === 25,
        );
      }
      await stage.patchStatus({ pauseConditions: null });
      await stage.untilStatus('v2 is Healthy', HEALTHY);
      await untilOnly(stage, 'v2');
    },
  },
];
