import { describe, expect, test } from 'vitest';
import { HASH_LABEL, WORKLOAD_FINALIZER, WORKLOAD_GENERATION } from '../../../src/api/names.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type {
  ObservedDeployment,
  ObservedRollout,
  ObservedWorkload,
} from '../../../src/plan/rollout/observed-rollout.ts';
import { seconds } from '../../../src/units/duration.ts';
import { add } from '../../../src/units/instant.ts';
import { brief } from '../model/judge.ts';
import { BEGIN, templateOf, type WorldWords, worldOf } from '../model/world.ts';

const BY = 'sluice.dev/scaled-down-by';
const FROM = 'sluice.dev/scaled-down-from';

type Options = Readonly<{
  kind?: string;
  scaleDown?: 'never' | 'onsuccess' | 'progressively';
  workload?: ObservedWorkload;
  deployment?: Partial<ObservedDeployment>;
  annotations?: Readonly<Record<string, string>>;
  finalizers?: readonly string[];
  group?: ObservedRollout['group'];
  words?: Partial<WorldWords>;
}>;

const settled = {
  observedGeneration: 1,
  currentPodHash: 'v1',
  stableRS: 'v1',
  currentStepHash: '5ffbfbbd64',
  phase: 'Healthy',
} as const;

function deploymentOf(more: Partial<ObservedDeployment> = {}): ObservedDeployment {
  return { name: 'shop', uid: 'deployment', specReplicas: 4, available: 4, annotations: {}, ...more };
}

function found(deployment: ObservedDeployment | undefined, version = 'v1'): ObservedWorkload {
  const selector = { matchLabels: { app: 'web' } };
  return { kind: 'Found', generation: 7, template: templateOf(version), selector, deployment };
}

/** A basic canary of 4 pods at rest, whose template stands in a Deployment. */
function world(options: Options = {}): ObservedRollout {
  const { kind = 'Deployment', scaleDown, words = {}, group = 'sluice.dev' } = options;
  const observed = worldOf({
    strategy: 'Basic',
    replicas: 4,
    version: 'v1',
    sets: { v1: { spec: 4, available: 4 } },
    status: settled,
    ...words,
  });
  const { template: _, selector: __, ...spec } = observed.rollout.spec;
  const apiVersion = kind === 'PodTemplate' ? 'v1' : 'apps/v1';
  const workloadRef = { apiVersion, kind, name: 'shop', ...(scaleDown === undefined ? {} : { scaleDown }) };
  const deployment = deploymentOf(options.deployment);
  const marked = deployment.annotations[BY] === 'web';
  const { metadata } = observed.rollout;
  const annotations = options.annotations ?? { [WORKLOAD_GENERATION]: '7' };
  const finalizers =
    options.finalizers ?? (scaleDown === undefined || scaleDown === 'never' ? [] : [WORKLOAD_FINALIZER]);
  return {
    ...observed,
    group,
    rollout: {
      ...observed.rollout,
      metadata: { ...metadata, annotations, finalizers },
      spec: { ...spec, workloadRef },
    },
    workload: options.workload ?? found(kind === 'Deployment' ? deployment : undefined),
    ...(marked ? { scaledDown: [deployment] } : {}),
  };
}

function deeds(observed: ObservedRollout): readonly string[] {
  const plan = planRollout(observed, BEGIN);
  expect(breaches(observed, plan)).toEqual([]);
  return plan.actions.filter((action) => !('because' in action && action.because === '')).map(brief);
}

const invalid = (observed: ObservedRollout): string | undefined =>
  planRollout(observed, BEGIN).status.conditions?.find(({ type }) => type === 'InvalidSpec')?.message;

describe('the template of a workloadRef', () => {
  test('is read from the object at every look, and the revision is found by it', () => {
    const plan = planRollout(world(), BEGIN);
    expect(plan.status).toMatchObject({ currentPodHash: 'v1', workloadObservedGeneration: '7', selector: 'app=web' });
    expect(plan.status.conditions?.some(({ type }) => type === 'InvalidSpec')).toBe(false);
  });

  test('makes a new revision when it changes there, though the Rollout has the same generation', () => {
    const changed = world({ workload: found(deploymentOf(), 'v2') });
    const asks = planRollout(changed, BEGIN);
    expect(asks.actions).toMatchObject([
      { kind: 'AskTemplate', manifest: { spec: { template: { spec: templateOf('v2').spec } } } },
    ]);
    expect(asks.status.workloadObservedGeneration).toBeUndefined();
    const [ask] = asks.actions;
    const generation = ask?.kind === 'AskTemplate' ? ask.generation : 0;
    const template = templateOf('v2');
    const plan = planRollout({ ...changed, templateAnswer: { generation, accepted: true, template } }, BEGIN);
    expect(plan.actions).toMatchObject([
      { kind: 'CreateReplicaSet', manifest: { spec: { selector: { matchLabels: { app: 'web' } } } } },
    ]);
    expect(plan.status.workloadObservedGeneration).toBe('7');
  });

  test('is waited for while its kind is read for the first time', () => {
    const plan = planRollout(world({ workload: { kind: 'Unread' } }), BEGIN);
    expect(plan.actions).toEqual([]);
    expect(plan.status).toEqual(settled);
  });

  test('may stand in a ReplicaSet or a PodTemplate', () => {
    expect(planRollout(world({ kind: 'ReplicaSet' }), BEGIN).status.currentPodHash).toBe('v1');
    const podTemplate = world({
      kind: 'PodTemplate',
      workload: { ...(found(undefined) as object), selector: undefined } as ObservedWorkload,
    });
    expect(invalid(podTemplate)).toBe(
      'The Rollout "web" is invalid: spec.selector: Required value: say by labels which pods are those of the Rollout',
    );
  });

  test('that is missing is InvalidSpec, and the pods stay', () => {
    const missing = world({ workload: { kind: 'Missing' } });
    expect(invalid(missing)).toBe(
      'The Rollout "web" is invalid: spec.workloadRef.name: Invalid value: "shop": Deployment "shop" does not exist; create it, or name one that exists',
    );
    expect(deeds(missing)).toEqual([]);
  });

  test('must have the labels that a selector of the Rollout asks for', () => {
    const observed = world();
    const selector = { matchLabels: { app: 'api' } };
    const odd = { ...observed, rollout: { ...observed.rollout, spec: { ...observed.rollout.spec, selector } } };
    expect(invalid(odd)).toContain(
      'spec.selector: Invalid value: {"matchLabels":{"app":"api"}}: does not match the pod labels of Deployment "shop"; correct one of them',
    );
  });
});

describe('the marks on the Rollout', () => {
  test('the generation of the object is noted before anything else', () => {
    const plan = planRollout(world({ annotations: {} }), BEGIN);
    expect(plan.actions).toMatchObject([{ kind: 'ChangeRollout', annotations: { [WORKLOAD_GENERATION]: '7' } }]);
    expect(plan.status).toEqual(settled);
  });

  test('a refused note holds nothing up', () => {
    const refusals = [{ action: 'ChangeRollout', object: 'web', message: 'no', generation: 1 }];
    expect(planRollout({ ...world({ annotations: {} }), refusals }, BEGIN).status.workloadObservedGeneration).toBe('7');
  });

  test('the finalizer comes with scaleDown, and only in our own group', () => {
    const asked = world({ scaleDown: 'onsuccess', finalizers: ['other'] });
    expect(planRollout(asked, BEGIN).actions).toMatchObject([{ finalizers: ['other', WORKLOAD_FINALIZER] }]);
    expect(deeds(world({ scaleDown: 'onsuccess', finalizers: [], group: 'argoproj.io' }))).toEqual([
      'Deployment shop: 4 → 0 (ScaleDown)',
    ]);
    expect(deeds(world({ scaleDown: 'never' }))).toEqual([]);
  });

  test('the note goes with the workloadRef, and the finalizer once the Deployment is whole', () => {
    const { workload: _, ...inline } = world({ finalizers: [WORKLOAD_FINALIZER] });
    const { workloadRef: __, ...spec } = inline.rollout.spec;
    const own = { ...spec, template: templateOf('v1'), selector: { matchLabels: { app: 'web' } } };
    const plan = planRollout({ ...inline, rollout: { ...inline.rollout, spec: own } }, BEGIN);
    expect(plan.actions).toMatchObject([{ annotations: { [WORKLOAD_GENERATION]: null }, finalizers: [] }]);
  });
});

describe('scaleDown', () => {
  const ready = (available: number, phase: 'Healthy' | 'Progressing' = 'Progressing') => ({
    sets: { v1: { spec: 4, available } },
    status: { ...settled, phase },
  });

  test.each<readonly [string, Options, string | undefined]>([
    ['never: the Deployment keeps its pods', { scaleDown: 'never' }, undefined],
    ['onsuccess: all at once when Healthy', { scaleDown: 'onsuccess' }, '4 → 0'],
    ['onsuccess: none before', { scaleDown: 'onsuccess', words: ready(3) }, undefined],
    ['progressively: n less ready pods', { scaleDown: 'progressively', words: ready(1) }, '4 → 3'],
    ['progressively: none while none is ready', { scaleDown: 'progressively', words: ready(0) }, undefined],
    ['progressively: 0 when Healthy', { scaleDown: 'progressively', deployment: { specReplicas: 1 } }, '1 → 0'],
    [
      'never larger by itself',
      { scaleDown: 'progressively', words: ready(1), deployment: { specReplicas: 2 } },
      undefined,
    ],
    ['again when somebody scales it up', { scaleDown: 'onsuccess', deployment: { specReplicas: 6 } }, '6 → 0'],
    ['not for a Rollout of 0 replicas', { scaleDown: 'onsuccess', words: { replicas: 0, sets: {} } }, undefined],
    ['not while paused', { scaleDown: 'onsuccess', words: { spec: { paused: true } } }, undefined],
  ])('%s', (_, options, expected) => {
    const wanted = expected === undefined ? [] : [`Deployment shop: ${expected} (ScaleDown)`];
    expect(deeds(world(options)).filter((deed) => deed.startsWith('Deployment'))).toEqual(wanted);
  });

  test('keeps the size found in an annotation, and the first one only', () => {
    expect(planRollout(world({ scaleDown: 'onsuccess' }), BEGIN).actions).toContainEqual(
      expect.objectContaining({ annotations: { [BY]: 'web', [FROM]: '4' } }),
    );
    const again = world({
      scaleDown: 'onsuccess',
      deployment: { specReplicas: 1, annotations: { [BY]: 'web', [FROM]: '4' } },
    });
    expect(planRollout(again, BEGIN).actions).toContainEqual(expect.objectContaining({ replicas: 0, annotations: {} }));
  });

  test('that is taken back gives the Deployment its size back', () => {
    const marks = { annotations: { [BY]: 'web', [FROM]: '4' }, specReplicas: 0, available: 0 };
    const undone = world({ scaleDown: 'never', finalizers: [WORKLOAD_FINALIZER], deployment: marks });
    expect(planRollout(undone, BEGIN).actions).toContainEqual(
      expect.objectContaining({ kind: 'ScaleDeployment', replicas: 4, annotations: { [BY]: null, [FROM]: null } }),
    );
  });
});

describe('a Rollout that is deleted', () => {
  const marks = { [BY]: 'web', [FROM]: '4' };
  const service = {
    name: 'shop',
    exists: true,
    uid: 'service',
    resourceVersion: '1',
    selector: { app: 'web', [HASH_LABEL]: 'v1' },
    managedBy: 'web',
    readyEndpoints: { v1: 4 },
  };

  function leaving(
    deployment: Partial<ObservedDeployment>,
    services: ObservedRollout['leftServices'] = [],
  ): ObservedRollout {
    const observed = world({ scaleDown: 'onsuccess', deployment: { annotations: marks, ...deployment } });
    const { metadata } = observed.rollout;
    const deleted = { ...metadata, deletionTimestamp: '2026-11-24T10:00:00Z' };
    return { ...observed, rollout: { ...observed.rollout, metadata: deleted }, leftServices: services };
  }

  test.each<readonly [string, ObservedRollout, readonly string[]]>([
    [
      'first the Deployment gets its size back',
      leaving({ specReplicas: 0, available: 0 }, [service]),
      ['Deployment shop: 0 → 4 (GivenBack)'],
    ],
    ['then its pods are waited for', leaving({ available: 3 }, [service]), []],
    ['then the Services select them too', leaving({}, [service]), ['ReleaseService shop']],
    ['then their endpoints are waited for', leaving({}, [{ ...service, selector: { app: 'web' } }]), []],
    [
      'then the Services are given back',
      leaving({}, [{ ...service, selector: { app: 'web' }, readyEndpoints: { v1: 4, '': 4 } }]),
      ['ReleaseService shop'],
    ],
    ['then the marks go', leaving({}), ['Deployment shop: 4 → 4 (GivenBack)']],
    ['and at last the finalizer', leaving({ annotations: {} }), ['ChangeRollout web']],
  ])('%s', (_, observed, expected) => {
    expect(deeds(observed)).toEqual(expected);
  });

  test('waits for pods that never come no longer than progressDeadlineSeconds', () => {
    const stuck = leaving({ available: 0 }, [service]);
    expect(planRollout(stuck, BEGIN).requeueAt).toBe(add(BEGIN, seconds(600)));
    const late = planRollout(stuck, add(BEGIN, seconds(600)));
    expect(late.actions.map(brief)).toEqual(['Deployment shop: 4 → 4 (GivenBack)']);
  });
});

test('a Deployment that shrinks without ready pods, a note of its size or a finalizer is refused', () => {
  const observed = world({ scaleDown: 'onsuccess', words: { sets: { v1: { spec: 4, available: 1 } } } });
  const plan = planRollout(observed, BEGIN);
  const action = {
    kind: 'ScaleDeployment',
    name: 'shop',
    uid: 'deployment',
    seenReplicas: 4,
    replicas: 0,
    annotations: {},
    because: '',
  } as const;
  const bare = {
    ...observed,
    rollout: { ...observed.rollout, metadata: { ...observed.rollout.metadata, finalizers: [] } },
  };
  const broken = breaches(bare, { ...plan, actions: [action] }).map(({ rule, message }) => `${rule}: ${message}`);
  expect(broken).toEqual([
    'S6: Deployment shop shrinks to 0 beside 1 ready pods',
    'S6: Deployment shop shrinks without a note of its size',
    'S6: Deployment shop shrinks, and a deletion would not give it back',
  ]);
});
