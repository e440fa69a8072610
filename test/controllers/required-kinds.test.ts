import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ApiGroup } from '../../src/api/names.ts';
import { missingKinds } from '../../src/controllers/required-kinds.ts';
import type { Failure } from '../../src/kube/client.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { TinyApi } from '../kube/tiny-api.ts';
import { createTinyClient, failure } from '../kube/tiny-client.ts';

const OURS = parse(
  readFileSync(join(import.meta.dirname, '../../crds/argoproj.io/rollouts.yaml'), 'utf8'),
) as KubeObject;

/** The same definition without what only Sluice remembers, which is how Argo's looks from here. */
const ARGOS = JSON.parse(JSON.stringify(OURS).replaceAll('"attempt":', '"other":')) as KubeObject;

async function check(
  group: ApiGroup,
  definition: KubeObject | undefined,
  refuse: (verb: string) => Failure['why'] | undefined = () => undefined,
): Promise<string | undefined> {
  const api = new TinyApi();
  if (definition !== undefined) api.create(definition);
  const client = createTinyClient(api);
  client.faults.before = ({ verb }) => {
    const why = refuse(verb);
    return why === undefined ? undefined : failure(why);
  };
  return missingKinds(client, group, undefined);
}

test('a cluster without our kinds cannot be served, and the remedy is named', async () => {
  expect(await check('sluice.dev', undefined, () => 'NotFound')).toContain('install the Helm chart');
  expect(await check('argoproj.io', undefined, () => 'NotFound')).toContain(
    'sluice takeover crds | kubectl apply --server-side',
  );
});

test('in the takeover group definitions that would drop what we remember are refused, ours are not', async () => {
  expect(await check('argoproj.io', ARGOS)).toContain('sluice takeover crds | kubectl apply --server-side');
  expect(await check('argoproj.io', OURS)).toBeUndefined();
});

test('in our own group the definition itself is not read', async () => {
  expect(await check('sluice.dev', undefined, (verb) => (verb === 'get' ? 'Forbidden' : undefined))).toBeUndefined();
});

test('what cannot be told now does not keep us from starting', async () => {
  expect(await check('sluice.dev', undefined, () => 'Unreachable')).toBeUndefined();
  expect(await check('argoproj.io', ARGOS, (verb) => (verb === 'get' ? 'Forbidden' : undefined))).toBeUndefined();
});
