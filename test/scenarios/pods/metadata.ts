import { EPHEMERAL_METADATA } from '../../../src/api/names.ts';
import { abort, deed, image, patch, patchCanary, patchSpec, promote } from '../runner/deeds.ts';
import {
  abortedOn,
  count,
  event,
  healthyOn,
  phase,
  podsAtMost,
  readyPods,
  serves,
  sizes,
} from '../runner/expectations.ts';
import { blueGreen, canary, imageOf, pause, podTemplate, rollout, routedCanary, setWeight } from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, expectation, given, scenario, stays, thenSee, when } from '../runner/scenario.ts';
import { affinity, podAnnotations, podLabels } from '../runner/pod-expectations.ts';

const METADATA = {
  canaryMetadata: { labels: { role: 'canary' }, annotations: { 'team.example/note': 'a new version' } },
  stableMetadata: { labels: { role: 'stable' } },
};
const NOTE = 'team.example/note';
const REQUIRED = { antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } };

/** What a version's ReplicaSet remembers to have put on its pods. */
const remembers = (version: string, wanted: string | undefined) =>
  expectation(`${version} remembers ${wanted ?? 'nothing'}`, (world) => {
    const seen = world.replicaSet(version)?.metadata.annotations?.[EPHEMERAL_METADATA];
    return seen === wanted ? undefined : `it remembers ${seen ?? 'nothing'}`;
  });

const labelOnePod = deed('somebody labels a pod', async (hands) => {
  const [pod] = hands.world.pods();
  if (pod === undefined) throw new Error('there is no pod');
  await patch('Pod', pod.metadata.name, { metadata: { labels: { owner: 'somebody' } } }).act(hands);
});

const foreignLabelStays = expectation('the label of somebody is still there', (world) =>
  world.pods().some(({ metadata }) => metadata.labels?.['owner'] === 'somebody') ? undefined : 'it is gone',
);

/** What is put on live pods and into templates. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'the pods of a first deployment carry the stable metadata',
    given(rollout(routedCanary([setWeight(20), pause()], METADATA))),
    thenSee(podLabels('v1', { role: 'stable' }), podAnnotations('v1', { [NOTE]: null })),
  ),
  scenario(
    'canary pods carry canary metadata from their first moment, and stable metadata once they are promoted, without a restart',
    given(rollout(routedCanary([setWeight(40), pause()], METADATA))),
    always(readyPods({ least: 5 }), podsAtMost(10)),
    when(image('v2')),
    thenSee(phase('Paused'), podLabels('v2', { role: 'canary' }), podAnnotations('v2', { [NOTE]: 'a new version' })),
    thenSee(podLabels('v1', { role: 'stable' }), remembers('v2', JSON.stringify(METADATA.canaryMetadata))),
    when(promote()),
    thenSee(healthyOn('v2'), podLabels('v2', { role: 'stable' }), podAnnotations('v2', { [NOTE]: null })),
    thenSee(sizes({ v2: 5 }), remembers('v2', JSON.stringify(METADATA.stableMetadata)), remembers('v1', undefined)),
  ),
  scenario(
    'metadata that a running Rollout is given goes onto its live pods, and off again, and nobody else loses a label',
    given(rollout(canary([setWeight(20), pause()]))),
    always(readyPods({ least: 5 }), podsAtMost(5)),
    when(labelOnePod, patchCanary({ stableMetadata: { labels: { tier: 'gold' }, annotations: { [NOTE]: 'x' } } })),
    thenSee(podLabels('v1', { tier: 'gold', app: 'web' }), podAnnotations('v1', { [NOTE]: 'x' }), foreignLabelStays),
    when(patchCanary({ stableMetadata: { labels: { tier: null, grade: 'a' }, annotations: null } })),
    thenSee(podLabels('v1', { tier: null, grade: 'a' }), podAnnotations('v1', { [NOTE]: null }), foreignLabelStays),
    when(patchCanary({ stableMetadata: null })),
    thenSee(
      podLabels('v1', { grade: null, app: 'web' }),
      remembers('v1', undefined),
      foreignLabelStays,
      healthyOn('v1'),
    ),
  ),
  scenario(
    'an aborted canary keeps its metadata, and stable pods keep theirs',
    given(rollout(routedCanary([setWeight(40), pause()], { ...METADATA, abortScaleDownDelaySeconds: 0 }))),
    when(image('v2')),
    thenSee(phase('Paused'), podLabels('v2', { role: 'canary' })),
    when(abort()),
    thenSee(abortedOn('v1'), podLabels('v1', { role: 'stable' }), podLabels('v2', { role: 'canary' })),
  ),
  scenario(
    'a third version takes the canary metadata over from the second',
    given(rollout(canary([setWeight(40), pause()], METADATA))),
    when(image('v2')),
    thenSee(phase('Paused'), podLabels('v2', { role: 'canary' })),
    when(image('v3')),
    thenSee(phase('Paused'), podLabels('v3', { role: 'canary' }), podLabels('v1', { role: 'stable' })),
    thenSee(remembers('v2', undefined), sizes({ v1: 3, v3: 2 })),
  ),
  scenario(
    'blue-green pods change from preview to active metadata with the promotion',
    given(
      rollout(
        blueGreen({
          autoPromotionEnabled: false,
          previewMetadata: { labels: { role: 'preview' } },
          activeMetadata: { labels: { role: 'active' } },
        }),
      ),
    ),
    thenSee(podLabels('v1', { role: 'active' })),
    when(image('v2')),
    thenSee(
      phase('Paused', 'BlueGreenPause'),
      podLabels('v2', { role: 'preview' }),
      podLabels('v1', { role: 'active' }),
    ),
    when(promote()),
    thenSee(healthyOn('v2'), serves('web-active', 'v2'), podLabels('v2', { role: 'active' })),
  ),
  scenario(
    'going back to a ReplicaSet that carries injected metadata and anti-affinity makes no new revision (F-B7)',
    given(rollout(canary([setWeight(40), pause()], { ...METADATA, ...REQUIRED }))),
    when(image('v2')),
    thenSee(phase('Paused')),
    when(image('v1')),
    thenSee(healthyOn('v1'), count('ReplicaSet', 2), podLabels('v1', { role: 'stable' }), sizes({ v1: 5 })),
    when(image('v2')),
    thenSee(phase('Paused'), count('ReplicaSet', 2), podLabels('v2', { role: 'canary' })),
    when(image('v1')),
    thenSee(healthyOn('v1'), count('ReplicaSet', 2), event('SkipSteps')),
  ),
  scenario(
    'new pods keep off the nodes of the stable ones until they are promoted',
    given(rollout(routedCanary([setWeight(20), pause()], REQUIRED), { replicas: 2 })),
    thenSee(affinity('v1', 'none')),
    when(image('v2')),
    thenSee(
      phase('Paused'),
      expectation('v2 keeps off the pods of v1', (world) => {
        const stable = world.status()?.stableRS ?? '';
        const spec = world.replicaSet('v2')?.spec.template.spec;
        return JSON.stringify(spec).includes(`"values":["${stable}"]`) ? undefined : JSON.stringify(spec);
      }),
      affinity('v1', 'none'),
    ),
    when(promote()),
    thenSee(healthyOn('v2'), affinity('v2', 'none')),
  ),
  scenario(
    'an anti-affinity of the author stays beside ours and after it',
    given(
      rollout(blueGreen({ antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 50 } } }), {
        replicas: 1,
        template: withOwnAffinity('v1'),
      }),
    ),
    when(patchSpec({ template: withOwnAffinity('v2') })),
    thenSee(healthyOn('v2'), affinity('v2', ownAffinity())),
    stays(3, healthyOn('v2'), affinity('v2', ownAffinity()), count('ReplicaSet', 2)),
  ),
];

function ownAffinity(): Readonly<Record<string, unknown>> {
  const term = { labelSelector: { matchLabels: { app: 'database' } }, topologyKey: 'kubernetes.io/hostname' };
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, podAffinityTerm: term }],
    },
  };
}

function withOwnAffinity(version: string): Readonly<Record<string, unknown>> {
  const template = podTemplate(version) as Readonly<{ spec: Readonly<Record<string, unknown>> }>;
  const containers = [{ name: 'app', image: imageOf(version), env: [{ name: 'DRAIN_SECONDS', value: '0' }] }];
  return { ...template, spec: { ...template.spec, containers, affinity: ownAffinity() } };
}
