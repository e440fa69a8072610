import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { callsOf, compareRights, describeRights, rightsOf } from '../../scripts/rbac-check.ts';

const USER = 'system:serviceaccount:sluice-system:sluice';

const call = (verb: string, resource: string, apiGroup?: string, subresource?: string, username = USER): string =>
  JSON.stringify({ verb, user: { username }, objectRef: { resource, apiGroup, subresource } });

const role = (rules: string): string => `kind: ClusterRole\nrules:\n${rules}`;

test('rights that are all used, and nothing else, are fine', () => {
  const rights = rightsOf(role("- {apiGroups: [''], resources: [pods], verbs: [list, watch]}"));
  const calls = callsOf([call('list', 'pods'), call('watch', 'pods')].join('\n'), USER);
  expect(describeRights(compareRights(rights, calls))).toBe('');
});

test('a right that no call used is reported', () => {
  const rights = rightsOf(role("- {apiGroups: [''], resources: [pods], verbs: [list, delete]}"));
  expect(compareRights(rights, callsOf(call('list', 'pods'), USER)).unused).toEqual(['delete pods']);
});

test('a call without a right is reported, with its subresource', () => {
  const calls = callsOf(call('patch', 'rollouts', 'sluice.dev', 'status'), USER);
  expect(compareRights([], calls).uncovered).toEqual(['patch rollouts/status.sluice.dev']);
});

test('calls of others do not count', () => {
  expect(callsOf(call('list', 'pods', '', undefined, `${USER}-other`), USER)).toEqual([]);
});

test('a wildcard and a list of Secrets are too wide, even when used', () => {
  const rights = rightsOf(
    role(
      "- {apiGroups: ['*'], resources: [pods], verbs: [get]}\n- {apiGroups: [''], resources: [secrets], verbs: [list]}",
    ),
  );
  expect(compareRights(rights, rights).tooWide).toEqual(['get pods.*', 'list secrets']);
});

test('roles that are aggregated for people are not the controller’s', () => {
  const manifest =
    "kind: ClusterRole\nmetadata: {labels: {rbac.authorization.k8s.io/aggregate-to-edit: 'true'}}\nrules:\n- {apiGroups: [a], resources: [b], verbs: [update]}";
  expect(rightsOf(manifest)).toEqual([]);
});

test('the values of the chart are described by its schema, key by key', () => {
  const schema = JSON.parse(readFileSync('charts/sluice/values.schema.json', 'utf8')) as Readonly<{
    additionalProperties: boolean;
    properties: Readonly<Record<string, unknown>>;
  }>;
  const keys = [...readFileSync('charts/sluice/values.yaml', 'utf8').matchAll(/^(\w+):/gm)].map(([, key = '']) => key);
  expect(schema.additionalProperties).toBe(false);
  expect(keys.filter((key) => !Object.hasOwn(schema.properties, key))).toEqual([]);
  expect(keys.length).toBeGreaterThan(20);
});
