import { expect, test } from 'vitest';
import type { ExperimentStatus } from '../../src/api/experiment.ts';
import { experimentBreaches } from '../../src/invariants/experiment.ts';
import type { ExperimentAction } from '../../src/plan/experiment/observed-experiment.ts';
import { Life, templateOf } from '../plan/experiment/life.ts';

const ERRORS = { name: 'errors', templateName: 'errors', requiredForCompletion: true };

/** An experiment that runs, with a Service and a run. */
const running = (): Life =>
  new Life({ templates: [templateOf('a', { service: {} })], analyses: [ERRORS], duration: '1h' })
    .settle()
    .podsStart()
    .settle();

function rulesOf(life: Life, actions: readonly ExperimentAction[], status: ExperimentStatus = life.status) {
  const plan = { actions, status, events: [], requeueAt: undefined, because: [] };
  return experimentBreaches(life.observed, plan).map(({ rule }) => rule);
}

const scale = (replicas: number, seenReplicas = 2): ExperimentAction => ({
  kind: 'ChangeReplicaSet',
  name: 'trial-a',
  uid: 'trial-a',
  seenReplicas,
  replicas,
  because: 'test',
});
const target = { name: 'trial-a', uid: 'trial-a', resourceVersion: '1' };
const removeService: ExperimentAction = { kind: 'DeleteService', target, because: 'test' };
const route = (life: Life): Life => {
  life.observed = { ...life.observed, services: life.observed.services.map((one) => ({ ...one, routed: true })) };
  return life;
};
const made = (kind: 'CreateReplicaSet' | 'CreateService' | 'CreateAnalysisRun', name: string): ExperimentAction => ({
  kind,
  manifest: { apiVersion: 'v1', kind: 'Any', metadata: { name, namespace: 'shop' }, spec: {} },
});
const ended = (): Life => running().runSays('trial-errors', 'Failed').settle();

test.each<readonly [string, () => Life, readonly ExperimentAction[], string | undefined]>([
  ['pods go while it runs', running, [scale(0)], 'S6'],
  ['pods go when it is over', ended, [scale(0)], undefined],
  ['pods go while a route sends requests to them', () => route(ended()), [scale(0)], 'S6'],
  ['a Service goes while a route names it', () => route(ended()), [removeService], 'S6'],
  ['a ReplicaSet is changed that was seen at another size', running, [scale(3, 1)], 'S8'],
  ['a ReplicaSet is made that is there', running, [made('CreateReplicaSet', 'trial-a')], 'S8'],
  ['a Service is made that is there', running, [made('CreateService', 'trial-a')], 'S8'],
  ['a run is made that is there', running, [made('CreateAnalysisRun', 'trial-errors')], 'S8'],
  ['something is made when all is over', ended, [made('CreateReplicaSet', 'other')], 'S4'],
  [
    'a run begins before all templates are available',
    () => new Life({}).settle(),
    [made('CreateAnalysisRun', 'x')],
    'S4',
  ],
])('%s', (_what, life, actions, rule) => {
  expect(rulesOf(life(), actions)).toEqual(rule === undefined ? [] : [rule]);
});

test("somebody else's Service is never deleted", () => {
  const life = ended();
  life.observed = { ...life.observed, services: life.observed.services.map((one) => ({ ...one, own: false })) };
  expect(rulesOf(life, [removeService])).toEqual(['S10']);
});

test('a verdict that stands is not changed', () => {
  const life = ended();
  expect(rulesOf(life, [], { ...life.status, phase: 'Successful' })).toContain('S9');
});

test('no required run is passed over', () => {
  const life = running();
  expect(rulesOf(life, [], { ...life.status, phase: 'Successful' })).toEqual(['S11']);
  expect(rulesOf(life.runSays('trial-errors', 'Successful').settle(), [])).toEqual([]);
});
