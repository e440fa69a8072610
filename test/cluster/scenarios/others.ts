import { startPrometheus, stopPrometheus, PROMETHEUS_IN_CLUSTER } from '../monitoring.ts';
import { installProduct, killControllers, leaderPod, uninstallProduct } from '../product.ts';
import { begin, change, untilOnly, untilShare } from './canary.ts';
import { analysisOf, analysisTemplate, APP, rollout, route, routedCanary, service } from './manifests.ts';
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
      expectThat(stage.load.share('v1') === 1, 'the preview got traffic before it was promoted');
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
    async play(stage) {
      await begin(stage, HALF_AND_WAIT);
      await change(stage, { version: 'v2' }, HALF_AND_WAIT);
      await untilShare(stage, 'v2', 0.5);
      const leader = await leaderPod();
      expectThat((await killControllers((pod) => pod === leader)) === 1, `leader ${leader} was not found`);
      await stage.patchStatus({ pauseConditions: null });
      await stage.untilStatus('v2 is Healthy', HEALTHY);
      await untilOnly(stage, 'v2');
    },
  },
  {
    name: 'Prometheus stopped for less than the error limit: holds, never passes, goes on',
    id: 'outage',
    alone: true,
    async play(stage) {
      const strategy = routedCanary([{ setWeight: 25 }, { analysis: analysisOf('errors') }]);
      await stage.apply(analysisTemplate(stage.namespace, 'errors', PROMETHEUS_IN_CLUSTER));
      await begin(stage, strategy);
      await stopPrometheus();
      try {
        await change(stage, { version: 'v2' }, strategy);
        await stage.untilStatus(
          'the analysis runs',
          ({ canary }) => canary?.currentStepAnalysisRunStatus?.status === 'Running',
        );
        await new Promise((resolve) => setTimeout(resolve, 12_000));
        const { currentStepIndex, phase } = await stage.status();
        expectThat(
          currentStepIndex === 1 && phase !== 'Degraded',
          `it did not hold: step ${currentStepIndex}, ${phase}`,
        );
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
    async play(stage) {
      const strategy = routedCanary([{ setWeight: 25 }, { analysis: analysisOf('errors') }]);
      const template = analysisTemplate(stage.namespace, 'errors', PROMETHEUS_IN_CLUSTER, { consecutiveErrorLimit: 1 });
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
      await uninstallProduct();
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await untilShare(stage, 'v2', 0.5);
      await installProduct();
      await stage.patchStatus({ pauseConditions: null });
      await stage.untilStatus('v2 is Healthy', HEALTHY);
      await untilOnly(stage, 'v2');
    },
  },
];
