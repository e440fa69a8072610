import type { Manifest } from '../kubectl.ts';
import { kubectl } from '../kubectl.ts';
import { untilOnly } from './canary.ts';
import { APP, podTemplate, rollout, route, routedCanary, service } from './manifests.ts';
import type { Scenario } from './scenario.ts';

const V1 = { version: 'v1' } as const;
const STRATEGY = routedCanary([{ setWeight: 50 }, { pause: { duration: '2s' } }]);
const selector = { matchLabels: { app: APP } };

/** A Rollout whose template stands in another object. */
function referring(namespace: string, name: string, replicas: number, workloadRef: object, strategy: object): Manifest {
  const made = rollout(namespace, { replicas, version: V1, strategy });
  const { template: _, ...spec } = made['spec'] as Readonly<Record<string, unknown>>;
  return { ...made, metadata: { name, namespace }, spec: { ...spec, workloadRef } };
}

/** An application that ran without us. */
export const workloadScenarios: readonly Scenario[] = [
  {
    name: 'a Rollout takes the template and the pods of a Deployment under load',
    id: 'workload',
    async play(stage) {
      const { namespace, host } = stage;
      const template = podTemplate(V1);
      const spec = { replicas: 3, selector, template };
      const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: APP, scaleDown: 'onsuccess' };
      const aside = { apiVersion: 'v1', kind: 'PodTemplate', name: 'aside' };
      const objects: readonly Manifest[] = [
        service(namespace, `${APP}-stable`),
        service(namespace, `${APP}-canary`),
        route(namespace, host, [`${APP}-stable`, `${APP}-canary`]),
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: APP, namespace }, spec },
        { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'aside', namespace }, template },
        // Without pods of its own: the template of this kind is read, and nothing else.
        referring(namespace, 'aside', 0, aside, { canary: {} }),
      ];
      await stage.apply(...objects);
      await stage.startLoad();
      await stage.apply(referring(namespace, APP, 3, ref, STRATEGY));
      await stage.untilStatus('v1 is Healthy', ({ phase }) => phase === 'Healthy');
      const size = ['get', 'deployment', APP, '-n', namespace, '-o', 'jsonpath={.spec.replicas}'];
      await stage.until('the Deployment has no pods left', async () => (await kubectl(size)).trim() === '0');
      await untilOnly(stage, 'v1');
    },
  },
];
