import { kubectl } from '../kubectl.ts';
import { begin, change, untilOnly } from './canary.ts';
import { routedCanary } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

type Listed = Readonly<{ items: readonly Readonly<{ metadata: Readonly<{ name: string }> }>[] }>;

/** The names of the objects of a kind in the scenario's namespace. */
async function namesOf(stage: Stage, plural: string): Promise<readonly string[]> {
  const { items } = JSON.parse(await kubectl(['get', plural, '-n', stage.namespace, '-o', 'json'])) as Listed;
  return items.map(({ metadata }) => metadata.name);
}

/** Experiments, from the making of all that they need to the removal of the last of it. */
export const experimentScenarios: readonly Scenario[] = [
  {
    // Without weight: a proxy that has never heard of a backend may learn of its share before it learns of its pods.
    name: 'experiment with a Service in a canary, promoted past it',
    id: 'experiment',
    async play(stage) {
      const templates = [{ name: 'trial', specRef: 'canary', service: {} }];
      const strategy = routedCanary([
        { setWeight: 20 },
        { experiment: { templates, scaleDownDelaySeconds: 2 } },
        { pause: {} },
      ]);
      // Nothing finished is kept, so that its end is seen too.
      const more = { analysis: { successfulRunHistoryLimit: 0, unsuccessfulRunHistoryLimit: 0 } };
      await begin(stage, strategy, 4, more);
      await change(stage, { version: 'v2' }, strategy, 4, more);
      await stage.until(
        'the experiment has its Service',
        async () => {
          const [experiment = ''] = await namesOf(stage, 'experiments.sluice.dev');
          return experiment !== '' && (await namesOf(stage, 'services')).includes(`${experiment}-trial`);
        },
        60,
      );
      const [experiment = ''] = await namesOf(stage, 'experiments.sluice.dev');
      await stage.patchStatus({ pauseConditions: null, currentStepIndex: 2 });
      await stage.until(
        'its Service and then the experiment are gone',
        async () => {
          const services = await namesOf(stage, 'services');
          const experiments = await namesOf(stage, 'experiments.sluice.dev');
          return !services.includes(`${experiment}-trial`) && experiments.length === 0;
        },
        60,
      );
      await stage.patchStatus({ pauseConditions: null });
      await stage.untilStatus('v2 is Healthy', (status) => status.phase === 'Healthy');
      await untilOnly(stage, 'v2');
    },
  },
];
