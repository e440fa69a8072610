import { expect, test } from 'vitest';
import { ruleFor, rulesOf } from '../../../src/emulator/proxies/routes.ts';
import type { KubeObject } from '../../../src/kube/resource.ts';

function route(hostnames: readonly string[] | undefined, rules: readonly object[]): KubeObject {
  return { metadata: { name: 'r', namespace: 'shop' }, spec: { hostnames, rules } } as KubeObject;
}

const to = (name: string): object => ({ backendRefs: [{ name, port: 80 }] });
const RULES = [
  ...rulesOf(
    route(
      ['shop.example.com'],
      [
        to('all'),
        { matches: [{ path: { type: 'PathPrefix', value: '/cart' } }], ...to('cart') },
        { matches: [{ path: { type: 'PathPrefix', value: '/cart/items/' } }], ...to('items') },
        { matches: [{ path: { type: 'Exact', value: '/cart/items' } }], ...to('exact') },
        { matches: [{ path: { type: 'RegularExpression', value: '/v[0-9]+/.*' } }], ...to('pattern') },
        { matches: [{ path: { value: '/cart' }, method: 'POST' }], ...to('post') },
        { matches: [{ headers: [{ name: 'X-Canary', value: 'yes' }] }], ...to('canary') },
        {
          matches: [
            {
              headers: [
                { name: 'x-canary', value: 'yes' },
                { name: 'x-user', type: 'RegularExpression', value: 'ann|bob' },
              ],
            },
          ],
          ...to('friends'),
        },
      ],
    ),
  ),
  ...rulesOf(route(['*.example.com'], [to('wild')])),
  ...rulesOf(route(undefined, [to('rest')])),
];

test.each([
  ['the plain rule', 'shop.example.com', '/', 'GET', {}, 'all'],
  ['a prefix by whole elements', 'shop.example.com', '/cart/1', 'GET', {}, 'cart'],
  ['not a prefix inside an element', 'shop.example.com', '/cartoons', 'GET', {}, 'all'],
  ['the longest prefix', 'shop.example.com', '/cart/items/7', 'GET', {}, 'items'],
  ['an exact path before prefixes', 'shop.example.com', '/cart/items', 'GET', {}, 'exact'],
  ['a pattern over the whole path', 'shop.example.com', '/v12/x', 'GET', {}, 'pattern'],
  ['a method before none', 'shop.example.com', '/cart', 'POST', {}, 'post'],
  ['a header', 'shop.example.com', '/', 'GET', { 'x-canary': 'yes' }, 'canary'],
  ['a header of another value', 'shop.example.com', '/', 'GET', { 'x-canary': 'no' }, 'all'],
  ['most headers', 'shop.example.com', '/', 'GET', { 'x-canary': 'yes', 'x-user': 'bob' }, 'friends'],
  [
    'a pattern matches the whole value',
    'shop.example.com',
    '/',
    'GET',
    { 'x-canary': 'yes', 'x-user': 'bobby' },
    'canary',
  ],
  ['a host below a wildcard', 'other.example.com', '/cart', 'GET', {}, 'wild'],
  ['any other host', 'example.org', '/', 'GET', {}, 'rest'],
])('%s wins', (_what, host, path, method, headers, expected) => {
  const rule = ruleFor(RULES, { host, path, method, headers });
  expect(rule?.backends).toEqual([{ service: `shop/${expected}`, weight: 1, cluster: `shop_${expected}_80` }]);
});

test('no rule, no answer', () => {
  const rules = rulesOf(route(['shop'], [to('all')]));
  expect(ruleFor(rules, { host: 'other', path: '/', method: 'GET', headers: {} })).toBeUndefined();
});

test('mirrors carry their share, and backends of other namespaces keep theirs', () => {
  const backendRef = { name: 'shadow', namespace: 'lab', port: 81 };
  const filters = [
    { type: 'RequestMirror', requestMirror: { backendRef, percent: 25 } },
    { type: 'RequestMirror', requestMirror: { backendRef, fraction: { numerator: 1, denominator: 8 } } },
    { type: 'RequestMirror', requestMirror: { backendRef } },
  ];
  const [rule] = rulesOf(route(undefined, [{ filters, ...to('all') }]));
  expect(rule?.mirrors.map(({ share }) => share)).toEqual([0.25, 0.125, 1]);
  expect(rule?.mirrors[0]?.backend).toEqual({ service: 'lab/shadow', weight: 1, cluster: 'lab_shadow_81' });
});
