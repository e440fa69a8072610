import { expect, test } from 'vitest';
import { EPHEMERAL_METADATA, HASH_LABEL, SCALE_DOWN_DEADLINE } from '../../src/api/names.ts';
import { instant } from '../../src/units/instant.ts';
import { parseImages, setImage } from '../../src/verbs/set-image.ts';
import { undo } from '../../src/verbs/undo.ts';
import type { Seen, SeenReplicaSet } from '../../src/verbs/seen.ts';
import { replicaSet, seen, stand, template, underWay } from './stand.ts';

const now = instant(Date.UTC(2026, 0, 1, 1));
const back = (at: Seen, toRevision?: number) => undo(at, { toRevision, now });
const promoted = { ...underWay, stableRS: 'v2', currentStepIndex: 4 };
const three = [replicaSet('v1', 1), replicaSet('v2', 2), replicaSet('v3', 3)];

function saysOf(decision: ReturnType<typeof undo>): string {
  return decision.kind === 'Write' ? decision.says : JSON.stringify(decision);
}

test('undo writes the template of the revision before the newest, without its hash', () => {
  const { look, carryOut } = stand(promoted);
  expect(carryOut(back(look()))).toEqual([200]);
  expect(look().rollout.spec.template).toEqual(template('v1'));
});

test('undo does nothing when the spec was changed since it was seen', () => {
  const { look, carryOut, merge } = stand(promoted);
  const late = back(look());
  merge({ spec: { template: template('v3') } });
  expect(carryOut(late)).toEqual([422]);
  expect(look().rollout.spec.template).toEqual(template('v3'));
});

test('undo leaves out what a controller put into the template', () => {
  const own = { labelSelector: { matchExpressions: [{ key: HASH_LABEL, operator: 'In', values: ['v0'] }] } };
  const theirs = { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'kubernetes.io/hostname' };
  const injected: SeenReplicaSet = {
    ...replicaSet('v1', 1),
    metadata: {
      ...replicaSet('v1', 1).metadata,
      annotations: {
        'rollout.argoproj.io/revision': '1',
        [EPHEMERAL_METADATA]: JSON.stringify({ labels: { role: 'canary' }, annotations: { note: 'x' } }),
      },
    },
    spec: {
      template: {
        metadata: {
          labels: { app: 'web', role: 'canary', [HASH_LABEL]: 'v1' },
          annotations: { note: 'x', kept: 'y' },
          creationTimestamp: null,
        },
        spec: {
          containers: [],
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [own],
              preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 1, podAffinityTerm: own },
                { weight: 2, podAffinityTerm: theirs },
              ],
            },
          },
        },
      },
    },
  };
  const decision = back(seen(promoted, {}, { replicaSets: [injected, replicaSet('v2', 2)] }));
  expect(decision.kind === 'Write' && decision.writes[0]?.operations.at(-1)).toEqual({
    op: 'replace',
    path: '/spec/template',
    value: {
      metadata: { labels: { app: 'web' }, annotations: { kept: 'y' } },
      spec: {
        containers: [],
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 2, podAffinityTerm: theirs }],
          },
        },
      },
    },
  });
});

test.each([
  [
    'back to stable in mid-update runs nothing',
    back(seen(underWay)),
    'went back to revision 1 (v1): it is the stable revision, so no step, pause or analysis runs',
  ],
  [
    'back to an old revision is an update of all steps',
    back(seen(promoted)),
    'went back to revision 1 (v1): an update like any other, of 4 steps',
  ],
  [
    'within the rollback window nothing runs',
    back(seen(promoted, { rollbackWindow: { revisions: 1 } })),
    'went back to revision 1 (v1): it lies within spec.rollbackWindow, so no step, pause or analysis runs',
  ],
  [
    'beyond the rollback window all steps run',
    back(
      seen(
        { ...promoted, currentPodHash: 'v3', stableRS: 'v3' },
        { rollbackWindow: { revisions: 1 } },
        { replicaSets: three },
      ),
      1,
    ),
    'went back to revision 1 (v1): an update like any other, of 4 steps',
  ],
  [
    'an old blue-green version inside its delay is switched to at once',
    back(
      seen(
        promoted,
        { strategy: { blueGreen: {} } },
        {
          replicaSets: [
            {
              ...replicaSet('v1', 1),
              metadata: {
                ...replicaSet('v1', 1).metadata,
                annotations: { 'rollout.argoproj.io/revision': '1', [SCALE_DOWN_DEADLINE]: '2026-01-01T01:00:10Z' },
              },
            },
            replicaSet('v2', 2),
          ],
        },
      ),
    ),
    'went back to revision 1 (v1): its pods are still there, so the active Service is switched to it at once',
  ],
])('undo says what will run: %s', (_name, decision, says) => {
  expect(saysOf(decision)).toBe(says);
});

test.each([
  [
    'the revision that the template says already changes nothing',
    back(seen(promoted), 2),
    { kind: 'Already', why: 'revision 2 is what the template says already' },
  ],
  [
    'a revision that is not kept is refused, and those that are kept are named',
    back(seen(promoted), 7),
    {
      kind: 'Refused',
      why: 'there is no revision 7',
      next: 'revisions that are kept: 1, 2 (spec.revisionHistoryLimit)',
    },
  ],
  [
    'the first revision has none before it',
    back(seen(promoted, {}, { replicaSets: [replicaSet('v2', 1)] })),
    {
      kind: 'Refused',
      why: 'there is no earlier revision',
      next: 'revisions that are kept: 1 (spec.revisionHistoryLimit)',
    },
  ],
  [
    'right after an apply it waits until the newest template is a revision',
    back(seen({ ...promoted, observedGeneration: 0 })),
    { kind: 'Wait', why: 'the controller has not looked at the newest spec yet (generation 1, seen 0)' },
  ],
  [
    'with an invalid spec it wants the number',
    back(
      seen({
        ...promoted,
        conditions: [{ type: 'InvalidSpec', status: 'True', reason: 'InvalidSpec', message: 'no' }] as never,
      }),
    ),
    {
      kind: 'Refused',
      why: 'the spec is invalid, so its template may be no revision',
      next: 'say which: --to-revision 1 or 2',
    },
  ],
  [
    'a workload that is missing is named',
    back(
      seen(promoted, { template: undefined, workloadRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' } }),
    ),
    {
      kind: 'Refused',
      why: 'the Deployment web that spec.workloadRef names does not exist',
      next: 'create it, or correct spec.workloadRef',
    },
  ],
])('undo: %s', (_name, decision, expected) => {
  expect(decision).toEqual(expected);
});

test('undo and set-image of a Rollout with a workloadRef write the workload', () => {
  const workload = { kind: 'Deployment', metadata: { name: 'web', generation: 5 }, spec: { template: template('v2') } };
  const at = seen(
    promoted,
    { template: undefined, workloadRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' } },
    { workload },
  );
  expect(back(at)).toMatchObject({
    writes: [
      {
        to: 'Workload',
        operations: [
          { op: 'test', path: '/metadata/generation', value: 5 },
          { op: 'replace', path: '/spec/template', value: template('v1') },
        ],
      },
    ],
  });
  expect(setImage(at, new Map([['web', 'docker.io/example/web:v9']]))).toMatchObject({ writes: [{ to: 'Workload' }] });
});

test('an image is set where the container still has the image that was seen', () => {
  const init = { initContainers: [{ name: 'migrate', image: 'docker.io/example/migrate:1' }] };
  const { look, carryOut, merge } = stand(promoted, { template: template('v2', init) });
  const images = parseImages(['web=docker.io/example/web:v3', 'migrate=docker.io/example/migrate:2']);
  const decision = setImage(look(), images.ok ? images.images : new Map());
  expect(carryOut(decision)).toEqual([200]);
  expect(look().rollout.spec.template?.spec).toEqual({
    containers: [{ name: 'web', image: 'docker.io/example/web:v3' }],
    initContainers: [{ name: 'migrate', image: 'docker.io/example/migrate:2' }],
  });
  const late = setImage(look(), new Map([['*', 'docker.io/example/all:1']]));
  merge({ spec: { template: template('v4', init) } });
  expect(carryOut(late)).toEqual([422]);
});

test('set-image refuses containers that are not there, and texts that name none', () => {
  expect(setImage(seen(promoted), new Map([['db', 'x']]))).toEqual({
    kind: 'Refused',
    why: 'there is no container db',
    next: 'name one of: web',
  });
  expect(setImage(seen(promoted), new Map([['web', 'docker.io/example/web:v2']]))).toMatchObject({ kind: 'Already' });
  expect(parseImages(['web', '=x', 'web=a'])).toEqual({ ok: false, bad: ['web', '=x'] });
});
