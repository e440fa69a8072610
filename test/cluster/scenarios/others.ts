import { startPrometheus, stopPrometheus } from '../monitoring.ts';
import {
  controllerPods,
  forcePodAway,
  installProduct,
  killControllers,
  leaderPod,
  uninstallProduct,
} from '../product.ts';
import { begin, change, untilOnly, untilShare } from './canary.ts';
import { analysisOf, analysisTemplate, APP, rollout, route, routedCanary, service } from './manifests.ts';
import { writesIn } from './measures.ts';
import { expectTrafficHeld } from './refusal.ts';
import type { Scenario } from './scenario.ts';
import { expectThat } from './scenario.ts';

const HEALTHY = (status: { phase?: string }): boolean => status.phase === 'Healthy';

const HALF_AND_WAIT = routedCanary([
  { setWeight: 50 },
  { pause: {} },
  { setWeight: 75 },
  { pause: { duration: '2s' } },
]);

/** Blue-green, and a canary without routing. */
export const otherScenarios: readonly Scenario[] = [
  {
    name: 'blue-green promotion and rollback',
    id: 'bluegreen',
    async play(stage) {
      const { namespace, host } = stage;
      const strategy = {
        blueGreen: {
          activeService: `${APP}-active`,
          previewService: `${APP}-preview`,
          autoPromotionEnabled: false,
          scaleDownDelaySeconds: 20,
        },
      };
      await stage.apply(
        service(namespace, `${APP}-active`),
        service(namespace, `${APP}-preview`),
        route(namespace, host, [`${APP}-active`]),
        rollout(namespace, { replicas: 3, version: { version: 'v1' }, strategy }),
      );
      await stage.untilStatus('v1 is Healthy', HEALTHY);
      await stage.startLoad();
      await change(stage, { version: 'v2' }, strategy, 3);
      await stage.untilStatus('it is Paused', (status) => status.phase === 'Paused');
      const { blueGreen, stableRS, currentPodHash } = await stage.status();
      expectThat(blueGreen?.activeSelector === stableRS, 'the active Service does not select v1');
      expectThat(blueGreen?.previewSelector === currentPodHash, 'the preview Service does not select v2');
      expectThat(!stage.answers().byVersion.has('v2'), 'the preview got traffic before it was promoted');
      await stage.patchStatus({ pauseConditions: null });
      await stage.untilStatus('v2 is Healthy', HEALTHY);
      await untilOnly(stage, 'v2');
      await change(stage, { version: 'v1' }, strategy, 3);
      await stage.untilStatus('v1 is back at once', HEALTHY, 20);
      await untilOnly(stage, 'v1');
    },
  },
  {
    name: 'canary without traffic routing',
    id: 'basic',
    async play(stage) {
      const { namespace, host } = stage;
      const steps = [
        { setWeight: 25 },
        { pause: { duration: '3s' } },
        { setWeight: 50 },
        { pause: { duration: '3s' } },
      ];
      const strategy = { canary: { maxSurge: 1, maxUnavailable: 0, steps } };
      await stage.apply(
        service(namespace, APP),
        route(namespace, host, [APP]),
        rollout(namespace, { replicas: 4, version: { version: 'v1' }, strategy }),
      );
      await stage.untilStatus('v1 is Healthy', HEALTHY);
      await stage.startLoad();
      await change(stage, { version: 'v2' }, strategy);
      for (const share of [0.25, 0.5]) await untilShare(stage, 'v2', share);
      await stage.untilStatus('v2 is Healthy', HEALTHY);
      await untilOnly(stage, 'v2');
    },
  },
];

/** Stories that stop parts which others need: each plays alone. */
export const disturbingScenarios: readonly Scenario[] = [
  {
    name: 'controller killed with SIGKILL in mid-step and restarted',
    id: 'kill',
    alone: true,
    ownCluster: true,
    async play(stage) {
      await begin(stage, HALF_AND_WAIT);
      await change(stage, { version: 'v2' }, HALF_AND_WAIT);
      await untilShare(stage, 'v2', 0.5);
      expectThat((await killControllers(() => true)) > 0, 'no controller was found to kill');
      await stage.patchStatus({ pauseConditions: null });
      await stage.untilStatus('v2 is Healthy', HEALTHY);
      await untilOnly(stage, 'v2');
    },
  },
  {
    name: 'leader killed with a standby ready',
    id: 'leader',
    alone: true,
    ownCluster: true,
    async play(stage) {
      await begin(stage, HALF_AND_WAIT);
      await change(stage, { version: 'v2' }, HALF_AND_WAIT);
      await untilShare(stage, 'v2', 0.5);
      const [leader, pods] = [await leaderPod(), await controllerPods()];
      const standby = pods.find((pod) => pod !== leader) ?? '';
      expectThat(pods.length === 2, `one leader and one standby were wanted: ${pods.join()}`);
      const before = await writesIn(stage.namespace);
      expectThat((await killControllers((pod) => pod === leader)) === 1, `leader ${leader} was not found`);
      // A container that starts again in the same pod would be the leader that it was: the standby must take over.
      await forcePodAway(leader);
      await stage.until('the standby leads', async () => (await leaderPod()) === standby, 40);
      await expectTrafficHeld(stage, 0.5);
      const writes = (await writesIn(stage.namespace)) - before;
      expectThat(writes === 0, `the new leader wrote ${writes} times where nothing was to be done`);
      await stage.patchStatus({ pauseConditions: null });
      await stage.untilStatus('v2 is Healthy', HEALTHY);
      await untilOnly(stage, 'v2');
    },
  },
  {
    name: 'Prometheus stopped for less than the error limit: holds, never passes, goes on',
    id: 'outage',
    alone: true,
    ownCluster: true,
    async play(stage) {
      const strategy = routedCanary([{ setWeight: 25 }, { analysis: analysisOf('errors') }]);
      await stage.apply(analysisTemplate(stage.namespace, 'errors'));
      await begin(stage, strategy);
      await stopPrometheus();
      try {
        await change(stage, { version: 'v2' }, strategy);
        await stage.untilStatus(
          'the analysis runs',
          ({ canary }) => canary?.currentStepAnalysisRunStatus?.status === 'Running',
        );
        const { name } = (await stage.status()).canary?.currentStepAnalysisRunStatus ?? {};
        const errors = async (): Promise<boolean> => (await stage.metric(name ?? '')).error === 2;
        await stage.until('two measurements in a row were errors', errors, 40);
        const { currentStepIndex, phase } = await stage.status();
        const { count = 0 } = await stage.metric(name ?? '');
        const held = currentStepIndex === 1 && phase !== 'Degraded' && count === 0;
        expectThat(held, `it did not hold: step ${currentStepIndex}, ${phase}, ${count} measurements`);
        await untilShare(stage, 'v2', 0.25);
      } finally {
        await startPrometheus();
      }
      await stage.untilStatus('v2 is Healthy', HEALTHY, 120);
      await untilOnly(stage, 'v2');
    },
  },
  {
    name: 'Prometheus stopped for longer: Error, aborts, says that there is no evidence',
    id: 'noevidence',
    alone: true,
    ownCluster: true,
    judged: true,
    async play(stage) {
      const strategy = routedCanary([{ setWeight: 25 }, { analysis: analysisOf('errors') }]);
      const template = analysisTemplate(stage.namespace, 'errors', { consecutiveErrorLimit: 1 });
      await stage.apply(template);
      await begin(stage, strategy);
      await stopPrometheus();
      try {
        await change(stage, { version: 'v2' }, strategy);
        const status = await stage.untilStatus('it is aborted', ({ abort }) => abort === true);
        expectThat(/no evidence/.test(status.message ?? ''), `the message does not say so: ${status.message}`);
      } finally {
        await startPrometheus();
      }
      await untilOnly(stage, 'v1');
    },
  },
  {
    name: 'uninstall and reinstall of the chart in mid-rollout',
    id: 'reinstall',
    alone: true,
    async play(stage) {
      await begin(stage, HALF_AND_WAIT);
      await change(stage, { version: 'v2' }, HALF_AND_WAIT);
      await untilShare(stage, 'v2', 0.5);
      const { uid } = (await stage.rollout()).metadata;
      await uninstallProduct();
      expectThat((await controllerPods()).length === 0, 'a controller is left after the chart was removed');
      await expectTrafficHeld(stage, 0.5);
      await installProduct();
      await expectTrafficHeld(stage, 0.5);
      expectThat((await stage.rollout()).metadata.uid === uid, 'the Rollout was lost and made again');
      await stage.patchStatus({ pauseConditions: null });
      await stage.untilStatus('v2 is Healthy', HEALTHY);
      await untilOnly(stage, 'v2');
    },
  },
];
