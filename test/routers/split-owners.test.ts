import { describe, expect, test } from 'vitest';
import { PLAIN_TERMS, renderRoute, renderWithoutOwners } from '../../src/routers/gateway-api.ts';
import type { GatewayRoute } from '../../src/routers/route-shape.ts';
import type { SplitOwner } from '../../src/routers/split-owners.ts';
import { readSplitOwners, renderSplitOwner } from '../../src/routers/split-owners.ts';
import { applyJsonPatch } from './json-patch.ts';

const owner = (name: string, uid = `${name}-uid`): SplitOwner => ({
  group: 'sluice.dev',
  rollout: `shop/${name}`,
  uid,
  canary: `${name}-canary`,
  stable: `${name}-stable`,
});
const rule = (name: string, canary: number): object => ({
  filters: [{ type: 'RequestHeaderModifier' }],
  backendRefs: [
    { name: `${name}-stable`, port: 80, weight: 100 - canary },
    { name: `${name}-canary`, port: 80, weight: canary },
    { name: 'foreign', port: 80, weight: 7 },
  ],
});
const authored = (rules: readonly object[], metadata: object = {}): GatewayRoute => ({
  metadata: { name: 'web', namespace: 'shop', resourceVersion: '41', ...metadata },
  spec: { parentRefs: [{ name: 'gateway' }], rules },
});

/** The route after a Rollout wrote its split and its name, as one patch. */
function withSplit(route: GatewayRoute, by: SplitOwner, canary: number): GatewayRoute {
  const wish = { split: { canary, stable: 100 - canary }, managed: [], inProgress: true };
  return applyJsonPatch(route, renderRoute(route, by, wish, PLAIN_TERMS));
}

describe('a route that a Rollout split', () => {
  test.each([
    ['without labels and annotations', {}],
    ['with those of its author', { labels: { team: 'shop' }, annotations: { note: 'mine' } }],
  ])('%s is as its author wrote it, with all for stable, when the Rollout is taken out', (_what, metadata) => {
    const before = authored([rule('web', 0), { backendRefs: [{ name: 'api' }] }], metadata);
    const split = withSplit(before, owner('web'), 40);
    expect(readSplitOwners(split)).toEqual([owner('web')]);
    const operations = renderWithoutOwners(split, [owner('web')]);
    const after = applyJsonPatch(split, operations);
    expect(operations[0]).toEqual({ op: 'replace', path: '/metadata/resourceVersion', value: '41' });
    const empty = { labels: {}, annotations: {}, ...metadata };
    expect(after).toEqual({ ...before, metadata: { ...before.metadata, ...empty } });
  });

  test('is written back to what it noted, once, and a second Rollout is noted beside the first', () => {
    const first = withSplit(authored([rule('web', 0), rule('api', 0)]), owner('web'), 20);
    expect(renderSplitOwner(first, owner('web'))).toEqual([]);
    const both = withSplit(first, owner('api'), 30);
    expect(readSplitOwners(both)).toEqual([owner('web'), owner('api')]);
    const after = applyJsonPatch(both, renderWithoutOwners(both, [owner('web')]));
    expect(readSplitOwners(after)).toEqual([owner('api')]);
    // The update of the other one goes on: its weights and the label stay.
    expect(after.spec?.rules?.map(({ backendRefs }) => backendRefs?.map(({ weight }) => weight))).toEqual([
      [100, 0, 7],
      [70, 30, 7],
    ]);
    expect(after.metadata.labels).toEqual({ 'rollouts.argoproj.io/gatewayapi-canary': 'in-progress' });
  });

  test('notes a Rollout that was made anew under its name in place of the old one', () => {
    const old = withSplit(authored([rule('web', 0)]), owner('web', 'old'), 20);
    expect(readSplitOwners(withSplit(old, owner('web', 'new'), 50))).toEqual([owner('web', 'new')]);
  });
});

test.each([
  '',
  '{',
  '{}',
  '[1, null, "x"]',
  '[{"rollout":"web"}]',
  '[{"rollout":"a/b/c","uid":"u","canary":"c","stable":"s"}]',
])('a note that somebody else wrote names nobody: %s', (text) => {
  expect(readSplitOwners(authored([], { annotations: { 'sluice.dev/split-by': text } }))).toEqual([]);
});
