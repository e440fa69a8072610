import { expect, test } from 'vitest';
import { readCast } from '../../../src/commands/demo/read-cast.ts';

const ROLLOUT = `apiVersion: sluice.dev/v1alpha1
kind: Rollout
metadata: { name: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: app, image: "nginx:1.29" }] }
  strategy:
    canary:
      steps:
        - setWeight: 20
        - pause: { duration: 10 }
`;

test.each([
  ['text that is no YAML', 'a: [1\nb: }', /^my\.yaml:2: not YAML: /],
  ['an empty file', '', /^my\.yaml:1: holds no Rollout; write one, of apiVersion sluice\.dev\/v1alpha1 or argoproj/],
  [
    'a document that is no object',
    `hello\n---\n${ROLLOUT}`,
    /^my\.yaml:1: no object of Kubernetes: it needs apiVersion/,
  ],
  [
    'a second Rollout',
    `${ROLLOUT}---\n${ROLLOUT.replace('name: shop', 'name: two')}`,
    /^my\.yaml:16: Rollout two: the demo plays one/,
  ],
  [
    'a weight above 100',
    ROLLOUT.replace('setWeight: 20', 'setWeight: 120'),
    /^my\.yaml:13: Rollout shop: spec\.strategy\.canary\.steps\[0\]\.setWeight: .*120: must be 0 to 100$/,
  ],
  [
    'a duration that is none',
    ROLLOUT.replace('duration: 10', 'duration: soon'),
    /^my\.yaml:14: .*steps\[1\]\.pause\.duration: .*must be seconds or a Go duration/,
  ],
  [
    'a misspelt field',
    ROLLOUT.replace('replicas: 3', 'replica: 3'),
    /^my\.yaml:5: Rollout shop: spec\.replica: there is no such field/,
  ],
  [
    'a value of another type',
    ROLLOUT.replace('replicas: 3', 'replicas: many'),
    /^my\.yaml:5: Rollout shop: spec\.replicas: /,
  ],
  [
    'an analysis template that is not there',
    `${ROLLOUT}        - analysis: { templates: [{ templateName: errors }] }\n`,
    /^my\.yaml:15: .*the file holds no AnalysisTemplate errors; add it/,
  ],
  [
    'a field that is not acted on yet',
    `${ROLLOUT}        - plugin: { name: wait }\n`,
    /^my\.yaml:15: .*plugin: .*does not act on this field yet; remove it/,
  ],
  [
    'a Rollout that is paused',
    ROLLOUT.replace('replicas: 3', 'paused: true'),
    /^my\.yaml:5: .*spec\.paused: .*remove it/,
  ],
  [
    'pods without a container',
    ROLLOUT.replace('[{ name: app, image: "nginx:1.29" }]', '[]'),
    /^my\.yaml:9: .*need a container with an image/,
  ],
])('%s is refused with its line and what to do', (_what, text, expected) => {
  const read = readCast(text, 'my.yaml');
  expect(read.ok).toBe(false);
  expect(read.ok ? [] : read.errors).toContainEqual(expect.stringMatching(expected));
});

test('what the file does not hold is added, and said; kinds that nobody serves are left out', () => {
  const routed = ROLLOUT.replace(
    '      steps:',
    '      stableService: shop\n      canaryService: shop-new\n      trafficRouting: { gatewayAPI: { httpRoute: shop } }\n      steps:',
  );
  const monitor = 'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: shop }\n';
  const read = readCast(`${routed}---\n${monitor}`, 'my.yaml');
  expect(read.ok && read.cast.notes.map((note) => note.split(':')[0])).toEqual([
    'ServiceMonitor shop is left out',
    'the pods got annotation prometheus.io/scrape, for the embedded Prometheus',
    'Service shop was added',
    'Service shop-new was added',
    'HTTPRoute shop was added',
    'Gateway gateway was added',
  ]);
  expect(read.ok && read.cast.users).toEqual({ kind: 'Host', host: 'demo.example', path: '/', headers: {} });
});

test('users ask for what the route of the Rollout matches', () => {
  const routed = ROLLOUT.replace(
    '      steps:',
    '      stableService: shop\n      canaryService: shop-new\n      trafficRouting: { gatewayAPI: { httpRoute: shop } }\n      steps:',
  );
  const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop }
spec:
  hostnames: ['*.shop.example']
  parentRefs: [{ name: gateway }]
  rules:
    - backendRefs: [{ name: other, port: 80 }]
    - matches:
        - { path: { type: RegularExpression, value: '/[a-z]+' } }
        - { path: { type: PathPrefix, value: /api }, headers: [{ name: X-Team, value: blue }] }
      backendRefs: [{ name: shop, port: 80, weight: 100 }, { name: shop-new, port: 80, weight: 0 }]
`;
  const read = readCast(`${routed}---\n${route}`, 'my.yaml');
  const headers = { 'x-team': 'blue' };
  expect(read.ok && read.cast.users).toEqual({ kind: 'Host', host: 'demo.shop.example', path: '/api', headers });
});

test('variables of the template that would overrule a tag follow it', () => {
  const text = ROLLOUT.replace(
    'image: "nginx:1.29"',
    'image: "nginx:1.29", env: [{ name: A, value: b }, { name: VERSION, value: one }, { name: ERROR_RATE, value: "0" }]',
  );
  const read = readCast(text, 'my.yaml');
  expect(read.ok && read.cast.bad.deed).toEqual({
    kind: 'Spec',
    operations: [
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'nginx:v3-bad' },
      { op: 'replace', path: '/spec/template/spec/containers/0/env/1', value: { name: 'VERSION', value: 'v3-bad' } },
      { op: 'replace', path: '/spec/template/spec/containers/0/env/2', value: { name: 'ERROR_RATE', value: '' } },
    ],
  });
});
