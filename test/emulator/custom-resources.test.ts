import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Rig } from './api-rig.ts';
import { createRig, messageOf } from './api-rig.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const ROLLOUTS = '/apis/sluice.dev/v1alpha1/namespaces/default/rollouts';

function install(rig: Rig, group: string): void {
  const folder = new URL(`../../crds/${group}/`, import.meta.url);
  for (const file of readdirSync(folder)) {
    const made = rig.post(CRDS, parse(readFileSync(new URL(file, folder), 'utf8')));
    expect(made.status, JSON.stringify(messageOf(made))).toBe(201);
  }
}

function rollout(spec: object = {}): unknown {
  const labels = { app: 'a' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'x' }] } };
  const strategy = { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } };
  return {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'r' },
    spec: { replicas: 3, selector: { matchLabels: labels }, template, strategy, ...spec },
  };
}

test.each(['sluice.dev', 'argoproj.io'])('the CRDs of %s install and are established', (group) => {
  const rig = createRig();
  install(rig, group);
  const crd = rig.get(`${CRDS}/rollouts.${group}`).body as { status: { conditions: readonly object[] } };
  expect(crd.status.conditions).toMatchObject([{ type: 'NamesAccepted' }, { type: 'Established', status: 'True' }]);
  expect(rig.get(`/apis/${group}/v1alpha1`).status).toBe(200);
});

test('rules of the schema refuse a Rollout with their own message and path', () => {
  const rig = createRig();
  install(rig, 'sluice.dev');
  expect(rig.post(ROLLOUTS, rollout()).status).toBe(201);
  const changed = rig.patch(`${ROLLOUTS}/r`, { spec: { selector: { matchLabels: { app: 'b' } } } });
  expect(changed.status).toBe(422);
  expect(String(messageOf(changed))).toContain('Rollout.sluice.dev "r" is invalid:');
  const two = rig.post(ROLLOUTS, rollout({ strategy: { canary: {}, blueGreen: { activeService: 'a' } } }));
  expect(two.status).toBe(422);
});

test('a rule that cannot be evaluated is refused when the CRD is created', () => {
  const { post } = createRig();
  const names = { plural: 'things', kind: 'Thing' };
  const properties = { spec: { type: 'object', 'x-kubernetes-validations': [{ rule: 'self.unheardOf() == 1' }] } };
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: 'object', properties } },
  };
  const spec = { group: 'x.io', scope: 'Namespaced', names, versions: [version] };
  const refused = post(CRDS, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.x.io' },
    spec,
  });
  expect(refused.status).toBe(422);
  expect(String(messageOf(refused))).toContain('compilation failed');
});

test('what a schema does not know is pruned, its status is written by the subresource only, its size by scale', () => {
  const rig = createRig();
  install(rig, 'sluice.dev');
  const made = rig.post(ROLLOUTS, { ...(rollout({ unheard: 1 }) as object), status: { replicas: 7 } });
  expect((made.body as { spec: object }).spec).not.toHaveProperty('unheard');
  expect(made.body).not.toHaveProperty('status.replicas');
  rig.patch(`${ROLLOUTS}/r/status`, { status: { replicas: 3 }, spec: { replicas: 9 } });
  rig.patch(`${ROLLOUTS}/r/scale`, { spec: { replicas: 5 } });
  expect(rig.get(`${ROLLOUTS}/r`).body).toMatchObject({ spec: { replicas: 5 }, status: { replicas: 3 } });
});

test('deleting a CRD removes its objects and its paths', () => {
  const rig = createRig();
  install(rig, 'sluice.dev');
  rig.post(ROLLOUTS, rollout());
  rig.remove(`${CRDS}/rollouts.sluice.dev`);
  expect(rig.get(ROLLOUTS).status).toBe(404);
});
