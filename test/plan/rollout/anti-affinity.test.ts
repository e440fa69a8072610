import { expect, test } from 'vitest';
import { withAntiAffinity, withoutInjected } from '../../../src/api/injected-template.ts';
import { EPHEMERAL_METADATA, HASH_LABEL, REVISION } from '../../../src/api/names.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { identifyRevision } from '../../../src/plan/rollout/revision.ts';
import { BEGIN, type StrategyName, templateOf, worldOf } from '../model/world.ts';
import { withSet } from './pods.ts';

const STEPS = [{ setWeight: 50 }, { pause: {} }];
const REQUIRED = { antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } };
const PREFERRED = { antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 30 } } };
const OWN = {
  nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] },
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'kubernetes.io/hostname' },
    ],
  },
};
const TERM = {
  labelSelector: { matchExpressions: [{ key: HASH_LABEL, operator: 'In', values: ['v1'] }] },
  namespaces: ['shop'],
  topologyKey: 'kubernetes.io/hostname',
};
const template = (version: string, affinity: unknown) => {
  const plain = templateOf(version);
  return { ...plain, spec: { ...plain.spec, affinity } };
};

/** v1 is stable; the spec asks for v2 with the author's own affinity, which no ReplicaSet has yet. */
function asked(strategy: StrategyName, options: object): ObservedRollout {
  const own = template('v2', OWN);
  const world = worldOf({
    strategy,
    replicas: 1,
    version: 'v2',
    options: { ...options },
    spec: { template: own },
    sets: { v1: { spec: 1, available: 1 } },
    status: { observedGeneration: 1, currentPodHash: 'v1', stableRS: 'v1' },
  });
  return { ...world, templateAnswer: { generation: 1, accepted: true, template: own } };
}

const createdAffinity = (world: ObservedRollout): unknown => {
  const create = planRollout(world, BEGIN).actions.find(({ kind }) => kind === 'CreateReplicaSet');
  if (create?.kind !== 'CreateReplicaSet') throw new Error('no ReplicaSet is made');
  return (create.manifest.spec['template'] as ReturnType<typeof template>).spec.affinity;
};

for (const strategy of ['Basic', 'Routed', 'BlueGreen'] as const) {
  test(`new pods keep off the nodes of the stable revision, beside what their author wrote (${strategy})`, () => {
    const [own] = OWN.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    expect(createdAffinity(asked(strategy, REQUIRED))).toEqual({
      ...OWN,
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [own, TERM] },
    });
    expect(createdAffinity(asked(strategy, PREFERRED))).toEqual({
      ...OWN,
      podAntiAffinity: {
        ...OWN.podAntiAffinity,
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 30, podAffinityTerm: TERM }],
      },
    });
    expect(createdAffinity(asked(strategy, {}))).toEqual(OWN);
  });
}

test('the first revision keeps off nobody', () => {
  const world = worldOf({ strategy: 'BlueGreen', replicas: 1, version: 'v1', options: REQUIRED });
  const answered = { ...world, templateAnswer: { generation: 1, accepted: true, template: templateOf('v1') } as const };
  expect(createdAffinity(answered)).toBeUndefined();
});

/** v2 is being rolled out with the injected term in its template. */
function updating(options: object, stableRS: string, values = 'v1'): ObservedRollout {
  const injected = withAntiAffinity(OWN, { kind: 'Required' }, values, 'shop');
  const world = worldOf({
    strategy: 'Basic',
    replicas: 2,
    version: 'v2',
    options: { ...options },
    steps: STEPS,
    sets: { v1: { spec: 1, available: 1 }, v2: { spec: 1, available: 1, revision: 2 } },
    status: {
      observedGeneration: 1,
      currentPodHash: 'v2',
      stableRS,
      currentStepIndex: stableRS === 'v1' ? 1 : 2,
      currentStepHash: stepHash(STEPS),
    },
  });
  return withSet(world, 'v2', { template: template('v2', injected) });
}

const affinityWritten = (world: ObservedRollout, version: string): unknown => {
  const steps = planRollout(world, BEGIN).status;
  const settled = { ...world, rollout: { ...world.rollout, status: steps } };
  const change = planRollout(settled, BEGIN).actions.find(
    (action) => action.kind === 'ChangeReplicaSet' && action.name === `web-${version}`,
  );
  return change?.kind === 'ChangeReplicaSet' ? change.template?.affinity : undefined;
};

test('the term is left in place while the update runs, and goes with the promotion or when nobody wants it any more', () => {
  expect(affinityWritten(updating(REQUIRED, 'v1'), 'v2')).toBeUndefined();
  expect(affinityWritten(updating(REQUIRED, 'v2'), 'v2')).toEqual({
    podAntiAffinity: OWN.podAntiAffinity,
    nodeAffinity: OWN.nodeAffinity,
  });
  expect(affinityWritten(updating({}, 'v1'), 'v2')).toEqual({
    podAntiAffinity: OWN.podAntiAffinity,
    nodeAffinity: OWN.nodeAffinity,
  });
});

test('a term against a revision that is stable no more names the stable one', () => {
  expect(affinityWritten(updating(REQUIRED, 'v1', 'v0'), 'v2')).toMatchObject({
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{}, TERM] },
  });
});

/** The server's answer holds the bare template of v2; a ReplicaSet of another controller holds it with additions. */
function adopted(
  found: unknown,
  annotations: Record<string, string> = {},
  group: ObservedRollout['group'] = 'argoproj.io',
) {
  const world = worldOf({ strategy: 'Basic', replicas: 1, version: 'v2', sets: { old: { spec: 1, available: 1 } } });
  const answered = {
    ...world,
    group,
    templateAnswer: { generation: 1, accepted: true, template: templateOf('v2') } as const,
  };
  return identifyRevision(
    withSet(answered, 'old', { template: found, annotations: { [REVISION]: '1', ...annotations } }),
  );
}

const bare = templateOf('v2');
const ephemeral = { [EPHEMERAL_METADATA]: '{"labels":{"role":"stable"},"annotations":{"note":"x"}}' };
const carrying = {
  ...bare,
  metadata: {
    creationTimestamp: null,
    labels: { app: 'web', [HASH_LABEL]: 'old', role: 'stable' },
    annotations: { note: 'x' },
  },
};
for (const [sentence, found, annotations] of [
  ['the hash label', { ...bare, metadata: { labels: { app: 'web', [HASH_LABEL]: 'old' } } }, {}],
  ['injected labels and annotations', carrying, ephemeral],
  ['an injected anti-affinity', template('v2', withAntiAffinity(undefined, { kind: 'Required' }, 'v1', 'shop')), {}],
  [
    "Argo's form of it, which names no namespace",
    template('v2', {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: TERM.labelSelector, topologyKey: TERM.topologyKey },
        ],
      },
    }),
    {},
  ],
  ['the deprecated second name of the service account', { ...bare, spec: { ...bare.spec, serviceAccount: 'web' } }, {}],
] as const) {
  for (const group of ['argoproj.io', 'sluice.dev'] as const) {
    test(`a ReplicaSet whose template differs by ${sentence} alone is the revision (${group})`, () => {
      expect(adopted(found, annotations, group)).toMatchObject({ kind: 'Known', replicaSet: { hash: 'old' } });
    });
  }
}

for (const [sentence, found] of [
  ['a label that nobody injected', { ...bare, metadata: { labels: { app: 'web', role: 'stable' } } }],
  ['an affinity of its author', template('v2', OWN)],
  ['a service account', { ...bare, spec: { ...bare.spec, serviceAccountName: 'web' } }],
] as const) {
  test(`a ReplicaSet whose template differs by ${sentence} is another revision`, () => {
    expect(adopted(found)).toMatchObject({ kind: 'New' });
  });
}

test('undo to a ReplicaSet with injected metadata and anti-affinity makes no new revision (F-B7)', () => {
  const found = {
    ...carrying,
    spec: { ...bare.spec, affinity: withAntiAffinity(undefined, { kind: 'Preferred', weight: 1 }, 'v1', 'shop') },
  };
  const undone = withoutInjected(found, ephemeral);
  expect(undone).toEqual({ ...bare, metadata: { creationTimestamp: null, labels: { app: 'web' } } });
  const world = worldOf({ strategy: 'Basic', replicas: 1, version: 'v2', sets: { old: { spec: 1, available: 1 } } });
  const answered = {
    ...world,
    rollout: { ...world.rollout, spec: { ...world.rollout.spec, template: undone } },
    templateAnswer: { generation: 1, accepted: true, template: undone } as const,
  };
  const identity = identifyRevision(
    withSet(answered, 'old', { template: found, annotations: { [REVISION]: '1', ...ephemeral } }),
  );
  expect(identity).toMatchObject({ kind: 'Known', replicaSet: { hash: 'old' } });
});
