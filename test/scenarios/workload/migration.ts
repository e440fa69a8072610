import type { KubeObject } from '../../../src/kube/resource.ts';
import { jsonPatch, patchSpec, patch, promote, remove, apply, abort } from '../runner/deeds.ts';
import { event, gone, healthyOn, object, phase, readyPods, sizes, status } from '../runner/expectations.ts';
import { blueGreen, canary, imageOf, pause, podTemplate, rollout, service, setWeight } from '../runner/objects.ts';
import type { Deed, Expectation, Scenario } from '../runner/scenario.ts';
import { always, expectation, given, onlyIn, scenario, stays, thenSee, when } from '../runner/scenario.ts';

type Spec = Readonly<Record<string, unknown>>;

/** The Deployment of an application that has run without us so far. */
function deployment(replicas = 3): KubeObject {
  const made = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: podTemplate('v1') },
  };
  return made;
}

function podTemplateObject(): KubeObject {
  const made = { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'shop' }, template: podTemplate('v1') };
  return made;
}

/** A Rollout of 3 replicas whose template stands elsewhere. */
function referring(strategy: Spec, scaleDown?: string, ref: Spec = {}, more: Spec = {}): KubeObject {
  const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop', ...ref };
  const { template: _, selector: __, ...spec } = (rollout(strategy) as unknown as Readonly<{ spec: Spec }>).spec;
  const made = {
    ...rollout(strategy),
    spec: {
      ...spec,
      replicas: 3,
      workloadRef: { ...workloadRef, ...(scaleDown === undefined ? {} : { scaleDown }) },
      ...more,
    },
  };
  return made;
}

/** Another image in the object that holds the template. */
function imageIn(kind: string, version: string): Deed {
  const path = `${kind === 'PodTemplate' ? '' : '/spec'}/template/spec/containers/0/image`;
  return jsonPatch(kind, 'shop', [{ op: 'replace', path, value: imageOf(version) }]);
}

const size = (replicas: number): Expectation => object('Deployment', 'shop', { spec: { replicas } });
const enough = always(readyPods({ least: 3 }));

/** Health checks compare the two. */
const generationsAgree = expectation('the generation of the workload was acted on', (world) => {
  const seen = world.get('Rollout', 'web');
  const noted = seen?.metadata.annotations?.['rollout.argoproj.io/workload-generation'];
  const acted = (seen as Readonly<{ status?: Spec }> | undefined)?.status?.['workloadObservedGeneration'];
  const now = String(world.get('Deployment', 'shop')?.metadata.generation);
  return noted === now && acted === now ? undefined : `it is ${now}, noted ${noted}, acted on ${String(acted)}`;
});

const takesTemplate: readonly Scenario[] = [
  scenario(
    'a Rollout takes its template and selector from a Deployment, and keeps neither',
    given(deployment(), referring(canary([]))),
    thenSee(healthyOn('v1'), generationsAgree, status({ selector: 'app=web' })),
    stays(5, size(3)),
    thenSee(
      expectation('spec holds neither', (world) => {
        const { template, selector } = (world.get('Rollout', 'web') as unknown as Readonly<{ spec: Spec }>).spec;
        return template === undefined && selector === undefined ? undefined : JSON.stringify({ template, selector });
      }),
    ),
  ),
  scenario(
    'a new image in the Deployment is a new revision, with its steps',
    given(deployment(), referring(canary([setWeight(34), pause()]), 'onsuccess')),
    thenSee(size(0), healthyOn('v1'), generationsAgree),
    enough,
    when(imageIn('Deployment', 'v2')),
    thenSee(phase('Paused'), sizes({ v1: 2, v2: 1 }), generationsAgree),
    when(promote()),
    thenSee(healthyOn('v2'), size(0)),
  ),
  scenario(
    'a new image in a PodTemplate is a new revision',
    given(
      podTemplateObject(),
      referring(
        canary([]),
        undefined,
        { apiVersion: 'v1', kind: 'PodTemplate' },
        { selector: { matchLabels: { app: 'web' } } },
      ),
    ),
    when(imageIn('PodTemplate', 'v2')),
    thenSee(healthyOn('v2')),
  ),
  scenario(
    'an aborted version of a Deployment leaves the Deployment at 0 and the Rollout on the stable one',
    given(deployment(), referring(canary([setWeight(34), pause()]), 'onsuccess')),
    thenSee(size(0)),
    when(imageIn('Deployment', 'v2')),
    thenSee(phase('Paused')),
    enough,
    when(abort()),
    thenSee(phase('Degraded'), sizes({ v1: 3, v2: 0 })),
    stays(5, size(0)),
  ),
];

const missing: readonly Scenario[] = [
  scenario(
    'a workloadRef to nothing is InvalidSpec, and heals when the object comes',
    when(apply(referring(canary([])))),
    thenSee(phase('Degraded', /spec\.workloadRef\.name: .*Deployment "shop" does not exist/)),
    when(apply(deployment())),
    thenSee(healthyOn('v1')),
  ),
  scenario(
    'a Deployment that is deleted leaves the pods of the Rollout as they are',
    given(deployment(), referring(canary([]), 'onsuccess')),
    thenSee(size(0)),
    enough,
    when(remove('Deployment', 'shop')),
    thenSee(phase('Degraded', /Deployment "shop" does not exist/)),
    stays(5, sizes({ v1: 3 })),
  ),
];

const scalesDown: readonly Scenario[] = [
  scenario(
    'scaleDown never leaves the Deployment alone',
    given(deployment(), referring(canary([]), 'never')),
    stays(5, size(3)),
  ),
  scenario(
    'scaleDown onsuccess takes all pods of the Deployment once the Rollout is Healthy',
    given(service('shop'), deployment()),
    thenSee(readyPods({ least: 3 })),
    enough,
    when(apply(referring(canary([]), 'onsuccess'))),
    thenSee(healthyOn('v1'), size(0), event('ScalingDeployment', 'Scaled down Deployment shop from 3 to 0')),
  ),
  scenario(
    'scaleDown progressively takes pods of the Deployment as ours become ready',
    given(service('shop'), deployment()),
    thenSee(readyPods({ least: 3 })),
    enough,
    when(apply(referring(canary([]), 'progressively'))),
    thenSee(healthyOn('v1'), size(0)),
  ),
  scenario(
    'scaleDown is done again when somebody scales the Deployment up',
    given(deployment(), referring(canary([]), 'onsuccess')),
    thenSee(size(0)),
    when(patch('Deployment', 'shop', { spec: { replicas: 4 } })),
    thenSee(size(0)),
  ),
  scenario(
    'blue-green takes the pods of a Deployment over behind its active Service',
    given(service('web-active'), service('web-preview'), deployment()),
    thenSee(readyPods({ least: 3 })),
    enough,
    when(apply(referring(blueGreen(), 'progressively', {}, { minReadySeconds: 0 }))),
    thenSee(healthyOn('v1'), size(0)),
  ),
];

const givesBack: readonly Scenario[] = [
  scenario(
    'a migration that is undone gives the Deployment its size back',
    given(deployment(5), referring(canary([]), 'onsuccess')),
    thenSee(size(0)),
    enough,
    when(patchSpec({ workloadRef: { scaleDown: 'never' } })),
    thenSee(size(5), event('ScalingDeployment', 'from 0 to 5')),
    stays(5, size(5), sizes({ v1: 3 })),
  ),
  // Finalizers stand in our own group only (rulings 9).
  onlyIn(
    'sluice.dev',
    scenario(
      'deleting a Rollout gives the Deployment its pods back before its own go',
      given(deployment(4), referring(blueGreen(), 'onsuccess')),
      thenSee(size(0)),
      enough,
      when(remove('Rollout', 'web')),
      thenSee(gone('Rollout', 'web'), size(4)),
      thenSee(
        object('Deployment', 'shop', { status: { availableReplicas: 4 } }),
        expectation('the active Service has a ready endpoint for each pod of the Deployment', (world) => {
          const selector = (world.get('Service', 'web-active') as Readonly<{ spec?: { selector?: Spec } }> | undefined)
            ?.spec?.selector;
          return JSON.stringify(selector) === JSON.stringify({ app: 'web' }) ? undefined : JSON.stringify(selector);
        }),
      ),
      thenSee(size(4), readyPods({ least: 4, most: 4 })),
    ),
  ),
  onlyIn(
    'sluice.dev',
    scenario(
      'deleting a Rollout in mid-update gives the Deployment its pods back',
      given(deployment(), referring(canary([setWeight(34), pause()]), 'progressively')),
      thenSee(size(0)),
      when(imageIn('Deployment', 'v2')),
      thenSee(phase('Paused')),
      enough,
      when(remove('Rollout', 'web')),
      thenSee(gone('Rollout', 'web'), size(3)),
      stays(3, readyPods({ least: 3 })),
    ),
  ),
];

/** Moving an application from a Deployment, and back. */
export const scenarios: readonly Scenario[] = [...takesTemplate, ...missing, ...scalesDown, ...givesBack];
